package io.cpubaseline.demo;

import static io.cpubaseline.demo.BaselineStatus.condition;
import static io.cpubaseline.demo.BaselineStatus.reason;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.cpubaseline.lab.Lab;
import io.cpubaseline.lab.LabOptions;
import io.cpubaseline.lab.command.LabCommand;
import io.cpubaseline.lab.objects.NodeManifests;
import io.cpubaseline.lab.process.LabException;
import io.cpubaseline.lab.use.Chart;
import io.cpubaseline.lab.use.Migrations;
import io.cpubaseline.lab.use.Migrations.Outcome;
import io.cpubaseline.lab.use.Migrations.Result;
import io.cpubaseline.lab.use.Operator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The main job, end to end, with each step shown by kubectl: from the labels of seven nodes to VMs that migrate among them. It checks what it
 * shows: the exit code is 0 only if everything is right, 1 if not, 2 for wrong arguments.
 */
public final class Demo {

    private static final List<String> LEVEL_FEATURES = List.of("abm", "avx2", "bmi1", "bmi2", "fma", "movbe");
    private static final String[] FAST = {"--evidence-grace=2s", "--count-write-interval=1s"};
    private static final Path MANIFESTS =
            Chart.directory().resolve("../../e2e/src/main/resources/demo").normalize();
    private static final Path SAMPLES =
            Chart.directory().resolve("../../docs/samples").normalize();
    private static final String[] MACHINES = {"web", "db"};
    private static final int ROUNDS = 3;

    private final Lab lab;
    private final BaselineStatus baseline;
    private final Migrations migrations;
    private final ObjectMapper json = new ObjectMapper();
    private final List<String> wrong = new ArrayList<>();

    private Demo(Lab lab) {
        this.lab = lab;
        this.baseline = new BaselineStatus(lab, "homelab");
        this.migrations = new Migrations(lab);
    }

    /** Runs it; with {@code --once} it ends by itself, otherwise the cluster stays until Ctrl-C. */
    public static void main(String[] arguments) {
        LabCommand.main("demo", () -> demo(List.of(arguments).contains("--once")));
    }

    private static int demo(boolean once) throws InterruptedException {
        say(
                "Starting a control plane: etcd, Kubernetes, KubeVirt, simulated kubelets (about half a minute). Where kubelets and guests are simulated,");
        say(
                "the decisions are not: the API server, the scheduler, KubeVirt's controllers and Helm are the real programs.");
        try (Lab lab = Lab.start(LabOptions.migrating())) {
            return new Demo(lab).run(once);
        }
    }

    private int run(boolean once) throws InterruptedException {
        say("");
        say("To follow in another terminal:");
        say("");
        say("  export KUBECONFIG=" + lab.kubeconfig());
        say("  alias kubectl=" + lab.kubectl().program());
        step("Seven different nodes: five Intel, two AMD, as node-feature-discovery and KubeVirt label them");
        lab.apply(NodeManifests.homelab());
        kubectl("get", "nodes", "-L", "feature.node.kubernetes.io/cpu-model.vendor_id");

        step(
                "The operator: installed by Helm, and run here as a process with the permissions of the chart's service account");
        Path kubeconfig = Chart.install(lab, Map.of("virtualMachines.write", "true"));
        try (Operator operator = Operator.startReady(lab, kubeconfig, FAST)) {
            kubectl("rollout", "status", "deployment/cpu-baseline", "-n", Chart.NAMESPACE, "--timeout=60s");
            kubectl("get", "serviceaccounts,deployments", "-n", Chart.NAMESPACE);
            oneVendorAtATime();
            JsonNode pinned = bothVendors();
            virtualMachines();
            migrations(pinned);
            anOlderNode(pinned);
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
        JsonNode status =
                baseline.await("VendorsMixed", now -> reason(now, "Ready").equals("VendorsMixed"));
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

    private JsonNode bothVendors() {
        step("The same with vendors: Mixed, and mode: Patch for virtual machines");
        apply("virtual-machines.yaml");
        apply("baseline-mixed.yaml");
        JsonNode status = baseline.await(
                "a pinned baseline",
                now -> !now.path("pinned").isMissingNode()
                        && reason(now, "Ready").equals("Pinned"));
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
        return pinned;
    }

    private void virtualMachines() {
        step("Two virtual machines of 2 vCPU and 4 GiB, patched by server-side apply");
        JsonNode status = baseline.await(
                "two patched virtual machines",
                now -> now.path("virtualMachines").path("applied").asInt() == MACHINES.length);
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
                status.path("virtualMachines").path("selected").asInt() == MACHINES.length);
        for (String name : MACHINES) {
            JsonNode cpu = read("vm", name).at("/spec/template/spec/domain/cpu");
            check(
                    name + " has the model and keeps its cores",
                    cpu.path("model").asText().equals("IvyBridge-IBRS")
                            && cpu.path("cores").asInt() == 2);
        }
    }

    private void migrations(JsonNode pinned) {
        step("They are started, and each is migrated three times. KubeVirt and the scheduler choose where to");
        for (String name : MACHINES) {
            kubectl("patch", "vm", name, "--type=merge", "-p", "{\"spec\":{\"runStrategy\":\"Always\"}}");
        }
        for (String name : MACHINES) {
            migrations.awaitRunning(name);
        }
        kubectl("get", "vmi", "-o", "custom-columns=NAME:.metadata.name,PHASE:.status.phase,NODE:.status.nodeName");
        say("");
        MigrationLog log = new MigrationLog(Coverage.now(pinned, lab));
        say(MigrationLog.header());
        for (int round = 1; round <= ROUNDS; round++) {
            for (String name : MACHINES) {
                String instance = migrations.instanceOf(name);
                Outcome outcome = migrations.migrate(name);
                say(log.add(round, outcome, !migrations.instanceOf(name).equals(instance)));
            }
        }
        check(
                "every migration succeeded, within its vendor and on a node of the baseline",
                log.isAllRight() && log.count() == ROUNDS * MACHINES.length);
    }

    private void anOlderNode(JsonNode pinned) {
        step("A server of 2012 joins. It lacks what the baseline requires: no virtual machine will ever migrate to it");
        lab.apply(NodeManifests.read(MANIFESTS.resolve("older-node.yaml")));
        JsonNode status = baseline.await(
                "the older node reported as unfit",
                now -> now.path("nodes").path("unfit").asInt() == 1);
        kubectl("get", "ccb", "-o", "wide");
        say(condition(status, "CandidatePending").path("message").asText());
        check(
                "the baseline stays what it was",
                status.path("pinned").path("revision").equals(pinned.path("revision")));
        check(
                "seven of eight nodes can take it",
                status.path("nodes").path("schedulable").asInt() == 7);

        String source = migrations.nodeOf("web");
        Coverage coverage = Coverage.now(pinned, lab);
        say("");
        say("Where web can go, which runs on " + source + ":");
        for (String name : coverage.nodes()) {
            List<String> missing = coverage.missing(source, name);
            String verdict = missing.isEmpty() ? "yes" : "no, it lacks the label " + shortened(missing);
            say("  %-9s %s".formatted(name, name.equals(source) ? "runs there" : verdict));
        }

        say("");
        say("Asked to go to old-xeon all the same:");
        Outcome outcome = migrations.migrateTo("web", "old-xeon");
        say("  " + outcome.explanation());
        check("a migration to a node outside of the baseline finds no target", outcome.result() == Result.NO_TARGET);
        check("web runs on where it was", migrations.nodeOf("web").equals(source));
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
        say("The cluster stays up until Ctrl-C. In another terminal, after the two lines from above:");
        say("");
        say("  kubectl explain ccb.spec");
        say("  kubectl get ccb homelab -o yaml");
        say("  kubectl apply -f " + SAMPLES);
        say("  "
                + lab.kubectl()
                        .commandLine(
                                "patch",
                                "vm",
                                "sample",
                                "--type=merge",
                                "-p",
                                "{\"spec\":{\"runStrategy\":\"Always\"}}"));
        say("  kubectl get vm,vmi -o wide");
        CountDownLatch interrupted = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(interrupted::countDown, "demo-end"));
        while (!interrupted.await(1, TimeUnit.SECONDS)) {
            if (!operator.isRunning()) {
                throw new LabException("the operator has ended. " + operator.lastLines());
            }
        }
    }

    private static String shortened(List<String> labels) {
        return labels.get(0) + (labels.size() > 1 ? " and " + (labels.size() - 1) + " more" : "");
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

    private JsonNode read(String kind, String name) {
        try {
            return json.readTree(lab.kubectl().run("get", kind, name, "-o", "json"));
        } catch (IOException e) {
            throw new IllegalStateException("kubectl's JSON can't be read", e);
        }
    }

    private void apply(String manifest) {
        Path file = MANIFESTS.resolve(manifest);
        try {
            Files.readString(file).lines().map(line -> "    " + line).forEach(Demo::say);
        } catch (IOException e) {
            throw new IllegalStateException(file + " can't be read", e);
        }
        kubectl("apply", "-f", file.toString());
    }

    private void kubectl(String... arguments) {
        say("$ " + lab.kubectl().commandLine(arguments));
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
