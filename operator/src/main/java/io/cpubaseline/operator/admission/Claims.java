package io.cpubaseline.operator.admission;

import io.cpubaseline.report.SpecReader.VirtualMachineIntent;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;

/**
 * Which baselines may have a binding: of those that could select the same virtual machine at most one at a time. Of those with mode Admission it is the
 * oldest. One with mode Patch has none as soon as another baseline, whatever its mode, could select the same: whose a new virtual machine is doesn't
 * show in its instance. Two bindings must never match one instance: the API server takes them in random order (1.36.2, seen: of 14 touches of
 * a binding three changed which came last). Safe for use by several threads.
 */
final class Claims {

    private static final Comparator<Claim> BY_AGE =
            Comparator.comparing(Claim::created).thenComparing(Claim::baseline);

    private final Supplier<Set<String>> bound;
    private final Runnable changed;

    /** By baseline, which virtual machines those select that select any. Guarded by this object. */
    private final Map<String, Claim> known = new HashMap<>();

    /** Baselines that have been looked at, those that select no virtual machines too. Guarded by this object. */
    private final Set<String> lookedAt = new HashSet<>();

    /** Baselines that have a binding, or are about to. Guarded by this object. */
    private final Set<String> holding = new HashSet<>();

    /**
     * Which virtual machines a baseline selects, and what it does with them.
     *
     * @param created when the baseline was created, as RFC 3339 in UTC, which sorts by time
     */
    record Claim(String baseline, String created, VirtualMachineIntent intent) {

        /** Whether it is in the same others' way as an earlier one of the same baseline. */
        private boolean standsWhere(Claim earlier) {
            return created.equals(earlier.created)
                    && intent.namespaces().equals(earlier.intent.namespaces())
                    && intent.selector().equals(earlier.intent.selector())
                    && intent.patch() == earlier.intent.patch()
                    && intent.admission() == earlier.intent.admission();
        }
    }

    /**
     * No baseline is known yet.
     *
     * @param bound baselines whose binding can be seen
     * @param changed is called, without a lock, when somebody else's turn may have come
     */
    Claims(Supplier<Set<String>> bound, Runnable changed) {
        this.bound = bound;
        this.changed = changed;
    }

    /** Keeps in mind what a baseline selects, whether it wants a binding or not. */
    void remember(Claim claim) {
        Claim before;
        synchronized (this) {
            lookedAt.add(claim.baseline());
            before = known.put(claim.baseline(), claim);
        }
        if (before == null || !claim.standsWhere(before)) {
            changed.run();
        }
    }

    /** A baseline selects no virtual machines any more. */
    void forget(String baseline) {
        Claim before;
        synchronized (this) {
            before = known.remove(baseline);
        }
        if (before != null) {
            changed.run();
        }
    }

    /** A baseline was looked at that wants no binding and selects none that anybody else could. */
    void standsInNobodysWay(String baseline) {
        boolean news;
        synchronized (this) {
            news = lookedAt.add(baseline);
        }
        if (news) {
            changed.run();
        }
    }

    /** There is no such baseline any more. */
    void gone(String baseline) {
        release(baseline);
        forget(baseline);
        synchronized (this) {
            lookedAt.remove(baseline);
        }
    }

    /**
     * Takes the right to bind, if no baseline that goes before could select the same virtual machine, and no other one is bound that could. One that
     * is bound, and isn't known yet, could.
     *
     * @return the baseline that stands in the way; nothing if the right is taken
     */
    Optional<String> claim(Claim mine) {
        Set<String> holders = new TreeSet<>(bound.get());
        synchronized (this) {
            Optional<String> first = known.values().stream()
                    .filter(other -> goesBefore(other, mine))
                    .filter(other -> other.intent().overlaps(mine.intent()))
                    .min(BY_AGE)
                    .map(Claim::baseline);
            if (first.isPresent()) {
                return first;
            }
            holders.addAll(holding);
            holders.remove(mine.baseline());
            Optional<String> holder = holders.stream()
                    .filter(name -> Optional.ofNullable(known.get(name))
                            .map(other -> other.intent().overlaps(mine.intent()))
                            .orElse(true))
                    .findFirst();
            if (holder.isEmpty()) {
                holding.add(mine.baseline());
            }
            return holder;
        }
    }

    private static boolean goesBefore(Claim other, Claim mine) {
        return mine.intent().admission()
                ? other.intent().admission() && BY_AGE.compare(other, mine) < 0
                : !other.baseline().equals(mine.baseline());
    }

    /** Whether it is known of all these baselines which virtual machines they select. */
    synchronized boolean knows(Collection<String> baselines) {
        return lookedAt.containsAll(baselines);
    }

    /** Whether a baseline has taken the right. */
    synchronized boolean holds(String baseline) {
        return holding.contains(baseline);
    }

    /** A baseline's binding is gone. */
    void release(String baseline) {
        boolean held;
        synchronized (this) {
            held = holding.remove(baseline);
        }
        if (held) {
            changed.run();
        }
    }
}
