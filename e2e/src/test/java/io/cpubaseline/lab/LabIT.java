package io.cpubaseline.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.cpubaseline.lab.objects.AuditLog;
import io.cpubaseline.lab.objects.NodeManifests;
import io.cpubaseline.lab.process.LabException;
import io.cpubaseline.lab.process.Tool;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The lab is a real API server: what stories build on. */
class LabIT {
    private Lab lab;

    @BeforeEach
    void freshLab() {
        lab = SharedLab.get();
    }

    @Test
    void saysWhichKubernetesItIs() {
        // When
        String version = lab.client().getKubernetesVersion().getGitVersion();

        // Then
        assertThat(version).isEqualTo("v1.36.2");
    }

    @Test
    void knowsTheResourcesOfKubeVirtAndNodeFeatureDiscovery() {
        // When
        String resources = lab.kubectl().run("api-resources", "-o", "name");

        // Then
        assertThat(resources.lines())
                .contains(
                        "virtualmachines.kubevirt.io",
                        "virtualmachineinstances.kubevirt.io",
                        "virtualmachineinstancemigrations.kubevirt.io",
                        "kubevirts.kubevirt.io",
                        "virtualmachineclusterinstancetypes.instancetype.kubevirt.io",
                        "virtualmachinepools.pool.kubevirt.io",
                        "nodefeatures.nfd.k8s-sigs.io");
    }

    @Test
    void bringsUpTheHomeLabWithStatusAndFeatures() {
        // When
        lab.apply(NodeManifests.homelab());

        // Then
        List<Node> nodes = lab.client().nodes().list().getItems();
        assertThat(nodes)
                .extracting(node -> node.getMetadata().getName())
                .containsExactlyInAnyOrder("prox01", "prox03", "prox04", "prox05", "prox06", "prox07", "prox08");
        assertThat(nodes).allSatisfy(node -> {
            assertThat(node.getMetadata().getLabels())
                    .containsEntry("kubevirt.io/schedulable", "true")
                    .containsEntry("cpu-model.node.kubevirt.io/IvyBridge-IBRS", "true");
            assertThat(node.getStatus().getNodeInfo().getArchitecture()).isEqualTo("amd64");
            assertThat(node.getStatus().getNodeInfo().getBootID()).isNotEmpty();
            assertThat(node.getStatus().getAllocatable())
                    .containsKeys("cpu", "memory", "pods", "devices.kubevirt.io/kvm", "devices.kubevirt.io/tun");
            assertThat(heartbeat(node)).isAfter(readySince(node));
        });
        assertThat(nodeFeatures()).hasSize(7);
    }

    @Test
    void appliesTheSameNodesTwice() {
        // Given
        lab.apply(NodeManifests.homelab().only("prox01"));
        lab.client().nodes().withName("prox01").edit(node -> {
            node.getMetadata().getLabels().remove("cpu-model.node.kubevirt.io/IvyBridge-IBRS");
            return node;
        });

        // When
        lab.apply(NodeManifests.homelab().only("prox01"));

        // Then
        assertThat(lab.client().nodes().withName("prox01").get().getMetadata().getLabels())
                .containsEntry("cpu-model.node.kubevirt.io/IvyBridge-IBRS", "true");
    }

    @Test
    void keepsAResourceThatTheManifestSets() {
        // Given
        Node withoutKvm = NodeManifests.homelab()
                .only("prox01")
                .nodes()
                .get(0)
                .edit()
                .editStatus()
                .addToAllocatable("devices.kubevirt.io/kvm", new Quantity("0"))
                .endStatus()
                .build();

        // When
        Node completed = NodeManifests.complete(withoutKvm, Instant.parse("2026-01-02T03:04:05Z"));

        // Then
        assertThat(completed.getStatus().getAllocatable())
                .containsEntry("devices.kubevirt.io/kvm", new Quantity("0"))
                .containsEntry("devices.kubevirt.io/tun", new Quantity("1k"));
        assertThat(completed.getMetadata().getAnnotations())
                .containsEntry("kubevirt.io/heartbeat", "2026-01-02T03:04:05Z");
    }

    @Test
    void letsAServiceAccountDoWhatItsRoleSaysAndNothingElse() {
        // Given
        lab.apply("""
                apiVersion: v1
                kind: Namespace
                metadata: {name: story}
                ---
                apiVersion: v1
                kind: ServiceAccount
                metadata: {name: reader, namespace: story}
                ---
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRole
                metadata: {name: reader}
                rules:
                - {apiGroups: [""], resources: [nodes], verbs: [get, list]}
                ---
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRoleBinding
                metadata: {name: reader}
                roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: reader}
                subjects:
                - {kind: ServiceAccount, name: reader, namespace: story}
                """);

        // When
        Path kubeconfig = lab.kubeconfigFor("story", "reader");

        // Then
        try (KubernetesClient reader = new KubernetesClientBuilder()
                .withConfig(Config.fromKubeconfig(kubeconfig.toFile()))
                .build()) {
            await().untilAsserted(
                            () -> assertThat(reader.nodes().list().getItems()).isEmpty());
            assertThatThrownBy(() -> reader.nodes().withName("prox01").delete())
                    .isInstanceOf(KubernetesClientException.class)
                    .hasMessageContaining("system:serviceaccount:story:reader")
                    .hasMessageContaining("cannot delete resource \"nodes\"");
        }
    }

    @Test
    void writesEveryRequestDown() {
        // Given
        AuditLog.Mark before = lab.auditLog().mark();

        // When
        lab.apply(NodeManifests.homelab().only("prox04").withoutNodeFeatures());

        // Then
        await().untilAsserted(() -> assertThat(lab.auditLog().since(before))
                .filteredOn(event -> event.isWrite() && event.isOn("nodes"))
                .singleElement()
                .satisfies(event -> {
                    assertThat(event.verb()).isEqualTo("create");
                    assertThat(event.user()).isEqualTo("lab-admin");
                    assertThat(event.name()).isEqualTo("prox04");
                    assertThat(event.responseCode()).isEqualTo(201);
                    assertThat(event.stage()).isEqualTo("ResponseComplete");
                }));
    }

    @Test
    void isEmptyAgainAfterAReset() {
        // Given
        lab.apply(NodeManifests.homelab());
        lab.apply("""
                apiVersion: v1
                kind: Namespace
                metadata: {name: story}
                ---
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: held, namespace: story, finalizers: [example.com/never]}
                ---
                apiVersion: apiextensions.k8s.io/v1
                kind: CustomResourceDefinition
                metadata: {name: things.example.com}
                spec:
                  group: example.com
                  scope: Cluster
                  names: {kind: Thing, plural: things}
                  versions:
                  - {name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}
                """);

        // When
        lab.reset();

        // Then
        assertThat(lab.client().nodes().list().getItems()).isEmpty();
        assertThat(nodeFeatures()).isEmpty();
        assertThat(lab.client().namespaces().list().getItems())
                .extracting(namespace -> namespace.getMetadata().getName())
                .containsExactlyInAnyOrder("default", "kube-node-lease", "kube-public", "kube-system");
        assertThat(lab.kubectl().run("get", "crd", "-o", "name"))
                .contains("virtualmachines.kubevirt.io")
                .doesNotContain("things.example.com");
    }

    @Test
    void tellsWhatKubectlDidNotLike() {
        // When
        Tool.Result result = lab.kubectl().tryRun("get", "node", "nowhere");

        // Then
        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.errors()).contains("nodes \"nowhere\" not found");
    }

    @Test
    void readsManifestsFromFilesAndDirectories() throws IOException {
        // Given
        Path directory = Files.createTempDirectory(lab.directory(), "manifests");
        Files.writeString(directory.resolve("one.yaml"), "apiVersion: v1\nkind: Node\nmetadata: {name: one}\n");
        Files.writeString(directory.resolve("more.json"), """
                {"apiVersion": "v1", "kind": "List", "items": [
                  {"apiVersion": "v1", "kind": "Node", "metadata": {"name": "two"}},
                  {"apiVersion": "nfd.k8s-sigs.io/v1alpha1", "kind": "NodeFeature",
                   "metadata": {"name": "two", "namespace": "node-feature-discovery"}, "spec": {}}]}
                """);
        Path wrong = Files.writeString(
                lab.directory().resolve("wrong.yaml"), "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\n");

        // When
        NodeManifests manifests = NodeManifests.read(directory);

        // Then
        assertThat(manifests.nodes())
                .extracting(node -> node.getMetadata().getName())
                .containsExactly("two", "one");
        assertThat(manifests.nodeFeatures()).hasSize(1);
        assertThatThrownBy(() -> NodeManifests.read(wrong))
                .isInstanceOf(LabException.class)
                .hasMessage("expected a Node or a NodeFeature, found the Secret a");
    }

    @Test
    void takesNodesAsKubectlPrintsThem() throws IOException {
        // Given what people have: the nodes of their cluster, a while ago
        lab.apply(NodeManifests.homelab());
        lab.kubectl()
                .run("annotate", "--overwrite", "node", "prox01", NodeManifests.HEARTBEAT + "=2020-01-01T00:00:00Z");
        Path printed = Files.writeString(
                lab.directory().resolve("printed.yaml"),
                lab.kubectl().run("get", "nodes,nodefeatures", "-A", "-o", "yaml"));
        freshLab();

        // When
        lab.apply(NodeManifests.read(printed));

        // Then
        List<Node> nodes = lab.client().nodes().list().getItems();
        assertThat(nodes).hasSize(7);
        assertThat(nodes).allSatisfy(node -> {
            assertThat(heartbeat(node)).isAfter(readySince(node));
            assertThat(node.getStatus().getConditions()).hasSize(1);
        });
        assertThat(nodeFeatures()).hasSize(7);
    }

    @Test
    void keepsAConfigMapOfTheStoryBeforeOutOfThisOne() {
        // When
        lab.client()
                .resource(new ConfigMapBuilder()
                        .withNewMetadata()
                        .withName("mine")
                        .withNamespace("default")
                        .endMetadata()
                        .build())
                .create();

        // Then
        assertThat(SharedLab.get()
                        .client()
                        .configMaps()
                        .inNamespace("default")
                        .withName("mine")
                        .get())
                .isNull();
    }

    private List<GenericKubernetesResource> nodeFeatures() {
        return lab.client()
                .genericKubernetesResources("nfd.k8s-sigs.io/v1alpha1", "NodeFeature")
                .inAnyNamespace()
                .list()
                .getItems();
    }

    private static Instant heartbeat(Node node) {
        return Instant.parse(node.getMetadata().getAnnotations().get("kubevirt.io/heartbeat"));
    }

    private static Instant readySince(Node node) {
        return node.getStatus().getConditions().stream()
                .filter(condition -> condition.getType().equals("Ready")
                        && condition.getStatus().equals("True"))
                .map(condition -> Instant.parse(condition.getLastTransitionTime()))
                .findFirst()
                .orElseThrow();
    }
}
