package io.cpubaseline.stories.evidence;

import static io.cpubaseline.stories.stage.Stage.eventually;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.cpubaseline.api.v1alpha1.PinnedBaseline;
import io.cpubaseline.lab.objects.NodeManifests;
import io.cpubaseline.stories.stage.Seen;
import io.cpubaseline.stories.stage.Stage;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Nodes that say odd things, or nothing: what the status makes of it, and that the documented commands put it right. */
class OddEvidenceIT {

    private static final Path PAGE = Path.of("..", "docs", "evidence.md");

    private static final Pattern DELETION = Pattern.compile("kubectl delete nodefeature -n (\\S+) ([^.\\s]+)\\.");

    @RegisterExtension
    static final Stage stage = Stage.shared();

    @Test
    void nodesThatKubeVirtDoesNotUseAreWaitedForAndThenNeitherSelectedNorUnknown() {
        // Given a cluster with its baseline
        stage.homelab();
        stage.operator("--evidence-grace=10s");
        stage.apply(Stage.observing("homelab"));
        PinnedBaseline pinned = stage.awaitPinned("homelab").pinned();

        // When a control plane joins, and a Windows node
        stage.apply(bareNode("master", "linux"));
        stage.apply(bareNode("windows", "windows"));

        // Then virt-handler may still come to the first
        Seen seen = stage.await("homelab", now -> {
            assertThat(now.nodes().unknown()).isEqualTo(1);
            assertThat(now.nodes().withoutKubeVirt()).isEqualTo(1);
        });
        assertThat(seen.nodeReasons()).containsOnly(Map.entry("KubeVirtLabelsMissing", List.of("master")));

        // And when it is no longer new, though nothing else has happened, it is not KubeVirt's
        seen = stage.await(
                "homelab", now -> assertThat(now.nodes().withoutKubeVirt()).isEqualTo(2));
        assertThat(seen.nodes().selected()).isEqualTo(7);
        assertThat(seen.nodes().unknown()).isZero();
        assertThat(seen.verdict("EvidenceComplete")).isEqualTo("True Complete");
        assertThat(seen.pinned()).isEqualTo(pinned);

        // When KubeVirt comes there all the same
        stage.kubectl("label", "node", "master", "kubevirt.io/schedulable=true");

        // Then it counts
        seen = stage.await("homelab", now -> assertThat(now.nodes().selected()).isEqualTo(8));
        assertThat(seen.nodeReasons()).containsOnly(Map.entry("KubeVirtLabelsMissing", List.of("master")));
        assertThat(seen.pinned()).isEqualTo(pinned);
    }

    @Test
    void labelsThatAnEmulatorLeftGoByTheDocumentedCommand() throws IOException {
        // Given
        stage.homelab();
        stage.operator();
        stage.apply(Stage.observing("homelab"));
        PinnedBaseline pinned = stage.awaitPinned("homelab").pinned();

        // When a node carries what only an emulator has
        stage.kubectl(
                "label",
                "node",
                "prox01",
                "cpu-feature.node.kubevirt.io/3dnow=true",
                "cpu-feature.node.kubevirt.io/3dnowext=true");

        // Then it is unknown, and it is said why
        Seen seen =
                stage.await("homelab", now -> assertThat(now.nodes().unknown()).isEqualTo(1));
        assertThat(seen.nodeReasons()).containsOnly(Map.entry("EvidenceConflict", List.of("prox01")));
        assertThat(seen.message("EvidenceComplete"))
                .contains("prox01: KubeVirt's CPU labels are of QEMU's emulator (3dnow 3dnowext beside ");
        assertThat(seen.pinned()).isEqualTo(pinned);
        assertThat(seen.hasCandidate()).isFalse();

        // When somebody does as the page says
        run(labelsDeletedBy(Files.readString(PAGE)).replace("NODE", "prox01"));

        // Then every CPU label of KubeVirt's is gone, and nothing else
        eventually(() -> assertThat(stage.nodes().labels("prox01"))
                .containsEntry("kubevirt.io/schedulable", "true")
                .containsEntry("kubernetes.io/arch", "amd64"));
        assertThat(stage.nodes().labels("prox01").keySet())
                .noneMatch(label -> label.startsWith("cpu-") || label.startsWith("host-model-"));

        // And as soon as virt-handler has written them anew, all is as before
        stage.lab().apply(NodeManifests.homelab().only("prox01"));
        seen = stage.await(
                "homelab", now -> assertThat(now.nodes().contributing()).isEqualTo(7));
        assertThat(seen.verdict("EvidenceComplete")).isEqualTo("True Complete");
        assertThat(seen.pinned()).isEqualTo(pinned);
    }

    @Test
    void whatAnEarlierWorkerLeftAndWhatStrangersWriteMakesNoNodeUnknown() {
        // Given what a worker wrote in its former namespace, on other hardware
        stage.apply(nodeFeature("former", "prox01"));
        stage.homelab();
        stage.operator();
        stage.apply(Stage.observing("homelab"));

        // Then it doesn't count, and is named
        PinnedBaseline pinned = stage.awaitPinned("homelab").pinned();
        Seen seen = stage.await(
                "homelab", now -> assertThat(now.nodes().contributing()).isEqualTo(7));
        assertThat(seen.verdict("EvidenceComplete")).isEqualTo("True Complete");
        assertThat(seen.message("EvidenceComplete")).contains("the NodeFeature former/prox01 of another nfd-worker");

        // When somebody writes one that looks like the worker's into a namespace of theirs
        stage.apply(nodeFeature("team-a", "prox03"));

        // Then the operator has seen it, and all nodes still contribute
        seen = stage.await(
                "homelab",
                now -> assertThat(now.message("EvidenceComplete")).contains("prox01 and 1 more: the NodeFeature"));
        assertThat(seen.nodes().contributing()).isEqualTo(7);
        assertThat(seen.pinned()).isEqualTo(pinned);

        // When the command of the message is run, again and again
        for (String left : List.of("former/prox01", "team-a/prox03")) {
            seen = stage.await(
                    "homelab",
                    now -> assertThat(now.message("EvidenceComplete")).contains(left));
            Matcher command = DELETION.matcher(seen.message("EvidenceComplete"));
            assertThat(command.find()).isTrue();
            stage.kubectl("delete", "nodefeature", "-n", command.group(1), command.group(2));
        }

        // Then there is nothing to tell any more
        stage.await(
                "homelab",
                now -> assertThat(now.message("EvidenceComplete")).isEqualTo("All 7 selected nodes are known."));
    }

    @Test
    void anotherValueThanTrueIsNamed() {
        // Given
        stage.homelab();
        stage.operator();
        stage.apply(Stage.observing("homelab"));
        PinnedBaseline pinned = stage.awaitPinned("homelab").pinned();
        String label = "cpu-model.node.kubevirt.io/" + pinned.cpuModel();

        // When somebody empties the label of the pinned model
        stage.kubectl("label", "node", "prox01", "--overwrite", label + "=");

        // Then virtual machines don't land there, and it is said why
        Seen seen = stage.await(
                "homelab", now -> assertThat(now.nodes().schedulable()).isEqualTo(6));
        assertThat(seen.message("PinnedSchedulable")).contains(label + "=\"\"");
        assertThat(seen.message("EvidenceComplete")).contains("prox01: CPU labels with another value than \"true\"");
        assertThat(seen.pinned()).isEqualTo(pinned);
    }

    private static String bareNode(String name, String system) {
        return """
                apiVersion: v1
                kind: Node
                metadata:
                  name: %s
                  labels: {kubernetes.io/arch: amd64, kubernetes.io/os: %s, node-role.kubernetes.io/control-plane: ""}
                """.formatted(name, system);
    }

    /** As an nfd-worker writes it, of a CPU that has next to nothing. */
    private static String nodeFeature(String namespace, String node) {
        return """
                apiVersion: v1
                kind: Namespace
                metadata: {name: %1$s}
                ---
                apiVersion: nfd.k8s-sigs.io/v1alpha1
                kind: NodeFeature
                metadata:
                  name: %2$s
                  namespace: %1$s
                  labels: {nfd.node.kubernetes.io/node-name: %2$s}
                  annotations: {nfd.node.kubernetes.io/worker.version: v0.18.0}
                spec:
                  features:
                    flags: {cpu.cpuid: {elements: {CMOV: {}, SSE: {}, SSE2: {}}}}
                    attributes: {cpu.model: {elements: {vendor_id: Intel}}}
                """.formatted(namespace, node);
    }

    /** The command of the page that deletes the labels of a node. */
    private static String labelsDeletedBy(String page) {
        return page.lines()
                .dropWhile(line -> !line.contains("kubectl get node NODE -o go-template"))
                .takeWhile(line -> line.startsWith("    "))
                .takeWhile(line -> !line.contains("delete pod"))
                .map(String::strip)
                .reduce("", (before, line) -> before + line + "\n");
    }

    /** Runs a command line as a user of the lab's kubectl. */
    private static void run(String command) throws IOException {
        Path programs = Objects.requireNonNull(stage.lab().kubectl().program().getParent());
        ProcessBuilder shell = new ProcessBuilder("bash", "-euo", "pipefail", "-c", command).redirectErrorStream(true);
        shell.environment().merge("PATH", programs.toString(), (path, own) -> own + File.pathSeparator + path);
        shell.environment().put("KUBECONFIG", stage.lab().kubeconfig().toString());
        Process process = shell.start();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.onExit().join().exitValue()).as(output).isZero();
    }
}
