package io.cpubaseline.stories.faults;

import static io.cpubaseline.stories.stage.Stage.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.cpubaseline.api.v1alpha1.PinnedBaseline;
import io.cpubaseline.lab.objects.AuditLog;
import io.cpubaseline.lab.objects.NodeManifests;
import io.cpubaseline.lab.process.Directories;
import io.cpubaseline.lab.use.Operator;
import io.cpubaseline.stories.stage.Seen;
import io.cpubaseline.stories.stage.Stage;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What nobody should do and somebody does, with rights that they have: no machine is written for it that should not be, and all is right afterwards. */
class HostileUsersIT {
    private static final String BASELINE = Stage.patching("homelab", "vendors: Mixed");

    @RegisterExtension
    static final Stage stage = Stage.shared();

    /** These machines carry the baseline of the home lab. */
    private static PinnedBaseline applied(String baseline, String... machines) {
        stage.homelab();
        List.of(machines).forEach(name -> stage.machines().create(name, "homelab"));
        stage.operator();
        stage.apply(baseline);
        return stage.awaitApplied("homelab", machines.length).pinned();
    }

    @Test
    void anEditedStatusMovesNoMachineAndIsSoonPutRight() {
        // Given
        PinnedBaseline pinned = applied(BASELINE, "web", "db");
        Map<String, String> machines = stage.machines().versions();
        AuditLog.Mark before = stage.mark();

        for (String edit : List.of(
                "{\"pinned\": {\"cpuModel\": \"Conroe\"}}",
                "{\"pinned\": {\"requiredFeatures\": []}}",
                "{\"pinned\": {\"revision\": \"Conroe-0123456789\"}}",
                "{\"pinned\": null}",
                "{\"conditions\": [], \"virtualMachines\": null, \"history\": [], \"observedGeneration\": 4711}")) {
            // When
            stage.kubectl(
                    "patch",
                    "ccb",
                    "homelab",
                    "--subresource=status",
                    "--type=merge",
                    "-p",
                    "{\"status\": " + edit + "}");

            // Then it is put right, though nothing else happens
            stage.await("homelab", now -> {
                assertThat(now.verdict("Ready")).as(edit).isEqualTo("True Pinned");
                assertThat(now.verdict("VirtualMachinesAligned")).as(edit).isEqualTo("True Aligned");
                assertThat(now.pinned().revision()).as(edit).isEqualTo(pinned.revision());
                assertThat(now.pinned().cpuModel()).as(edit).isEqualTo(pinned.cpuModel());
                assertThat(now.pinned().requiredFeatures()).as(edit).isEqualTo(pinned.requiredFeatures());
                assertThat(now.virtualMachines().applied()).as(edit).isEqualTo(2);
            });
        }

        // And all the while
        assertThat(stage.writesSince(before)).noneMatch(write -> write.contains("virtualmachines"));
        assertThat(stage.machines().versions()).isEqualTo(machines);
    }

    @Test
    void aFinalizerThatIsTakenAwayComesBackAndOneThatGoesWithItsBaselineLeavesTheMachines() {
        // Given
        String removing = BASELINE.replace("mode: Patch", "mode: Patch\n    releasePolicy: Remove");
        stage.homelab();
        stage.machines().create("web", "homelab");
        Operator operator = stage.operator();
        stage.apply(removing);
        PinnedBaseline pinned = stage.awaitApplied("homelab", 1).pinned();
        String written = stage.machines().cpuFields("web");
        assertThat(finalizers()).isNotEmpty();

        // When
        withoutFinalizers();

        // Then
        eventually(() -> assertThat(finalizers()).isNotEmpty());

        // When its baseline is deleted while no operator runs, and the finalizer is taken away
        operator.kill();
        stage.kubectl("delete", "ccb", "homelab", "--wait=false");
        withoutFinalizers();
        eventually(() -> assertThat(stage.kubectl("get", "ccb", "-o", "name")).isEmpty());
        stage.operator();
        stage.apply(Stage.observing("sentinel"));
        stage.awaitPinned("sentinel");

        // Then the machine keeps what it has, and the baseline finds it when it comes again
        assertThat(stage.machines().cpuFields("web")).isEqualTo(written);
        stage.apply(removing);
        assertThat(stage.awaitApplied("homelab", 1).pinned().revision()).isEqualTo(pinned.revision());
        assertThat(stage.machines().cpuFields("web")).isEqualTo(written);
    }

    private static String finalizers() {
        return stage.kubectl("get", "ccb", "homelab", "-o", "jsonpath={.metadata.finalizers}");
    }

    private static void withoutFinalizers() {
        stage.kubectl("patch", "ccb", "homelab", "--type=merge", "-p", "{\"metadata\": {\"finalizers\": null}}");
    }

    @Test
    void selectorsThatChangeAllTheTimeEndWithTheLastOne() {
        // Given
        PinnedBaseline pinned = applied(BASELINE, "web", "db");
        String written = stage.machines().cpuFields("web");
        stage.machines().create("mail", "other");
        AuditLog.Mark before = stage.mark();

        // When
        for (int i = 1; i <= 30; i++) {
            stage.edit(
                    "homelab",
                    "{\"virtualMachines\": {\"selector\": {\"matchLabels\": {\"cpu-baseline\": \"%s\"}}}, \"nodeSelector\": %s}"
                            .formatted(
                                    i % 2 == 0 ? "homelab" : "other",
                                    i % 2 == 0
                                            ? "null"
                                            : "{\"matchLabels\": {\"cpu-vendor.node.kubevirt.io/Intel\": \"true\"}}"));
        }

        // Then
        Seen seen = stage.await("homelab", "VirtualMachinesAligned", "True Aligned");
        assertThat(seen.pinned()).isEqualTo(pinned);
        assertThat(seen.virtualMachines().selected()).isEqualTo(2);
        assertThat(seen.virtualMachines().applied()).isEqualTo(2);
        assertThat(stage.machines().cpuFields("web")).isEqualTo(written);
        assertThat(stage.machines().cpuFields("db")).isEqualTo(written);
        assertThat(stage.machines().cpuFields("mail")).isIn("", written);
        assertThat(stage.writesSince(before).stream().filter(write -> write.contains("virtualmachines")))
                .as("never more than one write for each time that a machine was selected")
                .hasSizeLessThanOrEqualTo(45);
    }

    @Test
    void fiveHundredBaselinesOverTheSameMachinesWriteNone() {
        // Given
        PinnedBaseline pinned = applied(BASELINE.replace("matchLabels: {cpu-baseline: homelab}", ""), "web", "db");
        Map<String, String> machines = stage.machines().versions();
        AuditLog.Mark before = stage.mark();

        // When
        Path file = stage.lab().directory().resolve("five-hundred.yaml");
        Directories.write(
                file,
                IntStream.range(0, 500)
                        .mapToObj("flood-%03d"::formatted)
                        .map(name -> Stage.patching(name, "vendors: Mixed")
                                .replace("matchLabels: {cpu-baseline: %s}".formatted(name), ""))
                        .collect(Collectors.joining("---\n")));
        stage.kubectl("create", "-f", file.toString());

        // Then each has its answer
        eventually(() -> assertThat(
                        stage.kubectl("get", "ccb", "-o", "jsonpath={range .items[*]}{.status.pinned.revision} {end}")
                                .split(" "))
                .hasSize(501)
                .containsOnly(pinned.revision()));
        Seen last = stage.await("flood-499", "Ready", "True Pinned");
        assertThat(last.machinesWith("ClaimedByOther")).isEqualTo(2);

        // When they go
        stage.kubectl("delete", "-f", file.toString(), "--wait=false");

        // Then the machines are as they were, and the operator goes on
        eventually(() -> assertThat(stage.kubectl("get", "ccb", "-o", "name").lines())
                .containsExactly("clustercpubaseline.cpubaseline.io/homelab"));
        assertThat(stage.machines().versions()).isEqualTo(machines);
        assertThat(stage.writesSince(before)).noneMatch(write -> write.contains("virtualmachines"));
        stage.machines().create("mail", "homelab");
        stage.awaitApplied("homelab", 3);
    }

    @Test
    void renamedNodesAndOnesThatAreFullOfLabelsChangeNothing() {
        // Given
        PinnedBaseline pinned = applied(BASELINE, "web");
        Map<String, String> machines = stage.machines().versions();

        // When nodes come back by other names
        for (String node : List.of("prox01", "prox03")) {
            stage.nodes().delete(node);
            stage.apply(NodeManifests.homelab().only(node).copies("renamed-" + node));
        }

        // Then
        Seen seen = stage.await("homelab", now -> {
            assertThat(now.nodes().selected()).isEqualTo(7);
            assertThat(now.nodes().contributing()).isEqualTo(7);
        });
        assertThat(seen.pinned()).isEqualTo(pinned);
        assertThat(seen.hasCandidate()).isFalse();

        // When a node gets as many labels as the API server takes
        int labels = fill("prox05");
        assertThat(labels).isGreaterThan(5_000);
        stage.machines().create("db", "homelab");

        // Then
        seen = stage.awaitApplied("homelab", 2);
        assertThat(seen.pinned()).isEqualTo(pinned);
        assertThat(seen.hasCandidate()).isFalse();
        assertThat(seen.nodes().contributing()).isEqualTo(7);
        assertThat(stage.machines().versions()).containsAllEntriesOf(machines);

        // And its other changes are still seen
        stage.nodes().loseModel("prox05", pinned.cpuModel());
        stage.await("homelab", now -> assertThat(now.nodes().schedulable()).isEqualTo(6));
    }

    /** Gives a node labels by names that nobody knows, twice as many each time, until that is refused; returns how many it got. */
    private static int fill(String node) {
        Resource<Node> resource = stage.lab().client().nodes().withName(node);
        Map<String, String> labels =
                new TreeMap<>(resource.require().getMetadata().getLabels());
        int filled = 0;
        for (int count = 1_000; ; count *= 2) {
            for (int i = filled; i < count; i++) {
                labels.put("cpu-feature.node.kubevirt.io/" + "x".repeat(50) + i, "true");
            }
            try {
                resource.edit(before -> new NodeBuilder(before)
                        .editMetadata()
                        .withLabels(labels)
                        .endMetadata()
                        .build());
            } catch (KubernetesClientException full) {
                return filled;
            }
            filled = count;
        }
    }
}
