package io.cpubaseline.operator.campaign;

import io.cpubaseline.campaign.Attempt;
import io.cpubaseline.campaign.Candidate;
import io.cpubaseline.campaign.Memory;
import io.cpubaseline.campaign.Outlook;
import io.cpubaseline.operator.campaign.CampaignPass.World;
import io.cpubaseline.operator.campaign.Restarts.Outcome;
import io.cpubaseline.operator.cluster.CampaignView;
import io.cpubaseline.operator.cluster.WatchedCluster;
import io.cpubaseline.operator.watch.ObjectName;
import io.cpubaseline.virtualmachine.InstanceSnapshot;
import io.cpubaseline.virtualmachine.VirtualMachineSnapshot;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Asks for what one campaign has persisted, one by one, and tells what becomes of it. Used by one thread. */
final class Requests {

    private final World world;
    private final Restarts restarts;

    /** By namespace, until when it is believed that the operator may restart nobody there. */
    private final Map<String, Instant> forbidden = new HashMap<>();

    Requests(World world, Restarts restarts) {
        this.world = world;
        this.restarts = restarts;
    }

    /** Whether it is believed that the operator may restart nobody in that namespace. */
    boolean isForbidden(String namespace, Instant now) {
        Instant until = forbidden.get(namespace);
        return until != null && !now.isAfter(until);
    }

    /**
     * Asks as long as nothing stands against it: the end of this process, an edit, an API server in trouble. What isn't asked for now is at the next
     * look, here or by the next leader.
     *
     * @param seen the campaign as it was read
     * @return what is to be remembered from now on
     */
    Memory send(CampaignView seen, Outlook outlook, Gathering gathering) {
        Memory memory = outlook.memory();
        for (Attempt attempt : outlook.requests()) {
            if (Thread.currentThread().isInterrupted() || !isUnedited(seen)) {
                break;
            }
            Optional<InstanceSnapshot> instance = watched().instances().get(attempt.namespace(), attempt.name());
            Optional<VirtualMachineSnapshot> machine =
                    watched().virtualMachines().get(attempt.namespace(), attempt.name());
            if (instance.isEmpty() || machine.isEmpty() || !mayBegin(attempt, gathering)) {
                continue;
            }
            Outcome outcome = restarts.ask(attempt, instance.get());
            tell(outcome, seen.name(), machine.get(), attempt, memory.revision());
            if (outcome instanceof Outcome.Failed) {
                break;
            }
            memory = remembering(outcome, attempt, memory);
        }
        return memory;
    }

    private WatchedCluster watched() {
        return world.watched();
    }

    private boolean isUnedited(CampaignView seen) {
        return watched()
                .campaigns()
                .get("", seen.name())
                .filter(now -> now.uid().equals(seen.uid()) && now.generation() == seen.generation() && !now.deleting())
                .isPresent();
    }

    private static boolean mayBegin(Attempt attempt, Gathering gathering) {
        return gathering
                .of(new ObjectName(attempt.namespace(), attempt.name()))
                .filter(Candidate::mayBegin)
                .isPresent();
    }

    private Memory remembering(Outcome outcome, Attempt attempt, Memory memory) {
        if (outcome instanceof Outcome.Forbidden) {
            forbidden.put(attempt.namespace(), world.clusterTime().instant().plus(world.refusal()));
            return memory.without(attempt);
        }
        return outcome instanceof Outcome.Refused refusal
                ? memory.failing(attempt, "KubeVirt refuses the restart: " + refusal.message())
                : memory;
    }

    private void tell(Outcome outcome, String campaign, VirtualMachineSnapshot vm, Attempt attempt, String revision) {
        if (outcome instanceof Outcome.Accepted) {
            world.chronicle().requested(campaign, vm, attempt.method().name(), revision);
        } else if (outcome instanceof Outcome.Forbidden refusal) {
            world.chronicle().refused(campaign, vm, refusal.message());
        } else if (outcome instanceof Outcome.Refused refusal) {
            world.chronicle().refused(campaign, vm, refusal.message());
        } else if (outcome instanceof Outcome.Failed failure) {
            world.chronicle().refused(campaign, vm, failure.message());
        }
    }
}
