package io.cpubaseline.pools;

import io.cpubaseline.fleet.CpuClass;
import io.cpubaseline.fleet.NodeCpu;
import java.util.List;

/** What nodes count in a split. */
public enum Weighing {
    /** By their cores. */
    Cores,
    /** All the same, since some node doesn't tell its cores. */
    Nodes;

    private static final long ONE = 1000;

    /** More cores than any node has: an absurd quantity in a manifest must not overflow a sum. */
    private static final long MOST = 1_000_000 * ONE;

    static Weighing of(List<CpuClass> classes) {
        return classes.stream()
                        .flatMap(cpuClass -> cpuClass.nodes().stream())
                        .allMatch(node -> node.host().capacity().milliCores() > 0)
                ? Cores
                : Nodes;
    }

    /** The weight of a class, in thousandths. */
    long weight(CpuClass cpuClass) {
        long weight = 0;
        for (NodeCpu node : cpuClass.nodes()) {
            weight +=
                    this == Nodes ? ONE : Math.min(MOST, node.host().capacity().milliCores());
        }
        return weight;
    }
}
