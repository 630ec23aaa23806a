package io.cpubaseline.lab;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.cpubaseline.lab.objects.NodeManifests;
import io.cpubaseline.lab.process.Directories;
import io.cpubaseline.lab.process.LabException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The lab's programs come and go as they should, and never stay behind. */
class LabProcessesIT {
    @Test
    void keepsItsDataWhenTheApiServerRestarts() {
        try (Lab lab = Lab.start(LabOptions.apiServer())) {
            // Given
            lab.apply(NodeManifests.homelab().only("prox01"));
            String uid =
                    lab.client().nodes().withName("prox01").get().getMetadata().getUid();

            // When
            lab.restartApiServer();

            // Then
            assertThat(lab.client()
                            .nodes()
                            .withName("prox01")
                            .get()
                            .getMetadata()
                            .getUid())
                    .isEqualTo(uid);
            assertThat(lab.kubectl().run("get", "nodefeatures", "-A", "-o", "name"))
                    .contains("prox01");
        }
    }

    @Test
    void runsTwoLabsSideBySideAndLeavesNothingOfThem() {
        // Given
        Lab one = Lab.start(LabOptions.apiServer());
        Lab two = Lab.start(LabOptions.apiServer());
        List<ProcessHandle> programs =
                Stream.of(one, two).flatMap(lab -> programsOf(lab.directory())).toList();
        assertThat(programs).hasSize(4).allMatch(ProcessHandle::isAlive);
        one.apply(NodeManifests.homelab().only("prox01"));
        assertThat(two.client().nodes().list().getItems()).isEmpty();

        // When
        one.close();
        two.close();

        // Then
        assertThat(programs).noneMatch(ProcessHandle::isAlive);
        assertThat(one.directory()).doesNotExist();
        assertThat(two.directory()).doesNotExist();
    }

    @Test
    void diesWithItsJvmHoweverThatEnds() throws IOException {
        // Given
        Process jvm = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        LabThatWaits.class.getName())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try {
            String directory = new BufferedReader(new InputStreamReader(jvm.getInputStream(), UTF_8)).readLine();
            assertThat(directory).isNotNull();
            List<ProcessHandle> programs = programsOf(Path.of(directory)).toList();
            assertThat(programs).hasSize(2).allMatch(ProcessHandle::isAlive);

            // When
            jvm.destroyForcibly();

            // Then
            await().untilAsserted(() -> assertThat(programs).noneMatch(ProcessHandle::isAlive));
            // And whoever starts a lab next sweeps up its files.
            Directories.delete(Directories.forLab());
            assertThat(Path.of(directory)).doesNotExist();
        } finally {
            jvm.destroyForcibly();
        }
    }

    @Test
    void showsTheLogOfAProgramThatDoesNotStart() {
        assertThatThrownBy(() -> Lab.start(LabOptions.apiServer().withApiServerFlags("--no-such-flag")))
                .isInstanceOf(LabException.class)
                .hasMessageContaining("kube-apiserver ended with exit code 1")
                .hasMessageContaining("unknown flag: --no-such-flag");
    }

    /** Starts a lab in a JVM of its own, prints its directory, and waits to be killed. */
    static final class LabThatWaits {
        private LabThatWaits() {}

        public static void main(String[] arguments) throws InterruptedException {
            Lab lab = Lab.start(LabOptions.apiServer());
            System.out.println(lab.directory());
            Thread.currentThread().join(Duration.ofMinutes(5).toMillis());
        }
    }

    private static Stream<ProcessHandle> programsOf(Path directory) {
        return Directories.filesIn(directory, List.of(".pid")).stream().map(file -> {
            try {
                return ProcessHandle.of(Long.parseLong(Files.readString(file))).orElseThrow();
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
    }
}
