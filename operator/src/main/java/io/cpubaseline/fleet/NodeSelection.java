package io.cpubaseline.fleet;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which nodes a pod may land on by their labels and names: its node selector, and the node affinity that is required of its node. Both must
 * match. What is only preferred decides nothing.
 *
 * @param labels the node selector: labels that the node must have with these values
 * @param terms the required node affinity: one of the terms must match; empty for none
 */
public record NodeSelection(Map<String, String> labels, List<Term> terms) {

    private static final NodeSelection ANY = new NodeSelection(Map.of(), List.of());

    private static final String HOSTNAME = "kubernetes.io/hostname";
    private static final int NAMED = 3;

    /**
     * Requirements that must all be met.
     *
     * @param requirements the requirements; if there is none, no node matches
     */
    public record Term(List<Requirement> requirements) {

        /** Makes the list immutable. */
        public Term {
            requirements = List.copyOf(requirements);
        }

        private boolean matches(NodeCpu node) {
            return !requirements.isEmpty() && requirements.stream().allMatch(requirement -> requirement.matches(node));
        }
    }

    /**
     * What is required of one label, or of the node's name.
     *
     * @param what which
     * @param operator {@code In}, {@code NotIn}, {@code Exists}, {@code DoesNotExist}, {@code Gt} or {@code Lt}; others match no node
     * @param values what it is compared with
     */
    public record Requirement(Subject what, String operator, List<String> values) {

        /** Makes the list immutable. */
        public Requirement {
            values = List.copyOf(values);
        }

        private boolean matches(NodeCpu node) {
            String found = what.of(node);
            return switch (operator) {
                case "In" -> found != null && values.contains(found);
                case "NotIn" -> found == null || !values.contains(found);
                case "Exists" -> found != null;
                case "DoesNotExist" -> found == null;
                case "Gt" -> compared(found) > 0;
                case "Lt" -> compared(found) < 0;
                default -> false;
            };
        }

        /** 0 where one of the two is no whole number: then neither is greater. */
        private int compared(@Nullable String found) {
            if (found == null || values.size() != 1) {
                return 0;
            }
            try {
                return Long.compare(Long.parseLong(found), Long.parseLong(values.get(0)));
            } catch (NumberFormatException e) {
                return 0;
            }
        }

        private String words() {
            if (what.isName()) {
                return what.key();
            }
            return switch (operator) {
                case "In" -> "%s in (%s)".formatted(what.key(), named(values));
                case "NotIn" -> "%s notin (%s)".formatted(what.key(), named(values));
                case "DoesNotExist" -> "!" + what.key();
                case "Gt" -> what.key() + " > " + named(values);
                case "Lt" -> what.key() + " < " + named(values);
                default -> what.key();
            };
        }
    }

    /**
     * What of a node is looked at.
     *
     * @param field whether it is a field, not a label: {@code metadata.name} is the only one that Kubernetes knows
     * @param key the label's key, or the field's path
     */
    public record Subject(boolean field, String key) {

        @Nullable
        String of(NodeCpu node) {
            if (!field) {
                return node.labels().get(key);
            }
            return key.equals("metadata.name") ? node.name() : null;
        }

        private boolean isName() {
            return field || key.equals(HOSTNAME);
        }
    }

    /** Values of which every matching node has at least one. */
    record Handle(Subject what, List<String> values) {}

    /** Makes the collections immutable. */
    public NodeSelection {
        labels = Map.copyOf(labels);
        terms = List.copyOf(terms);
    }

    /** Every node. */
    public static NodeSelection any() {
        return ANY;
    }

    /** A node selector alone. */
    public static NodeSelection ofLabels(Map<String, String> labels) {
        return labels.isEmpty() ? ANY : new NodeSelection(labels, List.of());
    }

    /** Whether it leaves no node out. */
    public boolean isAny() {
        return labels.isEmpty() && terms.isEmpty();
    }

    /** Whether a node has the labels, and matches one of the terms where there are any. */
    public boolean matches(NodeCpu node) {
        for (Map.Entry<String, String> label : labels.entrySet()) {
            if (!label.getValue().equals(node.labels().get(label.getKey()))) {
                return false;
            }
        }
        return terms.isEmpty() || terms.stream().anyMatch(term -> term.matches(node));
    }

    /**
     * Ways to find the nodes without looking at all of them: each way is a list of handles, and a node that matches is held by one of them.
     * Empty if there is no such way.
     */
    List<List<Handle>> waysIn() {
        List<List<Handle>> ways = new ArrayList<>();
        labels.forEach((key, value) -> ways.add(List.of(new Handle(new Subject(false, key), List.of(value)))));
        List<Optional<Handle>> perTerm =
                terms.stream().map(NodeSelection::handle).toList();
        if (!terms.isEmpty() && perTerm.stream().allMatch(Optional::isPresent)) {
            ways.add(perTerm.stream().flatMap(Optional::stream).toList());
        }
        return ways;
    }

    private static Optional<Handle> handle(Term term) {
        return term.requirements().stream()
                .filter(requirement -> requirement.operator().equals("In"))
                .map(requirement -> new Handle(requirement.what(), requirement.values()))
                .findFirst();
    }

    /** The keys of all labels that it looks at. */
    public Set<String> keys() {
        Set<String> keys = new TreeSet<>(labels.keySet());
        terms.stream()
                .flatMap(term -> term.requirements().stream())
                .map(Requirement::what)
                .filter(what -> !what.field())
                .forEach(what -> keys.add(what.key()));
        return keys;
    }

    /** The node selector alone, without those of these keys. */
    NodeSelection selectorWithout(Collection<String> keys) {
        Map<String, String> left = new TreeMap<>(labels);
        left.keySet().removeAll(keys);
        return ofLabels(left);
    }

    /** The required node affinity alone. */
    NodeSelection affinity() {
        return terms.isEmpty() ? ANY : new NodeSelection(Map.of(), terms);
    }

    /** It as people write it, without names of nodes: selections that differ in nothing else read alike, and are counted together. */
    String words() {
        Stream<String> ofLabels = new TreeMap<>(labels)
                .entrySet().stream()
                        .map(label ->
                                label.getKey().equals(HOSTNAME) ? HOSTNAME : label.getKey() + "=" + label.getValue());
        Stream<String> ofTerms = terms.stream()
                .map(term -> term.requirements().stream()
                        .map(Requirement::words)
                        .distinct()
                        .collect(Collectors.joining(", ")))
                .distinct();
        String selector = named(ofLabels.distinct().toList());
        String affinity = terms.isEmpty() ? "" : String.join(" or ", first(ofTerms.toList()));
        return Stream.of(selector, affinity).filter(part -> !part.isEmpty()).collect(Collectors.joining("; "));
    }

    private static String named(List<String> names) {
        return String.join(", ", first(names));
    }

    private static List<String> first(List<String> all) {
        return all.size() <= NAMED
                ? all
                : Stream.concat(all.stream().limit(NAMED), Stream.of("…")).toList();
    }
}
