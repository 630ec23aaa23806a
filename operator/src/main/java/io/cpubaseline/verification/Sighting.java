package io.cpubaseline.verification;

import java.time.Duration;

/**
 * What is seen of a guest at one time.
 *
 * @param at when, counted from the begin of the run
 * @param instance the identity of its instance; a migration keeps it; empty if there is none
 * @param node where it runs; empty if it doesn't
 * @param phase such as {@code Running}
 * @param ready whether its probe says that it counts, works and has its flags
 * @param paused why its CPUs don't run, as KubeVirt says; empty if they do
 */
public record Sighting(Duration at, String instance, String node, String phase, boolean ready, String paused) {

    private static final String RUNNING = "Running";

    /** Whether all that can be seen is well. */
    public boolean isWell() {
        return phase.equals(RUNNING) && ready;
    }

    /** Whether it has ended, for whatever reason. */
    boolean isOver() {
        return phase.equals("Succeeded") || phase.equals("Failed");
    }
}
