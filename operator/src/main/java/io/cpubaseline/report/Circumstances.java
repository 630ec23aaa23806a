package io.cpubaseline.report;

import io.cpubaseline.Reason;
import io.cpubaseline.api.v1alpha1.ClusterCpuBaselineStatus;
import io.cpubaseline.change.Pin;
import io.cpubaseline.fleet.Fleet;
import io.cpubaseline.fleet.Targets;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What the conditions are judged by.
 *
 * @param observation what was found and decided
 * @param targets the nodes that can take a virtual machine with the pinned baseline now
 * @param shapes where the selected virtual machines can land now, each by what it asks for
 * @param before the status so far; null if there is none
 */
record Circumstances(
        Observation observation,
        Targets.Count targets,
        Shapes shapes,
        @Nullable ClusterCpuBaselineStatus before) {

    /** How many nodes can take a virtual machine with the pinned baseline now. */
    int schedulable() {
        return targets.nodes();
    }

    @Nullable
    Pin pin() {
        return observation.decision().next().pinned();
    }

    Fleet fleet() {
        return observation.plan().fleet();
    }

    /** Whether some known node can take that baseline, so that it could be approved. */
    boolean isUsable(Pin earlier) {
        return Stream.concat(fleet().contributing().stream(), fleet().lackingPinned().stream())
                .anyMatch(cpuClass -> cpuClass.offers(earlier.criteria()));
    }

    /** A sentence about nodes that could take the baseline, but are left out for now; empty if there is none. */
    String cordoned(Pin pin) {
        int cordoned = fleet().targets().cordoned(pin.criteria());
        return cordoned == 0 ? "" : " %d could, but %s cordoned.".formatted(cordoned, cordoned == 1 ? "is" : "are");
    }

    Optional<Problem> problem(Reason reason) {
        return observation.problems().stream()
                .filter(problem -> problem.reason() == reason)
                .findFirst();
    }
}
