package io.cpubaseline.benchmarks;

import static io.cpubaseline.benchmarks.BigCluster.say;

import io.cpubaseline.lab.Lab;
import io.cpubaseline.lab.LabOptions;
import io.cpubaseline.lab.programs.Component;
import io.cpubaseline.lab.use.Operator;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Measures the memory of the packaged operator on a big cluster beside other programs on the same objects in the same run: other builds of it,
 * each of which finds virtual machines that nobody has written yet, and at the end KubeVirt's virt-controller. Prints a table in Markdown.
 */
public final class MemoryAtScale {

    /** Counts and events may follow the last write. */
    private static final Duration SETTLING = Duration.ofSeconds(10);

    private static final Duration LOOKED_AT_AGAIN = Duration.ofSeconds(10);

    private final Lab lab;
    private final BigCluster cluster;
    private final List<String> rows = new ArrayList<>();

    private MemoryAtScale(Lab lab, BigCluster cluster) {
        this.lab = lab;
        this.cluster = cluster;
    }

    /** Arguments: how many nodes, how many virtual machines, and the directories of the checkouts whose builds are measured, in this order. */
    public static void main(String[] arguments) throws Exception {
        int nodes = Integer.parseInt(arguments[0]);
        int machines = Integer.parseInt(arguments[1]);
        try (Lab lab = Lab.start(LabOptions.apiServer().with(Component.VIRT_API, Component.VIRT_CONTROLLER));
                BigCluster cluster = new BigCluster(lab, nodes, machines, 1)) {
            // Its turn comes last.
            lab.kill(Component.VIRT_CONTROLLER);
            new MemoryAtScale(lab, cluster).run(List.of(arguments).subList(2, arguments.length));
        }
        System.exit(0);
    }

    private void run(List<String> checkouts) throws Exception {
        cluster.measure(checkouts, this::operator);
        virtController();
        System.out.printf("%n%d nodes, %d virtual machines%n%n", cluster.nodes(), cluster.machines());
        System.out.println("| program | first status | all written | resident then | after heartbeats | peak |");
        System.out.println("|---|---:|---:|---:|---:|---:|");
        rows.forEach(System.out::println);
    }

    private void operator(Operator operator, String checkout, long started) throws Exception {
        Footprint footprint = Footprint.of(operator.pid());
        long pinned = cluster.awaitPinned(started);
        long written = cluster.awaitWritten(started);
        // What is measured is what it keeps when there is nothing left to do: there is no event to wait for.
        Thread.sleep(SETTLING.toMillis());
        long resident = footprint.resident();
        cluster.heartbeats(Math.min(1_000, cluster.nodes()));
        row("operator, " + checkout, pinned, written, resident, footprint);
    }

    /** It has seen all objects when it hardly works any more. */
    private void virtController() throws Exception {
        say("starting virt-controller");
        lab.start(Component.VIRT_CONTROLLER);
        Footprint footprint = Footprint.of(Long.parseLong(
                Files.readString(lab.directory().resolve(Component.VIRT_CONTROLLER.program() + ".pid"))
                        .trim()));
        double before = -1;
        while (footprint.cpuSeconds() - before > 1) {
            before = footprint.cpuSeconds();
            // How much CPU it took meanwhile is the measure: there is no event that says that it has nothing left to
            // do.
            Thread.sleep(LOOKED_AT_AGAIN.toMillis());
        }
        long resident = footprint.resident();
        cluster.heartbeats(Math.min(1_000, cluster.nodes()));
        rows.add("| virt-controller | | | %d MB | %d MB | %d MB |"
                .formatted(resident, footprint.resident(), footprint.peak()));
    }

    private void row(String program, long pinned, long written, long resident, Footprint footprint) throws Exception {
        rows.add("| %s | %.1f s | %.1f s | %d MB | %d MB | %d MB |"
                .formatted(program, pinned / 1e3, written / 1e3, resident, footprint.resident(), footprint.peak()));
    }
}
