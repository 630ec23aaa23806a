package io.cpubaseline.cli.resource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.databind.JsonNode;
import io.cpubaseline.api.v1alpha1.ClusterCpuBaselineSpec;
import io.cpubaseline.manifest.InputException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class BaselineReaderTest {

    private static final Path SAMPLES =
            Path.of(System.getProperty("basedir", "."), "..", "crds", "samples", "clustercpubaselines");
    private static final Path MESSAGES =
            Path.of(System.getProperty("basedir", "."), "src", "test", "resources", "baseline-mistakes.txt");

    private static final String HEAD = """
            apiVersion: cpubaseline.io/v1alpha1
            kind: ClusterCpuBaseline
            metadata:
              name: golden
            """;

    static List<Path> samples(String kind) throws IOException {
        try (Stream<Path> files = Files.list(SAMPLES.resolve(kind))) {
            return files.sorted().toList();
        }
    }

    static List<Path> valid() throws IOException {
        return samples("valid");
    }

    @ParameterizedTest
    @MethodSource("valid")
    void takes_what_an_API_server_takes(Path sample) {
        // When
        BaselineManifest baseline = reader("").read(sample.toString());

        // Then
        assertThat(sample).hasFileName(baseline.name() + ".yaml");
    }

    /** Where the definition has a sentence of its own, the sample has it too; for the rest the words are this program's. */
    @Test
    void refuses_what_an_API_server_refuses() throws IOException {
        // When
        List<String> messages = new ArrayList<>();
        for (Path sample : samples("invalid")) {
            Throwable mistake = catchThrowable(() -> reader("").read(sample.toString()));
            assertThat(mistake).as(sample.toString()).isInstanceOf(InputException.class);
            messages.add(String.valueOf(mistake.getMessage()).replace(SAMPLES.resolve("invalid") + "/", ""));
            String sentence = Files.readAllLines(sample).get(0).substring(2);
            if (!sentence.matches("(unknown field|spec\\.|Unsupported value).*")) {
                assertThat(mistake).hasMessageEndingWith(": " + sentence);
            }
        }

        // Then
        String all = String.join("\n", messages) + "\n";
        if (Boolean.getBoolean("golden.rewrite")) {
            Files.writeString(MESSAGES, all);
        }
        assertThat(all).isEqualTo(Files.readString(MESSAGES));
    }

    @Test
    void reads_every_field() {
        // When
        ClusterCpuBaselineSpec spec = reader("")
                .read(SAMPLES.resolve("valid/every-field.yaml").toString())
                .spec();

        // Then
        assertThat(spec).isNotEqualTo(ClusterCpuBaselineSpec.defaults()).hasNoNullFieldsOrProperties();
    }

    @Test
    void nothing_and_null_are_the_defaults() {
        assertThat(read(HEAD).spec()).isEqualTo(ClusterCpuBaselineSpec.defaults());
        assertThat(read(HEAD + "spec:\n").spec()).isEqualTo(ClusterCpuBaselineSpec.defaults());
        assertThat(read(HEAD + "spec: {vendors: null, abiLevel: ~, nodeSelector: }\n")
                        .spec())
                .isEqualTo(ClusterCpuBaselineSpec.defaults());
    }

    @Test
    void takes_what_kubectl_prints() {
        // When
        BaselineManifest baseline = read("""
                apiVersion: cpubaseline.io/v1alpha1
                kind: ClusterCpuBaseline
                metadata:
                  creationTimestamp: "2026-11-01T00:00:00Z"
                  generation: 1
                  managedFields:
                  - {manager: kubectl, operation: Update}
                  name: golden
                  uid: 6f9a1c
                spec:
                  vendors: Mixed
                status:
                  conditions:
                  - {type: Ready, status: "True", anything: 1}
                """);

        // Then
        assertThat(baseline.name()).isEqualTo("golden");
        assertThat(baseline.spec().vendors()).isEqualTo("Mixed");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    spec: []                                      | 5:1: spec: expected an object, found a list
                    spec: {paused: "yes"}                         | 5:8: spec.paused: expected true or false, found the string "yes"
                    spec: {paused: yes, vendors: on}              | 5:21: spec.vendors: expected a string, found the boolean true; put it in quotes: "true"
                    spec: {nodeSelector: {matchLabels: {a/b: 1}}} | 5:37: spec.nodeSelector.matchLabels[a/b]: expected a string, found the number 1; put it in quotes: "1"
                    spec: {features: {require: [aes, ~]}}         | 5:34: spec.features.require[1]: expected a string, found nothing
                    spec: {changes: {lower: {stabilizationSeconds: 99999999999999999999}}} | 5:26: spec.changes.lower.stabilizationSeconds: expected at most 31536000, found 99999999999999999999
                    spec: {changes: {lower: {stabilizationSeconds: 1.5}}} | 5:26: spec.changes.lower.stabilizationSeconds: expected a whole number, found the number 1.5
                    extra: 1                                      | 5:1: extra: unknown field; expected one of apiVersion, kind, metadata, spec, status
                    spec: {paused: true, paused: false}           | 5:28: the key paused occurs twice in one object; remove one of the two
                    spec: {vendors: "Mixed}                       | 6:1: not valid YAML: while scanning a quoted scalar, found unexpected end of stream
                    """)
    void tells_the_place_of_a_mistake(String line, String message) {
        assertThatThrownBy(() -> read(HEAD + line + "\n"))
                .isInstanceOf(InputException.class)
                .hasMessage("standard input:" + message);
    }

    @Test
    void tells_what_else_a_file_has() {
        assertThatThrownBy(() -> read(""))
                .hasMessage("standard input: expected a ClusterCpuBaseline, found an empty file");
        assertThatThrownBy(() -> read("- a\n"))
                .hasMessage("standard input:1:1: apiVersion: expected cpubaseline.io/v1alpha1, found nothing");
        assertThatThrownBy(() -> read(HEAD.replace("cpubaseline.io/v1alpha1", "cpubaseline.io/v1")))
                .hasMessage("standard input:1:1: apiVersion: expected cpubaseline.io/v1alpha1,"
                        + " found the string \"cpubaseline.io/v1\"");
        assertThatThrownBy(() -> read(HEAD.replace("ClusterCpuBaseline", "Node")))
                .hasMessage("standard input:2:1: kind: expected ClusterCpuBaseline, found the string \"Node\"");
        assertThatThrownBy(() -> read(HEAD.replace("golden", "Golden")))
                .hasMessage(
                        "standard input:4:3: metadata.name: expected a name of lower-case letters, digits, '-' and '.',"
                                + " found the string \"Golden\"");
        assertThatThrownBy(() -> read(HEAD + "---\n" + HEAD))
                .hasMessage("standard input:6:1: expected one ClusterCpuBaseline in the file, found another object");
    }

    @Test
    void tells_which_file_it_wants(@TempDir Path directory) throws IOException {
        // Given
        Files.writeString(directory.resolve("a.yaml"), HEAD);
        Files.writeString(directory.resolve("b.yaml"), HEAD);

        // Then
        assertThatThrownBy(() -> reader("").read(directory.toString()))
                .isInstanceOf(InputException.class)
                .hasMessage(directory + ": expected a file with one ClusterCpuBaseline, found a directory with several"
                        + " files");
        assertThatThrownBy(() -> reader("").read(directory.resolve("c.yaml").toString()))
                .hasMessage(directory.resolve("c.yaml") + ": no such file or directory");
    }

    @Test
    void knows_every_word_of_the_definitions_schema() {
        JsonNode schema = BaselineSchema.shipped().tree();
        List<String> unknown = new ArrayList<>();

        collectUnknown(schema, unknown);

        assertThat(unknown).isEmpty();
    }

    private static void collectUnknown(JsonNode schema, List<String> unknown) {
        Set<String> known = Set.of(
                "type",
                "description",
                "default",
                "format",
                "properties",
                "additionalProperties",
                "required",
                "enum",
                "items",
                "maxItems",
                "minLength",
                "maxLength",
                "maxProperties",
                "minimum",
                "maximum",
                "pattern",
                "x-kubernetes-int-or-string",
                "x-kubernetes-validations",
                "x-kubernetes-list-type",
                "x-kubernetes-map-type",
                "x-kubernetes-list-map-keys");
        for (Map.Entry<String, JsonNode> word : schema.properties()) {
            if (!known.contains(word.getKey())) {
                unknown.add(word.getKey());
            }
        }
        for (JsonNode rule : schema.path("x-kubernetes-validations")) {
            if (!BaselineRules.knows(rule)) {
                unknown.add(rule.toString());
            }
        }
        schema.path("properties").properties().stream()
                .filter(property -> !property.getKey().equals("status"))
                .forEach(property -> collectUnknown(property.getValue(), unknown));
        if (schema.path("items").isObject()) {
            collectUnknown(schema.path("items"), unknown);
        }
        if (schema.path("additionalProperties").isObject()) {
            collectUnknown(schema.path("additionalProperties"), unknown);
        }
    }

    private static BaselineManifest read(String text) {
        return reader(text).read("-");
    }

    private static BaselineReader reader(String standardInput) {
        InputStream stream = new ByteArrayInputStream(standardInput.getBytes(StandardCharsets.UTF_8));
        return new BaselineReader(stream);
    }
}
