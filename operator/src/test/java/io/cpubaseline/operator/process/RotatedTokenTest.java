package io.cpubaseline.operator.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cpubaseline.operator.cluster.NamespaceReader;
import io.cpubaseline.operator.cluster.NamespaceReader.NamespaceView;
import io.cpubaseline.operator.kube.ApiServer;
import io.cpubaseline.operator.kube.Clients;
import io.cpubaseline.operator.testing.Options;
import io.cpubaseline.operator.testing.ScriptedApiServer;
import io.cpubaseline.operator.testing.ScriptedApiServer.Handler;
import io.cpubaseline.operator.watch.WatchedKind;
import io.cpubaseline.operator.watch.WatchedKind.State;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Kubelet replaces the token of a pod every hour, and the API server stops to accept the old one. */
class RotatedTokenTest {

    private static final String NAMESPACES = "/api/v1/namespaces";
    private static final String LIST = "{\"metadata\":{\"resourceVersion\":\"10\"},\"items\":[]}";

    @TempDir
    private Path work;

    private final ScriptedApiServer server = new ScriptedApiServer();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private Map<String, String> properties = Map.of();
    private volatile String accepted = "first";
    private KubernetesClient client;

    @BeforeEach
    void mountToken() throws IOException {
        Path token = Files.writeString(work.resolve("token"), "first");
        properties = Map.of(
                "kubernetes.master",
                "http://127.0.0.1:" + server.port(),
                "kubernetes.auth.tryKubeConfig",
                "false",
                "kubernetes.auth.tryServiceAccount",
                "true",
                "kubernetes.auth.serviceAccount.token",
                token.toString());
        properties.forEach(System::setProperty);
        client = Clients.of((Path) null);
    }

    @AfterEach
    void stop() {
        properties.keySet().forEach(System::clearProperty);
        client.close();
        timer.shutdownNow();
        server.close();
    }

    @Test
    void requestsAndWatchesGoOnWithTheNewToken() throws IOException {
        // Given
        server.on("GET", NAMESPACES, authenticated(call -> call.answer(200, LIST)));
        server.on("WATCH", NAMESPACES, authenticated(call -> {
            call.exchange().sendResponseHeaders(200, 0);
            call.exchange().getResponseBody().flush();
        }));
        ApiServer api = new ApiServer(client, Duration.ofSeconds(10));
        assertThat(api.get(NAMESPACES).join().code()).isEqualTo(200);

        // When
        Files.writeString(work.resolve("token"), "second");
        accepted = "second";

        // Then
        assertThat(api.get(NAMESPACES).join().code()).isEqualTo(200);

        // When
        Files.writeString(work.resolve("token"), "third");
        accepted = "third";
        WatchedKind<NamespaceView> namespaces =
                new WatchedKind<>(api, NAMESPACES, new NamespaceReader(), new Quiet(), Options.quick(), timer);
        namespaces.start();

        // Then
        await().until(() ->
                namespaces.state() == State.SYNCED && !server.requests("WATCH").isEmpty());
        namespaces.stop();
    }

    @Test
    void aTokenThatComesLateIsTakenUp() throws IOException {
        // Given: the old one is refused before there is a new one
        server.on("GET", NAMESPACES, authenticated(call -> call.answer(200, LIST)));
        ApiServer api = new ApiServer(client, Duration.ofSeconds(10));
        accepted = "second";
        WatchedKind<NamespaceView> namespaces =
                new WatchedKind<>(api, NAMESPACES, new NamespaceReader(), new Quiet(), Options.quick(), timer);
        namespaces.start();
        await().until(() -> server.requests("GET").size() >= 4);
        assertThat(namespaces.state()).isEqualTo(State.STARTING);

        // When
        Files.writeString(work.resolve("token"), "second");

        // Then
        await().until(() -> namespaces.state() == State.SYNCED);
        namespaces.stop();
    }

    private Handler authenticated(Handler handler) {
        return call -> {
            if (("Bearer " + accepted)
                    .equals(call.exchange().getRequestHeaders().getFirst("Authorization"))) {
                handler.handle(call);
            } else {
                call.refuse(401, "Unauthorized", "Unauthorized");
            }
        };
    }

    private static final class Quiet implements WatchedKind.Listener<NamespaceView> {
        @Override
        public void changed(@Nullable NamespaceView before, @Nullable NamespaceView after) {}

        @Override
        public void stateChanged(State state) {}
    }
}
