package io.cpubaseline.stories.stage;

import static org.assertj.core.api.Assertions.assertThatCode;

import io.cpubaseline.lab.objects.NodeManifests;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Taint;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;

/** What happens to nodes: what kubelet, virt-handler and administrators do to them. */
public final class Nodes {
    private static final String FEATURE = "cpu-feature.node.kubevirt.io/";
    private static final String MODEL = "cpu-model.node.kubevirt.io/";

    /** kubernetes.io, "Non-graceful node shutdown handling". */
    private static final String OUT_OF_SERVICE = "node.kubernetes.io/out-of-service";

    /** What came with Haswell, and models older than that. */
    private static final Set<String> HASWELL_FEATURES = Set.of(
            "abm", "avx2", "bmi1", "bmi2", "fma", "invpcid", "movbe", "adx", "sha-ni", "vaes", "vpclmulqdq", "gfni");

    private static final List<String> OLDER_MODELS =
            List.of("Conroe", "Penryn", "Nehalem", "Westmere", "SandyBridge", "IvyBridge", "Opteron_G1", "Opteron_G2");

    private final KubernetesClient client;

    public Nodes(KubernetesClient client) {
        this.client = client;
    }

    /** All that KubeVirt's node-labeller says of the CPU goes, as in its upgrade. */
    public void loseCpuLabels(String node) {
        loseLabels(node, label -> label.contains("cpu-") && label.contains(".node.kubevirt.io/"));
    }

    /** One model's label goes. */
    public void loseModel(String node, String model) {
        loseLabels(node, (MODEL + model)::equals);
    }

    /** Someone takes one label off. */
    public void loseLabel(String node, String label) {
        loseLabels(node, label::equals);
    }

    /** The labels of a node. */
    public Map<String, String> labels(String node) {
        return client.nodes().withName(node).require().getMetadata().getLabels();
    }

    /** One feature's label goes. */
    public void loseFeature(String node, String feature) {
        loseLabels(node, (FEATURE + feature)::equals);
    }

    private void loseLabels(String node, Predicate<String> lost) {
        retrying(() -> client.nodes().withName(node).edit(before -> {
            Map<String, String> labels = new TreeMap<>(before.getMetadata().getLabels());
            labels.keySet().removeIf(lost);
            return new NodeBuilder(before)
                    .editMetadata()
                    .withLabels(labels)
                    .endMetadata()
                    .build();
        }));
    }

    /** Kubelet is not heard of any more, or is again. */
    public void ready(String node, boolean ready) {
        retrying(() -> client.nodes()
                .withName(node)
                .editStatus(before -> new NodeBuilder(before)
                        .editStatus()
                        .editMatchingCondition(condition -> condition.getType().equals("Ready"))
                        .withStatus(ready ? "True" : "Unknown")
                        .endCondition()
                        .endStatus()
                        .build()));
    }

    /** virt-handler says that it lives: nothing else changes. */
    public void heartbeat(String node, String time) {
        client.nodes()
                .withName(node)
                .patch(
                        PatchContext.of(PatchType.JSON_MERGE),
                        "{\"metadata\": {\"annotations\": {\"%s\": \"%s\"}}}".formatted(NodeManifests.HEARTBEAT, time));
    }

    /**
     * The machine loses its power: kubelet and virt-handler were last heard of ten minutes ago, and Kubernetes has noticed. Nobody ends the
     * pods that are on it.
     */
    public void fail(String node) {
        String off = "{\"metadata\": {\"annotations\": {\"%s\": \"off\"}}}".formatted(NodeManifests.POWER);
        client.nodes().withName(node).patch(PatchContext.of(PatchType.JSON_MERGE), off);
        client.pods()
                .inAnyNamespace()
                .withField("spec.nodeName", node)
                .resources()
                .forEach(pod -> pod.patch(PatchContext.of(PatchType.JSON_MERGE), off));
        heartbeat(node, secondsAgo(600));
        ready(node, false);
    }

    /** Its administrator says that it is off for certain: not before that does Kubernetes give up pods that may still run. */
    public void outOfService(String node) {
        taints(node, List.of(new Taint("NoExecute", OUT_OF_SERVICE, null, "nodeshutdown")));
    }

    /** The machine is back: kubelet and virt-handler say so, and the administrator, too. */
    public void recover(String node) {
        taints(node, List.of());
        // In one patch, as virt-handler does it: virt-controller takes the label off again where the heartbeat is old.
        client.nodes().withName(node).patch(PatchContext.of(PatchType.JSON_MERGE), """
                {"metadata": {"annotations": {"%s": null, "%s": "%s"}, "labels": {"%s": "true"}}}
                """.formatted(
                        NodeManifests.POWER, NodeManifests.HEARTBEAT, secondsAgo(0), NodeManifests.SCHEDULABLE));
    }

    private void taints(String node, List<Taint> ofOurs) {
        retrying(() -> client.nodes().withName(node).edit(before -> {
            List<Taint> taints = new ArrayList<>(before.getSpec().getTaints());
            taints.removeIf(taint -> taint.getKey().equals(OUT_OF_SERVICE));
            taints.addAll(ofOurs);
            return new NodeBuilder(before)
                    .editSpec()
                    .withTaints(taints)
                    .endSpec()
                    .build();
        }));
    }

    /** Controllers write nodes at any time. */
    private static void retrying(Runnable write) {
        Stage.eventually(() -> assertThatCode(write::run).doesNotThrowAnyException());
    }

    private static String secondsAgo(int seconds) {
        return Instant.now()
                .truncatedTo(ChronoUnit.SECONDS)
                .minusSeconds(seconds)
                .toString();
    }

    public void delete(String node) {
        client.nodes().withName(node).delete();
    }

    /** The node as it is without node-feature-discovery. */
    public static Node withoutNfd(Node node) {
        Map<String, String> labels = new TreeMap<>(node.getMetadata().getLabels());
        labels.keySet().removeIf(label -> label.startsWith("feature.node.kubernetes.io/"));
        return new NodeBuilder(node)
                .editMetadata()
                .withLabels(labels)
                .endMetadata()
                .build();
    }

    /** A machine of the home lab with an older CPU: without what came with Haswell. */
    public static NodeManifests older(String name) {
        return lacking(name, HASWELL_FEATURES);
    }

    /** An Intel machine of the home lab without these features, and so without the models since Haswell; the older models are there. */
    public static NodeManifests lacking(String name, Set<String> features) {
        return NodeManifests.homelab()
                .only("prox01")
                .withoutNodeFeatures()
                .withNodes(node -> lacking(node, features))
                .copies(name);
    }

    private static Node lacking(Node node, Set<String> features) {
        Map<String, String> labels = new TreeMap<>(node.getMetadata().getLabels());
        labels.keySet().removeIf(label -> isNewerModel(label) || isAnyOf(features, label));
        return new NodeBuilder(node)
                .editMetadata()
                .withLabels(labels)
                .endMetadata()
                .build();
    }

    private static boolean isAnyOf(Set<String> features, String label) {
        return label.startsWith(FEATURE) && features.contains(label.substring(FEATURE.length()));
    }

    private static boolean isNewerModel(String label) {
        return label.startsWith(MODEL) && OLDER_MODELS.stream().noneMatch(label.substring(MODEL.length())::startsWith);
    }
}
