package io.cpubaseline.campaign;

import io.cpubaseline.campaign.Candidate.Circumstances;
import io.cpubaseline.virtualmachine.InstanceSnapshot;
import io.cpubaseline.virtualmachine.Target;
import io.cpubaseline.virtualmachine.Trait;
import io.cpubaseline.virtualmachine.VirtualMachineSnapshot;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What is seen of a virtual machine of a campaign now.
 *
 * @param namespace its namespace
 * @param name its name
 * @param applied whether it carries the baseline, so that its next start is with it; one that was chosen may have to be written again
 * @param live whether it has an instance that runs or is about to
 * @param created when that was created, in seconds since 1970
 * @param carries whether that has what is pinned
 * @param ready whether that is Ready
 * @param leaving whether its stop, or its start, is under way already
 * @param halted whether nothing starts it again: its owner has stopped it
 * @param returns whether KubeVirt starts it by itself where it has no instance
 * @param findsNoNode whether nodes are passed over for their labels
 * @param unschedulable why kube-scheduler finds no node for it, in words; empty if it has one
 */
public record MachineState(
        String namespace,
        String name,
        boolean applied,
        boolean live,
        long created,
        boolean carries,
        boolean ready,
        boolean leaving,
        boolean halted,
        boolean returns,
        boolean findsNoNode,
        String unschedulable) {

    /** Of one without an instance that is live, {@code running} is null. */
    static MachineState of(
            VirtualMachineSnapshot vm, @Nullable InstanceSnapshot running, Target target, Circumstances around) {
        return new MachineState(
                vm.namespace(),
                vm.name(),
                around.applied(),
                running != null,
                running == null ? 0 : running.created(),
                running != null && running.carries(target),
                running != null && running.is(Trait.READY),
                around.asked() || vm.power().changing() || running != null && running.is(Trait.ENDING),
                vm.power().runStrategy().equals("Halted"),
                vm.power().runStrategy().equals(Candidate.ALWAYS),
                running != null && running.findsNoNode(),
                running == null ? "" : unschedulable(running, around));
    }

    private static String unschedulable(InstanceSnapshot running, Circumstances around) {
        if (!running.findsNoNode()) {
            return running.unschedulable();
        }
        String labels = around.lacking().get();
        return labels.isEmpty() ? running.unschedulable() : "no node has " + labels;
    }

    /** {@code namespace/name}. */
    String fullName() {
        return namespace + "/" + name;
    }

    /** Whether it has no instance, and gets one without anybody's doing: whoever counts on it misses it now. */
    boolean missing() {
        return !live && (returns || leaving);
    }

    /** Whether it runs with something else than what is pinned. */
    boolean due() {
        return applied && live && !carries;
    }

    /** Whether its instance has come after that time. */
    boolean cameAfter(Instant time) {
        return live && created >= time.getEpochSecond();
    }
}
