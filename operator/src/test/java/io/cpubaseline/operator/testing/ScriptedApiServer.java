package io.cpubaseline.operator.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.http.HttpClient;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;

/**
 * An API server whose watches stay open, and send, stall and break when a test says so, which fabric8's mock server can't: a script, not a
 * model. For all else there is {@link MockApiServer}.
 */
public final class ScriptedApiServer implements AutoCloseable {

    /** What to do with a request. */
    @FunctionalInterface
    public interface Handler {
        void handle(Call call) throws IOException;
    }

    /** A request that was made. */
    public record Request(String method, String path, String query, String contentType, String body) {}

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Map<String, Handler> handlers = new ConcurrentHashMap<>();
    private final List<Request> requests = new CopyOnWriteArrayList<>();
    private final KubernetesClient client;

    public ScriptedApiServer() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(threads);
        server.createContext("/", this::dispatch);
        server.start();
        client = anotherClient();
    }

    public KubernetesClient client() {
        return client;
    }

    public int port() {
        return server.getAddress().getPort();
    }

    /** One with connections of its own, which whoever asks for it has to close. */
    public KubernetesClient anotherClient() {
        return anotherClient(builder -> {});
    }

    /** The same with something added to its HTTP client. */
    public KubernetesClient anotherClient(Consumer<HttpClient.Builder> more) {
        Config config = new ConfigBuilder(Config.empty())
                .withMasterUrl("http://127.0.0.1:" + server.getAddress().getPort())
                .build();
        return new KubernetesClientBuilder()
                .withConfig(config)
                .withHttpClientBuilderConsumer(more)
                .build();
    }

    /** Answers requests to this path so from now on; a watch has the method {@code WATCH}. */
    public ScriptedApiServer on(String method, String path, Handler handler) {
        handlers.put(method + " " + path, handler);
        return this;
    }

    /** All requests so far of this method, in order. */
    public List<Request> requests(String method) {
        return requests.stream()
                .filter(request -> request.method().equals(method))
                .toList();
    }

    private void dispatch(HttpExchange exchange) throws IOException {
        String query = String.valueOf(exchange.getRequestURI().getRawQuery());
        String method = query.contains("watch=true") ? "WATCH" : exchange.getRequestMethod();
        String path = exchange.getRequestURI().getPath();
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        String contentType = String.valueOf(exchange.getRequestHeaders().getFirst("Content-Type"));
        requests.add(new Request(method, path, query, contentType, body));
        if ("websocket".equalsIgnoreCase(exchange.getRequestHeaders().getFirst("Upgrade"))) {
            // Without WebSockets the client takes to plain watches.
            new Call(exchange, query, body).answer(200, "");
            return;
        }
        Handler handler = handlers.getOrDefault(method + " " + path, call -> call.answer(404, "404 page not found"));
        try {
            handler.handle(new Call(exchange, query, body));
        } catch (IOException e) {
            // the client has gone away
            exchange.close();
        }
    }

    @Override
    public void close() {
        client.close();
        server.stop(0);
        threads.shutdownNow();
    }

    /** A request to be answered. */
    public record Call(HttpExchange exchange, String query, String body) {

        public void answer(int code, String text) throws IOException {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(code, bytes.length == 0 ? -1 : bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        }

        /** A Status as the API server sends it. */
        public void refuse(int code, String reason, String message) throws IOException {
            answer(code, status(code, reason, message));
        }

        /** Ends the connection without an answer. */
        public void hangUp() {
            exchange.close();
        }
    }

    public static String status(int code, String reason, String message) {
        return """
                {"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"%s","reason":"%s","code":%d}""".formatted(message, reason, code);
    }

    /** Watches that stay open and send what the test says. */
    public static final class Watches implements Handler {

        private static final String BREAK = "break";
        private static final String END = "end";

        private final BlockingQueue<String> events = new LinkedBlockingQueue<>();

        @Override
        public void handle(Call call) throws IOException {
            call.exchange().sendResponseHeaders(200, 0);
            OutputStream out = call.exchange().getResponseBody();
            out.flush();
            try {
                for (String event = events.take(); !event.equals(END); event = events.take()) {
                    if (event.equals(BREAK)) {
                        throw new IOException("broken on purpose");
                    }
                    out.write((event + "\n").getBytes(StandardCharsets.UTF_8));
                    out.flush();
                }
                call.exchange().close();
            } catch (InterruptedException e) {
                call.exchange().close();
            }
        }

        public void send(String type, String object) {
            events.add("{\"type\":\"" + type + "\",\"object\":" + object + "}");
        }

        public void sendRaw(String line) {
            events.add(line);
        }

        /** Ends the open watch as the API server does after its timeout. */
        public void end() {
            events.add(END);
        }

        /** Breaks the connection of the open watch. */
        public void breakConnection() {
            events.add(BREAK);
        }
    }
}
