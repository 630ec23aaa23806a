package io.cpubaseline.change;

import io.cpubaseline.baseline.Plan;
import io.cpubaseline.change.Candidate.Direction;
import io.cpubaseline.change.Candidate.Trigger;
import io.cpubaseline.change.MoveRules.Policy;
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
    private final Automation automation;

    Candidates(CpuCatalog catalog, Impact impact, Automation automation) {
        this.catalog = catalog;
        this.impact = impact;
        this.automation = automation;
    }

    /**
     * The candidate beside a pin; null if there is none.
     *
     * @param before the candidate so far
     */
    @Nullable
    Candidate insteadOf(Pin pinned, @Nullable Candidate before, Situation situation) {
        Candidate now = proposed(pinned, before, situation);
        PlannedNodes planned = situation.planned();
        Candidate candidate = planned == null ? now : withPlanned(now, planned, pinned, before, situation);
        boolean extrasMayGo = situation.rules().lower().policy() != Policy.Manual
                && situation.approvedRevision() == null
                && !situation.paused()
                && (candidate == null
                        || candidate.trigger() == Trigger.Evidence
                                && !automation.isAutomatic(candidate, pinned, situation));
        // What goes by itself is shown first; a candidate that waits for a person comes back after it.
        return (extrasMayGo ? automation.withoutLostExtras(pinned, situation) : Optional.<Pin>empty())
                .map(next -> beside(pinned, next, before, Trigger.Evidence, true, situation))
                .orElse(candidate);
    }

    private @Nullable Candidate proposed(Pin pinned, @Nullable Candidate before, Situation situation) {
        return proposed(pinned, situation.plan(), situation.cautious(), situation)
                .map(next -> beside(pinned, next, before, trigger(pinned, before, situation), false, situation))
                .orElse(null);
    }

    /** Nodes that are still to come limit what the others say; where there is no answer for all of them they are left out. */
    private @Nullable Candidate withPlanned(
            @Nullable Candidate now,
            PlannedNodes planned,
            Pin pinned,
            @Nullable Candidate before,
            Situation situation) {
        if (answer(planned.plan(), situation).isEmpty()) {
            return now;
        }
        Pin next =
                proposed(pinned, planned.plan(), planned.cautious(), situation).orElse(null);
        if (next == null) {
            return now != null && now.direction() == Direction.Raise ? null : now;
        }
        if (now != null && now.revision().equals(next.revision())) {
            return now;
        }
        String reason = "With the planned nodes %s, assumed to have what their models have, all could take %s (%s)."
                .formatted(planned.words(), next.revision(), next.level());
        return since(
                before,
                Trigger.PlannedNodes,
                situation,
                next,
                direction(pinned, next),
                reason,
                impact.ofAChange(pinned, next));
    }

    private Candidate beside(
            Pin pinned, Pin next, @Nullable Candidate before, Trigger trigger, boolean extras, Situation situation) {
        Direction direction = direction(pinned, next);
        return since(
                before,
                trigger,
                situation,
                next,
                direction,
                because(direction, pinned, next, situation.lacking(pinned), extras),
                impact.ofAChange(pinned, next));
    }

    /**
     * What the evidence and the policy say instead of the pin. Unknown nodes that still carry labels limit a raise, down to none at all, but
     * never lower anything.
     */
    private Optional<Pin> proposed(Pin pinned, Plan plan, Plan cautious, Situation situation) {
        Optional<Pin> known = answer(plan, situation);
        Optional<Pin> withUnknown = answer(cautious, situation);
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

    /**
     * A candidate keeps its time and its trigger for as long as its revision stays. A time that is still to come was written by a clock that ran
     * ahead.
     */
    static Candidate since(
            @Nullable Candidate before,
            Trigger trigger,
            Situation situation,
            Pin next,
            Direction direction,
            String reason,
            String impact) {
        // Which vendor it is confined to is decided when it is pinned.
        Pin pin = next.within(null);
        Instant now = situation.latestNow();
        if (before == null || !before.revision().equals(next.revision())) {
            return new Candidate(pin, direction, trigger, now, reason, impact);
        }
        Instant since = before.since().isAfter(now) ? now : before.since();
        return new Candidate(pin, direction, before.trigger(), since, reason, impact);
    }

    /**
     * What brings a new candidate up. Where an edit or an upgrade has left a candidate that nobody took, it is in the next one, too.
     *
     * @param pinned what is pinned; null before the first adoption
     * @param before the candidate so far
     */
    Trigger trigger(@Nullable Pin pinned, @Nullable Candidate before, Situation situation) {
        if (situation.specChanged()) {
            return Trigger.Policy;
        }
        if (pinned != null && before != null && before.trigger() != Trigger.Evidence) {
            return before.trigger();
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

    private static String because(Direction direction, Pin pinned, Pin next, List<String> lacking, boolean extras) {
        if (!lacking.isEmpty()) {
            return "%d of the nodes can't take the pinned baseline (%s); %s (%s) is what %s."
                    .formatted(
                            lacking.size(),
                            examples(lacking),
                            next.revision(),
                            next.level(),
                            extras ? "is left without the extras that some of them lack" : "all can take");
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
