package io.cpubaseline.guest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cpubaseline.lab.process.Programs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** A guest with the home lab's baseline survives its migrations, and not the one to a CPU that lacks a feature. */
@EnabledIfSystemProperty(
        named = "os.arch",
        matches = "amd64",
        disabledReason = "the guest's programs are this machine's")
class GuestProofIT {
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    @TempDir
    private Path directory;

    @Test
    void migratesAGuestThatDiesOnlyWhereTheBaselineIsNotKept() throws Exception {
        // When
        Process proof = start("--quick");
        String output = output(proof);

        // Then
        assertThat(proof.waitFor()).as(output).isZero();
        assertThat(output)
                .contains(documentedBaseline())
                .contains("glibc       x86-64-v3")
                .contains("without a gap, in 3 QEMU processes")
                .contains("successful run completed")
                .contains("Kernel panic - not syncing: Attempted to kill init! exitcode=0x00000004");
    }

    /** What docs/why.md shows of the home lab and depends on nobody's version but ours. */
    private static List<String> documentedBaseline() throws IOException {
        List<String> shown =
                Files.readAllLines(
                                Programs.e2eDirectory().resolveSibling("docs").resolve("why.md"))
                        .stream()
                        .filter(line -> line.startsWith("Baseline    ") || line.startsWith("Required    "))
                        .toList();
        assertThat(shown).hasSize(2);
        return shown;
    }

    @Test
    void leavesNoProcessWhenItIsInterrupted() throws Exception {
        // Given
        Process proof = start("--quick");
        List<ProcessHandle> machines = await().atMost(PATIENCE)
                .until(
                        () -> proof.descendants()
                                .filter(process ->
                                        process.info().command().orElse("").contains("qemu-system"))
                                .toList(),
                        running -> running.size() > 1);

        // When
        proof.destroy(); // as Ctrl-C does

        // Then
        await().atMost(PATIENCE).until(() -> !proof.isAlive());
        assertThat(machines).noneMatch(ProcessHandle::isAlive);
        assertThat(proof.exitValue()).isNotZero();
    }

    @Test
    void refusesWhatItDoesNotKnow() throws Exception {
        // When
        Process proof = start("--fast");
        String output = output(proof);

        // Then
        assertThat(proof.waitFor()).isEqualTo(2);
        assertThat(output).isEqualTo("usage: guest-proof [--quick] [--keep]\n");
    }

    @Test
    void saysWhatItDoes() throws Exception {
        // When
        Process help = new ProcessBuilder(
                        Programs.e2eDirectory().resolve("guest-proof").toString(), "--help")
                .start();
        String output = output(help);

        // Then
        assertThat(help.waitFor()).isZero();
        assertThat(output).contains("guest-proof --quick").doesNotContain("#", "set -");
    }

    private static String output(Process process) throws IOException {
        return new String(process.getInputStream().readAllBytes(), UTF_8);
    }

    /** As the command does it, but with the classes of this build. It does not outlive this JVM. */
    private Process start(String option) throws IOException {
        return new ProcessBuilder(List.of(
                        "setpriv",
                        "--pdeathsig",
                        "TERM",
                        "--",
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-Djava.io.tmpdir=" + directory,
                        "-cp",
                        System.getProperty("java.class.path"),
                        GuestProof.class.getName(),
                        option))
                .redirectErrorStream(true)
                .start();
    }
}
