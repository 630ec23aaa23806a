package io.cpubaseline.pools;

import io.cpubaseline.baseline.Baseline;
import io.cpubaseline.cpu.AbiLevel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What no split can exceed: the weight in pools, and the points of those splits that have as much in pools.
 *
 * <p>The proof: a pool has no higher level than each of its classes has alone, since what is possible for several is possible for one. So the points
 * of a split are at most those of a fleet whose classes' lowest level is each pool's level, and there the best pools are ranges of levels, of which
 * there are few. That a pool may not be too small is left out, which only makes the bound higher.
 *
 * @param covered the weight in pools
 * @param points the points where that much is in pools
 */
public record UpperBound(long covered, long points) {

    private static final UpperBound NOTHING = new UpperBound(0, 0);

    /** How much more there may be at most in pools, for a score. */
    public long coveredBeyond(Score score) {
        return covered - score.covered();
    }

    /** How many points more are possible at most; only of meaning where nothing more can be in pools. */
    public long pointsBeyond(Score score) {
        return points - score.points();
    }

    private boolean exceeds(UpperBound other) {
        return covered > other.covered || covered == other.covered && points > other.points;
    }

    /**
     * The bounds for splits of up to 0, 1, 2 … pools.
     *
     * @param components groups that never share a pool with those of another component, each with a baseline
     */
    static List<UpperBound> upTo(int pools, List<List<Group>> components, Pooling pooling) {
        UpperBound[] best = new UpperBound[pools + 1];
        Arrays.fill(best, NOTHING);
        for (List<Group> component : components) {
            UpperBound[] own = new UpperBound[pools + 1];
            for (int count = 0; count <= pools; count++) {
                own[count] = ofComponent(count, component, pooling);
            }
            UpperBound[] both = new UpperBound[pools + 1];
            for (int count = 0; count <= pools; count++) {
                both[count] = NOTHING;
                for (int part = 0; part <= count; part++) {
                    UpperBound sum = new UpperBound(
                            own[part].covered + best[count - part].covered,
                            own[part].points + best[count - part].points);
                    both[count] = sum.exceeds(both[count]) ? sum : both[count];
                }
            }
            best = both;
        }
        return List.of(best);
    }

    private static UpperBound ofComponent(int pools, List<Group> component, Pooling pooling) {
        int nodes = component.stream().mapToInt(Group::nodes).sum();
        if (pools == 0 || nodes <= pooling.rules().spare()) {
            return NOTHING;
        }
        // By points.
        int levels = Score.points(AbiLevel.V4) + 1;
        long[] weights = new long[levels];
        for (Group group : component) {
            AbiLevel level = pooling.baseline(group).map(Baseline::level).orElse(AbiLevel.NONE);
            weights[Score.points(level)] += group.weight();
        }
        // Of all levels from one upwards: the points with so many pools.
        long[] points = new long[levels + 1];
        for (int pool = 0; pool < pools; pool++) {
            long[] more = new long[levels + 1];
            for (int low = levels - 1; low >= 0; low--) {
                long weight = 0;
                for (int high = low; high < levels; high++) {
                    weight += weights[high];
                    boolean rest = pool > 0 || high == levels - 1;
                    if (rest) {
                        more[low] = Math.max(more[low], weight * low + points[high + 1]);
                    }
                }
            }
            points = more;
        }
        long covered = 0;
        for (long weight : weights) {
            covered += weight;
        }
        return new UpperBound(covered, points[lowest(weights)]);
    }

    private static int lowest(long[] weights) {
        List<Integer> filled = new ArrayList<>();
        for (int level = 0; level < weights.length; level++) {
            if (weights[level] > 0) {
                filled.add(level);
            }
        }
        return filled.isEmpty() ? weights.length : filled.get(0);
    }
}
