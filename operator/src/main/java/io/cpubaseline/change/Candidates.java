package io.cpubaseline.change;

import io.cpubaseline.baseline.Plan;
import io.cpubaseline.change.Candidate.Direction;
import io.cpubaseline.change.Candidate.Trigger;
import io.cpubaseline.cpu.CpuCatalog;
import io.cpubaseline.cpu.FeatureSet;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Finds what the evidence and the policy say instead of a pin, which way that goes, and what brought it up. */
final class Candidates {

    private static final int NODES_NAMED = 3;

    private final CpuCatalog catalog;
    private final Impact impact;

    Candidates(CpuCatalog catalog, Impact impact) {
        this.catalog = catalog;
        this.impact = impact;
    }

    /**
     * The candidate beside a pin; null if there is none.
     *
     * @param before the candidate so far
     */
    @Nullable
    Candidate insteadOf(Pin pinned, @Nullable Candidate before, Situation situation) {
        Pin next = proposed(pinned, situation).orElse(null);
        if (next == null) {
            return null;
        }
        Direction direction = direction(pinned, next);
        return since(
                before,
                trigger(pinned, situation),
                situation.now(),
                next,
                direction,
                because(direction, pinned, next, situation.lacking(pinned)),
                impact.ofAChange(pinned, next));
    }

    /**
     * What the evidence and the policy say instead of the pin. Unknown nodes that still carry labels limit a raise, down to none at all, but
     * never lower anything.
     */
    private Optional<Pin> proposed(Pin pinned, Situation situation) {
        Optional<Pin> known = answer(situation.plan(), situation);
        Optional<Pin> withUnknown = answer(situation.cautious(), situation);
        boolean same = known.isEmpty()
                || known.get().revision().equals(pinned.revision())
                || withUnknown.isPresent() && withUnknown.get().revision().equals(pinned.revision());
        if (same) {
            return Optional.empty();
        }
        Optional<Pin> raise = withUnknown.filter(pin -> direction(pinned, pin) == Direction.Raise);
        return raise.isPresent() || direction(pinned, known.get()) == Direction.Raise ? raise : known;
    }

    /** The pin that a plan's answer would become; nothing if it has none. */
    Optional<Pin> answer(Plan plan, Situation situation) {
        return plan.answer()
                .baseline()
                .map(baseline -> Pin.of(
                        baseline, Confinement.of(plan.fleet(), situation.severalVendors()), null, catalog.version()));
    }

    /** A candidate keeps its time and its trigger for as long as its revision stays. */
    static Candidate since(
            @Nullable Candidate before,
            Trigger trigger,
            Instant now,
            Pin next,
            Direction direction,
            String reason,
            String impact) {
        // Which vendor it is confined to is decided when it is pinned.
        Pin pin = next.within(null);
        return before != null && before.revision().equals(next.revision())
                ? new Candidate(pin, direction, before.trigger(), before.since(), reason, impact)
                : new Candidate(pin, direction, trigger, now, reason, impact);
    }

    /**
     * What brings a new candidate up.
     *
     * @param pinned what is pinned; null before the first adoption
     */
    Trigger trigger(@Nullable Pin pinned, Situation situation) {
        if (situation.specChanged()) {
            return Trigger.Policy;
        }
        boolean catalogAlone = pinned != null
                && !pinned.catalogVersion().equals(catalog.version())
                && situation.lacking(pinned).isEmpty();
        return catalogAlone ? Trigger.Catalog : Trigger.Evidence;
    }

    /** Which way a change goes, by what guests see. */
    Direction direction(Pin from, Pin to) {
        Optional<FeatureSet> before = from.guestFeatures(catalog);
        Optional<FeatureSet> after = to.guestFeatures(catalog);
        if (before.isEmpty() || after.isEmpty()) {
            return Direction.Sideways;
        }
        boolean keepsAll = after.get().containsAll(before.get());
        boolean addsNone = before.get().containsAll(after.get());
        if (keepsAll == addsNone) {
            return Direction.Sideways;
        }
        return keepsAll ? Direction.Raise : Direction.Lower;
    }

    private static String because(Direction direction, Pin pinned, Pin next, List<String> lacking) {
        if (!lacking.isEmpty()) {
            return "%d of the nodes can't take the pinned baseline (%s); %s (%s) is what all can take."
                    .formatted(lacking.size(), examples(lacking), next.revision(), next.level());
        }
        String change = "%s (%s) instead of the pinned %s (%s)"
                .formatted(next.revision(), next.level(), pinned.revision(), pinned.level());
        return switch (direction) {
            case Raise -> "All contributing nodes can give more: %s.".formatted(change);
            case Lower -> "Less would be chosen today: %s.".formatted(change);
            case Sideways -> "Something else would be chosen today: %s.".formatted(change);
        };
    }

    /** The first few names. */
    static String examples(List<String> names) {
        int shown = Math.min(NODES_NAMED, names.size());
        return String.join(", ", names.subList(0, shown)) + (names.size() > shown ? ", …" : "");
    }
}
