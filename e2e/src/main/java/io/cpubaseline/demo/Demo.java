package io.cpubaseline.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.cpubaseline.lab.Chart;
import io.cpubaseline.lab.Lab;
import io.cpubaseline.lab.LabException;
import io.cpubaseline.lab.LabOptions;
import io.cpubaseline.lab.NodeManifests;
import io.cpubaseline.lab.Operator;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * The main job, end to end, with each step shown by kubectl. It checks what it shows: the exit code is 0 only if everything is right, 1 if not,
 * 2 for wrong arguments.
 */
public final class Demo {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final List<String> LEVEL_FEATURES = List.of("abm", "avx2", "bmi1", "bmi2", "fma", "movbe");
    private static final String[] FAST = {"--evidence-grace=2s", "--count-write-interval=1s"};

    private final Lab lab;
    private final ObjectMapper json = new ObjectMapper();
    private final List<String> wrong = new ArrayList<>();

    private Demo(Lab lab) {
        this.lab = lab;
    }

    /** Runs it; with {@code --once} it ends by itself, otherwise the cluster stays until Ctrl-C. */
    public static void main(String[] arguments) throws Exception {
        boolean once = List.of(arguments).equals(List.of("--once"));
        if (arguments.length > 0 && !once) {
            System.err.println("usage: demo [--once]");
            System.exit(2);
        }
        int exitCode;
        try (Lab lab = Lab.start(LabOptions.apiServer())) {
            exitCode = new Demo(lab).run(once);
        } catch (LabException | IllegalStateException e) {
            System.err.println("demo: " + e.getMessage());
            exitCode = 1;
        }
        System.exit(exitCode);
    }

    private int run(boolean once) throws InterruptedException {
        step("Seven different nodes: five Intel, two AMD, as node-feature-discovery and KubeVirt label them");
        lab.apply(NodeManifests.homelab());
        kubectl("get", "nodes", "-L", "feature.node.kubernetes.io/cpu-model.vendor_id");

        step("The operator, with the permissions of the chart's service account");
        Path kubeconfig = Chart.install(lab, Map.of("virtualMachines.write", "true"));
        try (Operator operator = Operator.startReady(lab, kubeconfig, FAST)) {
            kubectl("get", "serviceaccounts,deployments", "-n", Chart.NAMESPACE);
            oneVendorAtATime();
            bothVendors();
            virtualMachines();
            explanation();
            verdict();
            if (!once) {
                stayUp(operator);
            }
        }
        return wrong.isEmpty() ? 0 : 1;
    }

    private void oneVendorAtATime() {
        step(
                "A baseline for all nodes. KubeVirt migrates within a CPU vendor only, so by default there is none over two vendors");
        apply("baseline-single.yaml");
        JsonNode status = await("VendorsMixed", node -> reason(node, "Ready").equals("VendorsMixed"));
        kubectl("get", "ccb");
        say(condition(status, "Ready").path("message").asText());
        say("");
        say("What each vendor could have alone:");
        kubectl(
                "get",
                "ccb",
                "homelab",
                "-o",
                "jsonpath={range .status.vendorBaselines[*]}{.vendor}: {.nodes} nodes, {.abiLevel}, {.cpuModel} with {.requiredFeatures[*].name}{\"\\n\"}{end}");
        check(
                "the baseline over two vendors is refused by default",
                status.path("pinned").isMissingNode());
        check(
                "what AMD and Intel could have alone is shown",
                status.path("vendorBaselines").size() == 2);
    }

    private void bothVendors() {
        step("The same with vendors: Mixed, and mode: Patch for virtual machines");
        apply("virtual-machines.yaml");
        apply("baseline-mixed.yaml");
        JsonNode status = await(
                "a pinned baseline",
                node -> !node.path("pinned").isMissingNode()
                        && reason(node, "Ready").equals("Pinned"));
        kubectl("get", "ccb");
        kubectl("get", "ccb", "homelab", "-o", "jsonpath={.status.pinned}");
        say("");
        JsonNode pinned = status.path("pinned");
        check("the level is x86-64-v3", pinned.path("abiLevel").asText().equals("x86-64-v3"));
        check("the model is IvyBridge-IBRS", pinned.path("cpuModel").asText().equals("IvyBridge-IBRS"));
        check(
                "the level's features are required",
                names(pinned.path("requiredFeatures"), "Level").equals(LEVEL_FEATURES));
        check(
                "the profile's features are required",
                !names(pinned.path("requiredFeatures"), "Performance").isEmpty());
        check(
                "all seven nodes can take it",
                status.path("nodes").path("schedulable").asInt() == 7);
    }

    private void virtualMachines() {
        step("Two virtual machines of 2 vCPU and 4 GiB, patched by server-side apply");
        JsonNode status = await(
                "two patched virtual machines",
                node -> node.path("virtualMachines").path("applied").asInt() == 2);
        kubectl(
                "get",
                "vm",
                "-o",
                "custom-columns=NAME:.metadata.name,CORES:.spec.template.spec.domain.cpu.cores,MODEL:.spec.template.spec.domain.cpu.model,FEATURES:.spec.template.spec.domain.cpu.features[*].name");
        kubectl(
                "get",
                "vm",
                "web",
                "--show-managed-fields",
                "-o",
                "jsonpath={range .metadata.managedFields[?(@.operation==\"Apply\")]}{.manager} owns {.fieldsV1}{\"\\n\"}{end}");
        check(
                "two virtual machines are patched",
                status.path("virtualMachines").path("selected").asInt() == 2);
        for (String name : List.of("web", "db")) {
            JsonNode cpu = read("vm", name).at("/spec/template/spec/domain/cpu");
            check(
                    name + " has the model and keeps its cores",
                    cpu.path("model").asText().equals("IvyBridge-IBRS")
                            && cpu.path("cores").asInt() == 2);
        }
    }

    private void explanation() {
        step("Who limits what");
        kubectl("get", "ccb", "homelab", "-o", "jsonpath={range .status.limits[*]}{.message}{\"\\n\"}{end}");
        say("Without a class of nodes the others could have:");
        kubectl(
                "get",
                "ccb",
                "homelab",
                "-o",
                "jsonpath={range .status.cpuClasses[*]}without {.examples[*]}: {.without.abiLevel} on {.without.cpuModel}{\"\\n\"}{end}");
        JsonNode status = read("ccb", "homelab").path("status");
        check("the limits are named", !status.path("limits").isEmpty());
        check("the classes are listed", !status.path("cpuClasses").isEmpty());
    }

    private void verdict() {
        step(wrong.isEmpty() ? "Everything shown was checked and is right" : "NOT right:");
        wrong.forEach(Demo::say);
    }

    private void stayUp(Operator operator) throws InterruptedException {
        say("The cluster stays up until Ctrl-C. In another terminal:");
        say("");
        say("  export KUBECONFIG=" + lab.kubeconfig());
        say("  " + lab.kubectl().program() + " explain ccb.spec");
        say("  " + lab.kubectl().program() + " get ccb homelab -o yaml");
        CountDownLatch interrupted = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(interrupted::countDown, "demo-end"));
        while (operator.isRunning() && !interrupted.await(1, TimeUnit.SECONDS)) {
            // until Ctrl-C
        }
    }

    private static List<String> names(JsonNode features, String purpose) {
        List<String> names = new ArrayList<>();
        features.forEach(feature -> {
            if (feature.path("purpose").asText().equals(purpose)) {
                names.add(feature.path("name").asText());
            }
        });
        return names;
    }

    private static JsonNode condition(JsonNode status, String type) {
        for (JsonNode condition : status.path("conditions")) {
            if (condition.path("type").asText().equals(type)) {
                return condition;
            }
        }
        return MissingNode.getInstance();
    }

    private static String reason(JsonNode status, String type) {
        return condition(status, type).path("reason").asText();
    }

    /** Polls the status until it is as wanted. */
    private JsonNode await(String what, Predicate<JsonNode> wanted) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            JsonNode baseline = read("ccb", "homelab");
            JsonNode status = baseline.path("status");
            boolean current = status.path("observedGeneration").asLong()
                    == baseline.path("metadata").path("generation").asLong();
            if (current && wanted.test(status)) {
                return status;
            }
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("waited " + PATIENCE.toSeconds() + " s for " + what
                        + "; the status is\n" + status.toPrettyString());
            }
        }
    }

    private JsonNode read(String kind, String name) {
        try {
            return json.readTree(lab.kubectl().run("get", kind, name, "-o", "json"));
        } catch (IOException e) {
            throw new IllegalStateException("kubectl's JSON can't be read", e);
        }
    }

    private void apply(String resource) {
        try (InputStream manifest = Demo.class.getResourceAsStream("/demo/" + resource)) {
            if (manifest == null) {
                throw new IllegalStateException("the demonstration lacks " + resource);
            }
            String text = new String(manifest.readAllBytes(), StandardCharsets.UTF_8);
            say("$ kubectl apply -f " + resource);
            text.lines().map(line -> "    " + line).forEach(Demo::say);
            lab.apply(text);
        } catch (IOException e) {
            throw new IllegalStateException("the demonstration's " + resource + " can't be read", e);
        }
    }

    private void kubectl(String... arguments) {
        say("$ kubectl " + String.join(" ", arguments));
        say(lab.kubectl().run(arguments).stripTrailing());
    }

    private void check(String what, boolean right) {
        if (!right) {
            wrong.add("  " + what);
        }
    }

    private static void step(String title) {
        say("");
        say("=== " + title);
        say("");
    }

    private static void say(String text) {
        System.out.println(text);
    }
}
