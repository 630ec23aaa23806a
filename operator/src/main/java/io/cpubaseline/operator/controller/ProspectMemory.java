package io.cpubaseline.operator.controller;

import io.cpubaseline.report.Observation;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Remembers what each baseline's first candidate would mean for its virtual machines: to find that out all of them are looked at, so it is done
 * anew after a while only, as counts are. Safe for use by several threads, one at a time for the same baseline.
 */
final class ProspectMemory {

    private final Duration interval;

    /** By the baseline's UID. */
    private final Map<String, Kept> kept = new ConcurrentHashMap<>();

    /**
     * What was found.
     *
     * @param revision the candidate's
     * @param generation of the spec that selects them
     * @param until when it is looked up again
     */
    private record Kept(
            String revision, @Nullable Long generation, Instant until, Observation.@Nullable VirtualMachines found) {

        private boolean isOf(String candidate, @Nullable Long ofSpec) {
            return revision.equals(candidate) && (generation == null ? ofSpec == null : generation.equals(ofSpec));
        }
    }

    /** @param interval for how long an answer is good */
    ProspectMemory(Duration interval) {
        this.interval = interval;
    }

    /**
     * What a candidate would mean.
     *
     * @param uid the baseline's
     * @param revision the candidate's
     * @param generation the spec's
     * @param now by the clock that waits count by
     * @param look finds it out
     */
    Observation.@Nullable VirtualMachines of(
            String uid,
            String revision,
            @Nullable Long generation,
            Instant now,
            Supplier<Observation.@Nullable VirtualMachines> look) {
        Kept known = kept.get(uid);
        if (known == null || !known.isOf(revision, generation) || !now.isBefore(known.until())) {
            known = new Kept(revision, generation, now.plus(interval), look.get());
            kept.put(uid, known);
        }
        return known.found();
    }

    /** In how much time an answer is old; nothing if there is none, or no virtual machine it is about. */
    Optional<Duration> oldIn(String uid, Instant now) {
        return Optional.ofNullable(kept.get(uid))
                .filter(known -> known.found() != null)
                .map(known -> Duration.between(now, known.until()));
    }

    /** There is no first candidate, or no such baseline. */
    void forget(String uid) {
        kept.remove(uid);
    }
}
