package io.cpubaseline.cli.plan;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.cpubaseline.api.v1alpha1.ClusterCpuBaselineSpec;
import io.cpubaseline.api.v1alpha1.ClusterCpuBaselineStatus;
import io.cpubaseline.baseline.Policy;
import io.cpubaseline.cli.input.FleetInput;
import io.cpubaseline.cli.planning.FilePlanner;
import io.cpubaseline.cli.planning.FleetQuestion;
import io.cpubaseline.cli.planning.FleetQuestion.Engine;
import io.cpubaseline.cli.planning.HostsTold;
import io.cpubaseline.cli.planning.Overview;
import io.cpubaseline.cli.resource.BaselineDocument;
import io.cpubaseline.cli.resource.BaselineManifest;
import io.cpubaseline.cli.text.Page;
import io.cpubaseline.manifest.InputException;
import io.cpubaseline.manifest.LiveCluster;
import io.cpubaseline.manifest.ManifestFiles;
import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code cpu-baseline plan}: the baseline of a cluster's nodes, or of nodes in files. */
@Command(
        name = "plan",
        mixinStandardHelpOptions = true,
        description = {
            "Computes a baseline from a cluster's nodes, or from files without any cluster. Nothing is" + " changed.",
            "",
            "  cpu-baseline plan                   asks the cluster of kubectl's current context",
            "  cpu-baseline plan --context other   asks another one",
            "  cpu-baseline plan -f nodes.yaml     asks none",
            "",
            "Reads Nodes (KubeVirt's and node-feature-discovery's labels) and NodeFeatures, as kubectl prints them:",
            "  kubectl get nodes,nodefeatures -A -o json | cpu-baseline plan -f -",
            "(without node-feature-discovery: kubectl get nodes -o json), or as kubectl describe nodes does, or a"
                    + " support bundle has them. Objects of other kinds are left out."
                    + " Anything that can't be read is an error: an answer without some node may be wrong.",
            "",
            "Hosts without a cluster, mixed with the above as you like; the content says what a file is:",
            "  for h in HOST…; do ssh $h LC_ALL=C lscpu > $h.txt; done; cpu-baseline plan -f .",
            "lscpu, lscpu -J, /proc/cpuinfo and virsh capabilities tell what the hardware allows. virsh domcapabilities,"
                    + " virsh hypervisor-cpu-baseline and QEMU's query-cpu-model-expansion prove what guests get.",
            "",
            "-o json and -o yaml print the ClusterCpuBaseline with its status. -o libvirt and others print the answer as"
                    + " configuration of other programs: docs/other-hypervisors.md.",
            "",
            "Another cluster, asked for a revision of this one (kubectl get ccb intel -o yaml > ours.yaml):",
            "  cpu-baseline plan --revision REVISION -b ours.yaml --context other"
        },
        footer = {
            "",
            "Exit codes: 0 a baseline is computed, 1 none is possible (the output says why; never with --batch; with"
                    + " --revision: no node can take it), 2 bad"
                    + " input (with --batch: of at least one set, whose line has an error), 70 internal error."
        })
public final class PlanCommand implements Callable<Integer> {

    private static final int COMPUTED = 0;
    private static final int NO_BASELINE = 1;
    private static final int BAD_INPUT = 2;

    @Mixin
    private final PlanConsole console = new PlanConsole();

    @Mixin
    private final FleetQuestion question = new FleetQuestion();

    @Option(
            names = "--revision",
            paramLabel = "REVISION",
            description =
                    "Asks whether a virtual machine with this revision can land on these nodes, which are another cluster's:"
                            + " where, and what is missing where. Model and features are looked up in the status of -b, and of"
                            + " ClusterCpuBaselines among the objects; it also says which revisions both have.")
    private @Nullable String revision;

    @Option(
            names = {"-a", "--all"},
            description = "Prints every limit and every feature, not only the first few.")
    private boolean all;

    @Option(
            names = "--batch",
            description =
                    "PATH of -f is a directory of directories, one host set each: plans every one by itself; prints one line of"
                            + " JSON per directory, sorted by name.")
    private boolean batch;

    private final ObjectMapper json = new ObjectMapper();
    private final LiveCluster cluster;
    private final InputStream standardInput;

    /**
     * The command.
     *
     * @param cluster asks a cluster where no files are named
     * @param standardInput what {@code -} stands for
     */
    public PlanCommand(LiveCluster cluster, InputStream standardInput) {
        this.cluster = cluster;
        this.standardInput = standardInput;
    }

    @Override
    public Integer call() throws IOException {
        check();
        try {
            if (batch) {
                return planEach(Engine.shipped(standardInput), question.baseline(standardInput));
            }
            FleetQuestion.Asked asked = question.ask(cluster, standardInput, console);
            return revision == null ? planAll(asked) : land(revision, asked);
        } catch (InputException e) {
            console.err().println("cpu-baseline: " + e.getMessage());
            return BAD_INPUT;
        }
    }

    /** Whether guests of a cluster can migrate to these nodes, which are of another one. */
    private int land(String wanted, FleetQuestion.Asked asked) throws IOException {
        FleetInput input = asked.input();
        Landing landing =
                Landing.of(wanted, Revisions.of(asked.baseline()), Revisions.of(input.baselines()), input.nodes());
        HostsTold told = asked.told();
        if (console.format() == PlanFormat.table) {
            Page page = new Page();
            LandingText.print(page, landing);
            told.print(page, false);
            page.lines().forEach(console.out()::println);
            console.out().flush();
        } else {
            console.print(landing.document(told.document()));
        }
        return landing.open().isEmpty() ? NO_BASELINE : COMPUTED;
    }

    /** An option that would change nothing is a mistake. */
    private void check() {
        question.check(console);
        if (revision != null && (batch || all)) {
            throw console.wrong("--revision asks one question: leave %s out".formatted(batch ? "--batch" : "--all"));
        }
        if (revision != null && console.format().isConfiguration()) {
            throw console.wrong("--revision makes no configuration: leave -o %s out".formatted(console.format()));
        }
        if (batch && question.source().readsStandardInput()) {
            throw console.wrong("--batch reads directories: -f - is none");
        }
        console.named().ifPresent(format -> {
            if (batch && format != PlanFormat.json) {
                throw console.wrong("--batch prints JSON lines: leave -o %s out".formatted(format));
            }
        });
        if (all && (batch || console.format() != PlanFormat.table)) {
            throw console.wrong("--all is for -o table: %s prints everything"
                    .formatted(batch ? "--batch" : "-o " + console.format()));
        }
    }

    private int planAll(FleetQuestion.Asked asked) throws IOException {
        BaselineManifest baseline = asked.baseline();
        Optional<Overview> overview = asked.overview();
        FilePlanner.Result result = overview.map(Overview::mixed).orElseGet(asked::plan);
        if (console.format().isConfiguration()) {
            return configure(asked, overview, result);
        }
        BaselineDocument document = BaselineDocument.of(
                baseline == null ? "plan" : baseline.name(),
                overview.isPresent() ? Map.of("vendors", Policy.Vendors.Mixed) : spec(baseline),
                result.status(),
                asked.told().document());
        if (console.format() == PlanFormat.table) {
            words(asked, overview, result).forEach(console.out()::println);
            console.out().flush();
        } else {
            console.print(document);
        }
        return overview.map(Overview::hasBaseline).orElse(result.hasBaseline()) ? COMPUTED : NO_BASELINE;
    }

    private List<String> words(FleetQuestion.Asked asked, Optional<Overview> overview, FilePlanner.Result result) {
        HostsTold told = asked.told();
        Page page = new Page();
        overview.ifPresentOrElse(
                several -> new OverviewText(page, all, told.names()).print(several),
                () -> new PlanText(page, all, told.names()).print(result));
        told.print(page, all);
        new DefaultText(page, asked.planner().catalog()).print(asked.input().defaultOwner(), result);
        return page.lines();
    }

    /** Prints the answer as another program's configuration; where there is none, the words say why, and no program reads these. */
    private int configure(FleetQuestion.Asked asked, Optional<Overview> overview, FilePlanner.Result result) {
        List<String> lines = overview.map(CommonCpus::of)
                .orElseGet(() -> CommonCpus.of(result))
                .map(console.format()
                        .configuration(asked.planner().planner(), asked.input().defaultOwner())::lines)
                .orElse(List.of());
        if (lines.isEmpty()) {
            words(asked, overview, result).forEach(console.err()::println);
            return NO_BASELINE;
        }
        overview.ifPresent(
                several -> several.leftOut().forEach(warning -> console.err().println("warning: " + warning)));
        if (!asked.told().byHardware().isEmpty()) {
            console.err()
                    .println("warning: not proven: %s. virsh domcapabilities on each host proves it"
                            .formatted(asked.told().byHardwareInWords()));
        }
        lines.forEach(console.out()::println);
        console.out().flush();
        return COMPUTED;
    }

    private int planEach(Engine engine, @Nullable BaselineManifest baseline) throws IOException {
        List<String> paths = question.source().paths();
        if (paths.size() != 1) {
            throw console.wrong("--batch wants exactly one -f: a directory with one directory per host set");
        }
        boolean unreadable = false;
        for (ManifestFiles.HostSet set : ManifestFiles.hostSets(paths.get(0))) {
            Map<String, Object> line = planOne(engine, baseline, set);
            unreadable |= line.containsKey("error");
            console.out().println(json.writeValueAsString(line));
        }
        console.out().flush();
        return unreadable ? BAD_INPUT : COMPUTED;
    }

    private Map<String, Object> planOne(Engine engine, @Nullable BaselineManifest baseline, ManifestFiles.HostSet set) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("set", set.name());
        try {
            FleetInput input = engine.reader().read(List.of(set.path().toString()));
            input.warnings().forEach(warning -> console.err().println("warning: " + set.name() + ": " + warning));
            ClusterCpuBaselineStatus status = engine.planner()
                    .on(input.defaultOwner())
                    .plan(input.nodes(), baseline)
                    .status();
            line.put("status", status);
            HostsTold.Document told = HostsTold.of(
                            input.hosts(), input.nodes(), engine.planner().catalog())
                    .document();
            if (told != null) {
                line.put("evidence", told);
            }
        } catch (InputException e) {
            line.put("error", e.getMessage());
        }
        return line;
    }

    private static @Nullable ClusterCpuBaselineSpec spec(@Nullable BaselineManifest baseline) {
        return baseline == null ? null : baseline.spec();
    }
}
