package io.cpubaseline.operator.controller;

import io.cpubaseline.api.v1alpha1.ClusterCpuBaseline;
import io.cpubaseline.operator.machines.VirtualMachineAligner;
import io.cpubaseline.operator.machines.VirtualMachines;
import io.cpubaseline.operator.telling.Chronicle;
import io.cpubaseline.operator.telling.ReleaseFinalizer;
import io.cpubaseline.operator.telling.StatusWriter;
import io.cpubaseline.report.SpecReader.VirtualMachineIntent;
import io.cpubaseline.virtualmachine.Tally;
import io.cpubaseline.virtualmachine.Tally.State;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * How a baseline goes that gives back what it holds: its finalizer is on while it may hold something, and comes off when all is released, or
 * when that can't be done. A deletion never waits for something that can't be done.
 */
final class Departure {

    private static final Duration SOON = Duration.ofMillis(200);
    private static final String BY_HAND =
            " To give them back later: cpu-baseline release -A --baseline %s (docs/way-out.md).";

    private final VirtualMachines virtualMachines;
    private final ReleaseFinalizer finalizer;
    private final StatusWriter statuses;
    private final Chronicle chronicle;
    private final Duration patience;
    private final InstantSource clusterTime;

    /** When the finalizer of a baseline, by UID, could not be changed for lack of permission. */
    private final Map<String, Instant> forbidden = new ConcurrentHashMap<>();

    /**
     * @param patience how long after the deletion writes that fail are tried again
     * @param clusterTime the time by the API server's clock
     */
    Departure(
            VirtualMachines virtualMachines,
            ReleaseFinalizer finalizer,
            StatusWriter statuses,
            Chronicle chronicle,
            Duration patience,
            InstantSource clusterTime) {
        this.virtualMachines = virtualMachines;
        this.finalizer = finalizer;
        this.statuses = statuses;
        this.chronicle = chronicle;
        this.patience = patience;
        this.clusterTime = clusterTime;
    }

    /**
     * Sees to it that the finalizer is on exactly while the baseline may hold something that it is to give back.
     *
     * @return whether it is so; otherwise the baseline is to be looked at again in its next version
     * @throws IOException if the API server is in trouble: try again
     */
    boolean prepared(ClusterCpuBaseline baseline, @Nullable VirtualMachineIntent intent) throws IOException {
        boolean needed = intent != null
                && intent.remove()
                && virtualMachines.mayHold(baseline.getMetadata().getName(), intent);
        return needed == ReleaseFinalizer.isOn(baseline) || !set(baseline, needed);
    }

    /**
     * Goes on with a baseline that is being deleted.
     *
     * @param intent what the baseline wants of virtual machines; null if that can't be told
     * @return when to come again; null if there is nothing more to do
     * @throws IOException if the API server is in trouble: try again
     */
    @Nullable
    Duration leave(ClusterCpuBaseline baseline, @Nullable VirtualMachineIntent intent, boolean paused)
            throws IOException {
        String name = baseline.getMetadata().getName();
        if (!ReleaseFinalizer.isOn(baseline)) {
            virtualMachines.forget(name);
            return null;
        }
        if (intent == null || !intent.remove()) {
            return gone(baseline, null);
        }
        if (!virtualMachines.settled(name, intent)) {
            return SOON;
        }
        Optional<String> obstacle =
                paused ? Optional.of("spec.paused stops every write to virtual machines") : virtualMachines.obstacle();
        if (obstacle.isPresent()) {
            return gone(baseline, "What it holds in virtual machines stays there: %s.".formatted(obstacle.get()));
        }
        VirtualMachineAligner.Result result = virtualMachines.release(name, intent);
        if (waits(result.tally(), tooLate(baseline))) {
            return result.next() == null ? SOON : result.next();
        }
        return gone(baseline, stays(result.tally()));
    }

    /**
     * Whether something is still to come of the releases.
     *
     * @param tooLate whether writes that fail have been tried for long enough
     */
    static boolean waits(Tally releases, boolean tooLate) {
        return releases.in(State.PENDING) > (tooLate ? releases.retried() : 0);
    }

    /** What stays in virtual machines when nothing more is to come; null if nothing does. */
    static @Nullable String stays(Tally releases) {
        int kept = releases.in(State.CONFLICTING);
        int refused = releases.in(State.REFUSED);
        int failed = releases.retried();
        return kept + refused + failed == 0
                ? null
                : "%d virtual machines keep fields of it: %d whose model has to stay with features that somebody else requires, %d refused, %d failed.%s"
                        .formatted(
                                kept + refused + failed,
                                kept,
                                refused,
                                failed,
                                releases.failure()
                                        .map(failure -> " %s: %s.".formatted(failure.name(), failure.words()))
                                        .orElse(""));
    }

    private @Nullable Duration gone(ClusterCpuBaseline baseline, @Nullable String stays) throws IOException {
        if (set(baseline, false)) {
            if (stays != null) {
                chronicle.releaseIncomplete(
                        baseline,
                        stays + BY_HAND.formatted(baseline.getMetadata().getName()));
            }
            virtualMachines.forget(baseline.getMetadata().getName());
        }
        return SOON;
    }

    /** Forgets a baseline that is gone. */
    void forget(ClusterCpuBaseline gone) {
        forbidden.remove(gone.getMetadata().getUid());
    }

    private boolean tooLate(ClusterCpuBaseline baseline) {
        try {
            Instant deleted = Instant.parse(baseline.getMetadata().getDeletionTimestamp());
            return clusterTime.instant().isAfter(deleted.plus(patience));
        } catch (DateTimeParseException e) {
            return true;
        }
    }

    /** Whether a change was sent that a next version will show. Where it isn't allowed, that is told, and tried again later. */
    private boolean set(ClusterCpuBaseline baseline, boolean on) throws IOException {
        String uid = baseline.getMetadata().getUid();
        Instant now = clusterTime.instant();
        Instant before = forbidden.get(uid);
        if (before != null && now.isBefore(before.plus(patience))) {
            return false;
        }
        ReleaseFinalizer.Outcome outcome =
                finalizer.set(baseline, statuses.latest(baseline).resourceVersion(), on);
        if (outcome instanceof ReleaseFinalizer.Outcome.Forbidden refusal) {
            forbidden.put(uid, now);
            chronicle.finalizerForbidden(baseline, refusal.message());
            return false;
        }
        forbidden.remove(uid);
        return true;
    }
}
