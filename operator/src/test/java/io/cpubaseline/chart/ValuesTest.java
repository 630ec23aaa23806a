package io.cpubaseline.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The chart's values: what the schema refuses, and that schema, file and README name the same ones. */
class ValuesTest {

    private static final Path README = Chart.DIRECTORY.resolve("README.md");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{replica: 1}                                        | additional properties 'replica' not allowed",
                "{virtualMachines: {wirte: true}}                    | additional properties 'wirte' not allowed",
                "{virtualMachines: {write: 'true'}}                  | at '/virtualMachines/write': got string, want boolean",
                "{virtualMachines: {namespaces: team-a}}             | at '/virtualMachines/namespaces': got string, want array",
                "{virtualMachines: {namespaces: ['']}}               | at '/virtualMachines/namespaces/0': '' does not match pattern",
                "{virtualMachines: {namespaces: ['*']}}              | at '/virtualMachines/namespaces/0': '*' does not match pattern",
                "{restartCampaigns: {enabled: 'true'}}               | at '/restartCampaigns/enabled': got string, want boolean",
                "{restartCampaigns: {namespaces: ['*']}}             | at '/restartCampaigns/namespaces/0': '*' does not match pattern",
                "{restartCampaigns: {prometheusUrl: 'prometheus:9090'}} | at '/restartCampaigns/prometheusUrl': 'prometheus:9090' does not match pattern",
                "{restartCampaigns: {prometheusTokenFile: token}}    | at '/restartCampaigns/prometheusTokenFile': 'token' does not match pattern",
                "{timing: {restartInterval: 10}}                     | at '/timing/restartInterval': got number, want string",
                "{nodeFeatureDiscovery: {namespace: '*'}}            | at '/nodeFeatureDiscovery/namespace': '*' does not match pattern",
                "{crds: {keep: 'yes'}}                               | at '/crds/keep': got string, want boolean",
                "{replicas: 3}                                       | at '/replicas': maximum: got 3, want 2",
                "{timing: {evidenceGrace: ten minutes}}              | at '/timing/evidenceGrace': 'ten minutes' does not match pattern",
                "{timing: {evidenceGrace: 600}}                      | at '/timing/evidenceGrace': got number, want string",
                "{timing: {retryMax: PT}}                            | at '/timing/retryMax': 'PT' does not match pattern",
                "{logFormat: xml}                                    | at '/logFormat': value must be one of 'text', 'json'",
                "{listenPort: 80}                                    | at '/listenPort': minimum: got 80, want 1,024",
                "{runAsUser: 0}                                      | at '/runAsUser': minimum: got 0, want 1",
                "{image: {digest: 'sha256:abc'}}                     | at '/image/digest': 'sha256:abc' does not match pattern",
                "{resources: {limit: {memory: 1Gi}}}                 | additional properties 'limit' not allowed",
                "{extraEnv: [{name: POD_NAME, value: me}]}           | at '/extraEnv/0/name': 'not' failed",
            })
    void a_wrong_value_is_refused_with_its_place_and_the_reason(String values, String message) {
        assertThatThrownBy(() -> Chart.render(values)).hasMessageContaining(message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{image: {repository: ''}}                           | --set image.repository=registry.example.org/cpu-baseline",
                "{virtualMachines: {namespaces: [team-a, team-b]}}   | virtualMachines.namespaces names team-a, team-b, but virtualMachines.write is false",
                "{virtualMachines: {write: true, namespaces: [a]}, rbac: {create: false}} | virtualMachines.namespaces is about the bindings that this chart creates",
                "{restartCampaigns: {namespaces: [team-a, team-b]}}  | restartCampaigns.namespaces names team-a, team-b, but restartCampaigns.enabled is false",
                "{restartCampaigns: {enabled: true, namespaces: [a]}, rbac: {create: false}} | restartCampaigns.namespaces is about the bindings that this chart creates",
                "{restartCampaigns: {prometheusCaFile: /a}}           | prometheusTokenFile or prometheusCaFile is set, but prometheusUrl is not",
                "{restartCampaigns: {prometheusUrl: 'http://a', prometheusTokenFile: /a}} | a token is sent to an https address only, and prometheusUrl is http://a",
                "{replicas: 2, leaderElection: {enabled: false}}     | replicas is 2, but leaderElection.enabled is false",
                "{leaderElection: {enabled: false, namespace: a}}    | leaderElection.namespace is set, but leaderElection.enabled is false",
                "{crds: {install: false, keep: false}}               | Leave crds.keep at true",
                "{serviceAccount: {create: false, annotations: {a: b}}} | annotate the ServiceAccount where it is created",
                "{extraArgs: ['--write-virtual-machines=true']}      | --write-virtual-machines, which the chart sets itself: use the value virtualMachines.write",
                "{extraArgs: ['--restart-virtual-machines=true']}    | --restart-virtual-machines, which the chart sets itself: use the value restartCampaigns.enabled",
                "{extraArgs: ['--retry-max', 1s]}                    | --retry-max, which the chart sets itself: use the value timing.retryMax",
            })
    void values_that_miss_something_or_contradict_each_other_are_refused_in_words(String values, String message) {
        assertThatThrownBy(() -> Chart.render(values)).hasMessageContaining(message);
    }

    @Test
    void all_refusals_are_said_at_once() {
        assertThatThrownBy(() -> Chart.render("{image: {repository: ''}, crds: {install: false, keep: false}}"))
                .hasMessageContaining("image.repository is not set")
                .hasMessageContaining("Leave crds.keep at true");
    }

    @Test
    void what_the_deployment_sets_can_not_be_set_a_second_time() {
        assertThat(Chart.render().arguments().stream().filter(argument -> argument.startsWith("--")))
                .hasSizeGreaterThan(5)
                .allSatisfy(argument -> assertThatThrownBy(() -> Chart.render("extraArgs: ['" + argument + "']"))
                        .hasMessageContaining("which the chart sets itself"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"30s", "10m", "1h", "0s", "PT30S", "PT10M", "PT1H", "PT1H30M", "PT1M5S"})
    void waiting_times_are_seconds_minutes_hours_or_iso_durations(String duration) {
        assertThat(Chart.render("timing: {evidenceGrace: '" + duration + "'}").arguments())
                .contains("--evidence-grace=" + duration);
    }

    @Test
    void the_chart_can_be_a_dependency_of_another() {
        assertThat(Chart.render("global: {anything: 1}").kinds()).contains("Deployment");
    }

    @Test
    void the_schema_knows_exactly_the_values_in_the_file() {
        // Given
        JsonNode schema = Chart.read("values.schema.json");

        // When
        Set<String> described = new TreeSet<>();
        properties("", schema, described);

        // Then
        Set<String> expected = new TreeSet<>(List.of("global"));
        rows().stream().map(Row::key).forEach(expected::add);
        assertThat(described).isEqualTo(expected);
    }

    @Test
    void every_level_of_the_schema_refuses_unknown_values() {
        // Given
        JsonNode schema = Chart.read("values.schema.json");

        // When
        List<JsonNode> levels = new ArrayList<>(schema.path("properties").findParents("properties"));
        levels.addAll(schema.path("definitions").findParents("properties"));
        levels.add(schema);

        // Then
        assertThat(levels)
                .hasSizeGreaterThan(10)
                .allSatisfy(
                        level -> assertThat(level.path("additionalProperties").asBoolean(true))
                                .isFalse());
    }

    @Test
    void every_value_is_described() {
        assertThat(rows())
                .isNotEmpty()
                .allSatisfy(row -> assertThat(row.meaning()).as(row.key()).isNotEmpty());
    }

    /** {@code -Dgolden.rewrite=true} writes the table anew. */
    @Test
    void the_readmes_table_is_the_values_file() throws IOException {
        // Given
        String readme = Chart.text(README);
        StringBuilder table = new StringBuilder("| value | default | meaning |\n|---|---|---|\n");
        rows().forEach(row -> table.append("| `%s` | `%s` | %s |\n".formatted(row.key(), row.value(), row.meaning())));

        // When
        String expected = readme.replaceFirst(
                "(?s)(<!-- values.yaml -->\n).*(<!-- end -->)",
                "$1" + table.toString().replace("$", "\\$") + "$2");
        if (Boolean.getBoolean("golden.rewrite")) {
            Files.writeString(README, expected);
            return;
        }

        // Then
        assertThat(readme).contains("<!-- values.yaml -->").isEqualTo(expected);
    }

    @Test
    void the_installation_page_sets_values_that_exist() {
        // Given
        String page = Chart.text(Chart.REPOSITORY.resolve("docs/install.md"));

        // When
        List<String> set = matches("--set(?:-json)? '?([A-Za-z.]+)=", page);
        List<String> files = matches("(?s)<!-- values -->\n```yaml\n(.*?)```", page);

        // Then
        assertThat(rows()).extracting(Row::key).containsAll(set);
        assertThat(set).contains("virtualMachines.write");
        assertThat(files)
                .hasSize(1)
                .allSatisfy(file -> assertThat(Chart.render(file).kinds())
                        .contains("NetworkPolicy", "PodDisruptionBudget", "ServiceMonitor"));
    }

    private static List<String> matches(String pattern, String text) {
        return Pattern.compile(pattern)
                .matcher(text)
                .results()
                .map(match -> match.group(1))
                .toList();
    }

    /** A value: its path, its default in JSON and the comment above it. */
    private record Row(String key, String value, String meaning) {}

    /**
     * The values that have a comment of their own in values.yaml, in its order.
     *
     * @throws AssertionError where a value has neither a comment nor described members
     */
    private static List<Row> rows() {
        JsonNode values = Chart.read("values.yaml");
        List<Row> rows = new ArrayList<>();
        List<String> comment = new ArrayList<>();
        String parent = "";
        for (String line :
                Chart.text(Chart.DIRECTORY.resolve("values.yaml")).lines().toList()) {
            String text = line.strip();
            if (text.startsWith("#")) {
                comment.add(text.substring(1).strip());
            } else if (text.isEmpty()) {
                comment.clear();
            } else {
                String name = text.substring(0, text.indexOf(':'));
                boolean nested = line.startsWith("  ");
                JsonNode value = nested ? values.path(parent).path(name) : values.path(name);
                if (!nested && text.endsWith(":")) {
                    parent = name;
                } else {
                    rows.add(new Row(nested ? parent + "." + name : name, value.toString(), String.join(" ", comment)));
                }
                comment.clear();
            }
        }
        return rows;
    }

    private static void properties(String path, JsonNode schema, Set<String> into) {
        for (Map.Entry<String, JsonNode> property : schema.path("properties").properties()) {
            String name = path + property.getKey();
            if (property.getValue().has("properties")) {
                properties(name + ".", property.getValue(), into);
            } else {
                into.add(name);
            }
        }
    }
}
