package io.cpubaseline.operator.verification;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Ctrl-C and SIGTERM: the JVM begins to end, and waits for this until the run has deleted what it made. The run is interrupted only where it may
 * be; what it deletes is never cut short. Made by the run's thread; the JVM's shutdown runs in another one.
 */
final class Interruption implements AutoCloseable {

    /** Kubernetes gives a container 30 s by default, the chart's CronJob more; who has no time kills. */
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private final Thread runs = Thread.currentThread();
    private final CountDownLatch finished = new CountDownLatch(1);
    private final Thread hook = new Thread(this::end, "verification-end");
    private boolean allowed;
    private boolean wanted;

    /** From now on the JVM waits for {@link #close}. */
    Interruption() {
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /** From now on the run may be interrupted; at once, if that was wanted before. */
    synchronized void allow() {
        allowed = true;
        if (wanted) {
            runs.interrupt();
        }
    }

    /** From now on it may not be; what was not noticed yet is forgotten. */
    synchronized void forbid() {
        allowed = false;
        var unused = Thread.interrupted();
    }

    private void end() {
        synchronized (this) {
            wanted = true;
            if (allowed) {
                runs.interrupt();
            }
        }
        try {
            var unused = finished.await(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** All has been deleted and told. */
    @Override
    public void close() {
        finished.countDown();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // the JVM is ending: the hook has been waiting for this
        }
    }
}
