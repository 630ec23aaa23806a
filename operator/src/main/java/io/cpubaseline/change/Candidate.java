package io.cpubaseline.change;

import java.time.Instant;

/**
 * What the evidence or the policy says, where that differs from the pinned baseline.
 *
 * @param pin the baseline that would be pinned
 * @param direction which way it goes, by what guests see
 * @param trigger what brought it up
 * @param since when it was first seen
 * @param reason why, for people
 * @param impact what would change for guests, for people
 */
public record Candidate(Pin pin, Direction direction, Trigger trigger, Instant since, String reason, String impact) {

    /** Which way a change goes, by the features that guests see. */
    public enum Direction {
        /** Guests see more. */
        Raise,
        /** Guests see less. */
        Lower,
        /** Some features come, others go. */
        Sideways
    }

    /** What brought a candidate up. */
    public enum Trigger {
        /** The nodes changed. */
        Evidence,
        /** The spec was edited. */
        Policy,
        /** Nodes that are still to come. */
        PlannedNodes,
        /** The operator's own tables changed with an upgrade. */
        Catalog
    }

    /** The identity of what would be pinned. */
    public String revision() {
        return pin.revision();
    }
}
