package io.cpubaseline.benchmarks;

import static io.cpubaseline.benchmarks.BigCluster.say;

import io.cpubaseline.lab.Lab;
import io.cpubaseline.lab.LabOptions;
import io.cpubaseline.lab.use.Operator;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Measures what a restart campaign over all virtual machines of a big cluster adds to the operator's memory: each of them is due and none may be
 * unavailable, so that the campaign looks at all of them again and again. With and without one in turns. Prints a table in Markdown.
 */
public final class MemoryWithCampaign {

    /** So many looks of a campaign are waited for. */
    private static final Duration LOOKS = Duration.ofSeconds(60);

    private static final String CAMPAIGN = """
            apiVersion: cpubaseline.io/v1alpha1
            kind: ClusterRestartCampaign
            metadata: {name: scale}
            spec:
              baselineName: scale-0
              consent: Assumed
              budgets: [{maxUnavailable: 0}]
            """;

    private final Lab lab;
    private final BigCluster cluster;
    private final List<String> rows = new ArrayList<>();
    private int measured;

    private MemoryWithCampaign(Lab lab, BigCluster cluster) {
        this.lab = lab;
        this.cluster = cluster;
    }

    /** Arguments: how many nodes, how many virtual machines, how many rounds, and the directory of the checkout. */
    public static void main(String[] arguments) throws Exception {
        int nodes = Integer.parseInt(arguments[0]);
        int machines = Integer.parseInt(arguments[1]);
        int rounds = Integer.parseInt(arguments[2]);
        // No KubeVirt: it would stop what nobody runs.
        try (Lab lab = Lab.start(LabOptions.apiServer());
                BigCluster cluster = new BigCluster(lab, nodes, machines, 1)) {
            MemoryWithCampaign memory = new MemoryWithCampaign(lab, cluster);
            cluster.measure(
                    Collections.nCopies(2 * rounds, arguments[3]),
                    memory::operator,
                    "--restart-virtual-machines=true",
                    "--restart-interval=2s");
            System.out.printf("%n%d nodes, %d virtual machines that run%n%n", nodes, machines);
            System.out.println("| campaign | due | resident | peak | CPU in a minute |");
            System.out.println("|---|---:|---:|---:|---:|");
            memory.rows.forEach(System.out::println);
        }
        System.exit(0);
    }

    private void operator(Operator operator, String checkout, long started) throws Exception {
        boolean with = measured++ % 2 == 1;
        Footprint footprint = Footprint.of(operator.pid());
        cluster.awaitPinned(started);
        cluster.run();
        cluster.awaitWritten(started);
        int due = with ? begin() : 0;
        double before = footprint.cpuSeconds();
        // What is measured is what stays after many looks, which nothing tells of.
        Thread.sleep(LOOKS.toMillis());
        rows.add("| %s | %d | %d MB | %d MB | %.1f s |"
                .formatted(
                        with ? "yes" : "no",
                        due,
                        footprint.resident(),
                        footprint.peak(),
                        footprint.cpuSeconds() - before));
        lab.client()
                .genericKubernetesResources("cpubaseline.io/v1alpha1", "ClusterRestartCampaign")
                .delete();
    }

    /** Begins a campaign, and waits until it has counted all; returns how many are due. */
    private int begin() {
        say("beginning a campaign");
        lab.apply(CAMPAIGN);
        lab.client()
                .genericKubernetesResources("cpubaseline.io/v1alpha1", "ClusterRestartCampaign")
                .withName("scale")
                .waitUntilCondition(
                        seen -> seen != null
                                && Integer.valueOf(cluster.machines()).equals(seen.get("status", "due")),
                        5,
                        TimeUnit.MINUTES);
        return cluster.machines();
    }
}
