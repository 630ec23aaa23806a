package io.cpubaseline.cli.pools;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.cpubaseline.Main;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code pools} prints, and how it ends. */
class PoolsCommandTest {

    private static final Path BASE = Path.of(System.getProperty("basedir", "."));
    private static final Path FLEET = BASE.resolve("../docs/samples/mixed-fleet/nodes.yaml");
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final ObjectMapper YAML = new YAMLMapper();
    private static final Pattern COMMAND =
            Pattern.compile("kubectl label node (?<nodes>[^=]+) cpubaseline.io/pool=(?<pool>\\S+) --overwrite");

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    private record Ended(int code, String out, String err) {}

    private static Ended run(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int code = Main.commandLine(arguments)
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
        assertThat(out.toString().lines().filter(line -> !line.contains("\" : ")))
                .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80));
        return new Ended(code, out.toString(), err.toString());
    }

    private Path write(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    @Test
    void what_yaml_prints_can_be_applied_and_gives_each_pool_what_was_promised() throws IOException {
        // Given the pools that are promised, and the nodes labelled as the commands say
        JsonNode promised = JSON.readTree(run("pools", "-f", FLEET.toString(), "-o", "json").out);
        String manifests = run("pools", "-f", FLEET.toString(), "-o", "yaml").out;
        Map<String, String> pools = new HashMap<>();
        Matcher command = COMMAND.matcher(manifests.replaceAll("\\\\\n# +", ""));
        while (command.find()) {
            Stream.of(command.group("nodes").trim().split(" +"))
                    .forEach(node -> pools.put(node, command.group("pool")));
        }
        ObjectNode fleet = JSON.createObjectNode().put("apiVersion", "v1").put("kind", "List");
        ArrayNode items = fleet.putArray("items");
        JsonNode labels = JSON.createObjectNode();
        for (JsonNode node : YAML.readTree(FLEET.toFile()).path("items")) {
            ObjectNode labelled = node.deepCopy();
            // Jackson's trees know no aliases: the other nodes of a kind share the labels of its first one.
            labels = node.at("/metadata/labels").isObject() ? node.at("/metadata/labels") : labels;
            labelled.withObjectProperty("metadata").set("labels", labels.deepCopy());
            labelled.withObjectProperty("metadata")
                    .withObjectProperty("labels")
                    .put(
                            "cpubaseline.io/pool",
                            pools.get(node.at("/metadata/name").asText()));
            items.add(labelled);
        }
        Path nodes = write("labelled.json", fleet.toString());

        // When each is planned
        JsonNode recommended =
                promised.path("splits").get(promised.path("recommended").asInt() - 1);
        for (String manifest : List.of(manifests.split("---\n")).subList(1, 6)) {
            Path baseline = write("baseline.yaml", manifest);
            JsonNode planned =
                    JSON.readTree(run("plan", "-f", nodes.toString(), "-b", baseline.toString(), "-o", "json").out);

            // Then
            JsonNode pool = Stream.iterate(0, i -> i + 1)
                    .limit(5)
                    .map(recommended.path("pools")::get)
                    .filter(one -> one.path("name").equals(planned.at("/metadata/name")))
                    .findFirst()
                    .orElseThrow();
            assertThat(planned.at("/status/pinned/revision")).isEqualTo(pool.path("revision"));
            assertThat(planned.at("/status/nodes/contributing").asInt())
                    .isEqualTo(pool.path("nodes").size());
        }
    }

    @Test
    void the_spec_of_a_baseline_is_that_of_each_pool() throws IOException {
        // Given
        Path baseline = write("all.yaml", """
                apiVersion: cpubaseline.io/v1alpha1
                kind: ClusterCpuBaseline
                metadata: {name: all}
                spec:
                  nodeSelector: {matchLabels: {kubernetes.io/os: linux}}
                  abiLevel: {minimum: x86-64-v3}
                  approvedRevision: Nehalem-0000000000
                  plannedNodes: [{name: soon, model: EPYC-Genoa, count: 2}]
                """);

        // When
        Ended ended = run("pools", "-f", FLEET.toString(), "-b", baseline.toString(), "-o", "yaml");
        Ended table = run("pools", "-f", FLEET.toString(), "-b", baseline.toString());

        // Then
        assertThat(ended.code).isZero();
        assertThat(ended.err).contains("spec.plannedNodes is not looked at");
        JsonNode first = YAML.readTree(ended.out.split("---\n")[1]);
        assertThat(first.at("/spec/nodeSelector/matchLabels").toString())
                .isEqualTo("{\"cpubaseline.io/pool\":\"intel-v4\",\"kubernetes.io/os\":\"linux\"}");
        assertThat(first.at("/spec/abiLevel/minimum").asText()).isEqualTo("x86-64-v3");
        assertThat(first.at("/spec/approvedRevision").isMissingNode()).isTrue();
        assertThat(table.out).contains("In no pool\n  rack-c1, rack-c2, rack-c3, rack-c4, rack-d1: BelowMinimum");
    }

    @Test
    void a_node_that_left_its_pool_loses_its_label() throws IOException {
        // Given
        ObjectNode node = YAML.readTree(FLEET.toFile()).path("items").get(0).deepCopy();
        ObjectNode metadata = node.withObjectProperty("metadata");
        metadata.put("name", "gone");
        metadata.withObjectProperty("labels").put("cpubaseline.io/pool", "old").put("kubevirt.io/schedulable", "false");
        Path odd = write("gone.json", node.toString());

        // When
        Ended ended = run("pools", "-f", FLEET.toString(), "-f", odd.toString());

        // Then
        assertThat(ended.out).contains("    kubectl label node gone cpubaseline.io/pool-\n", "gone: NotSchedulable");
    }

    @Test
    void a_split_that_was_asked_for_is_told_instead_of_the_recommended_one() {
        // When
        Ended ended = run("pools", "-f", FLEET.toString(), "--pools", "2", "--all");

        // Then
        assertThat(ended.code).isZero();
        assertThat(ended.out)
                .contains("\n  2 *", "* as asked for.", "\n2 pools\n", "What holds a pool back", "  requires nothing");
        assertThat(run("pools", "-f", FLEET.toString(), "--pools", "12").out).contains("\n5 pools\n");
    }

    @Test
    void mixed_pools_are_made_where_they_are_asked_for() {
        assertThat(run("pools", "-f", FLEET.toString(), "--vendors", "Mixed", "--pools", "1").out)
                .contains("mixed-v2");
    }

    @Test
    void nodes_that_cannot_be_in_any_pool_have_none() throws IOException {
        // Given
        Path unknown = write("unknown.yaml", """
                apiVersion: v1
                kind: Node
                metadata: {name: bare, labels: {kubernetes.io/arch: amd64, kubevirt.io/schedulable: "true"}}
                """);

        // When
        Ended ended = run("pools", "-f", unknown.toString());
        Ended json = run("pools", "-f", unknown.toString(), "-o", "json");

        // Then
        assertThat(ended.code).isEqualTo(1);
        assertThat(ended.out).startsWith("Pools       none: NoContributingNodes:");
        assertThat(json.out).isEmpty();
        assertThat(json.err).contains("NoContributingNodes");
        assertThat(run("pools", "-f", FLEET.toString(), "--spare", "40").out).isEqualTo("""
                        Pools       none: no pool would have a node left when it has lost 40. Ask for a
                                    smaller --spare.
                        """);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            --spare -1            | --spare -1: expected a number of nodes, 0 or more
            --spare two           | Invalid value for option '--spare'
            --max 0               | --max 0: expected a number of pools, 1 to 12
            --pools 13            | --pools 13: expected a number of pools, 1 to 12
            --all -o json         | --all is for -o table: -o json prints everything
            --vendors Both        | Invalid value for option '--vendors'
            -f /no/such/file.yaml | /no/such/file.yaml
            """)
    void what_can_not_be_meant_is_refused(String arguments, String complaint) {
        // When
        Ended ended = run(("pools -f " + FLEET + " " + arguments).split(" "));

        // Then
        assertThat(ended.code).isEqualTo(2);
        assertThat(ended.err).contains(complaint);
        assertThat(ended.out).isEmpty();
    }
}
