package io.cpubaseline.operator.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cpubaseline.operator.kube.PreparedClient.Connected;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A client that was begun early is only ever given to who asks for the same cluster. */
class PreparedClientTest {

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    private Path kubeconfig(String name, String user) throws IOException {
        return Files.writeString(directory.resolve(name), """
                current-context: here
                clusters:
                - {name: c, cluster: {server: "https://%s:6443"}}
                users:
                - {name: u, user: {%s}}
                contexts:
                - {name: here, context: {cluster: c, user: u}}
                - {name: there, context: {cluster: c, user: u, namespace: shop}}
                """.formatted(name, user));
    }

    private static String address(Connected connected) {
        connected.client().close();
        return connected.config().getMasterUrl();
    }

    @Test
    void it_is_taken_once() throws IOException {
        // Given
        Path file = kubeconfig("one", "token: t");
        PreparedClient.begin(file, null);

        // When
        Connected first = PreparedClient.to(file, null);
        Connected second = PreparedClient.to(file, null);

        // Then
        assertThat(first.client()).isNotSameAs(second.client());
        assertThat(address(first)).isEqualTo(address(second)).startsWith("https://one:6443");
    }

    @Test
    void who_asks_for_another_file_or_context_gets_that() throws IOException {
        // Given
        Path one = kubeconfig("one", "token: t");
        Path other = kubeconfig("other", "token: t");

        // When
        PreparedClient.begin(one, null);
        Connected ofOtherFile = PreparedClient.to(other, null);
        PreparedClient.begin(one, null);
        Connected ofOtherContext = PreparedClient.to(one, "there");

        // Then
        assertThat(address(ofOtherFile)).startsWith("https://other:6443");
        assertThat(ofOtherContext.config().getNamespace()).isEqualTo("shop");
        ofOtherContext.client().close();
    }

    @Test
    void what_cant_be_used_is_told_to_who_asks() throws IOException {
        // Given
        Path file = Files.writeString(directory.resolve("broken"), "a: [b");

        // When
        PreparedClient.begin(file, null);

        // Then
        assertThatThrownBy(() -> PreparedClient.to(file, null))
                .isInstanceOf(Kubeconfig.Unusable.class)
                .hasMessageContaining("is no kubeconfig");
    }

    @Test
    void a_program_that_fetches_credentials_is_run_for_who_asks_and_not_before() throws Exception {
        // Given
        Path ran = directory.resolve("ran");
        Path file = kubeconfig(
                "runs",
                "exec: {apiVersion: client.authentication.k8s.io/v1, command: touch, args: [\"%s\"]}".formatted(ran));

        // When
        PreparedClient.begin(file, null);
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (thread.getName().equals("connection")) {
                thread.join();
            }
        }

        // Then
        assertThat(ran).doesNotExist();
        PreparedClient.to(file, null).client().close();
        assertThat(ran).exists();
    }
}
