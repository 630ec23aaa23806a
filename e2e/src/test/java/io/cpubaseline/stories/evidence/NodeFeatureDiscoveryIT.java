package io.cpubaseline.stories.evidence;

import static io.cpubaseline.stories.stage.Stage.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.cpubaseline.api.v1alpha1.PinnedBaseline;
import io.cpubaseline.lab.objects.AuditLog;
import io.cpubaseline.lab.objects.NodeManifests;
import io.cpubaseline.lab.programs.Component;
import io.cpubaseline.stories.stage.Nodes;
import io.cpubaseline.stories.stage.Seen;
import io.cpubaseline.stories.stage.Stage;
import io.fabric8.kubernetes.api.model.Node;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * node-feature-discovery comes, changes its mind, falls silent and returns: its labels follow, the baseline does not. A lab of its own,
 * since nfd-master is ended here.
 */
class NodeFeatureDiscoveryIT {
    private static final String CPU = "feature.node.kubernetes.io/cpu-cpuid.";
    private static final String AVX2 = CPU + "AVX2";

    /** Flags that NFD's worker keeps out of the labels by default ({@code attributeBlacklist}), and that decide about x86-64-v2 and v3. */
    private static final List<String> DENIED = List.of("BMI1", "BMI2", "F16C", "LZCNT", "POPCNT", "SSE42", "SSSE3");

    @RegisterExtension
    static final Stage stage = Stage.fullOfItsOwn();

    @Test
    void itsMasterMakesTheLabelsAndTheBaselineReadsWhatTheyLeaveOut() {
        // Given nodes that NFD has not seen, a baseline, and a machine with it
        NodeManifests homelab = NodeManifests.homelab();
        stage.lab().apply(homelab.withoutNodeFeatures().withNodes(Nodes::withoutNfd));
        stage.machines().create("web", "homelab");
        stage.operator();
        stage.apply(Stage.patching("homelab", "vendors: Mixed"));
        PinnedBaseline pinned = stage.awaitApplied("homelab", 1).pinned();
        assertThat(stage.settled("homelab").verdict("EvidenceComplete")).isEqualTo("False NodeFeaturesMissing");
        Map<String, String> machines = stage.machines().versions();

        // When its workers report
        stage.lab().apply(homelab.onlyNodeFeatures());

        // Then its master labels every node, with what its workers ask for and no more
        for (Node node : homelab.nodes()) {
            String name = node.getMetadata().getName();
            eventually(() -> assertThat(nfdLabels(stage.nodes().labels(name)))
                    .as(name)
                    .isEqualTo(nfdLabels(node.getMetadata().getLabels())));
        }
        assertThat(flags("prox01")).containsAll(DENIED);
        assertThat(stage.nodes().labels("prox01")).doesNotContainKeys(labels(DENIED));

        // And nothing is missing now, although the labels don't show all: the baseline is what it was
        Seen seen = stage.await("homelab", "EvidenceComplete", "True Complete");
        assertThat(seen.pinned()).isEqualTo(pinned);
        assertThat(seen.hasCandidate()).isFalse();
        assertThat(pinned.abiLevel()).isEqualTo("x86-64-v3");
        assertThat(stage.machines().versions()).isEqualTo(machines);
    }

    @Test
    void labelsOfDeniedNamespacesAreNeverMade() {
        // Given
        stage.homelab();

        // When a worker asks for labels that are Kubernetes' own, and for one that is not
        patchNodeFeature("prox01", """
                {"spec": {"labels": {
                  "node.kubernetes.io/cpu-class": "fast",
                  "kubernetes.io/arch": "arm64",
                  "feature.node.kubernetes.io/rack": "7"}}}
                """);

        // Then
        eventually(
                () -> assertThat(stage.nodes().labels("prox01")).containsEntry("feature.node.kubernetes.io/rack", "7"));
        assertThat(stage.nodes().labels("prox01"))
                .doesNotContainKey("node.kubernetes.io/cpu-class")
                .containsEntry("kubernetes.io/arch", "amd64");
    }

    @Test
    void whateverBecomesOfItsLabelsThePinStays() {
        // Given
        stage.homelab();
        stage.machines().create("web", "homelab");
        stage.operator();
        stage.apply(Stage.patching("homelab", "vendors: Mixed"));
        PinnedBaseline pinned = stage.awaitApplied("homelab", 1).pinned();
        stage.start("web");
        AuditLog.Mark before = stage.mark();

        // When someone takes off a label by hand
        stage.nodes().loseLabel("prox01", AVX2);

        // Then the NodeFeature counts, not the label: nothing is to be told
        Seen seen = stage.settled("homelab");
        assertThat(seen.nodes().contributing()).isEqualTo(7);
        assertThat(seen.hasCandidate()).isFalse();
        assertThat(stage.nodes().labels("prox01")).doesNotContainKey(AVX2);

        // When the worker reports anew, since its pod was restarted
        patchNodeFeature("prox01", """
                {"metadata": {"annotations": {"nfd.node.kubernetes.io/worker.pod.uid": "another"}}}
                """);

        // Then the label is back
        eventually(() -> assertThat(stage.nodes().labels("prox01")).containsEntry(AVX2, "true"));

        // When the master is gone, and a worker no longer finds what KubeVirt's label claims
        stage.lab().kill(Component.NFD_MASTER);
        patchNodeFeature("prox01", """
                {"spec": {
                  "features": {"flags": {"cpu.cpuid": {"elements": {"AVX2": null}}}},
                  "labels": {"%s": null}}}
                """.formatted(AVX2));

        // Then the label stays as it is, and the operator believes neither side
        seen = stage.await("homelab", now -> assertThat(now.nodes().unknown()).isEqualTo(1));
        assertThat(seen.nodeReasons()).containsOnly(Map.entry("EvidenceConflict", List.of("prox01")));
        assertThat(seen.pinned()).isEqualTo(pinned);
        assertThat(seen.hasCandidate()).isFalse();
        assertThat(stage.nodes().labels("prox01")).containsEntry(AVX2, "true");

        // When the master is back
        stage.lab().start(Component.NFD_MASTER);

        // Then it makes up for what it has missed
        eventually(() -> assertThat(stage.nodes().labels("prox01")).doesNotContainKey(AVX2));
        assertThat(stage.settled("homelab").pinned()).isEqualTo(pinned);

        // When the worker finds the flag again
        stage.lab().apply(NodeManifests.homelab().onlyNodeFeatures());

        // Then all is as it was, and all the while no machine was touched
        eventually(() -> assertThat(stage.nodes().labels("prox01")).containsEntry(AVX2, "true"));
        seen = stage.await(
                "homelab", now -> assertThat(now.nodes().contributing()).isEqualTo(7));
        assertThat(seen.pinned()).isEqualTo(pinned);
        assertThat(seen.hasCandidate()).isFalse();
        assertThat(stage.writesSince(before)).noneMatch(write -> write.contains("virtualmachines"));
        assertThat(stage.migrations().migrate("web").target()).isPresent();
    }

    private static Map<String, String> nfdLabels(Map<String, String> labels) {
        Map<String, String> ofNfd = new TreeMap<>(labels);
        ofNfd.keySet().removeIf(label -> !label.startsWith("feature.node.kubernetes.io/"));
        return ofNfd;
    }

    private static String[] labels(List<String> flags) {
        return flags.stream().map(flag -> CPU + flag).toArray(String[]::new);
    }

    /** What the worker has found on a node, by NFD's names. */
    private static List<String> flags(String node) {
        return List.of(stage.kubectl(
                        "get",
                        "nodefeature",
                        "-n",
                        "node-feature-discovery",
                        node,
                        "-o",
                        "go-template={{range $flag, $empty := (index .spec.features.flags \"cpu.cpuid\").elements}}{{$flag}} {{end}}")
                .split(" "));
    }

    private static void patchNodeFeature(String node, String mergePatch) {
        stage.kubectl("patch", "nodefeature", "-n", "node-feature-discovery", node, "--type=merge", "-p", mergePatch);
    }
}
