package io.cpubaseline.operator.kube;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The time by the API server's clock, which is the one that stamps the creation of nodes: never later than it is there, at most some seconds
 * earlier. Waiting times that are counted from such a stamp are measured by this. A clock of our own that runs ahead would let a node look
 * older than it is and shorten the wait; one that is set while we wait would, too.
 *
 * <p>The header {@code Date} of every answer gives the time to the second, and the machine's own counter, which nobody sets, what has passed
 * since. Of all answers of the last ten minutes, at least five, the earliest time counts: where the server's clock is set back, or several
 * servers differ, a wait gets longer, never shorter. A clock that was behind for a while and has been mended is believed again after that
 * time. Only a server that tells no time leaves our own clock.
 *
 * <p>Safe for use by several threads.
 */
final class ServerTime implements InstantSource {

    /** Half of the time for which an answer counts. */
    private static final Duration HALF = Duration.ofMinutes(5);

    private final InstantSource own;
    private final LongSupplier nanoTime;

    /** When the present half began, by the machine's counter. */
    private long begin;

    /** The server's time at counter 0 by the earliest answer of this half; null before the first answer. */
    private @Nullable Instant present;

    /** The same of the half before; null if there was no answer. */
    private @Nullable Instant former;

    /**
     * Until the first answer it is our own time.
     *
     * @param own our own clock, for as long as the server tells no time
     * @param nanoTime counts nanoseconds from an arbitrary begin
     */
    ServerTime(InstantSource own, LongSupplier nanoTime) {
        this.own = own;
        this.nanoTime = nanoTime;
        this.begin = nanoTime.getAsLong();
    }

    /** The server has answered just now, with this header {@code Date}; what is no date is ignored. */
    void answered(@Nullable String date) {
        if (date != null) {
            try {
                told(ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME)
                        .toInstant());
            } catch (DateTimeException e) {
                // a proxy that writes dates in another way
            }
        }
    }

    private synchronized void told(Instant time) {
        long now = nanoTime.getAsLong();
        if (now - begin >= HALF.toNanos()) {
            // After a silence of a whole window both are as old as each other, and the new answer stands alone.
            former = now - begin < 2 * HALF.toNanos() ? present : null;
            present = null;
            begin = now;
        }
        present = earlier(time.minusNanos(now), present);
    }

    @Override
    public synchronized Instant instant() {
        Instant reference = earlier(present, former);
        return reference == null ? own.instant() : reference.plusNanos(nanoTime.getAsLong());
    }

    private static @Nullable Instant earlier(@Nullable Instant one, @Nullable Instant other) {
        if (one == null || other == null) {
            return one == null ? other : one;
        }
        return one.isBefore(other) ? one : other;
    }
}
