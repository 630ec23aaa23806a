package io.cpubaseline.campaign;

import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * By what a campaign restarts.
 *
 * @param paused whether no further restart begins
 * @param consentAssumed whether a virtual machine may be restarted whose owner has said nothing
 * @param methods those that may be used
 * @param budgets how many may be unavailable; of several that are open the strictest counts
 * @param steps pauses, in their order
 * @param progressDeadline how long a restart may take
 * @param failureLimit at how many failed ones no further restart begins
 * @param blockingAlerts names of the alerts that keep restarts from beginning while any of them fires
 */
public record Rules(
        boolean paused,
        boolean consentAssumed,
        Set<Method> methods,
        List<Budget> budgets,
        List<Step> steps,
        Duration progressDeadline,
        int failureLimit,
        Set<String> blockingAlerts) {

    /** The same, but no restart begins. */
    public Rules resting() {
        return new Rules(true, consentAssumed, methods, budgets, steps, progressDeadline, failureLimit, blockingAlerts);
    }

    /** Makes the collections immutable. */
    public Rules {
        methods = Set.copyOf(methods);
        budgets = List.copyOf(budgets);
        steps = List.copyOf(steps);
        blockingAlerts = Set.copyOf(blockingAlerts);
    }
}
