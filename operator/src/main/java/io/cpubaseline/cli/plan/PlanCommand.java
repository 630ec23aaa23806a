package io.cpubaseline.cli.plan;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.cpubaseline.api.v1alpha1.ClusterCpuBaselineSpec;
import io.cpubaseline.api.v1alpha1.ClusterCpuBaselineStatus;
import io.cpubaseline.baseline.Planner;
import io.cpubaseline.baseline.Policy;
import io.cpubaseline.baseline.Selection;
import io.cpubaseline.catalog.CatalogLoader;
import io.cpubaseline.catalog.FlagNames;
import io.cpubaseline.cli.input.FleetInput;
import io.cpubaseline.cli.input.FleetReader;
import io.cpubaseline.cli.resource.BaselineDocument;
import io.cpubaseline.cli.resource.BaselineManifest;
import io.cpubaseline.cli.resource.BaselineReader;
import io.cpubaseline.console.ClusterAddress;
import io.cpubaseline.cpu.CpuCatalog;
import io.cpubaseline.evidence.EvidenceReader;
import io.cpubaseline.manifest.InputException;
import io.cpubaseline.manifest.LiveCluster;
import io.cpubaseline.manifest.ManifestFiles;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
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
            "(without node-feature-discovery: kubectl get nodes -o json). Objects of other kinds are left out."
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

    @Option(
            names = {"-f", "--filename"},
            paramLabel = "PATH",
            description = {
                "File or directory (*.yaml, *.yml, *.json and what hosts tell, with subdirectories), or - for standard"
                        + " input, instead of a cluster. May be repeated.",
                "With --batch: a directory of directories, one host set each."
            })
    private List<String> paths = new ArrayList<>();

    @Option(
            names = {"-b", "--baseline"},
            paramLabel = "FILE",
            description =
                    "A ClusterCpuBaseline whose spec says what is wanted. If it has a status, as kubectl prints it, what is"
                            + " pinned there stays, and the answer is its candidate. Without it: what an empty one would give on the"
                            + " cluster. Nodes of several CPU vendors get one per vendor, then one for all (vendors:"
                            + " Mixed) and what that costs. -o json and -o yaml then print the one for all, whose"
                            + " status.vendorBaselines has each vendor's own; --batch, too.")
    private @Nullable String baselineFile;

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
                    "Plans every directory in PATH by itself; prints one line of JSON per directory, sorted by name.")
    private boolean batch;

    @Mixin
    private final ClusterAddress address = new ClusterAddress();

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
            Selection selection = CatalogLoader.selection();
            FilePlanner planning = new FilePlanner(new Planner(selection));
            EvidenceReader evidence = new EvidenceReader(selection.catalog(), FlagNames.shipped());
            BaselineManifest baseline =
                    baselineFile == null ? null : new BaselineReader(standardInput).read(baselineFile);
            if (revision != null) {
                return land(
                        revision,
                        new FleetReader(evidence, selection.catalog(), standardInput),
                        selection.catalog(),
                        baseline);
            }
            return batch
                    ? planEach(planning, evidence, baseline)
                    : planAll(planning, new FleetReader(evidence, selection.catalog(), standardInput), baseline);
        } catch (InputException e) {
            console.err().println("cpu-baseline: " + e.getMessage());
            return BAD_INPUT;
        }
    }

    /** Whether guests of a cluster can migrate to these nodes, which are of another one. */
    private int land(String wanted, FleetReader reader, CpuCatalog catalog, @Nullable BaselineManifest ours)
            throws IOException {
        FleetInput input = read(reader);
        input.warnings().forEach(warning -> console.err().println("warning: " + warning));
        Landing landing = Landing.of(wanted, Revisions.of(ours), Revisions.of(input.baselines()), input.nodes());
        HostsTold told = HostsTold.of(input.hosts(), input.nodes(), catalog);
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

    private FleetInput read(FleetReader reader) throws IOException {
        return paths.isEmpty()
                ? reader.read(cluster, new LiveCluster.Address(address.kubeconfig(), address.context()))
                : reader.read(paths);
    }

    /** An option that would change nothing is a mistake. */
    private void check() {
        if (!paths.isEmpty()) {
            address.mustBeUnset(console);
        }
        if (revision != null && (batch || all)) {
            throw console.wrong("--revision asks one question: leave %s out".formatted(batch ? "--batch" : "--all"));
        }
        if (revision != null && console.format().isConfiguration()) {
            throw console.wrong("--revision makes no configuration: leave -o %s out".formatted(console.format()));
        }
        if ("-".equals(baselineFile) && paths.contains("-")) {
            throw console.wrong("-f - and -b - can't both read standard input");
        }
        if (batch && paths.contains("-")) {
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

    private int planAll(FilePlanner rules, FleetReader reader, @Nullable BaselineManifest baseline) throws IOException {
        FleetInput input = read(reader);
        FilePlanner planning = rules.on(input.defaultOwner());
        input.warnings().forEach(warning -> console.err().println("warning: " + warning));
        HostsTold told = HostsTold.of(input.hosts(), input.nodes(), planning.catalog());
        Optional<Overview> overview = baseline == null ? planning.overview(input.nodes()) : Optional.empty();
        FilePlanner.Result result =
                overview.map(Overview::mixed).orElseGet(() -> planning.plan(input.nodes(), baseline));
        if (console.format().isConfiguration()) {
            return configure(planning, input, told, overview, result);
        }
        BaselineDocument document = BaselineDocument.of(
                baseline == null ? "plan" : baseline.name(),
                overview.isPresent() ? Map.of("vendors", Policy.Vendors.Mixed) : spec(baseline),
                result.status(),
                told.document());
        if (console.format() == PlanFormat.table) {
            words(planning, input, told, overview, result).forEach(console.out()::println);
            console.out().flush();
        } else {
            console.print(document);
        }
        return overview.map(Overview::hasBaseline).orElse(result.hasBaseline()) ? COMPUTED : NO_BASELINE;
    }

    private List<String> words(
            FilePlanner planning,
            FleetInput input,
            HostsTold told,
            Optional<Overview> overview,
            FilePlanner.Result result) {
        Page page = new Page();
        overview.ifPresentOrElse(
                several -> several.print(page, all, told.names()),
                () -> new PlanText(page, all, told.names()).print(result));
        told.print(page, all);
        new DefaultText(page, planning.catalog()).print(input.defaultOwner(), result);
        return page.lines();
    }

    /** Prints the answer as another program's configuration; where there is none, the words say why, and no program reads these. */
    private int configure(
            FilePlanner planning,
            FleetInput input,
            HostsTold told,
            Optional<Overview> overview,
            FilePlanner.Result result) {
        List<String> lines = overview.map(CommonCpus::of)
                .orElseGet(() -> CommonCpus.of(result))
                .map(console.format().configuration(planning.planner(), input.defaultOwner())::lines)
                .orElse(List.of());
        if (lines.isEmpty()) {
            words(planning, input, told, overview, result).forEach(console.err()::println);
            return NO_BASELINE;
        }
        overview.ifPresent(
                several -> several.leftOut().forEach(warning -> console.err().println("warning: " + warning)));
        if (!told.byHardware().isEmpty()) {
            console.err()
                    .println("warning: not proven: %s. virsh domcapabilities on each host proves it"
                            .formatted(told.byHardwareInWords()));
        }
        lines.forEach(console.out()::println);
        console.out().flush();
        return COMPUTED;
    }

    private int planEach(FilePlanner planning, EvidenceReader evidence, @Nullable BaselineManifest baseline)
            throws IOException {
        if (paths.size() != 1) {
            throw console.wrong("--batch wants exactly one -f: a directory with one directory per host set");
        }
        boolean unreadable = false;
        for (ManifestFiles.HostSet set : ManifestFiles.hostSets(paths.get(0))) {
            Map<String, Object> line = planOne(planning, evidence, baseline, set);
            unreadable |= line.containsKey("error");
            console.out().println(json.writeValueAsString(line));
        }
        console.out().flush();
        return unreadable ? BAD_INPUT : COMPUTED;
    }

    private Map<String, Object> planOne(
            FilePlanner planning,
            EvidenceReader evidence,
            @Nullable BaselineManifest baseline,
            ManifestFiles.HostSet set) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("set", set.name());
        try {
            FleetInput input = new FleetReader(evidence, planning.catalog(), standardInput)
                    .read(List.of(set.path().toString()));
            input.warnings().forEach(warning -> console.err().println("warning: " + set.name() + ": " + warning));
            ClusterCpuBaselineStatus status = planning.on(input.defaultOwner())
                    .plan(input.nodes(), baseline)
                    .status();
            line.put("status", status);
            HostsTold.Document told = HostsTold.of(input.hosts(), input.nodes(), planning.catalog())
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
