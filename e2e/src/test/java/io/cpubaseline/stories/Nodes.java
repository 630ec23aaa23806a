package io.cpubaseline.stories;

import io.cpubaseline.lab.NodeManifests;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;

/** What happens to nodes: what kubelet, virt-handler and administrators do to them. */
final class Nodes {
    private static final String FEATURE = "cpu-feature.node.kubevirt.io/";
    private static final String MODEL = "cpu-model.node.kubevirt.io/";

    /** What came with Haswell, and models older than that. */
    private static final Set<String> HASWELL_FEATURES = Set.of(
            "abm", "avx2", "bmi1", "bmi2", "fma", "invpcid", "movbe", "adx", "sha-ni", "vaes", "vpclmulqdq", "gfni");

    private static final List<String> OLDER_MODELS =
            List.of("Conroe", "Penryn", "Nehalem", "Westmere", "SandyBridge", "IvyBridge", "Opteron_G1", "Opteron_G2");

    private final KubernetesClient client;

    Nodes(KubernetesClient client) {
        this.client = client;
    }

    /** All that KubeVirt's node-labeller says of the CPU goes, as in its upgrade. */
    void loseCpuLabels(String node) {
        loseLabels(node, label -> label.contains("cpu-") && label.contains(".node.kubevirt.io/"));
    }

    /** One model's label goes. */
    void loseModel(String node, String model) {
        loseLabels(node, (MODEL + model)::equals);
    }

    private void loseLabels(String node, Predicate<String> lost) {
        client.nodes().withName(node).edit(before -> {
            Map<String, String> labels = new TreeMap<>(before.getMetadata().getLabels());
            labels.keySet().removeIf(lost);
            return new NodeBuilder(before)
                    .editMetadata()
                    .withLabels(labels)
                    .endMetadata()
                    .build();
        });
    }

    /** Kubelet is not heard of any more, or is again. */
    void ready(String node, boolean ready) {
        client.nodes()
                .withName(node)
                .editStatus(before -> new NodeBuilder(before)
                        .editStatus()
                        .editMatchingCondition(condition -> condition.getType().equals("Ready"))
                        .withStatus(ready ? "True" : "Unknown")
                        .endCondition()
                        .endStatus()
                        .build());
    }

    /** virt-handler says that it lives: nothing else changes. */
    void heartbeat(String node, String time) {
        client.nodes()
                .withName(node)
                .patch(
                        PatchContext.of(PatchType.JSON_MERGE),
                        "{\"metadata\": {\"annotations\": {\"%s\": \"%s\"}}}".formatted(NodeManifests.HEARTBEAT, time));
    }

    void delete(String node) {
        client.nodes().withName(node).delete();
    }

    /** A machine of the home lab with an older CPU: without what came with Haswell. */
    static NodeManifests older(String name) {
        return NodeManifests.homelab().only("prox01").withoutNodeFeatures().withNodes(node -> older(node, name));
    }

    private static Node older(Node node, String name) {
        Map<String, String> labels = new TreeMap<>(node.getMetadata().getLabels());
        labels.keySet().removeIf(Nodes::isNewer);
        return new NodeBuilder(node)
                .editMetadata()
                .withName(name)
                .withLabels(labels)
                .endMetadata()
                .build();
    }

    private static boolean isNewer(String label) {
        if (label.startsWith(FEATURE)) {
            return HASWELL_FEATURES.contains(label.substring(FEATURE.length()));
        }
        return label.startsWith(MODEL) && OLDER_MODELS.stream().noneMatch(label.substring(MODEL.length())::startsWith);
    }
}
