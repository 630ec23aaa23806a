package io.cpubaseline.cli.explain;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.cpubaseline.catalog.CatalogLoader;
import io.cpubaseline.catalog.FlagSpellings;
import io.cpubaseline.cpu.CpuCatalog;
import io.cpubaseline.manifest.InputException;
import java.io.ByteArrayInputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** What {@code explain} prints, and how it ends. */
class ExplainCommandTest {

    private static final Path RESOURCES = Path.of(System.getProperty("basedir", "."), "src/test/resources");
    private static final String HOME_LAB = RESOURCES.resolve("homelab").toString();
    private static final String[] FLEETS = {
        "homelab",
        "hosts/hardware",
        "hosts/proven",
        "hosts/two-vendors",
        "field-reports/emulator-labels-stale",
        "field-reports/turin-rdseed-off",
        "field-reports/masters-without-labels",
        "field-reports/empty-label-values"
    };

    private record Ended(int code, String out, String err) {}

    private static Ended run(String... arguments) {
        return runOn("", arguments);
    }

    private static Ended runOn(String input, String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int code = new CommandLine(new ExplainCommand(
                        (address, pages) -> {
                            throw new InputException("the cluster does not answer");
                        },
                        new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8))))
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
        return new Ended(code, out.toString(), err.toString());
    }

    private static Ended homeLab(String words, String... more) {
        List<String> arguments = new ArrayList<>(Arrays.asList(words.split(" ")));
        arguments.addAll(List.of("-f", HOME_LAB));
        arguments.addAll(List.of(more));
        return run(arguments.toArray(String[]::new));
    }

    @ParameterizedTest
    @CsvSource({
        "pcid, 'Flag        pcid'",
        "PCID, 'Flag        pcid'",
        "sse4_2, 'Flag        sse4.2'",
        "feature CLMUL, 'Flag        pclmuldq'",
        "epyc-milan, 'Model       EPYC-Milan'",
        "model EPYC-Milan-v2, 'Model       EPYC-Milan-v2'",
        "v3, 'Level       x86-64-v3'",
        "X86_64_V4, 'Level       x86-64-v4'",
        "GOAMD64=v2, 'Level       x86-64-v2'",
        "prox03, 'Node        prox03'",
        "host prox03, 'Node        prox03'"
    })
    void a_word_is_what_it_is_in_any_spelling(String words, String begin) {
        // When
        Ended ended = homeLab(words);

        // Then
        assertThat(ended.code()).as(ended.err()).isZero();
        assertThat(ended.out()).startsWith(begin);
    }

    @ParameterizedTest
    @CsvSource({
        "Haswel, Did you mean Haswell?",
        "avx512g, Did you mean",
        "node prox0, among the 7 of the input. Did you mean prox01?",
        "v5, there is no flag",
        "level v5, x86-64-v1 to x86-64-v4",
        "STIBP, 'explain flag stibp, explain flag amd-stibp'",
        "FXSROPT, proves nothing",
        "constant_tsc, stands for no feature",
        "model avx2, there is no model",
        "foo avx2, expected a flag",
        "a b c, explain what?"
    })
    void what_is_nothing_or_several_things_is_told(String words, String told) {
        // When
        Ended ended = homeLab(words);

        // Then
        assertThat(ended.code()).isEqualTo(2);
        assertThat(ended.out()).isEmpty();
        assertThat(ended.err()).contains(told);
    }

    @Test
    void a_node_called_like_a_level_is_told_apart(@TempDir Path directory) throws Exception {
        // Given
        Path nodes = directory.resolve("nodes.yaml");
        Files.writeString(
                nodes,
                Files.readString(RESOURCES.resolve("nodes/xeon-gold-6130.yaml"))
                        .replace("name: \"xeon-gold-6130\"", "name: \"v3\""));

        // When
        Ended level = run("level", "v3", "-f", nodes.toString());
        Ended node = run("node", "v3", "-f", nodes.toString());
        Ended either = run("v3", "-f", nodes.toString());

        // Then: the exact name counts first
        assertThat(level.out()).startsWith("Level       x86-64-v3");
        assertThat(node.out()).startsWith("Node        v3");
        assertThat(either.out()).startsWith("Node        v3");
        assertThat(either.err()).contains("explain level x86-64-v3");
    }

    @Test
    void a_node_that_is_called_like_a_flag_has_to_be_told(@TempDir Path directory) throws Exception {
        // Given
        Path nodes = directory.resolve("nodes.yaml");
        Files.writeString(
                nodes,
                Files.readString(RESOURCES.resolve("nodes/xeon-gold-6130.yaml"))
                        .replace("name: \"xeon-gold-6130\"", "name: \"avx2\""));

        // When
        Ended either = run("avx2", "-f", nodes.toString());

        // Then
        assertThat(either.code()).isEqualTo(2);
        assertThat(either.err()).contains("explain flag avx2", "explain node avx2");
    }

    @Test
    void without_a_cluster_it_says_how_to_go_on() {
        // When
        Ended ended = run("v3");

        // Then
        assertThat(ended.code()).isEqualTo(2);
        assertThat(ended.err()).contains("does not answer", "explain v3 --no-fleet");
        assertThat(run("v3", "--no-fleet").code()).isZero();
        assertThat(run("v3", "--no-fleet").out()).contains("RHEL 10").doesNotContain("Nodes ");
        assertThat(run("EPYC-Genoa", "--no-fleet").out()).contains("2022");
        assertThat(run("aes", "--no-fleet").out()).contains("AES-GCM");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "v3 --no-fleet -f x",
                "v3 --no-fleet --context x",
                "v3 --no-fleet -b x",
                "node x --no-fleet",
                "v3 -f x --context y",
                "v3 -o json --all",
                "v3 -o xml",
                ""
            })
    void what_contradicts_itself_is_refused(String arguments) {
        Ended ended = run(arguments.isEmpty() ? new String[0] : arguments.split(" "));
        assertThat(ended.code()).isEqualTo(2);
        assertThat(ended.err()).isNotBlank();
        assertThat(ended.out()).isEmpty();
    }

    @Test
    void a_baseline_decides_what_is_asked_for(@TempDir Path directory) throws Exception {
        // Given
        Path baseline = directory.resolve("baseline.yaml");
        Files.writeString(baseline, """
                apiVersion: cpubaseline.io/v1alpha1
                kind: ClusterCpuBaseline
                metadata:
                  name: amd
                spec:
                  nodeSelector:
                    matchLabels: {cpu-vendor.node.kubevirt.io/AMD: "true"}
                """);

        // When
        Ended ended = homeLab("pcid", "-b", baseline.toString());
        Ended other = homeLab("prox01", "-b", baseline.toString());

        // Then
        assertThat(ended.out()).contains("0 of 2 can give it").doesNotContain("all vendors in one");
        assertThat(other.out()).contains("spec.nodeSelector leaves it out");
    }

    @Test
    void labels_that_prove_nothing_reach_no_level() {
        // When
        Ended ended = run(
                "v2",
                "-f",
                RESOURCES.resolve("field-reports/emulator-labels-stale").toString());

        // Then
        assertThat(ended.out()).contains("1 of 2 give it to guests", "labels contradict other evidence");
    }

    @Test
    void documents_say_what_the_words_say() throws Exception {
        for (String word : List.of("pcid", "EPYC-Milan", "v3", "prox03")) {
            // When
            Ended json = homeLab(word, "-o", "json");
            Ended yaml = homeLab(word, "-o", "yaml");

            // Then
            JsonNode document = new ObjectMapper().readTree(json.out());
            assertThat(document).isEqualTo(new YAMLMapper().readTree(yaml.out()));
            assertThat(document.path("kind").asText()).isNotBlank();
            assertThat(document.path("name").asText()).isEqualToIgnoringCase(word.equals("v3") ? "x86-64-v3" : word);
            assertThat(document.path("answers")).hasSizeGreaterThan(1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"avx512f", "svm", "rdseed", "EPYC", "v4"})
    void on_any_fleet_nothing_is_wider_than_a_terminal(String word) {
        for (String fleet : FLEETS) {
            assertPrintsWell(run(word, "-f", RESOURCES.resolve(fleet).toString()), fleet);
        }
        assertPrintsWell(homeLab(word, "--all"), "all of it");
    }

    private static void assertPrintsWell(Ended ended, String what) {
        assertThat(ended.code()).as(what + ended.err()).isZero();
        assertThat(ended.out().lines()).as(what).allMatch(line -> line.length() <= 80);
        assertThat(ended.out()).doesNotContain("Optional[", "%s", "%d", "[]").doesNotContainPattern("\\bnull\\b(?!-)");
    }

    @Test
    void every_node_of_every_fleet_is_explained() throws Exception {
        for (String fleet : List.of("homelab", "hosts/hardware", "field-reports/emulator-labels-stale")) {
            JsonNode level = new ObjectMapper()
                    .readTree(run("v1", "-f", RESOURCES.resolve(fleet).toString(), "-o", "json")
                            .out());
            for (JsonNode names : level.findValues("names")) {
                Ended ended = run(
                        "node",
                        names.get(0).asText(),
                        "-f",
                        RESOURCES.resolve(fleet).toString());
                assertThat(ended.code()).as(ended.err()).isZero();
                assertThat(ended.out()).startsWith("Node        " + names.get(0).asText());
            }
        }
    }

    @Test
    void no_word_ends_in_a_stack_trace() {
        Random random = new Random(11);
        CpuCatalog catalog = CatalogLoader.catalog();
        Subjects subjects = new Subjects(catalog, new FlagSpellings(catalog), List.of());
        for (int i = 0; i < 3000; i++) {
            String word = word(random, 1 + random.nextInt(i % 50 == 0 ? 3000 : 12));
            try {
                assertThat(subjects.find(null, word).subject().name()).isNotBlank();
            } catch (Subjects.NotFound e) {
                assertThat(e.getMessage()).as(word).isNotBlank().hasSizeLessThan(500);
            }
        }
        for (int i = 0; i < 30; i++) {
            Ended ended = run("--no-fleet", "--", word(random, 1 + random.nextInt(20)));
            assertThat(ended.code()).isIn(0, 2);
            assertThat(ended.err()).doesNotContain("Exception", "\tat ");
        }
    }

    private static String word(Random random, int length) {
        String letters = "avx512fEPYC-_.v3=x86 \t\u0000\u001bäß€\uD83D\uDE00%s{}[]()'\"\\/*?|&;:~#@!,<>";
        StringBuilder word = new StringBuilder();
        for (int j = 0; j < length; j++) {
            word.append(letters.charAt(random.nextInt(letters.length())));
        }
        return word.toString();
    }

    @Test
    void input_that_is_none_is_an_error_with_its_place(@TempDir Path directory) throws Exception {
        // Given
        Path broken = directory.resolve("broken.yaml");
        Files.write(broken, new byte[] {0, 1, 2, (byte) 0xff, 'k', ':', '['});

        // Then
        assertThat(run("v3", "-f", broken.toString()).code()).isEqualTo(2);
        assertThat(run("v3", "-f", broken.toString()).err()).contains("broken.yaml");
        assertThat(run("v3", "-f", directory.resolve("nowhere").toString()).code())
                .isEqualTo(2);
        assertThat(runOn("", "v3", "-f", "-").code()).isEqualTo(2);
    }
}
