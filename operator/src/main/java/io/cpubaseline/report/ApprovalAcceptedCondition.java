package io.cpubaseline.report;

import io.cpubaseline.Reason;
import io.cpubaseline.change.Decision.Verdict;
import java.util.Optional;

/** The answer to {@code spec.approvedRevision}. */
final class ApprovalAcceptedCondition implements ConditionRule {

    @Override
    public String type() {
        return "ApprovalAccepted";
    }

    @Override
    public Optional<Finding> judge(Circumstances now) {
        Verdict approval = now.observation().decision().approval();
        if (approval == null) {
            return Optional.empty();
        }
        return Optional.of(
                approval.reason() == Reason.Approved
                        ? Finding.yes(approval.reason(), approval.message())
                        : Finding.no(approval.reason(), approval.message()));
    }
}
