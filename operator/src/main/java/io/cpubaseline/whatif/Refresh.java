package io.cpubaseline.whatif;

import io.cpubaseline.baseline.Baseline;
import io.cpubaseline.baseline.Planner;
import io.cpubaseline.baseline.Policy;
import io.cpubaseline.cpu.AbiLevel;
import io.cpubaseline.fleet.CpuClass;
import io.cpubaseline.fleet.CpuEvidence;
import io.cpubaseline.fleet.NodeCpu;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** In which order nodes are changed, so that there is room before some is taken away, and the level rises as early as it can. */
public final class Refresh {

    /** With more changes than that, nodes of a kind are one step. */
    private static final int SINGLE_STEPS = 24;

    private Refresh() {}

    /**
     * The steps: first nodes that come; then those that become others or go, the ones whose CPUs reach the lowest level alone first, of
     * these the ones with the fewest features, one kind after the other.
     *
     * @return each a step; of one node, or where there are many changes of all nodes of a kind that change in the same way
     */
    public static List<List<NodeChange>> steps(Planner planner, Policy policy, Collection<NodeChange> changes) {
        Map<CpuEvidence, AbiLevel> levels = new HashMap<>();
        Map<CpuEvidence, String> kinds = new HashMap<>();
        List<NodeChange> inOrder =
                changes.stream().sorted(Comparator.comparing(NodeChange::name)).toList();
        for (NodeChange change : inOrder) {
            NodeCpu node = changed(change);
            levels.computeIfAbsent(node.evidence(), evidence -> level(planner, policy, node));
            kinds.putIfAbsent(node.evidence(), node.name());
        }
        Comparator<NodeChange> order = Comparator.comparing(
                        (NodeChange change) -> change.kind() != NodeChange.Kind.Added)
                .thenComparing(change -> levels.getOrDefault(changed(change).evidence(), AbiLevel.NONE))
                .thenComparing(
                        change -> changed(change).evidence().labelledFeatures().size())
                .thenComparing(change -> kinds.getOrDefault(changed(change).evidence(), ""))
                .thenComparing(NodeChange::kind)
                .thenComparing(NodeChange::what);
        record Step(NodeChange.Kind kind, CpuEvidence evidence, String what, String name) {}
        Map<Step, List<NodeChange>> steps = new LinkedHashMap<>();
        boolean single = inOrder.size() <= SINGLE_STEPS;
        inOrder.stream()
                .sorted(order)
                .forEach(change -> steps.computeIfAbsent(
                                new Step(
                                        change.kind(),
                                        changed(change).evidence(),
                                        change.what(),
                                        single && change.kind() != NodeChange.Kind.Added ? change.name() : ""),
                                step -> new ArrayList<>())
                        .add(change));
        return List.copyOf(steps.values());
    }

    private static NodeCpu changed(NodeChange change) {
        return change.before().or(change::after).orElseThrow();
    }

    private static AbiLevel level(Planner planner, Policy policy, NodeCpu node) {
        return planner.answer(
                        planner.ground(CpuClass.of(node.evidence(), List.of(node), planner.catalog())),
                        policy.withoutMinimum())
                .baseline()
                .map(Baseline::level)
                .orElse(AbiLevel.NONE);
    }
}
