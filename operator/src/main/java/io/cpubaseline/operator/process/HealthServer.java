package io.cpubaseline.operator.process;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/**
 * Answers /livez, /readyz and /metrics over plain HTTP; GET only. A client that sends half a request, or reads no answer, is cut off after
 * some seconds, so that it can't keep a thread from kubelet's probes.
 */
final class HealthServer implements AutoCloseable {

    /** Within this time a request must have been received. */
    private static final String REQUEST_SECONDS = "2";

    /** Within this time an answer must have been sent. */
    private static final String ANSWER_SECONDS = "10";

    private static final int THREADS = 4;

    private static final String TEXT = "text/plain; charset=utf-8";
    private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";

    private final HttpServer server;
    private final ExecutorService threads;

    private HealthServer(HttpServer server, ExecutorService threads) {
        this.server = server;
        this.threads = threads;
    }

    /**
     * Starts to answer.
     *
     * @param port the port; 0: any free one
     * @param notAlive why the process should be restarted, if it should
     * @param notReady why the operator isn't at work, if it isn't
     * @param metrics all metrics as text
     * @throws IOException if the port can't be used
     */
    static HealthServer start(
            int port,
            Supplier<Optional<String>> notAlive,
            Supplier<Optional<String>> notReady,
            Supplier<String> metrics)
            throws IOException {
        // The JDK's server has no other way to set them, and reads them when the first one of the process is created.
        System.setProperty("sun.net.httpserver.maxReqTime", REQUEST_SECONDS);
        System.setProperty("sun.net.httpserver.maxRspTime", ANSWER_SECONDS);
        HttpServer server = HttpServer.create(new InetSocketAddress(port), 16);
        ExecutorService threads = Executors.newFixedThreadPool(THREADS, task -> {
            Thread thread = new Thread(task, "health");
            thread.setDaemon(true);
            return thread;
        });
        server.setExecutor(threads);
        server.createContext("/livez", exchange -> answer(exchange, "/livez", notAlive));
        server.createContext("/readyz", exchange -> answer(exchange, "/readyz", notReady));
        server.createContext("/metrics", exchange -> {
            if (allowed(exchange, "/metrics")) {
                send(exchange, 200, PROMETHEUS, metrics.get());
            }
        });
        server.start();
        return new HealthServer(server, threads);
    }

    /** The port that it answers on. */
    int port() {
        return server.getAddress().getPort();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    private static void answer(HttpExchange exchange, String path, Supplier<Optional<String>> problem)
            throws IOException {
        if (allowed(exchange, path)) {
            Optional<String> found = problem.get();
            send(exchange, found.isPresent() ? 503 : 200, TEXT, found.orElse("ok") + "\n");
        }
    }

    private static boolean allowed(HttpExchange exchange, String path) throws IOException {
        if (!exchange.getRequestURI().getPath().equals(path)) {
            send(exchange, 404, TEXT, "not found\n");
            return false;
        }
        if (!exchange.getRequestMethod().equals("GET")) {
            exchange.getResponseHeaders().set("Allow", "GET");
            send(exchange, 405, TEXT, "only GET\n");
            return false;
        }
        return true;
    }

    private static void send(HttpExchange exchange, int code, String type, String text) throws IOException {
        try (exchange) {
            byte[] body = text.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", type);
            exchange.sendResponseHeaders(code, body.length);
            exchange.getResponseBody().write(body);
        }
    }
}
