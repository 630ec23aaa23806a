package io.cpubaseline.fleet;

import io.cpubaseline.cpu.CpuCatalog;
import io.cpubaseline.cpu.FeatureSet;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Nodes with identical CPU evidence. A cluster of thousands of nodes has a handful, and all cost grows with them.
 *
 * @param evidence what is known about each of its nodes
 * @param usable features that a guest can be given: the labelled ones and those of every labelled model
 * @param nodes its nodes, sorted by name; never empty
 */
public record CpuClass(CpuEvidence evidence, FeatureSet usable, List<NodeCpu> nodes) {

    /** A fixed order: the class with the most nodes first. */
    public static final Comparator<CpuClass> BIGGEST_FIRST = Comparator.comparing(
                    (CpuClass cpuClass) -> cpuClass.nodes().size(), Comparator.reverseOrder())
            .thenComparing(CpuClass::name);

    /** The class of these nodes, which share this evidence. */
    public static CpuClass of(CpuEvidence evidence, List<NodeCpu> nodes, CpuCatalog catalog) {
        return new CpuClass(evidence, evidence.usable(catalog), List.copyOf(nodes));
    }

    /** This class and the nodes of another one of the same evidence. */
    public CpuClass and(CpuClass other) {
        return new CpuClass(
                evidence,
                usable,
                Stream.concat(nodes.stream(), other.nodes.stream())
                        .sorted(Comparator.comparing(NodeCpu::name))
                        .toList());
    }

    /** The class's name: that of its first node, so that people recognise it. */
    public String name() {
        return nodes.get(0).name();
    }

    /** The CPU vendor; empty if unknown. */
    public String vendor() {
        return evidence.vendor();
    }

    /** Whether a virtual machine with this baseline can be scheduled here, by labels alone. */
    public boolean offers(Criteria.Pin pin) {
        return pin.offeredBy(evidence);
    }
}
