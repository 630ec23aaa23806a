package io.cpubaseline.operator.whynot;

import io.cpubaseline.console.Console;
import io.cpubaseline.console.Console.Format;
import io.cpubaseline.console.InputPaths;
import io.cpubaseline.manifest.InputException;
import io.cpubaseline.operator.kube.ClusterOptions;
import io.cpubaseline.operator.logging.LogFormat;
import io.cpubaseline.scheduling.Origin;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code cpu-baseline why-not}: what keeps a virtual machine from starting or migrating, on which nodes, and the way out. */
@Command(
        name = "why-not",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Says why a VirtualMachine can't start, or migrate, where it should: every",
            "selector, affinity and taint of its virt-launcher pod against every node, what",
            "of it keeps the pod off how many nodes, where that comes from, and the way out.",
            "One that runs is asked for a migration, one that doesn't for a start: KubeVirt's",
            "pod where one waits, else the pod that KubeVirt would make. Nothing is written.",
            "With --all it looks at every VirtualMachine, and names those that find no node,",
            "by what decides it: before a drain, or an upgrade of KubeVirt.",
            "With -f it reads manifests and asks no cluster."
        },
        footer = {
            "",
            "Examples:",
            "  cpu-baseline why-not -n shop db",
            "  cpu-baseline why-not -n shop db worker-3",
            "  cpu-baseline why-not -n shop db -o json | jq '.obstacles[0]'",
            "  cpu-baseline why-not --all",
            "  cpu-baseline why-not --all -b intel --reason StickyHostModel",
            "  kubectl get vm,vmi,pods,nodes,kubevirts -A -o json --show-managed-fields |",
            "    cpu-baseline why-not -f - db",
            "",
            "What depends on more than nodes is not looked at: other pods (affinity, topology",
            "spread), volumes, networks, other schedulers. docs/why-not.md has examples.",
            "It needs the permission to get the virtualmachine and its instance (kubevirt.io),",
            "and to list kubevirts, nodes, and pods; without pods it says what it can't know.",
            "With --all it lists virtualmachines, their instances and all pods, each once.",
            "Exit codes: 0 some node can take it, 1 none can (with NODE: that one can't;",
            "with --all: for some none can), 2 bad input, 70 internal error."
        })
public final class WhyNotCommand implements Callable<Integer> {

    private static final int POSSIBLE = 0;
    private static final int NO_NODE = 1;
    private static final int BAD_INPUT = 2;

    @Parameters(index = "0", arity = "0..1", paramLabel = "VM", description = "The VirtualMachine.")
    private String machine = "";

    @Parameters(index = "1", arity = "0..1", paramLabel = "NODE", description = "Only this node. Default: all.")
    private String node = "";

    @Option(names = "--all", description = "Every VirtualMachine; without -n those of all namespaces.")
    private boolean all;

    @Option(
            names = {"-b", "--baseline"},
            paramLabel = "NAME",
            description = "With --all: only those that this baseline has written.")
    private @Nullable String baseline;

    @Option(
            names = "--reason",
            paramLabel = "REASON",
            description = "With --all: lists each that finds no node for this reason.")
    private @Nullable String reason;

    @Mixin
    private final InputPaths files = new InputPaths();

    @Option(
            names = "--no-room",
            description =
                    "Leaves out what other pods request: on a big cluster with many possible nodes that list is long.")
    private boolean noRoom;

    @Mixin
    private final ClusterOptions cluster = new ClusterOptions();

    @Mixin
    private final Console console = new Console();

    private final InputStream standardInput;

    /** The command, reading {@code -} from the process's standard input. */
    public WhyNotCommand() {
        this(System.in);
    }

    WhyNotCommand(InputStream standardInput) {
        this.standardInput = standardInput;
    }

    @Override
    public Integer call() throws InterruptedException, IOException {
        if (all != machine.isEmpty()) {
            throw console.wrong(
                    all ? "--all is about every VirtualMachine: name none" : "name a VirtualMachine, or --all");
        }
        if (!all && (baseline != null || reason != null)) {
            throw console.wrong("-b and --reason go with --all");
        }
        Optional<String> only = Optional.ofNullable(reason).map(this::known);
        LogFormat.silence();
        Progress progress = new Progress(console.err());
        if (!files.all().isEmpty()) {
            String namespace = cluster.withoutCluster(console);
            try {
                if (all) {
                    ManifestCensus.Read read = ManifestCensus.read(files.all(), standardInput, namespace, progress);
                    return report(noRoom ? read.census().withoutRoom() : read.census(), read.types(), only);
                }
                return answer(new ManifestReading(files.all(), standardInput, namespace, machine, progress));
            } catch (InputException e) {
                console.err().println("cpu-baseline: " + e.getMessage());
                return BAD_INPUT;
            }
        }
        if (all) {
            return cluster.runEverywhere(console, (api, namespace) -> {
                ClusterCensus listed = new ClusterCensus(api, namespace, progress);
                return report(listed.read(!noRoom), listed.types(), only);
            });
        }
        return cluster.run(console, (api, namespace) -> {
            try (ClusterReading reading = new ClusterReading(api, namespace, progress)) {
                return answer(reading);
            }
        });
    }

    private String known(String word) {
        return Stream.concat(Stream.of(Origin.values()).map(Origin::name), Checkup.REASONS.stream())
                .filter(name -> name.equalsIgnoreCase(word))
                .findFirst()
                .orElseThrow(() -> console.wrong(
                        "--reason: there is no reason %s; why-not --all prints those that there are".formatted(word)));
    }

    private int report(Census census, Types types, Optional<String> only) throws IOException {
        Checkup.Report report = Checkup.of(census, types, Optional.ofNullable(baseline));
        if (baseline != null && report.all() == 0) {
            throw console.wrong(
                    "no VirtualMachine has been written by a baseline %s; cpu-baseline vms lists whose they are"
                            .formatted(baseline));
        }
        if (console.format() == Format.table) {
            CheckupText.of(report, only).forEach(console.out()::println);
            console.out().flush();
        } else {
            console.print(CheckupDocument.of(report, only));
        }
        return report.findings().isEmpty() ? POSSIBLE : NO_NODE;
    }

    private int answer(Reading reading) throws IOException {
        Answer answer;
        try {
            answer = new Inquiry(reading, !noRoom).answer(machine, node);
        } catch (Reading.Unanswerable e) {
            console.err().println("cpu-baseline: " + e.getMessage());
            return BAD_INPUT;
        }
        if (console.format() == Format.table) {
            AnswerText.of(answer).forEach(console.out()::println);
            console.out().flush();
        } else {
            console.print(AnswerDocument.of(answer));
        }
        return answer.open().isEmpty() ? NO_NODE : POSSIBLE;
    }
}
