package io.cpubaseline.report;

import io.cpubaseline.Reason;
import io.cpubaseline.api.v1alpha1.VerificationReport;
import io.cpubaseline.change.Pin;
import java.util.Objects;
import java.util.Optional;

/** What the last {@code cpu-baseline verify --record} has found; absent where there was none. */
final class MigrationsVerifiedCondition implements ConditionRule {

    @Override
    public String type() {
        return "MigrationsVerified";
    }

    @Override
    public Optional<Finding> judge(Circumstances now) {
        VerificationReport report = now.before() == null ? null : now.before().verification();
        Pin pin = now.pin();
        if (report == null || pin == null) {
            return Optional.empty();
        }
        String run = "A run that ended at %s: %d migrations to %d nodes succeeded in %d %s"
                .formatted(
                        report.time(),
                        report.migrations(),
                        report.nodes(),
                        report.rounds(),
                        report.rounds() == 1 ? "round" : "rounds");
        if (!report.revision().equals(pin.revision())) {
            return Optional.of(Finding.unknown(
                    Reason.VerificationOld,
                    "%s, with %s. Nobody has verified what is pinned now.".formatted(run, report.revision())));
        }
        return Optional.of(
                report.verified()
                        ? Finding.yes(Reason.Verified, run + ".")
                        : Finding.no(
                                Reason.VerificationFailed,
                                "%s. Wrong: %s. Nothing is raised by itself until a run passes."
                                        .formatted(
                                                run, Objects.requireNonNullElse(report.message(), "it does not say"))));
    }
}
