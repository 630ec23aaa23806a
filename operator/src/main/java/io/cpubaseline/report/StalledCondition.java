package io.cpubaseline.report;

import io.cpubaseline.Reason;
import io.cpubaseline.change.Decision.Verdict;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Whether nothing goes on until somebody acts. Absent otherwise, as kstatus wants it. */
final class StalledCondition implements ConditionRule {

    /** Reasons for no baseline that only a user can do something about. */
    private static final Set<Reason> STALLING = Set.of(
            Reason.NoCommonModel, Reason.BelowMinimum, Reason.VendorsMixed, Reason.UnknownModel, Reason.PinUnknown);

    private static final int PROBLEMS = 3;

    @Override
    public String type() {
        return "Stalled";
    }

    @Override
    public Optional<Finding> judge(Circumstances now) {
        Verdict waiting = now.observation().decision().waiting();
        List<Problem> problems = now.observation().problems();
        Observation.VirtualMachines virtualMachines = now.observation().virtualMachines();
        if (!problems.isEmpty()) {
            return Optional.of(Finding.yes(problems.get(0).reason(), messages(problems)));
        }
        if (waiting != null && STALLING.contains(waiting.reason())) {
            return Optional.of(Finding.yes(waiting.reason(), waiting.message()));
        }
        return virtualMachines == null
                ? Optional.empty()
                : forbidden(virtualMachines).or(() -> halted(now, virtualMachines));
    }

    private static Optional<Finding> forbidden(Observation.VirtualMachines virtualMachines) {
        Problem unreadable = virtualMachines.unreadable();
        if (unreadable != null) {
            // What is missing comes back by itself; a permission has to be given.
            return unreadable.reason() == Reason.Forbidden
                    ? Optional.of(Finding.yes(Reason.Forbidden, unreadable.message()))
                    : Optional.empty();
        }
        return virtualMachines.forbidden() == null
                ? Optional.empty()
                : Optional.of(Finding.yes(Reason.Forbidden, virtualMachines.forbidden()));
    }

    private static Optional<Finding> halted(Circumstances now, Observation.VirtualMachines virtualMachines) {
        return virtualMachines.halted()
                ? Optional.of(Finding.yes(Reason.RolloutHalted, RolloutWords.halt(now, virtualMachines.progress())))
                : Optional.empty();
    }

    private static String messages(List<Problem> problems) {
        String first = problems.stream().limit(PROBLEMS).map(Problem::message).collect(Collectors.joining(" "));
        return problems.size() > PROBLEMS ? "%s And %d more.".formatted(first, problems.size() - PROBLEMS) : first;
    }
}
