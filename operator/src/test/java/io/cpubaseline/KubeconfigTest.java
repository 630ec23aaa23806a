package io.cpubaseline;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.Config;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A kubeconfig that can't be used is the user's mistake: told in one line, with the file's name, by every command that takes one. */
class KubeconfigTest {

    private static final String CLUSTER = """
            apiVersion: v1
            kind: Config
            clusters: [{name: c, cluster: {server: "https://127.0.0.1:1"%s}}]
            users: [{name: u, user: {token: t}}]
            contexts: [{name: x, context: {cluster: c, user: u}}]
            """;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    static Stream<Arguments> mistakes() {
        return Stream.of(
                mistake("", "--kubeconfig: FILE is empty"),
                mistake(" \n", "--kubeconfig: FILE is empty"),
                mistake("a: [b", "--kubeconfig: FILE is no kubeconfig: "),
                mistake("just words", "--kubeconfig: FILE is no kubeconfig: "),
                mistake("- a\n- list\n", "--kubeconfig: FILE is no kubeconfig: "),
                mistake("\u0000", "--kubeconfig: FILE is no kubeconfig: "),
                mistake("foo: bar", "--kubeconfig: FILE names no cluster"),
                mistake(CLUSTER.formatted(""), "--kubeconfig: FILE names no cluster"),
                mistake(CLUSTER.formatted("") + "current-context: y", "--kubeconfig: FILE names no cluster"),
                mistake(
                        CLUSTER.formatted(", certificate-authority: /missing/ca.crt") + "current-context: x",
                        "the kubeconfig can't be used: /missing/ca.crt (No such file or directory)"));
    }

    private static Arguments mistake(String text, String message) {
        return Arguments.of(text, message);
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void a_kubeconfig_that_is_none_is_told_in_one_line(String text, String message) throws IOException {
        // Given
        Path file = Files.writeString(directory.resolve("kubeconfig"), text);

        // When, Then
        isToldInOneLine("run", file, message);
        isToldInOneLine("release", file, message);
    }

    @ParameterizedTest
    @MethodSource("unreadable")
    void so_are_a_directory_a_missing_file_and_bytes(String name, String message) throws IOException {
        // Given
        Files.createDirectory(directory.resolve("directory"));
        Files.write(directory.resolve("bytes"), new byte[] {(byte) 0xff, (byte) 0xfe, 7});

        // When, Then
        isToldInOneLine("run", directory.resolve(name), message);
        isToldInOneLine("release", directory.resolve(name), message);
    }

    static Stream<Arguments> unreadable() {
        return Stream.of(
                Arguments.of("directory", "--kubeconfig: FILE is a directory"),
                Arguments.of("missing", "--kubeconfig: FILE can't be read"),
                Arguments.of("bytes", "--kubeconfig: FILE is no text"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"plan", "vms", "release", "why-not web"})
    void where_nothing_names_a_cluster_that_is_said(String line) {
        // Given
        String before = System.setProperty(
                Config.KUBERNETES_KUBECONFIG_FILE, directory.resolve("none").toString());
        StringWriter err = new StringWriter();
        try {
            // When
            String[] words = line.split(" ");
            int exitCode =
                    Main.commandLine(words).setErr(new PrintWriter(err, true)).execute(words);

            // Then
            assertThat(exitCode).as(err.toString()).isEqualTo(2);
            assertThat(err.toString()).startsWith("cpu-baseline: no cluster is known: neither KUBECONFIG nor");
        } finally {
            if (before == null) {
                System.clearProperty(Config.KUBERNETES_KUBECONFIG_FILE);
            } else {
                System.setProperty(Config.KUBERNETES_KUBECONFIG_FILE, before);
            }
        }
    }

    private static void isToldInOneLine(String command, Path file, String message) {
        StringWriter err = new StringWriter();
        int exitCode =
                Main.commandLine(command).setErr(new PrintWriter(err, true)).execute(command, "--kubeconfig=" + file);
        assertThat(exitCode).isEqualTo(2);
        assertThat(err.toString().strip().lines())
                .hasSize(2)
                .first()
                .asString()
                .startsWith("cpu-baseline: " + message.replace("FILE", file.toString()));
    }
}
