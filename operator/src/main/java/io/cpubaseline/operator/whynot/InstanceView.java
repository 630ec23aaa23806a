package io.cpubaseline.operator.whynot;

import com.fasterxml.jackson.databind.JsonNode;
import io.cpubaseline.operator.cluster.InstanceReader;
import io.cpubaseline.virtualmachine.InstanceSnapshot;
import java.util.List;

/**
 * What of a VirtualMachineInstance decides where its pod can go: little, so that all of a cluster can be kept.
 *
 * @param snapshot what a baseline needs of it, too
 * @param architecture {@code spec.architecture}; empty if unset
 * @param requests what its pod would request
 * @param beyond what decides, too, and is not looked at, a sentence each
 * @param startTroubles what holds up its start, by its conditions, a sentence each
 * @param refusals why KubeVirt migrates it nowhere; empty if it does
 * @param lastMigration how its last migration failed; nothing if it didn't
 */
record InstanceView(
        InstanceSnapshot snapshot,
        String architecture,
        Requests requests,
        List<String> beyond,
        List<String> startTroubles,
        List<Troubles.Refusal> refusals,
        List<Troubles.Failure> lastMigration) {

    /** Makes the lists immutable. */
    InstanceView {
        beyond = List.copyOf(beyond);
        startTroubles = List.copyOf(startTroubles);
        refusals = List.copyOf(refusals);
        lastMigration = List.copyOf(lastMigration);
    }

    static InstanceView of(JsonNode instance) {
        return new InstanceView(
                new InstanceReader().read(instance),
                instance.at("/spec/architecture").asText(),
                Requests.of(instance.path("spec")),
                Beyond.of(instance.path("spec")),
                Troubles.start(instance),
                Troubles.notMigratable(instance),
                Troubles.lastMigration(instance));
    }
}
