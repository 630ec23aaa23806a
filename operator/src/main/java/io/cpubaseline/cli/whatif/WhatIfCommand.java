package io.cpubaseline.cli.whatif;

import io.cpubaseline.api.v1alpha1.ClusterCpuBaselineSpec;
import io.cpubaseline.api.v1alpha1.PinnedBaseline;
import io.cpubaseline.baseline.Planner;
import io.cpubaseline.cli.input.FleetInput;
import io.cpubaseline.cli.planning.FilePlanner;
import io.cpubaseline.cli.planning.FleetCommand;
import io.cpubaseline.cli.planning.FleetQuestion;
import io.cpubaseline.cli.planning.HostsTold;
import io.cpubaseline.cli.resource.BaselineManifest;
import io.cpubaseline.cli.resource.BaselineReader;
import io.cpubaseline.cli.text.Page;
import io.cpubaseline.console.Console;
import io.cpubaseline.console.Terminal;
import io.cpubaseline.evidence.HostFacts;
import io.cpubaseline.fleet.NodeCpu;
import io.cpubaseline.manifest.InputException;
import io.cpubaseline.manifest.LiveCluster;
import io.cpubaseline.report.Problem;
import io.cpubaseline.whatif.Moves;
import io.cpubaseline.whatif.NodeChange;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code cpu-baseline what-if}: what nodes that come or go, or another policy, would change. */
@Command(
        name = "what-if",
        mixinStandardHelpOptions = true,
        description = {
            "Shows the baseline before and after: if hosts come, nodes go or become others, or something else is asked for."
                    + " Nothing is changed.",
            "",
            "  cpu-baseline what-if --add EPYC-Genoa=12           twelve new servers",
            "  cpu-baseline what-if --add-file new.yaml           hosts, in whatever -f reads",
            "  cpu-baseline what-if --remove n3,n4                two nodes go",
            "  cpu-baseline what-if --remove rack=a               all with that label go",
            "  cpu-baseline what-if --replace n3=SapphireRapids   a node gets another CPU",
            "  cpu-baseline what-if --minimum x86-64-v3           a lower bound",
            "  cpu-baseline what-if --replace rack=a=EPYC-Turin --sequence",
            "                                                     a rack, node by node",
            "",
            "Asks the cluster of kubectl's current context, or with -f none; reads all that plan -f reads. Without -b each CPU"
                    + " vendor's nodes are asked by themselves. What -b has pinned is told beside the answers, and changes"
                    + " none: docs/what-if.md."
        },
        footer = {
            "",
            "Exit codes: 0 there is a baseline afterwards, 1 none is possible then (the output says why), 2 bad input, 70"
                    + " internal error."
        })
public final class WhatIfCommand extends FleetCommand {

    private static final String VENDOR_OR_CPU = ".node.kubevirt.io/";

    @Mixin
    private final Console console = new Console();

    @Mixin
    private final FleetQuestion question = FleetQuestion.withGuests();

    @Mixin
    private final NodeOptions nodeOptions = new NodeOptions();

    @Mixin
    private final PolicyOptions policyOptions = new PolicyOptions();

    @Option(
            names = "--sequence",
            description =
                    "Tells the change of nodes step by step: in which order, with the level and the capacity after each step.")
    private boolean sequence;

    @Option(
            names = {"-a", "--all"},
            description = "Prints every feature and every node, not only the first few.")
    private boolean all;

    /**
     * The command.
     *
     * @param cluster asks a cluster where no files are named
     * @param standardInput what {@code -} stands for
     */
    public WhatIfCommand(LiveCluster cluster, InputStream standardInput) {
        super(cluster, standardInput);
    }

    @Override
    protected FleetQuestion question() {
        return question;
    }

    @Override
    protected Terminal terminal() {
        return console;
    }

    @Override
    protected void check() {
        if (nodeOptions.isEmpty() && policyOptions.isEmpty()) {
            throw console.wrong(
                    "expected a change: --add, --add-file, --remove, --replace, --minimum, --maximum, --profile, --exclude-model, --exclude-feature, --vendors or --baseline-after");
        }
        if (sequence && nodeOptions.isEmpty()) {
            throw console.wrong("--sequence tells how nodes change, and none does: add --replace, --add or --remove");
        }
        if (question.source().readsStandardInput()
                && (nodeOptions.readsStandardInput() || "-".equals(policyOptions.file()))) {
            throw console.wrong("only one option can read standard input");
        }
        if (all && console.format() != Console.Format.table) {
            throw console.wrong("--all is for -o table: -o %s prints everything".formatted(console.format()));
        }
    }

    @Override
    protected int answer(FleetQuestion.Asked asked) throws IOException {
        Planner planner = asked.planner().planner();
        BaselineManifest baseline = asked.baseline();
        if (baseline == null && policyOptions.file() != null) {
            throw console.wrong("--baseline-after replaces what -b asks for: name that, too");
        }
        Asking before =
                baseline == null ? Asking.nothing(asked.planner()) : Asking.of(asked.planner(), baseline.spec());
        Asking after = after(asked.planner(), before);
        FleetInput added = added();
        List<NodeCpu> nodes = asked.input().nodes();
        List<NodeChange> changes = nodeOptions.changes(nodes, added, labels(after.spec()), planner);
        List<NodeCpu> then = NodeChange.apply(nodes, changes);
        List<Problem> problems = after.judged(then).problems();
        if (!problems.isEmpty() && !policyOptions.isEmpty()) {
            throw new InputException("what is asked for afterwards can't be followed: "
                    + problems.get(0).message());
        }
        warnOfUnselected(after, changes);
        WhatIf whatIf = new WhatIf(
                changes,
                changes.stream()
                        .anyMatch(change -> change.kind() == NodeChange.Kind.Replaced
                                || change.kind() == NodeChange.Kind.Added
                                        && !change.what().startsWith("of ")),
                policyOptions.words(),
                Comparison.of(before.answers(nodes), after.answers(then), planner.rules()),
                pinned(baseline),
                sequence ? Step.of(after, planner, nodes, changes) : List.of(),
                Moves.of(asked.input().guests(), nodes, then, changes),
                told(asked, added));
        if (console.format() == Console.Format.table) {
            Page page = new Page();
            new WhatIfText(page, whatIf, all).print();
            whatIf.told().print(page, all);
            page.lines().forEach(console.out()::println);
            console.out().flush();
        } else {
            console.print(WhatIfDocument.of(whatIf));
        }
        return whatIf.hasBaseline() ? ANSWERED : NO_ANSWER;
    }

    private Asking after(FilePlanner planner, Asking before) {
        String file = policyOptions.file();
        ClusterCpuBaselineSpec spec = file == null
                ? before.spec()
                : Asking.of(
                                planner,
                                new BaselineReader(standardInput()).read(file).spec())
                        .spec();
        return new Asking(planner, policyOptions.changed(spec), before.together() || policyOptions.mixed());
    }

    private @Nullable FleetInput added() throws IOException {
        if (nodeOptions.files().isEmpty()) {
            return null;
        }
        FleetInput added =
                FleetQuestion.Engine.shipped(standardInput()).reader().read(nodeOptions.files());
        added.warnings().forEach(warning -> console.err().println("warning: " + warning));
        return added;
    }

    private static HostsTold told(FleetQuestion.Asked asked, @Nullable FleetInput added) {
        if (added == null || added.hosts().isEmpty()) {
            return asked.told();
        }
        List<HostFacts> hosts = new ArrayList<>(asked.input().hosts());
        hosts.addAll(added.hosts());
        List<NodeCpu> nodes = new ArrayList<>(asked.input().nodes());
        nodes.addAll(added.nodes());
        return HostsTold.of(hosts, nodes, asked.planner().catalog());
    }

    /** New hosts get the labels by which the baseline selects nodes, but for those that KubeVirt writes: these tell of the CPU. */
    private static Map<String, String> labels(ClusterCpuBaselineSpec spec) {
        return spec.nodeSelector().matchLabels().entrySet().stream()
                .filter(label -> !label.getKey().contains(VENDOR_OR_CPU))
                .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    private void warnOfUnselected(Asking after, List<NodeChange> changes) {
        List<NodeCpu> come =
                changes.stream().flatMap(change -> change.after().stream()).toList();
        int selected = after.judged(come).fleet().selected();
        if (selected < come.size()) {
            console.err()
                    .println("warning: %d of %d hosts that come are not selected, or KubeVirt's: they change nothing"
                            .formatted(come.size() - selected, come.size()));
        }
    }

    private static @Nullable PinnedBaseline pinned(@Nullable BaselineManifest baseline) {
        return baseline == null || baseline.status() == null
                ? null
                : baseline.status().pinned();
    }
}
