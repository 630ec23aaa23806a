package io.cpubaseline.cli.compare;

import io.cpubaseline.baseline.Baseline;
import io.cpubaseline.baseline.NoBaseline;
import io.cpubaseline.baseline.Planner;
import io.cpubaseline.cli.compare.CompareDocument.Compared;
import io.cpubaseline.cli.compare.CompareDocument.Cpu;
import io.cpubaseline.cli.planning.FilePlanner;
import io.cpubaseline.cli.planning.FleetCommand;
import io.cpubaseline.cli.planning.FleetQuestion;
import io.cpubaseline.cli.planning.Overview;
import io.cpubaseline.cli.text.Page;
import io.cpubaseline.comparison.Comparison;
import io.cpubaseline.comparison.Opinion;
import io.cpubaseline.console.Console;
import io.cpubaseline.console.Terminal;
import io.cpubaseline.fleet.CpuClass;
import io.cpubaseline.fleet.Fleet;
import io.cpubaseline.host.LibvirtCpu;
import io.cpubaseline.manifest.LiveCluster;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code cpu-baseline compare}: a second opinion of libvirt on the same nodes. */
@Command(
        name = "compare",
        mixinStandardHelpOptions = true,
        description = {
            "Asks libvirt for its own baseline of the same nodes, and says where and why it differs: a model that KubeVirt"
                    + " schedules nowhere, a lower level, lost features, another vendor's model. Needs virsh, but no daemon"
                    + " and no hypervisor. Nothing is changed.",
            "",
            "  cpu-baseline compare -f nodes.yaml        libvirt's rules for files",
            "  cpu-baseline compare                      for the cluster of kubectl's current context",
            "  cpu-baseline compare -f . --virsh ./virsh another libvirt than that on the PATH",
            "  cpu-baseline compare -f . --connect qemu:///system",
            "                                            what that hypervisor says",
            "",
            "libvirt is told of what KubeVirt's labels, or hosts, say that guests can get: one <cpu> for each kind of node."
        },
        footer = {
            "",
            "Exit codes: 0 there are two answers, be they the same or not, 1 there is only one, or none (the output says"
                    + " why), 2 bad input, or no virsh that can answer, 70 internal error."
        })
public final class CompareCommand extends FleetCommand {

    @Mixin
    private final Console console = new Console();

    @Mixin
    private final FleetQuestion question = new FleetQuestion();

    @Option(
            names = "--virsh",
            paramLabel = "PATH",
            defaultValue = "virsh",
            description = "libvirt's command line. Default: virsh on the PATH.")
    private String virsh = "virsh";

    @Option(
            names = "--connect",
            paramLabel = "URI",
            description =
                    "Asks the hypervisor there (hypervisor-cpu-baseline), such as qemu:///system, rather than libvirt alone"
                            + " (cpu-baseline).")
    private @Nullable String hypervisor;

    @Option(
            names = {"-a", "--all"},
            description = "Names every feature and every node, not only the first few.")
    private boolean all;

    /**
     * The command.
     *
     * @param cluster asks a cluster where no files are named
     * @param standardInput what {@code -} stands for
     */
    public CompareCommand(LiveCluster cluster, InputStream standardInput) {
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
        if (all && console.format() != Console.Format.table) {
            throw console.wrong("--all is for -o table: -o %s prints everything".formatted(console.format()));
        }
    }

    @Override
    protected int answer(FleetQuestion.Asked asked) throws IOException {
        Planner rules = asked.planner().planner();
        Libvirt libvirt = new Libvirt(new Virsh(virsh), hypervisor, rules.catalog());
        List<Compared> comparisons = new ArrayList<>();
        Optional<Overview> overview = asked.overview();
        for (Overview.OfVendor vendor : overview.map(Overview::vendors).orElse(List.of())) {
            comparisons.add(compared(vendor.vendor(), vendor.result(), rules, libvirt));
        }
        comparisons.add(compared("all", overview.map(Overview::mixed).orElseGet(asked::plan), rules, libvirt));
        print(libvirt, comparisons);
        return comparisons.stream().anyMatch(one -> one.ours() != null && one.libvirt() != null) ? ANSWERED : NO_ANSWER;
    }

    private void print(Libvirt libvirt, List<Compared> comparisons) throws IOException {
        CompareDocument document = new CompareDocument(
                libvirt.asked(), libvirt.version(), libvirt.unknownFeatures().names(), comparisons);
        if (console.format() != Console.Format.table) {
            console.print(document);
            return;
        }
        Page page = new Page();
        new CompareText(page, all).print(document, libvirt.countsItsOwnHost());
        page.lines().forEach(console.out()::println);
        console.out().flush();
    }

    private static Compared compared(String of, FilePlanner.Result result, Planner rules, Libvirt libvirt)
            throws IOException {
        Fleet fleet = result.plan().fleet();
        List<CpuClass> classes = Stream.concat(fleet.contributing().stream(), fleet.lackingPinned().stream())
                .toList();
        int nodes =
                classes.stream().mapToInt(cpuClass -> cpuClass.nodes().size()).sum();
        Baseline baseline = result.plan().answer().baseline().orElse(null);
        Opinion ours = baseline == null ? null : Opinion.of(baseline);
        Libvirt.Baseline told = classes.isEmpty()
                ? new Libvirt.Baseline(null, "there is no node to ask about")
                : libvirt.baseline(classes);
        LibvirtCpu answer = told.answer();
        Opinion theirs = answer == null ? null : new Opinion(answer.model(), answer.required(), answer.disabled());
        Comparison comparison = theirs == null
                ? null
                : Comparison.of(rules.catalog(), rules.rules(), classes, ours == null ? theirs : ours, theirs);
        return new Compared(
                of,
                nodes,
                classes.size(),
                baseline == null ? null : Cpu.of(Opinion.of(baseline), baseline.level()),
                result.plan().answer() instanceof NoBaseline none ? none.message() : null,
                comparison == null || theirs == null ? null : Cpu.of(theirs, comparison.theirLevel()),
                comparison == null ? null : comparison.theirNodes(),
                told.refusal().isEmpty() ? null : told.refusal(),
                theirs != null && theirs.equals(ours),
                comparison == null ? List.of() : comparison.differences());
    }
}
