package io.cpubaseline.operator.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cpubaseline.operator.testing.ScriptedApiServer;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A plain kubeconfig means what it means to the client, field by field; one that isn't plain is left to it. */
class PlainKubeconfigTest {

    private static final String EC_KEY = "LS0tLS1CRUdJTiBFQyBQUklWQVRFIEtFWS0tLS0tCg==";

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    private Path kubeconfig(String cluster, String user) throws IOException {
        return Files.writeString(directory.resolve("config"), """
                apiVersion: v1
                kind: Config
                preferences: {}
                current-context: first
                clusters:
                - name: c
                  cluster: {%s}
                - name: odd
                  cluster: {server: "https://odd:6443", proxy-url: "http://proxy:3128"}
                users:
                - name: u
                  user: {%s}
                - name: runs
                  user: {exec: {apiVersion: client.authentication.k8s.io/v1, command: "true"}}
                contexts:
                - name: first
                  context: {cluster: c, user: u, namespace: shop}
                - name: second
                  context: {cluster: c, user: u}
                - name: odd
                  context: {cluster: odd, user: u}
                - name: runs
                  context: {cluster: c, user: runs}
                - name: nowhere
                  context: {cluster: missing, user: u}
                """.formatted(cluster, user));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            server: "https://10.0.0.1:6443"                                                      | token: abc
            server: "https://10.0.0.1:6443/k8s/clusters/c-1", insecure-skip-tls-verify: true     | token: abc
            server: "http://localhost:8080", insecure-skip-tls-verify: false                     | username: me, password: secret
            server: "https://h", certificate-authority: ca.crt                                   | client-certificate: a/b.crt, client-key: ../k.key
            server: "https://h", certificate-authority: /etc/ca.crt                              | client-certificate: /c.crt, client-key: /c.key
            server: "https://h", certificate-authority-data: QUJD                                | client-certificate-data: QUJD, client-key-data: EC_KEY
            """)
    void says_what_the_client_says(String cluster, String user) throws IOException {
        // Given
        Path file = kubeconfig(cluster, user.replace("EC_KEY", EC_KEY));
        for (String context : new String[] {null, "first", "second"}) {
            // When
            Optional<Config> plain = PlainKubeconfig.read(file, context);

            // Then
            Config expected = Config.fromKubeconfig(context, file.toFile());
            assertThat(plain).as("context %s", context).hasValueSatisfying(config -> {
                assertThat(config)
                        .usingRecursiveComparison()
                        .ignoringFields("contexts", "currentContext")
                        .isEqualTo(expected);
                assertThat(config.getCurrentContext().getName())
                        .isEqualTo(expected.getCurrentContext().getName());
                assertThat(config.getContexts())
                        .extracting(known -> known.getName())
                        .containsExactlyInAnyOrderElementsOf(expected.getContexts().stream()
                                .map(known -> known.getName())
                                .toList());
                assertThat(config.getFile()).isEqualTo(expected.getFile()).isNotNull();
                assertThat(config.getFileWithCluster()).isEqualTo(expected.getFileWithCluster());
                assertThat(config.getFileWithAuthInfo()).isEqualTo(expected.getFileWithAuthInfo());
            });
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"odd", "runs", "nowhere", "none-of-that-name"})
    void proxies_programs_and_gaps_are_left_to_the_client(String context) throws IOException {
        // Given
        Path file = kubeconfig("server: \"https://h\"", "token: abc");

        // When, Then
        assertThat(PlainKubeconfig.read(file, context)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "just words",
                "- a list",
                "a: [b",
                "current-context: first",
                "{contexts: [{name: 7, context: {cluster: c, user: u}}], current-context: 7}",
                "contexts: [{name: first, context: {cluster: c, user: u}}]\ncontexts: []",
                "---\ncurrent-context: first\n---\ncurrent-context: second",
                "a: &a first\ncurrent-context: *a",
            })
    void so_is_whatever_is_no_plain_kubeconfig(String text) throws IOException {
        // Given
        Path file = Files.writeString(directory.resolve("config"), text);

        // When, Then
        assertThat(PlainKubeconfig.read(file, null)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"token: 1234", "token: true", "token: ''", "token: [a]", "as-uid: '7'"})
    void and_a_user_who_needs_more_than_words(String user) throws IOException {
        // Given
        Path file = kubeconfig("server: \"https://h\"", user);

        // When, Then
        assertThat(PlainKubeconfig.read(file, null)).isEmpty();
    }

    @Test
    void a_token_in_a_file_and_another_user_are_sent_as_kubectl_sends_them() throws Exception {
        // Given
        Files.writeString(directory.resolve("token"), "abc\n");
        try (ScriptedApiServer server = new ScriptedApiServer()) {
            Map<String, List<String>> sent = new ConcurrentHashMap<>();
            server.on("GET", "/version", call -> {
                call.exchange().getRequestHeaders().forEach((name, values) -> sent.put(name, List.copyOf(values)));
                call.answer(200, "{}");
            });
            Path file = kubeconfig(
                    "server: \"http://127.0.0.1:%d\"".formatted(server.port()),
                    "tokenFile: token, as: jane, as-groups: [admins, viewers]");

            // When
            try (KubernetesClient client = Clients.of(file)) {
                assertThat(new ApiServer(client, Duration.ofSeconds(10))
                                .get("/version")
                                .join()
                                .code())
                        .isEqualTo(200);
            }

            // Then
            assertThat(sent)
                    .containsEntry("Authorization", List.of("Bearer abc"))
                    .containsEntry("Impersonate-user", List.of("jane"))
                    .containsEntry("Impersonate-group", List.of("admins", "viewers"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"as: [admin]", "as: a, as-groups: [1]", "as: a, as-uid: '7'", "as: a, exec: {command: b}"})
    void who_acts_as_another_in_an_unknown_way_is_told_rather_than_asked_as_themselves(String user) throws IOException {
        // Given
        Path file = kubeconfig("server: \"https://h\"", user);

        // When, Then
        assertThatThrownBy(() -> Kubeconfig.read(file, null))
                .isInstanceOf(Kubeconfig.Unusable.class)
                .hasMessageStartingWith("the kubeconfig's user u acts as another one (as)");
    }

    @Test
    void a_file_without_a_token_is_told() throws IOException {
        // Given
        Path file = kubeconfig("server: \"https://h\"", "tokenFile: missing");

        // When, Then
        assertThatThrownBy(() -> Kubeconfig.read(file, null))
                .isInstanceOf(Kubeconfig.Unusable.class)
                .hasMessage("the kubeconfig's tokenFile can't be read: %s (No such file or directory)"
                        .formatted(directory.resolve("missing")));
    }

    @Test
    void a_token_in_a_file_is_read_again_after_a_minute() throws IOException {
        // Given
        Path file = Files.writeString(directory.resolve("token"), "first");
        AtomicLong now = new AtomicLong();
        FileToken token = FileToken.of(file, now::get);
        Files.writeString(file, "second");

        // When, Then
        assertThat(token.getToken()).isEqualTo("first");
        now.set(Duration.ofSeconds(61).toNanos());
        assertThat(token.getToken()).isEqualTo("second");
        Files.delete(file);
        now.set(Duration.ofSeconds(122).toNanos());
        assertThat(token.getToken()).isEqualTo("second");
    }
}
