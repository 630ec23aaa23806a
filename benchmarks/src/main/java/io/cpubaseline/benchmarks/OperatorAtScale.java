package io.cpubaseline.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.cpubaseline.lab.Lab;
import io.cpubaseline.lab.LabOptions;
import io.cpubaseline.lab.objects.AuditLog;
import io.cpubaseline.lab.objects.NodeManifests;
import io.cpubaseline.lab.use.Chart;
import io.cpubaseline.lab.use.Operator;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import java.util.function.Predicate;

/**
 * Measures the packaged operator against a real API server: time from the start of its process to the first status, memory, what it writes
 * while nothing changes, and what heartbeats of all nodes cost it. Prints a table in Markdown.
 */
public final class OperatorAtScale {

    private static final Duration IDLE = Duration.ofSeconds(60);
    /** Counts and events may follow a status. */
    private static final Duration SETTLING = Duration.ofSeconds(5);

    private static final long TICKS_PER_SECOND = 100;

    private final Lab lab;
    private final int nodes;
    private final int machines;
    private final ObjectMapper json = new ObjectMapper();
    private final ExecutorService workers = Executors.newFixedThreadPool(8);

    private OperatorAtScale(Lab lab, int nodes, int machines) {
        this.lab = lab;
        this.nodes = nodes;
        this.machines = machines;
    }

    /** Arguments: how many nodes (5000), how many virtual machines (0). */
    public static void main(String[] arguments) throws Exception {
        int nodes = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 5_000;
        int machines = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 0;
        try (Lab lab = Lab.start(LabOptions.apiServer())) {
            new OperatorAtScale(lab, nodes, machines).run();
        }
        System.exit(0);
    }

    private void run() throws Exception {
        say("creating " + nodes + " nodes");
        List<Node> samples = NodeManifests.homelab().nodes();
        lab.apply(NodeManifests.homelab().withoutNodeFeatures());
        List<Node> complete = lab.client().nodes().list().getItems();
        all(nodes, i -> () -> create(lab.client(), copy(complete.get(i % samples.size()), i)));
        if (machines > 0) {
            say("creating " + machines + " virtual machines");
            all(machines, i -> () -> machine(i));
        }
        Path kubeconfig = Chart.install(lab, Map.of("virtualMachines.write", "true"));
        lab.apply(BASELINE.formatted(machines > 0 ? MACHINES : ""));

        say("starting the operator");
        long started = System.nanoTime();
        try (Operator operator = Operator.start(lab, kubeconfig, "--evidence-grace=0s", "--count-write-interval=2s")) {
            long firstStatus = awaitPinned(started);
            long written = machines > 0 ? awaitWritten(started) : 0;
            long settled = residentMegabytes(operator, "VmRSS");
            Thread.sleep(SETTLING.toMillis());
            say("idle for " + IDLE.toSeconds() + " s");
            AuditLog.Mark idleFrom = lab.auditLog().mark();
            long ticksBefore = cpuTicks(operator);
            // What is measured is that nothing happens: there is no event to wait for.
            Thread.sleep(IDLE.toMillis());
            long idleTicks = cpuTicks(operator) - ticksBefore;
            long idleWrites = writes(idleFrom);
            say("heartbeats of all nodes, for about a minute");
            ticksBefore = cpuTicks(operator);
            long beating = System.nanoTime();
            all(nodes, i -> () -> heartbeat("node-%06d".formatted(i)));
            double beatSeconds = (System.nanoTime() - beating) / 1e9;
            long beatTicks = cpuTicks(operator) - ticksBefore;

            System.out.println();
            System.out.println("| what | value |");
            System.out.println("|---|---|");
            row("nodes, virtual machines", nodes + ", " + machines);
            row("start of the process to the first status", firstStatus + " ms");
            if (machines > 0) {
                row("start of the process to the last virtual machine written", written + " ms");
            }
            row("resident memory after that", settled + " MB");
            row(
                    "resident memory at the end, peak",
                    residentMegabytes(operator, "VmRSS") + " MB, " + residentMegabytes(operator, "VmHWM") + " MB");
            row(
                    "writes in " + IDLE.toSeconds() + " s in which nothing changed, leases excepted",
                    String.valueOf(idleWrites));
            row("CPU while nothing changed", percent(idleTicks, IDLE.toMillis() / 1e3));
            row("heartbeats", "%d in %.0f s, %.0f a second".formatted(nodes, beatSeconds, nodes / beatSeconds));
            row("CPU while nodes sent heartbeats", percent(beatTicks, beatSeconds) + " of one core");
        }
        workers.shutdownNow();
    }

    private static final String BASELINE = """
            apiVersion: cpubaseline.io/v1alpha1
            kind: ClusterCpuBaseline
            metadata:
              name: scale
            spec:
              vendors: Mixed
              changes:
                lower:
                  stabilizationSeconds: 0
            %s
            """;

    private static final String MACHINES = """
              virtualMachines:
                namespaceSelector: {}
                selector: {}
                mode: Patch
            """;

    private static Node copy(Node sample, int number) {
        return new NodeBuilder(sample)
                .editMetadata()
                .withName("node-%06d".formatted(number))
                .withUid(null)
                .withResourceVersion(null)
                .withManagedFields()
                .endMetadata()
                .build();
    }

    private static void create(KubernetesClient client, Node node) {
        client.nodes().resource(node).create();
    }

    private void machine(int number) {
        lab.apply("""
                apiVersion: kubevirt.io/v1
                kind: VirtualMachine
                metadata:
                  name: vm-%06d
                  namespace: default
                spec:
                  runStrategy: Halted
                  template:
                    spec:
                      domain:
                        cpu:
                          cores: 2
                        memory:
                          guest: 4Gi
                        devices: {}
                """.formatted(number));
    }

    private void heartbeat(String node) {
        lab.client()
                .nodes()
                .withName(node)
                .patch(
                        PatchContext.of(PatchType.JSON_MERGE),
                        "{\"metadata\":{\"annotations\":{\"kubevirt.io/heartbeat\":\"%s\"}}}".formatted(Instant.now()));
    }

    private void all(int count, IntFunction<Runnable> work) throws InterruptedException, ExecutionException {
        List<Future<?>> futures = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            futures.add(workers.submit(work.apply(i)));
        }
        for (Future<?> future : futures) {
            future.get();
        }
    }

    private long awaitPinned(long started) {
        return await(
                started,
                status -> !status.path("pinned").path("revision").asText().isEmpty());
    }

    private long awaitWritten(long started) {
        return await(
                started,
                status -> status.path("virtualMachines").path("applied").asInt() == machines);
    }

    /** By a watch: to poll with programs of their own would take a core from the operator while it starts. */
    private long await(long started, Predicate<JsonNode> wanted) {
        lab.client()
                .genericKubernetesResources("cpubaseline.io/v1alpha1", "ClusterCpuBaseline")
                .withName("scale")
                .waitUntilCondition(
                        baseline -> baseline != null
                                && wanted.test(json.valueToTree(baseline).path("status")),
                        10,
                        TimeUnit.MINUTES);
        return (System.nanoTime() - started) / 1_000_000;
    }

    private long writes(AuditLog.Mark from) {
        return lab.auditLog().since(from).stream()
                .filter(event -> event.isBy(Chart.NAMESPACE, Chart.RELEASE) && event.isWrite() && !event.isOn("leases"))
                .count();
    }

    private static long residentMegabytes(Operator operator, String field) throws IOException {
        return Files.readAllLines(Path.of("/proc/" + operator.pid() + "/status")).stream()
                .filter(line -> line.startsWith(field + ":"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
                .findFirst()
                .orElse(0);
    }

    private static long cpuTicks(Operator operator) throws IOException {
        String stat = Files.readString(Path.of("/proc/" + operator.pid() + "/stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
    }

    private static String percent(long ticks, double seconds) {
        return "%.1f %%".formatted(100.0 * ticks / TICKS_PER_SECOND / seconds);
    }

    private static void row(String what, String value) {
        System.out.println("| " + what + " | " + value + " |");
    }

    private static void say(String text) {
        System.err.println(Instant.now() + " " + text);
    }
}
