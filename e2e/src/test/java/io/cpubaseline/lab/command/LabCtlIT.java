package io.cpubaseline.lab.command;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.cpubaseline.lab.objects.Yaml;
import io.cpubaseline.lab.process.Programs;
import io.cpubaseline.lab.use.Chart;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command labctl, as a person uses it. */
class LabCtlIT {
    @TempDir
    private Path directory;

    @AfterEach
    void leaveNothing() throws Exception {
        labctl("down");
    }

    @Test
    void keepsALabWithAnOperatorUntilItIsToldToGo() throws Exception {
        // Given nodes that it has never seen
        Path nodes = Files.createDirectory(directory.resolve("nodes"));
        Files.writeString(nodes.resolve("one.yaml"), Yaml.resource("demo/older-node.yaml"));

        // When
        Run up = labctl("up", "--operator", "--nodes", nodes.toString());

        // Then
        assertThat(up.exitCode()).as(up.output()).isZero();
        assertThat(up.output().strip()).endsWith(lab().resolve("kubeconfig").toString());
        assertThat(labctl("status").output()).contains("kube-apiserver", "operator-0");
        assertThat(labctl("kubectl", "get", "nodes", "-o", "name").output()).contains("node/old-xeon");
        assertThat(labctl("kubectl", "get", "deployments", "-n", Chart.NAMESPACE, "-o", "name")
                        .output())
                .contains("deployment.apps/cpu-baseline");
        assertThat(labctl("up").output()).contains("a lab runs in", "labctl down");
        assertThat(labctl("kubectl", "get", "--no-such-option").output()).contains("unknown flag: --no-such-option");

        // When
        Run down = labctl("down");

        // Then
        assertThat(down.exitCode()).isZero();
        assertThat(lab()).doesNotExist();
        assertThat(labctl("status").exitCode()).isEqualTo(1);
        assertThat(labctl("kubectl", "get", "nodes").output()).contains("no lab runs in", "labctl up");
    }

    @Test
    void saysWhatIsWrongWithTheNodes() throws Exception {
        // Given
        Path file = Files.writeString(directory.resolve("pod.yaml"), """
                apiVersion: v1
                kind: Pod
                metadata: {name: web}
                """);

        // When
        Run up = labctl("up", "--nodes", file.toString());

        // Then
        assertThat(up.output()).endsWith("labctl: --nodes: expected a Node or a NodeFeature, found the Pod web\n");
        assertThat(up.exitCode()).isEqualTo(2);

        // When
        Files.writeString(file, "{\n  apiVersion: v1\n}");

        // Then
        assertThat(labctl("up", "--nodes", file.toString()).output())
                .contains("labctl: --nodes: " + file + ", line 2: ")
                .doesNotContain("Source");
    }

    private record Run(int exitCode, String output) {}

    private Path lab() {
        return directory.resolve("lab");
    }

    private Run labctl(String verb, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(
                List.of(Programs.e2eDirectory().resolve("labctl").toString(), verb, "--dir", lab().toString()));
        command.addAll(List.of(arguments));
        Path output = directory.resolve("output");
        // Into a file: the programs that stay would keep a pipe open.
        ProcessBuilder process =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
        // What these tests run in is compiled.
        process.environment()
                .put(
                        "LAB_CLASSPATH",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
        return new Run(process.start().waitFor(), Files.readString(output, UTF_8));
    }
}
