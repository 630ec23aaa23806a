package io.cpubaseline.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.cpubaseline.lab.Lab;
import io.cpubaseline.lab.objects.NodeManifests;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import java.util.function.Predicate;

/** A lab with many nodes, copies of the home lab's, and many virtual machines that don't run; one baseline over all of them. */
final class BigCluster implements AutoCloseable {

    private static final String API_VERSION = "cpubaseline.io/v1alpha1";
    private static final String KIND = "ClusterCpuBaseline";
    private static final String NAME = "scale";

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
                rollout: {maxUnproven: 100%, maxPerMinute: 0}
            """;

    private final Lab lab;
    private final int nodes;
    private final int machines;
    private final ObjectMapper json = new ObjectMapper();
    private final ExecutorService workers = Executors.newFixedThreadPool(8);

    BigCluster(Lab lab, int nodes, int machines) {
        this.lab = lab;
        this.nodes = nodes;
        this.machines = machines;
    }

    static void say(String text) {
        System.err.println(Instant.now() + " " + text);
    }

    int nodes() {
        return nodes;
    }

    int machines() {
        return machines;
    }

    void createNodes() throws InterruptedException, ExecutionException {
        say("creating " + nodes + " nodes");
        List<Node> samples = NodeManifests.homelab().nodes();
        lab.apply(NodeManifests.homelab().withoutNodeFeatures());
        List<Node> complete = lab.client().nodes().list().getItems();
        all(
                nodes,
                i -> () -> lab.client()
                        .nodes()
                        .resource(copy(complete.get(i % samples.size()), i))
                        .create());
    }

    void createMachines() throws InterruptedException, ExecutionException {
        if (machines > 0) {
            say("creating " + machines + " virtual machines");
            all(machines, i -> () -> machine(i));
        }
    }

    void deleteMachines() {
        say("deleting the virtual machines");
        lab.client()
                .genericKubernetesResources("kubevirt.io/v1", "VirtualMachine")
                .inNamespace("default")
                .delete();
    }

    void createBaseline() {
        lab.apply(BASELINE.formatted(machines > 0 ? MACHINES : ""));
    }

    void deleteBaseline() {
        lab.client()
                .genericKubernetesResources(API_VERSION, KIND)
                .withName(NAME)
                .delete();
    }

    /** Waits for the first status; returns the milliseconds since {@code started}, a time of {@link System#nanoTime}. */
    long awaitPinned(long started) {
        return await(
                started,
                status -> !status.path("pinned").path("revision").asText().isEmpty());
    }

    /** Waits until everything is written; returns the milliseconds since {@code started}, a time of {@link System#nanoTime}. */
    long awaitWritten(long started) {
        return await(
                started,
                status -> status.path("virtualMachines").path("applied").asInt() == machines);
    }

    /** A heartbeat of each of so many nodes, as fast as the API server takes them; returns how many seconds that took. */
    double heartbeats(int count) throws InterruptedException, ExecutionException {
        say("heartbeats of " + count + " nodes");
        long started = System.nanoTime();
        all(count, i -> () -> heartbeat("node-%06d".formatted(i)));
        return (System.nanoTime() - started) / 1e9;
    }

    @Override
    public void close() {
        workers.shutdownNow();
    }

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

    /** A virtual machine that does not run, by its number. */
    static final String MACHINE = """
            ---
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
            """;

    private void machine(int number) {
        lab.apply(MACHINE.formatted(number));
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

    /** By a watch: to poll with programs of their own would take a core from the operator while it starts. */
    private long await(long started, Predicate<JsonNode> wanted) {
        lab.client()
                .genericKubernetesResources(API_VERSION, KIND)
                .withName(NAME)
                .waitUntilCondition(
                        baseline -> baseline != null
                                && wanted.test(json.valueToTree(baseline).path("status")),
                        10,
                        TimeUnit.MINUTES);
        return (System.nanoTime() - started) / 1_000_000;
    }
}
