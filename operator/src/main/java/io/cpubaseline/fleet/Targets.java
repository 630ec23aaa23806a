package io.cpubaseline.fleet;

import io.cpubaseline.fleet.NodesByLabel.Place;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Nodes where guests can land now, grouped by all that KubeVirt selects nodes by and by their taints: a count costs as much as there are kinds of
 * nodes, not nodes. Only for a guest that selects nodes by further labels single nodes are looked at, as few as possible. How full nodes are, and
 * what a guest asks of other pods, is not looked at. Safe for use by several threads.
 */
public final class Targets {

    private final List<NodeKind> kinds;
    private final Collection<List<NodeCpu>> landable;
    private final NodeCapacity selected;

    /** Made when a guest first selects nodes by further labels; every thread would make the same. */
    private @Nullable NodesByLabel byLabel;

    /**
     * Some of these nodes.
     *
     * @param nodes how many
     * @param capacity what they give to pods, together
     */
    public record Count(int nodes, NodeCapacity capacity) {

        private static final Count NONE = new Count(0, NodeCapacity.none());

        /** No node. */
        public static Count none() {
            return NONE;
        }

        private Count plus(Count other) {
            return new Count(nodes + other.nodes, capacity.plus(other.capacity));
        }
    }

    private Targets(List<NodeKind> kinds, Collection<List<NodeCpu>> landable, NodeCapacity selected) {
        this.kinds = kinds;
        this.landable = landable;
        this.selected = selected;
    }

    /**
     * Groups nodes.
     *
     * @param landable lists of nodes on whose labels one can rely; those of them that are not healthy now are left out
     * @param selected all selected nodes, which only count for {@link #selected()}
     */
    static Targets of(Collection<List<NodeCpu>> landable, Collection<List<NodeCpu>> selected) {
        Map<NodeKind, NodeKind> kinds = new HashMap<>();
        for (List<NodeCpu> nodes : landable) {
            NodeKind last = null;
            for (NodeCpu node : nodes) {
                if (isHealthy(node)) {
                    // Neighbours in a class are mostly of one kind.
                    last = last != null && last.isOf(node) ? last : kindOf(node, kinds);
                    last.add(node);
                }
            }
        }
        NodeCapacity capacity = NodeCapacity.none();
        for (List<NodeCpu> nodes : selected) {
            for (NodeCpu node : nodes) {
                capacity = capacity.plus(node.host().capacity());
            }
        }
        return new Targets(new ArrayList<>(kinds.values()), landable, capacity);
    }

    /** {@code kubevirt.io/schedulable=true} is in the node selector of every virt-launcher pod, and each asks for KVM. */
    private static boolean isHealthy(NodeCpu node) {
        return node.schedulable() == Truth.YES && node.ready() != Truth.NO && node.kvm() != Truth.NO;
    }

    private static NodeKind kindOf(NodeCpu node, Map<NodeKind, NodeKind> kinds) {
        NodeKind kind = NodeKind.of(node);
        NodeKind known = kinds.putIfAbsent(kind, kind);
        return known == null ? kind : known;
    }

    /** What all selected nodes give to pods, wherever a guest can land. */
    public NodeCapacity selected() {
        return selected;
    }

    /** Where a guest can land now. */
    public Count of(Criteria.Pin pin, NodeDemand demand) {
        Count[] count = {Count.NONE};
        each(pin, demand, (kind, found) -> count[0] = count[0].plus(found));
        return count[0];
    }

    /** Where a guest could land if nothing were cordoned, but can't now: how many nodes. */
    public int cordoned(Criteria.Pin pin) {
        return kinds.stream()
                .filter(kind -> kind.cordoned() && kind.offers(pin, NodeDemand.none()))
                .mapToInt(kind -> kind.count().nodes())
                .sum();
    }

    /** Taints that keep a guest off nodes that could take the baseline; cordoned ones are another matter. */
    public SortedSet<String> untolerated(Criteria.Pin pin, NodeDemand demand) {
        SortedSet<String> taints = new TreeSet<>();
        for (NodeKind kind : kinds) {
            if (!kind.cordoned() && kind.offers(pin, NodeDemand.none())) {
                kind.taints().stream()
                        .filter(taint -> !demand.admits(List.of(taint), false))
                        .forEach(taint -> taints.add(taint.toString()));
            }
        }
        return taints;
    }

    /**
     * The same as {@link #of}, by the CPU vendor whose label the nodes have; empty for none. KubeVirt asks a migration's target for the
     * vendor's label of its source (since 1.6.4, 1.7.1 and 1.8.0): a node without it is a target for none of the others, whatever its hardware
     * is. Vendors that have nodes for the baseline but none for this guest are there, with 0.
     */
    public SortedMap<String, Count> byVendor(Criteria.Pin pin, NodeDemand demand) {
        SortedMap<String, Count> counts = new TreeMap<>();
        for (NodeKind kind : kinds) {
            if (kind.takes(pin, NodeDemand.none())) {
                counts.putIfAbsent(kind.domain(), Count.NONE);
            }
        }
        each(pin, demand, (kind, found) -> counts.merge(kind.domain(), found, Count::plus));
        return counts;
    }

    /** Counts by kind, in parts where a guest looks at single nodes. */
    private void each(Criteria.Pin pin, NodeDemand demand, BiConsumer<NodeKind, Count> counted) {
        if (demand.selections().isEmpty()) {
            for (NodeKind kind : kinds) {
                if (kind.takes(pin, demand)) {
                    counted.accept(kind, kind.count());
                }
            }
            return;
        }
        IdentityHashMap<NodeKind, Boolean> takes = new IdentityHashMap<>();
        for (Place place : byLabel().candidates(demand.selections())) {
            NodeCpu node = place.node();
            if (takes.computeIfAbsent(place.kind(), kind -> kind.takes(pin, demand)) && demand.selects(node)) {
                counted.accept(place.kind(), new Count(1, node.host().capacity()));
            }
        }
    }

    private NodesByLabel byLabel() {
        NodesByLabel known = byLabel;
        if (known == null) {
            Map<NodeKind, NodeKind> shared = new HashMap<>();
            kinds.forEach(kind -> shared.put(kind, kind));
            known = new NodesByLabel(landable.stream()
                    .flatMap(List::stream)
                    .filter(Targets::isHealthy)
                    .map(node -> new Place(node, kindOf(node, shared)))
                    .toList());
            byLabel = known;
        }
        return known;
    }
}
