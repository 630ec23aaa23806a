package io.cpubaseline.baseline;

import io.cpubaseline.Reason;

/**
 * Why there is no baseline.
 *
 * @param reason the reason in one word
 * @param message what was found, where, and what to do
 * @param lacking the feature or model that was asked for and that some nodes lack: who knows the nodes can name them; empty if it is not
 *     about that
 */
public record NoBaseline(Reason reason, String message, Lacking lacking) implements Answer {

    /**
     * What some nodes lack.
     *
     * @param feature the CPU feature; empty if it is not about one
     * @param model the CPU model; empty if it is not about one
     */
    public record Lacking(String feature, String model) {

        private static final Lacking NOTHING = new Lacking("", "");
    }

    /** Why there is no baseline, for a reason that is not about what some nodes lack. */
    public NoBaseline(Reason reason, String message) {
        this(reason, message, Lacking.NOTHING);
    }
}
