package io.cpubaseline;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/** Documentation shows real output: blocks marked with the command that made them are made again here. */
class DocumentationTest {

    private static final Path REPOSITORY =
            Path.of("").toAbsolutePath().resolve("..").normalize();

    private static final Pattern BLOCK = Pattern.compile(
            "<!-- command: operator/target/bin/cpu-baseline (?<arguments>[^;]+); shown: the (?<end>first|last) (?<lines>\\d+) lines -->\\n```\\n(?<output>.*?)```",
            Pattern.DOTALL);

    private static final Pattern LINK = Pattern.compile("]\\((?<target>[^)#:]+)(#[^)]*)?\\)");

    /** What is under the heading of a reason. */
    private static final Pattern SECTION =
            Pattern.compile("^### \\w+\n(?<text>.*?)(?=^##|\\z)", Pattern.MULTILINE | Pattern.DOTALL);

    record Block(Path page, List<String> arguments, boolean first, int lines, String output) {

        @Override
        public String toString() {
            return page.getFileName() + ": " + String.join(" ", arguments);
        }
    }

    static List<Path> pages() throws IOException {
        List<Path> pages = new ArrayList<>(List.of(
                REPOSITORY.resolve("README.md"),
                REPOSITORY.resolve("CONTRIBUTING.md"),
                REPOSITORY.resolve("CHANGELOG.md")));
        try (Stream<Path> files = Files.walk(REPOSITORY.resolve("docs"))) {
            files.filter(file -> file.toString().endsWith(".md")).sorted().forEach(pages::add);
        }
        return pages;
    }

    static Stream<Block> blocks() throws IOException {
        List<Block> blocks = new ArrayList<>();
        for (Path page : pages()) {
            Matcher matcher = BLOCK.matcher(Files.readString(page));
            while (matcher.find()) {
                blocks.add(new Block(
                        page,
                        List.of(matcher.group("arguments").trim().split(" ")),
                        matcher.group("end").equals("first"),
                        Integer.parseInt(matcher.group("lines")),
                        matcher.group("output")));
            }
        }
        return blocks.stream();
    }

    @ParameterizedTest
    @MethodSource("blocks")
    void a_marked_block_is_what_its_command_prints(Block block) {
        // Given: paths in the documentation are those of the repository
        String[] arguments = block.arguments().stream()
                .map(argument ->
                        argument.contains("/") ? REPOSITORY.resolve(argument).toString() : argument)
                .toArray(String[]::new);
        StringWriter output = new StringWriter();
        CommandLine commandLine = Main.commandLine(arguments).setOut(new PrintWriter(output, true));

        // When
        commandLine.execute(arguments);

        // Then
        List<String> all = Arrays.asList(output.toString().split("\n"));
        int from = block.first() ? 0 : all.size() - block.lines();
        List<String> shown = all.subList(from, from + block.lines());
        assertThat(String.join("\n", shown) + "\n").isEqualTo(block.output());
    }

    @Test
    void the_readme_shows_what_plan_prints() throws IOException {
        assertThat(blocks().map(Block::page)).contains(REPOSITORY.resolve("README.md"));
    }

    @Test
    void every_reason_is_explained_and_no_other() throws IOException {
        // Given
        List<String> headings = Files.readAllLines(REPOSITORY.resolve("docs/troubleshooting.md")).stream()
                .filter(line -> line.startsWith("### "))
                .map(line -> line.substring("### ".length()))
                .toList();

        // Then
        assertThat(headings)
                .doesNotHaveDuplicates()
                .containsExactlyInAnyOrderElementsOf(
                        Arrays.stream(Reason.values()).map(Reason::name).toList());
    }

    @Test
    void every_explanation_says_what_it_is_about_in_a_few_lines() throws IOException {
        // Given
        List<String> explanations = SECTION.matcher(Files.readString(REPOSITORY.resolve("docs/troubleshooting.md")))
                .results()
                .map(section -> section.group(1).strip())
                .toList();

        // Then
        assertThat(explanations)
                .isNotEmpty()
                .allMatch(text -> text.matches("(?s)(`|A node|A virtual machine|An event).*\\."))
                .allMatch(text -> text.lines().count() <= 6);
    }

    @ParameterizedTest
    @MethodSource("pages")
    void links_between_pages_lead_somewhere(Path page) throws IOException {
        Matcher link = LINK.matcher(Files.readString(page));
        while (link.find()) {
            assertThat(page.resolveSibling(link.group("target")))
                    .as(page.getFileName().toString())
                    .exists();
        }
    }
}
