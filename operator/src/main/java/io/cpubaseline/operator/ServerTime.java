package io.cpubaseline.operator;

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
 * since. Of two that disagree the earlier counts: where the server's clock is set back, or several servers differ, a wait gets longer, never
 * shorter. Only a server that tells no time leaves our own clock.
 */
final class ServerTime implements InstantSource {

    private final InstantSource own;
    private final LongSupplier nanoTime;
    private @Nullable Instant reference;
    private long at;

    /**
     * Knows nothing of the server yet.
     *
     * @param own our own clock, for as long as the server tells no time
     * @param nanoTime counts nanoseconds from an arbitrary begin
     */
    ServerTime(InstantSource own, LongSupplier nanoTime) {
        this.own = own;
        this.nanoTime = nanoTime;
    }

    /** The server has answered just now, with this header {@code Date}; what is no date is ignored. */
    void answered(@Nullable String date) {
        if (date != null) {
            try {
                told(ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME)
                        .toInstant());
            } catch (DateTimeException e) {
                // a proxy with a taste of its own
            }
        }
    }

    private synchronized void told(Instant time) {
        long now = nanoTime.getAsLong();
        if (reference == null || time.isBefore(at(reference, now))) {
            reference = time;
            at = now;
        }
    }

    @Override
    public synchronized Instant instant() {
        return reference == null ? own.instant() : at(reference, nanoTime.getAsLong());
    }

    private Instant at(Instant begin, long now) {
        return begin.plus(Duration.ofNanos(now - at));
    }
}
