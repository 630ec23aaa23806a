package io.cpubaseline.virtualmachine;

import io.cpubaseline.Reason;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What is remembered of one baseline's writes to one virtual machine: it tells when a wanted write is due, so that nothing is repeated before
 * something changed or a delay is over.
 *
 * <p>Times are nanoseconds of a clock that never goes back, counted from any moment that isn't negative. Not safe for use by several threads.
 */
public final class WriteMemory {

    /** How many losses within {@link Delays#contentionWindow} are too many. */
    public static final int LOSSES_UNTIL_CONTENDED = 3;

    private static final long NEVER = -1;

    private final Delays delays;

    /** What the last write was decided on, or what was found to be contended; null if nothing was. */
    private @Nullable VirtualMachineSnapshot seen;

    private @Nullable WriteOutcome outcome;
    private @Nullable Reason told;

    /** Since when there has been a conflict. */
    private long conflictSince = NEVER;

    private long notBefore;

    /** Until when the same content isn't sent again to an API server that has refused it. */
    private long refusedUntil;

    private long until;
    private int failures;
    private boolean contended;

    /** When the fields were written that no release has given back since: an apply that is due after that means that they were lost. */
    private final long[] applied = new long[LOSSES_UNTIL_CONTENDED];

    private int losses;

    /**
     * How long is waited.
     *
     * @param retryInitial after the first failure; doubles with every further one
     * @param retryMax the longest of the growing delays
     * @param refused after a refusal, while neither the virtual machine nor the baseline changes
     * @param reapply after the first loss of what was written; doubles with every further one
     * @param contentionWindow for how long losses count together
     * @param conflict how long a conflict must hold before it is told
     */
    public record Delays(
            Duration retryInitial,
            Duration retryMax,
            Duration refused,
            Duration reapply,
            Duration contentionWindow,
            Duration conflict) {}

    /** What becomes of a write that is wanted. */
    public enum Verdict {
        /** It is to be sent. */
        DUE,
        /** It is due later, see {@link #until}. */
        WAITS,
        /** It is written, and the watch doesn't show that yet. */
        WRITTEN,
        /** Others hold fields, as the API server has answered: nothing is sent until the virtual machine changes. */
        HELD,
        /** The instancetype sets a field itself, as KubeVirt has answered: nothing is sent until the virtual machine changes. */
        INSTANCETYPE,
        /** What was written is lost again and again: nothing is applied until the virtual machine changes. */
        CONTENDED
    }

    /** Nothing is remembered yet. */
    public WriteMemory(Delays delays) {
        this.delays = delays;
    }

    /**
     * Whether a write is due, given what was answered to those before. If it is, it counts as decided on from now on.
     *
     * @param action the write: neither {@link Action.Nothing} nor {@link Action.Skip} nor {@link Action.Conflict}
     * @param vm what it was decided on
     */
    public Verdict wanted(Action action, VirtualMachineSnapshot vm, long now) {
        boolean apply = action instanceof Action.Apply;
        boolean unchanged = vm.equals(seen);
        if (unchanged && contended && apply) {
            // Before the last answer, which was that the lost fields had been applied.
            return Verdict.CONTENDED;
        }
        if (outcome instanceof WriteOutcome.Applied written && (unchanged || vm.generation() < written.generation())) {
            return Verdict.WRITTEN;
        }
        if (unchanged && outcome instanceof WriteOutcome.Conflict) {
            return Verdict.HELD;
        }
        if (unchanged && outcome instanceof WriteOutcome.Instancetype) {
            return Verdict.INSTANCETYPE;
        }
        if (contended) {
            // It has changed since: whoever took the fields may have learned better.
            startOver();
        }
        if (apply && losses(now) == LOSSES_UNTIL_CONTENDED) {
            contended = true;
            seen = vm;
            return Verdict.CONTENDED;
        }
        until = earliest(apply, unchanged);
        if (now < until) {
            return Verdict.WAITS;
        }
        seen = vm;
        return Verdict.DUE;
    }

    /** After failures, and after losses of what was written, writes wait for longer and longer. A release is never held up by losses. */
    private long earliest(boolean apply, boolean unchanged) {
        long earliest = unchanged ? Math.max(notBefore, refusedUntil) : notBefore;
        return apply && losses > 0
                ? Math.max(earliest, applied[losses - 1] + growing(delays.reapply(), losses))
                : earliest;
    }

    /** When a write is due that {@link Verdict#WAITS}. */
    public long until() {
        return until;
    }

    /** The write that was due is to be sent for what the virtual machine is now. */
    public void decidedOn(VirtualMachineSnapshot vm) {
        seen = vm;
    }

    /** The write that was due has not been sent. */
    public void undecided() {
        seen = null;
    }

    /** What the API server has answered to a write. */
    public void answered(Action action, WriteOutcome answer, long now) {
        outcome = answer;
        if (answer instanceof WriteOutcome.Applied) {
            failures = 0;
            notBefore = 0;
            refusedUntil = 0;
            conflictSince = NEVER;
            if (action instanceof Action.Apply) {
                losses(now);
                applied[losses++] = now;
            } else if (action instanceof Action.Release) {
                losses = 0;
            }
            return;
        }
        failures++;
        long delay = growing(delays.retryInitial(), failures);
        Duration asked = answer instanceof WriteOutcome.Retry retry ? retry.after() : null;
        if (asked != null) {
            delay = Math.max(delay, asked.toNanos());
        }
        notBefore = now + delay;
        boolean refused = answer instanceof WriteOutcome.Refused || answer instanceof WriteOutcome.Forbidden;
        refusedUntil = refused ? now + delays.refused().toNanos() : 0;
    }

    /** The last answer, which stands until there is a new one; null if there is none. */
    public @Nullable WriteOutcome outcome() {
        return outcome;
    }

    /** Nothing is to be written now, and nothing is wrong. What was lost before still counts. */
    public void settle() {
        seen = null;
        outcome = null;
        told = null;
        conflictSince = NEVER;
        notBefore = 0;
        refusedUntil = 0;
        failures = 0;
        contended = false;
    }

    /** Something else is wanted: nothing of before counts. */
    public void startOver() {
        settle();
        losses = 0;
    }

    /** Whether nothing has been decided or answered since it was last settled. */
    public boolean isSettled() {
        return seen == null && outcome == null && told == null && conflictSince == NEVER;
    }

    /** Whether nothing of it matters any more once it is settled. */
    public boolean isForgettable(long now) {
        return losses(now) == 0;
    }

    /** When the last loss that counts doesn't count any more. */
    public long forgettableFrom() {
        return losses == 0 ? 0 : applied[losses - 1] + delays.contentionWindow().toNanos() + 1;
    }

    /** When a conflict, which there is now, has held for long enough to be told. */
    public long conflictHoldsFrom(long now) {
        if (conflictSince == NEVER) {
            conflictSince = now;
        }
        return conflictSince + delays.conflict().toNanos();
    }

    /** Whether this hasn't been told since the virtual machine was last in order; it counts as told from now on. */
    public boolean tell(Reason reason) {
        boolean news = told != reason;
        told = reason;
        return news;
    }

    /** Whether this has been told since the virtual machine was last in order. */
    public boolean hasTold(Reason reason) {
        return told == reason;
    }

    /** How many of the last writes count, each of them lost if another apply is due. */
    private int losses(long now) {
        long begin = now - delays.contentionWindow().toNanos();
        int gone = 0;
        while (gone < losses && applied[gone] < begin) {
            gone++;
        }
        if (gone > 0) {
            System.arraycopy(applied, gone, applied, 0, losses - gone);
            losses -= gone;
        }
        return losses;
    }

    /** The first delay, doubled with every further time, up to the longest. */
    private long growing(Duration first, int times) {
        long longest = delays.retryMax().toNanos();
        Duration delay = first.multipliedBy(1L << Math.min(20, Math.max(0, times - 1)));
        return delay.compareTo(delays.retryMax()) > 0 ? longest : delay.toNanos();
    }
}
