package io.cpubaseline.operator.listing;

import io.cpubaseline.Reason;
import io.cpubaseline.console.Console;
import io.cpubaseline.console.InputPaths;
import io.cpubaseline.manifest.InputException;
import io.cpubaseline.operator.kube.ClusterOptions;
import io.cpubaseline.operator.listing.Listing.Line;
import io.cpubaseline.operator.logging.LogFormat;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code cpu-baseline vms}: every selected virtual machine, with its state, why, and what to do. */
@Command(
        name = "vms",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Lists the VirtualMachines that ClusterCpuBaselines select: whose each is,",
            "whether it carries the baseline, why not, and what to do. It decides by the",
            "rules of the operator and writes nothing. What only a try shows (Refused,",
            "Contended, InstancetypeConflict) it has from the status of the baseline, which",
            "names five for each reason; others are pending.",
            "With -f it reads manifests and asks no cluster."
        },
        footer = {
            "",
            "Examples:",
            "  cpu-baseline vms -A",
            "  cpu-baseline vms -A --reason PendingRestart",
            "  cpu-baseline vms -b intel -n shop -o json",
            "  kubectl get ccb,vm,vmi,ns,nodes -A -o json --show-managed-fields |",
            "    cpu-baseline vms -f -",
            "",
            "It needs the permission to list virtualmachines and virtualmachineinstances",
            "(kubevirt.io), clustercpubaselines (cpubaseline.io), namespaces and nodes. The",
            "same kinds belong into the files of -f, with their managedFields: these tell",
            "who has set what.",
            "Exit codes: 0 listed, 2 bad input, 70 internal error."
        })
public final class VmsCommand implements Callable<Integer> {

    private static final int BAD_INPUT = 2;

    @Option(
            names = {"-b", "--baseline"},
            paramLabel = "NAME",
            description =
                    "Those that this baseline selects, others' among them. Default: all, each as its own baseline sees it.")
    private @Nullable String baseline;

    @Option(names = "--reason", paramLabel = "REASON", description = "Only those with this reason.")
    private @Nullable String reason;

    @Mixin
    private final InputPaths files = new InputPaths();

    @Option(
            names = "--trusted-managers",
            paramLabel = "NAME",
            split = ",",
            description = "Those that the operator runs with, separated by commas.")
    private Set<String> trustedManagers = Set.of();

    @Mixin
    private final ClusterOptions cluster = new ClusterOptions();

    @Mixin
    private final Console console = new Console();

    private final InputStream standardInput;

    /** The command, reading {@code -} from the process's standard input. */
    public VmsCommand() {
        this(System.in);
    }

    VmsCommand(InputStream standardInput) {
        this.standardInput = standardInput;
    }

    @Override
    public Integer call() throws InterruptedException, IOException {
        Optional<Reason> only = only();
        LogFormat.silence();
        if (!files.all().isEmpty()) {
            return listFiles(cluster.withoutCluster(console), only);
        }
        return cluster.run(
                console,
                (api, namespace) -> list(new Listing(Snapshot.of(api, namespace, this::warn), trustedManagers), only));
    }

    private int listFiles(String namespace, Optional<Reason> only) throws IOException {
        try {
            ManifestSnapshot.Read read = ManifestSnapshot.read(files.all(), standardInput, namespace);
            read.warnings().forEach(this::warn);
            return list(new Listing(read.snapshot(), trustedManagers), only);
        } catch (InputException e) {
            console.err().println("cpu-baseline: " + e.getMessage());
            return BAD_INPUT;
        }
    }

    private void warn(String sentence) {
        console.err().println("warning: " + sentence);
    }

    private int list(Listing listing, Optional<Reason> only) throws IOException {
        if (baseline != null && !listing.names().contains(baseline)) {
            String existing = listing.names().stream().sorted().collect(Collectors.joining(", "));
            throw console.wrong("there is no ClusterCpuBaseline %s; there is: %s"
                    .formatted(baseline, existing.isEmpty() ? "none" : existing));
        }
        List<Line> lines = listing.lines(Optional.ofNullable(baseline)).stream()
                .filter(line -> only.map(line.reasons()::contains).orElse(true))
                .toList();
        ListingReport.print(console, lines);
        return 0;
    }

    private Optional<Reason> only() {
        if (reason == null) {
            return Optional.empty();
        }
        return Optional.of(Stream.of(Reason.values())
                .filter(known -> known.name().equalsIgnoreCase(reason))
                .findFirst()
                .orElseThrow(() -> console.wrong(
                        "--reason: there is no reason %s; they are in docs/troubleshooting.md, for example PendingRestart"
                                .formatted(reason))));
    }
}
