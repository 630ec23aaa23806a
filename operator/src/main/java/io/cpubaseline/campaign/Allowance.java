package io.cpubaseline.campaign;

import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** How many more restarts the budgets that are open leave. Not safe for use by several threads. */
final class Allowance {

    private final List<Budget> open;

    /** When the next one opens; null while one is open, or if none ever does. */
    private final @Nullable Instant next;

    private int left = Integer.MAX_VALUE;
    private final Map<String, Integer> leftIn = new HashMap<>();

    private Allowance(List<Budget> open, @Nullable Instant next) {
        this.open = open;
        this.next = next;
    }

    /**
     * Of the budgets that are open at that time.
     *
     * @param running all that run, by namespace
     * @param unavailable those of a namespace that are not available
     */
    static Allowance of(
            List<Budget> budgets, Map<String, Integer> running, Map<String, Set<String>> unavailable, Instant now) {
        List<Budget> open =
                budgets.stream().filter(budget -> budget.window().open(now)).toList();
        Instant next = open.isEmpty()
                ? budgets.stream()
                        .flatMap(budget -> budget.window().opens(now).stream())
                        .min(Comparator.naturalOrder())
                        .orElse(null)
                : null;
        Allowance allowance = new Allowance(open, next);
        if (open.isEmpty()) {
            allowance.left = 0;
            return allowance;
        }
        int all = running.values().stream().mapToInt(Integer::intValue).sum();
        int gone = unavailable.values().stream().mapToInt(Set::size).sum();
        for (Budget budget : open) {
            if (!budget.perNamespace()) {
                allowance.left =
                        Math.min(allowance.left, budget.maxUnavailable().of(all) - gone);
                continue;
            }
            running.forEach((namespace, count) -> allowance.leftIn.merge(
                    namespace,
                    budget.maxUnavailable().of(count)
                            - unavailable.getOrDefault(namespace, Set.of()).size(),
                    Math::min));
        }
        return allowance;
    }

    boolean closed() {
        return open.isEmpty();
    }

    Optional<Instant> next() {
        return Optional.ofNullable(next);
    }

    /** Whether one more of that namespace may become unavailable. */
    boolean admits(String namespace) {
        return left > 0 && leftIn.getOrDefault(namespace, Integer.MAX_VALUE) > 0;
    }

    /** Whether one of that namespace may be restarted that is unavailable already: it takes nothing away, unless too many are. */
    boolean admitsUnavailable(String namespace) {
        return left >= 0 && leftIn.getOrDefault(namespace, 0) >= 0;
    }

    /** Whether more are unavailable than may be. */
    boolean overdrawn() {
        return left < 0 || leftIn.values().stream().anyMatch(count -> count < 0);
    }

    /** One more of that namespace becomes unavailable. */
    void take(String namespace) {
        left--;
        leftIn.computeIfPresent(namespace, (same, count) -> count - 1);
    }
}
