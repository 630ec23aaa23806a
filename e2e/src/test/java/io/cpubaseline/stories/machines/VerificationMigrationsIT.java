package io.cpubaseline.stories.machines;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.cpubaseline.lab.objects.NodeManifests;
import io.cpubaseline.lab.process.Directories;
import io.cpubaseline.stories.stage.Seen;
import io.cpubaseline.stories.stage.Servers;
import io.cpubaseline.stories.stage.Stage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** {@code cpu-baseline verify}: what it proves, what it finds, and that it leaves nothing behind, whatever ends it. */
class VerificationMigrationsIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String NAMESPACE = "verification";
    private static final String LABEL = "cpubaseline.io/verification";
    private static final String MADE = "vm,vmi,vmim,secret,lease";
    private static final String BASELINE = "all";

    @RegisterExtension
    static final Stage stage = Stage.full();

    private final List<Verify> runs = new ArrayList<>();

    @BeforeEach
    void aNamespaceForGuests() {
        stage.kubectl("create", "namespace", NAMESPACE);
    }

    @AfterEach
    void noneOfItIsLeft() throws InterruptedException {
        for (Verify run : runs) {
            run.process.destroyForcibly().waitFor();
        }
        stage.kubectl("delete", "namespace", NAMESPACE, "--ignore-not-found", "--wait=true");
    }

    /** A run of the packaged program, by its launcher. */
    private static final class Verify {
        private final Process process;
        private final Path out;
        private final Path err;

        private Verify(Process process, Path out, Path err) {
            this.process = process;
            this.out = out;
            this.err = err;
        }

        /** Waits until it has said something like that while it runs. */
        void awaitSaid(String pattern) {
            Pattern line = Pattern.compile(pattern);
            Stage.eventually(
                    () -> assertThat(told()).anyMatch(one -> line.matcher(one).find()));
        }

        /** What it has said so far. */
        List<String> told() {
            return Directories.text(err).lines().toList();
        }

        /** Waits for its end; returns its exit code. */
        int end() throws InterruptedException {
            assertThat(process.waitFor(2, TimeUnit.MINUTES))
                    .as("whether it has ended: %s", told())
                    .isTrue();
            return process.exitValue();
        }

        JsonNode answer() throws IOException {
            return JSON.readTree(Directories.text(out));
        }

        List<String> failures() throws IOException {
            List<String> failures = new ArrayList<>();
            answer().path("failures").forEach(failure -> failures.add(failure.asText()));
            return failures;
        }

        void signal(String name) throws IOException, InterruptedException {
            assertThat(new ProcessBuilder("kill", "-s", name, Long.toString(process.pid()))
                            .start()
                            .waitFor())
                    .isZero();
        }
    }

    private Verify verify(String... options) throws IOException {
        Path directory = stage.lab().directory();
        Path out = directory.resolve("verify-" + runs.size() + ".json");
        Path err = directory.resolve("verify-" + runs.size() + ".txt");
        List<String> command = new ArrayList<>(List.of(
                // Whoever builds in a shell's background ignores Ctrl-C, and so would this.
                "env",
                "--default-signal=INT",
                Path.of("")
                        .toAbsolutePath()
                        .resolveSibling("operator/target/bin/cpu-baseline")
                        .toString(),
                "verify",
                "--baseline=" + BASELINE,
                "--kubeconfig=" + stage.lab().kubeconfig(),
                "--namespace=" + NAMESPACE,
                "--output=json"));
        command.addAll(List.of(options));
        Process process = new ProcessBuilder(command)
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        Verify run = new Verify(process, out, err);
        runs.add(run);
        return run;
    }

    /** A pinned baseline over nodes of both vendors, and nobody who looks after it any more. */
    private static void baselineOver(NodeManifests... servers) {
        for (NodeManifests some : servers) {
            stage.lab().apply(some);
        }
        stage.operator();
        stage.apply(Stage.observing(BASELINE));
        stage.awaitPinned(BASELINE);
    }

    private static NodeManifests intel(String... names) {
        return Servers.of("xeon-e5-2650-v4", names);
    }

    /** All that runs have made and not deleted, as kubectl names it. */
    private static Set<String> left() {
        return new TreeSet<>(stage.kubectl("get", MADE, "-n", NAMESPACE, "-l", LABEL, "-o", "name")
                .lines()
                .toList());
    }

    private static Map<String, Integer> visits(JsonNode answer) {
        Map<String, Integer> visits = new TreeMap<>();
        answer.path("nodes")
                .forEach(node -> visits.put(
                        node.path("name").asText(), node.path("visits").asInt()));
        return visits;
    }

    @Test
    void everyNodeOfTwoVendorsIsVisitedByBothOfItsGuests() throws Exception {
        // Given
        baselineOver(intel("intel-1", "intel-2"), Servers.of("epyc-9334-32-core", "amd-1", "amd-2"));

        // When
        Verify run = verify("--record");
        int code = run.end();

        // Then
        assertThat(run.failures()).isEmpty();
        assertThat(code).isZero();
        assertThat(visits(run.answer())).isEqualTo(Map.of("intel-1", 2, "intel-2", 2, "amd-1", 2, "amd-2", 2));
        assertThat(run.answer().path("succeeded").asInt()).isEqualTo(8);
        assertThat(run.answer().path("migrations")).hasSize(8);
        assertThat(run.answer().path("guests")).hasSize(4);
        assertThat(run.answer().path("flags").toString()).contains("\"avx2\"", "\"sse4_2\"");
        assertThat(run.told()).filteredOn(line -> line.startsWith("round 1: ")).hasSize(8);
        assertThat(left()).isEmpty();

        // And the baseline says so, also after the operator has written its status anew
        stage.await(BASELINE, "MigrationsVerified", "True Verified");
        Seen later = stage.settled(BASELINE);
        assertThat(later.verdict("MigrationsVerified")).isEqualTo("True Verified");
        assertThat(later.verdict("Ready")).isEqualTo("True Pinned");
        assertThat(Objects.requireNonNull(later.status().verification()).migrations())
                .isEqualTo(8);
    }

    @Test
    void aNodeThatHasLostALabelIsNamedBeforeTheFirstMigration() throws Exception {
        // Given
        baselineOver(intel("intel-1", "intel-2", "intel-3"));
        String model = stage.baseline(BASELINE).pinned().cpuModel();
        stage.kubectl("label", "node", "intel-2", "cpu-model.node.kubevirt.io/" + model + "-");

        // When
        Verify run = verify();
        int code = run.end();

        // Then
        String words = "kept off it by: CPU model " + model;
        assertThat(run.told()).first().isEqualTo("intel-2 can't be visited: " + words);
        assertThat(run.failures()).isEmpty();
        assertThat(code).isZero();
        assertThat(visits(run.answer())).isEqualTo(Map.of("intel-1", 2, "intel-2", 0, "intel-3", 2));
        assertThat(run.answer().at("/nodes/1/reason").asText()).isEqualTo(words);
        assertThat(left()).isEmpty();
    }

    @Test
    void aGuestThatStopsCountingIsAFailureAndIsDeleted() throws Exception {
        // Given
        baselineOver(intel("intel-1", "intel-2"));
        Verify run = verify("--rounds=100", "--silence-limit=3s", "--record");
        run.awaitSaid("^round 1: ");

        // When: a pod that a migration makes has it from its instance
        stage.kubectl("annotate", "vmi", "-n", NAMESPACE, "--all", "lab.cpubaseline.io/counter=stopped");
        stage.kubectl("annotate", "pod", "-n", NAMESPACE, "--all", "--overwrite", "lab.cpubaseline.io/counter=stopped");
        int code = run.end();

        // Then
        assertThat(code).isEqualTo(1);
        assertThat(run.failures())
                .anyMatch(failure -> failure.matches(
                        "cpu-baseline-verify-\\w+-intel-\\d: it was silent for \\d s; its counter stands still"));
        assertThat(run.answer().path("verified").asBoolean()).isFalse();
        assertThat(left()).isEmpty();
        assertThat(stage.await(BASELINE, "MigrationsVerified", "False VerificationFailed")
                        .message("MigrationsVerified"))
                .contains("its counter stands still");
    }

    @Test
    void ctrlCDeletesAllAndTellsWhatIsKnown() throws Exception {
        // Given
        baselineOver(intel("intel-1", "intel-2"));
        Verify run = verify("--every=1h", "--for=10h");
        run.awaitSaid("^round 1: ");
        assertThat(left()).hasSizeGreaterThan(4);

        // When
        run.signal("INT");
        int code = run.end();

        // Then
        assertThat(code).isEqualTo(130);
        assertThat(run.failures()).containsExactly("it was interrupted");
        assertThat(run.answer().path("succeeded").asInt()).isPositive();
        assertThat(left()).isEmpty();
    }

    @Test
    void aNamespaceThatGoesEndsItAndIsNoGuestsFault() throws Exception {
        // Given
        baselineOver(intel("intel-1", "intel-2"));
        Verify run = verify("--rounds=100");
        run.awaitSaid("^round 1: ");

        // When
        stage.kubectl("delete", "namespace", NAMESPACE, "--wait=false");
        int code = run.end();

        // Then
        assertThat(code).isEqualTo(1);
        assertThat(run.failures()).containsExactly("the namespace verification is gone, or going");
    }

    @Test
    void whatAKilledRunHasLeftIsRemovedByTheNextAndWhatALivingOneHasIsNot() throws Exception {
        // Given a run that is killed, which is known as soon as it has not renewed its Lease for its duration, and one
        // that lives
        baselineOver(intel("intel-1", "intel-2"));
        Verify killed = verify("--every=1h", "--for=10h");
        killed.awaitSaid("^round 1: ");
        killed.process.destroyForcibly().waitFor();
        Set<String> leftByTheKilled = left();
        assertThat(leftByTheKilled).hasSizeGreaterThan(4);
        Verify living = verify("--every=1h", "--for=10h");
        living.awaitSaid("^round 1: ");
        Set<String> ofTheLiving = left();
        ofTheLiving.removeAll(leftByTheKilled);
        String lease = leftByTheKilled.stream()
                .filter(name -> name.startsWith("lease"))
                .findFirst()
                .orElseThrow();
        stage.kubectl(
                "patch",
                lease,
                "-n",
                NAMESPACE,
                "--type=merge",
                "-p",
                "{\"spec\": {\"renewTime\": \"2026-01-01T00:00:00.000000Z\"}}");

        // When
        Verify next = verify();
        int code = next.end();

        // Then
        assertThat(next.failures()).isEmpty();
        assertThat(code).isZero();
        assertThat(next.told()).anyMatch(line -> line.startsWith("Removing what the run "));
        assertThat(left()).doesNotContainAnyElementsOf(leftByTheKilled);
        assertThat(left())
                .containsAll(ofTheLiving.stream()
                        .filter(name -> !name.contains("migration"))
                        .toList());
        living.signal("TERM");
        assertThat(living.end()).isEqualTo(143);
        assertThat(left()).isEmpty();
    }
}
