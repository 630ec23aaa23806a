package io.cpubaseline.cli.completion;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.cpubaseline.Main;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import picocli.CommandLine;

/** What the scripts for bash and kubectl propose, asked of a real bash. Zsh, fish and kubectl itself are asked by {@code CompletionIT}. */
class CompletionCommandTest {

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    private static String script(Script shell) {
        String[] arguments = {"completion", shell.name()};
        StringWriter out = new StringWriter();
        assertThat(Main.commandLine(arguments)
                        .setOut(new PrintWriter(out, true))
                        .execute(arguments))
                .isZero();
        return out.toString();
    }

    private String run(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        process.waitFor();
        return output;
    }

    /** What bash proposes for the last of these words. */
    private List<String> proposed(String... words) throws IOException, InterruptedException {
        Path script = Files.writeString(folder.resolve("completion.bash"), script(Script.bash));
        List<String> command = new ArrayList<>(List.of(
                "bash",
                "--norc",
                "-uec",
                "source '%s'; COMP_WORDS=(\"$@\"); COMP_CWORD=$(($# - 1)); _cpu_baseline; printf '%%s\\n' \"${COMPREPLY[@]}\""
                        .formatted(script),
                "bash"));
        command.addAll(List.of(words));
        return run(command).lines().toList();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "cpu-baseline pla | plan",
                "cpu-baseline plan --rev | --revision",
                "cpu-baseline plan -o nov | nova",
                "cpu-baseline plan --output = nov | nova",
                "cpu-baseline plan --all -f nod | nodes.yaml",
                "cpu-baseline plan --filename = nod | nodes.yaml",
                "cpu-baseline completion fi | fish",
                "cpu-baseline help compl | completion",
                "cpu-baseline run --leader-elect f | false"
            })
    void bash_completes_what_is_unique(String typed, String completed) throws Exception {
        // Given
        Files.createFile(folder.resolve("nodes.yaml"));

        // Then
        assertThat(proposed(typed.split(" "))).containsExactly(completed);
    }

    @Test
    void names_of_files_may_have_spaces() throws Exception {
        // Given
        Files.createFile(folder.resolve("my nodes.yaml"));

        // Then
        assertThat(proposed("cpu-baseline", "plan", "-f", "my")).containsExactly("my nodes.yaml");
    }

    @Test
    void every_command_and_every_option_is_proposed() throws Exception {
        CommandLine program = Main.commandLine();
        assertThat(proposed("cpu-baseline", ""))
                .containsAll(program.getSubcommands().keySet())
                .contains("--help", "--version");
        for (CommandLine command : program.getSubcommands().values()) {
            Set<String> options = command.getCommandSpec().optionsMap().keySet();
            if (!options.isEmpty()) {
                assertThat(proposed("cpu-baseline", command.getCommandName(), "-"))
                        .as(command.getCommandName())
                        .containsExactlyInAnyOrderElementsOf(options);
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "pla | plan :4",
                "plan --rev | --revision :4",
                "plan -o nov | nova :4",
                "plan --output=nov | --output=nova :4",
                "plan -f nod | :0",
                "completion fi | fish :4",
                "nonsense x | :4"
            })
    void kubectl_gets_the_same_and_a_directive_of_cobra(String typed, String told) throws Exception {
        // Given
        Path program = Files.writeString(folder.resolve("kubectl_complete-cpu_baseline"), script(Script.kubectl));

        // When
        List<String> command = new ArrayList<>(List.of("bash", program.toString()));
        command.addAll(List.of(typed.split(" ")));

        // Then
        assertThat(run(command).lines()).containsExactly(told.split(" "));
    }

    @ParameterizedTest
    @EnumSource(Script.class)
    void a_script_names_every_command_and_holds_nothing_that_a_shell_would_run(Script shell) {
        // When
        String script = script(shell);

        // Then
        assertThat(script)
                .contains(Main.commandLine().getSubcommands().keySet())
                .doesNotContain("`", "${COMPLETION");
    }

    @Test
    void another_shell_is_refused_by_naming_those_that_there_are() {
        StringWriter err = new StringWriter();
        assertThat(Main.commandLine("completion")
                        .setErr(new PrintWriter(err, true))
                        .execute("completion", "tcsh"))
                .isEqualTo(2);
        assertThat(err.toString())
                .contains("tcsh")
                .contains(Stream.of(Script.values()).map(Script::name).toList());
    }
}
