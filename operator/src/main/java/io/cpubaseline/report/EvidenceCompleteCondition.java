package io.cpubaseline.report;

import io.cpubaseline.Reason;
import io.cpubaseline.fleet.Eligibility.State;
import io.cpubaseline.fleet.Fleet;
import io.cpubaseline.fleet.NodeCpu;
import io.cpubaseline.fleet.Silicon;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Whether all that can be known of the selected nodes is known. */
final class EvidenceCompleteCondition implements ConditionRule {

    @Override
    public String type() {
        return "EvidenceComplete";
    }

    @Override
    public Optional<Finding> judge(Circumstances now) {
        Fleet fleet = now.fleet();
        Finding found = found(fleet, Boolean.FALSE.equals(now.observation().kubeVirt()));
        String remarks = EvidenceRemarks.of(fleet).stream().map(" "::concat).collect(Collectors.joining());
        return Optional.of(new Finding(found.status(), found.reason(), found.message() + remarks));
    }

    private static Finding found(Fleet fleet, boolean kubeVirtMissing) {
        Map<Reason, List<NodeCpu>> unknown = fleet.byReason(State.UNKNOWN);
        List<NodeCpu> unlabelled = unknown.getOrDefault(Reason.KubeVirtLabelsMissing, List.of());
        boolean nobodyIsKubeVirts =
                fleet.selected() == 0 && !fleet.withoutKubeVirt().isEmpty();
        if (nobodyIsKubeVirts || fleet.selected() > 0 && unlabelled.size() == fleet.selected()) {
            return Finding.no(
                    Reason.KubeVirtLabelsMissing,
                    kubeVirtMissing
                            ? "KubeVirt is not installed: no node has its CPU labels. Install KubeVirt; this goes on by itself."
                            : "No selected node has KubeVirt's CPU labels (cpu-feature.node.kubevirt.io/…). Check that virt-handler runs on them.");
        }
        String hardwareOnly = HardwareOnly.sentence(fleet);
        if (!unknown.isEmpty()) {
            return Finding.no(Reason.NodesUnknown, (nodesUnknown(unknown, fleet) + " " + hardwareOnly).strip());
        }
        return hardwareOnly.isEmpty() ? silicon(fleet) : Finding.no(Reason.HardwareOnly, hardwareOnly);
    }

    private static Finding silicon(Fleet fleet) {
        int without = fleet.contributing().stream()
                .filter(cpuClass -> cpuClass.evidence().silicon().source() == Silicon.Source.NONE)
                .mapToInt(cpuClass -> cpuClass.nodes().size())
                .sum();
        int contributing = fleet.count(State.CONTRIBUTING);
        return without > 0
                ? Finding.no(
                        Reason.NodeFeaturesMissing,
                        "KubeVirt's labels are there, which is enough for a model; %s nothing from node-feature-discovery, so stale labels would go unnoticed."
                                .formatted(
                                        contributing == 1
                                                ? "the only contributing node has"
                                                : "%d of %d contributing nodes %s"
                                                        .formatted(
                                                                without, contributing, without == 1 ? "has" : "have")))
                : Finding.yes(
                        Reason.Complete,
                        fleet.selected() == 1
                                ? "The only selected node is known."
                                : "All %d selected nodes are known.".formatted(fleet.selected()));
    }

    private static String nodesUnknown(Map<Reason, List<NodeCpu>> unknown, Fleet fleet) {
        StringBuilder message = new StringBuilder(
                "%d of %d selected nodes are unknown:".formatted(fleet.count(State.UNKNOWN), fleet.selected()));
        unknown.forEach((reason, nodes) ->
                message.append(" %s %d (%s);".formatted(reason, nodes.size(), NodeNames.examples(nodes))));
        message.setCharAt(message.length() - 1, '.');
        return message.toString();
    }
}
