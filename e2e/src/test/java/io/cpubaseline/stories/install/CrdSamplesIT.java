package io.cpubaseline.stories.install;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.cpubaseline.api.v1alpha1.ClusterCpuBaselineSpec;
import io.cpubaseline.api.v1alpha1.ClusterRestartCampaign;
import io.cpubaseline.api.v1alpha1.ClusterRestartCampaignSpec;
import io.cpubaseline.lab.Lab;
import io.cpubaseline.lab.SharedLab;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.FieldValidateable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** A real API server accepts and refuses what {@code crds/samples} says, and tells people what the fields mean. */
class CrdSamplesIT {
    private static final Path ROOT = Path.of(System.getProperty("basedir", "."), "..");
    private static final Path SAMPLES = ROOT.resolve("crds/samples");
    private static final ObjectMapper JSON = new ObjectMapper();

    /** The record of each kind's spec, by the folder of its samples. */
    private static final Map<String, Class<?>> SPECS = Map.of(
            "clustercpubaselines",
            ClusterCpuBaselineSpec.class,
            ClusterRestartCampaign.PLURAL,
            ClusterRestartCampaignSpec.class);

    @SuppressWarnings("NullAway.Init")
    private static Lab lab;

    @BeforeAll
    static void freshLab() {
        lab = SharedLab.get();
    }

    @ParameterizedTest
    @MethodSource("validSamples")
    void acceptsAValidSampleAndFillsInTheDefaultsThatJavaKnows(Path sample) throws IOException {
        // Given
        Class<?> type = Objects.requireNonNull(
                SPECS.get(SAMPLES.relativize(sample).getName(0).toString()));
        JsonNode written =
                lab.client().getKubernetesSerialization().unmarshal(Files.readString(sample), JsonNode.class);
        Object spec = JSON.treeToValue(written.withObject("/spec"), type);

        // When
        JsonNode stored = create(Files.readString(sample));

        // Then
        JsonNode known = JSON.readTree(JSON.writeValueAsString(spec));
        assertThat(numbersAsText(withoutEmptyNames(stored.get("spec")))).isEqualTo(numbersAsText(known));
        // And whoever waits for it sees that the operator has not looked yet
        assertThat(stored.get("status")).isEqualTo(JSON.readTree("{\"observedGeneration\": -1}"));
    }

    @ParameterizedTest
    @MethodSource("invalidSamples")
    void refusesAnInvalidSampleAndSaysWhatToDo(Path sample) throws IOException {
        // Given
        String yaml = Files.readString(sample);
        String message = yaml.lines().findFirst().orElseThrow().replaceFirst("^# ", "");

        // When, Then
        assertThatThrownBy(() -> create(yaml))
                .isInstanceOf(KubernetesClientException.class)
                .hasMessageContaining(message);
    }

    @ParameterizedTest
    @CsvSource({"clustercpubaseline, 2", "clusterrestartcampaign, 3"})
    void acceptsTheExamplesOfTheReference(String kind, int count) throws IOException {
        // Given
        String page = Files.readString(ROOT.resolve("docs/reference").resolve(kind + ".md"));

        // When
        List<String> examples = Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL)
                .matcher(page)
                .results()
                .map((MatchResult example) -> example.group(1))
                .toList();

        // Then
        assertThat(examples)
                .hasSize(count)
                .allSatisfy(example -> assertThat(create(example)).isNotEmpty());
    }

    @Test
    void explainsFields() {
        // When
        String explanation = lab.kubectl().run("explain", "ccb.spec.abiLevel");

        // Then
        assertThat(explanation)
                .contains("Bounds on the x86-64 ABI level")
                .contains("enum: x86-64-v1, x86-64-v2, x86-64-v3, x86-64-v4")
                .contains("Nodes that can't reach this level are unfit");
    }

    @Test
    void explainsFieldsOfCampaigns() {
        // When
        String explanation = lab.kubectl().run("explain", "crcamp.spec.budgets");

        // Then
        assertThat(explanation)
                .contains("How many VirtualMachines may be unavailable at a time")
                .contains("When the budget opens, in the five fields of cron");
    }

    @Test
    void listsBaselinesAtAGlance() {
        // When
        List<String> lines = listed("clustercpubaselines", "ccb");

        // Then
        assertThat(lines).hasSize(2);
        assertThat(lines.get(0).split(" +"))
                .containsExactly(
                        "NAME",
                        "READY",
                        "LEVEL",
                        "MODEL",
                        "CANDIDATE",
                        "RESTARTS",
                        "NODES",
                        "SCHEDULABLE",
                        "VMS",
                        "PAUSED",
                        "REASON",
                        "REVISION",
                        "APPROVABLE",
                        "UNKNOWN",
                        "UNFIT",
                        "APPLIED",
                        "CONFLICTS",
                        "AGE");
        assertThat(lines.get(1).replaceFirst("\\S+$", "AGE").split(" +"))
                .containsExactly(
                        "every-field",
                        "True",
                        "x86-64-v3",
                        "IvyBridge-IBRS",
                        "Raise",
                        "4",
                        "9",
                        "7",
                        "15",
                        "true",
                        "Pinned",
                        "IvyBridge-IBRS-3f2a9c01d4",
                        "Skylake-Client-noTSX-IBRS-0123456789",
                        "1",
                        "1",
                        "10",
                        "1",
                        "AGE");
    }

    @Test
    void listsCampaignsAtAGlance() {
        // When
        List<String> lines = listed(ClusterRestartCampaign.PLURAL, "crcamp");

        // Then
        assertThat(lines).hasSize(2);
        assertThat(lines.get(0).split(" +"))
                .containsExactly(
                        "NAME",
                        "READY",
                        "DUE",
                        "RESTARTING",
                        "RESTARTED",
                        "FAILED",
                        "BASELINE",
                        "SELECTED",
                        "CONSENT",
                        "NEXT",
                        "PAUSED",
                        "REASON",
                        "AGE");
        assertThat(lines.get(1).replaceFirst("\\S+$", "AGE").split(" +"))
                .containsExactly(
                        "every-field",
                        "False",
                        "12",
                        "2",
                        "9",
                        "1",
                        "all-nodes",
                        "40",
                        "3",
                        "2026-11-28T21:00:00Z",
                        "true",
                        "RestartsDue",
                        "AGE");
    }

    static List<Path> validSamples() throws IOException {
        return samples("valid");
    }

    static List<Path> invalidSamples() throws IOException {
        return samples("invalid");
    }

    private static List<Path> samples(String kind) throws IOException {
        List<Path> samples = new ArrayList<>();
        for (String plural : SPECS.keySet()) {
            try (var files = Files.list(SAMPLES.resolve(plural).resolve(kind))) {
                files.forEach(samples::add);
            }
        }
        return samples.stream().sorted().toList();
    }

    /** The lines of {@code kubectl get -o wide} where the sample with every field is the only one of its kind. */
    private static List<String> listed(String plural, String shortName) {
        String sample =
                SAMPLES.resolve(plural).resolve("valid/every-field.yaml").toString();
        lab.kubectl().run("create", "-f", sample);
        lab.kubectl().run("replace", "--subresource=status", "-f", sample);
        try {
            return lab.kubectl().run("get", shortName, "-o", "wide").lines().toList();
        } finally {
            lab.kubectl().run("delete", "-f", sample);
        }
    }

    /** What the API server would store; as strict about unknown fields as kubectl. */
    private static JsonNode create(String yaml) {
        var serialization = lab.client().getKubernetesSerialization();
        var object = serialization.unmarshal(yaml, GenericKubernetesResource.class);
        var stored = lab.client()
                .resource(object)
                .dryRun()
                .fieldValidation(FieldValidateable.Validation.STRICT)
                .create();
        return serialization.convertValue(stored, JsonNode.class);
    }

    /** Java keeps as text what may be a number or a text. */
    private static JsonNode numbersAsText(JsonNode node) {
        if (node.isNumber()) {
            return TextNode.valueOf(node.asText());
        }
        if (node instanceof ObjectNode object) {
            object.properties().forEach(field -> field.setValue(numbersAsText(field.getValue())));
        } else if (node instanceof ArrayNode list) {
            for (int i = 0; i < list.size(); i++) {
                list.set(i, numbersAsText(list.get(i)));
            }
        }
        return node;
    }

    /** Java takes an empty name for none. */
    private static JsonNode withoutEmptyNames(JsonNode spec) {
        ((ObjectNode) spec).properties().removeIf(field -> field.getValue().equals(JSON.valueToTree("")));
        if (spec.get("cpuModel") instanceof ObjectNode cpuModel) {
            cpuModel.properties().removeIf(field -> field.getValue().equals(JSON.valueToTree("")));
        }
        return spec;
    }
}
