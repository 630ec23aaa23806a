package io.cpubaseline.cli.plan;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.cpubaseline.catalog.CatalogLoader;
import io.cpubaseline.catalog.FlagNames;
import io.cpubaseline.cli.input.FleetReader;
import io.cpubaseline.cli.resource.BaselineReader;
import io.cpubaseline.cpu.CpuCatalog;
import io.cpubaseline.evidence.EvidenceReader;
import io.cpubaseline.manifest.InputException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever a file holds, it is read or told as a mistake in one line: nothing else ever comes out. */
class MutatedManifestsTest {

    /** {@code -Dfuzz.mutations=50000} looks harder. */
    private static final int MUTATIONS = Integer.getInteger("fuzz.mutations", 400);

    private static final Path BASE = Path.of(System.getProperty("basedir", "."));

    /** Pieces that mean something to a parser. */
    private static final List<String> PIECES = List.of(
            "{",
            "}",
            "[",
            "]",
            ":",
            ": ",
            ",",
            "\"",
            "'",
            "\n",
            "\t",
            " ",
            "- ",
            "? ",
            "&a ",
            "*a",
            "!!str ",
            "!!binary ",
            "!<x> ",
            "|\n",
            ">\n",
            "---\n",
            "...\n",
            "%YAML 1.1\n",
            "#",
            "@",
            "`",
            "\\",
            "\\x",
            "\\u12",
            "null",
            "~",
            "true",
            "1e999",
            "0x",
            "0b1",
            "1_0",
            ".inf",
            "-.nan",
            "12:30:45",
            "<<: ",
            "\u0085",
            "\uFEFF",
            "é",
            "\uD83D\uDE00",
            "items:",
            "kind: List\n",
            "\"items\":[",
            "\"kind\":");

    private static final Mutants MUTANTS = new Mutants(PIECES, 40);

    private final CpuCatalog catalog = CatalogLoader.catalog();
    private final EvidenceReader evidence = new EvidenceReader(catalog, FlagNames.shipped());

    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    void of_nodes_in_YAML(long seed) throws IOException {
        mutate(seed, nodes(), this::readFleet);
    }

    @ParameterizedTest
    @ValueSource(longs = {3, 4})
    void of_nodes_in_JSON(long seed) throws IOException {
        mutate(seed, json(nodes()), this::readFleet);
    }

    @ParameterizedTest
    @ValueSource(longs = {5, 6})
    void of_a_baseline(long seed) throws IOException {
        byte[] baseline =
                Files.readAllBytes(BASE.resolve("../crds/samples/clustercpubaselines/valid/every-field.yaml"));
        mutate(
                seed,
                seed == 5 ? baseline : json(baseline),
                bytes -> new BaselineReader(new ByteArrayInputStream(bytes)).read("-"));
    }

    private void readFleet(byte[] bytes) {
        new FleetReader(evidence, catalog, new ByteArrayInputStream(bytes)).read(List.of("-"));
    }

    private static void mutate(long seed, byte[] original, Consumer<byte[]> read) {
        Random random = new Random(seed);
        int mistakes = 0;
        for (int i = 0; i < MUTATIONS; i++) {
            byte[] mutant = MUTANTS.next(random, original);
            try {
                read.accept(mutant);
            } catch (InputException e) {
                mistakes++;
                assertThat(e).hasMessageMatching("standard input(:\\d+)*: [^\\n\\r]+");
            } catch (RuntimeException | StackOverflowError e) {
                throw new AssertionError(
                        "mutation %d of seed %d:%n%s".formatted(i, seed, new String(mutant, StandardCharsets.UTF_8)),
                        e);
            }
        }
        assertThat(mistakes).isGreaterThan(MUTATIONS / 4);
    }

    /** A List of a Node and a NodeFeature with few of their labels, so that mutations hit what matters. */
    private static byte[] nodes() throws IOException {
        StringBuilder list = new StringBuilder("apiVersion: v1\nkind: List\nitems:\n");
        for (String file : List.of("nodes/xeon-e5-2650.yaml", "nodefeatures/xeon-e5-2650.yaml")) {
            try (Stream<String> lines =
                    Files.lines(BASE.resolve("src/test/resources").resolve(file))) {
                List<String> kept = lines.filter(line -> !line.matches(".*(node.kubevirt.io/|cpuid\\.|: \\{\\}).*")
                                || line.matches(".*(avx|sse4|SSE4|xsave|Haswell|SandyBridge).*"))
                        .toList();
                list.append("- ").append(String.join("\n  ", kept)).append('\n');
            }
        }
        return list.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] json(byte[] yaml) throws IOException {
        JsonNode tree = new YAMLMapper().readTree(yaml);
        return new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsBytes(tree);
    }
}
