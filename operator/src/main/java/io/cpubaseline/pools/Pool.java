package io.cpubaseline.pools;

import io.cpubaseline.baseline.Baseline;
import io.cpubaseline.fleet.CpuClass;
import io.cpubaseline.fleet.NodeCapacity;
import io.cpubaseline.fleet.NodeCpu;
import java.util.Comparator;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.ToLongFunction;

/**
 * Nodes that get one baseline.
 *
 * @param classes whole classes, the biggest first
 * @param baseline what all of them can give to a guest
 * @param score what it adds to a split
 */
public record Pool(List<CpuClass> classes, Baseline baseline, Score score) {

    /** Makes the list immutable. */
    public Pool {
        classes = classes.stream().sorted(CpuClass.BIGGEST_FIRST).toList();
    }

    /** Its nodes, sorted by name. */
    public List<NodeCpu> nodes() {
        return classes.stream()
                .flatMap(cpuClass -> cpuClass.nodes().stream())
                .sorted(Comparator.comparing(NodeCpu::name))
                .toList();
    }

    /** The CPU vendors of its nodes; an unknown one is the empty string. */
    public SortedSet<String> vendors() {
        SortedSet<String> vendors = new TreeSet<>();
        classes.forEach(cpuClass -> vendors.add(cpuClass.vendor()));
        return vendors;
    }

    /** What its nodes give to pods. */
    public NodeCapacity capacity() {
        return nodes().stream().map(node -> node.host().capacity()).reduce(NodeCapacity.none(), NodeCapacity::plus);
    }

    /** What is left in the worst case of that many lost nodes: each resource without the nodes that give the most of it. */
    public NodeCapacity without(int lost) {
        return new NodeCapacity(left(lost, NodeCapacity::milliCores), left(lost, NodeCapacity::memory));
    }

    private long left(int lost, ToLongFunction<NodeCapacity> resource) {
        return nodes().stream()
                .map(node -> resource.applyAsLong(node.host().capacity()))
                .sorted(Comparator.reverseOrder())
                .skip(lost)
                // An absurd quantity in a manifest must not turn a sum negative.
                .reduce(NodeCapacity.none(), (sum, more) -> sum.plus(new NodeCapacity(more, 0)), NodeCapacity::plus)
                .milliCores();
    }
}
