package io.cpubaseline.pools;

import io.cpubaseline.fleet.CpuClass;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Moves single classes between the pools of a split for as long as that makes it better, within a number of steps. */
final class Improvement {

    private final Pooling pooling;
    private final List<List<Group>> pools;

    /** How many more times something may be added to a pool. */
    private int steps;

    private Improvement(Pooling pooling, List<List<Group>> pools, int steps) {
        this.pooling = pooling;
        this.pools = pools;
        this.steps = steps;
    }

    /**
     * Improves a split.
     *
     * @param split its pools
     * @param classes all classes, each a group; those that are in no pool may get into one
     * @param allowed how many pools there may be
     * @return the pools of a split that is as good or better
     */
    static List<Group> of(List<Group> split, List<Group> classes, int allowed, int steps, Pooling pooling) {
        List<List<Group>> pools = new ArrayList<>();
        List<Group> left = new ArrayList<>(classes);
        for (Group pool : split) {
            Set<String> names = pool.classes().stream().map(CpuClass::name).collect(Collectors.toUnmodifiableSet());
            List<Group> members = new ArrayList<>();
            for (Iterator<Group> others = left.iterator(); others.hasNext(); ) {
                Group group = others.next();
                if (names.contains(group.classes().get(0).name())) {
                    members.add(group);
                    others.remove();
                }
            }
            pools.add(members);
        }
        while (pools.size() < allowed) {
            pools.add(new ArrayList<>());
        }
        Improvement improvement = new Improvement(pooling, pools, steps);
        pools.add(left);
        improvement.run();
        return pools.subList(0, allowed).stream()
                .filter(pool -> !pool.isEmpty())
                .map(pool -> pool.stream().reduce(Group::and).orElseThrow())
                .toList();
    }

    private void run() {
        boolean moved = true;
        while (moved && steps > 0) {
            moved = false;
            for (int from = 0; from < pools.size() && steps > 0; from++) {
                for (Group group : List.copyOf(pools.get(from))) {
                    moved |= move(group, from);
                }
            }
        }
    }

    /** Moves a class to the first pool where that makes the split better. */
    private boolean move(Group group, int from) {
        List<Group> without = new ArrayList<>(pools.get(from));
        without.remove(group);
        Score rest = score(without, from);
        Score before = score(pools.get(from), from);
        if (rest == null || before == null) {
            return false;
        }
        // The last one holds those that are in no pool: nothing gets better by getting there.
        for (int to = 0; to < pools.size() - 1 && steps > 0; to++) {
            if (to == from) {
                continue;
            }
            List<Group> with = new ArrayList<>(pools.get(to));
            with.add(group);
            Score there = score(pools.get(to), to);
            Score grown = score(with, to);
            if (there != null && grown != null && rest.plus(grown).compareTo(before.plus(there)) > 0) {
                pools.set(from, without);
                pools.set(to, with);
                return true;
            }
        }
        return false;
    }

    /** What classes are worth as this pool; null if they may not be one. */
    private @Nullable Score score(List<Group> members, int pool) {
        steps -= members.size();
        if (members.isEmpty() || pool == pools.size() - 1) {
            return Score.NOTHING;
        }
        Group union = members.stream().reduce(Group::and).orElseThrow();
        return pooling.holds(union) ? pooling.worth(union) : null;
    }
}
