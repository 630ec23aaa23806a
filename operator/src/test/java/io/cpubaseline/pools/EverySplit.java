package io.cpubaseline.pools;

import io.cpubaseline.baseline.Baseline;
import io.cpubaseline.baseline.Plan;
import io.cpubaseline.cpu.AbiLevel;
import io.cpubaseline.fleet.CpuClass;
import io.cpubaseline.fleet.NodeCpu;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The best split by looking at all of them, each pool planned as its own baseline would be: nothing of the search is used. */
final class EverySplit {

    private final DrawnFleet fleet;
    private final List<CpuClass> classes;
    private final Map<List<String>, Optional<long[]>> known = new HashMap<>();
    private final boolean cores;

    private EverySplit(DrawnFleet fleet) {
        this.fleet = fleet;
        this.classes = fleet.classes();
        this.cores = classes.stream()
                .flatMap(cpuClass -> cpuClass.nodes().stream())
                .allMatch(node -> node.host().capacity().milliCores() > 0);
    }

    /** The score of the best split with up to so many pools: covered, points, from v2, from v3, features, pools. */
    static long[] best(DrawnFleet fleet, int pools) {
        EverySplit every = new EverySplit(fleet);
        long[][] best = {new long[6]};
        every.place(0, new ArrayList<>(), pools, best);
        return best[0];
    }

    private void place(int next, List<List<CpuClass>> pools, int most, long[][] best) {
        if (next == classes.size()) {
            consider(pools, best);
            return;
        }
        place(next + 1, pools, most, best);
        for (List<CpuClass> pool : List.copyOf(pools)) {
            pool.add(classes.get(next));
            place(next + 1, pools, most, best);
            pool.remove(pool.size() - 1);
        }
        if (pools.size() < most) {
            List<CpuClass> pool = new ArrayList<>(List.of(classes.get(next)));
            pools.add(pool);
            place(next + 1, pools, most, best);
            pools.remove(pools.size() - 1);
        }
    }

    private void consider(List<List<CpuClass>> pools, long[][] best) {
        long[] sum = new long[6];
        for (List<CpuClass> pool : pools) {
            Optional<long[]> score = known.computeIfAbsent(
                    pool.stream().map(CpuClass::name).toList(), names -> score(List.copyOf(pool)));
            if (score.isEmpty()) {
                return;
            }
            for (int i = 0; i < sum.length; i++) {
                sum[i] += score.get()[i];
            }
        }
        if (better(sum, best[0])) {
            best[0] = sum;
        }
    }

    private static boolean better(long[] one, long[] other) {
        for (int i = 0; i < 5; i++) {
            if (one[i] != other[i]) {
                return one[i] > other[i];
            }
        }
        return one[5] < other[5];
    }

    private Optional<long[]> score(List<CpuClass> pool) {
        List<NodeCpu> nodes =
                pool.stream().flatMap(cpuClass -> cpuClass.nodes().stream()).toList();
        boolean severalVendors = pool.stream().map(CpuClass::vendor).distinct().count() > 1;
        if (nodes.size() <= fleet.rules().spare()
                || severalVendors && !fleet.rules().mixed()) {
            return Optional.empty();
        }
        Plan plan = DrawnFleet.PLANNER.plan(
                DrawnFleet.PLANNER.assess(nodes, fleet.rules().policy(), null),
                fleet.rules().policy());
        return plan.answer().baseline().map(baseline -> score(nodes, baseline));
    }

    private long[] score(List<NodeCpu> nodes, Baseline baseline) {
        long weight = nodes.stream()
                .mapToLong(node -> cores ? node.host().capacity().milliCores() : 1000)
                .sum();
        long features = baseline.guestFeatures().stream()
                .filter(feature -> !DrawnFleet.PLANNER.rules().notCounted().test(feature))
                .count();
        long level = List.of(AbiLevel.NONE, AbiLevel.V1, AbiLevel.V2, AbiLevel.V3, AbiLevel.V4)
                .indexOf(baseline.level());
        return new long[] {
            weight, weight * level, level >= 2 ? weight : 0, level >= 3 ? weight : 0, weight * features, 1
        };
    }
}
