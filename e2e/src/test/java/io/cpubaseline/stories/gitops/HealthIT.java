package io.cpubaseline.stories.gitops;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.cpubaseline.lab.process.Directories;
import io.cpubaseline.lab.process.Programs;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What tools that wait make of statuses: all of them the same. No cluster is needed. */
class HealthIT {

    private static final ObjectMapper YAML = new YAMLMapper();
    private static final Path GOLDEN =
            Programs.e2eDirectory().resolveSibling("operator").resolve("src/test/resources/golden/status");

    private static final String BASELINE = "ClusterCpuBaseline";
    private static final String CAMPAIGN = "ClusterRestartCampaign";

    @ParameterizedTest
    @CsvSource({
        "ClusterCpuBaseline, '8 health tests, 3 discovery tests, 3 action tests'",
        "ClusterRestartCampaign, '12 health tests, 2 discovery tests, 2 action tests'"
    })
    void healthAndActionsOfArgoCdAreAsTheirOwnTestsSay(String kind, String summary) throws Exception {
        assertThat(Judge.testCustomization(kind)).startsWith(summary);
    }

    @ParameterizedTest
    @CsvSource({"ClusterCpuBaseline, 3", "ClusterRestartCampaign, 2"})
    void whatIsMergedIntoArgoCdAndShownForFluxIsWhatIsTested(String kind, int count) throws Exception {
        // Given
        Path root = Programs.e2eDirectory().resolveSibling("gitops");
        JsonNode merged =
                YAML.readTree(root.resolve("argocd/argocd-cm.yaml").toFile()).path("data");
        JsonNode actions = YAML.readTree(merged.path("resource.customizations.actions.cpubaseline.io_" + kind)
                .asText());
        JsonNode flux = YAML.readTree(Judge.expressions(kind).toFile());
        String page = Directories.text(root.resolveSibling("docs").resolve("gitops.md"))
                .replaceAll("\\s+", " ");

        // Then
        assertThat(merged.path("resource.customizations.health.cpubaseline.io_" + kind)
                        .asText())
                .isEqualTo(Directories.text(Judge.customization(kind).resolve("health.lua")));
        assertThat(actions.path("discovery.lua").asText())
                .isEqualTo(Directories.text(Judge.customization(kind).resolve("actions/discovery.lua")));
        assertThat(actions.path("definitions"))
                .hasSize(count)
                .allSatisfy(action -> assertThat(action.path("action.lua").asText())
                        .isEqualTo(Directories.text(Judge.customization(kind)
                                .resolve("actions/%s/action.lua"
                                        .formatted(action.path("name").asText())))));
        assertThat(flux.path("kind").asText()).isEqualTo(kind);
        assertThat(page)
                .contains("kind: " + kind
                        + Stream.of("inProgress", "failed", "current")
                                .map(state ->
                                        " " + state + ": >- " + flux.path(state).asText())
                                .collect(Collectors.joining()));
    }

    @Test
    void kstatusFluxAndArgoCdAgreeOnEveryKindOfStatus() throws Exception {
        // When
        Map<String, String> verdicts = new TreeMap<>();
        for (Judge.Verdict verdict :
                Judge.of(BASELINE, texts(Judge.customization(BASELINE).resolve("testdata")))) {
            verdicts.put(verdict.name(), verdict.words());
        }

        // Then
        assertThat(verdicts)
                .containsExactly(
                        Map.entry("applying", "InProgress InProgress Progressing"),
                        Map.entry("candidate", "Current Current Healthy"),
                        Map.entry("edited", "InProgress InProgress Progressing"),
                        Map.entry("nobody-looks", "InProgress InProgress Progressing"),
                        Map.entry("pinned", "Current Current Healthy"),
                        Map.entry("two-vendors", "Failed Failed Degraded"),
                        Map.entry("waiting", "InProgress InProgress Progressing"),
                        Map.entry("without-nodes", "InProgress InProgress Progressing"));
    }

    /** For one that is paused kstatus and Flux have no word of their own. */
    @Test
    void kstatusFluxAndArgoCdAgreeOnEveryKindOfStatusOfACampaign() throws Exception {
        // When
        Map<String, String> verdicts = new TreeMap<>();
        for (Judge.Verdict verdict :
                Judge.of(CAMPAIGN, texts(Judge.customization(CAMPAIGN).resolve("testdata")))) {
            verdicts.put(verdict.name(), verdict.words());
        }

        // Then
        assertThat(verdicts)
                .containsExactly(
                        Map.entry("complete", "Current Current Healthy"),
                        Map.entry("complete-and-paused", "Current Current Healthy"),
                        Map.entry("edited", "InProgress InProgress Progressing"),
                        Map.entry("edited-while-paused", "InProgress InProgress Progressing"),
                        Map.entry("nobody-looks", "InProgress InProgress Progressing"),
                        Map.entry("paused", "InProgress InProgress Suspended"),
                        Map.entry("paused-while-restarting", "InProgress InProgress Suspended"),
                        Map.entry("restarting", "InProgress InProgress Progressing"),
                        Map.entry("stalled", "Failed Failed Degraded"),
                        Map.entry("stalled-while-paused", "Failed Failed Degraded"),
                        Map.entry("waiting-for-consent", "InProgress InProgress Progressing"),
                        Map.entry("waiting-for-window", "InProgress InProgress Progressing"));
    }

    @Test
    void kstatusFluxAndArgoCdAgreeOnEveryGoldenStatus() throws Exception {
        // Given
        List<Path> files = Directories.filesIn(GOLDEN, List.of(".yaml"));
        assertThat(files).hasSizeGreaterThan(2);
        Map<String, JsonNode> statuses = new TreeMap<>();
        for (Path file : files) {
            statuses.put(file.getFileName().toString().replace(".yaml", ""), YAML.readTree(file.toFile()));
        }

        // When
        List<Judge.Verdict> verdicts = Judge.of(
                BASELINE,
                statuses.entrySet().stream()
                        .map(status ->
                                object(status.getKey(), status.getValue()).toString())
                        .toList());

        // Then
        assertThat(verdicts)
                .hasSameSizeAs(files)
                .allSatisfy(verdict -> assertThat(verdict.words())
                        .as(verdict.name())
                        .isEqualTo(expected(statuses.getOrDefault(verdict.name(), YAML.missingNode()))));
    }

    /** By design: Stalled is Failed, Reconciling and what isn't Ready is InProgress, and Ready is Current whatever else is pending. */
    private static String expected(JsonNode status) {
        if (isTrue(status, "Stalled")) {
            return "Failed Failed Degraded";
        }
        return isTrue(status, "Ready") && !isTrue(status, "Reconciling")
                ? "Current Current Healthy"
                : "InProgress InProgress Progressing";
    }

    private static boolean isTrue(JsonNode status, String type) {
        for (JsonNode condition : status.path("conditions")) {
            if (condition.path("type").asText().equals(type)) {
                return condition.path("status").asText().equals("True");
            }
        }
        return false;
    }

    private static JsonNode object(String name, JsonNode status) {
        ObjectNode object = YAML.createObjectNode();
        object.put("apiVersion", "cpubaseline.io/v1alpha1").put("kind", BASELINE);
        object.putObject("metadata")
                .put("name", name)
                .put("generation", status.path("observedGeneration").asLong());
        object.set("status", status);
        return object;
    }

    private static List<String> texts(Path directory) {
        return Directories.filesIn(directory, List.of(".yaml")).stream()
                .map(Directories::text)
                .collect(Collectors.toList());
    }
}
