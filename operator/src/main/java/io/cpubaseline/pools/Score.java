package io.cpubaseline.pools;

import io.cpubaseline.cpu.AbiLevel;

/**
 * How good a split is. Scores are compared by their components, from the first to the last; the greater one is better, but for the pools. Every
 * component is a sum over the pools, so that the best split of some nodes is part of the best split of more.
 *
 * @param covered the weight of the nodes that are in a pool: thousandths of a core
 * @param points each node's weight times its pool's level: 1 for x86-64-v1 to 4 for x86-64-v4
 * @param fromV2 the weight in pools of x86-64-v2 and above
 * @param fromV3 the weight in pools of x86-64-v3 and above: of two splits with as many points the more balanced one is better
 * @param features each node's weight times the number of features that a guest of its pool gets
 * @param pools how many pools there are
 */
public record Score(long covered, long points, long fromV2, long fromV3, long features, int pools)
        implements Comparable<Score> {

    /** No pool at all. */
    public static final Score NOTHING = new Score(0, 0, 0, 0, 0, 0);

    /**
     * One pool.
     *
     * @param weight its nodes' weight
     * @param features how many features count that its guests get
     */
    static Score of(long weight, AbiLevel level, int features) {
        return new Score(
                weight,
                weight * points(level),
                level.atLeast(AbiLevel.V2) ? weight : 0,
                level.atLeast(AbiLevel.V3) ? weight : 0,
                weight * features,
                1);
    }

    /** What a core counts in a pool of this level: 4 for x86-64-v4 to 1 for x86-64-v1, 0 below. */
    static int points(AbiLevel level) {
        int place = AbiLevel.HIGHEST_FIRST.indexOf(level);
        return place < 0 ? 0 : AbiLevel.HIGHEST_FIRST.size() - place;
    }

    /** Both together. */
    Score plus(Score other) {
        return new Score(
                covered + other.covered,
                points + other.points,
                fromV2 + other.fromV2,
                fromV3 + other.fromV3,
                features + other.features,
                pools + other.pools);
    }

    Score minus(Score other) {
        return new Score(
                covered - other.covered,
                points - other.points,
                fromV2 - other.fromV2,
                fromV3 - other.fromV3,
                features - other.features,
                pools - other.pools);
    }

    @Override
    public int compareTo(Score other) {
        int order = Long.compare(covered, other.covered);
        order = order != 0 ? order : Long.compare(points, other.points);
        order = order != 0 ? order : Long.compare(fromV2, other.fromV2);
        order = order != 0 ? order : Long.compare(fromV3, other.fromV3);
        order = order != 0 ? order : Long.compare(features, other.features);
        return order != 0 ? order : Integer.compare(other.pools, pools);
    }
}
