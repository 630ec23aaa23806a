package io.cpubaseline.verification;

import java.time.Duration;
import java.util.Optional;

/**
 * How many rounds a run has, and when they begin.
 *
 * @param most the highest number of rounds; {@link #UNLIMITED} where only time ends them
 * @param every from the begin of one round to the begin of the next; zero: at once
 * @param length no round begins later than this after the first one
 */
public record Rounds(int most, Duration every, Duration length) {

    /** As many as there is time for. */
    public static final int UNLIMITED = Integer.MAX_VALUE;

    private static final Duration FOR_EVER = Duration.ofSeconds(Long.MAX_VALUE);

    /** So many, one after the other. */
    public static Rounds of(int most) {
        return new Rounds(most, Duration.ZERO, FOR_EVER);
    }

    /** By the clock. */
    public static Rounds every(Duration every, Duration length) {
        return new Rounds(UNLIMITED, every, length);
    }

    /**
     * When the next round begins. A round that takes longer than {@link #every} delays the next one: none is left out and none is made up for.
     *
     * @param done how many have been made
     * @param begun when the last one began, counted from the begin of the first
     * @param now counted in the same way
     * @return counted in the same way, not before now; nothing if there is none
     */
    public Optional<Duration> next(int done, Duration begun, Duration now) {
        if (done == 0) {
            return Optional.of(now);
        }
        Duration due = begun.plus(every);
        Duration next = due.compareTo(now) < 0 ? now : due;
        return done < most && next.compareTo(length) <= 0 ? Optional.of(next) : Optional.empty();
    }
}
