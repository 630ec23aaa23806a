package io.cpubaseline.report;

import java.util.Optional;

/** Whether instances get the baseline when they are created; absent where the mode isn't Admission. */
final class AdmissionActiveCondition implements ConditionRule {

    @Override
    public String type() {
        return "AdmissionActive";
    }

    @Override
    public Optional<Finding> judge(Circumstances now) {
        return Optional.ofNullable(now.observation().admission())
                .map(admitted -> admitted.bound()
                        ? Finding.yes(admitted.reason(), admitted.message())
                        : Finding.no(admitted.reason(), admitted.message()));
    }
}
