package io.cpubaseline.console;

import java.io.PrintWriter;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * A word now and then while something takes longer than a second, for people: where standard error is no terminal there is none. It looks at the clock
 * when it is told of something done, so that it costs nothing and needs no thread.
 */
public final class Progress {

    private static final long SECOND = 1_000_000_000L;

    private final PrintWriter err;
    private final LongSupplier nanos;
    private final BooleanSupplier terminal;
    private long next;
    private int done;
    private boolean silent;

    /**
     * Progress from now on.
     *
     * @param err where it is told
     * @param nanos the clock: nanoseconds since whenever
     * @param terminal whether somebody sees it; asked once, when there is something to tell
     */
    Progress(PrintWriter err, LongSupplier nanos, BooleanSupplier terminal) {
        this.err = err;
        this.nanos = nanos;
        this.terminal = terminal;
        this.next = nanos.getAsLong() + SECOND;
    }

    /** Progress from now on, on standard error. */
    public static Progress on(Terminal terminal) {
        return new Progress(terminal.err(), System::nanoTime, Screen::showsErrors);
    }

    /** Nobody is told anything. */
    public static Progress silent() {
        Progress progress = new Progress(new PrintWriter(PrintWriter.nullWriter()), () -> 0, () -> false);
        progress.silent = true;
        return progress;
    }

    /**
     * One more is done.
     *
     * @param what things like it, in words
     */
    public void one(String what) {
        done++;
        if (silent || nanos.getAsLong() - next < 0) {
            return;
        }
        if (!terminal.getAsBoolean()) {
            silent = true;
            return;
        }
        next = nanos.getAsLong() + SECOND;
        err.printf("cpu-baseline: %d %s so far …%n", done, what);
        err.flush();
    }
}
