package io.cpubaseline.operator.telling;

import io.cpubaseline.Reason;
import io.cpubaseline.api.v1alpha1.ClusterCpuBaseline;
import io.cpubaseline.api.v1alpha1.ClusterCpuBaselineStatus;
import io.cpubaseline.api.v1alpha1.Condition;
import io.cpubaseline.change.Candidate;
import io.cpubaseline.change.Decision;
import io.cpubaseline.change.Pin;
import io.cpubaseline.change.Remembered;
import io.cpubaseline.fleet.Eligibility.State;
import io.cpubaseline.operator.telling.EventRecorder.Severity;
import io.cpubaseline.operator.telling.EventRecorder.Subject;
import io.cpubaseline.report.Observation;
import java.time.Duration;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells what happened to baselines: one log line and one event per decision or transition, and the metrics. Safe for use by several threads:
 * it has no state of its own.
 */
public final class Chronicle implements Journal {

    private static final Logger LOG = LoggerFactory.getLogger(Chronicle.class);

    /** Conditions whose True is bad news. */
    private static final Set<String> TROUBLE = Set.of("Stalled", "CandidatePending");

    /** Bad news that nobody has to act on: it ends by itself, or is as somebody wants it. */
    private static final Set<Reason> CALM = EnumSet.of(
            Reason.WaitingForEvidence,
            Reason.Stabilizing,
            Reason.HeldByUpgrade,
            Reason.HeldByUnknownNodes,
            Reason.Applying,
            Reason.PendingRestart,
            Reason.Paused,
            Reason.NodeFeaturesMissing);

    private final EventRecorder events;
    private final Metrics metrics;

    public Chronicle(EventRecorder events, Metrics metrics) {
        this.events = events;
        this.metrics = metrics;
    }

    @Override
    public void pinMoved(
            ClusterCpuBaseline baseline, Decision decision, Remembered remembered, ClusterCpuBaselineStatus status) {
        Pin before = remembered.pinned();
        Pin pin = Objects.requireNonNull(decision.next().pinned());
        Reason reason = reason(Objects.requireNonNull(decision.moved()));
        String note = before == null
                ? "%s is pinned%s: %s.%s"
                        .formatted(
                                pin.revision(),
                                reason == Reason.PinRecovered
                                        ? " again, since virtual machines carry it; the status was lost"
                                        : "",
                                pin.level(),
                                unknownNodes(status))
                : "%s is pinned by the rule %s: %s. Before: %s."
                        .formatted(pin.revision(), decision.moved(), pin.level(), before.revision());
        LOG.atInfo()
                .addKeyValue("baseline", baseline.getMetadata().getName())
                .addKeyValue("revision", pin.revision())
                .addKeyValue("before", before == null ? "" : before.revision())
                .addKeyValue("reason", reason)
                .addKeyValue("rule", decision.moved())
                .log("Baseline pinned");
        events.recordEach(Subject.of(baseline), Severity.Normal, reason, note);
        if (reason == Reason.PinRecovered) {
            // The pin is where it was.
            return;
        }
        Candidate taken = decision.taken();
        metrics.pinMoved(
                baseline.getMetadata().getName(),
                taken == null
                        ? Candidate.Direction.Raise.name()
                        : taken.direction().name(),
                taken == null ? reason.name() : taken.trigger().name());
    }

    private static Reason reason(Decision.Move move) {
        return switch (move) {
            case FirstAdoption -> Reason.FirstAdoption;
            case Recovery -> Reason.PinRecovered;
            case Approval, AutomaticRaise, AutomaticLower, AutomaticSideways, ExtrasDropped -> Reason.PinMoved;
        };
    }

    /** Nodes that the first baseline was adopted without. */
    private static String unknownNodes(ClusterCpuBaselineStatus status) {
        return status.conditions().stream()
                .filter(condition -> condition.reason().equals(Reason.NodesUnknown.name()))
                .map(condition -> " " + condition.message())
                .findFirst()
                .orElse("");
    }

    @Override
    public void statusWritten(
            ClusterCpuBaseline baseline, @Nullable ClusterCpuBaselineStatus before, ClusterCpuBaselineStatus after) {
        metrics.statusWritten(baseline.getMetadata().getName());
        List<Condition> conditionsBefore = before == null ? List.of() : before.conditions();
        for (Condition condition : after.conditions()) {
            boolean told = conditionsBefore.stream()
                    .anyMatch(other -> other.type().equals(condition.type())
                            && other.status().equals(condition.status())
                            && other.reason().equals(condition.reason()));
            boolean news = !told && !(before == null && condition.status().equals("True") && !isTrouble(condition));
            if (news) {
                tell(baseline, condition, after);
            }
        }
    }

    private void tell(ClusterCpuBaseline baseline, Condition condition, ClusterCpuBaselineStatus status) {
        Reason reason = Reason.valueOf(condition.reason());
        boolean calm = CALM.contains(reason) || reason == Reason.NodesUnknown && isYoung(status);
        Severity severity = isTrouble(condition) && !calm ? Severity.Warning : Severity.Normal;
        LOG.atInfo()
                .addKeyValue("baseline", baseline.getMetadata().getName())
                .addKeyValue("condition", condition.type())
                .addKeyValue("status", condition.status())
                .addKeyValue("reason", condition.reason())
                .log(condition.message());
        events.record(Subject.of(baseline), severity, reason, condition.message());
    }

    /** While the first adoption waits, unknown nodes are what it waits for. */
    private static boolean isYoung(ClusterCpuBaselineStatus status) {
        return status.conditions().stream()
                .anyMatch(condition -> condition.reason().equals(Reason.WaitingForEvidence.name()));
    }

    @Override
    public void unreadable(ClusterCpuBaseline baseline, String why) {
        String message = "%s. What is pinned can't be told, so nothing is decided. Correct the status.".formatted(why);
        LOG.atWarn()
                .addKeyValue("baseline", baseline.getMetadata().getName())
                .addKeyValue("reason", Reason.InvalidSpec)
                .log(message);
        events.record(Subject.of(baseline), Severity.Warning, Reason.InvalidSpec, message);
    }

    /** A baseline is deleted and leaves something behind that it was to give back. */
    public void releaseIncomplete(ClusterCpuBaseline baseline, String message) {
        warn(baseline, Reason.ReleaseIncomplete, message);
    }

    /** The finalizer of a baseline can't be changed. */
    public void finalizerForbidden(ClusterCpuBaseline baseline, String message) {
        warn(
                baseline,
                Reason.Forbidden,
                "The finalizer %s can't be changed: %s. Without it a deleted baseline gives nothing back; one that has it does not go."
                        .formatted(ReleaseFinalizer.NAME, message));
    }

    private void warn(ClusterCpuBaseline baseline, Reason reason, String message) {
        LOG.atWarn()
                .addKeyValue("baseline", baseline.getMetadata().getName())
                .addKeyValue("reason", reason)
                .log(message);
        events.record(Subject.of(baseline), Severity.Warning, reason, message);
    }

    private static boolean isTrouble(Condition condition) {
        return TROUBLE.contains(condition.type())
                ? condition.status().equals("True")
                : condition.status().equals("False") && !condition.type().equals("CandidatePending");
    }

    @Override
    public void considered(Duration took) {
        metrics.planned(took);
    }

    @Override
    public void observed(ClusterCpuBaseline baseline, Observation observation, ClusterCpuBaselineStatus status) {
        Map<Reason, Integer> nodesUnknown = new EnumMap<>(Reason.class);
        observation
                .plan()
                .fleet()
                .byReason(State.UNKNOWN)
                .forEach((reason, nodes) -> nodesUnknown.put(reason, nodes.size()));
        Observation.VirtualMachines virtualMachines = observation.virtualMachines();
        metrics.observed(
                baseline.getMetadata().getName(),
                new Metrics.Observed(
                        status,
                        nodesUnknown,
                        virtualMachines == null
                                ? Map.of()
                                : virtualMachines.tally().skipped()));
    }

    /** A baseline is gone. */
    public void forget(ClusterCpuBaseline baseline) {
        metrics.forget(baseline.getMetadata().getName());
    }
}
