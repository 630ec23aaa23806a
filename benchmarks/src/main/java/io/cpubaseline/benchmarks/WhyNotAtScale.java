package io.cpubaseline.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.GZIPOutputStream;

/**
 * Measures {@code why-not} by the launcher: many nodes like those of the home lab, with all their labels, of which one in a hundred can take the
 * virtual machine. The stand-in has its pages ready and compressed, as an API server sends them. Run by {@code benchmarks/why-not}.
 */
public final class WhyNotAtScale {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int PAGE = 500;
    private static final int RUNS = 9;
    private static final int ONE_IN = 100;
    private static final String RARE = "cpu-model.node.kubevirt.io/Rare";
    private static final String NOTHING = "{\"metadata\":{\"resourceVersion\":\"1\"},\"items\":[]}";
    private static final String MACHINE = """
            {"apiVersion":"kubevirt.io/v1","kind":"VirtualMachine","metadata":{"namespace":"shop","name":"db"},
             "spec":{"template":{"spec":{"domain":{"cpu":{"cores":2,"model":"Rare"},"memory":{"guest":"4Gi"}}}}}}""";

    private final List<byte[]> pages = new ArrayList<>();
    private final AtomicLong asked = new AtomicLong();
    private long bytes;

    private WhyNotAtScale() {}

    /**
     * Prints the time of the whole command, and that from the first request for nodes to its end: the median of nine runs, then each.
     *
     * @param arguments a file with Nodes, the launcher, and how many nodes to list
     * @throws IOException if a file can't be read or written
     * @throws InterruptedException if the measurement is stopped
     */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        WhyNotAtScale scale = new WhyNotAtScale();
        int count = Integer.parseInt(arguments[2]);
        scale.make(Path.of(arguments[0]), count);
        // Else each small answer would wait 40 ms for an acknowledgement, as no API server does.
        System.setProperty("sun.net.httpserver.nodelay", "true");
        ExecutorService threads = Executors.newCachedThreadPool();
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
        server.setExecutor(threads);
        server.createContext("/", scale::answer);
        server.start();
        Path kubeconfig = Files.createTempFile("kubeconfig", "");
        try {
            Files.writeString(kubeconfig, """
                    {"apiVersion":"v1","kind":"Config","current-context":"c",
                     "contexts":[{"name":"c","context":{"cluster":"c","user":"u"}}],"users":[{"name":"u","user":{"token":"none"}}],
                     "clusters":[{"name":"c","cluster":{"server":"http://127.0.0.1:%d"}}]}""".formatted(server.getAddress().getPort()));
            scale.measure(arguments[1], kubeconfig, count);
        } finally {
            Files.delete(kubeconfig);
            server.stop(0);
            threads.shutdownNow();
        }
    }

    private void make(Path file, int count) throws IOException {
        List<ObjectNode> kinds = new ArrayList<>();
        try (MappingIterator<JsonNode> documents =
                new YAMLMapper().readerFor(JsonNode.class).readValues(file.toFile())) {
            documents.forEachRemaining(document -> {
                if (document instanceof ObjectNode node) {
                    kinds.add(node);
                }
            });
        }
        for (int first = 0; first < count; first += PAGE) {
            int next = Math.min(first + PAGE, count);
            ObjectNode list = JSON.createObjectNode().put("kind", "NodeList").put("apiVersion", "v1");
            list.putObject("metadata")
                    .put("resourceVersion", "1")
                    .put("continue", next < count ? String.valueOf(next) : "");
            ArrayNode items = list.putArray("items");
            for (int i = first; i < next; i++) {
                items.add(node(kinds.get(i % kinds.size()).deepCopy(), i));
            }
            byte[] page = JSON.writeValueAsBytes(list);
            bytes += page.length;
            ByteArrayOutputStream compressed = new ByteArrayOutputStream();
            try (OutputStream stream = new GZIPOutputStream(compressed)) {
                stream.write(page);
            }
            pages.add(compressed.toByteArray());
        }
    }

    private static ObjectNode node(ObjectNode node, int number) {
        ObjectNode metadata = node.withObject("/metadata");
        metadata.put("name", "node-%05d".formatted(number));
        ObjectNode labels = metadata.withObject("/labels");
        labels.put("kubernetes.io/hostname", "node-%05d".formatted(number)).put("kubevirt.io/schedulable", "true");
        if (number % ONE_IN == 0) {
            labels.put(RARE, "true");
        }
        node.withObject("/status/allocatable").put("cpu", "64").put("memory", "256Gi");
        return node;
    }

    private void measure(String launcher, Path kubeconfig, int count) throws IOException, InterruptedException {
        List<Long> whole = new ArrayList<>();
        List<Long> answer = new ArrayList<>();
        for (int run = 0; run < RUNS; run++) {
            asked.set(0);
            long begin = System.nanoTime();
            Process process = new ProcessBuilder(launcher, "why-not", "--kubeconfig=" + kubeconfig, "-n", "shop", "db")
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            int code = process.waitFor();
            if (code != 0) {
                throw new IllegalStateException("why-not ended with " + code);
            }
            long end = System.nanoTime();
            whole.add((end - begin) / 1_000_000);
            answer.add((end - asked.get()) / 1_000_000);
        }
        System.out.printf("%,d nodes, %,d MB of JSON, milliseconds%n", count, bytes / 1_000_000);
        System.out.printf("whole command: median %d of %s%n", median(whole), whole);
        System.out.printf("from the first request for nodes: median %d of %s%n", median(answer), answer);
    }

    private static long median(List<Long> times) {
        return times.stream().sorted().skip(times.size() / 2).findFirst().orElseThrow();
    }

    private void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        if (path.equals("/api/v1/nodes")) {
            asked.compareAndSet(0, System.nanoTime());
            String query = exchange.getRequestURI().getQuery();
            int next = query.indexOf("continue=");
            int first = next < 0 ? 0 : Integer.parseInt(query.substring(next + "continue=".length()));
            exchange.getResponseHeaders().set("Content-Encoding", "gzip");
            send(exchange, 200, pages.get(first / PAGE));
        } else if (path.endsWith("/virtualmachines/db")) {
            send(exchange, 200, MACHINE.getBytes(StandardCharsets.UTF_8));
        } else if (path.endsWith("/pods") || path.endsWith("/kubevirts")) {
            send(exchange, 200, NOTHING.getBytes(StandardCharsets.UTF_8));
        } else {
            send(exchange, 404, "{}".getBytes(StandardCharsets.UTF_8));
        }
    }

    private static void send(HttpExchange exchange, int code, byte[] body) throws IOException {
        try (exchange) {
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(code, body.length);
            exchange.getResponseBody().write(body);
        }
    }
}
