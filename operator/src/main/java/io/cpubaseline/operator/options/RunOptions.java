package io.cpubaseline.operator.options;

import java.time.Duration;
import java.util.Set;

/**
 * How the operator runs: every waiting time and every switch, set by options of {@code cpu-baseline run}.
 *
 * @param listenPort port of /livez, /readyz and /metrics; 0: any free one
 * @param leaderElection whether to act only while holding the Lease
 * @param leaseNamespace namespace of the Lease
 * @param identity the name by which this process holds the Lease: the pod's, so that a restarted container takes up at once
 * @param writeVirtualMachines whether VirtualMachines may be written at all
 * @param trustedManagers field managers that write copies of VirtualMachines only, as backup tools do: what they have copied is taken back
 * @param writeClusterDefault whether KubeVirt's own default model may be written
 * @param restartVirtualMachines whether campaigns may restart VirtualMachines
 * @param prometheus where the alerts are known that keep campaigns from restarting
 * @param nodeFeatureNamespace node-feature-discovery's namespace, whose NodeFeatures alone count; empty: by its workers' objects
 * @param admissionPolicy name of the chart's MutatingAdmissionPolicy, to be bound for baselines; empty: there is none
 * @param evidenceGrace how long a node may be unknown before the first baseline stops waiting for it, and how long a new one may take to become
 *     KubeVirt's
 * @param countWriteInterval at most one status write per baseline in this time where only counts changed
 * @param restartInterval how often a restart campaign is looked at, and its status written at most
 * @param retryInitial first delay after a failure; doubles up to {@code retryMax}
 * @param retryMax longest delay between two tries
 * @param refusalRetry how long a write that the API server has refused isn't repeated while nothing changes
 * @param probeInterval how often to look for a kind that is absent or forbidden
 * @param reapplyDelay first delay before a lost field of a VirtualMachine is written again; doubles with every loss
 * @param contentionWindow how long losses of a VirtualMachine's fields are counted together
 * @param conflictDelay how long a conflict over a VirtualMachine's fields must hold before there is an event about it, how long a new one is left to start where its
 *     instance gets the pin anyway, and how long after one
 *     baseline another may come that was applied together with it
 * @param proofTime how long a guest has to run with a revision until that is proven on the nodes of its CPU vendor
 * @param requestTimeout how long one request to the API server may take
 * @param leaseDuration how long others wait for a leader that has stopped renewing the Lease
 * @param watchIdleLimit how long a watch may be silent before its connection is replaced
 * @param watchRetryMax longest delay between two tries to read a kind of objects, where it is shorter than {@code retryMax}
 * @param resyncInterval how often a baseline is looked at though nothing has changed
 * @param eventInterval events that come one after the other are this far apart in the long run; fifty may come at once
 */
public record RunOptions(
        int listenPort,
        boolean leaderElection,
        String leaseNamespace,
        String identity,
        boolean writeVirtualMachines,
        Set<String> trustedManagers,
        boolean writeClusterDefault,
        boolean restartVirtualMachines,
        PrometheusOptions prometheus,
        String nodeFeatureNamespace,
        String admissionPolicy,
        Duration evidenceGrace,
        Duration countWriteInterval,
        Duration restartInterval,
        Duration retryInitial,
        Duration retryMax,
        Duration refusalRetry,
        Duration probeInterval,
        Duration reapplyDelay,
        Duration contentionWindow,
        Duration conflictDelay,
        Duration proofTime,
        Duration requestTimeout,
        Duration leaseDuration,
        Duration watchIdleLimit,
        Duration watchRetryMax,
        Duration resyncInterval,
        Duration eventInterval) {

    /** Makes the set immutable. */
    public RunOptions {
        trustedManagers = Set.copyOf(trustedManagers);
    }

    /** The longest delay between two tries where other work waits for what is read. */
    public Duration longestReadDelay() {
        return retryMax.compareTo(watchRetryMax) < 0 ? retryMax : watchRetryMax;
    }
}
