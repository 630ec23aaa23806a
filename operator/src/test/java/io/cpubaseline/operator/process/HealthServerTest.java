package io.cpubaseline.operator.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HealthServerTest {

    private final AtomicReference<Optional<String>> notAlive = new AtomicReference<>(Optional.empty());
    private final AtomicReference<Optional<String>> notReady = new AtomicReference<>(Optional.of("nodes: STARTING"));
    private HealthServer server;

    @BeforeEach
    void start() throws IOException {
        server = HealthServer.start(0, notAlive::get, notReady::get, () -> "up 1\n");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void healthIsToldByCodeAndReason() throws Exception {
        assertThat(answer("GET", "/livez")).isEqualTo("200 ok\n");
        assertThat(answer("GET", "/readyz")).isEqualTo("503 nodes: STARTING\n");

        notAlive.set(Optional.of("stuck"));
        notReady.set(Optional.empty());
        assertThat(answer("GET", "/livez")).isEqualTo("503 stuck\n");
        assertThat(answer("GET", "/readyz")).isEqualTo("200 ok\n");
    }

    @Test
    void metricsAreServed() throws Exception {
        assertThat(answer("GET", "/metrics")).isEqualTo("200 up 1\n");
    }

    @Test
    void nothingElseIsAnswered() throws Exception {
        assertThat(answer("POST", "/livez")).startsWith("405");
        assertThat(answer("GET", "/livez/more")).startsWith("404");
        assertThat(answer("GET", "/")).startsWith("404");
    }

    /** In a process of its own: the JDK's server reads its time-outs once per process. */
    @Test
    void halfRequestsDoNotKeepOthersFromAnswers() throws Exception {
        // Given
        Process alone = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Alone.class.getName())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        List<Socket> open = new ArrayList<>();
        try (BufferedReader out = alone.inputReader(StandardCharsets.UTF_8)) {
            int port = Integer.parseInt(out.readLine());

            // When: more of them than the server has threads
            for (int i = 0; i < 16; i++) {
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
                socket.getOutputStream().write('G');
                open.add(socket);
            }

            // Then
            await().atMost(Duration.ofSeconds(30))
                    .ignoreExceptions()
                    .until(() -> answer("GET", "/livez", port), "200 ok\n"::equals);
        } finally {
            for (Socket socket : open) {
                socket.close();
            }
            alone.destroyForcibly();
        }
    }

    /** A health server that is ready to be attacked. */
    static final class Alone {

        public static void main(String[] arguments) throws Exception {
            HealthServer server = HealthServer.start(0, Optional::empty, Optional::empty, () -> "up 1\n");
            System.out.println(server.port());
            System.in.read();
        }
    }

    private String answer(String method, String path) throws Exception {
        return answer(method, path, server.port());
    }

    private static String answer(String method, String path, int port) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(Duration.ofSeconds(5))
                .method(method, BodyPublishers.noBody())
                .build();
        HttpResponse<String> response = HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
        return response.statusCode() + " " + response.body();
    }
}
