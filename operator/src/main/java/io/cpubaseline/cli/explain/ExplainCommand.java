package io.cpubaseline.cli.explain;

import io.cpubaseline.catalog.FactTables;
import io.cpubaseline.catalog.FlagSpellings;
import io.cpubaseline.cli.explain.Subject.Kind;
import io.cpubaseline.cli.planning.FleetQuestion;
import io.cpubaseline.cli.planning.FleetQuestion.Engine;
import io.cpubaseline.cli.planning.HostsTold;
import io.cpubaseline.console.Console;
import io.cpubaseline.console.Console.Format;
import io.cpubaseline.explain.Facts;
import io.cpubaseline.manifest.InputException;
import io.cpubaseline.manifest.LiveCluster;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code cpu-baseline explain}: all about a flag, a model, a node or a level. */
@Command(
        name = "explain",
        mixinStandardHelpOptions = true,
        description = {
            "Tells all about a CPU flag, a CPU model, a node or an x86-64 level on a cluster's nodes, or on nodes in files:"
                    + " who has it, who lacks it and why, what helps, what it would buy. Nothing is changed.",
            "",
            "  cpu-baseline explain avx512f        a flag, in anybody's spelling",
            "  cpu-baseline explain EPYC-Milan     a model: what blocks it, what guests lose",
            "  cpu-baseline explain worker-3       a node: what it costs the fleet",
            "  cpu-baseline explain v3             a level: who reaches it, who wants it",
            "  cpu-baseline explain node v3        says which, where a word is several things",
            "  cpu-baseline explain v3 --no-fleet  what is known whatever the nodes",
            "",
            "Asks the cluster of kubectl's current context, or reads what plan -f reads:",
            "  kubectl get nodes,nodefeatures -A -o json | cpu-baseline explain pcid -f -"
        },
        footer = {"", "Exit codes: 0 explained, 2 bad input or nothing of that name, 70 internal error."})
public final class ExplainCommand implements Callable<Integer> {

    private static final int EXPLAINED = 0;
    private static final int BAD_INPUT = 2;
    private static final String KINDS = "flag, model, node or level";

    private static final Map<String, Kind> KIND_WORDS = Map.of(
            "flag", Kind.flag,
            "feature", Kind.flag,
            "model", Kind.model,
            "node", Kind.node,
            "host", Kind.node,
            "level", Kind.level);

    @Parameters(
            arity = "0..*",
            paramLabel = "[KIND] WORD",
            hideParamSyntax = true,
            description =
                    "What is to be explained: a flag, a model, a node or a level, with that word in front where it"
                            + " could be several of these.")
    private List<String> words = new ArrayList<>();

    @Option(
            names = "--no-fleet",
            description = "Asks about no nodes: what is known of a flag, a model or a level whatever the nodes.")
    private boolean noFleet;

    @Option(
            names = {"-a", "--all"},
            description = "Prints every name and every feature, not only the first few.")
    private boolean all;

    @Mixin
    private final Console console = new Console();

    @Mixin
    private final FleetQuestion question = new FleetQuestion();

    private final LiveCluster cluster;
    private final InputStream standardInput;

    /**
     * The command.
     *
     * @param cluster asks a cluster where no files are named
     * @param standardInput what {@code -} stands for
     */
    public ExplainCommand(LiveCluster cluster, InputStream standardInput) {
        this.cluster = cluster;
        this.standardInput = standardInput;
    }

    @Override
    public Integer call() throws IOException {
        check();
        Kind kind = words.size() == 2 ? KIND_WORDS.get(words.get(0)) : null;
        String word = words.get(words.size() - 1);
        try {
            explain(kind, word);
            return EXPLAINED;
        } catch (InputException e) {
            console.err().println("cpu-baseline: " + e.getMessage());
            if (question.source().paths().isEmpty() && kind != Kind.node) {
                console.err()
                        .println("Without nodes: cpu-baseline explain %s --no-fleet. From files: -f PATH."
                                .formatted(String.join(" ", words)));
            }
        } catch (Subjects.NotFound e) {
            console.err().println("cpu-baseline: " + e.getMessage());
        }
        return BAD_INPUT;
    }

    /** What contradicts itself is a mistake. */
    private void check() {
        if (words.isEmpty() || words.size() > 2) {
            throw console.wrong(
                    "explain what? One %s, for example: explain avx2, explain node worker-3".formatted(KINDS));
        }
        if (words.size() == 2 && !KIND_WORDS.containsKey(words.get(0))) {
            throw console.wrong(
                    "expected a %s in front of \"%s\", and not \"%s\"".formatted(KINDS, words.get(1), words.get(0)));
        }
        if (words.stream().anyMatch(String::isBlank)) {
            throw console.wrong("explain what? The word is empty");
        }
        question.check(console);
        if (noFleet && question.namesAnything()) {
            throw console.wrong("--no-fleet asks about no nodes: leave -f, -b, --kubeconfig and --context out");
        }
        if (noFleet && words.size() == 2 && KIND_WORDS.get(words.get(0)) == Kind.node) {
            throw console.wrong("a node is explained by its fleet: leave --no-fleet out");
        }
        if (all && console.format() != Format.table) {
            throw console.wrong("--all is for -o table: -o %s prints everything".formatted(console.format()));
        }
    }

    private void explain(@Nullable Kind kind, String word) throws IOException, Subjects.NotFound {
        Facts facts = FactTables.shipped();
        if (noFleet) {
            Engine engine = Engine.shipped(standardInput);
            FlagSpellings spellings = new FlagSpellings(engine.planner().catalog());
            Subjects.Found found = new Subjects(engine.planner().catalog(), spellings, List.of()).find(kind, word);
            Explanations explanations =
                    new Explanations(engine.planner().planner(), facts, spellings, AskedFleet.none());
            print(explanations, found, null);
            return;
        }
        FleetQuestion.Asked asked = question.ask(cluster, standardInput, console);
        FlagSpellings spellings = new FlagSpellings(asked.planner().catalog());
        Subjects.Found found =
                new Subjects(asked.planner().catalog(), spellings, asked.input().nodes()).find(kind, word);
        Explanations explanations = new Explanations(asked.planner().planner(), facts, spellings, AskedFleet.of(asked));
        print(explanations, found, asked.told());
    }

    private void print(Explanations explanations, Subjects.Found found, @Nullable HostsTold told) throws IOException {
        Subject subject = found.subject();
        if (!found.others().isEmpty()) {
            console.err()
                    .println("note: this is the %s %s. Something else may be meant: %s"
                            .formatted(subject.kind(), subject.name(), Subjects.commands(found.others())));
        }
        if (console.format() == Format.table) {
            explanations.lines(subject, all).forEach(console.out()::println);
            if (told != null && !told.byHardware().isEmpty()) {
                console.err()
                        .println("warning: not proven: %s. virsh domcapabilities on each host proves it"
                                .formatted(told.byHardwareInWords()));
            }
            console.out().flush();
        } else {
            console.print(explanations.document(subject));
        }
    }
}
