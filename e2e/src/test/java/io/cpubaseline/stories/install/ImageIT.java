package io.cpubaseline.stories.install;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.cpubaseline.lab.process.Programs;
import io.cpubaseline.lab.use.Operator;
import io.cpubaseline.stories.stage.Stage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The image, built from the Dockerfile and run as a pod of the chart would run it: by its user, on a read-only root. The bases are stand-ins of Debian's packages. */
class ImageIT {

    private static final Path E2E = Programs.e2eDirectory();
    private static final Path BUILT = E2E.resolve("target/image");
    private static final Path NODES = E2E.resolve("src/main/resources/homelab/nodes.yaml");
    private static final String BASELINE = """
            apiVersion: cpubaseline.io/v1alpha1
            kind: ClusterCpuBaseline
            metadata: {name: homelab}
            spec:
              vendors: Mixed
              changes: {lower: {stabilizationSeconds: 0}}
            """;
    private static final String PROGRAM = "/opt/cpu-baseline/bin/cpu-baseline";

    @RegisterExtension
    static final Stage stage = Stage.shared();

    private static JsonNode configuration = new ObjectMapper().createObjectNode();

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    @BeforeAll
    static void build() throws Exception {
        Process process = new ProcessBuilder(E2E.resolve("build-image").toString(), BUILT.toString())
                .inheritIO()
                .start();
        assertThat(process.waitFor()).isZero();
        configuration = new ObjectMapper()
                .readTree(BUILT.resolve("image.json").toFile())
                .at("/OCIv1/config");
    }

    private record Output(int code, String out, String err) {}

    private Output run(List<String> command, Path input) throws IOException, InterruptedException {
        Path out = Files.createTempFile(directory, "out", "");
        Path err = Files.createTempFile(directory, "err", "");
        Process process = new ProcessBuilder(command)
                .redirectInput(input.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        return new Output(process.waitFor(), Files.readString(out), Files.readString(err));
    }

    /** A command that runs this in the image, with the image's own environment. */
    private List<String> inImage(List<String> variables, List<String> command) throws IOException {
        List<String> all = new ArrayList<>(List.of(
                E2E.resolve("in-image").toString(),
                BUILT.resolve("root").toString(),
                Files.createDirectories(directory.resolve("secrets")).toString()));
        // A directory without files would be a mistake.
        Files.writeString(directory.resolve("secrets/none"), "");
        configuration.path("Env").forEach(variable -> all.add(variable.asText()));
        all.addAll(variables);
        all.addAll(command);
        return all;
    }

    @Test
    void what_it_says_of_itself_is_what_the_chart_relies_on() {
        assertThat(configuration.path("User").asText()).isEqualTo("65532:65532");
        assertThat(configuration.path("Entrypoint"))
                .extracting(JsonNode::asText)
                .containsExactly(PROGRAM);
        assertThat(configuration.path("Cmd")).extracting(JsonNode::asText).containsExactly("run");
        assertThat(configuration.path("Labels").properties())
                .extracting(Map.Entry::getKey)
                .contains(
                        "org.opencontainers.image.title",
                        "org.opencontainers.image.description",
                        "org.opencontainers.image.licenses");
    }

    @Test
    void plan_answers_as_it_does_outside() throws Exception {
        // Given
        String outside = E2E.resolveSibling("operator")
                .resolve("target/bin/cpu-baseline")
                .toString();

        // When
        Output inside = run(inImage(List.of(), List.of(PROGRAM, "plan", "-f", "-", "-o", "json")), NODES);

        // Then
        assertThat(inside).isEqualTo(run(List.of(outside, "plan", "-f", "-", "-o", "json"), NODES));
        assertThat(inside.code()).isZero();
    }

    @Test
    void the_class_archive_that_was_recorded_in_it_is_used() throws Exception {
        // When
        Output inside = run(
                inImage(List.of("CPU_BASELINE_JVM_OPTIONS=-Xlog:class+load"), List.of(PROGRAM, "plan", "-f", "-")),
                NODES);

        // Then
        assertThat(inside.out().lines().filter(line -> line.contains("io.cpubaseline.cli.plan.PlanCommand ")))
                .singleElement()
                .asString()
                .contains("shared objects file (top)");
    }

    @Test
    void it_runs_as_the_operator_where_nothing_but_tmp_can_be_written() throws Exception {
        // Given a build whose program is the image's
        Path program =
                Files.createDirectories(directory.resolve("build/target/bin")).resolve("cpu-baseline");
        List<String> command = inImage(List.of("POD_NAME=operator-0"), List.of(PROGRAM));
        Files.copy(stage.account(), directory.resolve("secrets/kubeconfig"));
        Files.writeString(program, "#!/bin/sh\nexec '%s' \"$@\"\n".formatted(String.join("' '", command)));
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
        stage.homelab();
        stage.apply(BASELINE);

        // When
        long begun = System.nanoTime();
        try (Operator operator = Operator.startBuild(
                directory.resolve("build"),
                "operator-0",
                stage.lab(),
                Map.of(),
                "--kubeconfig=/run/secrets/kubeconfig",
                "--evidence-grace=1s")) {
            operator.awaitReady();
            double inside = (System.nanoTime() - begun) / 1e9;

            // Then
            assertThat(stage.awaitPinned("homelab").pinned().abiLevel()).isEqualTo("x86-64-v3");
            print(inside);
        }
    }

    private static void print(double seconds) throws IOException {
        List<Long> layers = Files.readAllLines(BUILT.resolve("sizes")).stream()
                .map(Long::valueOf)
                .toList();
        System.out.printf(
                "image: %,d kB compressed beside its base of %,d kB; ready after %.1f s%n",
                layers.stream().skip(1).mapToLong(size -> size).sum() / 1000, layers.get(0) / 1000, seconds);
    }
}
