package io.cpubaseline.verification;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Whether a guest has lived without a break since it was well for the first time. A guest doesn't answer while it is handed over, and its probe
 * begins anew on the target: only a silence that is longer than that is a break. Time in which nobody could look counts for nothing.
 *
 * @param patience how long it may be silent
 * @param instance the identity of the instance that it has been from the begin
 * @param at when it was last seen
 * @param silence for how long it had been silent then; null if it was well
 * @param longest its longest silence so far
 * @param broken why it has not lived without a break, in words; empty as long as it has
 */
public record Pulse(
        Duration patience,
        String instance,
        Duration at,
        @Nullable Duration silence,
        Duration longest,
        String broken) {

    /** Of the time between two looks more than this is time in which nobody could look. */
    private static final Duration LONGEST_GAP = Duration.ofSeconds(5);

    /**
     * Of a guest that is well for the first time.
     *
     * @param patience how long it may be silent
     */
    public static Pulse begin(Duration patience, Sighting first) {
        return new Pulse(patience, first.instance(), first.at(), null, Duration.ZERO, "");
    }

    /** Whether it has lived without a break. */
    public boolean isUnbroken() {
        return broken.isEmpty();
    }

    /** With one more sighting. What was broken once stays so. */
    public Pulse seen(Sighting sighting) {
        if (!isUnbroken()) {
            return this;
        }
        if (sighting.instance().isEmpty()) {
            return broken(longest, "its instance is gone");
        }
        if (!sighting.instance().equals(instance)) {
            return broken(longest, "it was started anew: another instance has taken its place");
        }
        if (sighting.isOver()) {
            return broken(longest, "it has ended (%s)".formatted(sighting.phase()));
        }
        if (silence == null) {
            return new Pulse(patience, instance, sighting.at(), sighting.isWell() ? null : Duration.ZERO, longest, "");
        }
        Duration gap = sighting.at().minus(at);
        Duration silent = silence.plus(gap.compareTo(LONGEST_GAP) > 0 ? LONGEST_GAP : gap);
        Duration most = silent.compareTo(longest) > 0 ? silent : longest;
        if (silent.compareTo(patience) > 0) {
            return broken(
                    most,
                    "it was silent for %d s%s"
                            .formatted(
                                    silent.toSeconds(),
                                    sighting.paused().isEmpty() ? "" : ", paused: " + sighting.paused()));
        }
        return new Pulse(patience, instance, sighting.at(), sighting.isWell() ? null : silent, most, "");
    }

    /** The same with what the guest itself says about why it is silent. */
    public Pulse because(Complaint complaint) {
        return isUnbroken()
                ? this
                : new Pulse(patience, instance, at, silence, longest, broken + "; " + complaint.words());
    }

    private Pulse broken(Duration most, String words) {
        return new Pulse(patience, instance, at, silence, most, words);
    }
}
