package io.cpubaseline.operator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
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

    private String answer(String method, String path) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
                .method(method, BodyPublishers.noBody())
                .build();
        HttpResponse<String> response = HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
        return response.statusCode() + " " + response.body();
    }
}
