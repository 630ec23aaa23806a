package io.cpubaseline.operator.process;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.cpubaseline.operator.kube.Json;
import io.cpubaseline.operator.logging.LogFormat;
import io.cpubaseline.operator.options.PrometheusOptions;
import io.cpubaseline.operator.options.RunOptions;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/**
 * The operator for a moment, against a stand-in that says what an API server would say: it adopts a baseline and writes a virtual machine.
 * Done once when the class archive is recorded, so that the real operator starts in a fraction of the time.
 */
public final class Rehearsal implements AutoCloseable {

    private static final String PASSWORD = "rehearsal";
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String BASELINES = "/apis/cpubaseline.io/v1alpha1/clustercpubaselines";
    private static final String MACHINES = "/apis/kubevirt.io/v1/virtualmachines";
    private static final String MACHINE = "/apis/kubevirt.io/v1/namespaces/default/virtualmachines/guest";

    private final HttpsServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final CountDownLatch written = new CountDownLatch(1);
    private final CountDownLatch end = new CountDownLatch(1);
    private final ArrayNode nodes = Json.MAPPER.createArrayNode();
    private final ObjectNode baseline;
    private final ObjectNode machine;

    private Rehearsal(Path fleet, SSLContext tls) throws IOException {
        try (MappingIterator<JsonNode> documents =
                new YAMLMapper().readerFor(JsonNode.class).readValues(fleet.toFile())) {
            while (documents.hasNext()) {
                JsonNode document = documents.next();
                if (document.path("kind").asText().equals("Node")) {
                    nodes.add(document);
                }
            }
        }
        baseline = object("""
                {"apiVersion":"cpubaseline.io/v1alpha1","kind":"ClusterCpuBaseline",
                 "metadata":{"name":"rehearsal","uid":"1","resourceVersion":"1","generation":1},
                 "spec":{"vendors":"Mixed","changes":{"lower":{"stabilizationSeconds":0}},
                  "virtualMachines":{"mode":"Patch","namespaceSelector":{},"selector":{}}}}""");
        machine = object("""
                {"apiVersion":"kubevirt.io/v1","kind":"VirtualMachine",
                 "metadata":{"name":"guest","namespace":"default","uid":"2","resourceVersion":"1","generation":1},
                 "spec":{"template":{"spec":{"architecture":"amd64","domain":{"cpu":{"cores":1}}}}}}""");
        server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
        server.setHttpsConfigurator(new HttpsConfigurator(tls));
        server.setExecutor(threads);
        server.createContext("/", this::answer);
        server.start();
    }

    /** What is rehearsed beside the operator. */
    @FunctionalInterface
    public interface Command {

        /** Runs a command against the stand-in, whose only virtual machine is {@code guest} in the namespace {@code default}. */
        void run(Path kubeconfig);
    }

    /**
     * Runs the operator until it has written a virtual machine, then a command.
     *
     * @param fleet a file with the nodes
     * @param work an empty directory
     * @throws IOException if something fails
     * @throws IllegalStateException if the operator doesn't do its work
     */
    public static void play(Path fleet, Path work, Command command)
            throws IOException, InterruptedException, GeneralSecurityException {
        Path keys = work.resolve("keys.p12");
        Path certificate = work.resolve("certificate.pem");
        String[] keyPair = {"-genkeypair", "-alias", "a", "-keyalg", "EC", "-groupname", "secp256r1"};
        String[] named = {"-dname", "CN=127.0.0.1", "-ext", "san=ip:127.0.0.1", "-validity", "2"};
        keytool(keys, Stream.concat(Stream.of(keyPair), Stream.of(named)).toArray(String[]::new));
        keytool(keys, "-exportcert", "-rfc", "-alias", "a", "-file", certificate.toString());
        Path kubeconfig = work.resolve("kubeconfig");
        try (Rehearsal stage = new Rehearsal(fleet, tls(keys))) {
            Files.writeString(
                    kubeconfig, """
                    {"apiVersion":"v1","kind":"Config","current-context":"c",
                     "contexts":[{"name":"c","context":{"cluster":"c","user":"u"}}],
                     "users":[{"name":"u","user":{"token":"none"}}],
                     "clusters":[{"name":"c","cluster":{"server":"https://127.0.0.1:%d","certificate-authority":"%s"}}]}""".formatted(stage.server.getAddress().getPort(), certificate));
            LogFormat.text.use();
            Duration moment = Duration.ofMillis(100);
            RunOptions options = new RunOptions(
                    0,
                    true,
                    "default",
                    "rehearsal",
                    true,
                    Set.of(),
                    false,
                    false,
                    PrometheusOptions.NONE,
                    "",
                    "",
                    Duration.ZERO,
                    moment,
                    moment,
                    moment,
                    moment,
                    moment,
                    moment,
                    moment,
                    moment,
                    moment,
                    moment,
                    PATIENCE,
                    PATIENCE,
                    PATIENCE,
                    moment,
                    PATIENCE,
                    moment);
            try (OperatorProcess process = OperatorMain.process(options, kubeconfig, () -> {})) {
                process.start();
                if (!stage.written.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                    throw new IllegalStateException("the operator has written no virtual machine");
                }
                try (InputStream metrics = new URL("http://127.0.0.1:" + process.port() + "/metrics").openStream()) {
                    var unused = metrics.readAllBytes();
                }
                stage.end.countDown();
            }
            command.run(kubeconfig);
        }
    }

    private static void keytool(Path store, String... arguments) throws IOException, InterruptedException {
        List<String> words = new ArrayList<>();
        words.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        words.addAll(List.of(arguments));
        words.addAll(List.of("-storetype", "PKCS12", "-keystore", store.toString(), "-storepass", PASSWORD));
        int code = new ProcessBuilder(words).inheritIO().start().waitFor();
        if (code != 0) {
            throw new IllegalStateException("keytool failed");
        }
    }

    private static SSLContext tls(Path keys) throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance(keys.toFile(), PASSWORD.toCharArray());
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(store, PASSWORD.toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        return context;
    }

    private static ObjectNode object(String text) throws IOException {
        return (ObjectNode) Json.MAPPER.readTree(text);
    }

    private void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        String query = String.valueOf(exchange.getRequestURI().getQuery());
        byte[] body = exchange.getRequestBody().readAllBytes();
        if ("websocket".equalsIgnoreCase(exchange.getRequestHeaders().getFirst("Upgrade"))) {
            // Without WebSockets the client takes to plain watches.
            send(exchange, 200, "");
        } else if (query.contains("watch=true")) {
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().flush();
            awaitEnd();
            exchange.close();
        } else if (exchange.getRequestMethod().equals("GET")) {
            get(exchange, path);
        } else {
            write(exchange, path, body);
        }
    }

    private void awaitEnd() {
        try {
            end.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void get(HttpExchange exchange, String path) throws IOException {
        switch (path) {
            case "/api/v1/nodes" -> send(exchange, 200, list(nodes));
            case "/api/v1/namespaces" ->
                send(
                        exchange,
                        200,
                        list(Json.MAPPER.createArrayNode().add(object("{\"metadata\":{\"name\":\"default\"}}"))));
            case BASELINES ->
                send(exchange, 200, list(Json.MAPPER.createArrayNode().add(baseline)));
            case BASELINES + "/rehearsal" -> send(exchange, 200, baseline.toString());
            case MACHINES ->
                send(exchange, 200, list(Json.MAPPER.createArrayNode().add(machine)));
            case "/apis/kubevirt.io/v1/virtualmachineinstances", "/apis/kubevirt.io/v1/kubevirts", "/api/v1/pods" ->
                send(exchange, 200, list(Json.MAPPER.createArrayNode()));
            case MACHINE -> send(exchange, 200, machine.toString());
            default -> send(exchange, 404, "404 page not found");
        }
    }

    private void write(HttpExchange exchange, String path, byte[] body) throws IOException {
        JsonNode written = Json.MAPPER.readTree(body);
        if (path.startsWith(BASELINES)) {
            baseline.set("status", written.path("status"));
            baseline.withObject("/metadata").put("resourceVersion", "2");
            send(exchange, 200, baseline.toString());
        } else if (path.contains("/virtualmachines/")) {
            send(exchange, 200, machine.toString());
            this.written.countDown();
        } else {
            send(exchange, 201, written.toString());
        }
    }

    private static String list(ArrayNode items) {
        ObjectNode list = Json.MAPPER.createObjectNode();
        list.put("apiVersion", "v1").put("kind", "List");
        list.putObject("metadata").put("resourceVersion", "1");
        list.set("items", items);
        return list.toString();
    }

    private static void send(HttpExchange exchange, int code, String text) throws IOException {
        try (exchange) {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(code, bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }

    @Override
    public void close() {
        end.countDown();
        server.stop(0);
        threads.shutdownNow();
    }
}
