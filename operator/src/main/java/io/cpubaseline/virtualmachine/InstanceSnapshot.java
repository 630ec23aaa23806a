package io.cpubaseline.virtualmachine;

import io.cpubaseline.fleet.GuestShape;
import io.cpubaseline.fleet.NodeCapacity;
import java.util.Collections;
import java.util.List;
import java.util.Set;

/**
 * A KubeVirt VirtualMachineInstance, which is what runs, as far as CPU baselines care. Its CPU never changes: the API server refuses
 * that.
 *
 * @param namespace its namespace
 * @param name its name, which is also that of the VirtualMachine it belongs to
 * @param uid its UID, a new one at every start
 * @param created when it was created, in seconds since 1970: at the start of the guest; 0 if not known
 * @param virtualMachine the VirtualMachine that controls it; empty if none does
 * @param model {@code spec.domain.cpu.model}, after KubeVirt's defaults, such as {@code host-model}; empty if unset
 * @param requiredFeatures names of the features with policy {@code require} or none, sorted
 * @param phase {@code status.phase}, such as {@code Running}; empty before the first
 * @param nodeName {@code status.nodeName}: where it runs; empty before it is placed
 * @param shape what it asks of nodes beside its CPU model
 * @param size its virtual CPUs and memory, an instancetype's too, which KubeVirt has written into it; nothing if not known
 * @param runningSince since when it has been running, in seconds since 1970; 0 if it isn't, or that isn't known
 * @param unschedulable why kube-scheduler finds no node for it, in its words; empty if it has one
 * @param given the revision that the admission policy gave to it when it was created, since its virtual machine had none yet; empty if it didn't,
 *     and once it is being deleted
 * @param traits what it is in the midst of, and can do
 */
public record InstanceSnapshot(
        String namespace,
        String name,
        String uid,
        long created,
        String virtualMachine,
        String model,
        List<String> requiredFeatures,
        String phase,
        String nodeName,
        GuestShape shape,
        NodeCapacity size,
        long runningSince,
        String unschedulable,
        String given,
        Set<Trait> traits) {

    /** kube-scheduler's words (1.18 to 1.37) for a node that lacks a label, beside which others may be full. */
    private static final String LACKS_LABELS = "node affinity/selector";

    /** Makes the collections immutable. */
    public InstanceSnapshot {
        requiredFeatures = List.copyOf(requiredFeatures);
        traits = Set.copyOf(traits);
    }

    /** Whether it is so. */
    public boolean is(Trait trait) {
        return traits.contains(trait);
    }

    /** Whether it can't be placed, and nodes are passed over for their labels: those that it selects by, its CPU's among them. */
    public boolean findsNoNode() {
        return live() && unschedulable.contains(LACKS_LABELS);
    }

    /** Whether it still runs, or is about to. */
    public boolean live() {
        return !phase.equals("Succeeded") && !phase.equals("Failed");
    }

    /**
     * Whether it runs with what this wants. A preference may add features to what its virtual machine has; but one that was started before the
     * baseline was pinned, and requires more, has that from an earlier one and can't move to nodes without it.
     */
    public boolean carries(Target target) {
        boolean hasAll = target.features().stream()
                .allMatch(feature -> Collections.binarySearch(requiredFeatures, feature.name()) >= 0);
        boolean startedBefore = created != 0 && created <= target.pinned();
        return model.equals(target.cpuModel())
                && hasAll
                && (!startedBefore
                        || requiredFeatures.size() == target.features().size());
    }
}
