package io.cpubaseline.lab.command;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.cpubaseline.demo.MigrationSoak;
import io.cpubaseline.lab.process.Programs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** What the commands of this folder answer before they build anything: here they can't, for want of java, mvn and go. */
class CommandsTest {
    @TempDir
    private Path directory;

    private record Answer(int exitCode, String output) {}

    @ParameterizedTest
    @ValueSource(
            strings = {
                "setup",
                "demo",
                "labctl",
                "migration-soak",
                "guest-proof",
                "build-lab",
                "crd-versions",
                "nova-options",
                "build-java",
                "build-guest",
                "labctl up",
                "labctl down",
                "labctl status",
                "migration-soak --rounds 5",
                "guest-proof --quick"
            })
    void helpIsThereAtOnce(String command) throws Exception {
        for (String option : List.of("--help", "-h")) {
            // When
            Answer answer = run(command + " " + option);

            // Then
            assertThat(answer.exitCode()).as(answer.output()).isZero();
            assertThat(answer.output())
                    .contains(" --help")
                    .doesNotContain("set -euo")
                    .doesNotContain("#");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "demo --twice, usage: demo [--once]",
        "labctl, usage: labctl up",
        "labctl sideways, usage: labctl up",
        "labctl up --no-such-option, usage: labctl up",
        "labctl down everything, usage: labctl up",
        "labctl up --nodes missing, labctl: --nodes: there is no file or directory missing",
        "migration-soak --nodes missing, migration-soak: --nodes: there is no file or directory missing",
        "migration-soak --nodes=missing, migration-soak: --nodes: there is no file or directory missing",
        "migration-soak --round 1, there is no option --round",
        "migration-soak --rounds, --rounds takes a value",
        "guest-proof --slow, usage: guest-proof",
        "build-lab no-such-family, there is no family no-such-family",
        "crd-versions 1.30, usage: crd-versions",
        "nova-options missing, nova-options: there is no file or directory missing",
        "build-lab --all, usage: build-lab",
        "setup everything, usage: setup",
    })
    void wrongArgumentsAreRefusedInWords(String command, String words) throws Exception {
        // When
        Answer answer = run(command);

        // Then
        assertThat(answer.output()).contains(words);
        assertThat(answer.exitCode()).isEqualTo(2);
    }

    @Test
    void aLabThatIsNotThereNeedsNothingToBeToldApart() throws Exception {
        String place = " --dir " + directory.resolve("nothing");

        assertThat(run("labctl status" + place)).isEqualTo(new Answer(1, "No lab runs in " + directory + "/nothing\n"));
        assertThat(run("labctl kubectl" + place + " get nodes").output())
                .isEqualTo("labctl: no lab runs in " + directory + "/nothing; start one with: labctl up\n");
        assertThat(run("labctl down" + place)).isEqualTo(new Answer(0, ""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"up", "down"})
    void aDirectoryWithOtherThingsInItIsNeverDeleted(String verb) throws Exception {
        // Given
        Path letter = Files.writeString(
                Files.createDirectory(directory.resolve("home")).resolve("letter"), "dear");

        // When
        Answer answer = run("labctl " + verb + " --dir " + letter.getParent());

        // Then
        assertThat(answer.output()).contains("is no lab's directory");
        assertThat(answer.exitCode()).isEqualTo(2);
        assertThat(letter).exists();
    }

    @Test
    void theSoaksHelpNamesEveryOptionThatItHas() throws Exception {
        // Given
        List<String> options = new CommandLine(new MigrationSoak())
                .getCommandSpec().options().stream()
                        .map(CommandLine.Model.OptionSpec::longestName)
                        .toList();

        // When
        String help = run("migration-soak --help").output();

        // Then
        assertThat(options)
                .hasSizeGreaterThan(4)
                .allSatisfy(option -> assertThat(help).contains("  " + option + " "));
    }

    private Answer run(String line) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(line.split(" ")));
        command.set(0, Programs.e2eDirectory().resolve(command.get(0)).toString());
        for (String builder : List.of("java", "mvn", "go", "apt-get")) {
            Path stub = directory.resolve(builder);
            Files.writeString(stub, "#!/bin/sh\necho \"$0 was called\"\nexit 3\n");
            stub.toFile().setExecutable(true);
        }
        ProcessBuilder process = new ProcessBuilder(command).redirectErrorStream(true);
        process.environment().put("PATH", directory + ":" + System.getenv("PATH"));
        Process started = process.start();
        started.getOutputStream().close();
        String output = new String(started.getInputStream().readAllBytes(), UTF_8);
        return new Answer(started.waitFor(), output);
    }
}
