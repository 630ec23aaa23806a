package io.cpubaseline.pools;

import io.cpubaseline.fleet.CpuClass;
import java.util.List;

/**
 * The best split that was found with up to so many pools.
 *
 * @param allowed how many pools were allowed
 * @param pools the pools, those of the highest level first; as many as help
 * @param leftOut classes that are in no pool, the biggest first
 * @param score how good it is
 * @param bound what no split with so many pools exceeds
 */
public record Split(int allowed, List<Pool> pools, List<CpuClass> leftOut, Score score, UpperBound bound) {

    /** Makes the lists immutable. */
    public Split {
        pools = List.copyOf(pools);
        leftOut = List.copyOf(leftOut);
    }
}
