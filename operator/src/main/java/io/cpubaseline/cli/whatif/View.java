package io.cpubaseline.cli.whatif;

import io.cpubaseline.Reason;
import io.cpubaseline.api.v1alpha1.PinnedBaseline;
import io.cpubaseline.baseline.Answer;
import io.cpubaseline.baseline.Baseline;
import io.cpubaseline.baseline.NoBaseline;
import io.cpubaseline.cli.planning.FilePlanner;
import io.cpubaseline.fleet.Criteria;
import io.cpubaseline.fleet.Fleet;
import io.cpubaseline.fleet.NodeCapacity;
import io.cpubaseline.fleet.NodeCpu;
import io.cpubaseline.fleet.NodeDemand;
import io.cpubaseline.fleet.Targets;
import io.cpubaseline.report.HardwareOnly;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What nodes get, and what they can take.
 *
 * @param answer the baseline, or why there is none
 * @param fleet the judged nodes; nothing if there are none
 * @param remarks what keeps guests from migrating, or their kernels from protecting them
 * @param vendor the CPU vendor to which the baseline confines its guests; empty for none
 */
record View(Answer answer, Optional<Fleet> fleet, List<String> remarks, String vendor) {

    /** Where there is no node. */
    static final View NOTHING =
            new View(new NoBaseline(Reason.NoContributingNodes, "There is no node."), Optional.empty(), List.of(), "");

    static View of(FilePlanner.Result result) {
        PinnedBaseline pinned = result.status(false).pinned();
        String vendor = pinned == null ? null : pinned.vendor();
        return new View(
                result.plan().answer(),
                Optional.of(result.plan().fleet()),
                result.status(false).conditions().stream()
                        .filter(condition -> condition.type().equals("MigrationPossible")
                                && condition.status().equals("False"))
                        .map(condition -> "%s: %s".formatted(condition.reason(), condition.message()))
                        .toList(),
                vendor == null ? "" : vendor);
    }

    Optional<Criteria.Pin> pin() {
        return answer.baseline().map(this::pin);
    }

    private Criteria.Pin pin(Baseline baseline) {
        return new Criteria.Pin(baseline.model().name(), baseline.requiredFeatures(), vendor);
    }

    /** Where a guest with that baseline can land now. */
    Targets.Count taking(Criteria.Pin pin) {
        return fleet.map(judged -> judged.targets().of(pin, NodeDemand.none())).orElse(Targets.Count.none());
    }

    /** Where a guest with the answer can land now. */
    Targets.Count taking() {
        return pin().map(this::taking).orElse(Targets.Count.none());
    }

    /** The same by the CPU vendor among whose nodes it can migrate. */
    SortedMap<String, Targets.Count> domains() {
        return fleet.flatMap(judged -> pin().map(pin -> judged.targets().byVendor(pin, NodeDemand.none())))
                .orElse(Collections.unmodifiableSortedMap(new TreeMap<>()));
    }

    int selected() {
        return fleet.map(Fleet::selected).orElse(0);
    }

    /** What all selected nodes give to pods. */
    NodeCapacity whole() {
        return fleet.map(judged -> judged.targets().selected()).orElse(NodeCapacity.none());
    }

    /** Nodes that are known by their hardware alone. */
    List<NodeCpu> unproven() {
        return fleet.map(HardwareOnly::of).orElse(List.of());
    }

    /** Nodes that count, of the vendor to which the baseline confines its guests if it does, and that can't take it; sorted by name. */
    List<NodeCpu> withoutThat(Criteria.Pin pin) {
        return fleet.stream()
                .flatMap(judged -> judged.contributing().stream())
                .filter(cpuClass -> !cpuClass.offers(pin))
                .filter(cpuClass -> pin.vendor().isEmpty()
                        || cpuClass.vendor().isEmpty()
                        || cpuClass.vendor().equals(pin.vendor()))
                .flatMap(cpuClass -> cpuClass.nodes().stream())
                .sorted(Comparator.comparing(NodeCpu::name))
                .toList();
    }
}
