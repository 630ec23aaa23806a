package io.cpubaseline.cli.plan;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.cpubaseline.api.v1alpha1.ClusterCpuBaselineSpec;
import io.cpubaseline.api.v1alpha1.ClusterCpuBaselineStatus;
import io.cpubaseline.baseline.Planner;
import io.cpubaseline.baseline.Policy;
import io.cpubaseline.baseline.Selection;
import io.cpubaseline.catalog.CatalogLoader;
import io.cpubaseline.catalog.FlagNames;
import io.cpubaseline.cli.input.FleetInput;
import io.cpubaseline.cli.input.FleetReader;
import io.cpubaseline.cli.manifest.InputException;
import io.cpubaseline.cli.manifest.ManifestFiles;
import io.cpubaseline.cli.resource.BaselineDocument;
import io.cpubaseline.cli.resource.BaselineManifest;
import io.cpubaseline.cli.resource.BaselineReader;
import io.cpubaseline.evidence.EvidenceReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code cpu-baseline plan}: the baseline of nodes in files, without a cluster. */
@Command(
        name = "plan",
        mixinStandardHelpOptions = true,
        description = {
            "Computes a baseline from Kubernetes manifests, with no cluster.",
            "",
            "Reads Nodes (KubeVirt's and node-feature-discovery's labels) and NodeFeatures, as kubectl prints them:",
            "  kubectl get nodes,nodefeatures -A -o json | cpu-baseline plan -f -",
            "(without node-feature-discovery: kubectl get nodes -o json). Objects of other kinds are left out."
                    + " Anything that can't be read is an error: an answer without some node may be wrong."
        },
        footer = {
            "",
            "Exit codes: 0 a baseline is computed, 1 none is possible (the output says why; never with --batch), 2 bad"
                    + " input (with",
            "--batch: of at least one set, whose line has an error), 70 internal error."
        })
public final class PlanCommand implements Callable<Integer> {

    private static final int COMPUTED = 0;
    private static final int NO_BASELINE = 1;
    private static final int BAD_INPUT = 2;

    @Spec
    private @Nullable CommandSpec spec;

    @Option(
            names = {"-f", "--filename"},
            paramLabel = "PATH",
            required = true,
            description = {
                "File or directory (*.yaml, *.yml, *.json, with subdirectories), or - for standard input. May be"
                        + " repeated.",
                "With --batch: a directory of directories, one host set each."
            })
    private List<String> paths = new ArrayList<>();

    @Option(
            names = {"-b", "--baseline"},
            paramLabel = "FILE",
            description = {
                "A ClusterCpuBaseline whose spec says what is wanted.",
                "Without it: what an empty one would give on the cluster. Nodes of several CPU vendors get one per"
                        + " vendor, then one",
                "for all (vendors: Mixed) and what that costs. -o json and -o yaml then print the one for all, whose",
                "status.vendorBaselines has each vendor's own; --batch, too."
            })
    private @Nullable String baselineFile;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            description =
                    "table, json or yaml. json and yaml print the ClusterCpuBaseline with its status. Default: table")
    private @Nullable Format format;

    @Option(
            names = {"-a", "--all"},
            description = "Prints every limit and every feature, not only the first few.")
    private boolean all;

    @Option(
            names = "--batch",
            description =
                    "Plans every directory in PATH by itself; prints one line of JSON per directory, sorted by name.")
    private boolean batch;

    /** How the answer is printed; in lower case, as users type it. */
    enum Format {
        table,
        json,
        yaml
    }

    private final ObjectMapper json = new ObjectMapper();
    private final InputStream standardInput;

    /** The command, reading {@code -} from the process's standard input. */
    public PlanCommand() {
        this(System.in);
    }

    PlanCommand(InputStream standardInput) {
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
            return batch
                    ? planEach(planning, evidence, baseline)
                    : planAll(planning, new FleetReader(evidence, standardInput), baseline);
        } catch (InputException e) {
            err().println("cpu-baseline: " + e.getMessage());
            return BAD_INPUT;
        }
    }

    /** An option that would change nothing is a mistake. */
    private void check() {
        if ("-".equals(baselineFile) && paths.contains("-")) {
            throw new ParameterException(commandLine(), "-f - and -b - can't both read standard input");
        }
        if (batch && format != null && format != Format.json) {
            throw new ParameterException(commandLine(), "--batch prints JSON lines: leave -o %s out".formatted(format));
        }
        if (all && (batch || format != null && format != Format.table)) {
            throw new ParameterException(
                    commandLine(),
                    "--all is for -o table: %s prints everything".formatted(batch ? "--batch" : "-o " + format));
        }
    }

    private int planAll(FilePlanner rules, FleetReader reader, @Nullable BaselineManifest baseline) throws IOException {
        FleetInput input = reader.read(paths);
        FilePlanner planning = rules.on(input.defaultOwner());
        input.warnings().forEach(warning -> err().println("warning: " + warning));
        Optional<Overview> overview = baseline == null ? planning.overview(input.nodes()) : Optional.empty();
        FilePlanner.Result result =
                overview.map(Overview::mixed).orElseGet(() -> planning.plan(input.nodes(), spec(baseline)));
        BaselineDocument document = BaselineDocument.of(
                baseline == null ? "plan" : baseline.name(),
                overview.isPresent() ? Map.of("vendors", Policy.Vendors.Mixed) : spec(baseline),
                result.status());
        switch (format == null ? Format.table : format) {
            case table -> {
                Page page = new Page();
                overview.ifPresentOrElse(
                        several -> several.print(page, all), () -> new PlanText(page, all).print(result));
                new DefaultText(page, planning.catalog()).print(input.defaultOwner(), result);
                page.lines().forEach(out()::println);
            }
            case json -> out().println(json.writerWithDefaultPrettyPrinter().writeValueAsString(document));
            case yaml ->
                out().print(YAMLMapper.builder()
                        .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
                        .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
                        .disable(YAMLGenerator.Feature.SPLIT_LINES)
                        .build()
                        .writeValueAsString(document));
        }
        out().flush();
        return overview.map(Overview::hasBaseline).orElse(result.hasBaseline()) ? COMPUTED : NO_BASELINE;
    }

    private int planEach(FilePlanner planning, EvidenceReader evidence, @Nullable BaselineManifest baseline)
            throws IOException {
        if (paths.size() != 1) {
            throw new ParameterException(
                    commandLine(), "--batch wants exactly one -f: a directory with one directory per host set");
        }
        boolean unreadable = false;
        for (ManifestFiles.HostSet set : ManifestFiles.hostSets(paths.get(0))) {
            Map<String, Object> line = planOne(planning, evidence, baseline, set);
            unreadable |= line.containsKey("error");
            out().println(json.writeValueAsString(line));
        }
        out().flush();
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
            FleetInput input = new FleetReader(evidence, standardInput)
                    .read(List.of(set.path().toString()));
            input.warnings().forEach(warning -> err().println("warning: " + set.name() + ": " + warning));
            ClusterCpuBaselineStatus status = planning.on(input.defaultOwner())
                    .plan(input.nodes(), spec(baseline))
                    .status();
            line.put("status", status);
        } catch (InputException e) {
            line.put("error", e.getMessage());
        }
        return line;
    }

    private static @Nullable ClusterCpuBaselineSpec spec(@Nullable BaselineManifest baseline) {
        return baseline == null ? null : baseline.spec();
    }

    private picocli.CommandLine commandLine() {
        if (spec == null) {
            throw new IllegalStateException("a command runs inside of a command line");
        }
        return spec.commandLine();
    }

    private PrintWriter out() {
        return commandLine().getOut();
    }

    private PrintWriter err() {
        return commandLine().getErr();
    }
}
