package io.cpubaseline.benchmarks;

import io.cpubaseline.lab.Lab;
import io.cpubaseline.lab.LabOptions;
import io.cpubaseline.lab.use.Operator;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Measures builds of the packaged operator in turns, on the same nodes and without virtual machines: the time from the start of its process to the
 * first status, the CPU until then, and the CPU that one heartbeat of a node costs afterwards. Prints the medians as a table in Markdown.
 */
public final class FirstStatus {

    /** What reading and answering takes after the first status, and after the last heartbeat, is over by then. */
    private static final Duration SETTLING = Duration.ofSeconds(3);

    private static final int HEARTBEATS = 2_000;

    private final BigCluster cluster;
    private final Map<String, List<Sample>> samples = new LinkedHashMap<>();

    private FirstStatus(BigCluster cluster) {
        this.cluster = cluster;
    }

    /**
     * What was measured of one start.
     *
     * @param millis from the start of the process to the first status
     * @param cpuSeconds until then
     * @param heartbeatMillis of CPU for one heartbeat
     */
    private record Sample(double millis, double cpuSeconds, double heartbeatMillis) {}

    /** Arguments: how many nodes, how many rounds, and the directories of the checkouts whose builds are measured in turns. */
    public static void main(String[] arguments) throws Exception {
        int nodes = Integer.parseInt(arguments[0]);
        int rounds = Integer.parseInt(arguments[1]);
        List<String> checkouts = List.of(arguments).subList(2, arguments.length);
        List<String> turns = new ArrayList<>();
        for (int round = 0; round < rounds; round++) {
            turns.addAll(checkouts);
        }
        try (Lab lab = Lab.start(LabOptions.apiServer());
                BigCluster cluster = new BigCluster(lab, nodes, 0, 1)) {
            FirstStatus status = new FirstStatus(cluster);
            cluster.measure(turns, status::measure);
            status.print(rounds);
        }
        System.exit(0);
    }

    private void measure(Operator operator, String checkout, long started) throws Exception {
        double millis = cluster.awaitPinned(started);
        Footprint footprint = Footprint.of(operator.pid());
        double first = footprint.cpuSeconds();
        // Nothing tells that a process has nothing left to do.
        Thread.sleep(SETTLING.toMillis());
        double before = footprint.cpuSeconds();
        int beats = 0;
        while (beats < HEARTBEATS) {
            int count = Math.min(HEARTBEATS - beats, cluster.nodes());
            cluster.heartbeats(count);
            beats += count;
        }
        // What follows heartbeats is part of their cost, and nothing tells that it is done.
        Thread.sleep(SETTLING.toMillis());
        double perBeat = (footprint.cpuSeconds() - before) * 1_000 / HEARTBEATS;
        Sample sample = new Sample(millis, first, perBeat);
        samples.computeIfAbsent(checkout, c -> new ArrayList<>()).add(sample);
        BigCluster.say(checkout + " " + sample);
    }

    private void print(int rounds) {
        System.out.printf("%n%d nodes, medians of %d rounds%n%n", cluster.nodes(), rounds);
        System.out.println("| build | first status | CPU until then | CPU of one heartbeat |");
        System.out.println("|---|---:|---:|---:|");
        samples.forEach((checkout, all) -> System.out.printf(
                "| %s | %.2f s | %.2f s | %.2f ms |%n",
                checkout,
                median(all.stream().map(Sample::millis).toList()) / 1_000,
                median(all.stream().map(Sample::cpuSeconds).toList()),
                median(all.stream().map(Sample::heartbeatMillis).toList())));
    }

    private static double median(List<Double> values) {
        List<Double> sorted = new ArrayList<>(values);
        Collections.sort(sorted);
        return sorted.get(sorted.size() / 2);
    }
}
