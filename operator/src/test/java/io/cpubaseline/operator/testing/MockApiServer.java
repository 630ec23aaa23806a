package io.cpubaseline.operator.testing;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.mockwebserver.MockWebServer;
import io.fabric8.mockwebserver.http.Dispatcher;
import io.fabric8.mockwebserver.http.MockResponse;
import io.fabric8.mockwebserver.http.RecordedRequest;
import io.fabric8.mockwebserver.vertx.Protocol;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * What the API server may answer to a request, scripted with fabric8's mock server. It sends every answer as a whole: for watches that stay
 * open there is {@link ScriptedApiServer}.
 */
public final class MockApiServer implements AutoCloseable {

    /** It logs every request. Held here, since a logger that nobody holds forgets its level. */
    private static final Logger LOG = Logger.getLogger(MockWebServer.class.getName());

    static {
        LOG.setLevel(Level.WARNING);
    }

    /** Longer than anybody waits. */
    private static final Duration NEVER = Duration.ofDays(1);

    /** What to answer to a request. */
    @FunctionalInterface
    public interface Handler {
        MockResponse answer(Call call) throws IOException;
    }

    /** A request that was made. */
    public record Request(String method, String path, String query, String contentType, String body) {}

    private final Map<String, Handler> handlers = new ConcurrentHashMap<>();
    private final List<Request> requests = new CopyOnWriteArrayList<>();
    private final ExecutorService breaker = Executors.newSingleThreadExecutor();
    private final KubernetesClient client;
    private MockWebServer server;
    private boolean closed;

    public MockApiServer() {
        server = listening(0);
        Config config = new ConfigBuilder(Config.empty())
                .withMasterUrl("http://127.0.0.1:" + server.getPort())
                .build();
        client = new KubernetesClientBuilder().withConfig(config).build();
    }

    /** Writes a kubeconfig for it: the current context {@code here} has the namespace {@code shop}, {@code there} has none. */
    public Path kubeconfig(Path directory) throws IOException {
        return Files.writeString(directory.resolve("kubeconfig"), """
                apiVersion: v1
                kind: Config
                current-context: here
                clusters: [{name: c, cluster: {server: "%s"}}]
                contexts:
                - {name: here, context: {cluster: c, user: u, namespace: shop}}
                - {name: there, context: {cluster: c, user: u}}
                users: [{name: u, user: {token: t}}]
                """.formatted(client.getMasterUrl()));
    }

    private MockWebServer listening(int port) {
        MockWebServer listening = new MockWebServer();
        listening.setProtocols(List.of(Protocol.HTTP_1_1));
        listening.setHttp2ClearTextEnabled(false);
        listening.setDispatcher(new Dispatcher() {
            @Override
            public MockResponse dispatch(RecordedRequest request) {
                return answer(request);
            }
        });
        listening.start(InetAddress.getLoopbackAddress(), port);
        return listening;
    }

    public KubernetesClient client() {
        return client;
    }

    /** Answers requests to this path so from now on. */
    public MockApiServer on(String method, String path, Handler handler) {
        handlers.put(method + " " + path, handler);
        return this;
    }

    /** All requests so far of this method, in order. */
    public List<Request> requests(String method) {
        return requests.stream()
                .filter(request -> request.method().equals(method))
                .toList();
    }

    private MockResponse answer(RecordedRequest received) {
        URI uri = URI.create(received.getPath());
        Request request = new Request(
                received.getMethod(),
                uri.getPath(),
                String.valueOf(uri.getRawQuery()),
                String.valueOf(received.getHeader("Content-Type")),
                received.getUtf8Body());
        requests.add(request);
        Call call = new Call(this, request);
        Handler handler = handlers.get(request.method() + " " + request.path());
        try {
            return handler == null ? call.answer(404, "404 page not found") : handler.answer(call);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits until it listens again after it has broken connections. */
    public void awaitListening() {
        CompletableFuture.runAsync(() -> {}, breaker).join();
    }

    /** Breaks all connections, as an API server that restarts. */
    private synchronized void restart() {
        if (!closed) {
            int port = server.getPort();
            server.shutdown();
            server = listening(port);
        }
    }

    @Override
    public void close() {
        client.close();
        breaker.shutdown();
        synchronized (this) {
            closed = true;
            server.shutdown();
        }
    }

    /** A request to be answered. */
    public record Call(MockApiServer server, Request request) {

        public String body() {
            return request.body();
        }

        public MockResponse answer(int code, String text) {
            return new MockResponse()
                    .setResponseCode(code)
                    .setHeader("Content-Type", "application/json")
                    .setBody(text);
        }

        /** A Status as the API server sends it. */
        public MockResponse refuse(int code, String reason, String message) {
            return answer(code, ScriptedApiServer.status(code, reason, message));
        }

        /** The connection is open, and nothing comes. */
        public MockResponse neverAnswer() {
            return answer(200, "{}").setBodyDelay(NEVER);
        }

        /** Ends this connection, and all others, without an answer; for a moment there is nobody who listens. */
        public MockResponse hangUp() {
            server.breaker.execute(server::restart);
            return neverAnswer();
        }
    }
}
