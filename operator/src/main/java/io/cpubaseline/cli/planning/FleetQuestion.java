package io.cpubaseline.cli.planning;

import io.cpubaseline.baseline.Planner;
import io.cpubaseline.baseline.Selection;
import io.cpubaseline.catalog.CatalogLoader;
import io.cpubaseline.catalog.FlagNames;
import io.cpubaseline.cli.input.FleetInput;
import io.cpubaseline.cli.input.FleetReader;
import io.cpubaseline.cli.input.FleetSource;
import io.cpubaseline.cli.resource.BaselineManifest;
import io.cpubaseline.cli.resource.BaselineReader;
import io.cpubaseline.console.Progress;
import io.cpubaseline.console.Terminal;
import io.cpubaseline.evidence.EvidenceReader;
import io.cpubaseline.manifest.InputException;
import io.cpubaseline.manifest.LiveCluster;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which nodes a command is asked about, and by which spec: a mixin. */
public final class FleetQuestion {

    @Mixin
    private final FleetSource source;

    @Option(
            names = {"-b", "--baseline"},
            paramLabel = "FILE",
            description =
                    "A ClusterCpuBaseline whose spec says what is wanted. If it has a status, as kubectl prints it, what is"
                            + " pinned there stays, and the answer is its candidate. Without it: what an empty one would give.")
    private @Nullable String baselineFile;

    /** One about nodes alone. */
    public FleetQuestion() {
        this(false);
    }

    /** One that wants the virtual machines, too. */
    public static FleetQuestion withGuests() {
        return new FleetQuestion(true);
    }

    private FleetQuestion(boolean guests) {
        source = new FleetSource(guests);
    }

    /**
     * What was asked about, read and ready to be planned.
     *
     * @param planner plans for these nodes, on their cluster where it is known
     * @param input the nodes, and what was found beside them
     * @param told what is to be told of hosts that described themselves
     * @param baseline the baseline whose spec and pin count; null for an empty one
     */
    public record Asked(
            FilePlanner planner,
            FleetInput input,
            HostsTold told,
            @Nullable BaselineManifest baseline) {

        /** What the nodes get by the baseline. */
        public FilePlanner.Result plan() {
            return planner.plan(input.nodes(), baseline);
        }

        /** What they get as vendors; nothing if a baseline is named, or if they are of one vendor, or tell none. */
        public Optional<Overview> overview() {
            return baseline == null ? planner.overview(input.nodes()) : Optional.empty();
        }
    }

    /**
     * What answers, and what reads the questions.
     *
     * @param planner plans for nodes of which no cluster is known
     * @param reader reads nodes and hosts
     */
    public record Engine(FilePlanner planner, FleetReader reader) {

        /**
         * The rules and tables that ship with the program.
         *
         * @param standardInput what {@code -} stands for
         */
        public static Engine shipped(InputStream standardInput) {
            Selection selection = CatalogLoader.selection();
            return new Engine(
                    new FilePlanner(new Planner(selection)),
                    new FleetReader(
                            EvidenceReader.ofAnyProduct(selection.catalog(), FlagNames.shipped()),
                            selection.catalog(),
                            standardInput));
        }
    }

    /** Where the nodes are. */
    public FleetSource source() {
        return source;
    }

    /** Whether nodes, a cluster or a baseline are named. */
    public boolean namesAnything() {
        return source.namesAnything() || baselineFile != null;
    }

    /**
     * Refuses what contradicts itself.
     *
     * @throws picocli.CommandLine.ParameterException if something does
     */
    public void check(Terminal terminal) {
        source.check(terminal);
        if ("-".equals(baselineFile) && source.readsStandardInput()) {
            throw terminal.wrong("-f - and -b - can't both read standard input");
        }
    }

    /**
     * The baseline by which to plan; null if none is named.
     *
     * @throws InputException if it is not as it should be
     */
    public @Nullable BaselineManifest baseline(InputStream standardInput) {
        return baselineFile == null ? null : new BaselineReader(standardInput).read(baselineFile);
    }

    /**
     * Reads baseline and nodes; prints what may not be as meant.
     *
     * @throws InputException if anything is not as it should be, the cluster can't be asked, or there is no node
     */
    public Asked ask(LiveCluster cluster, InputStream standardInput, Terminal terminal) throws IOException {
        Engine engine = Engine.shipped(standardInput);
        BaselineManifest baseline = baseline(standardInput);
        FleetInput input = source.read(engine.reader().telling(Progress.on(terminal)), cluster);
        input.warnings().forEach(warning -> terminal.err().println("warning: " + warning));
        return new Asked(
                engine.planner().on(input.defaultOwner()),
                input,
                HostsTold.of(input.hosts(), input.nodes(), engine.planner().catalog()),
                baseline);
    }
}
