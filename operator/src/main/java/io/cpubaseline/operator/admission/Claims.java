package io.cpubaseline.operator.admission;

import io.cpubaseline.report.SpecReader.VirtualMachineIntent;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;

/**
 * Which baselines may have a binding: of those that could select the same virtual machine at most one at a time, the oldest. Two bindings must never
 * match one instance: the API server takes them in random order (1.36.2, seen: of 14 touches of a binding three changed which came last).
 * Safe for use by several threads.
 */
final class Claims {

    private static final Comparator<Claim> BY_AGE =
            Comparator.comparing(Claim::created).thenComparing(Claim::baseline);

    private final Supplier<Set<String>> bound;
    private final Runnable changed;

    /** By baseline, what those want that want a binding. Guarded by this object. */
    private final Map<String, Claim> wanting = new HashMap<>();

    /** Baselines that have a binding, or are about to. Guarded by this object. */
    private final Set<String> holding = new HashSet<>();

    /**
     * What a baseline wants.
     *
     * @param created when the baseline was created, as RFC 3339 in UTC, which sorts by time
     */
    record Claim(String baseline, String created, VirtualMachineIntent intent) {}

    /**
     * Nobody wants anything yet.
     *
     * @param bound baselines whose binding can be seen
     * @param changed is called, without a lock, when somebody else's turn may have come
     */
    Claims(Supplier<Set<String>> bound, Runnable changed) {
        this.bound = bound;
        this.changed = changed;
    }

    /** Keeps in mind what a baseline wants. */
    void remember(Claim claim) {
        Claim before;
        synchronized (this) {
            before = wanting.put(claim.baseline(), claim);
        }
        if (!claim.equals(before)) {
            changed.run();
        }
    }

    /** A baseline wants no binding any more. */
    void forget(String baseline) {
        Claim before;
        synchronized (this) {
            before = wanting.remove(baseline);
        }
        if (before != null) {
            changed.run();
        }
    }

    /**
     * Takes the right to bind, if there is no older baseline that could select the same virtual machine, and no other one is bound that could. One
     * that is bound, and isn't known yet, could.
     *
     * @return the baseline that stands in the way; nothing if the right is taken
     */
    Optional<String> claim(Claim mine) {
        Set<String> holders = new TreeSet<>(bound.get());
        synchronized (this) {
            Optional<String> older = wanting.values().stream()
                    .filter(other -> BY_AGE.compare(other, mine) < 0)
                    .filter(other -> other.intent().overlaps(mine.intent()))
                    .min(BY_AGE)
                    .map(Claim::baseline);
            if (older.isPresent()) {
                return older;
            }
            holders.addAll(holding);
            holders.remove(mine.baseline());
            Optional<String> holder = holders.stream()
                    .filter(name -> Optional.ofNullable(wanting.get(name))
                            .map(other -> other.intent().overlaps(mine.intent()))
                            .orElse(true))
                    .findFirst();
            if (holder.isEmpty()) {
                holding.add(mine.baseline());
            }
            return holder;
        }
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
