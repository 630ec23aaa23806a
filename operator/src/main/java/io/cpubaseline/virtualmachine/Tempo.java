package io.cpubaseline.virtualmachine;

/**
 * Lets so many writes pass in a minute, as evenly as that is sensible: a bucket of tokens that holds what one second brings. It begins empty,
 * so that a process that has just started makes no more writes in its first minute than the one before it left over.
 *
 * <p>Times are nanoseconds of a clock that never goes back. Not safe for use by several threads.
 */
public final class Tempo {

    private static final long MINUTE = 60_000_000_000L;
    private static final int SECONDS = 60;

    private long updated;
    private double tokens;

    /** An empty bucket. */
    public Tempo(long now) {
        updated = now;
    }

    /**
     * How many writes may pass now.
     *
     * @param perMinute the most in any minute; 0: no limit
     */
    public int available(int perMinute, long now) {
        if (perMinute <= 0) {
            updated = now;
            tokens = 0;
            return Integer.MAX_VALUE;
        }
        tokens = Math.min(depth(perMinute), tokens + (now - updated) / interval(perMinute));
        updated = now;
        return (int) tokens;
    }

    /** One write passes; {@link #available} has said that it may. */
    public void take() {
        tokens = Math.max(0, tokens - 1);
    }

    /** When one more may pass, where none may now. */
    public long nextAt(int perMinute) {
        return perMinute <= 0 ? updated : updated + (long) Math.ceil((1 - tokens) * interval(perMinute));
    }

    private static int depth(int perMinute) {
        return Math.max(1, perMinute / SECONDS);
    }

    /** Between two tokens: a full bucket and what follows within a minute are no more than the limit. */
    private static double interval(int perMinute) {
        return (double) MINUTE / (perMinute - depth(perMinute) + 1);
    }
}
