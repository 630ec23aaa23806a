package io.cpubaseline.operator.kube;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Lets writes pass only while this process may act, and knows how many are under way. Whether it may act is asked for every single write, and
 * once more when its body is sent: a process that was stopped for a while must not go on with what it had begun, and between the two a
 * connection may have to be made first. Safe for use by several threads.
 */
public final class WriteGate {

    private final BooleanSupplier mayAct;
    private int underWay;

    /**
     * Open as long as the process may act.
     *
     * @param mayAct must be quick
     */
    public WriteGate(BooleanSupplier mayAct) {
        this.mayAct = mayAct;
    }

    /**
     * Sends a write, if this process may act.
     *
     * @return its answer; fails with an {@link IOException} if it isn't sent
     */
    public <T> CompletableFuture<T> pass(Supplier<CompletableFuture<T>> write) {
        try {
            check();
        } catch (IOException e) {
            return CompletableFuture.failedFuture(e);
        }
        synchronized (this) {
            underWay++;
        }
        CompletableFuture<T> answer;
        try {
            answer = write.get();
        } catch (RuntimeException e) {
            answer = CompletableFuture.failedFuture(e);
        }
        return answer.whenComplete((outcome, failure) -> ended());
    }

    /**
     * A write's body, which can be read only while this process may act.
     *
     * @param content of the body, as UTF-8
     */
    GatedBody body(String content) {
        return new GatedBody(this, content);
    }

    /** Fails unless this process may act. */
    void check() throws IOException {
        if (!mayAct.getAsBoolean()) {
            throw new IOException("not sent: this operator doesn't lead any more");
        }
    }

    private synchronized void ended() {
        underWay--;
        notifyAll();
    }

    /**
     * Waits until no write is under way.
     *
     * @param longest not longer than this
     * @return whether that is so
     */
    public synchronized boolean awaitQuiet(Duration longest) throws InterruptedException {
        long end = System.nanoTime() + longest.toNanos();
        for (long left = longest.toNanos(); underWay > 0 && left > 0; left = end - System.nanoTime()) {
            TimeUnit.NANOSECONDS.timedWait(this, left);
        }
        return underWay == 0;
    }
}
