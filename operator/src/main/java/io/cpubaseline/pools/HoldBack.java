package io.cpubaseline.pools;

import io.cpubaseline.baseline.Baseline;
import io.cpubaseline.baseline.CommonGround;
import io.cpubaseline.baseline.Planner;
import io.cpubaseline.cpu.AbiLevel;
import io.cpubaseline.fleet.CpuClass;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A class without which its pool would have a higher level.
 *
 * @param cpuClass the class
 * @param level what the pool's other nodes would reach
 * @param tooFew whether it has too few nodes to be a pool by itself
 */
public record HoldBack(CpuClass cpuClass, AbiLevel level, boolean tooFew) {

    /** Those of a pool. */
    public static List<HoldBack> of(Planner planner, Pool pool, SplitRules rules) {
        List<HoldBack> found = new ArrayList<>();
        for (CpuClass cpuClass : pool.classes()) {
            Optional<AbiLevel> level = pool.classes().stream()
                    .filter(other -> !other.name().equals(cpuClass.name()))
                    .map(planner::ground)
                    .reduce(CommonGround::and)
                    .flatMap(ground -> planner.answer(ground, rules.policy()).baseline())
                    .map(Baseline::level)
                    .filter(without -> without.compareTo(pool.baseline().level()) > 0);
            level.ifPresent(without ->
                    found.add(new HoldBack(cpuClass, without, cpuClass.nodes().size() <= rules.spare())));
        }
        return found;
    }
}
