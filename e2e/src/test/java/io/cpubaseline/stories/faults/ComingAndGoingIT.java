package io.cpubaseline.stories.faults;

import static io.cpubaseline.stories.stage.Stage.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.cpubaseline.api.v1alpha1.PinnedBaseline;
import io.cpubaseline.lab.objects.AuditLog;
import io.cpubaseline.lab.objects.NodeManifests;
import io.cpubaseline.lab.use.Operator;
import io.cpubaseline.stories.stage.Definitions;
import io.cpubaseline.stories.stage.Seen;
import io.cpubaseline.stories.stage.Stage;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Whatever the operator looks at may be missing, come, and go again: it says what is missing, and goes on by itself. */
class ComingAndGoingIT {
    private static final String BASELINE = Stage.patching("homelab", "vendors: Mixed");
    private static final List<String> KUBEVIRT =
            List.of("kubevirts.kubevirt.io", "virtualmachines.kubevirt.io", "virtualmachineinstances.kubevirt.io");
    private static final String NODE_FEATURES = "nodefeatures.nfd.k8s-sigs.io";
    private static final String BASELINES = "clustercpubaselines.cpubaseline.io";
    private static final int MACHINES = 100;

    @RegisterExtension
    static final Stage stage = Stage.ofItsOwn();

    private static final Definitions definitions = new Definitions(stage);

    @BeforeEach
    void everythingIsThere() {
        definitions.putBackAll();
    }

    @Test
    void kubeVirtAndNodeFeatureDiscoveryMayComeLater() {
        // Given a cluster that has neither, and no nodes
        KUBEVIRT.forEach(definitions::remove);
        definitions.remove(NODE_FEATURES);
        Operator operator = stage.operator("--evidence-grace=1h");

        // When
        stage.apply(BASELINE);

        // Then
        Seen seen = stage.await("homelab", "Ready", "False NoContributingNodes");
        assertThat(seen.verdict("Stalled")).isEqualTo("absent");

        // When there are nodes
        stage.lab()
                .apply(NodeManifests.homelab()
                        .withoutNodeFeatures()
                        .withNodes(node -> new NodeBuilder(node)
                                .editMetadata()
                                .withLabels(Map.of("kubernetes.io/arch", "amd64"))
                                .endMetadata()
                                .build()));

        // Then
        seen = stage.await("homelab", now -> assertThat(now.nodes().unknown()).isEqualTo(7));
        assertThat(seen.verdict("EvidenceComplete")).isEqualTo("False KubeVirtLabelsMissing");
        assertThat(seen.message("EvidenceComplete")).contains("Install KubeVirt");
        assertThat(operator.isReady()).isTrue();

        // When KubeVirt comes, and labels them
        definitions.putBack(KUBEVIRT);
        stage.lab().apply(NodeManifests.homelab().withoutNodeFeatures());
        stage.machines().create("web", "homelab");

        // Then
        seen = stage.await("homelab", "VirtualMachinesAligned", "True Aligned");
        PinnedBaseline pinned = seen.pinned();
        eventually(() -> assertThat(stage.machines().cpuFields("web")).startsWith("IvyBridge-IBRS "));

        // When node-feature-discovery comes, too
        definitions.putBack(List.of(NODE_FEATURES));
        stage.homelab();

        // Then
        stage.await("homelab", "EvidenceComplete", "True Complete");

        // When KubeVirt goes, with all virtual machines
        KUBEVIRT.forEach(definitions::remove);

        // Then the pin is kept
        seen = stage.await("homelab", "VirtualMachinesAligned", "Unknown KubeVirtMissing");
        assertThat(seen.pinned()).isEqualTo(pinned);
        assertThat(operator.isReady()).isTrue();

        // When it comes back
        definitions.putBack(KUBEVIRT);
        stage.machines().create("db", "homelab");

        // Then it goes on by itself
        stage.await("homelab", "VirtualMachinesAligned", "True Aligned");
        eventually(() -> assertThat(stage.machines().cpuFields("db")).startsWith("IvyBridge-IBRS "));
        assertThat(stage.baseline("homelab").pinned()).isEqualTo(pinned);
    }

    @Test
    void aDeletedBaselineThatIsToGiveBackDoesNotWaitForKubeVirtThatIsGone() {
        // Given
        stage.homelab();
        stage.machines().create("web", "homelab");
        stage.operator();
        stage.apply(BASELINE.replace("mode: Patch", "mode: Patch\n    releasePolicy: Remove"));
        stage.awaitApplied("homelab", 1);
        KUBEVIRT.forEach(definitions::remove);
        stage.await("homelab", "VirtualMachinesAligned", "Unknown KubeVirtMissing");

        // When
        stage.kubectl("delete", "ccb", "homelab", "--wait=false");

        // Then
        eventually(() -> assertThat(stage.kubectl("get", "ccb", "-o", "name")).isEmpty());
        eventually(() -> assertThat(stage.events("ClusterCpuBaseline", "homelab"))
                .anyMatch(event ->
                        event.startsWith("ReleaseIncomplete:") && event.contains("KubeVirt's API is not there")));
    }

    @Test
    void anOlderKubeVirtMayMigrateAcrossVendorsUntilItIsUpgraded() {
        // Given a KubeVirt that doesn't say yet what it is
        stage.homelab();
        stage.operator();
        stage.apply("""
                apiVersion: kubevirt.io/v1
                kind: KubeVirt
                metadata: {name: kubevirt, namespace: default}
                spec: {}
                """);
        stage.apply(BASELINE);
        stage.await("homelab", "MigrationPossible", "False ForeignVendorModel");

        // When
        kubeVirtSays("v1.7.0");

        // Then
        Seen seen = stage.await("homelab", "MigrationPossible", "False CrossVendorMigration");
        assertThat(seen.message("MigrationPossible"))
                .contains("KubeVirt v1.7.0")
                .contains("AMD, Intel")
                .contains("1.7.1");
        assertThat(seen.verdict("Ready")).isEqualTo("True Pinned");

        // When
        kubeVirtSays("v1.7.1");

        // Then
        stage.await("homelab", "MigrationPossible", "False ForeignVendorModel");
    }

    /** As virt-operator does when it has brought all its parts to that version. */
    private static void kubeVirtSays(String version) {
        stage.kubeVirtSays("{\"phase\": \"Deployed\", \"observedKubeVirtVersion\": \"%s\"}".formatted(version));
    }

    @Test
    void withoutItsOwnKindItIdlesAndIsReady() {
        // Given
        stage.homelab();
        Operator operator = stage.operator();
        stage.apply(BASELINE);
        stage.awaitPinned("homelab");

        // When
        definitions.remove(BASELINES);

        // Then
        eventually(() -> assertThat(operator.metrics()).doesNotContain("baseline=\"homelab\""));
        assertThat(operator.isLive()).isTrue();
        assertThat(operator.isReady()).isTrue();

        // When
        definitions.putBack(List.of(BASELINES));
        stage.apply(BASELINE);

        // Then
        stage.awaitPinned("homelab");
        assertThat(operator.isReady()).isTrue();
    }

    @Test
    void itsOwnKindMayGoWhileMachinesAreWrittenAndTheyAllGetTheSame() throws InterruptedException {
        // Given
        stage.homelab();
        IntStream.range(0, MACHINES).forEach(i -> stage.machines().create("vm-" + i, "homelab"));
        Operator operator = stage.operator();
        stage.applyUntilWritten(BASELINE, 3);

        // When
        definitions.remove(BASELINES);
        eventually(() -> assertThat(operator.metrics()).doesNotContain("cpu_baseline_info{baseline=\"homelab\""));

        // Then nothing is written any more
        Map<String, String> machines = stage.machines().versions();
        AuditLog.Mark before = stage.mark();
        definitions.putBack(List.of(BASELINES));
        stage.apply(Stage.observing("sentinel"));
        stage.awaitPinned("sentinel");
        assertThat(stage.writesSince(before)).noneMatch(write -> write.contains("virtualmachines"));
        assertThat(stage.machines().versions()).isEqualTo(machines);

        // When the baseline is back, then it goes on with what the first ones have
        stage.apply(BASELINE);
        stage.awaitApplied("homelab", MACHINES);
        assertThat(stage.machines().generations()).containsOnly(2L);
        assertThat(operator.isReady()).isTrue();
    }

    @Test
    void anApiServerThatIsAwayForAWhileIsWaitedFor() {
        // Given
        stage.homelab();
        stage.machines().create("web", "homelab");
        Operator operator = stage.operator("--probe-interval=3s");
        stage.apply(BASELINE);
        stage.await("homelab", "VirtualMachinesAligned", "True Aligned");
        Seen settled = stage.settled("homelab");
        Map<String, String> machines = stage.machines().versions();
        AuditLog.Mark before = stage.mark();

        // When
        stage.lab().restartApiServer();
        stage.apply(Stage.observing("sentinel"));

        // Then
        stage.awaitPinned("sentinel");
        assertThat(operator.isRunning()).isTrue();
        assertThat(stage.baseline("homelab").resourceVersion()).isEqualTo(settled.resourceVersion());
        assertThat(stage.machines().versions()).isEqualTo(machines);
        assertThat(stage.writesSince(before)).allMatch(write -> write.contains("sentinel") || write.contains("events"));

        // And what happens afterwards is seen
        stage.machines().create("db", "homelab");
        stage.await(
                "homelab", now -> assertThat(now.virtualMachines().applied()).isEqualTo(2));
        stage.nodes().loseCpuLabels("prox08");
        stage.await("homelab", now -> assertThat(now.nodes().unknown()).isEqualTo(1));
    }

    @Test
    void whatAnotherDefinitionLetThroughHarmsNobodyElse() {
        // Given a definition that checks nothing
        stage.homelab();
        Operator operator = stage.operator();
        stage.apply(BASELINE);
        stage.awaitPinned("homelab");
        definitions.relax(BASELINES);

        // When
        stage.apply("""
                apiVersion: cpubaseline.io/v1alpha1
                kind: ClusterCpuBaseline
                metadata: {name: unknown-words}
                spec:
                  vendors: Several
                  features: {profile: Fast}
                  fieldOfALaterVersion: {a: 1}
                """);
        stage.apply("""
                apiVersion: cpubaseline.io/v1alpha1
                kind: ClusterCpuBaseline
                metadata: {name: wrong-types}
                spec:
                  paused: perhaps
                  nodeSelector: [a, b]
                  abiLevel: x86-64-v3
                """);
        stage.apply(Stage.observing("sentinel"));

        // Then that is answered
        Seen seen = stage.await("unknown-words", "Stalled", "True InvalidSpec");
        assertThat(seen.message("Stalled"))
                .contains("spec.vendors")
                .contains("Several")
                .contains("Mixed");

        eventually(() -> assertThat(stage.kubectl("get", "ccb", "wrong-types", "-o", "jsonpath={.status.conditions}"))
                .contains("InvalidSpec")
                .contains("spec."));

        // And the others go on
        stage.awaitPinned("sentinel");
        stage.nodes().loseCpuLabels("prox08");
        stage.await("homelab", now -> assertThat(now.nodes().unknown()).isEqualTo(1));
        assertThat(operator.isReady()).isTrue();
    }
}
