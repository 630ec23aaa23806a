package io.cpubaseline.pools;

import io.cpubaseline.Fleets;
import io.cpubaseline.baseline.Planner;
import io.cpubaseline.baseline.Policy;
import io.cpubaseline.catalog.CatalogLoader;
import io.cpubaseline.cpu.FeatureSet;
import io.cpubaseline.fleet.CpuClass;
import io.cpubaseline.fleet.CpuEvidence;
import io.cpubaseline.fleet.NodeCapacity;
import io.cpubaseline.fleet.NodeCpu;
import io.cpubaseline.fleet.NodeHost;
import io.cpubaseline.fleet.NodePlatform;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Some kinds of real hosts, each several times, drawn from a seed; sometimes one that has lost a feature and the models that need it. */
record DrawnFleet(long seed, List<NodeCpu> nodes, SplitRules rules) {

    static final Planner PLANNER = new Planner(CatalogLoader.selection());

    private static final List<String> HOSTS = List.of(
            "atom-p5362",
            "core-i5-2500",
            "core-i7-5600u",
            "core-i7-8700",
            "core2-q9500",
            "epyc-7601-32-core",
            "epyc-9334-32-core",
            "fx-8150",
            "ice-lake-server",
            "node-i5-13500",
            "node-ryzen7-5700x",
            "node-ryzen7-8700g",
            "opteron-6234",
            "phenom-b95",
            "xeon-5110",
            "xeon-6731e",
            "xeon-e5-2650",
            "xeon-gold-6130",
            "xeon-platinum-8268",
            "xeon-w3520");

    private static final List<String> DECISIVE = List.of("avx512f", "avx2", "sse4.2", "rdseed", "md-clear", "aes");

    /** The fleets of the seeds from 0, of 1 to that many kinds. */
    static Stream<DrawnFleet> some(int count, int kinds) {
        return IntStream.range(0, count).mapToObj(seed -> of(seed, kinds));
    }

    static DrawnFleet of(long seed, int mostKinds) {
        SplittableRandom random = new SplittableRandom(seed);
        int kinds = 1 + random.nextInt(mostKinds);
        boolean tellCores = random.nextInt(5) > 0;
        List<NodeCpu> nodes = new ArrayList<>();
        for (int kind = 0; kind < kinds; kind++) {
            CpuEvidence evidence = evidence(random);
            int size = 1 + random.nextInt(4);
            for (int i = 0; i < size; i++) {
                long cores = tellCores ? 1 + random.nextInt(64) : 0;
                nodes.add(NodeCpu.healthy("n%02d-%d".formatted(kind, i), evidence)
                        .on(new NodeHost(
                                NodePlatform.unknown(), new NodeCapacity(cores * 1000, cores << 32), List.of())));
            }
        }
        Policy.Vendors vendors = random.nextInt(4) == 0 ? Policy.Vendors.Mixed : Policy.Vendors.Single;
        return new DrawnFleet(seed, nodes, new SplitRules(Policy.open().withVendors(vendors), random.nextInt(4)));
    }

    private static CpuEvidence evidence(SplittableRandom random) {
        CpuEvidence host = Fleets.host(HOSTS.get(random.nextInt(HOSTS.size())));
        if (random.nextInt(3) > 0) {
            return host;
        }
        String lost = DECISIVE.get(random.nextInt(DECISIVE.size()));
        TreeSet<String> models = new TreeSet<>(host.labelledModels());
        models.removeIf(model -> PLANNER.catalog()
                .model(model)
                .filter(known -> known.features().contains(lost))
                .isPresent());
        return new CpuEvidence(
                host.labelledFeatures().minus(FeatureSet.of(lost)),
                models,
                new TreeSet<>(host.labelledVendors()),
                host.silicon());
    }

    List<CpuClass> classes() {
        return PLANNER.assess(nodes, rules.policy(), null).contributing();
    }

    Splits splits(int most) {
        return Splits.of(PLANNER, classes(), rules, most);
    }

    @Override
    public String toString() {
        return "seed " + seed;
    }
}
