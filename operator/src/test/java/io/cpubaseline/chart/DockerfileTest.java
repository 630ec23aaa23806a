package io.cpubaseline.chart;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What can be said of the image without building it. */
class DockerfileTest {

    private static final List<Instruction> INSTRUCTIONS = parse(Chart.text(Chart.REPOSITORY.resolve("Dockerfile")));

    @Test
    void what_is_copied_from_the_repository_exists_and_is_sent_to_the_builder() {
        // Given
        List<String> sent = Chart.text(Chart.REPOSITORY.resolve(".dockerignore"))
                .lines()
                .filter(line -> line.startsWith("!"))
                .map(line -> line.substring(1))
                .toList();

        // When
        List<String> sources = all("COPY")
                .filter(copy -> !copy.arguments().startsWith("--from"))
                .map(copy -> copy.arguments().replaceFirst(" .*", ""))
                .toList();

        // Then
        assertThat(sources)
                .containsExactlyInAnyOrderElementsOf(sent)
                .allSatisfy(
                        source -> assertThat(Chart.REPOSITORY.resolve(source)).exists());
    }

    @Test
    void what_is_copied_from_the_build_is_the_distribution_without_its_class_archive_the_program_last() {
        assertThat(all("COPY").map(Instruction::arguments).filter(copy -> copy.startsWith("--from")))
                .containsExactly(
                        "--from=build /source/operator/src/main/image/modules /modules",
                        "--from=java /opt/java /opt/java",
                        "--from=build /distribution/lib /opt/cpu-baseline/lib",
                        "--from=build /distribution/program /opt/cpu-baseline");
        assertThat(all("RUN").findFirst().orElseThrow().arguments())
                .contains(
                        "cp -a operator/target/lib /distribution/lib",
                        "cp -a operator/target/cpu-baseline.jar operator/src/main/dist/. /distribution/program/")
                .doesNotContain(".jsa");
    }

    @Test
    void nothing_is_downloaded_but_by_the_build_itself() {
        assertThat(INSTRUCTIONS).extracting(Instruction::keyword).doesNotContain("ADD");
        assertThat(all("RUN").map(Instruction::arguments))
                .hasSize(3)
                .noneMatch(command -> command.matches("(?s).*(curl|wget|https?:).*"));
    }

    @Test
    void the_base_images_are_versioned() {
        // Given
        Map<String, String> defaults = all("ARG")
                .map(Instruction::arguments)
                .collect(Collectors.toMap(
                        argument -> "${" + argument.replaceFirst("=.*", "") + "}",
                        argument -> argument.replaceFirst(".*?=", "")));

        // When
        List<String> images = all("FROM")
                .map(from -> from.arguments().replaceAll("--platform=\\S+ | AS .*", ""))
                .toList();

        // Then
        assertThat(images)
                .hasSize(3)
                .allSatisfy(image -> assertThat(defaults.get(image)).matches("[a-z/-]+:\\d\\S*"));
    }

    @Test
    void the_archive_is_recorded_where_it_is_used_and_the_operator_can_not_change_it() {
        assertThat(INSTRUCTIONS.subList(INSTRUCTIONS.size() - 4, INSTRUCTIONS.size()))
                .containsExactly(
                        new Instruction("RUN", "/opt/cpu-baseline/bin/record-archive"),
                        new Instruction("USER", "65532:65532"),
                        new Instruction("ENTRYPOINT", "[\"/opt/cpu-baseline/bin/cpu-baseline\"]"),
                        new Instruction("CMD", "[\"run\"]"));
    }

    @Test
    void the_charts_user_is_the_images() {
        assertThat(all("USER").map(Instruction::arguments))
                .containsExactly("%1$s:%1$s"
                        .formatted(Chart.read("values.yaml").path("runAsUser").asText()));
    }

    private record Instruction(String keyword, String arguments) {}

    private static Stream<Instruction> all(String keyword) {
        return INSTRUCTIONS.stream().filter(instruction -> instruction.keyword().equals(keyword));
    }

    private static List<Instruction> parse(String dockerfile) {
        String joined = dockerfile.replaceAll("(?m)^#.*\n", "").replaceAll("\\\\\n\\s*", "");
        return Pattern.compile("(?m)^([A-Z]+) (.*)$")
                .matcher(joined)
                .results()
                .map(line -> new Instruction(line.group(1), line.group(2)))
                .toList();
    }
}
