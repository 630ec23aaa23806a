package io.cpubaseline.operator.machines;

import io.cpubaseline.operator.kube.ApiServer;
import io.cpubaseline.virtualmachine.Action;
import io.cpubaseline.virtualmachine.OwnedFields;
import io.cpubaseline.virtualmachine.VirtualMachineSnapshot;
import io.cpubaseline.virtualmachine.WriteOutcome;
import java.time.Duration;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Writes to virtual machines that wait or are under way: a bounded number at a time, first come first served, and one at a time of each owner.
 * When the API server asks for patience, all of them have it, and go on by themselves. Safe for use by several threads; one thread at a time sends.
 */
public final class WriteQueue {

    private static final int AT_A_TIME = 16;

    private final Writes writes;
    private final LongSupplier nanoTime;

    /** By owner, in the order in which they are sent. This and all that follows is guarded by this object. */
    private final Map<Object, Write> waiting = new LinkedHashMap<>();

    private final Map<Object, Write> underWay = new HashMap<>();
    private long pausedUntil;
    private boolean sending;
    private boolean closed;

    /** The writes to virtual machines. */
    public interface Writes {

        /** Makes exactly these fields the manager's, and gives up what else it owns. */
        CompletableFuture<WriteOutcome> apply(VirtualMachineSnapshot vm, String manager, OwnedFields fields);

        /** Makes the fields the manager's as they are, and then nobody else's, as the action says. */
        CompletableFuture<WriteOutcome> takeOver(VirtualMachineSnapshot vm, String manager, Action.TakeOver action);
    }

    /**
     * One write.
     *
     * @param manager the field manager that writes
     * @param fields what is to be its own
     * @param takeOver how some of them are taken from others; null if none are
     * @param answered takes in the answer, before the owner may send again; what it returns is run when the next writes are on their way.
     *     Both are called by any thread, without a lock
     */
    record Write(
            VirtualMachineSnapshot vm,
            String manager,
            OwnedFields fields,
            Action.@Nullable TakeOver takeOver,
            Function<WriteOutcome, Runnable> answered) {}

    /**
     * An empty queue.
     *
     * @param writes sends writes; called by one thread at a time
     * @param nanoTime a clock that never goes back, in nanoseconds
     */
    public WriteQueue(Writes writes, LongSupplier nanoTime) {
        this.writes = writes;
        this.nanoTime = nanoTime;
    }

    /** By {@link System#nanoTime}, counted from now on, so that it is never negative. */
    public static LongSupplier monotonic() {
        long start = System.nanoTime();
        return () -> System.nanoTime() - start;
    }

    /** The clock of its pauses. */
    LongSupplier nanoTime() {
        return nanoTime;
    }

    /** Lets a write wait for {@link #send}. Its owner has none that waits or is under way, see {@link #supersede}. */
    synchronized void put(Object owner, Write write) {
        if (!closed) {
            waiting.put(owner, write);
        }
    }

    /** Where an owner's write is. */
    enum Place {
        NOWHERE,
        /** It waits; it has been superseded. */
        WAITING,
        /** It is sent, and not answered yet. */
        UNDER_WAY
    }

    /** Sends this in place of the owner's write that waits, if one does. */
    synchronized Place supersede(Object owner, Write write) {
        if (underWay.containsKey(owner)) {
            return Place.UNDER_WAY;
        }
        return waiting.replace(owner, write) == null ? Place.NOWHERE : Place.WAITING;
    }

    /** A write of this owner that waits is not sent any more; returns whether one did. */
    synchronized boolean drop(Object owner) {
        return waiting.remove(owner) != null;
    }

    /** Whether a write of this owner is sent and not answered yet. */
    synchronized boolean isUnderWay(Object owner) {
        return underWay.containsKey(owner);
    }

    /** Until when nothing is sent, since the API server has asked for patience; may be in the past. */
    synchronized long pausedUntil() {
        return pausedUntil;
    }

    /** Starts no further write. What is under way comes to its end by itself. */
    public synchronized void close() {
        closed = true;
        waiting.clear();
    }

    /** Sends what waits, as much as may be under way at once. An answer that comes while this runs leaves the rest to it. */
    void send() {
        synchronized (this) {
            if (sending) {
                return;
            }
            sending = true;
        }
        for (Map.Entry<Object, Write> next = next(); next != null; next = next()) {
            send(next.getKey(), next.getValue());
        }
    }

    private synchronized Map.@Nullable Entry<Object, Write> next() {
        boolean paused = nanoTime.getAsLong() < pausedUntil;
        if (closed || paused || underWay.size() >= AT_A_TIME || waiting.isEmpty()) {
            sending = false;
            return null;
        }
        Iterator<Map.Entry<Object, Write>> all = waiting.entrySet().iterator();
        Map.Entry<Object, Write> first = Map.Entry.copyOf(all.next());
        all.remove();
        underWay.put(first.getKey(), first.getValue());
        return first;
    }

    private void send(Object owner, Write write) {
        CompletableFuture<WriteOutcome> answer;
        try {
            answer = write.takeOver() == null
                    ? writes.apply(write.vm(), write.manager(), write.fields())
                    : writes.takeOver(write.vm(), write.manager(), write.takeOver());
        } catch (RuntimeException e) {
            answer = CompletableFuture.failedFuture(e);
        }
        var unused = answer.whenComplete((outcome, failure) -> done(
                owner, write, failure == null ? outcome : new WriteOutcome.Retry(null, ApiServer.reason(failure))));
    }

    private void done(Object owner, Write write, WriteOutcome outcome) {
        Runnable afterwards = write.answered().apply(outcome);
        synchronized (this) {
            underWay.remove(owner);
            Duration asked = outcome instanceof WriteOutcome.Retry retry ? retry.after() : null;
            if (asked != null) {
                pausedUntil = Math.max(pausedUntil, nanoTime.getAsLong() + asked.toNanos());
                CompletableFuture.delayedExecutor(asked.toNanos(), TimeUnit.NANOSECONDS)
                        .execute(this::send);
            }
        }
        send();
        afterwards.run();
    }
}
