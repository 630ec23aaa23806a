package io.cpubaseline.cli.page;

import io.cpubaseline.baseline.Explanation.ClassCost;
import io.cpubaseline.cpu.AbiLevel;
import io.cpubaseline.fleet.CpuClass;
import io.cpubaseline.fleet.CpuEvidence;
import io.cpubaseline.fleet.NodeCapacity;
import io.cpubaseline.fleet.NodeCpu;
import java.util.List;

/**
 * Nodes of identical CPUs, under a letter that stands for them all over the page.
 *
 * @param letter the letter
 * @param cpuClass the nodes
 * @param level the highest level that they reach by themselves
 */
record Kind(String letter, CpuClass cpuClass, AbiLevel level) {

    static Kind of(String letter, ClassCost cost) {
        return new Kind(letter, cost.cpuClass(), cost.ownLevel());
    }

    CpuEvidence evidence() {
        return cpuClass.evidence();
    }

    /** The vendor, or that it is not known. */
    String vendor() {
        return Words.vendor(cpuClass.vendor());
    }

    List<String> names() {
        return cpuClass.nodes().stream().map(NodeCpu::name).toList();
    }

    int size() {
        return cpuClass.nodes().size();
    }

    /** What its nodes give to pods, together. */
    NodeCapacity capacity() {
        return cpuClass.nodes().stream()
                .map(node -> node.host().capacity())
                .reduce(NodeCapacity.none(), NodeCapacity::plus);
    }
}
