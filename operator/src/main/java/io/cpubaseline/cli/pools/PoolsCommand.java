package io.cpubaseline.cli.pools;

import io.cpubaseline.baseline.Answer;
import io.cpubaseline.baseline.NoBaseline;
import io.cpubaseline.baseline.Planner;
import io.cpubaseline.baseline.Policy;
import io.cpubaseline.cli.planning.FilePlanner;
import io.cpubaseline.cli.planning.FleetCommand;
import io.cpubaseline.cli.planning.FleetQuestion;
import io.cpubaseline.cli.text.Page;
import io.cpubaseline.console.Console;
import io.cpubaseline.console.Terminal;
import io.cpubaseline.manifest.LiveCluster;
import io.cpubaseline.pools.HoldBack;
import io.cpubaseline.pools.Split;
import io.cpubaseline.pools.SplitRules;
import io.cpubaseline.pools.Splits;
import io.cpubaseline.report.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code cpu-baseline pools}: the best split of a mixed fleet into several baselines. */
@Command(
        name = "pools",
        mixinStandardHelpOptions = true,
        description = {
            "Splits the nodes of a mixed fleet into pools with a baseline each: the best split into one, up to two, up to three"
                    + " pools and so on, and which one to take. Nothing is changed.",
            "",
            "  cpu-baseline pools                     asks kubectl's current cluster",
            "  cpu-baseline pools -f nodes.yaml       asks none: all that plan -f reads",
            "  cpu-baseline pools --spare 2           pools that may lose two nodes",
            "  cpu-baseline pools --pools 2 -o yaml   the ClusterCpuBaselines of two pools",
            "",
            "Nodes with the same CPU stay together. A pool has nodes of one CPU vendor, unless vendors: Mixed is asked for."
                    + " Of two splits the better one has more cores in pools; of equal ones the higher levels, each core counting"
                    + " as many points as its pool's level; then more features of guests; then fewer pools: docs/pools.md.",
            "",
            "-o yaml prints what can be applied, -o json all splits."
        },
        footer = {
            "",
            "Exit codes: 0 there is a split, 1 no pool is possible (the output says why), 2 bad input, 70 internal error."
        })
public final class PoolsCommand extends FleetCommand {

    private static final int MOST = 12;

    @Mixin
    private final Console console = new Console();

    @Mixin
    private final FleetQuestion question = FleetQuestion.withGuests();

    @Option(
            names = "--spare",
            paramLabel = "N",
            defaultValue = "1",
            description = "How many nodes a pool may lose and still have one for its guests. Default: ${DEFAULT-VALUE}")
    private int spare;

    @Option(
            names = "--max",
            paramLabel = "K",
            defaultValue = "6",
            description = "The most pools to look at, 1 to 12. Default: ${DEFAULT-VALUE}")
    private int most;

    @Option(
            names = "--pools",
            paramLabel = "K",
            description = "Tells the split into up to K pools in detail, not the recommended one.")
    private @Nullable Integer wanted;

    @Option(
            names = "--vendors",
            paramLabel = "WORD",
            description =
                    "Single: a pool has nodes of one CPU vendor. Mixed: it may have several, between which KubeVirt doesn't"
                            + " migrate. Default: what -b says, else Single.")
    private Policy.@Nullable Vendors vendors;

    @Option(
            names = {"-a", "--all"},
            description = "Prints every node and every required feature, not only the first few.")
    private boolean all;

    /**
     * The command.
     *
     * @param cluster asks a cluster where no files are named
     * @param standardInput what {@code -} stands for
     */
    public PoolsCommand(LiveCluster cluster, InputStream standardInput) {
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
        if (spare < 0) {
            throw console.wrong("--spare %d: expected a number of nodes, 0 or more".formatted(spare));
        }
        if (most < 1 || most > MOST) {
            throw console.wrong("--max %d: expected a number of pools, 1 to %d".formatted(most, MOST));
        }
        if (wanted != null && (wanted < 1 || wanted > MOST)) {
            throw console.wrong("--pools %d: expected a number of pools, 1 to %d".formatted(wanted, MOST));
        }
        if (all && console.format() != Console.Format.table) {
            throw console.wrong("--all is for -o table: -o %s prints everything".formatted(console.format()));
        }
    }

    @Override
    protected int answer(FleetQuestion.Asked asked) throws IOException {
        FilePlanner.Judged judged = judged(asked);
        Planner planner = asked.planner().planner();
        SplitRules rules = new SplitRules(judged.policy(), spare);
        Splits splits = Splits.of(
                planner, judged.fleet().contributing(), rules, wanted == null ? most : Math.max(most, wanted));
        Optional<Split> recommended = splits.recommended();
        if (!judged.problems().isEmpty() || recommended.isEmpty()) {
            return refuse(asked, judged);
        }
        if (asked.baseline() != null && !asked.baseline().spec().plannedNodes().isEmpty()) {
            console.err().println("warning: spec.plannedNodes is not looked at: what-if tells what they would bring");
        }
        Split chosen = wanted == null
                ? recommended.get()
                : splits.byPools().get(Math.min(wanted, splits.byPools().size()) - 1);
        PoolsAnswer answer = new PoolsAnswer(
                planner,
                judged,
                spare,
                splits,
                chosen,
                NamedPool.of(chosen.pools()),
                chosen.allowed() == recommended.get().allowed(),
                asked.input().guests(),
                asked.told());
        switch (console.format()) {
            case json -> console.print(PoolsDocument.of(answer));
            case yaml -> {
                if (!asked.told().byHardware().isEmpty()) {
                    console.err()
                            .println("warning: not proven: %s. virsh domcapabilities on each host proves it"
                                    .formatted(asked.told().byHardwareInWords()));
                }
                console.out().print(PoolManifests.of(answer, asked.baseline()));
                console.out().flush();
            }
            case table -> {
                Page page = new Page();
                List<HoldBack> holdBacks = chosen.pools().stream()
                        .flatMap(pool -> HoldBack.of(planner, pool, rules).stream())
                        .toList();
                new PoolsText(page, answer, all).print(holdBacks);
                asked.told().print(page, all);
                page.lines().forEach(console.out()::println);
                console.out().flush();
            }
        }
        return ANSWERED;
    }

    private FilePlanner.Judged judged(FleetQuestion.Asked asked) {
        FilePlanner.Judged judged = asked.planner().judged(asked.input().nodes(), asked.baseline());
        return vendors == null
                ? judged
                : new FilePlanner.Judged(judged.policy().withVendors(vendors), judged.problems(), judged.fleet());
    }

    /** Says why there is no pool; on standard error where a program reads the output. */
    private int refuse(FleetQuestion.Asked asked, FilePlanner.Judged judged) {
        String why;
        if (!judged.problems().isEmpty()) {
            Problem problem = judged.problems().get(0);
            why = "%s: %s".formatted(problem.reason(), problem.message());
        } else {
            Answer answer = asked.planner()
                    .planner()
                    .plan(judged.fleet(), judged.policy().withVendors(Policy.Vendors.Mixed))
                    .answer();
            why = answer instanceof NoBaseline none
                    ? "%s: %s".formatted(none.reason(), none.message())
                    : "no pool would have a node left when it has lost %d. Ask for a smaller --spare.".formatted(spare);
        }
        Page page = new Page();
        page.field("Pools", "none: " + why);
        (console.format() == Console.Format.table ? console.out() : console.err())
                .println(String.join("\n", page.lines()));
        console.out().flush();
        return NO_ANSWER;
    }
}
