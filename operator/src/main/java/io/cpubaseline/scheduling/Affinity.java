package io.cpubaseline.scheduling;

import io.cpubaseline.fleet.NodePlatform;
import io.cpubaseline.fleet.NodeSelection;
import io.cpubaseline.fleet.NodeSelection.Requirement;
import io.cpubaseline.fleet.NodeSelection.Term;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The required node affinity of a pod in two parts: what its owner asks for, and what KubeVirt has added to each of the owner's terms.
 *
 * @param avoided keys of labels that the node must not have, by KubeVirt
 * @param own the owner's terms, one of which must match; empty for none
 */
record Affinity(Set<String> avoided, List<Term> own) {

    private static final String ABSENT = "DoesNotExist";

    static Affinity of(List<Term> terms, Guest guest) {
        Set<String> avoided = terms.isEmpty() ? Set.of() : added(terms, guest);
        List<Term> own = new ArrayList<>();
        for (Term term : terms) {
            List<Requirement> left = term.requirements().stream()
                    .filter(requirement -> !isAbsence(requirement)
                            || !avoided.contains(requirement.what().key()))
                    .toList();
            if (left.isEmpty() && !term.requirements().isEmpty()) {
                // Nothing is left of this term, and one is enough.
                return new Affinity(avoided, List.of());
            }
            own.add(new Term(left));
        }
        return new Affinity(avoided, own);
    }

    /** What KubeVirt adds is in every term. */
    private static Set<String> added(List<Term> terms, Guest guest) {
        Set<String> keys = new LinkedHashSet<>();
        if (guest.hasHostModel()) {
            keys.add(NodePlatform.OBSOLETE_HOST_MODEL);
        }
        guest.shape().forbidden().forEach(feature -> keys.add(KubeVirtLabels.FEATURE + feature));
        keys.removeIf(key -> !terms.stream()
                .allMatch(term -> term.requirements().stream()
                        .anyMatch(requirement -> isAbsence(requirement)
                                && requirement.what().key().equals(key))));
        return keys;
    }

    private static boolean isAbsence(Requirement requirement) {
        return requirement.operator().equals(ABSENT) && !requirement.what().field();
    }

    List<Ask> asks() {
        List<Ask> asks = new ArrayList<>();
        avoided.forEach(key -> asks.add(new Ask(
                key.equals(NodePlatform.OBSOLETE_HOST_MODEL) ? Origin.ObsoleteHostModel : Origin.ForbiddenFeatures,
                "!" + key,
                "",
                node -> !node.labels().containsKey(key))));
        if (!own.isEmpty()) {
            NodeSelection selection = new NodeSelection(Map.of(), own);
            asks.add(new Ask(
                    Origin.OwnAffinity,
                    own.stream().map(Affinity::words).collect(Collectors.joining(" or ")),
                    "",
                    selection::matches));
        }
        return asks;
    }

    private static String words(Term term) {
        return term.requirements().isEmpty()
                ? "a term without requirements, which no node matches"
                : term.requirements().stream().map(Affinity::words).collect(Collectors.joining(", "));
    }

    /** As kubectl writes selectors. */
    private static String words(Requirement requirement) {
        String key = requirement.what().key();
        String values = String.join(", ", requirement.values());
        return switch (requirement.operator()) {
            case "In" -> key + " in (" + values + ")";
            case "NotIn" -> key + " notin (" + values + ")";
            case "Exists" -> key;
            case ABSENT -> "!" + key;
            case "Gt" -> key + " > " + values;
            case "Lt" -> key + " < " + values;
            default -> key + " " + requirement.operator() + " (" + values + "), which no node matches";
        };
    }
}
