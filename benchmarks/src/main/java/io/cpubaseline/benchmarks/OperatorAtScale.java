package io.cpubaseline.benchmarks;

import static io.cpubaseline.benchmarks.BigCluster.say;

import io.cpubaseline.lab.Lab;
import io.cpubaseline.lab.LabOptions;
import io.cpubaseline.lab.objects.AuditLog;
import io.cpubaseline.lab.use.Chart;
import io.cpubaseline.lab.use.Operator;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/**
 * Measures the packaged operator against a real API server: time from the start of its process to the first status, memory, what it writes
 * while nothing changes, and what heartbeats of all nodes cost it. Prints a table in Markdown.
 */
public final class OperatorAtScale {

    private static final Duration IDLE = Duration.ofSeconds(60);
    /** Counts and events may follow a status. */
    private static final Duration SETTLING = Duration.ofSeconds(5);

    private final Lab lab;
    private final BigCluster cluster;

    private OperatorAtScale(Lab lab, BigCluster cluster) {
        this.lab = lab;
        this.cluster = cluster;
    }

    /** Arguments: how many nodes (5000), how many virtual machines (0). */
    public static void main(String[] arguments) throws Exception {
        int nodes = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 5_000;
        int machines = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 0;
        try (Lab lab = Lab.start(LabOptions.apiServer());
                BigCluster cluster = new BigCluster(lab, nodes, machines)) {
            new OperatorAtScale(lab, cluster).run();
        }
        System.exit(0);
    }

    private void run() throws Exception {
        int machines = cluster.machines();
        cluster.createNodes();
        cluster.createMachines();
        Path kubeconfig = Chart.install(lab, Map.of("virtualMachines.write", "true"));
        cluster.createBaseline();

        say("starting the operator");
        long started = System.nanoTime();
        try (Operator operator = Operator.start(lab, kubeconfig, "--evidence-grace=0s", "--count-write-interval=2s")) {
            Footprint footprint = Footprint.of(operator.pid());
            long firstStatus = cluster.awaitPinned(started);
            long written = machines > 0 ? cluster.awaitWritten(started) : 0;
            long settled = footprint.resident();
            // Idleness is measured from when nothing follows any more, which no event tells.
            Thread.sleep(SETTLING.toMillis());
            say("idle for " + IDLE.toSeconds() + " s");
            AuditLog.Mark idleFrom = lab.auditLog().mark();
            double before = footprint.cpuSeconds();
            // What is measured is that nothing happens: there is no event to wait for.
            Thread.sleep(IDLE.toMillis());
            double idle = footprint.cpuSeconds() - before;
            long idleWrites = writes(idleFrom);
            before = footprint.cpuSeconds();
            double beatSeconds = cluster.heartbeats(cluster.nodes());
            double beating = footprint.cpuSeconds() - before;

            System.out.println();
            System.out.println("| what | value |");
            System.out.println("|---|---|");
            row("nodes, virtual machines", cluster.nodes() + ", " + machines);
            row("start of the process to the first status", firstStatus + " ms");
            if (machines > 0) {
                row("start of the process to the last virtual machine written", written + " ms");
            }
            row("resident memory after that", settled + " MB");
            row("resident memory at the end, peak", footprint.resident() + " MB, " + footprint.peak() + " MB");
            row(
                    "writes in " + IDLE.toSeconds() + " s in which nothing changed, leases excepted",
                    String.valueOf(idleWrites));
            row("CPU while nothing changed", percent(idle, IDLE.toMillis() / 1e3));
            row(
                    "heartbeats",
                    "%d in %.0f s, %.0f a second"
                            .formatted(cluster.nodes(), beatSeconds, cluster.nodes() / beatSeconds));
            row("CPU while nodes sent heartbeats", percent(beating, beatSeconds) + " of one core");
        }
    }

    private long writes(AuditLog.Mark from) {
        return lab.auditLog().since(from).stream()
                .filter(event -> event.isBy(Chart.NAMESPACE, Chart.RELEASE) && event.isWrite() && !event.isOn("leases"))
                .count();
    }

    private static String percent(double used, double seconds) {
        return "%.1f %%".formatted(100 * used / seconds);
    }

    private static void row(String what, String value) {
        System.out.println("| " + what + " | " + value + " |");
    }
}
