package io.cpubaseline.cli.input;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cpubaseline.catalog.CatalogLoader;
import io.cpubaseline.catalog.FlagNames;
import io.cpubaseline.cpu.AbiLevel;
import io.cpubaseline.evidence.EvidenceReader;
import io.cpubaseline.fleet.NodeCpu;
import io.cpubaseline.fleet.Silicon;
import io.cpubaseline.manifest.InputException;
import io.cpubaseline.manifest.ManifestFiles;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FleetReaderTest {

    private static final Path RESOURCES = Path.of(System.getProperty("basedir", "."), "src", "test", "resources");

    private static final String NODE = """
            apiVersion: v1
            kind: Node
            metadata:
              name: %s
              labels:
                kubernetes.io/arch: amd64
                cpu-feature.node.kubevirt.io/avx2: "true"
            """;

    @TempDir
    Path directory;

    @Test
    void reads_the_home_lab_and_joins_labels_with_NodeFeatures() {
        // When
        FleetInput input = read(RESOURCES.resolve("homelab"));

        // Then
        assertThat(input.nodes())
                .extracting(NodeCpu::name)
                .containsExactly("prox01", "prox03", "prox04", "prox05", "prox06", "prox07", "prox08");
        assertThat(input.nodes()).allSatisfy(node -> {
            assertThat(node.evidence().silicon().source()).isEqualTo(Silicon.Source.NODE_FEATURE);
            assertThat(node.evidence().hasKubeVirtLabels()).isTrue();
        });
        assertThat(input.warnings()).isEmpty();
        assertThat(input.ignored()).isEmpty();
    }

    @Test
    void the_order_of_paths_and_documents_does_not_matter() {
        // When
        FleetInput input =
                read(RESOURCES.resolve("nodefeatures/xeon-e5-2650.yaml"), RESOURCES.resolve("nodes/xeon-e5-2650.yaml"));

        // Then
        assertThat(input.nodes())
                .singleElement()
                .satisfies(node ->
                        assertThat(node.evidence().silicon().provenLevel()).isEqualTo(AbiLevel.V2));
    }

    @Test
    void reads_hidden_files_and_other_names_only_if_they_are_named() throws IOException {
        // Given
        write("a/b/deep.yml", NODE.formatted("deep"));
        write("a/.hidden.yaml", NODE.formatted("hidden"));
        write(".git/index.yaml", NODE.formatted("git"));
        Path named = write("a/nodes.txt", NODE.formatted("named"));

        // When
        FleetInput all = read(directory);
        FleetInput withNamed = read(directory, named, directory.resolve("a/b"));

        // Then
        assertThat(all.nodes()).extracting(NodeCpu::name).containsExactly("deep");
        assertThat(withNamed.nodes()).extracting(NodeCpu::name).containsExactly("deep", "named");
    }

    @Test
    void reads_a_List_whose_kind_comes_last() throws IOException {
        // Given
        Path file = write("list.yaml", """
                apiVersion: v1
                items:
                - apiVersion: v1
                  kind: Node
                  metadata: {name: a}
                - metadata: {name: b}
                  kind: Node
                  apiVersion: v1
                kind: List
                """);

        // When
        FleetInput input = read(file);

        // Then
        assertThat(input.nodes()).extracting(NodeCpu::name).containsExactly("a", "b");
    }

    @Test
    void nodes_of_another_architecture_are_named_and_silent_ones_are_not() throws IOException {
        // Given
        Path file = write("mixed.yaml", """
                {apiVersion: v1, kind: Node, metadata: {name: arm-1, labels: {kubernetes.io/arch: arm64}}}
                ---
                {apiVersion: v1, kind: Node, metadata: {name: intel-1, labels: {kubernetes.io/arch: amd64}}}
                ---
                {apiVersion: v1, kind: Node, metadata: {name: silent}}
                """);

        // When, Then
        assertThat(read(file).warnings()).containsExactly("left out, since only amd64 has CPU baselines: Node arm-1");
    }

    @Test
    void elements_of_a_typed_list_need_no_kind() throws IOException {
        // Given
        Path first = write("first.json", """
                {"kind":"NodeList","apiVersion":"v1","items":[{"metadata":{"name":"a"}},{"metadata":{"name":"b"}}]}
                """);
        Path sorted = write("sorted.json", """
                {"apiVersion":"v1","items":[{"metadata":{"name":"c"}}],"kind":"NodeList"}
                {"apiVersion":"nfd.k8s-sigs.io/v1alpha1","items":[{"metadata":{"name":"c",
                  "labels":{"nfd.node.kubernetes.io/node-name":"c"},"annotations":{"nfd.node.kubernetes.io/worker.version":"v0.19.0"}},
                  "spec":{"features":{"flags":{"cpu.cpuid":{"elements":{"AVX2":{}}}}}}}],"kind":"NodeFeatureList"}
                {"kind":"NodeList","items":[{"kind":"Node","metadata":{"name":"d"}},{"metadata":{"name":"e"}}],"apiVersion":"v1"}
                """);

        // When
        FleetInput input = read(first, sorted);

        // Then
        assertThat(input.nodes()).extracting(NodeCpu::name).containsExactly("a", "b", "c", "d", "e");
        assertThat(input.nodes().get(2).evidence().silicon().present().contains("avx2"))
                .isTrue();
        assertThat(input.warnings()).isEmpty();
    }

    @Test
    void counts_objects_of_other_kinds_and_groups() throws IOException {
        // Given
        Path file = write("dump.yaml", NODE.formatted("a") + """
                ---
                apiVersion: v1
                kind: PodList
                items:
                - metadata: {name: p1}
                - metadata: {name: p2, labels: {odd: 1}}
                ---
                apiVersion: longhorn.io/v1beta2
                kind: Node
                metadata: {name: a}
                ---
                kind: Deployment
                spec: {features: [1]}
                apiVersion: apps/v1
                ---
                apiVersion: v1
                kind: List
                items:
                """);

        // When
        FleetInput input = read(file);

        // Then
        assertThat(input.nodes()).hasSize(1);
        assertThat(input.ignored()).isEqualTo(Map.of("Deployment.apps", 1, "Node.longhorn.io", 1, "Pod", 2));
    }

    @Test
    void reads_standard_input_in_either_format() {
        String json = "{\"apiVersion\":\"v1\",\"kind\":\"Node\",\"metadata\":{\"name\":\"a\"}}";

        assertThat(piped(json.getBytes(StandardCharsets.UTF_8)).nodes()).hasSize(1);
        assertThat(piped(("\n" + json + json.replace("\"a\"", "\"b\"")).getBytes(StandardCharsets.UTF_8))
                        .nodes())
                .hasSize(2);
        assertThat(piped(NODE.formatted("a").getBytes(StandardCharsets.UTF_8)).nodes())
                .hasSize(1);
    }

    @Test
    void reads_the_encodings_of_other_systems() {
        for (Charset charset : List.of(StandardCharsets.UTF_8, StandardCharsets.UTF_16LE, StandardCharsets.UTF_16BE)) {
            byte[] text =
                    ("\uFEFF" + NODE.formatted("nöde")).replace("\n", "\r\n").getBytes(charset);

            assertThat(piped(text).nodes())
                    .as(charset.name())
                    .extracting(NodeCpu::name)
                    .containsExactly("nöde");
        }
    }

    @Test
    void an_alias_stands_for_the_value_of_its_anchor() {
        // When
        FleetInput input = piped("""
                apiVersion: v1
                kind: List
                items:
                - apiVersion: v1
                  kind: Node
                  metadata:
                    name: a
                    labels: &labels
                      cpu-feature.node.kubevirt.io/avx2: &yes "true"
                      cpu-feature.node.kubevirt.io/avx: *yes
                - apiVersion: v1
                  kind: Node
                  metadata: {name: b, labels: *labels}
                """.getBytes(StandardCharsets.UTF_8));

        // Then
        assertThat(input.nodes())
                .hasSize(2)
                .allSatisfy(node ->
                        assertThat(node.evidence().labelledFeatures().names()).containsExactly("avx", "avx2"));
    }

    @Test
    void aliases_that_stand_for_billions_of_values_are_refused() {
        // Given
        StringBuilder laughs = new StringBuilder("apiVersion: v1\nkind: Node\nx0: &x0 [ha, ha]\n");
        for (int i = 1; i < 40; i++) {
            laughs.append("x%d: &x%d [*x%d, *x%d]\n".formatted(i, i, i - 1, i - 1));
        }

        // Then
        assertThatThrownBy(() -> piped(laughs.toString().getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("repeats a very large value; write the value out");
    }

    @Test
    void a_value_that_is_repeated_very_often_is_refused() {
        // Given
        String repeated =
                "apiVersion: v1\nkind: Node\nx: &x [" + "a,".repeat(99_000) + "]\ny: [" + "*x,".repeat(250) + "]\n";

        // Then
        assertThatThrownBy(() -> piped(repeated.getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("aliases repeat too many values; write the values out");
    }

    @Test
    void a_NodeFeature_without_its_node_is_a_warning() {
        // Given
        Path nodes = RESOURCES.resolve("nodes/xeon-e5-2650.yaml");

        // When
        FleetInput input = read(nodes, RESOURCES.resolve("homelab/nodefeatures.yaml"));

        // Then
        assertThat(input.warnings())
                .containsExactly(
                        "left out, since its node is not in the input: NodeFeature node-feature-discovery/prox01,"
                                + " node-feature-discovery/prox03, node-feature-discovery/prox04, node-feature-discovery/prox05,"
                                + " node-feature-discovery/prox06 and 2 more");
    }

    @Test
    void host_sets_are_the_directories_of_a_directory() throws IOException {
        // Given
        write("two/b.yaml", NODE.formatted("b"));
        write("one/a.yaml", NODE.formatted("a"));
        write("README.md", "about these sets");

        // Then
        assertThat(ManifestFiles.hostSets(directory.toString()))
                .extracting(ManifestFiles.HostSet::name)
                .containsExactly("one", "two");
    }

    @Test
    void host_sets_with_a_manifest_beside_them_are_a_mistake() throws IOException {
        // Given
        Path empty = Files.createDirectory(directory.resolve("empty"));
        Path stray = write("b.yaml", NODE.formatted("b"));

        // Then
        assertThatThrownBy(() -> ManifestFiles.hostSets(directory.toString()))
                .isInstanceOf(InputException.class)
                .hasMessage(
                        stray
                                + ": expected one directory per host set, found a manifest beside them; put it into a directory");
        assertThatThrownBy(() -> ManifestFiles.hostSets(stray.toString()))
                .isInstanceOf(InputException.class)
                .hasMessage(stray + ": expected a directory with one directory per host set, found a file");
        assertThatThrownBy(() -> ManifestFiles.hostSets(empty.toString()))
                .isInstanceOf(InputException.class)
                .hasMessage(empty + ": expected one directory per host set, found no directory");
    }

    @Test
    void missing_and_empty_paths_are_mistakes() throws IOException {
        Path empty = Files.createDirectory(directory.resolve("empty"));
        Path missing = directory.resolve("missing.yaml");

        assertThatThrownBy(() -> read(missing)).hasMessage(missing + ": no such file or directory");
        assertThatThrownBy(() -> read(empty))
                .hasMessage(empty + ": expected manifests (*.yaml, *.yml or *.json), found none in this directory");
        assertThatThrownBy(() -> reader(new byte[0]).read(List.of("a\0b")))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("not a file's name");
        assertThatThrownBy(() -> piped(new byte[0]))
                .hasMessage("standard input: expected Kubernetes objects, found an empty file");
    }

    private Path write(String name, String text) throws IOException {
        Path file = directory.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, text);
    }

    private static FleetInput piped(byte[] text) {
        return reader(text).read(List.of("-"));
    }

    private static FleetInput read(Path... paths) {
        return reader(new byte[0]).read(Arrays.stream(paths).map(Path::toString).toList());
    }

    private static FleetReader reader(byte[] standardInput) {
        return new FleetReader(
                new EvidenceReader(CatalogLoader.catalog(), FlagNames.shipped()),
                CatalogLoader.catalog(),
                new ByteArrayInputStream(standardInput));
    }
}
