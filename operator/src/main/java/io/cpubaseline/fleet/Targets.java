package io.cpubaseline.fleet;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Nodes where guests can land now, grouped by all that KubeVirt selects nodes by: a count costs as much as there are kinds of nodes, not
 * nodes. What VirtualMachines ask for on their own (node selectors, affinity, tolerations) and how full nodes are is not looked at.
 */
public final class Targets {

    private final List<Kind> kinds;
    private final NodeCapacity selected;

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

    private Targets(List<Kind> kinds, NodeCapacity selected) {
        this.kinds = kinds;
        this.selected = selected;
    }

    /**
     * Groups nodes.
     *
     * @param landable lists of nodes on whose labels one can rely; those of them that are not healthy now are left out
     * @param selected all selected nodes, which only count for {@link #selected()}
     */
    static Targets of(Collection<List<NodeCpu>> landable, Collection<List<NodeCpu>> selected) {
        Map<Kind, Kind> kinds = new HashMap<>();
        for (List<NodeCpu> nodes : landable) {
            Kind last = null;
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
            Kind sum = new Kind(CpuEvidence.nothing(), NodePlatform.unknown(), false);
            nodes.forEach(sum::add);
            capacity = capacity.plus(sum.capacity());
        }
        return new Targets(new ArrayList<>(kinds.values()), capacity);
    }

    /** {@code kubevirt.io/schedulable=true} is in the node selector of every virt-launcher pod, and each asks for KVM. */
    private static boolean isHealthy(NodeCpu node) {
        return node.schedulable() == Truth.YES && node.ready() != Truth.NO && node.kvm() != Truth.NO;
    }

    private static Kind kindOf(NodeCpu node, Map<Kind, Kind> kinds) {
        Kind kind =
                new Kind(node.evidence(), node.host().platform(), node.host().cordoned());
        Kind known = kinds.putIfAbsent(kind, kind);
        return known == null ? kind : known;
    }

    /** What all selected nodes give to pods, wherever a guest can land. */
    public NodeCapacity selected() {
        return selected;
    }

    /** Where a guest can land now. */
    public Count of(Criteria.Pin pin, NodeDemand demand) {
        Count count = Count.NONE;
        for (Kind kind : kinds) {
            if (!kind.cordoned && kind.takes(pin, demand)) {
                count = count.plus(kind.count());
            }
        }
        return count;
    }

    /** Where a guest could land if nothing were cordoned, but can't now: how many nodes. */
    public int cordoned(Criteria.Pin pin) {
        return kinds.stream()
                .filter(kind -> kind.cordoned && kind.takes(pin, NodeDemand.none()))
                .mapToInt(kind -> kind.nodes)
                .sum();
    }

    /**
     * The same as {@link #of}, by the CPU vendor whose label the nodes have; empty for none. KubeVirt asks a migration's target for the
     * vendor's label of its source (since 1.6.4, 1.7.1 and 1.8.0): a node without it is a target for none of the others, whatever its hardware
     * is. Vendors that have nodes for the baseline but none for this guest are there, with 0.
     */
    public SortedMap<String, Count> byVendor(Criteria.Pin pin, NodeDemand demand) {
        SortedMap<String, Count> counts = new TreeMap<>();
        for (Kind kind : kinds) {
            if (!kind.cordoned && kind.takes(pin, NodeDemand.none())) {
                Count count = kind.takes(pin, demand) ? kind.count() : Count.NONE;
                counts.merge(kind.domain(), count, Count::plus);
            }
        }
        return counts;
    }

    /** Nodes that are alike in all that KubeVirt selects by. */
    private static final class Kind {
        private final CpuEvidence evidence;
        private final NodePlatform platform;
        private final boolean cordoned;
        private int nodes;
        private NodeCapacity capacity = NodeCapacity.none();

        Kind(CpuEvidence evidence, NodePlatform platform, boolean cordoned) {
            this.evidence = evidence;
            this.platform = platform;
            this.cordoned = cordoned;
        }

        boolean isOf(NodeCpu node) {
            return node.evidence().equals(evidence)
                    && node.host().platform().equals(platform)
                    && node.host().cordoned() == cordoned;
        }

        void add(NodeCpu node) {
            nodes++;
            capacity = capacity.plus(node.host().capacity());
        }

        NodeCapacity capacity() {
            return capacity;
        }

        Count count() {
            return new Count(nodes, capacity);
        }

        boolean takes(Criteria.Pin pin, NodeDemand demand) {
            return pin.offeredBy(evidence) && demand.isMetBy(evidence, platform);
        }

        String domain() {
            String vendor = evidence.vendor();
            return evidence.labelledVendors().contains(vendor) ? vendor : "";
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return this == other
                    || other instanceof Kind that
                            && cordoned == that.cordoned
                            && evidence.equals(that.evidence)
                            && platform.equals(that.platform);
        }

        @Override
        public int hashCode() {
            return (evidence.hashCode() * 31 + platform.hashCode()) * 31 + Boolean.hashCode(cordoned);
        }
    }
}
