package io.cpubaseline.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.cpubaseline.lab.Lab;
import io.cpubaseline.lab.objects.NodeManifests;
import io.cpubaseline.lab.use.Chart;
import io.cpubaseline.lab.use.Operator;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.nio.file.Path;
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
 * A lab with many nodes, copies of the home lab's, and many virtual machines that don't run; one baseline over all of them, or several that have
 * a part of the virtual machines each, and all nodes.
 */
final class BigCluster implements AutoCloseable {

    private static final String API_VERSION = "cpubaseline.io/v1alpha1";
    private static final String KIND = "ClusterCpuBaseline";

    private static final String BASELINE = """
            ---
            apiVersion: cpubaseline.io/v1alpha1
            kind: ClusterCpuBaseline
            metadata:
              name: %s
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
                selector: %s
                mode: Patch
                rollout: {maxUnproven: 100%%, maxPerMinute: 0}
            """;

    private final Lab lab;
    private final int nodes;
    private final int machines;
    private final int baselines;
    private final ObjectMapper json = new ObjectMapper();
    private final ExecutorService workers = Executors.newFixedThreadPool(8);

    BigCluster(Lab lab, int nodes, int machines, int baselines) {
        this.lab = lab;
        this.nodes = nodes;
        this.machines = machines;
        this.baselines = baselines;
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

    int baselines() {
        return baselines;
    }

    /** What is measured of one build. */
    @FunctionalInterface
    interface Measurement {

        /**
         * Measures.
         *
         * @param started when its process was started, by {@link System#nanoTime()}
         */
        void of(Operator operator, String checkout, long started) throws Exception;
    }

    /**
     * Measures the builds of these checkouts one after the other, each on virtual machines that nobody has written yet; the last one's stay.
     *
     * @param options further ones of {@code cpu-baseline run}
     */
    void measure(List<String> checkouts, Measurement measurement, String... options) throws Exception {
        createNodes();
        Path kubeconfig =
                Chart.install(lab, Map.of("virtualMachines.write", "true", "restartCampaigns.enabled", "true"));
        for (int i = 0; i < checkouts.size(); i++) {
            if (i > 0 && machines > 0) {
                deleteMachines();
            }
            createMachines();
            createBaselines();
            String checkout = checkouts.get(i);
            say("starting the operator of " + checkout);
            long started = System.nanoTime();
            List<String> all = new ArrayList<>(
                    List.of("--kubeconfig=" + kubeconfig, "--evidence-grace=0s", "--count-write-interval=2s"));
            all.addAll(List.of(options));
            try (Operator operator = Operator.startBuild(
                    Path.of(checkout, "operator"), "operator-0", lab, Map.of(), all.toArray(String[]::new))) {
                measurement.of(operator, checkout, started);
            }
            deleteBaselines();
        }
    }

    private void createNodes() throws InterruptedException, ExecutionException {
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

    private void createMachines() throws InterruptedException, ExecutionException {
        if (machines > 0) {
            say("creating " + machines + " virtual machines");
            all(machines, i -> () -> machine(i));
        }
    }

    private void deleteMachines() {
        say("deleting the virtual machines");
        lab.client()
                .genericKubernetesResources("kubevirt.io/v1", "VirtualMachineInstance")
                .inNamespace("default")
                .delete();
        lab.client()
                .genericKubernetesResources("kubevirt.io/v1", "VirtualMachine")
                .inNamespace("default")
                .delete();
    }

    private void createBaselines() {
        StringBuilder all = new StringBuilder();
        for (int i = 0; i < baselines; i++) {
            String selector = baselines == 1 ? "{}" : "{matchLabels: {part: \"%d\"}}".formatted(i);
            all.append(BASELINE.formatted(name(i), machines > 0 ? MACHINES.formatted(selector) : ""));
        }
        lab.apply(all.toString());
    }

    private void deleteBaselines() {
        lab.client().genericKubernetesResources(API_VERSION, KIND).delete();
    }

    private static String name(int baseline) {
        return "scale-" + baseline;
    }

    /** Waits for the first status of each baseline; returns the milliseconds since {@code started}, a time of {@link System#nanoTime}. */
    long awaitPinned(long started) {
        for (int i = 0; i < baselines; i++) {
            await(
                    name(i),
                    status -> !status.path("pinned").path("revision").asText().isEmpty());
        }
        return (System.nanoTime() - started) / 1_000_000;
    }

    /** Waits until everything is written; returns the milliseconds since {@code started}, a time of {@link System#nanoTime}. */
    long awaitWritten(long started) {
        for (int i = 0; i < baselines; i++) {
            int part = machines / baselines + (i < machines % baselines ? 1 : 0);
            await(
                    name(i),
                    status -> status.path("virtualMachines").path("applied").asInt() == part);
        }
        return (System.nanoTime() - started) / 1_000_000;
    }

    /** Changes a label in the template of one virtual machine, which every decision about it looks at. */
    void changeMachine(int number, int to) {
        lab.client()
                .genericKubernetesResources("kubevirt.io/v1", "VirtualMachine")
                .inNamespace("default")
                .withName("vm-%06d".formatted(number))
                .patch(
                        PatchContext.of(PatchType.JSON_MERGE),
                        "{\"spec\":{\"template\":{\"metadata\":{\"labels\":{\"change\":\"%d\"}}}}}".formatted(to));
    }

    /** Changes a label of one node that nobody selects by. */
    void changeNode(int number, int to) {
        lab.client()
                .nodes()
                .withName("node-%06d".formatted(number))
                .patch(
                        PatchContext.of(PatchType.JSON_MERGE),
                        "{\"metadata\":{\"labels\":{\"example.org/change\":\"%d\"}}}".formatted(to));
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

    /** A virtual machine that does not run, by its number and the part of them that it belongs to. */
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
                metadata:
                  labels:
                    part: "%d"
                spec:
                  domain:
                    cpu:
                      cores: 2
                    memory:
                      guest: 4Gi
                    devices: {}
            """;

    private void machine(int number) {
        lab.apply(MACHINE.formatted(number, number % baselines));
    }

    /**
     * An instance of each virtual machine, which runs with another CPU than any baseline's. Only without KubeVirt's programs: they let nobody do that,
     * and would start and end instances themselves.
     */
    void run() throws InterruptedException, ExecutionException {
        say("creating " + machines + " instances");
        all(machines, i -> () -> instance("vm-%06d".formatted(i), i % nodes));
    }

    private void instance(String name, int node) {
        String owner = lab.client()
                .genericKubernetesResources("kubevirt.io/v1", "VirtualMachine")
                .inNamespace("default")
                .withName(name)
                .require()
                .getMetadata()
                .getUid();
        GenericKubernetesResource instance = Serialization.unmarshal(
                INSTANCE.formatted(name, owner, node, Instant.now()), GenericKubernetesResource.class);
        lab.client().resource(instance).create();
    }

    private static final String INSTANCE = """
            apiVersion: kubevirt.io/v1
            kind: VirtualMachineInstance
            metadata:
              name: %1$s
              namespace: default
              ownerReferences:
                - {apiVersion: kubevirt.io/v1, kind: VirtualMachine, name: %1$s, uid: %2$s, controller: true}
            spec:
              domain:
                cpu: {cores: 2, model: host-model}
                memory: {guest: 4Gi}
                devices: {}
            status:
              phase: Running
              nodeName: node-%3$06d
              phaseTransitionTimestamps:
                - {phase: Running, phaseTransitionTimestamp: "%4$s"}
              conditions:
                - {type: Ready, status: "True", lastTransitionTime: "%4$s"}
                - {type: LiveMigratable, status: "True", lastTransitionTime: "%4$s"}
            """;

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
    private void await(String baseline, Predicate<JsonNode> wanted) {
        lab.client()
                .genericKubernetesResources(API_VERSION, KIND)
                .withName(baseline)
                .waitUntilCondition(
                        seen -> seen != null
                                && wanted.test(json.valueToTree(seen).path("status")),
                        30,
                        TimeUnit.MINUTES);
    }
}
