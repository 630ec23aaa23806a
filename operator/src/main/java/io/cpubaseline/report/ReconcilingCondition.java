package io.cpubaseline.report;

import io.cpubaseline.Reason;
import io.cpubaseline.api.v1alpha1.ClusterCpuBaselineStatus;
import io.cpubaseline.api.v1alpha1.Condition;
import io.cpubaseline.change.Decision.Verdict;
import io.cpubaseline.change.Pin;
import io.cpubaseline.report.Observation.Mode;
import io.cpubaseline.virtualmachine.Tally;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Whether something goes on by itself that tools should wait for: the first adoption, and the roll-out of a new pin or a new spec. A virtual
 * machine that is created later is no such thing, nor are those that wait until somebody acts: stops them, or raises a limit. Absent otherwise, and beside Stalled, as kstatus wants it.
 */
final class ReconcilingCondition implements ConditionRule {

    private static final String TYPE = "Reconciling";

    private final StalledCondition stalled = new StalledCondition();

    @Override
    public String type() {
        return TYPE;
    }

    @Override
    public Optional<Finding> judge(Circumstances now) {
        if (stalled.judge(now).isPresent()) {
            return Optional.empty();
        }
        Verdict waiting = now.observation().decision().waiting();
        if (waiting != null && waiting.reason() == Reason.WaitingForEvidence) {
            return Optional.of(Finding.yes(Reason.WaitingForEvidence, waiting.message()));
        }
        Observation.VirtualMachines virtualMachines = now.observation().virtualMachines();
        if (virtualMachines == null
                || virtualMachines.mode() != Mode.PATCH
                || virtualMachines.tally().in(Tally.State.PENDING)
                        <= virtualMachines.progress().held()
                || !rollsOut(now)) {
            return Optional.empty();
        }
        Tally tally = virtualMachines.tally();
        return Optional.of(Finding.yes(
                Reason.ApplyingToVirtualMachines,
                "%d of %d virtual machines are still to be written."
                                .formatted(tally.in(Tally.State.PENDING), tally.selected())
                        + VirtualMachinesAlignedCondition.failure(tally)));
    }

    /** A roll-out begins with a pin or a spec that the status before does not know, and goes on until nothing is left to write. */
    private static boolean rollsOut(Circumstances now) {
        ClusterCpuBaselineStatus before = now.before();
        if (before == null
                || !Objects.equals(
                        before.observedGeneration(), now.observation().generation())) {
            return true;
        }
        Pin pin = now.pin();
        boolean samePin = pin != null
                && before.pinned() != null
                && before.pinned().revision().equals(pin.revision());
        return !samePin || goesOn(before.conditions().stream());
    }

    private static boolean goesOn(Stream<Condition> conditions) {
        return conditions.anyMatch(condition ->
                condition.type().equals(TYPE) && condition.reason().equals(Reason.ApplyingToVirtualMachines.name()));
    }
}
