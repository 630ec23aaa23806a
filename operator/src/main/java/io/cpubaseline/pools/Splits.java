package io.cpubaseline.pools;

import io.cpubaseline.baseline.Planner;
import io.cpubaseline.fleet.CpuClass;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The best splits of a mixed fleet into one pool, up to two, and so on. Every pool has one baseline; the nodes of a class stay together.
 *
 * <p>Of two splits the better one is, in this order: the one with more cores in pools; with more <em>points</em>, where each core counts as many as its
 * pool's level (1 for x86-64-v1 to 4 for x86-64-v4); with more cores in pools of v2 and above; of v3 and above; with more features of guests, each core
 * counting as many as guests of its pool get; with fewer pools. Where some node doesn't tell its cores, nodes are counted in place of cores.
 *
 * @param weighing what is counted
 * @param exact whether each split is the best one that there is; else each has a bound that none exceeds
 * @param byPools the splits with up to 1, 2 … pools, each as good as the one before or better; empty if there can be no pool
 */
public record Splits(Weighing weighing, boolean exact, List<Split> byPools) {

    /** A further pool is worth it that lifts one core of so many by a level. */
    private static final int WORTHWHILE = 10;

    /** So many times something may be added to a pool to improve a split by moving single classes. */
    private static final int STEPS = 60_000;

    private static final Comparator<Pool> BEST_FIRST = Comparator.comparing(
                    (Pool pool) -> pool.baseline().level(), Comparator.reverseOrder())
            .thenComparing(pool -> pool.score().covered(), Comparator.reverseOrder())
            .thenComparing(pool -> pool.classes().get(0).name());

    /** Makes the list immutable. */
    public Splits {
        byPools = List.copyOf(byPools);
    }

    /**
     * Finds them.
     *
     * @param classes the contributing classes
     * @param most how many pools there may be at most; at least 1
     */
    public static Splits of(Planner planner, Collection<CpuClass> classes, SplitRules rules, int most) {
        return of(planner, classes, rules, most, ExactSplit.MOST_GROUPS);
    }

    /** @param exactUpTo of how many groups all sets are looked at */
    static Splits of(Planner planner, Collection<CpuClass> classes, SplitRules rules, int most, int exactUpTo) {
        List<CpuClass> inOrder = classes.stream().sorted(CpuClass.BIGGEST_FIRST).toList();
        Weighing weighing = Weighing.of(inOrder);
        Pooling pooling = new Pooling(planner, rules, weighing);
        List<List<Group>> components = components(inOrder, pooling);
        int groups = components.stream().mapToInt(List::size).sum();
        int pools = Math.min(most, groups);
        boolean exact = components.stream().allMatch(component -> component.size() <= exactUpTo);
        List<List<Group>> best = new ArrayList<>();
        for (int count = 0; count <= pools; count++) {
            best.add(List.of());
        }
        for (List<Group> component : components) {
            best = together(best, splits(component, pools, exactUpTo, pooling), pooling);
        }
        List<UpperBound> bounds = exact ? List.of() : UpperBound.upTo(pools, components, pooling);
        List<Split> splits = new ArrayList<>();
        for (int count = 1; count <= pools; count++) {
            splits.add(split(count, best.get(count), inOrder, exact ? null : bounds.get(count), pooling));
        }
        return new Splits(
                weighing, exact, splits.stream().allMatch(split -> split.pools().isEmpty()) ? List.of() : splits);
    }

    /** Classes that have a baseline, in parts that never share a pool. */
    private static List<List<Group>> components(List<CpuClass> classes, Pooling pooling) {
        Map<String, List<Group>> components = new TreeMap<>();
        for (CpuClass cpuClass : classes) {
            Group group = pooling.group(cpuClass);
            if (pooling.baseline(group).isPresent()) {
                components
                        .computeIfAbsent(pooling.rules().mixed() ? "" : group.vendor(), any -> new ArrayList<>())
                        .add(group);
            }
        }
        return List.copyOf(components.values());
    }

    /** The splits of a component into up to 0, 1, 2 … pools. */
    private static List<List<Group>> splits(List<Group> component, int pools, int exactUpTo, Pooling pooling) {
        if (component.size() <= exactUpTo) {
            return ExactSplit.upTo(pools, component, pooling);
        }
        List<List<Group>> folded = ExactSplit.upTo(pools, Folding.to(exactUpTo, component, pooling), pooling);
        List<List<Group>> splits = new ArrayList<>(List.of(folded.get(0)));
        for (int count = 1; count <= pools; count++) {
            List<Group> improved = Improvement.of(folded.get(count), component, count, STEPS / pools, pooling);
            List<Group> before = splits.get(count - 1);
            splits.add(score(improved, pooling).compareTo(score(before, pooling)) > 0 ? improved : before);
        }
        return splits;
    }

    /** The best way to share so many pools out between two components. */
    private static List<List<Group>> together(List<List<Group>> some, List<List<Group>> others, Pooling pooling) {
        List<Score> ofSome = some.stream().map(split -> score(split, pooling)).toList();
        List<Score> ofOthers =
                others.stream().map(split -> score(split, pooling)).toList();
        List<List<Group>> both = new ArrayList<>();
        for (int count = 0; count < some.size(); count++) {
            int best = 0;
            for (int part = 1; part <= count; part++) {
                Score found = ofSome.get(part).plus(ofOthers.get(count - part));
                if (found.compareTo(ofSome.get(best).plus(ofOthers.get(count - best))) > 0) {
                    best = part;
                }
            }
            List<Group> split = new ArrayList<>(some.get(best));
            split.addAll(others.get(count - best));
            both.add(split);
        }
        return both;
    }

    private static Score score(List<Group> pools, Pooling pooling) {
        return pools.stream().map(pooling::worth).reduce(Score.NOTHING, Score::plus);
    }

    private static Split split(
            int allowed, List<Group> groups, List<CpuClass> classes, @Nullable UpperBound bound, Pooling pooling) {
        List<Pool> pools = groups.stream().map(pooling::pool).sorted(BEST_FIRST).toList();
        Set<String> names = new HashSet<>();
        pools.forEach(pool -> pool.classes().forEach(cpuClass -> names.add(cpuClass.name())));
        Score score = score(groups, pooling);
        return new Split(
                allowed,
                pools,
                classes.stream()
                        .filter(cpuClass -> !names.contains(cpuClass.name()))
                        .toList(),
                score,
                bound == null ? new UpperBound(score.covered(), score.points()) : bound);
    }

    /**
     * The split with the fewest pools from which on more pools bring no further core into one, and would lift less than a tenth of the cores by a level;
     * nothing if there can be no pool.
     */
    public Optional<Split> recommended() {
        if (byPools.isEmpty()) {
            return Optional.empty();
        }
        Score last = byPools.get(byPools.size() - 1).score();
        return byPools.stream()
                .filter(split ->
                        split.score().covered() == last.covered() && WORTHWHILE * liftedBeyond(split) < last.covered())
                .findFirst()
                .or(() -> Optional.of(byPools.get(byPools.size() - 1)));
    }

    /** What a class counts, in thousandths. */
    public long weight(CpuClass cpuClass) {
        return weighing.weight(cpuClass);
    }

    /** By how many levels more pools would lift cores, all together, beyond a split that has as many in pools; in thousandths. */
    public long liftedBeyond(Split split) {
        return byPools.get(byPools.size() - 1).score().points() - split.score().points();
    }
}
