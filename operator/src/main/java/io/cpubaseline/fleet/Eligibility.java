package io.cpubaseline.fleet;

import io.cpubaseline.Reason;
import org.jspecify.annotations.Nullable;

/**
 * Whether a node takes part in the baseline.
 *
 * @param state how it takes part
 * @param reason why it doesn't contribute; null if it does
 */
public record Eligibility(State state, @Nullable Reason reason) {

    /** How a node takes part. */
    public enum State {
        /** Its evidence decides the baseline. */
        CONTRIBUTING,
        /** What its CPU can do is not known for sure now. It never lowers a pinned baseline. */
        UNKNOWN,
        /** It is known, and the baseline is not made for it. */
        UNFIT
    }

    private static final Eligibility CONTRIBUTES = new Eligibility(State.CONTRIBUTING, null);

    /** The node contributes. */
    public static Eligibility contributes() {
        return CONTRIBUTES;
    }

    static Eligibility unknown(Reason reason) {
        return new Eligibility(State.UNKNOWN, reason);
    }

    static Eligibility unfit(Reason reason) {
        return new Eligibility(State.UNFIT, reason);
    }
}
