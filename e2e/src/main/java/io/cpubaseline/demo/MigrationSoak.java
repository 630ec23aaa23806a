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
import io.cpubaseline.lab.use.Operator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Migrates VMs over and over, as people do who test a CPU model by hand, and counts what went wrong. */
@Command(
        name = "migration-soak",
        description = {
            "Raises a cluster with KubeVirt, installs the operator, gives VMs of 2 vCPU and 4 GiB a baseline over all nodes, and migrates"
                    + " each of them once a round, to wherever KubeVirt and the scheduler choose.",
            "Every migration must succeed, end on a node that the baseline covers, and leave the same instance running."
        },
        footer = {"", "Exit codes: 0 all were right, 1 not all or no baseline, 2 wrong arguments."})
public final class MigrationSoak implements Callable<Integer> {
    private static final String NAME = "soak";

    private static final String BASELINE = """
            apiVersion: cpubaseline.io/v1alpha1
            kind: ClusterCpuBaseline
            metadata: {name: soak}
            spec:
              vendors: Mixed
              changes: {lower: {stabilizationSeconds: 0}}
              virtualMachines:
                namespaceSelector: {}
                selector: {matchLabels: {cpu-baseline: soak}}
                mode: Patch
                rollout: {maxUnproven: 100%, maxPerMinute: 0}
            """;

    private static final String MACHINE = """
            apiVersion: kubevirt.io/v1
            kind: VirtualMachine
            metadata: {name: %s, namespace: default}
            spec:
              runStrategy: %s
              template:
                metadata:
                  labels: {cpu-baseline: soak}
                spec:
                  affinity: %s
                  domain:
                    cpu: {cores: 2}
                    memory: {guest: 4Gi}
                    devices: {}
            """;

    @Spec
    private @Nullable CommandSpec spec;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Shows this.")
    @SuppressWarnings("UnusedVariable") // picocli reads it
    private boolean help;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "20",
            description = "How often each VM is migrated (default: ${DEFAULT-VALUE}).")
    private int rounds;

    @Option(
            names = "--machines",
            paramLabel = "N",
            defaultValue = "2",
            description = "How many VMs (default: ${DEFAULT-VALUE}).")
    private int machines;

    @Option(
            names = "--interval",
            paramLabel = "SECONDS",
            defaultValue = "0",
            description = "From the start of a round to the start of the next (default: ${DEFAULT-VALUE}, at once).")
    private int interval;

    @Option(
            names = "--nodes",
            paramLabel = "PATH",
            description =
                    "File or directory of Node manifests; may be repeated. Without it: the mixed home lab of seven nodes.")
    private List<Path> nodes = new ArrayList<>();

    @Option(names = "--json", paramLabel = "FILE", description = "Writes every migration into this file, too.")
    private @Nullable Path file;

    private final ObjectMapper json = new ObjectMapper();

    /** Runs it. */
    public static void main(String[] arguments) {
        System.exit(new CommandLine(new MigrationSoak()).execute(arguments));
    }

    @Override
    public Integer call() {
        checkArguments();
        NodeManifests manifests;
        try {
            manifests = nodes.isEmpty() ? NodeManifests.homelab() : NodeManifests.read(nodes.toArray(Path[]::new));
        } catch (LabException e) {
            System.err.println("migration-soak: --nodes: " + e.getMessage());
            return 2;
        }
        return LabCommand.exitCode("migration-soak", () -> soak(manifests));
    }

    private int soak(NodeManifests manifests) throws IOException {
        say("Starting a control plane with KubeVirt (about half a minute)");
        try (Lab lab = Lab.start(LabOptions.migrating())) {
            lab.apply(manifests);
            Path kubeconfig = Chart.install(lab, Map.of("virtualMachines.write", "true"));
            try (Operator operator =
                    Operator.startReady(lab, kubeconfig, "--evidence-grace=1s", "--count-write-interval=1s")) {
                MigrationLog log = soak(lab, names());
                report(log);
                if (!operator.isRunning()) {
                    throw new LabException("the operator has ended. " + operator.lastLines());
                }
                return log.isAllRight() ? 0 : 1;
            }
        }
    }

    private void checkArguments() {
        if (rounds < 1 || machines < 1 || interval < 0) {
            throw wrong("--rounds and --machines start at 1, --interval at 0");
        }
        if (file != null) {
            Path directory = file.toAbsolutePath().normalize().getParent();
            // Now, not after the last round.
            if (directory == null || !Files.isWritable(directory)) {
                throw wrong("--json: " + file + " can't be written");
            }
        }
    }

    private ParameterException wrong(String message) {
        return new ParameterException(Objects.requireNonNull(spec).commandLine(), message);
    }

    private List<String> names() {
        return IntStream.rangeClosed(1, machines).mapToObj(i -> "vm-" + i).toList();
    }

    private MigrationLog soak(Lab lab, List<String> names) {
        names.forEach(name -> lab.apply(MACHINE.formatted(name, "Halted", "{}")));
        lab.apply(BASELINE);
        JsonNode status = new BaselineStatus(lab, NAME)
                .await(
                        "a baseline",
                        now -> !condition(now, "Stalled").isMissingNode()
                                || now.path("virtualMachines").path("applied").asInt() == names.size());
        if (!reason(status, "Ready").equals("Pinned")) {
            throw new LabException("there is no baseline for these nodes: "
                    + condition(status, "Ready").path("message").asText()
                    + " Ask for the reasons: cpu-baseline plan -f NODES");
        }
        JsonNode pinned = status.path("pinned");
        say("Baseline " + pinned.path("revision").asText() + ", "
                + pinned.path("abiLevel").asText() + ", on "
                + status.path("nodes").path("schedulable").asInt() + " nodes");
        JsonNode migrationPossible = condition(status, "MigrationPossible");
        if (migrationPossible.path("status").asText().equals("False")) {
            say(migrationPossible.path("message").asText());
        }
        Coverage coverage = Coverage.now(pinned, lab);
        String affinity = whereTheyCanMigrate(coverage);
        Migrations migrations = new Migrations(lab);
        names.forEach(name -> lab.apply(MACHINE.formatted(name, "Always", affinity)));
        names.forEach(migrations::awaitRunning);

        MigrationLog log = new MigrationLog(coverage);
        say("");
        say(MigrationLog.header());
        long next = System.nanoTime();
        for (int round = 1; round <= rounds; round++) {
            sleepUntil(next);
            next = System.nanoTime() + Duration.ofSeconds(interval).toNanos();
            for (String name : names) {
                String instance = migrations.instanceOf(name);
                Outcome outcome = migrations.migrate(name);
                say(log.add(round, outcome, !migrations.instanceOf(name).equals(instance)));
            }
        }
        return log;
    }

    /**
     * An affinity that keeps VMs away from every CPU vendor with one node only: there is nowhere to migrate to from there. Says which these are.
     *
     * @throws LabException when no vendor is left
     */
    private static String whereTheyCanMigrate(Coverage coverage) {
        List<String> without = new ArrayList<>();
        List<String> alone = new ArrayList<>();
        coverage.byVendor().forEach((vendor, covered) -> {
            if (covered.size() == 1) {
                alone.add(vendor + " (" + covered.first() + ")");
                without.add("{key: " + Coverage.VENDOR + vendor + ", operator: DoesNotExist}");
            }
        });
        if (without.size() == coverage.byVendor().size()) {
            throw new LabException(
                    "VMs can't migrate among these nodes: KubeVirt migrates within a CPU vendor, and the baseline covers no two nodes"
                            + " of the same one. It covers: " + String.join(", ", alone));
        }
        if (without.isEmpty()) {
            return "{}";
        }
        say("Left out, since a VM there has no other node of its CPU vendor to migrate to: "
                + String.join(", ", alone));
        return "{nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [{matchExpressions: ["
                + String.join(", ", without) + "]}]}}}";
    }

    private void report(MigrationLog log) throws IOException {
        say("");
        say(log.right() + " of " + log.count() + " migrations succeeded on a node of the baseline");
        if (file != null) {
            json.writerWithDefaultPrettyPrinter().writeValue(file.toFile(), log.toJson(json));
        }
    }

    /** Rounds are started by a timer, where one is asked for: nothing is waited for here. */
    private static void sleepUntil(long nanoTime) {
        try {
            Thread.sleep(Math.max(0, (nanoTime - System.nanoTime()) / 1_000_000));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LabException("interrupted", e);
        }
    }

    private static void say(String text) {
        System.out.println(text);
    }
}
