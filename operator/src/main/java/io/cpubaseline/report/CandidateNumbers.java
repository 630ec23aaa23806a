package io.cpubaseline.report;

import io.cpubaseline.Reason;
import io.cpubaseline.change.Candidate;
import io.cpubaseline.change.Pin;
import io.cpubaseline.fleet.CapacityShare;
import io.cpubaseline.fleet.Criteria;
import io.cpubaseline.fleet.NodeDemand;
import io.cpubaseline.fleet.Targets;
import io.cpubaseline.virtualmachine.Tally;
import org.jspecify.annotations.Nullable;

/** What a candidate would change, in numbers: level and model, nodes where guests can land, and virtual machines. Only counts that are kept anyway. */
final class CandidateNumbers {

    private CandidateNumbers() {}

    /** Sentences beside {@link Candidate#impact()}, each with a blank before it; empty outside a cluster, where nothing is in force. */
    static String of(Candidate candidate, Observation observation) {
        Pin pinned = observation.decision().next().pinned();
        Pin next = candidate.pin();
        boolean byAdmission = observation.admission() != null;
        if (observation.now() == null) {
            return "";
        }
        return pinned == null
                ? nodes(next, observation) + machines(next, observation.prospect(), byAdmission)
                : change(pinned, next)
                        + nodes(pinned, next, observation)
                        + machines(next, observation.virtualMachines(), byAdmission);
    }

    /** Where guests could land with the first baseline. */
    private static String nodes(Pin first, Observation observation) {
        Targets targets = observation.plan().fleet().targets();
        Targets.Count count = targets.of(first.criteria(), NodeDemand.none());
        String nodes = landing(count, observation);
        CapacityShare share = new CapacityShare(count.capacity(), targets.selected());
        return isTold(share) ? "%s: on %s.".formatted(nodes, share) : nodes + ".";
    }

    private static String landing(Targets.Count count, Observation observation) {
        return " Guests could land on %d of %d nodes now"
                .formatted(count.nodes(), observation.plan().fleet().selected());
    }

    private static boolean isTold(CapacityShare share) {
        return share.whole().milliCores() != 0 || share.whole().memory() != 0;
    }

    private static String change(Pin pinned, Pin next) {
        return " %s, %s becomes %s, %s.".formatted(pinned.cpuModel(), pinned.level(), next.cpuModel(), next.level());
    }

    private static String nodes(Pin pinned, Pin next, Observation observation) {
        Targets targets = observation.plan().fleet().targets();
        // It would be confined to the same vendor.
        Criteria.Pin criteria = new Criteria.Pin(
                next.cpuModel(), next.requiredFeatures(), pinned.criteria().vendor());
        Targets.Count before = targets.of(pinned.criteria(), NodeDemand.none());
        Targets.Count after = targets.of(criteria, NodeDemand.none());
        String nodes = "%s, with the pinned baseline on %d".formatted(landing(after, observation), before.nodes());
        CapacityShare share = new CapacityShare(after.capacity(), targets.selected());
        return isTold(share)
                ? "%s: on %s, with the pinned baseline on %d cores and %s."
                        .formatted(
                                nodes,
                                share,
                                before.capacity().cores(),
                                before.capacity().memoryQuantity())
                : nodes + ".";
    }

    private static String machines(Pin next, Observation.@Nullable VirtualMachines machines, boolean byAdmission) {
        if (machines == null
                || machines.unreadable() != null
                || machines.tally().selected() == 0) {
            return "";
        }
        Tally tally = machines.tally();
        int following = tally.in(Tally.State.APPLIED) + tally.in(Tally.State.PENDING);
        int restarts =
                tally.runningWithout(next.cpuModel(), next.requiredFeatures().names());
        int otherVendor = tally.with(Reason.ChangesVendor);
        return " %d of %d selected virtual machines have the baseline or are to have it. %s.%s"
                .formatted(
                        following,
                        tally.selected(),
                        restarts == 0
                                ? "None of them runs with another CPU than this"
                                : "Running with another CPU, so to be restarted for this one: %d; %s"
                                        .formatted(restarts, untilThen(machines, byAdmission)),
                        otherVendor == 0
                                ? ""
                                : " On nodes of another vendor, so to change the CPU vendor then: %d."
                                        .formatted(otherVendor));
    }

    /** KubeVirt does no live update of a virtual machine whose CPU fields were changed while it runs (vm.go, RestartRequired). */
    private static String untilThen(Observation.VirtualMachines machines, boolean byAdmission) {
        if (byAdmission) {
            return "nothing is written into them before, so live updates go on";
        }
        return machines.whenStopped()
                ? "they are written once they are stopped (rollout.when: WhenStopped), so live updates go on"
                : "from the write until then KubeVirt does no live updates of them (hotplug)";
    }
}
