package io.cpubaseline.demo;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.cpubaseline.lab.objects.NodeManifests;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command migration-soak, as a person uses it: in a process of its own, which raises a cluster of its own. */
class MigrationSoakIT {
    @TempDir
    private Path directory;

    private record Run(int exitCode, String output) {}

    @Test
    void aVendorWithOneNodeIsNamedAndTheOthersAreMigrated() throws Exception {
        // Given two nodes of Intel and one of AMD
        Path nodes = manifests("prox01", "prox05", "prox03");

        // When
        Run soak = soak("--nodes", nodes.toString(), "--rounds", "2");

        // Then
        assertThat(soak.output())
                .contains(
                        "prox03 can't be visited: no other node with a CPU of AMD can take a guest",
                        "8 of 8 migrations succeeded in 2 rounds",
                        "Verified.")
                .doesNotContain("Exception", "WARN");
        assertThat(soak.exitCode()).isZero();
    }

    @Test
    void aFleetInWhichNothingCanMigrateIsRefusedInWords() throws Exception {
        // When
        Run soak = soak("--nodes", manifests("prox01", "prox03").toString(), "--rounds", "1");

        // Then
        assertThat(soak.output())
                .contains(
                        "prox01 can't be visited: no other node with a CPU of Intel",
                        "prox03 can't be visited: no other node with a CPU of AMD",
                        "nothing could be migrated, so nothing is verified")
                .doesNotContain("Exception", "WARN");
        assertThat(soak.exitCode()).isEqualTo(1);
    }

    private Path manifests(String... names) throws IOException {
        StringBuilder text = new StringBuilder();
        NodeManifests.homelab().only(names).nodes().forEach(node -> text.append(Serialization.asYaml(node)));
        return Files.writeString(directory.resolve("nodes.yaml"), text);
    }

    private static Run soak(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Dlab.log=off",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                MigrationSoak.class.getName()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        return new Run(process.waitFor(), output);
    }
}
