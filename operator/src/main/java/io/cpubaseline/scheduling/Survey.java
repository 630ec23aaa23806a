package io.cpubaseline.scheduling;

import io.cpubaseline.fleet.NodeCapacity;
import io.cpubaseline.fleet.NodeCpu;
import io.cpubaseline.fleet.Truth;
import io.cpubaseline.scheduling.NodeKinds.Kind;
import io.cpubaseline.scheduling.NodeKinds.Looks;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Looks for a place for many pods among the same nodes, by the rules of {@link Verdict}. Equal pods are judged once against each kind of nodes, so
 * that the cost grows with kinds of pods and of nodes. Used by one thread.
 */
public final class Survey {

    /** Of nodes with room for a pod more than the one that it would leave have to be known. */
    private static final int ENOUGH = 2;

    /** In place of what the node lacks that it would leave, where that is none of these. */
    private static final String NO_NODE = "";

    private final List<NodeCpu> all;
    private final List<NodeCpu> nodes;
    private final Map<String, NodeCpu> byName;
    private final Room room;
    private final Map<Looks, NodeKinds> kinds = new HashMap<>();
    private final Map<Shape, Judged> judged = new HashMap<>();
    private long judgements;

    /** What equal pods have in common, but for what they request. */
    private record Shape(LauncherPod pod, Background background) {}

    /**
     * Why a pod has no place.
     *
     * @param decisive what keeps it off most nodes; null where there is no other node
     */
    public record Blocked(@Nullable Explanation decisive) {}

    /** Two guests for which the answer is the same: the node that they would leave lacks the same. */
    private record Place(NodeCapacity requests, List<String> lackingAtHome) {}

    private final class Judged {
        private final Shape shape;
        private final NodeKinds kinds;
        private final List<List<Ask>> lacking = new ArrayList<>();
        private final Map<NodeCapacity, List<String>> withRoom = new HashMap<>();
        private final Map<Place, Blocked> blocked = new HashMap<>();

        Judged(Shape shape, NodeKinds kinds) {
            this.shape = shape;
            this.kinds = kinds;
            List<Ask> asks = Asks.ofLabels(shape.pod(), shape.background(), nodes);
            for (Kind kind : kinds.all()) {
                judgements++;
                lacking.add(asks.stream()
                        .filter(ask -> !ask.isMetBy(kind.nodes().get(0)))
                        .toList());
            }
        }

        /** Some nodes that can take it now: all, if these are fewer than enough. */
        List<String> open(NodeCapacity requests) {
            return withRoom.computeIfAbsent(requests, asked -> {
                List<Ask> asks = room.asks(asked, shape.pod().devices());
                return kinds.all().stream()
                        .filter(kind -> lacking(kind).isEmpty())
                        .flatMap(kind -> kind.nodes().stream())
                        .filter(node -> asks.stream().allMatch(ask -> ask.isMetBy(node)))
                        .map(NodeCpu::name)
                        .limit(ENOUGH)
                        .toList();
            });
        }

        private List<Ask> lacking(Kind kind) {
            return lacking.get(kind.number());
        }

        private List<Ask> lacking(NodeCpu node, List<Ask> room) {
            List<Ask> labels = lacking(kinds.of(node));
            List<Ask> full = room.stream().filter(ask -> !ask.isMetBy(node)).toList();
            return full.isEmpty()
                    ? labels
                    : Stream.concat(labels.stream(), full.stream()).toList();
        }

        Blocked blocked(NodeCapacity requests, String home) {
            List<Ask> asks = room.asks(requests, shape.pod().devices());
            NodeCpu left = byName.get(home);
            List<String> atHome = left == null
                    ? List.of(NO_NODE)
                    : lacking(left, asks).stream().map(Ask::text).toList();
            return blocked.computeIfAbsent(new Place(requests, atHome), place -> {
                Verdict verdict = Verdict.of(
                        nodes.stream().filter(node -> !node.name().equals(home)).toList(), node -> lacking(node, asks));
                return new Blocked(
                        verdict.obstacles().isEmpty()
                                ? null
                                : Explanation.of(verdict.obstacles().get(0), shape.background(), all, room));
            });
        }
    }

    /**
     * Among these nodes.
     *
     * @param nodes all nodes; those that KubeVirt doesn't use are left out
     * @param room what is left on them
     */
    public Survey(Collection<NodeCpu> nodes, Room room) {
        this.all = List.copyOf(nodes);
        this.nodes = nodes.stream()
                .filter(node -> node.schedulable() != Truth.UNKNOWN)
                .sorted(Comparator.comparing(NodeCpu::name))
                .toList();
        this.byName = this.nodes.stream().collect(Collectors.toMap(NodeCpu::name, node -> node));
        this.room = room;
    }

    /** How many nodes can be asked about. */
    public int nodes() {
        return nodes.size();
    }

    /** How often a pod was held against a node. */
    public long judgements() {
        return judgements;
    }

    /**
     * Looks for a place.
     *
     * @return why there is none; nothing if there is one
     */
    public Optional<Blocked> look(LauncherPod pod, Background background) {
        Shape shape = new Shape(pod.requesting(NodeCapacity.none()), background.anywhere());
        Judged known = judged.computeIfAbsent(
                shape,
                unknown -> new Judged(
                        unknown, kinds.computeIfAbsent(Looks.of(pod), looks -> new NodeKinds(nodes, looks))));
        String home = background.source().map(Source::node).orElse("");
        boolean somewhere = known.open(pod.requests()).stream().anyMatch(name -> !name.equals(home));
        return somewhere ? Optional.empty() : Optional.of(known.blocked(pod.requests(), home));
    }
}
