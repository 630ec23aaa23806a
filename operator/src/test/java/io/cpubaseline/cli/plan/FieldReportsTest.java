package io.cpubaseline.cli.plan;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** Inputs that people reported in public, and the right answers; {@code ORIGIN.md} beside them names the reports. */
class FieldReportsTest {

    private static final Path DIRECTORY =
            Path.of(System.getProperty("basedir", "."), "src", "test", "resources", "field-reports");

    private record Run(int exitCode, String out, String err) {

        JsonNode status() throws IOException {
            return new ObjectMapper().readTree(out).path("status");
        }

        String message(String condition) throws IOException {
            return StreamSupport.stream(status().path("conditions").spliterator(), false)
                    .filter(entry -> entry.path("type").asText().equals(condition))
                    .map(entry -> entry.path("reason").asText() + ": "
                            + entry.path("message").asText())
                    .findFirst()
                    .orElse("");
        }

        List<String> required() throws IOException {
            return StreamSupport.stream(status().at("/pinned/requiredFeatures").spliterator(), false)
                    .map(feature -> feature.path("name").asText())
                    .toList();
        }
    }

    private static Run plan(String report, String... more) {
        return plan(DIRECTORY.resolve(report), more);
    }

    private static Run plan(Path directory, String... more) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine command = new CommandLine(new PlanCommand(NoCluster.ASKED, InputStream.nullInputStream()))
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err));
        String[] arguments = new String[more.length + 2];
        arguments[0] = "-f";
        arguments[1] = directory.toString();
        System.arraycopy(more, 0, arguments, 2, more.length);
        return new Run(command.execute(arguments), out.toString(), err.toString());
    }

    @Test
    void a_cluster_default_that_few_nodes_have_is_told_with_the_patch_that_helps() throws IOException {
        // Given: the default that piled virtual machines up on 4 of 9 nodes
        Path kubeVirt = DIRECTORY.resolve("default-on-few-nodes-default/kubevirt.yaml");
        Path hyperConverged = DIRECTORY.resolve("default-on-few-nodes-default/hyperconverged.yaml");

        // When
        Run json = plan("default-on-few-nodes", "-f", kubeVirt.toString(), "-o", "json");
        Run text = plan("default-on-few-nodes", "-f", kubeVirt.toString());
        Run owned = plan("default-on-few-nodes", "-f", kubeVirt.toString(), "-f", hyperConverged.toString());

        // Then
        assertThat(json.status().at("/pinned/cpuModel").asText()).isEqualTo("Cascadelake-Server-noTSX");
        assertThat(json.message("ClusterDefaultFits"))
                .isEqualTo(
                        "FitsPartly: KubeVirt kubevirt/kubevirt gives Icelake-Server-v2 to virtual machines that name no"
                                + " model: only 4 of 9 selected nodes (64 of 144 cores; 4 Intel) can take them, so they pile up"
                                + " there. Change spec.configuration.cpuModel of KubeVirt kubevirt/kubevirt.");
        assertThat(text.out()).endsWith("""
                          To make the baseline's model the default (x86-64-v4, without the 5 features
                            that the baseline requires beside it):
                            kubectl -n kubevirt patch kubevirt kubevirt --type merge -p \\
                              '{"spec":{"configuration":{"cpuModel":"Cascadelake-Server-noTSX"}}}'
                        """);
        assertThat(owned.out())
                .contains("FitsPartly: HyperConverged kubevirt-hyperconverged/kubevirt-hyperconverged\n"
                        + "    gives Icelake-Server-v2 to virtual machines")
                .endsWith("""
                            kubectl -n kubevirt-hyperconverged patch \\
                              hyperconvergeds.v1.hco.kubevirt.io kubevirt-hyperconverged \\
                              --type merge -p '{"spec":{"virtualization":{"virtualMachineOptions":
                              {"defaultCPUModel":"Cascadelake-Server-noTSX"}}}}'
                        """);
    }

    @Test
    void kubevirt_s_own_resource_tells_that_another_operator_manages_it(@TempDir Path directory) throws IOException {
        // Given
        String kubeVirt = Files.readString(DIRECTORY.resolve("default-on-few-nodes-default/kubevirt.yaml"));
        Path managed = directory.resolve("managed.yaml");
        Files.writeString(
                managed,
                kubeVirt.replace(
                        "{name: kubevirt,",
                        "{labels: {app: hco, app.kubernetes.io/managed-by: hco-operator}, name: kubevirt,"));

        // When
        Run text = plan("default-on-few-nodes", "-f", managed.toString());
        Run both = plan(
                "default-on-few-nodes",
                "-f",
                managed.toString(),
                "-f",
                DIRECTORY
                        .resolve("default-on-few-nodes-default/hyperconverged.yaml")
                        .toString());

        // Then
        assertThat(text.out())
                .contains("FitsPartly: HyperConverged kubevirt/hco gives")
                .contains("hyperconvergeds.v1beta1.hco.kubevirt.io hco");
        assertThat(both.out()).contains("hyperconvergeds.v1.hco.kubevirt.io kubevirt-hyperconverged");
    }

    @Test
    void labels_that_an_emulator_left_make_their_node_unknown_and_limit_no_other() throws IOException {
        // When
        Run run = plan("emulator-labels-stale", "-o", "json");

        // Then
        JsonNode status = run.status();
        assertThat(status.at("/pinned/cpuModel").asText()).isEqualTo("Broadwell-noTSX");
        assertThat(status.at("/pinned/abiLevel").asText()).isEqualTo("x86-64-v4");
        assertThat(run.required()).contains("avx512bw", "avx512cd", "avx512dq", "avx512f", "avx512vl", "pdpe1gb");
        assertThat(status.at("/nodes/contributing").asInt()).isEqualTo(1);
        assertThat(status.at("/nodes/unknown").asInt()).isEqualTo(1);
        assertThat(run.message("EvidenceComplete"))
                .startsWith("NodesUnknown: 1 of 2 selected nodes are unknown: EvidenceConflict 1 (bm-2).")
                .contains("bm-2: KubeVirt's CPU labels are of QEMU's emulator (3dnow 3dnowext beside avx erms smep")
                .contains("delete them and restart virt-handler there");
        assertThat(plan("emulator-labels-stale").out())
                .startsWith("Baseline    Broadwell-noTSX-")
                .contains("2 selected: 1 contributing, 1 unknown")
                .doesNotContain("=== AMD");
    }

    @ParameterizedTest
    @ValueSource(strings = {"feature.node.kubernetes.io/cpu-model.vendor_id: \"Intel\"", ""})
    void so_do_labels_of_another_vendor_than_node_feature_discovery_finds(String hardware, @TempDir Path directory)
            throws IOException {
        // Given the same nodes without what shows the emulator
        String nodes = Files.readString(DIRECTORY.resolve("emulator-labels-stale/nodes.yaml"))
                .replaceAll("(?m)^    cpu-feature.node.kubevirt.io/3dnow(ext)?: .*\\n", "")
                .replace(
                        "cpu-vendor.node.kubevirt.io/AMD: \"true\"",
                        "cpu-vendor.node.kubevirt.io/AMD: \"true\"\n    " + hardware);
        Files.writeString(directory.resolve("nodes.yaml"), nodes);

        // When
        Run run = plan(directory, "-o", "json");

        // Then
        if (hardware.isEmpty()) {
            assertThat(run.status().at("/nodes/contributing").asInt()).isEqualTo(2);
        } else {
            assertThat(run.status().at("/pinned/cpuModel").asText()).isEqualTo("Broadwell-noTSX");
            assertThat(run.status().at("/pinned/abiLevel").asText()).isEqualTo("x86-64-v4");
            assertThat(run.message("EvidenceComplete"))
                    .contains("EvidenceConflict 1 (bm-2)")
                    .contains("bm-2: KubeVirt labels the vendor AMD, node-feature-discovery finds Intel");
        }
    }

    @Test
    void a_NodeFeature_that_a_moved_worker_left_behind_does_not_count_and_is_named(@TempDir Path directory)
            throws IOException {
        // Given
        Path resources = DIRECTORY.resolveSibling("nodes");
        String feature =
                Files.readString(DIRECTORY.resolveSibling("nodefeatures").resolve("xeon-gold-6130.yaml"));
        Files.copy(resources.resolve("xeon-gold-6130.yaml"), directory.resolve("node.yaml"));
        Files.writeString(directory.resolve("now.yaml"), created(feature, "2026-11-01T00:00:00Z"));
        Files.writeString(
                directory.resolve("before.yaml"),
                created(feature, "2024-01-01T00:00:00Z")
                        .replace("namespace: \"node-feature-discovery\"", "namespace: \"former\"")
                        .replaceAll("(?m)^ +AVX.*\\n", ""));

        // When
        Run run = plan(directory, "-o", "json");

        // Then
        assertThat(run.status().at("/nodes/contributing").asInt()).isEqualTo(1);
        assertThat(run.message("EvidenceComplete"))
                .isEqualTo(
                        "Complete: The only selected node is known. xeon-gold-6130: the NodeFeature former/xeon-gold-6130 of another"
                                + " nfd-worker does not count; if that worker is gone, kubectl delete nodefeature -n former xeon-gold-6130.");
        assertThat(plan(directory).out().replaceAll("\\s+", " "))
                .contains("if that worker is gone, kubectl delete nodefeature -n former xeon-gold-6130.");
    }

    private static String created(String object, String time) {
        return object.replace("metadata:\n", "metadata:\n  creationTimestamp: \"" + time + "\"\n");
    }

    @Test
    void of_a_node_that_a_bundle_has_twice_the_newer_version_counts(@TempDir Path directory) throws IOException {
        // Given
        String node = Files.readString(DIRECTORY.resolveSibling("nodes").resolve("xeon-gold-6130.yaml"));
        String identity = "metadata:\n  uid: \"u-1\"\n  resourceVersion: \"%s\"\n";
        Files.writeString(directory.resolve("a.yaml"), node.replace("metadata:\n", identity.formatted("99")));
        Files.writeString(
                directory.resolve("b.yaml"),
                node.replace("metadata:\n", identity.formatted("100")).replace("avx512f: \"true\"", "avx512f: \"\""));
        Files.writeString(directory.resolve("c.yaml"), node.replace("metadata:\n", identity.formatted("98")));

        // When
        Run run = plan(directory, "-o", "json");

        // Then
        assertThat(run.status().at("/nodes/selected").asInt()).isEqualTo(1);
        assertThat(run.message("EvidenceComplete")).contains("cpu-feature.node.kubevirt.io/avx512f=\"\"");
        assertThat(run.err()).contains("in the input more than once, the newest counts: Node xeon-gold-6130");
    }

    @Test
    void a_label_with_another_value_than_true_is_named_with_its_value() throws IOException {
        // When
        Run run = plan("empty-label-values", "-o", "json");
        Run text = plan("empty-label-values");

        // Then
        assertThat(run.status().at("/nodes/contributing").asInt()).isEqualTo(2);
        assertThat(run.message("EvidenceComplete"))
                .contains("edge-b", "cpu-feature.node.kubevirt.io/md-clear=\"\" and 3 more");
        assertThat(run.status().at("/limits").toString())
                .contains("cpu-model.node.kubevirt.io/Haswell-noTSX-IBRS=\\\"\\\"")
                .doesNotContain("KubeVirt does not label it there");
        assertThat(text.out()).contains("md-clear=\"\"");
    }

    @Test
    void a_support_bundle_with_an_empty_file_is_answered_and_the_empty_file_counted() throws IOException {
        // When
        Run run = plan("must-gather", "-o", "json");

        // Then
        assertThat(run.exitCode()).isZero();
        assertThat(run.status().at("/nodes/selected").asInt()).isEqualTo(4);
        assertThat(run.err()).contains("1 empty file passed over").contains("empty.yaml");
    }

    @Test
    void the_vendor_of_a_node_that_KubeVirt_does_not_use_proves_no_second_one(@TempDir Path directory)
            throws IOException {
        // Given control planes with CPUs of another vendor, which node-feature-discovery tells
        String nodes = Files.readString(DIRECTORY.resolve("masters-without-labels/nodes.yaml"))
                .replace(
                        "node-role.kubernetes.io/master: \"\"",
                        "feature.node.kubernetes.io/cpu-model.vendor_id: \"AMD\"");
        Files.writeString(directory.resolve("nodes.yaml"), nodes);

        // When
        Run run = plan(directory);

        // Then
        assertThat(run.out()).startsWith("Baseline    Skylake-Server").doesNotContain("=== AMD");
    }

    @Test
    void control_planes_and_Windows_nodes_without_KubeVirt_are_neither_selected_nor_unknown() throws IOException {
        // When
        Run run = plan("masters-without-labels", "-o", "json");

        // Then
        JsonNode nodes = run.status().path("nodes");
        assertThat(run.exitCode()).isZero();
        assertThat(nodes.path("selected").asInt()).isEqualTo(2);
        assertThat(nodes.path("contributing").asInt()).isEqualTo(2);
        assertThat(nodes.path("unknown").asInt()).isZero();
        assertThat(nodes.path("withoutKubeVirt").asInt()).isEqualTo(4);
        assertThat(plan("masters-without-labels").out()).contains("and 4 that KubeVirt does not use");
    }

    @Test
    void a_flag_that_the_kernel_took_is_named_with_what_guests_lose_by_it_and_what_helps() throws IOException {
        // When
        Run run = plan("turin-rdseed-off", "-o", "json");

        // Then
        assertThat(run.exitCode()).isZero();
        assertThat(run.status().at("/pinned/cpuModel").asText()).isEqualTo("Opteron_G3");
        assertThat(run.message("MigrationPossible"))
                .startsWith("OldFamilyModel: Opteron_G3 is CPU family 16, and the nodes are of family 26 or newer")
                .contains("leaves out the mitigations of SRSO and the SMT topology")
                .contains("t-1", "lack rdseed", "AMD-SB-7055", "update the firmware")
                .doesNotContain("nodeSelector");
        assertThat(run.status().at("/limits").toString())
                .containsOnlyOnce("AMD-SB-7055")
                .contains("they lack rdseed: the kernel or the microcode took it");
    }
}
