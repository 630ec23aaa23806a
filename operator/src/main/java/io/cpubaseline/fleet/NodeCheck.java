package io.cpubaseline.fleet;

import io.cpubaseline.Reason;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** One reason for which a node may not contribute. The checks are an ordered list: the first that fails names the reason. */
interface NodeCheck {

    Optional<Eligibility> check(NodeCpu node, CpuClass cpuClass, Criteria criteria);

    /** All checks: first what makes a node unknown, then what makes it unfit, but for what explains a contradiction. */
    List<NodeCheck> ALL = List.of(
            unknown(Reason.NotReady, node -> node.ready() == Truth.NO),
            unknown(Reason.KubeVirtLabelsMissing, node -> !node.evidence().hasKubeVirtLabels()),
            unknown(Reason.NotSchedulable, node -> node.schedulable() == Truth.NO),
            unknown(Reason.LabelsFrozen, NodeCpu::frozen),
            unknown(Reason.LabelsOlderThanBoot, NodeCpu::labelsOlderThanBoot),
            // Before any contradiction: where there is no KVM, labels of an emulator are as they should be.
            unfit(Reason.NoKvm, node -> node.kvm() == Truth.NO),
            NodeCheck::evidenceConflict,
            NodeCheck::belowMinimum,
            NodeCheck::lacksPinned);

    private static NodeCheck unknown(Reason reason, Predicate<NodeCpu> fails) {
        Optional<Eligibility> finding = Optional.of(Eligibility.unknown(reason));
        return (node, cpuClass, criteria) -> fails.test(node) ? finding : Optional.empty();
    }

    private static NodeCheck unfit(Reason reason, Predicate<NodeCpu> fails) {
        Optional<Eligibility> finding = Optional.of(Eligibility.unfit(reason));
        return (node, cpuClass, criteria) -> fails.test(node) ? finding : Optional.empty();
    }

    private static Optional<Eligibility> evidenceConflict(NodeCpu node, CpuClass cpuClass, Criteria criteria) {
        return criteria.contradictions()
                .find(cpuClass.evidence(), cpuClass.usable())
                .map(contradiction -> Eligibility.unknown(Reason.EvidenceConflict));
    }

    private static Optional<Eligibility> belowMinimum(NodeCpu node, CpuClass cpuClass, Criteria criteria) {
        return criteria.reachesMinimum(cpuClass)
                ? Optional.empty()
                : Optional.of(Eligibility.unfit(Reason.BelowMinimum));
    }

    private static Optional<Eligibility> lacksPinned(NodeCpu node, CpuClass cpuClass, Criteria criteria) {
        Criteria.Pin pin = criteria.pin();
        return pin == null || cpuClass.offers(pin)
                ? Optional.empty()
                : Optional.of(Eligibility.unfit(Reason.LacksPinned));
    }
}
