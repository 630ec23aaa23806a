package io.cpubaseline.operator.watch;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends a stream that has been silent for too long, since a connection that nobody answers any more looks like a quiet one; and tells how
 * long ago the API server was heard. The loop that reads the stream reports to it; a timer's thread looks.
 */
final class StreamGuard {

    private static final Logger LOG = LoggerFactory.getLogger(StreamGuard.class);

    /** How often it looks within the limit. */
    private static final int LOOKS = 20;

    /** So many limits without an answer mean that this process will hear nothing any more. */
    private static final int LIMITS_UNTIL_DEAF = 3;

    private final String kind;
    private final Duration idleLimit;
    private @Nullable ScheduledFuture<?> looks;

    /** Guarded by this object. */
    private @Nullable InputStream stream;

    private volatile long lastSign = System.nanoTime();
    private volatile long lastAnswer = lastSign;

    /**
     * For one loop.
     *
     * @param kind for the log
     * @param idleLimit a stream that is silent for longer is ended
     */
    StreamGuard(String kind, Duration idleLimit) {
        this.kind = kind;
        this.idleLimit = idleLimit;
    }

    void begin(ScheduledExecutorService timer) {
        long interval = Math.max(1, idleLimit.toMillis() / LOOKS);
        looks = timer.scheduleWithFixedDelay(this::endIfSilent, interval, interval, TimeUnit.MILLISECONDS);
    }

    /** Ends the stream that is open, if one is, and looks no more. */
    void end() {
        if (looks != null) {
            looks.cancel(false);
        }
        close();
    }

    /** This stream is open now. */
    synchronized void opened(InputStream raw) {
        heard();
        stream = raw;
    }

    /** Something was read about the kind, or the API server has said that there is nothing to read. */
    void heard() {
        lastSign = System.nanoTime();
        lastAnswer = lastSign;
    }

    /** The API server, or whoever is in its place, has answered, if only with an error. */
    void answered() {
        lastAnswer = System.nanoTime();
    }

    /** How long ago something was heard about the kind. */
    Duration age() {
        return Duration.ofNanos(System.nanoTime() - lastSign);
    }

    /** Whether there has been no answer at all for so long that only a new process may get one. */
    boolean deaf() {
        return System.nanoTime() - lastAnswer
                > idleLimit.multipliedBy(LIMITS_UNTIL_DEAF).toNanos();
    }

    /** Ends the stream that is open, if one is; a read that waits for it then fails. */
    void close() {
        close(taken());
    }

    private synchronized @Nullable InputStream taken() {
        InputStream open = stream;
        stream = null;
        return open;
    }

    private void endIfSilent() {
        InputStream silent;
        synchronized (this) {
            if (stream == null || System.nanoTime() - lastSign <= idleLimit.toNanos()) {
                return;
            }
            silent = taken();
        }
        LOG.atInfo()
                .addKeyValue("kind", kind)
                .addKeyValue("seconds", idleLimit.toSeconds())
                .log("Nothing was heard from the API server, connecting anew");
        close(silent);
    }

    /** Outside of any lock: it may wait for whoever reads. */
    private void close(@Nullable InputStream open) {
        if (open != null) {
            try {
                open.close();
            } catch (IOException e) {
                LOG.atDebug().addKeyValue("kind", kind).setCause(e).log("Closing a stream failed");
            }
        }
    }
}
