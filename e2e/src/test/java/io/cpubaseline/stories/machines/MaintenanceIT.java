package io.cpubaseline.stories.machines;

import static io.cpubaseline.stories.stage.Stage.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.cpubaseline.lab.objects.AuditEvent;
import io.cpubaseline.lab.objects.AuditLog;
import io.cpubaseline.lab.process.Tool;
import io.cpubaseline.stories.stage.Machines;
import io.cpubaseline.stories.stage.Seen;
import io.cpubaseline.stories.stage.Stage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A node is drained for its maintenance: KubeVirt refuses to evict a running machine, and migrates it instead. */
class MaintenanceIT {
    private static final Set<String> OTHER_INTEL_NODES = Set.of("prox05", "prox06", "prox07", "prox08");

    @RegisterExtension
    static final Stage stage = Stage.full();

    @Test
    void aDrainEmptiesANodeWhileItsMachinesRunOn() {
        // Given three machines on one node
        stage.homelab();
        List<String> machines = List.of("web", "db", "mail");
        machines.forEach(name -> stage.machines().create(Machines.evictable(name, "intel")));
        stage.operator();
        stage.apply(Stage.patchingVendor("intel", "Intel"));
        Seen pinned = stage.awaitApplied("intel", machines.size());
        stage.startOn("prox01", machines.toArray(String[]::new));
        Map<String, String> instances = instances(machines);
        AuditLog.Mark before = stage.mark();

        // When
        stage.kubectl("drain", "prox01", "--pod-selector=kubevirt.io=virt-launcher", "--delete-emptydir-data");

        // Then nobody was evicted, each runs on: where the baseline said it could
        assertThat(evictions(before)).contains(429);
        assertThat(machines)
                .allSatisfy(name ->
                        assertThat(stage.migrations().nodeOf(name)).as(name).isIn(OTHER_INTEL_NODES));
        assertThat(instances(machines)).isEqualTo(instances);
        assertThat(launchersOn("prox01")).isEmpty();

        // And a drained node is no reason for another baseline
        Seen after = stage.settled("intel");
        assertThat(after.pinned()).isEqualTo(pinned.pinned());
        assertThat(after.hasCandidate()).isFalse();
        assertThat(after.nodes().contributing()).isEqualTo(5);

        // When it is back, then they can return
        stage.kubectl("uncordon", "prox01");
        assertThat(stage.migrations().targets("web", Set.of("prox01"))).containsExactly("prox01");
    }

    @Test
    void aMachineWithMoreThanTheOthersHaveKeepsItsNodeFromBeingDrained() throws IOException {
        // Given what only the newest node has
        stage.homelab();
        stage.machines()
                .create(Machines.evictable("web", "amd")
                        .replace(
                                "{cores: 2}",
                                "{cores: 2, model: EPYC-Rome, features: [{name: avx512f, policy: require}]}"));
        stage.startOn("prox04", "web");
        String instance = stage.migrations().instanceOf("web");

        // When
        Tool.Result evicted = evict(launchersOn("prox04").get(0));

        // Then it can't leave
        assertThat(evicted.exitCode()).isNotZero();
        assertThat(evicted.errors()).contains("Eviction triggered evacuation of VMI");
        eventually(() -> assertThat(stage.migrations().whyPending("web")).contains("didn't match Pod's node"));
        assertThat(stage.migrations().nodeOf("web")).isEqualTo("prox04");

        // When it has been started anew with the baseline of both AMD nodes
        stage.machines().runStrategy("web", "Halted");
        stage.machines().patch("web", "kubectl-edit", """
                {"spec": {"template": {"spec": {"domain": {"cpu": {"model": null, "features": null}}}}}}
                """);
        stage.operator();
        stage.apply(Stage.patchingVendor("amd", "AMD"));
        stage.awaitApplied("amd", 1);
        eventually(() -> assertThat(stage.migrations().instanceOf("web")).isEmpty());
        stage.startOn("prox04", "web");
        assertThat(stage.migrations().instanceOf("web")).isNotEqualTo(instance);
        stage.kubectl("drain", "prox04", "--pod-selector=kubevirt.io=virt-launcher", "--delete-emptydir-data");

        // Then it has gone to the other one
        assertThat(stage.migrations().nodeOf("web")).isEqualTo("prox03");
    }

    private static Map<String, String> instances(List<String> machines) {
        Map<String, String> instances = new TreeMap<>();
        machines.forEach(name -> instances.put(name, stage.migrations().instanceOf(name)));
        return instances;
    }

    /** What the API server has answered to evictions. */
    private static List<Integer> evictions(AuditLog.Mark since) {
        return stage.lab().auditLog().since(since).stream()
                .filter(event -> event.subresource().equals("eviction"))
                .map(AuditEvent::responseCode)
                .toList();
    }

    /** The pods of machines on a node, but for those that have ended. */
    private static List<String> launchersOn(String node) {
        return stage.kubectl(
                        "get",
                        "pods",
                        "-l",
                        "kubevirt.io=virt-launcher",
                        "--field-selector=spec.nodeName=" + node + ",status.phase=Running",
                        "-o",
                        "name")
                .lines()
                .map(name -> name.substring("pod/".length()))
                .toList();
    }

    /** Once; a drain does it again and again. */
    private static Tool.Result evict(String pod) throws IOException {
        Path eviction = Files.writeString(stage.lab().directory().resolve("eviction.json"), """
                {"apiVersion": "policy/v1", "kind": "Eviction", "metadata": {"name": "%s", "namespace": "default"}}
                """.formatted(pod));
        String path = "/api/v1/namespaces/default/pods/" + pod + "/eviction";
        return stage.lab().kubectl().tryRun("create", "--raw", path, "-f", eviction.toString());
    }
}
