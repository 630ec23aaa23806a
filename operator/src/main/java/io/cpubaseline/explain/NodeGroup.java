package io.cpubaseline.explain;

import io.cpubaseline.Reason;
import io.cpubaseline.cpu.CpuCatalog;
import io.cpubaseline.fleet.CpuClass;
import io.cpubaseline.fleet.CpuEvidence;
import io.cpubaseline.fleet.Eligibility.State;
import io.cpubaseline.fleet.Fleet;
import io.cpubaseline.fleet.NodeCpu;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Nodes with the same CPU evidence that take part in the same way.
 *
 * @param cpuClass the nodes
 * @param state how they take part
 * @param reason why they don't contribute; null if they do
 */
public record NodeGroup(
        CpuClass cpuClass, State state, @Nullable Reason reason) {

    /** The judged nodes: those that contribute first, the biggest group first. */
    public static List<NodeGroup> of(Fleet fleet, CpuCatalog catalog) {
        List<NodeGroup> groups = new ArrayList<>();
        fleet.contributing().forEach(cpuClass -> groups.add(new NodeGroup(cpuClass, State.CONTRIBUTING, null)));
        for (State state : List.of(State.UNFIT, State.UNKNOWN)) {
            fleet.byReason(state).forEach((reason, nodes) -> {
                Map<CpuEvidence, List<NodeCpu>> alike = new LinkedHashMap<>();
                nodes.forEach(node -> alike.computeIfAbsent(node.evidence(), evidence -> new ArrayList<>())
                        .add(node));
                alike.entrySet().stream()
                        .map(same -> CpuClass.of(same.getKey(), same.getValue(), catalog))
                        .sorted(CpuClass.BIGGEST_FIRST)
                        .forEach(cpuClass -> groups.add(new NodeGroup(cpuClass, state, reason)));
            });
        }
        groups.sort(Comparator.comparing((NodeGroup group) -> group.state() != State.CONTRIBUTING));
        return List.copyOf(groups);
    }

    /** Whether what these nodes are labelled with proves nothing: it contradicts other evidence, or is an emulator's. */
    public boolean provesNothing() {
        return reason == Reason.EvidenceConflict || reason == Reason.NoKvm;
    }

    /** How many nodes there are. */
    public int size() {
        return cpuClass.nodes().size();
    }

    /** Their names, sorted. */
    public List<String> names() {
        return cpuClass.nodes().stream().map(NodeCpu::name).toList();
    }
}
