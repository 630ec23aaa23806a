package io.cpubaseline.verification;

import java.time.Duration;

/**
 * A migration that was made, or tried.
 *
 * @param round in which round, from 1
 * @param guest the name of its VirtualMachine
 * @param vendor its domain
 * @param source where it ran
 * @param target where it was sent, or came to; empty where KubeVirt chose and it failed
 * @param result how it ended
 * @param took from when it was asked for until it had ended
 * @param explanation in words why it didn't succeed; else empty
 */
public record Leg(
        int round,
        String guest,
        String vendor,
        String source,
        String target,
        Progress.Result result,
        Duration took,
        String explanation) {

    /** Whether the guest has moved. */
    public boolean succeeded() {
        return result == Progress.Result.Succeeded;
    }
}
