package io.cpubaseline.cli.page;

import io.cpubaseline.cli.planning.FleetCommand;
import io.cpubaseline.cli.planning.FleetQuestion;
import io.cpubaseline.console.Terminal;
import io.cpubaseline.manifest.LiveCluster;
import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.time.LocalDate;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code cpu-baseline report}: a fleet's CPUs on one page to show around. */
@Command(
        name = "report",
        mixinStandardHelpOptions = true,
        description = {
            "Makes a page about a fleet's CPUs, to be shown around and printed: what guests get, who holds back what, where"
                    + " they can move, which systems run, what protects them. It answers as plan does, by the same rules.",
            "",
            "  cpu-baseline report -f nodes.yaml > fleet.html",
            "  cpu-baseline report --output-file fleet.html          the cluster of kubectl's current context",
            "  cpu-baseline report -f hosts/ --title \"Frankfurt, rack 7\" --date > fleet.html",
            "  cpu-baseline report -f nodes.yaml -b baseline.yaml > fleet.html",
            "",
            "The page is one file of HTML. It loads nothing and runs no script, so it can be mailed and archived. It tells names of"
                    + " nodes, and no path of this machine. -f reads what plan -f reads: docs/inputs.md."
        },
        footer = {
            "",
            "Exit codes: 0 a baseline is computed, 1 none is possible (the page says why), 2 bad input, 70 internal error."
        })
public final class ReportCommand extends FleetCommand {

    @Mixin
    private final ReportConsole console = new ReportConsole();

    @Mixin
    private final FleetQuestion question = new FleetQuestion();

    @Option(
            names = "--title",
            paramLabel = "TEXT",
            description = "What these nodes are called, above the answer and in the browser's tab.")
    private String title = "";

    @Option(
            names = "--date",
            description = "Says on the page on which day it was made. Without it the same input makes the same page.")
    private boolean dated;

    private final Clock clock;

    /**
     * The command.
     *
     * @param cluster asks a cluster where no files are named
     * @param standardInput what {@code -} stands for
     * @param clock tells the day
     */
    public ReportCommand(LiveCluster cluster, InputStream standardInput, Clock clock) {
        super(cluster, standardInput);
        this.clock = clock;
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
        console.check();
    }

    @Override
    protected int answer(FleetQuestion.Asked asked) throws IOException {
        Findings findings = Findings.of(asked);
        Optional<String> made = dated ? Optional.of("%s (UTC)".formatted(LocalDate.now(clock))) : Optional.empty();
        console.write(FleetDocument.of(findings, Origin.of(question.source().paths(), made), title.strip())
                .text());
        return findings.hasBaseline() ? ANSWERED : NO_ANSWER;
    }
}
