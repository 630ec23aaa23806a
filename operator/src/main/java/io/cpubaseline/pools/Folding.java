package io.cpubaseline.pools;

import io.cpubaseline.baseline.Baseline;
import io.cpubaseline.cpu.AbiLevel;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;

/**
 * Puts groups together that lose little by it, two at a time, until few are left. A heuristic: what it gives is a way to split, not always the best
 * one.
 */
final class Folding {

    /** So many pairs are looked at first. With more groups than that allows, each is compared with those that are most like it. */
    private static final int PAIRS = 4000;

    private final Pooling pooling;
    private final IdentityHashMap<Group, IdentityHashMap<Group, Score>> losses = new IdentityHashMap<>();

    private Folding(Pooling pooling) {
        this.pooling = pooling;
    }

    /**
     * Folds.
     *
     * @param groups each with a baseline
     * @return at most so many groups. Those that can't be together with any other are left out, the lightest first
     */
    static List<Group> to(int most, List<Group> groups, Pooling pooling) {
        return new Folding(pooling).fold(most, groups);
    }

    private List<Group> fold(int most, List<Group> groups) {
        List<Group> left = new ArrayList<>(groups);
        left.sort(Comparator.comparing(this::level)
                .thenComparing(
                        group -> pooling.baseline(group).map(Baseline::revision).orElse("")));
        int window = Math.max(1, PAIRS / left.size());
        while (left.size() > most) {
            Score least = null;
            int one = 0;
            int other = 0;
            for (int i = 0; i < left.size(); i++) {
                for (int j = i + 1; j <= Math.min(left.size() - 1, i + window); j++) {
                    Score loss = loss(left.get(i), left.get(j));
                    if (least == null || loss.compareTo(least) < 0) {
                        least = loss;
                        one = i;
                        other = j;
                    }
                }
            }
            if (least == null || least.covered() > 0) {
                return left.stream()
                        .sorted(Comparator.comparing(Group::weight).reversed())
                        .limit(most)
                        .toList();
            }
            Group removed = left.remove(other);
            losses.remove(removed);
            losses.remove(left.get(one));
            left.set(one, left.get(one).and(removed));
        }
        return left;
    }

    private AbiLevel level(Group group) {
        return pooling.baseline(group).map(Baseline::level).orElse(AbiLevel.NONE);
    }

    /** What both are worth alone, without what they are worth together. */
    private Score loss(Group one, Group other) {
        return losses.computeIfAbsent(one, group -> new IdentityHashMap<>())
                .computeIfAbsent(
                        other,
                        group -> pooling.worth(one).plus(pooling.worth(other)).minus(pooling.worth(one.and(other))));
    }
}
