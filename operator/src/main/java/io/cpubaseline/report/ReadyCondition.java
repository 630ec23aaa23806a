package io.cpubaseline.report;

import io.cpubaseline.Reason;
import io.cpubaseline.change.Decision.Verdict;
import io.cpubaseline.change.Pin;
import io.cpubaseline.cpu.FeatureSet;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;

/** Whether there is a baseline that virtual machines can use. Stays True with a candidate, pending restarts or conflicts. */
final class ReadyCondition implements ConditionRule {

    @Override
    public String type() {
        return "Ready";
    }

    @Override
    public Optional<Finding> judge(Circumstances now) {
        Pin pin = now.pin();
        Optional<Problem> selector = now.problem(Reason.InvalidSelector);
        if (selector.isPresent()) {
            return Optional.of(Finding.no(Reason.InvalidSelector, selector.get().message()));
        }
        if (pin == null) {
            Verdict waiting =
                    Objects.requireNonNull(now.observation().decision().waiting());
            return Optional.of(Finding.no(waiting.reason(), waiting.message()));
        }
        if (now.schedulable() == 0 && now.observation().now() != null) {
            return Optional.of(Finding.no(
                    Reason.NowhereSchedulable,
                    "%s is pinned, but no selected node can take a virtual machine with it now."
                            .formatted(pin.revision())));
        }
        return Optional.of(Finding.yes(
                Reason.Pinned,
                "%s: %s on %s%s.%s"
                        .formatted(
                                pin.revision(),
                                pin.level(),
                                pin.cpuModel(),
                                pin.required().isEmpty() ? "" : " with " + pin.requiredFeatures(),
                                withheld(now, pin))));
    }

    /** Mitigations that guests go without because of a few nodes that could have them. */
    private static String withheld(Circumstances now, Pin pin) {
        FeatureSet guest = pin.guestFeatures(now.observation().catalog()).orElse(pin.requiredFeatures());
        return WithheldMitigations.of(now.observation().plan().explanation(), guest).stream()
                .map(text -> " " + text)
                .collect(Collectors.joining());
    }
}
