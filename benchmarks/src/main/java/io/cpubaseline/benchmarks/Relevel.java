package io.cpubaseline.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.cpubaseline.fleet.GuestShape;
import io.cpubaseline.fleet.NodeCapacity;
import io.cpubaseline.lab.Lab;
import io.cpubaseline.lab.LabOptions;
import io.cpubaseline.lab.objects.AuditEvent;
import io.cpubaseline.lab.objects.AuditLog;
import io.cpubaseline.lab.objects.NodeManifests;
import io.cpubaseline.lab.use.Chart;
import io.cpubaseline.lab.use.Operator;
import io.cpubaseline.operator.kube.ApiServer;
import io.cpubaseline.operator.kube.Clients;
import io.cpubaseline.operator.machines.VirtualMachineWriter;
import io.cpubaseline.virtualmachine.Annotations;
import io.cpubaseline.virtualmachine.Marks;
import io.cpubaseline.virtualmachine.OwnedFields;
import io.cpubaseline.virtualmachine.Power;
import io.cpubaseline.virtualmachine.VirtualMachineSnapshot;
import io.cpubaseline.virtualmachine.VirtualMachineSnapshot.Feature;
import io.cpubaseline.virtualmachine.WriteOutcome;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.StreamSupport;

/**
 * Measures how fast the packaged operator brings virtual machines to another revision, beside a bare loop that sends the same bodies by the same
 * client, as many at a time, and does nothing else. The two take turns; rates are read from the API server's audit log.
 */
public final class Relevel {

    private static final int AT_A_TIME = 16;
    private static final String BASELINE = "scale";

    private final Lab lab;
    private final int machines;
    private final ObjectMapper json = new ObjectMapper();

    private Relevel(Lab lab, int machines) {
        this.lab = lab;
        this.machines = machines;
    }

    /** Arguments: how many virtual machines (10000), how many rounds (3). */
    public static void main(String[] arguments) throws Exception {
        int machines = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 10_000;
        int rounds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 3;
        try (Lab lab = Lab.start(LabOptions.apiServer())) {
            new Relevel(lab, machines).run(rounds);
        }
        System.exit(0);
    }

    private void run(int rounds) throws Exception {
        lab.apply(NodeManifests.homelab().withoutNodeFeatures());
        say("creating " + machines + " virtual machines");
        StringBuilder some = new StringBuilder();
        for (int i = 0; i < machines; i++) {
            some.append(BigCluster.MACHINE.formatted(i, 0));
            if (i % 200 == 199 || i == machines - 1) {
                lab.apply(some.toString());
                some.setLength(0);
            }
        }
        Path kubeconfig = Chart.install(lab, Map.of("virtualMachines.write", "true"));
        lab.apply(SPEC);
        List<Double> byOperator = new ArrayList<>();
        List<Double> byLoop = new ArrayList<>();
        operatorRate(kubeconfig);
        for (int round = 0; round < rounds; round++) {
            byLoop.add(loopRate());
            byOperator.add(operatorRate(kubeconfig));
        }
        System.out.println();
        System.out.println("| virtual machines written a second, " + machines + " of them | each round | median |");
        System.out.println("|---|---|---:|");
        row("bare loop", byLoop);
        row("operator", byOperator);
        System.out.printf(
                "%nThe operator writes at %.0f %% of the loop's rate.%n", 100 * median(byOperator) / median(byLoop));
    }

    private static final String SPEC = """
            apiVersion: cpubaseline.io/v1alpha1
            kind: ClusterCpuBaseline
            metadata:
              name: scale
            spec:
              vendors: Mixed
              changes:
                lower:
                  stabilizationSeconds: 0
              virtualMachines:
                namespaceSelector: {}
                selector: {}
                mode: Patch
                rollout: {maxUnproven: 100%, maxPerMinute: 0}
            """;

    /** The operator, started anew, brings all virtual machines to its pin. */
    private double operatorRate(Path kubeconfig) throws InterruptedException {
        say("the operator");
        AuditLog.Mark begin = lab.auditLog().mark();
        try (Operator operator =
                Operator.startReady(lab, kubeconfig, "--evidence-grace=0s", "--count-write-interval=2s")) {
            // The counts of before may still stand in the status, and to read the audit log meanwhile would take CPU
            // from the operator.
            while (written(operator) < machines) {
                if (!operator.isRunning()) {
                    throw new IllegalStateException("the operator has ended: " + operator.lastLines());
                }
                TimeUnit.SECONDS.sleep(1);
            }
        }
        return rate(begin);
    }

    /** How many writes this process says were taken. */
    private static double written(Operator operator) {
        return operator.metrics()
                .lines()
                .filter(line -> line.startsWith("cpu_baseline_virtual_machine_patches_total{")
                        && line.contains("result=\"Applied\""))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    /** The same fields but for the model and the revision, as the same manager. */
    private double loopRate() throws InterruptedException, IOException {
        JsonNode pinned = status().path("pinned");
        List<Feature> features = StreamSupport.stream(
                        pinned.path("requiredFeatures").spliterator(), false)
                .map(feature -> new Feature(feature.path("name").asText(), "require"))
                .toList();
        OwnedFields fields = new OwnedFields("Westmere-IBRS", features, "", BASELINE, "Westmere-IBRS-0123456789");
        List<VirtualMachineSnapshot> all = snapshots();
        say("the loop");
        AuditLog.Mark begin = lab.auditLog().mark();
        Semaphore places = new Semaphore(AT_A_TIME);
        try (KubernetesClient client = Clients.of(lab.kubeconfig())) {
            VirtualMachineWriter writer = new VirtualMachineWriter(new ApiServer(client, Duration.ofSeconds(15)));
            for (VirtualMachineSnapshot vm : all) {
                places.acquire();
                var unused = writer.apply(vm, "cpu-baseline." + BASELINE, fields)
                        .whenComplete((outcome, failure) -> {
                            places.release();
                            if (!(outcome instanceof WriteOutcome.Applied)) {
                                say(vm.name() + " was not written: " + outcome + " " + failure);
                            }
                        });
            }
            places.acquire(AT_A_TIME);
        }
        return rate(begin);
    }

    private List<VirtualMachineSnapshot> snapshots() {
        return lab.client().genericKubernetesResources("kubevirt.io/v1", "VirtualMachine").list().getItems().stream()
                .map(vm -> new VirtualMachineSnapshot(
                        vm.getMetadata().getNamespace(),
                        vm.getMetadata().getName(),
                        vm.getMetadata().getUid(),
                        1,
                        Map.of(),
                        "",
                        "",
                        List.of(),
                        Set.of(),
                        Set.of(),
                        Marks.NONE,
                        false,
                        true,
                        false,
                        GuestShape.plain(),
                        NodeCapacity.none(),
                        Power.UNSAID,
                        false,
                        false,
                        false,
                        Annotations.NONE,
                        Set.of()))
                .toList();
    }

    private JsonNode status() {
        GenericKubernetesResource baseline = lab.client()
                .genericKubernetesResources("cpubaseline.io/v1alpha1", "ClusterCpuBaseline")
                .withName(BASELINE)
                .get();
        return json.valueToTree(baseline).path("status");
    }

    private List<AuditEvent> patches(AuditLog.Mark from) {
        return lab.auditLog().since(from).stream()
                .filter(event -> event.isOn("virtualmachines") && event.verb().equals("patch"))
                .toList();
    }

    /** Between the first write and the last. */
    private double rate(AuditLog.Mark from) {
        List<Instant> times = patches(from).stream()
                .map(event -> Instant.parse(event.receivedAt()))
                .sorted()
                .toList();
        Duration time = Duration.between(times.get(0), times.get(times.size() - 1));
        return (times.size() - 1) / (time.toNanos() / 1e9);
    }

    private static double median(List<Double> values) {
        return values.stream().sorted().toList().get(values.size() / 2);
    }

    private static void row(String what, List<Double> rates) {
        System.out.printf(
                "| %s | %s | %.0f |%n",
                what, String.join(", ", rates.stream().map("%.0f"::formatted).toList()), median(rates));
    }

    private static void say(String text) {
        System.err.println(Instant.now() + " " + text);
    }
}
