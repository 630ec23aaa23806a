package io.cpubaseline.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.cpubaseline.lab.objects.NodeManifests;
import io.cpubaseline.lab.process.Directories;
import io.cpubaseline.lab.process.LabException;
import io.cpubaseline.lab.process.Programs;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** With all components, what happens to VMs is KubeVirt's and the scheduler's own doing. */
class FullLabIT {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final Set<String> INTEL = Set.of("prox01", "prox05", "prox06", "prox07", "prox08");
    private static final Path SAMPLES =
            Programs.e2eDirectory().resolveSibling("docs").resolve("samples");
    private static final String AVX2 = "feature.node.kubernetes.io/cpu-cpuid.AVX2";

    private Lab lab;

    @BeforeEach
    void freshLab() {
        lab = SharedLab.full();
    }

    @Test
    void keepsKubeVirtsOwnObjectForTheNextStory() {
        // Given
        String uid = uidOfKubeVirt();
        lab.apply(NodeManifests.homelab().only("prox01"));

        // When
        lab.reset();

        // Then
        assertThat(lab.client().nodes().list().getItems()).isEmpty();
        assertThat(uid).isNotEmpty();
        assertThat(uidOfKubeVirt()).isEqualTo(uid);
    }

    @Test
    void startsAVmWhereItsModelRunsAndMigratesItToANodeOfTheSameVendor() {
        // Given
        lab.apply(NodeManifests.homelab());
        lab.apply(vm("traveller", """
                model: IvyBridge-IBRS
                features: [{name: avx2, policy: require}, {name: fma, policy: require}]
                """, "Intel"));
        eventually(() -> assertThat(vmi("traveller", "{.status.phase}")).isEqualTo("Running"));
        String source = vmi("traveller", "{.status.nodeName}");

        // When
        migrate("traveller");

        // Then
        eventually(() -> assertThat(get("vmim", "traveller", "{.status.phase}")).isEqualTo("Succeeded"));
        assertThat(INTEL).contains(source, vmi("traveller", "{.status.nodeName}"));
        assertThat(vmi("traveller", "{.status.nodeName}")).isNotEqualTo(source);
        assertThat(lab.kubectl()
                        .run(
                                "get",
                                "pods",
                                "-l",
                                "kubevirt.io/migrationJobUID",
                                "-o",
                                "jsonpath={.items[0].spec.nodeSelector}"))
                .contains(
                        "\"cpu-model.node.kubevirt.io/IvyBridge-IBRS\":\"true\"",
                        "\"cpu-feature.node.kubevirt.io/avx2\":\"true\"",
                        "\"cpu-vendor.node.kubevirt.io/Intel\":\"true\"");
    }

    @Test
    void leavesAMigrationPendingThatHasNoTarget() {
        // Given
        lab.apply(NodeManifests.homelab().only("prox01", "prox03"));
        lab.apply(vm("stuck", "model: IvyBridge-IBRS", "Intel"));
        eventually(() -> assertThat(vmi("stuck", "{.status.phase}")).isEqualTo("Running"));

        // When
        migrate("stuck");

        // Then
        eventually(() -> assertThat(
                        lab.kubectl().run("get", "pods", "-o", "jsonpath={.items[*].status.conditions[*].message}"))
                .contains("0/2 nodes are available"));
        assertThat(vmi("stuck", "{.status.nodeName}")).isEqualTo("prox01");
    }

    @Test
    void keepsWhatItsProgramsLeaveBehindInItsOwnDirectory() {
        // virt-api's certificates, which it deletes only where it ends by itself
        assertThat(lab.directory()).isDirectoryContaining("glob:**/certsdir*");
    }

    @Test
    void keepsANodeReadyAsItsKubeletDoes() {
        // Given
        lab.apply(NodeManifests.homelab().only("prox01"));
        String beat = ready("prox01", "lastHeartbeatTime");
        String since = ready("prox01", "lastTransitionTime");

        // Then
        eventually(() -> assertThat(ready("prox01", "lastHeartbeatTime")).isGreaterThan(beat));
        assertThat(ready("prox01", "lastTransitionTime")).isEqualTo(since);
    }

    @Test
    void takesInANodeThatKubectlHasAdded() {
        // Given a manifest of what its CPU offers and of nothing else
        lab.kubectl().run("apply", "-f", bareNode().toString());

        // Then its kubelet, virt-handler and device plugin report, again and again
        eventually(() -> assertThat(ready("added", "status")).isEqualTo("True"));
        eventually(() -> assertThat(get("node", "added", "{.metadata.annotations.kubevirt\\.io/heartbeat}"))
                .isNotEmpty());
        String first = get("node", "added", "{.metadata.annotations.kubevirt\\.io/heartbeat}");
        eventually(() -> assertThat(get("node", "added", "{.metadata.annotations.kubevirt\\.io/heartbeat}"))
                .isGreaterThan(first));

        // When
        lab.apply(vm("settler", "model: IvyBridge-IBRS", "Intel"));

        // Then
        eventually(() -> assertThat(vmi("settler", "{.status.phase}")).isEqualTo("Running"));
        assertThat(vmi("settler", "{.status.nodeName}")).isEqualTo("added");
    }

    @Test
    void takesInANodeThatIsNotKubeVirts() {
        // When
        lab.apply("""
                apiVersion: v1
                kind: Node
                metadata:
                  name: controls
                  labels: {kubernetes.io/os: linux}
                """);

        // Then it beats as a node, and never as one of KubeVirt's
        eventually(() -> assertThat(ready("controls", "status")).isEqualTo("True"));
        String first = ready("controls", "lastHeartbeatTime");
        eventually(() -> assertThat(ready("controls", "lastHeartbeatTime")).isGreaterThan(first));
        assertThat(lab.kubectl().run("get", "node", "controls", "-o", "yaml")).doesNotContain("kubevirt.io");
    }

    @Test
    void startsTheSampleOfTheDocumentation() {
        // Given
        lab.apply(NodeManifests.homelab().only("prox01"));

        // When
        lab.kubectl().run("apply", "-f", SAMPLES.toString());
        lab.kubectl().run("patch", "vm", "sample", "--type=merge", "-p", "{\"spec\":{\"runStrategy\":\"Always\"}}");

        // Then
        eventually(() -> assertThat(vmi("sample", "{.status.phase}")).isEqualTo("Running"));
        assertThat(get("ccb", "sample", "{.spec.virtualMachines.mode}")).isEqualTo("Patch");
    }

    @Test
    void restartsAVmThroughItsSubresource() {
        // Given
        lab.apply(NodeManifests.homelab().only("prox01"));
        lab.apply(vm("restarted", "model: IvyBridge-IBRS", "Intel"));
        eventually(() -> assertThat(vmi("restarted", "{.status.phase}")).isEqualTo("Running"));
        String before = vmi("restarted", "{.metadata.uid}");

        // When
        lab.client()
                .raw(
                        "/apis/subresources.kubevirt.io/v1/namespaces/default/virtualmachines/restarted/restart",
                        "PUT",
                        "{\"gracePeriodSeconds\":0}");

        // Then
        eventually(() -> {
            assertThat(vmi("restarted", "{.metadata.uid}")).isNotEqualTo(before);
            assertThat(vmi("restarted", "{.status.phase}")).isEqualTo("Running");
        });
    }

    @Test
    void refusesAVmThatKubeVirtWouldRefuse() {
        assertThatThrownBy(() -> lab.apply(vm("wrong", "sockets: 8\nmaxSockets: 2", "Intel")))
                .isInstanceOf(KubernetesClientException.class)
                .hasMessageContaining("admission webhook \"virtualmachine-validator.kubevirt.io\" denied the request");
    }

    @Test
    void labelsNodesAsNodeFeatureDiscoveryDoes() {
        // Given
        NodeManifests prox01 = NodeManifests.homelab().only("prox01");
        lab.apply(prox01);
        lab.kubectl().run("label", "node", "prox01", AVX2 + "-");
        lab.kubectl().run("delete", "nodefeature", "-n", "node-feature-discovery", "prox01");

        // When
        lab.apply(prox01.onlyNodeFeatures());

        // Then
        eventually(() -> assertThat(label("prox01", AVX2)).isEqualTo("true"));
    }

    @Test
    void makesDeploymentsReadyAndDeletesNamespaces() {
        // Given
        lab.apply(NodeManifests.homelab().only("prox03"));
        lab.kubectl().run("create", "namespace", "short-lived");

        // When
        lab.kubectl().run("create", "deployment", "web", "-n", "short-lived", "--image=web", "--replicas=2");

        // Then
        lab.kubectl().run("rollout", "status", "deployment/web", "-n", "short-lived", "--timeout=60s");
        lab.kubectl().run("delete", "namespace", "short-lived", "--timeout=60s");
    }

    private static void eventually(ThrowingRunnable assertion) {
        await().atMost(SOON).ignoreExceptionsInstanceOf(LabException.class).untilAsserted(assertion);
    }

    private static String vm(String name, String cpu, String vendor) {
        return """
                apiVersion: kubevirt.io/v1
                kind: VirtualMachine
                metadata: {name: %s, namespace: default}
                spec:
                  runStrategy: Always
                  template:
                    spec:
                      nodeSelector: {cpu-vendor.node.kubevirt.io/%s: "true"}
                      domain:
                        devices: {}
                        memory: {guest: 64Mi}
                        cpu:
                %s
                """.formatted(name, vendor, cpu.indent(10));
    }

    private void migrate(String vm) {
        lab.apply("""
                apiVersion: kubevirt.io/v1
                kind: VirtualMachineInstanceMigration
                metadata: {name: %s, namespace: default}
                spec: {vmiName: %s}
                """.formatted(vm, vm));
    }

    private String vmi(String name, String path) {
        return get("vmi", name, path);
    }

    private String label(String node, String label) {
        return get("node", node, "{.metadata.labels." + label.replace(".", "\\.") + "}");
    }

    /** A Node with the labels of the home lab's first one, and without a status. */
    private Path bareNode() {
        ObjectMeta prox01 =
                NodeManifests.homelab().only("prox01").nodes().get(0).getMetadata();
        Node node = new NodeBuilder()
                .withNewMetadata()
                .withName("added")
                .addToLabels(prox01.getLabels())
                .addToLabels("kubernetes.io/hostname", "added")
                .removeFromLabels(NodeManifests.SCHEDULABLE)
                .endMetadata()
                .build();
        Path file = lab.directory().resolve("added.yaml");
        Directories.write(file, Serialization.asYaml(node));
        return file;
    }

    private String get(String kind, String name, String path) {
        return lab.kubectl().run("get", kind, name, "-o", "jsonpath=" + path);
    }

    private String uidOfKubeVirt() {
        return lab.kubectl().run("get", "kubevirt", "kubevirt", "-n", "kubevirt", "-o", "jsonpath={.metadata.uid}");
    }

    private String ready(String node, String field) {
        return get("node", node, "{.status.conditions[?(@.type==\"Ready\")].%s}".formatted(field));
    }
}
