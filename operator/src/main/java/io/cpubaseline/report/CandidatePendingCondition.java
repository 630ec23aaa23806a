package io.cpubaseline.report;

import io.cpubaseline.Reason;
import io.cpubaseline.change.Decision.Verdict;
import java.util.Optional;

/** Whether the nodes or the policy say otherwise than the pin, and what that waits for. */
final class CandidatePendingCondition implements ConditionRule {

    @Override
    public String type() {
        return "CandidatePending";
    }

    @Override
    public Optional<Finding> judge(Circumstances now) {
        Verdict pending = now.observation().decision().pending();
        return Optional.of(
                pending.reason() == Reason.UpToDate
                        ? Finding.no(pending.reason(), pending.message())
                        : Finding.yes(pending.reason(), pending.message()));
    }
}
