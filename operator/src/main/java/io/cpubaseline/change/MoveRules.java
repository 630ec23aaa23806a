package io.cpubaseline.change;

import java.time.Duration;

/**
 * When the pin may move without a person's word.
 *
 * @param raise for candidates that only add what guests see
 * @param lower for candidates that only take away; its stabilization is about the first baseline, too
 * @param minimumCapacity how much of the selected nodes' capacity must be able to take the first baseline or a raise, in percent
 */
public record MoveRules(Way raise, Way lower, int minimumCapacity) {

    /**
     * One way that the pin can go.
     *
     * @param policy whether it goes there by itself
     * @param stabilization how long the candidate must have been the same
     */
    public record Way(Policy policy, Duration stabilization) {

        /** The stricter policy of both, after the longer time. */
        Way and(Way other) {
            return new Way(
                    policy.compareTo(other.policy) < 0 ? policy : other.policy,
                    stabilization.compareTo(other.stabilization) > 0 ? stabilization : other.stabilization);
        }
    }

    /** Whether the pin moves by itself, the strictest first. */
    public enum Policy {
        /** It moves by approval alone. */
        Manual,
        /** It drops required features of purpose Performance whose label nodes have lost, and nothing else. */
        ExtrasOnly,
        /** It takes what the nodes say. */
        Automatic
    }

    /** The same without a time to wait for. */
    public MoveRules atOnce() {
        return new MoveRules(
                new Way(raise.policy(), Duration.ZERO), new Way(lower.policy(), Duration.ZERO), minimumCapacity);
    }

    /** The pin moves by approval alone; the first baseline is adopted after this time. */
    public static MoveRules manual(Duration first, int minimumCapacity) {
        return new MoveRules(new Way(Policy.Manual, Duration.ZERO), new Way(Policy.Manual, first), minimumCapacity);
    }
}
