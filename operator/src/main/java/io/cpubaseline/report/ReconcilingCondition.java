package io.cpubaseline.report;

import io.cpubaseline.Reason;
import io.cpubaseline.change.Decision.Verdict;
import io.cpubaseline.report.Observation.Mode;
import io.cpubaseline.virtualmachine.Tally;
import java.util.Optional;

/**
 * Whether something goes on by itself: the first adoption, and writes to virtual machines. Absent otherwise, and beside Stalled, as kstatus
 * wants it.
 */
final class ReconcilingCondition implements ConditionRule {

    private final StalledCondition stalled = new StalledCondition();

    @Override
    public String type() {
        return "Reconciling";
    }

    @Override
    public Optional<Finding> judge(Circumstances now) {
        if (stalled.judge(now).isPresent()) {
            return Optional.empty();
        }
        Verdict waiting = now.observation().decision().waiting();
        Observation.VirtualMachines virtualMachines = now.observation().virtualMachines();
        if (waiting != null && waiting.reason() == Reason.WaitingForEvidence) {
            return Optional.of(Finding.yes(Reason.WaitingForEvidence, waiting.message()));
        }
        if (virtualMachines != null
                && virtualMachines.mode() == Mode.PATCH
                && virtualMachines.tally().in(Tally.State.PENDING) > 0) {
            Tally tally = virtualMachines.tally();
            return Optional.of(Finding.yes(
                    Reason.ApplyingToVirtualMachines,
                    "%d of %d virtual machines are still to be written."
                                    .formatted(tally.in(Tally.State.PENDING), tally.selected())
                            + VirtualMachinesAlignedCondition.failure(tally)));
        }
        return Optional.empty();
    }
}
