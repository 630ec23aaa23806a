package io.cpubaseline.virtualmachine;

/**
 * When KubeVirt runs a VirtualMachine, and whether it is just about to stop or start it.
 *
 * @param runStrategy {@code spec.runStrategy}; for the deprecated {@code spec.running} what that means, {@code Always} or {@code Halted};
 *     empty if neither is set
 * @param changing whether {@code status.stateChangeRequests} has any: a stop or a start is under way, and KubeVirt takes no further request
 *     (1.8.4: {@code lifecycle.go}, getChangeRequestJson)
 */
public record Power(String runStrategy, boolean changing) {

    /** Nothing is said. */
    public static final Power UNSAID = new Power("", false);

    /** Whether it waits for a migration from another cluster. */
    public boolean waitsAsReceiver() {
        return runStrategy.equals("WaitAsReceiver");
    }

    /** Whether KubeVirt restarts it on request: it refuses that for these (1.8.4: {@code lifecycle.go}, RestartVMRequestHandler). */
    public boolean restartable() {
        return !runStrategy.equals("Halted") && !runStrategy.equals("Once");
    }
}
