package io.cpubaseline.browser;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.cpubaseline.browser.Browser.Scheme;
import io.cpubaseline.lab.process.Programs;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.openqa.selenium.Keys;

/** The page of {@code report} as people meet it: in a browser, on a telephone, by keyboard, by ear, on paper. */
class ReportIT {

    private static final Path OPERATOR = Programs.e2eDirectory().resolveSibling("operator");
    private static final Path RESOURCES = OPERATOR.resolve("src/test/resources");
    private static final String PROGRAM =
            OPERATOR.resolve("target/bin/cpu-baseline").toString();
    private static final int NARROW = 360;
    private static final int WIDE = 1600;
    private static final int MEGABYTE = 1_000_000;

    /** Each fleet's page, made once. */
    private static final Map<String, Path> PAGES = new LinkedHashMap<>();

    @TempDir
    private static Path directory = Path.of("");

    @SuppressWarnings("NullAway.Init")
    private static Browser browser;

    private static String axe = "";

    private record Ran(int exitCode, String out, String err) {}

    private static Ran run(Map<String, String> environment, List<String> command)
            throws IOException, InterruptedException {
        Path err = Files.createTempFile(directory, "err", ".txt");
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(err.toFile());
        builder.environment().putAll(environment);
        Process process = builder.start();
        process.getOutputStream().close();
        String out = new String(process.getInputStream().readAllBytes(), UTF_8);
        return new Ran(process.waitFor(), out, Files.readString(err));
    }

    private static Path page(String name, int exitCode, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(PROGRAM, "report"));
        command.addAll(List.of(arguments));
        Ran ran = run(Map.of(), command);
        assertThat(ran.exitCode()).as(ran.err()).isEqualTo(exitCode);
        return Files.writeString(directory.resolve(name + ".html"), ran.out());
    }

    /** A fleet's page. */
    private static Path made(String fleet) {
        return Objects.requireNonNull(PAGES.get(fleet));
    }

    @BeforeAll
    static void makePages() throws Exception {
        try (InputStream script = ReportIT.class.getResourceAsStream("/axe.min.js")) {
            browser = Browser.start();
            axe = new String(Objects.requireNonNull(script).readAllBytes(), UTF_8);
        }
        PAGES.put(
                "homelab", page("homelab", 0, "-f", RESOURCES.resolve("homelab").toString()));
        PAGES.put(
                "one vendor",
                page("one", 0, "-f", copies("one", "xeon-gold-6130", "ice-lake-server", "xeon-e5-2650-v4")));
        PAGES.put(
                "hardware",
                page("hardware", 0, "-f", RESOURCES.resolve("hosts/hardware").toString()));
        PAGES.put(
                "nothing in common",
                page("nothing", 1, "-f", RESOURCES.resolve("nodes").toString()));
        Path spec = Files.writeString(directory.resolve("spec.yaml"), """
                apiVersion: cpubaseline.io/v1alpha1
                kind: ClusterCpuBaseline
                metadata: {name: one-for-all}
                spec: {vendors: Single, abiLevel: {minimum: x86-64-v3}}
                """);
        PAGES.put(
                "vendors mixed",
                page("mixed", 1, "-f", RESOURCES.resolve("homelab").toString(), "-b", spec.toString()));
        PAGES.put(
                "unfit and unknown",
                page(
                        "unfit",
                        0,
                        "-f",
                        copies("unfit", "xeon-gold-6130", "core2-q9500", "asleep"),
                        "-b",
                        spec.toString()));
        PAGES.put("hostile", page("hostile", 0, "-f", hostile(), "--title", "</title><script>alert(1)</script>"));
        PAGES.put("5000 nodes", page("many", 0, "-f", many(4).toString()));
        PAGES.put("5000 kinds", page("kinds", 0, "-f", many(5000).toString()));
    }

    @AfterAll
    static void close() {
        browser.close();
    }

    /** A directory with these nodes; {@code asleep} is one where virt-handler does not answer. */
    private static String copies(String name, String... hosts) throws IOException {
        Path fleet = Files.createDirectories(directory.resolve("fleet-" + name));
        for (String host : hosts) {
            if (host.equals("asleep")) {
                Files.writeString(
                        fleet.resolve("asleep.yaml"),
                        Files.readString(RESOURCES.resolve("nodes/xeon-gold-6148.yaml"))
                                .replace("kubevirt.io/schedulable: \"true\"", "kubevirt.io/schedulable: \"false\""));
            } else {
                Files.copy(RESOURCES.resolve("nodes/" + host + ".yaml"), fleet.resolve(host + ".yaml"));
            }
        }
        return fleet.toString();
    }

    private static String hostile() throws IOException {
        Path fleet = Files.createDirectories(directory.resolve("fleet-hostile"));
        for (String name : List.of(
                "<img src=x onerror=alert(1)>",
                "\"><script>alert(1)<!--",
                "a-very-long-name-without-any-place-to-break-it-".repeat(4),
                "\u202egnp.exe",
                "\u4e2d\u6587")) {
            Files.copy(RESOURCES.resolve("hosts/hardware/n1.txt"), fleet.resolve(name + ".txt"));
        }
        return fleet.toString();
    }

    /** 5,000 nodes of so many kinds. */
    private static Path many(int kinds) throws IOException {
        List<String> hosts = List.of("xeon-gold-6130", "ice-lake-server", "xeon-gold-6148", "xeon-platinum-8268");
        List<JsonNode> models = new ArrayList<>();
        for (String host : hosts) {
            models.add(new YAMLMapper()
                    .readTree(RESOURCES.resolve("nodes/" + host + ".yaml").toFile()));
        }
        ObjectNode list =
                new ObjectMapper().createObjectNode().put("apiVersion", "v1").put("kind", "List");
        ArrayNode items = list.putArray("items");
        for (int i = 0; i < 5000; i++) {
            ObjectNode node = models.get(i % models.size()).deepCopy();
            ((ObjectNode) node.path("metadata")).put("name", "worker-%04d.rack-%02d.example.com".formatted(i, i / 100));
            if (i % kinds >= models.size()) {
                ((ObjectNode) node.at("/metadata/labels"))
                        .put("cpu-feature.node.kubevirt.io/unheard-of-%d".formatted(i % kinds), "true");
            }
            items.add(node);
        }
        Path file = directory.resolve("many-%d.json".formatted(kinds));
        new ObjectMapper().writeValue(file.toFile(), list);
        return file;
    }

    static Stream<Arguments> looks() {
        return PAGES.keySet().stream()
                .flatMap(page -> Stream.of(Scheme.values())
                        .flatMap(scheme -> Stream.of(NARROW, WIDE).map(width -> Arguments.of(page, scheme, width))));
    }

    @ParameterizedTest
    @MethodSource("looks")
    void is_readable_by_everybody(String page, Scheme scheme, int width) {
        // Given
        browser.look(width, 900, scheme);

        // When
        browser.open(made(page));

        // Then
        assertThat(browser.number("document.documentElement.scrollWidth")).isEqualTo(width);
        assertThat(browser.number("performance.getEntriesByType('resource').length"))
                .isZero();
        assertThat(violations()).isEmpty();
        assertThat(browser.console()).isEmpty();
        assertThat(backgroundIsDark()).isEqualTo(scheme == Scheme.DARK);
    }

    /** What axe has to say against it, by WCAG 2.2 AA and its own good advice. */
    @SuppressWarnings("unchecked")
    private static List<String> violations() {
        browser.run(axe);
        return (List<String>) browser.askAndWait("""
                const done = arguments[arguments.length - 1];
                axe.run().then(found => done(found.violations.map(violation =>
                    violation.id + ': ' + violation.nodes.slice(0, 3)
                        .map(node => node.target + ' ' + node.failureSummary).join(' | '))));
                """);
    }

    private static boolean backgroundIsDark() {
        String colour = (String) browser.ask("return getComputedStyle(document.body).backgroundColor");
        return Stream.of(colour.replaceAll("[^0-9,]", "").split(","))
                        .limit(3)
                        .mapToInt(Integer::parseInt)
                        .sum()
                < 384;
    }

    @Test
    void by_keyboard_everything_is_reached_in_the_order_of_the_page_and_is_seen_to_be() {
        // Given
        browser.look(NARROW, 900, Scheme.LIGHT);
        browser.open(made("one vendor"));
        long stops = browser.number("document.querySelectorAll('a[href], summary, [tabindex=\"0\"]').length");

        // When
        List<String> reached = new ArrayList<>();
        for (int i = 0; i < stops; i++) {
            browser.press(Keys.TAB);
            reached.add(String.valueOf(browser.ask("""
                    const here = document.activeElement;
                    const all = [...document.querySelectorAll('a[href], summary, [tabindex="0"]')];
                    const style = getComputedStyle(here);
                    return all.indexOf(here) + ' ' + (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2)
                    """)));
        }

        // Then
        assertThat(stops).isGreaterThan(15);
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < stops; i++) {
            expected.add(i + " true");
        }
        assertThat(reached).isEqualTo(expected);
    }

    @Test
    void the_skip_link_comes_first_is_seen_when_it_is_reached_and_leads_to_the_answer() {
        // Given
        browser.look(WIDE, 900, Scheme.LIGHT);
        browser.open(made("homelab"));

        // When
        browser.press(Keys.TAB);
        String first = browser.focused().getText();
        long left = browser.number("document.activeElement.getBoundingClientRect().left");
        browser.press(Keys.ENTER);

        // Then
        assertThat(first).isEqualTo("Skip to the answer");
        assertThat(left).isNotNegative();
        assertThat(browser.focused().getDomAttribute("id")).isEqualTo("summary");
    }

    @Test
    void by_keyboard_more_names_are_unfolded() {
        // Given
        browser.look(WIDE, 900, Scheme.LIGHT);
        browser.open(made("5000 nodes"));
        browser.run("document.querySelector('#levels summary').focus()");

        // When
        browser.press(Keys.ENTER);

        // Then
        assertThat(browser.ask("return document.querySelector('#levels details').open"))
                .isEqualTo(true);
    }

    @Test
    @SuppressWarnings("unchecked")
    void by_ear_it_has_landmarks_headings_tables_and_described_drawings() {
        // Given
        browser.look(WIDE, 900, Scheme.LIGHT);
        browser.open(made("homelab"));

        // When
        browser.command("Accessibility.enable", Map.of());
        List<Map<String, Object>> nodes = (List<Map<String, Object>>) Objects.requireNonNull(
                browser.command("Accessibility.getFullAXTree", Map.of()).get("nodes"));
        List<String> heard = nodes.stream()
                .filter(node -> !Boolean.TRUE.equals(node.get("ignored")))
                .map(node -> "%s: %s".formatted(value(node.get("role")), value(node.get("name"))))
                .toList();

        // Then
        assertThat(heard)
                .contains(
                        "main: ",
                        "navigation: Contents",
                        "heading: AMD and Intel reach x86-64-v3: one baseline per vendor",
                        "region: Security",
                        "table: Features by kind of nodes, and what guests get",
                        "image: Where a running virtual machine can move",
                        "columnheader: Kind A",
                        "cell: yes");
    }

    private static String value(@Nullable Object property) {
        return property instanceof Map<?, ?> map ? String.valueOf(map.get("value")) : "";
    }

    @Test
    void on_paper_it_is_a_document_of_some_pages() {
        // Given
        browser.look(WIDE, 900, Scheme.DARK);
        browser.open(made("homelab"));

        // When
        String pdf = new String(browser.print(), ISO_8859_1);

        // Then
        assertThat(pdf).startsWith("%PDF-");
        assertThat(pdf.split("/Type\\s*/Page\\b").length - 1).isBetween(3, 12);
    }

    @Test
    void with_thousands_of_nodes_it_stays_small_and_is_made_in_seconds() throws Exception {
        for (String name : List.of("5000 nodes", "5000 kinds")) {
            assertThat(Files.size(made(name))).as(name).isLessThan(MEGABYTE);
        }
        long started = System.nanoTime();

        page("again", 0, "-f", directory.resolve("many-4.json").toString());

        assertThat((System.nanoTime() - started) / 1_000_000_000.0).isLessThan(15);
    }

    @Test
    void a_terminal_is_not_filled_with_it() throws Exception {
        // When
        Ran ran = run(
                Map.of(),
                List.of(
                        "script",
                        "-qec",
                        "%s report -f %s".formatted(PROGRAM, RESOURCES.resolve("homelab")),
                        "/dev/null"));

        // Then
        assertThat(ran.exitCode()).isEqualTo(2);
        assertThat(ran.out())
                .contains("this is a page for a browser, and not for a terminal: add --output-file FILE, or > FILE")
                .doesNotContain("<html");
    }

    @Test
    void it_is_the_same_in_every_locale() throws Exception {
        // Given
        List<String> command =
                List.of(PROGRAM, "report", "-f", RESOURCES.resolve("homelab").toString());

        // When
        Ran plain = run(Map.of("LC_ALL", "C"), command);
        Ran utf = run(Map.of("LC_ALL", "C.UTF-8"), command);

        // Then
        assertThat(plain.out()).isEqualTo(utf.out()).isEqualTo(Files.readString(made("homelab")));
    }
}
