package io.cpubaseline.benchmarks;

import static io.cpubaseline.benchmarks.BigCluster.say;

import io.cpubaseline.lab.Lab;
import io.cpubaseline.lab.LabOptions;
import io.cpubaseline.lab.objects.AuditLog;
import io.cpubaseline.lab.use.Chart;
import io.cpubaseline.lab.use.Operator;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;

/**
 * Measures the packaged operator against a real API server, and builds of other checkouts on the same objects in the same run: time from the start
 * of its process to the first status, memory, what it writes while nothing changes, and the CPU that one change costs it. Prints a table in
 * Markdown, a column for each build. CPU is what Linux counts for the process, so others may use the machine meanwhile.
 */
public final class OperatorAtScale {

    private static final Duration IDLE = Duration.ofSeconds(60);
    /** Counts and events follow a status: the virtual machines' owners are told when all is written. Who writes nothing for so long is through. */
    private static final Duration SETTLING = Duration.ofSeconds(5);

    private static final int CHANGES = 200;
    /** Longer than changes are collected for: each is seen by itself. */
    private static final Duration BETWEEN_CHANGES = Duration.ofMillis(100);

    private final Lab lab;
    private final BigCluster cluster;
    private final Map<String, StringBuilder> rows = new LinkedHashMap<>();

    private OperatorAtScale(Lab lab, BigCluster cluster) {
        this.lab = lab;
        this.cluster = cluster;
    }

    /**
     * Arguments: how many nodes (5000), how many virtual machines (0), how many baselines (1), and the directories of the checkouts whose builds are
     * measured, in this order.
     */
    public static void main(String[] arguments) throws Exception {
        int nodes = argument(arguments, 0, 5_000);
        int machines = argument(arguments, 1, 0);
        int baselines = argument(arguments, 2, 1);
        List<String> checkouts = List.of(arguments).subList(Math.min(3, arguments.length), arguments.length);
        try (Lab lab = Lab.start(LabOptions.apiServer());
                BigCluster cluster = new BigCluster(lab, nodes, machines, baselines)) {
            new OperatorAtScale(lab, cluster).run(checkouts);
        }
        System.exit(0);
    }

    private static int argument(String[] arguments, int place, int otherwise) {
        return arguments.length > place ? Integer.parseInt(arguments[place]) : otherwise;
    }

    private void run(List<String> checkouts) throws Exception {
        cluster.measure(checkouts, this::measure);
        System.out.printf(
                "%n| %d nodes, %d virtual machines, %d baselines |%s%n",
                cluster.nodes(), cluster.machines(), cluster.baselines(), " build |".repeat(checkouts.size()));
        System.out.println("|---|" + "---:|".repeat(checkouts.size()));
        rows.forEach((what, values) -> System.out.println("| " + what + " |" + values));
    }

    private void measure(Operator operator, String checkout, long started) throws Exception {
        Footprint footprint = Footprint.of(operator.pid());
        row("build", checkout);
        row("start of the process to the first status", cluster.awaitPinned(started) + " ms");
        row("CPU until then", "%.2f s".formatted(footprint.cpuSeconds()));
        if (cluster.machines() > 0) {
            row("start of the process to the last virtual machine written", cluster.awaitWritten(started) + " ms");
            row("CPU until then, with that", "%.2f s".formatted(footprint.cpuSeconds()));
        }
        settle();
        row("resident memory after that", footprint.resident() + " MB");
        double idle = idle(footprint);
        if (cluster.machines() > 0) {
            row(
                    "CPU for one virtual machine that changes",
                    perChange(footprint, idle, i -> cluster.changeMachine(i % cluster.machines(), i)));
        }
        row(
                "CPU for a label of one node that changes",
                perChange(footprint, idle, i -> cluster.changeNode(i % cluster.nodes(), i)));
        heartbeats(footprint, idle);
        row("resident memory at the end", footprint.resident() + " MB");
        row("at its peak", footprint.peak() + " MB");
    }

    /** Idleness is measured from when nothing follows any more. */
    private void settle() throws InterruptedException {
        AuditLog.Mark from;
        do {
            from = lab.auditLog().mark();
            // That nothing is written any more is told by no event.
            Thread.sleep(SETTLING.toMillis());
        } while (writes(from) > 0);
    }

    /** What it does while nothing changes; returns how much of a core that takes. */
    private double idle(Footprint footprint) throws Exception {
        say("idle for " + IDLE.toSeconds() + " s");
        AuditLog.Mark from = lab.auditLog().mark();
        double before = footprint.cpuSeconds();
        // What is measured is that nothing happens: there is no event to wait for.
        Thread.sleep(IDLE.toMillis());
        double idle = (footprint.cpuSeconds() - before) / IDLE.toSeconds();
        row(
                "writes in " + IDLE.toSeconds() + " s in which nothing changed, leases excepted",
                String.valueOf(writes(from)));
        row("CPU while nothing changed", "%.1f %%".formatted(100 * idle));
        return idle;
    }

    private String perChange(Footprint footprint, double idle, IntConsumer change) throws Exception {
        say(CHANGES + " changes");
        long from = System.nanoTime();
        double before = footprint.cpuSeconds();
        for (int i = 0; i < CHANGES; i++) {
            change.accept(i);
            // The rate is part of what is measured.
            Thread.sleep(BETWEEN_CHANGES.toMillis());
        }
        double seconds = (System.nanoTime() - from) / 1e9;
        return "%.2f ms".formatted(1e3 * (footprint.cpuSeconds() - before - idle * seconds) / CHANGES);
    }

    private void heartbeats(Footprint footprint, double idle) throws Exception {
        double before = footprint.cpuSeconds();
        double seconds = cluster.heartbeats(cluster.nodes());
        double used = footprint.cpuSeconds() - before - idle * seconds;
        row("heartbeats a second", "%.0f".formatted(cluster.nodes() / seconds));
        row("CPU for one heartbeat", "%.2f ms".formatted(1e3 * used / cluster.nodes()));
    }

    private long writes(AuditLog.Mark from) {
        return lab.auditLog().since(from).stream()
                .filter(event -> event.isBy(Chart.NAMESPACE, Chart.RELEASE) && event.isWrite() && !event.isOn("leases"))
                .count();
    }

    private void row(String what, String value) {
        rows.computeIfAbsent(what, w -> new StringBuilder())
                .append(' ')
                .append(value)
                .append(" |");
    }
}
