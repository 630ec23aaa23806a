package io.cpubaseline.operator.whynot;

import java.io.PrintWriter;
import java.time.Duration;

/** Says on standard error what is being read, where that takes more than a moment. Used by one thread. */
final class Progress {

    private static final long EVERY = Duration.ofSeconds(2).toNanos();

    private final PrintWriter err;
    private long next = System.nanoTime() + EVERY;

    Progress(PrintWriter err) {
        this.err = err;
    }

    /** So many of a kind have been read. */
    void read(int count, String kind) {
        if (count % 100 == 0 && System.nanoTime() - next >= 0) {
            err.printf("read: %,d %s%n", count, kind);
            err.flush();
            next = System.nanoTime() + EVERY;
        }
    }
}
