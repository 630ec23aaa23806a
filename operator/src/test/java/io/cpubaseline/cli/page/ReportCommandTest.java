package io.cpubaseline.cli.page;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.cpubaseline.Golden;
import io.cpubaseline.Main;
import io.cpubaseline.manifest.InputException;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** The page about fleets of all kinds: what it says on top, and that it tells no other answer than {@code plan}. */
class ReportCommandTest {

    private static final Path RESOURCES = Path.of(System.getProperty("basedir", "."), "src/test/resources");
    private static final Golden GOLDEN = new Golden("report");

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    private record Run(int exitCode, String out, String err) {

        Document page() {
            return PageStructure.check(out);
        }
    }

    private static Run run(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int code = Main.commandLine(arguments[0])
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(arguments);
        return new Run(code, out.toString(), err.toString());
    }

    private static Run report(Path path, String... more) {
        List<String> arguments = new ArrayList<>(List.of("report", "-f", path.toString()));
        arguments.addAll(List.of(more));
        return run(arguments.toArray(String[]::new));
    }

    private Path copy(String from, String to) throws IOException {
        return Files.copy(RESOURCES.resolve(from), directory.resolve(to));
    }

    private void node(String name, String host, String... patternsAndReplacements) throws IOException {
        String text = Files.readString(RESOURCES.resolve("nodes/" + host + ".yaml"))
                .replace("name: \"" + host + "\"", "name: \"" + name + "\"");
        for (int i = 0; i < patternsAndReplacements.length; i += 2) {
            text = text.replaceAll(patternsAndReplacements[i], patternsAndReplacements[i + 1]);
        }
        Files.writeString(directory.resolve(name + ".yaml"), text);
    }

    private String baseline(String spec) throws IOException {
        Path file = Files.createTempFile(directory.getParent(), "baseline", ".yaml");
        file.toFile().deleteOnExit();
        return Files.writeString(file, """
                        apiVersion: cpubaseline.io/v1alpha1
                        kind: ClusterCpuBaseline
                        metadata: {name: asked}
                        spec: %s
                        """.formatted(spec)).toString();
    }

    /** What stands on top, and what is said of each kind of news. */
    private static String summary(Document page) {
        StringBuilder text = new StringBuilder();
        text.append(page.select("h1").text()).append('\n');
        text.append(page.select(".lead").text()).append('\n');
        for (Element point : page.select(".points > div")) {
            text.append("[%s] %s: %s%n"
                    .formatted(
                            point.className(),
                            point.select("dt").text(),
                            point.select("dd").text()));
        }
        return text.toString();
    }

    @ParameterizedTest
    @CsvSource({
        "homelab, two-vendors, 0",
        "hosts/hardware, hardware-alone, 0",
        "hosts/two-vendors, hardware-of-two-vendors, 0",
        "hosts/proven, proven-by-hypervisors, 0",
        "hosts/real-emulator, nobody-counts, 1",
        "nodes/xeon-gold-6130.yaml, one-node, 0",
        "nodes/pentium-p6100.yaml, one-node-without-a-model, 1",
        "nodes, nothing-in-common, 1",
        "field-reports/turin-rdseed-off, old-family, 0",
        "field-reports/emulator-labels-stale, stale-labels, 0",
        "field-reports/masters-without-labels, control-planes, 0",
        "field-reports/must-gather, must-gather, 0",
        "field-reports/default-on-few-nodes, default-on-few-nodes, 0"
    })
    void says_on_top_what_a_manager_wants_to_know(String fleet, String name, int exitCode) {
        // When
        Run run = report(RESOURCES.resolve(fleet));

        // Then
        GOLDEN.assertThatItIs(name + ".txt", summary(run.page()));
        assertThat(run.exitCode()).isEqualTo(exitCode);
    }

    @Test
    void the_folder_has_no_summary_that_nobody_asks_for() {
        GOLDEN.assertThatItHasOnly(
                "two-vendors.txt",
                "hardware-alone.txt",
                "hardware-of-two-vendors.txt",
                "proven-by-hypervisors.txt",
                "nobody-counts.txt",
                "one-node.txt",
                "one-node-without-a-model.txt",
                "nothing-in-common.txt",
                "old-family.txt",
                "stale-labels.txt",
                "control-planes.txt",
                "must-gather.txt",
                "default-on-few-nodes.txt",
                "one-vendor-with-unfit-nodes.txt",
                "vendors-mixed.txt");
    }

    @Test
    void nodes_that_do_not_count_are_named_with_the_reason() throws IOException {
        // Given
        node("good-1", "xeon-gold-6130");
        node("good-2", "ice-lake-server");
        node("asleep", "xeon-gold-6148", "kubevirt.io/schedulable: \"true\"", "kubevirt.io/schedulable: \"false\"");
        node("old", "core2-q9500");

        // When
        Run run = report(directory, "-b", baseline("{abiLevel: {minimum: x86-64-v3}}"));

        // Then
        Document page = run.page();
        GOLDEN.assertThatItIs("one-vendor-with-unfit-nodes.txt", summary(page));
        assertThat(page.select("#attention tr:contains(NotSchedulable)").text()).contains("unknown", "asleep");
        assertThat(page.select("#attention tr:contains(BelowMinimum)").text()).contains("unfit", "old");
        assertThat(page.select("#provenance pre").text()).contains("minimum: x86-64-v3");
    }

    @Test
    void where_one_baseline_for_two_vendors_is_refused_each_vendor_has_its_card() throws IOException {
        // When
        Run run = report(RESOURCES.resolve("homelab"), "-b", baseline("{vendors: Single}"));

        // Then
        Document page = run.page();
        assertThat(run.exitCode()).isEqualTo(1);
        GOLDEN.assertThatItIs("vendors-mixed.txt", summary(page));
        assertThat(page.select(".card h3").eachText()).containsExactly("All nodes", "AMD by itself", "Intel by itself");
        assertThat(page.select("#features table")).isNotEmpty();
        assertThat(page.select("#migration")).isEmpty();
    }

    static Stream<String> fleets() {
        return Stream.of(
                "homelab", "hosts/hardware", "hosts/two-vendors", "hosts/proven", "nodes/xeon-gold-6130.yaml", "nodes");
    }

    @ParameterizedTest
    @MethodSource("fleets")
    void tells_no_other_answer_than_plan(String fleet) throws IOException {
        // Given
        String path = RESOURCES.resolve(fleet).toString();
        JsonNode status = new ObjectMapper()
                .readTree(run("plan", "-f", path, "-o", "json").out())
                .path("status");

        // When
        Document page = report(Path.of(path)).page();

        // Then
        List<String> revisions = new ArrayList<>();
        status.path("vendorBaselines")
                .forEach(vendor -> revisions.add(vendor.path("revision").asText()));
        revisions.add(status.at("/pinned/revision").asText());
        revisions.removeIf(String::isEmpty);
        assertThat(page.select(".card div:has(> dt:contains(Revision)) dd").eachText())
                .containsExactlyElementsOf(revisions);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void of_any_fleet_is_sound_and_the_same_in_any_order(long seed) throws IOException {
        // Given
        Random random = new Random(seed);
        List<Path> hosts;
        try (Stream<Path> files = Files.list(RESOURCES.resolve("nodes"))) {
            hosts = new ArrayList<>(files.filter(file -> file.toString().endsWith(".yaml"))
                    .sorted()
                    .toList());
        }
        Collections.shuffle(hosts, random);
        List<String> chosen = new ArrayList<>(hosts.subList(0, 1 + random.nextInt(16)).stream()
                .map(Path::toString)
                .toList());

        // When
        Run one = report(chosen);
        Collections.shuffle(chosen, random);
        Run other = report(chosen);

        // Then
        assertThat(one.exitCode()).isBetween(0, 1);
        Document page = one.page();
        assertThat(page.select("h1").text()).isNotBlank();
        page.select("#provenance dt:contains(Read from) + dd").remove();
        Document again = other.page();
        again.select("#provenance dt:contains(Read from) + dd").remove();
        assertThat(again.html()).isEqualTo(page.html());
    }

    private static Run report(List<String> paths) {
        List<String> arguments = new ArrayList<>(List.of("report"));
        paths.forEach(path -> arguments.addAll(List.of("-f", path)));
        return run(arguments.toArray(String[]::new));
    }

    @Test
    void names_from_the_input_are_text() throws IOException {
        // Given
        List<String> names = List.of(
                "<img src=x onerror=alert(1)>",
                "\"><script>alert(1)<!--",
                "a & b' c",
                "&lt;b&gt;",
                "\u4e2d\u6587",
                "--help");
        for (String name : names) {
            copy("hosts/hardware/n1.txt", name.replace('/', '_') + ".txt");
        }
        String title = "</title><svg onload=alert(1)>";

        // When
        Document page = report(directory, "--title", title).page();

        // Then
        assertThat(page.text()).contains(names);
        assertThat(page.title()).startsWith(title);
        assertThat(page.select(".eyebrow").text()).isEqualTo(title);
        assertThat(page.select("img, script, [onerror], [onload]")).isEmpty();
    }

    @Test
    void values_of_labels_are_text() throws IOException {
        // Given
        node(
                "bad",
                "xeon-gold-6130",
                "cpu-feature.node.kubevirt.io/avx2: \"true\"",
                "cpu-feature.node.kubevirt.io/avx2: \"<b onclick=x>\"");
        node("good", "xeon-gold-6130");

        // When
        Document page = report(directory).page();

        // Then
        assertThat(page.select("#attention").text()).contains("<b onclick=x>");
        assertThat(page.select("b")).isEmpty();
    }

    @Test
    void shows_some_of_many_kinds_and_counts_the_others() {
        // When
        Document page = report(RESOURCES.resolve("nodes")).page();

        // Then
        assertThat(page.select("#levels tbody tr")).hasSize(13);
        assertThat(page.expectFirst("#levels tbody tr:last-child").text()).startsWith("25 more kinds 25 ");
        assertThat(page.select("#levels .letter")).hasSize(12);
    }

    @Test
    void names_every_node_of_a_kind_as_far_as_there_is_room() throws IOException {
        // Given
        for (int i = 0; i < 250; i++) {
            copy("hosts/hardware/n1.txt", "n-%03d.txt".formatted(i));
        }

        // When
        Document page = report(directory).page();

        // Then
        assertThat(page.select("#levels details summary").text()).isEqualTo("and 249 more");
        assertThat(page.select("#levels .name")).hasSize(200);
        assertThat(page.select("#levels details").text()).endsWith("n-199 and 50 more");
        assertThat(page.select("#migration svg circle")).hasSize(40);
        assertThat(page.select("#migration svg").text()).contains("and 210 more");
    }

    @Test
    void tells_no_path_of_this_machine_and_no_time() throws IOException {
        // Given
        copy("hosts/hardware/n1.txt", "n1.txt");

        // When
        Run run = report(directory);

        // Then
        assertThat(run.out()).doesNotContain(directory.toString(), System.getProperty("user.dir", "none"));
        assertThat(run.page().select("#provenance dt").eachText()).doesNotContain("Made");
        assertThat(run.page().select("#provenance dd").get(0).text())
                .isEqualTo(directory.getFileName().toString());
    }

    @Test
    void tells_the_day_if_it_is_asked_to() {
        // Given
        StringWriter out = new StringWriter();
        ReportCommand command = new ReportCommand(
                (address, pages) -> {
                    throw new InputException("no cluster is to be asked here");
                },
                InputStream.nullInputStream(),
                Clock.fixed(Instant.parse("2026-11-30T09:00:00Z"), ZoneOffset.UTC));

        // When
        new CommandLine(command)
                .setOut(new PrintWriter(out))
                .execute("-f", RESOURCES.resolve("hosts/hardware").toString(), "--date");

        // Then
        assertThat(PageStructure.check(out.toString())
                        .expectFirst("#provenance dt:contains(Made) + dd")
                        .text())
                .isEqualTo("2026-11-30 (UTC)");
    }

    @Test
    void is_written_to_a_file_in_place_of_what_was_there() throws IOException {
        // Given
        Path file = Files.writeString(directory.resolve("fleet.html"), "x".repeat(1_000_000));

        // When
        Run run = report(RESOURCES.resolve("homelab"), "--output-file", file.toString());

        // Then
        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).isEmpty();
        assertThat(Files.readString(file))
                .isEqualTo(report(RESOURCES.resolve("homelab")).out());
    }

    @Test
    void a_file_that_can_not_be_written_is_told_with_its_place() {
        Path file = directory.resolve("there/is/none.html");

        Run run = report(RESOURCES.resolve("homelab"), "--output-file", file.toString());

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err())
                .isEqualTo("cpu-baseline: %s can't be written: there is no such directory%n".formatted(file));
    }

    @Test
    void what_can_not_be_read_makes_no_page() throws IOException {
        Files.writeString(directory.resolve("broken.yaml"), "kind: Node\n  name: [");

        Run run = report(directory);

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).startsWith("cpu-baseline: ").contains("broken.yaml");
    }

    @Test
    void the_help_has_examples() {
        assertThat(run("report", "--help").out()).contains("cpu-baseline report -f nodes.yaml > fleet.html");
    }
}
