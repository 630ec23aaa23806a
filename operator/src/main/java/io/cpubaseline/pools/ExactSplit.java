package io.cpubaseline.pools;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The best splits of few groups, found by looking at every set of them once: the best split of a set has, beside the pool with the set's first
 * group, the best split of what is left with one pool less, since scores are sums. That is some 3^n steps for each number of pools.
 */
final class ExactSplit {

    /** 3^12 steps take a part of a second. */
    static final int MOST_GROUPS = 12;

    private final List<Group> groups;

    /** By sets of groups, as bits: what the set is worth as one pool; null if it may not be one. */
    private final @Nullable Score[] alone;

    /** By number of pools, by set of groups: the best score, and the first pool of the split that has it; 0: the first group is in none. */
    private final List<Score[]> best = new ArrayList<>();

    private final List<int[]> first = new ArrayList<>();

    private ExactSplit(List<Group> groups, Pooling pooling) {
        this.groups = groups;
        this.alone = new Score[1 << groups.size()];
        Group[] unions = new Group[1 << groups.size()];
        for (int set = 1; set < unions.length; set++) {
            int lowest = Integer.numberOfTrailingZeros(set);
            Group group = groups.get(lowest);
            int rest = set & (set - 1);
            unions[set] = rest == 0 ? group : unions[rest].and(group);
            alone[set] = pooling.holds(unions[set]) ? pooling.worth(unions[set]) : null;
        }
        Score[] none = new Score[1 << groups.size()];
        Arrays.fill(none, Score.NOTHING);
        best.add(none);
        first.add(new int[none.length]);
    }

    /**
     * The best splits of these groups, from none up to that many pools; each a list of pools, each of them a group.
     *
     * @param groups at most {@link #MOST_GROUPS}
     */
    static List<List<Group>> upTo(int pools, List<Group> groups, Pooling pooling) {
        ExactSplit split = new ExactSplit(groups, pooling);
        List<List<Group>> splits = new ArrayList<>();
        for (int count = 0; count <= pools; count++) {
            if (count > 0) {
                split.add();
            }
            splits.add(split.read(count));
        }
        return splits;
    }

    /** Finds the best splits of every set into up to one more pool. */
    private void add() {
        Score[] fewer = best.get(best.size() - 1);
        Score[] scores = new Score[fewer.length];
        int[] pools = new int[fewer.length];
        scores[0] = Score.NOTHING;
        for (int set = 1; set < scores.length; set++) {
            int lowest = Integer.lowestOneBit(set);
            int rest = set ^ lowest;
            Score found = scores[rest];
            int pool = 0;
            // Every set that has the first group, the biggest one first.
            for (int others = rest; ; others = (others - 1) & rest) {
                Score own = alone[others | lowest];
                if (own != null) {
                    Score whole = own.plus(fewer[rest ^ others]);
                    if (whole.compareTo(found) > 0) {
                        found = whole;
                        pool = others | lowest;
                    }
                }
                if (others == 0) {
                    break;
                }
            }
            scores[set] = found;
            pools[set] = pool;
        }
        best.add(scores);
        first.add(pools);
    }

    private List<Group> read(int count) {
        List<Group> pools = new ArrayList<>();
        int left = count;
        int set = alone.length - 1;
        while (set != 0) {
            int pool = first.get(left)[set];
            if (pool == 0) {
                set &= set - 1;
            } else {
                pools.add(union(pool));
                set &= ~pool;
                left--;
            }
        }
        return pools;
    }

    private Group union(int set) {
        Group union = groups.get(Integer.numberOfTrailingZeros(set));
        for (int rest = set & (set - 1); rest != 0; rest &= rest - 1) {
            union = union.and(groups.get(Integer.numberOfTrailingZeros(rest)));
        }
        return union;
    }
}
