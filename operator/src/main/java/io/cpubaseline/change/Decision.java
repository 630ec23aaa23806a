package io.cpubaseline.change;

import io.cpubaseline.Reason;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What is to be.
 *
 * @param next what the status is to remember
 * @param moved why the pin moves with this decision; null if it stays
 * @param waiting why there is no pin yet; null if there is one
 * @param pending the state of the candidate; reason {@link Reason#UpToDate} if there is none
 * @param approval the answer to {@code approvedRevision}; null if it isn't set
 * @param retryAfter when time alone may change the decision; null if it can't
 * @param taken what the pin moves to, compared with the pin before; null if it stays, or nothing was pinned
 */
public record Decision(
        Remembered next,
        @Nullable Move moved,
        @Nullable Verdict waiting,
        Verdict pending,
        @Nullable Verdict approval,
        @Nullable Duration retryAfter,
        @Nullable Candidate taken) {

    /** A decision that takes no other pin in place of one. */
    public Decision(
            Remembered next,
            @Nullable Move moved,
            @Nullable Verdict waiting,
            Verdict pending,
            @Nullable Verdict approval,
            @Nullable Duration retryAfter) {
        this(next, moved, waiting, pending, approval, retryAfter, null);
    }

    /** Why the pin moves. */
    public enum Move {
        /** The first baseline is adopted. */
        FirstAdoption,
        /** The status was lost; virtual machines carry what was pinned. */
        Recovery,
        /** The user approved it. */
        Approval,
        /** {@code changes.raise.policy} is Automatic. */
        AutomaticRaise,
        /** {@code changes.lower.policy} is Automatic. */
        AutomaticLower,
        /** Both are. */
        AutomaticSideways,
        /** {@code changes.lower.policy} drops extras whose label nodes have lost. */
        ExtrasDropped
    }

    /** A reason and its message for people. */
    public record Verdict(Reason reason, String message) {}
}
