package io.cpubaseline.cli.plan;

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
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Nodes that somebody has described, has labelled by other names, or has put into a bundle with anything else. */
class DescribedNodesTest {

    private static final Path RESOURCES = Path.of(System.getProperty("basedir", "."), "src/test/resources");
    private static final Path DESCRIBED = RESOURCES.resolve("hosts/described/nodes.txt");
    private static final Set<String> NAMES = Set.of("prox03", "prox08");

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    private record Ended(int code, String out, String err) {}

    private static Ended plan(Path path) {
        String[] arguments = {"plan", "-f", path.toString(), "-o", "json"};
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int code = Main.commandLine(arguments)
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
        return new Ended(code, out.toString(), err.toString());
    }

    /** The same two nodes, as the home lab has them, without what no description tells. */
    private Path sameNodes() throws IOException {
        JsonNode list = new YAMLMapper()
                .readTree(RESOURCES.resolve("homelab/nodes.yaml").toFile());
        ArrayNode items = new ObjectMapper().createArrayNode();
        if (list.has("items")) {
            list.path("items").forEach(items::add);
        } else {
            try (var nodes = new YAMLMapper()
                    .readerFor(JsonNode.class)
                    .<JsonNode>readValues(
                            RESOURCES.resolve("homelab/nodes.yaml").toFile())) {
                nodes.forEachRemaining(items::add);
            }
        }
        ObjectNode answer =
                new ObjectMapper().createObjectNode().put("apiVersion", "v1").put("kind", "List");
        ArrayNode kept = answer.putArray("items");
        items.forEach(node -> {
            if (NAMES.contains(node.at("/metadata/name").asText())) {
                kept.add(node);
            }
        });
        assertThat(kept).hasSize(NAMES.size());
        return Files.writeString(folder.resolve("same.json"), answer.toString());
    }

    @Test
    void a_description_gives_the_answer_that_its_nodes_give() throws IOException {
        // When
        Ended described = plan(DESCRIBED);

        // Then
        assertThat(described.code()).isZero();
        assertThat(described.err()).isEmpty();
        assertThat(described.out()).isEqualTo(plan(sameNodes()).out());
    }

    @Test
    void a_description_is_found_in_a_directory_by_its_content() throws IOException {
        // Given
        Files.copy(DESCRIBED, folder.resolve("today.log"));

        // Then
        assertThat(plan(folder).out()).isEqualTo(plan(DESCRIBED).out());
    }

    @ParameterizedTest
    @ValueSource(strings = {"False", "Unknown"})
    void a_node_that_is_not_ready_does_not_count(String status) throws IOException {
        // Given
        String text = Files.readString(DESCRIBED).replaceFirst("  Ready   True   ", "  Ready   " + status + "  ");
        Path file = Files.writeString(folder.resolve("nodes.txt"), text);

        // When
        JsonNode nodes = new ObjectMapper().readTree(plan(file).out()).at("/status/nodes");

        // Then
        assertThat(nodes.path("contributing").asInt()).isEqualTo(1);
        assertThat(nodes.path("unknown").asInt()).isEqualTo(1);
    }

    @Test
    void what_only_the_beginning_tells_is_enough_for_an_answer() throws IOException {
        // Given a description from which somebody has taken what follows the labels
        StringBuilder text = new StringBuilder();
        for (String line : Files.readAllLines(DESCRIBED)) {
            if (line.matches("(Name|Roles|Labels|Annotations):.*|\\s+\\S+=\\S*")) {
                text.append(line).append('\n');
            }
        }

        // When
        Ended plan = plan(Files.writeString(folder.resolve("labels.txt"), text));

        // Then
        assertThat(plan.code()).isZero();
        assertThat(plan.out()).contains("\"cpuModel\"");
    }

    @Test
    void labels_of_deckhouse_are_read_as_what_they_are() throws IOException {
        // Given
        String text = Files.readString(DESCRIBED)
                .replaceAll("(\\s[a-z-]+\\.node)\\.kubevirt\\.io/", "$1.virtualization.deckhouse.io/")
                .replaceAll("(\\s)kubevirt\\.io/", "$1kubevirt.internal.virtualization.deckhouse.io/");
        assertThat(text).doesNotContain("node.kubevirt.io/");

        // When
        Ended plan = plan(Files.writeString(folder.resolve("deckhouse.txt"), text));

        // Then
        assertThat(plan.out()).isEqualTo(plan(DESCRIBED).out());
        assertThat(plan.err())
                .isEqualTo("warning: labels of Deckhouse are read as what they are, KubeVirt's; Deckhouse names its"
                        + " resources otherwise, so the operator does not work there: Node prox03, prox08\n");
    }

    @Test
    void a_support_bundle_may_hold_lists_and_objects_that_are_none_of_kubernetes() throws IOException {
        // Given
        Files.copy(DESCRIBED, folder.resolve("nodes.txt"));
        Files.writeString(folder.resolve("resources.json"), "[{\"kind\": \"APIResourceList\"}, {\"a\": [1]}]");
        Files.writeString(folder.resolve("version.json"), "{\"info\": {\"major\": \"1\"}}");
        Files.writeString(folder.resolve("hosts.yaml"), "- one\n- two\n");
        Files.write(folder.resolve("core"), new byte[] {0, 1, 2, 3});

        // When
        Ended plan = plan(folder);

        // Then
        assertThat(plan.code()).isZero();
        assertThat(plan.out()).isEqualTo(plan(DESCRIBED).out());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[{\"kind\": \"Node\", \"apiVersion\": \"v1\"}]",
                "{\"metadata\": {\"name\": \"n\", \"labels\": {\"cpu-model.node.kubevirt.io/Westmere\": \"true\"}}}"
            })
    void nodes_that_can_not_be_read_as_such_are_never_passed_over(String text) throws IOException {
        // Given
        Files.copy(DESCRIBED, folder.resolve("nodes.txt"));
        Files.writeString(folder.resolve("other.json"), text);

        // Then
        assertThat(plan(folder).code()).isEqualTo(2);
    }

    @Test
    void every_prefix_of_the_beginning_ends_in_an_answer_or_in_words() throws IOException {
        String text = Files.readString(DESCRIBED).substring(0, 1500);
        Stream.iterate(0, length -> length + 7).limit(text.length() / 7).forEach(length -> {
            try {
                Ended plan = plan(Files.writeString(folder.resolve("prefix.txt"), text.substring(0, length)));
                assertThat(plan.code()).isIn(0, 1, 2);
                assertThat(plan.err()).doesNotContain("internal error");
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
    }
}
