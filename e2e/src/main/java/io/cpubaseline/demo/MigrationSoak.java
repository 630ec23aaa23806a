package io.cpubaseline.demo;

import static io.cpubaseline.demo.BaselineStatus.condition;
import static io.cpubaseline.demo.BaselineStatus.reason;

import com.fasterxml.jackson.databind.JsonNode;
import io.cpubaseline.lab.Lab;
import io.cpubaseline.lab.LabOptions;
import io.cpubaseline.lab.command.LabCommand;
import io.cpubaseline.lab.objects.NodeManifests;
import io.cpubaseline.lab.process.LabException;
import io.cpubaseline.lab.process.Programs;
import io.cpubaseline.lab.use.Chart;
import io.cpubaseline.lab.use.Operator;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code cpu-baseline verify} on a cluster of its own, for as long as one likes. */
@Command(
        name = "migration-soak",
        description = {
            "Raises a cluster with KubeVirt, installs the operator, gives it a baseline over all nodes, and lets \"cpu-baseline verify\""
                    + " migrate two guests of 2 vCPU and 4 GiB per CPU vendor to every node in turn, round after round."
        },
        footer = {"", "Exit codes: those of verify, 1 also where there is no baseline for these nodes."})
public final class MigrationSoak implements Callable<Integer> {
    private static final String NAME = "soak";
    private static final int INTERRUPTED = 130;

    private static final String BASELINE = """
            apiVersion: cpubaseline.io/v1alpha1
            kind: ClusterCpuBaseline
            metadata: {name: soak}
            spec:
              vendors: Mixed
              changes: {lower: {stabilizationSeconds: 0}}
            """;

    private static final String NAMESPACE = """
            apiVersion: v1
            kind: Namespace
            metadata: {name: soak}
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
            description = "How often each guest comes to every node (default: 5).")
    private @Nullable Integer rounds;

    @Option(
            names = "--every",
            paramLabel = "DURATION",
            description = "Begins a round so often, as long as --for lasts.")
    private @Nullable String every;

    @Option(names = "--for", paramLabel = "DURATION", description = "Begins rounds for so long.")
    private @Nullable String length;

    @Option(
            names = "--nodes",
            paramLabel = "PATH",
            description =
                    "File or directory of Node manifests; may be repeated. Without it: the mixed home lab of seven nodes.")
    private List<Path> nodes = new ArrayList<>();

    @Option(
            names = "--json",
            paramLabel = "FILE",
            description = "Writes the result into this file, with every migration, and no table.")
    private @Nullable Path file;

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

    private void checkArguments() {
        if (rounds != null && rounds < 1) {
            throw wrong("--rounds starts at 1");
        }
        if ((every == null) != (length == null) || every != null && rounds != null) {
            throw wrong("either --rounds, or --every and --for together");
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

    private int soak(NodeManifests manifests) throws IOException {
        say("Starting a control plane with KubeVirt (about half a minute)");
        try (Lab lab = Lab.start(LabOptions.migrating())) {
            lab.apply(manifests);
            Path kubeconfig = Chart.install(lab, Map.of());
            try (Operator operator =
                    Operator.startReady(lab, kubeconfig, "--evidence-grace=1s", "--count-write-interval=1s")) {
                lab.apply(NAMESPACE);
                lab.apply(BASELINE);
                awaitBaseline(lab);
                int code = verify(lab);
                if (!operator.isRunning()) {
                    throw new LabException("the operator has ended. " + operator.lastLines());
                }
                return code;
            }
        }
    }

    private static void awaitBaseline(Lab lab) {
        JsonNode status = new BaselineStatus(lab, NAME)
                .await(
                        "a baseline",
                        now -> !condition(now, "Stalled").isMissingNode()
                                || reason(now, "Ready").equals("Pinned"));
        if (!reason(status, "Ready").equals("Pinned")) {
            throw new LabException("there is no baseline for these nodes: "
                    + condition(status, "Ready").path("message").asText()
                    + " Ask for the reasons: cpu-baseline plan -f NODES");
        }
        JsonNode pinned = status.path("pinned");
        say("Baseline " + pinned.path("revision").asText() + ", "
                + pinned.path("abiLevel").asText() + ", on "
                + status.path("nodes").path("schedulable").asInt() + " nodes");
    }

    /** By the packaged program, as anybody would against a cluster of theirs. */
    private int verify(Lab lab) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Programs.e2eDirectory()
                        .resolveSibling("operator/target/bin/cpu-baseline")
                        .toString(),
                "verify",
                "--baseline=" + NAME,
                "--namespace=" + NAME,
                "--kubeconfig=" + lab.kubeconfig()));
        if (every == null || length == null) {
            command.add("--rounds=" + (rounds == null ? 5 : rounds));
        } else {
            command.addAll(List.of("--every=" + every, "--for=" + length));
        }
        if (file != null) {
            command.add("--output=json");
        }
        Process process = new ProcessBuilder(command)
                .redirectError(Redirect.INHERIT)
                .redirectOutput(file == null ? Redirect.INHERIT : Redirect.to(file.toFile()))
                .start();
        try {
            return process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            process.destroy();
            return INTERRUPTED;
        }
    }

    private static void say(String text) {
        System.out.println(text);
    }
}
