package io.cpubaseline.report;

import io.cpubaseline.fleet.CpuClass;
import io.cpubaseline.fleet.Eligibility.State;
import io.cpubaseline.fleet.Fleet;
import io.cpubaseline.fleet.NodeCpu;
import java.util.Comparator;
import java.util.List;

/** Nodes of which no hypervisor has told what it gives: an answer that counts them is what their hardware allows, and not proven. */
public final class HardwareOnly {

    private HardwareOnly() {}

    /** Those of them that decide the answer, sorted by name. */
    public static List<NodeCpu> of(Fleet fleet) {
        return fleet.contributing().stream()
                .filter(cpuClass -> cpuClass.evidence().expected())
                .map(CpuClass::nodes)
                .flatMap(List::stream)
                .sorted(Comparator.comparing(NodeCpu::name))
                .toList();
    }

    /** Which they are, and what that means; empty if there are none. */
    static String sentence(Fleet fleet) {
        List<NodeCpu> nodes = of(fleet);
        if (nodes.isEmpty()) {
            return "";
        }
        int contributing = fleet.count(State.CONTRIBUTING);
        return "%s known by the hardware alone (%s): the hardware allows the answer, and nothing proves what the hypervisors there give to guests. virsh domcapabilities proves it."
                .formatted(
                        contributing == 1
                                ? "The only contributing node is"
                                : "%d of %d contributing nodes %s"
                                        .formatted(nodes.size(), contributing, nodes.size() == 1 ? "is" : "are"),
                        NodeNames.examples(nodes));
    }
}
