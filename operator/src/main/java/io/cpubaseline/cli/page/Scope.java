package io.cpubaseline.cli.page;

import io.cpubaseline.Reason;
import io.cpubaseline.api.v1alpha1.ClusterCpuBaselineStatus;
import io.cpubaseline.api.v1alpha1.Condition;
import io.cpubaseline.baseline.Explanation;
import io.cpubaseline.baseline.Explanation.ClassCost;
import io.cpubaseline.baseline.HostModel;
import io.cpubaseline.baseline.NoBaseline;
import io.cpubaseline.cli.planning.FilePlanner;
import io.cpubaseline.cpu.CpuCatalog;
import io.cpubaseline.fleet.CpuEvidence;
import io.cpubaseline.fleet.Eligibility.State;
import io.cpubaseline.fleet.Fleet;
import io.cpubaseline.fleet.NodeCpu;
import io.cpubaseline.report.HardwareOnly;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One answer of the page, and the nodes that it is for.
 *
 * @param name what these nodes are called: their vendor, {@code All nodes} or {@code One for all}
 * @param vendor the vendor that they are chosen by; empty if they are not
 * @param result the answer
 * @param given what guests are given; nothing if there is no answer
 * @param costs what each kind of nodes costs, by its evidence
 */
record Scope(
        String name,
        String vendor,
        FilePlanner.Result result,
        Optional<Given> given,
        Map<CpuEvidence, ClassCost> costs) {

    static Scope of(String name, String vendor, FilePlanner.Result result, CpuCatalog catalog) {
        Map<CpuEvidence, ClassCost> costs = new HashMap<>();
        result.plan()
                .explanation()
                .classes()
                .forEach(cost -> costs.put(cost.cpuClass().evidence(), cost));
        return new Scope(
                name,
                vendor,
                result,
                Optional.ofNullable(result.status().pinned()).map(pinned -> Given.of(pinned, catalog)),
                costs);
    }

    ClusterCpuBaselineStatus status() {
        return result.status();
    }

    Fleet fleet() {
        return result.plan().fleet();
    }

    Explanation explanation() {
        return result.plan().explanation();
    }

    /** Whether nodes of this kind have a say in the answer. */
    boolean covers(Kind kind) {
        return costs.containsKey(kind.evidence());
    }

    Optional<ClassCost> cost(Kind kind) {
        return Optional.ofNullable(costs.get(kind.evidence()));
    }

    /** Whether what is said of an answer is about one: over several vendors that share none it is about nobody's. */
    boolean explains() {
        return !(result.plan().answer() instanceof NoBaseline none && none.reason() == Reason.VendorsMixed);
    }

    int contributing() {
        return fleet().count(State.CONTRIBUTING);
    }

    /** Nodes that nobody has proven anything of but their hardware, sorted by name. */
    List<NodeCpu> unproven() {
        return HardwareOnly.of(fleet());
    }

    /** The condition of that type; nothing if it is not there. */
    Optional<Condition> condition(String type) {
        return status().conditions().stream()
                .filter(condition -> condition.type().equals(type))
                .findFirst();
    }

    /** Why there is no answer, in one word and in sentences. */
    Condition ready() {
        return condition("Ready").orElseGet(() -> new Condition("Ready", "False", null, null, "", ""));
    }

    /** What nodes of some kind have, and guests don't get. */
    HostModel lost() {
        return given.map(cpu -> explanation().classes().stream()
                        .map(cost -> cost.hostModel().minus(cpu.features()))
                        .reduce(HostModel.nothing(), HostModel::and))
                .orElse(HostModel.nothing());
    }
}
