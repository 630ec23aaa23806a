package io.cpubaseline.report;

import io.cpubaseline.api.v1alpha1.ShapeReport;
import io.cpubaseline.change.Pin;
import io.cpubaseline.fleet.Criteria;
import io.cpubaseline.fleet.GuestShape.Ask;
import io.cpubaseline.fleet.NodeDemand;
import io.cpubaseline.fleet.SchedulingRules;
import io.cpubaseline.fleet.Targets;
import io.cpubaseline.virtualmachine.GuestCounts.Guests;
import io.cpubaseline.virtualmachine.GuestKind;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Where the selected virtual machines can land now, by all that KubeVirt selects nodes by, and which of them can't leave their node. */
final class Shapes {

    private static final Shapes NONE = new Shapes(List.of());

    private static final int KINDS = 3;
    private static final int NAMES = 3;

    private final List<Shape> shapes;

    /**
     * Virtual machines of a kind.
     *
     * @param text what they ask for
     * @param nodes on how many nodes they can land now
     * @param stuck what keeps those that have the baseline on their node, or off all nodes; empty if nothing does
     * @param count how many they are
     * @param examples names of some
     */
    private record Shape(String text, int nodes, String stuck, int count, List<String> examples) {

        boolean isLike(Shape other) {
            return text.equals(other.text) && nodes == other.nodes && stuck.equals(other.stuck);
        }

        Shape and(Shape other) {
            return new Shape(
                    text,
                    nodes,
                    stuck,
                    count + other.count,
                    Stream.concat(examples.stream(), other.examples.stream())
                            .sorted()
                            .toList());
        }
    }

    private Shapes(List<Shape> shapes) {
        this.shapes = shapes;
    }

    static Shapes of(Observation observation) {
        Observation.VirtualMachines machines = observation.virtualMachines();
        Pin pin = observation.decision().next().pinned();
        if (machines == null || pin == null) {
            return NONE;
        }
        Targets targets = observation.plan().fleet().targets();
        return new Shapes(merged(machines.tally().guests().kinds().entrySet().stream()
                .map(kind -> shape(kind.getKey(), kind.getValue(), pin.criteria(), machines.rules(), targets))
                .sorted(Comparator.comparing((Shape shape) -> shape.stuck().isEmpty())
                        .thenComparing(Shape::nodes)
                        .thenComparing(Shape::text)
                        .thenComparing(Shape::stuck))
                .toList()));
    }

    /** A machine type that is written down and one that is KubeVirt's default are the same, too. */
    private static List<Shape> merged(List<Shape> sorted) {
        List<Shape> merged = new ArrayList<>();
        for (Shape shape : sorted) {
            int last = merged.size() - 1;
            if (last >= 0 && merged.get(last).isLike(shape)) {
                merged.set(last, merged.get(last).and(shape));
            } else {
                merged.add(shape);
            }
        }
        merged.sort(Comparator.comparing((Shape shape) -> shape.stuck().isEmpty())
                .thenComparing(Shape::nodes)
                .thenComparing(shape -> -shape.count()));
        return merged;
    }

    private static Shape shape(
            GuestKind kind, Guests guests, Criteria.Pin pin, SchedulingRules rules, Targets targets) {
        List<Ask> asks = kind.asks(pin, rules);
        NodeDemand demand = asks.stream().map(Ask::demand).reduce(NodeDemand.none(), NodeDemand::and);
        SortedMap<String, Targets.Count> byVendor = targets.byVendor(kind.cpu(pin, rules), demand);
        int nodes = byVendor.values().stream().mapToInt(Targets.Count::nodes).sum();
        String stuck = "";
        if (kind.baseline() && kind.shape().lacksTscFrequency(rules)) {
            stuck = "a fixed TSC frequency, which no node tells";
        } else if (kind.baseline() && isStuck(byVendor, targets.byVendor(pin, NodeDemand.none()))) {
            String scarce = scarce(asks, pin, targets);
            stuck = scarce.isEmpty() ? "what no second node has together: " + words(asks, " and ") : scarce;
        }
        return new Shape(words(asks, "; "), nodes, stuck, guests.count(), guests.examples());
    }

    /**
     * Whether these have one node of a vendor where others with the baseline have more, or one node at most of any vendor. A vendor without
     * any node for them is where they never start, so it counts only if no other vendor has several; a domain of one node is another matter.
     */
    private static boolean isStuck(
            SortedMap<String, Targets.Count> theirs, SortedMap<String, Targets.Count> baselines) {
        boolean movesSomewhere = theirs.values().stream().anyMatch(count -> count.nodes() > 1);
        return baselines.entrySet().stream()
                .filter(domain -> domain.getValue().nodes() > 1)
                .mapToInt(domain -> theirs.getOrDefault(domain.getKey(), Targets.Count.none())
                        .nodes())
                .anyMatch(nodes -> nodes == 1 || !movesSomewhere);
    }

    private static String words(List<Ask> asks, String between) {
        return asks.stream().map(Ask::words).filter(ask -> !ask.isEmpty()).collect(Collectors.joining(between));
    }

    /** What they ask for that not every node with the baseline has, and how many have it. */
    private static String scarce(List<Ask> asks, Criteria.Pin pin, Targets targets) {
        int all = targets.of(pin, NodeDemand.none()).nodes();
        return asks.stream()
                .flatMap(ask -> {
                    int having = targets.of(pin, ask.demand()).nodes();
                    return having >= all ? Stream.empty() : Stream.of(scarce(ask, having, all, pin, targets));
                })
                .collect(Collectors.joining(" and "));
    }

    private static String scarce(Ask ask, int having, int all, Criteria.Pin pin, Targets targets) {
        Set<String> taints = targets.untolerated(pin, ask.demand());
        return ask.demand().tolerations() == null
                ? "%s, which %d of %d nodes %s".formatted(ask.words(), having, all, having == 1 ? "has" : "have")
                : "a node without taints that they don't tolerate (%s), which %d of %d nodes %s"
                        .formatted(some(taints, taints.size()), having, all, having == 1 ? "is" : "are");
    }

    /** The first of them, those that can't leave their node before the others. */
    Stream<ShapeReport> reports() {
        return shapes.stream()
                .map(shape -> new ShapeReport(
                        shape.text(), shape.count(), shape.nodes(), NodeNames.first(shape.examples().stream(), NAMES)));
    }

    /** How many virtual machines with the baseline can't leave their node, or can't land at all. */
    int stuck() {
        return stuckShapes().mapToInt(shape -> shape.count()).sum();
    }

    /** Names of some of them. */
    Stream<String> stuckNames() {
        return stuckShapes().flatMap(shape -> shape.examples().stream());
    }

    /** Which they are, and what they ask for, as one part of a sentence. */
    String stuckInWords() {
        String kinds = stuckShapes()
                .limit(KINDS)
                .map(shape -> "%d (%s) %s %s"
                        .formatted(
                                shape.count(),
                                examples(shape),
                                shape.count() == 1 ? "asks for" : "ask for",
                                shape.stuck()))
                .collect(Collectors.joining("; "));
        long more = stuckShapes().skip(KINDS).count();
        return more == 0 ? kinds : "%s; %d more kinds".formatted(kinds, more);
    }

    private static String examples(Shape shape) {
        return some(shape.examples(), shape.count());
    }

    private static String some(Collection<String> all, int count) {
        List<String> names = NodeNames.first(all.stream(), NAMES);
        return String.join(", ", names) + (count > names.size() ? ", …" : "");
    }

    private Stream<Shape> stuckShapes() {
        return shapes.stream().filter(shape -> !shape.stuck().isEmpty());
    }
}
