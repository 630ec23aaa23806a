package io.cpubaseline.commandline;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.cpubaseline.lab.process.Programs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the Tab key does in shells that are installed: zsh on a terminal, fish by its own {@code complete -C}, an interactive bash, and kubectl, which asks the
 * plugin's program. {@code e2e/setup} installs the shells.
 */
class CompletionIT {

    private static final Path OPERATOR = Programs.e2eDirectory().resolveSibling("operator");
    private static final String PROGRAM =
            OPERATOR.resolve("target/bin/cpu-baseline").toString();
    private static final int SECONDS = 60;

    /** What is typed, and what it becomes. */
    private static final List<String> TYPED = List.of(
            "cpu-baseline plan --revi",
            "cpu-baseline plan -o nov",
            "cpu-baseline plan --output=nov",
            "cpu-baseline plan -f nod",
            "cpu-baseline completion fi",
            "cpu-baseline help compl");

    @TempDir
    private Path directory;

    private Path script(String shell) throws IOException, InterruptedException {
        return Files.writeString(directory.resolve("completion." + shell), run(List.of(PROGRAM, "completion", shell)));
    }

    private String run(List<String> command) throws IOException, InterruptedException {
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true);
        builder.environment().merge("PATH", directory.toString(), (path, first) -> first + ":" + path);
        builder.environment().put("HOME", directory.toString());
        builder.environment().put("TERM", "dumb");
        Path output = directory.resolve("output");
        Process process = builder.redirectOutput(output.toFile()).start();
        process.getOutputStream().close();
        assertThat(process.waitFor(SECONDS, TimeUnit.SECONDS))
                .as("ends: " + command)
                .isTrue();
        return Files.readString(output, UTF_8);
    }

    @BeforeEach
    void there_is_a_file_to_complete() throws IOException {
        Files.createFile(directory.resolve("nodes.yaml"));
    }

    @Test
    void zsh_completes_a_line_on_a_terminal() throws Exception {
        // Given
        List<String> command = new ArrayList<>(List.of(
                "zsh",
                "-f",
                Programs.e2eDirectory()
                        .resolve("src/test/resources/complete.zsh")
                        .toString(),
                script("zsh").toString()));
        command.addAll(TYPED);

        // Then
        assertThat(run(command).lines().map(String::strip))
                .containsExactly(
                        "cpu-baseline plan --revision",
                        "cpu-baseline plan -o nova",
                        "cpu-baseline plan --output=nova",
                        "cpu-baseline plan -f nodes.yaml",
                        "cpu-baseline completion fish",
                        "cpu-baseline help completion");
    }

    @Test
    void fish_proposes_what_is_left() throws Exception {
        // Given
        Path script = script("fish");
        List<String> proposed = new ArrayList<>();
        for (String text : TYPED) {
            // When
            String answer =
                    run(List.of("fish", "--no-config", "-c", "source %s; complete -C '%s'".formatted(script, text)));
            proposed.addAll(
                    answer.lines().map(line -> line.replaceAll("\t.*", "")).toList());
        }

        // Then
        assertThat(proposed).containsExactly("--revision", "nova", "--output=nova", "nodes.yaml", "fish", "completion");
    }

    @Test
    void bash_knows_the_command_once_the_script_is_read() throws Exception {
        // When: without the package bash-completion
        String answer =
                run(List.of("bash", "--norc", "-c", "source '%s'; complete -p cpu-baseline".formatted(script("bash"))));

        // Then
        assertThat(answer.strip()).isEqualTo("complete -F _cpu_baseline cpu-baseline");
    }

    @Test
    void kubectl_asks_the_program_of_the_plugin() throws Exception {
        // Given
        Path program = Files.writeString(
                directory.resolve("kubectl_complete-cpu_baseline"), run(List.of(PROGRAM, "completion", "kubectl")));
        Path plugin = Files.writeString(
                directory.resolve("kubectl-cpu_baseline"), "#!/bin/sh\nexec " + PROGRAM + " \"$@\"\n");
        for (Path file : List.of(program, plugin)) {
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
        }

        String kubectl =
                Programs.find(List.of(Programs.KUBERNETES)).path("kubectl").toString();

        // When
        String options = run(List.of(kubectl, "__complete", "cpu-baseline", "plan", "--rev"));
        String files = run(List.of(kubectl, "__complete", "cpu-baseline", "plan", "-f", "nod"));

        // Then
        assertThat(options.lines()).contains("--revision", ":4");
        assertThat(files.lines()).contains(":0");
    }
}
