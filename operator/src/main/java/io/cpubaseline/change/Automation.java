package io.cpubaseline.change;

import io.cpubaseline.Reason;
import io.cpubaseline.baseline.Purpose;
import io.cpubaseline.baseline.SelectionRules;
import io.cpubaseline.baseline.SelectionRules.Addition;
import io.cpubaseline.baseline.SelectionRules.Group;
import io.cpubaseline.change.Candidate.Direction;
import io.cpubaseline.change.Candidate.Trigger;
import io.cpubaseline.change.Decision.Move;
import io.cpubaseline.change.Decision.Verdict;
import io.cpubaseline.change.MoveRules.Policy;
import io.cpubaseline.change.MoveRules.Way;
import io.cpubaseline.cpu.CpuCatalog;
import io.cpubaseline.cpu.FeatureSet;
import io.cpubaseline.fleet.CapacityShare;
import io.cpubaseline.fleet.CpuClass;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether a candidate takes the pin's place without a person's word: only what the nodes' evidence has brought up, only by the policy of its
 * direction, after its time, and while nothing is under way that makes evidence doubtful.
 */
final class Automation {

    private final CpuCatalog catalog;
    private final SelectionRules rules;
    private final FeatureSet mitigations;

    Automation(CpuCatalog catalog, SelectionRules rules) {
        this.catalog = catalog;
        this.rules = rules;
        this.mitigations = rules.group(Group.MITIGATION);
    }

    /** What becomes of a candidate by itself. */
    sealed interface Judgement {

        /** Nothing: it is not one of those that the policy lets through. */
        record Manual() implements Judgement {}

        /** It takes the pin's place, by that rule. */
        record Moves(Move rule) implements Judgement {}

        /**
         * It will, unless something changes.
         *
         * @param verdict what it waits for
         * @param retryAfter when time alone may end that; null if it can't
         */
        record Waits(Verdict verdict, @Nullable Duration retryAfter) implements Judgement {}
    }

    /** What becomes of this candidate by itself, while the pin may move at all. */
    Judgement judge(Candidate candidate, Pin pinned, Situation situation) {
        boolean extras = isExtras(candidate, pinned, situation);
        if (!extras && !isAutomatic(candidate, pinned, situation)) {
            return new Judgement.Manual();
        }
        Optional<Verdict> held = held(candidate, pinned, situation);
        if (held.isPresent()) {
            return new Judgement.Waits(held.get(), null);
        }
        Way way = extras ? situation.rules().lower() : way(candidate, pinned, situation.rules());
        Instant due = since(candidate, situation).plus(way.stabilization());
        Instant now = situation.earliestNow();
        // No time is none by any clock, and where there is no clock.
        if (!way.stabilization().isZero() && due.isAfter(now)) {
            return new Judgement.Waits(
                    new Verdict(
                            Reason.Stabilizing,
                            "%s It will be taken at %s unless the nodes change. To take it now: spec.approvedRevision: %s"
                                    .formatted(candidate.reason(), due, candidate.revision())),
                    Duration.between(now, due));
        }
        return new Judgement.Moves(extras ? Move.ExtrasDropped : rule(candidate.direction()));
    }

    private static Move rule(Direction direction) {
        return switch (direction) {
            case Raise -> Move.AutomaticRaise;
            case Lower -> Move.AutomaticLower;
            case Sideways -> Move.AutomaticSideways;
        };
    }

    /** The labels of an upgrade's nodes have to have been the same for the whole time after it. */
    private static Instant since(Candidate candidate, Situation situation) {
        Instant settled = situation.kubeVirt().since();
        return settled != null && settled.isAfter(candidate.since()) ? settled : candidate.since();
    }

    /** Whether the policy takes a candidate like this by itself, if nothing holds it. */
    boolean isAutomatic(Candidate candidate, Pin pinned, Situation situation) {
        // That something is taken away must be the doing of a node that can't give it.
        boolean proven = candidate.direction() == Direction.Raise
                || !situation.lacking(pinned).isEmpty();
        return proven
                && candidate.trigger() == Trigger.Evidence
                && way(candidate, pinned, situation.rules()).policy() == Policy.Automatic;
    }

    /** The rules for a candidate: what goes both ways, or takes a mitigation, obeys the stricter ones. */
    private Way way(Candidate candidate, Pin pinned, MoveRules moves) {
        if (candidate.direction() == Direction.Raise) {
            return moves.raise();
        }
        return candidate.direction() == Direction.Lower && !losesMitigation(pinned, candidate.pin())
                ? moves.lower()
                : moves.lower().and(moves.raise());
    }

    private boolean losesMitigation(Pin pinned, Pin next) {
        Optional<FeatureSet> before = pinned.guestFeatures(catalog);
        Optional<FeatureSet> after = next.guestFeatures(catalog);
        return before.isEmpty()
                || after.isEmpty()
                || !before.get().minus(after.get()).intersect(mitigations).isEmpty();
    }

    /** What a person, an upgrade or a verification holds back. */
    private static Optional<Verdict> held(Candidate candidate, Pin pinned, Situation situation) {
        if (situation.approvedRevision() != null) {
            return Optional.of(new Verdict(
                    Reason.HeldByApproval,
                    "%s Nothing moves by itself while spec.approvedRevision is set: take it out, or approve this: %s"
                            .formatted(candidate.reason(), candidate.revision())));
        }
        boolean adds = candidate.direction() != Direction.Lower;
        List<String> unseen = adds ? situation.unseen() : List.of();
        if (!unseen.isEmpty()) {
            return Optional.of(new Verdict(
                    Reason.HeldByUnknownNodes,
                    "%s Held, since nothing is known of some selected nodes (%s), which may not be able to take it. To take it anyway: spec.approvedRevision: %s"
                            .formatted(candidate.reason(), Candidates.examples(unseen), candidate.revision())));
        }
        String underWay = situation.kubeVirt().underWay();
        if (underWay != null) {
            return Optional.of(new Verdict(
                    Reason.HeldByUpgrade,
                    "%s Held: %s, and labels may come and go. To take it anyway: spec.approvedRevision: %s"
                            .formatted(candidate.reason(), underWay, candidate.revision())));
        }
        FailedVerification failed = adds ? situation.failedVerification() : null;
        if (failed != null && failed.revision().equals(pinned.revision())) {
            return Optional.of(new Verdict(
                    Reason.HeldByVerification,
                    "%s Held: guests did not migrate well with what is pinned (cpu-baseline verify, %s), so nothing is raised by itself until a run passes. To take it anyway: spec.approvedRevision: %s"
                            .formatted(candidate.reason(), failed.time(), candidate.revision())));
        }
        CapacityShare able = situation.able(candidate.pin());
        return !adds || able.reaches(situation.rules().minimumCapacity())
                ? Optional.empty()
                : Optional.of(new Verdict(
                        Reason.HeldByCapacity,
                        "%s Held: only %s of the selected nodes could take it, less than spec.capacity.minimum (%d percent). To take it anyway: spec.approvedRevision: %s"
                                .formatted(
                                        candidate.reason(),
                                        able,
                                        situation.rules().minimumCapacity(),
                                        candidate.revision())));
    }

    /** Whether a candidate is the pin without extras that nodes have lost, and the policy drops these by itself. */
    private boolean isExtras(Candidate candidate, Pin pinned, Situation situation) {
        return candidate.trigger() == Trigger.Evidence
                && situation.rules().lower().policy() != Policy.Manual
                && withoutLostExtras(pinned, situation)
                        .filter(pin -> pin.revision().equals(candidate.revision()))
                        .isPresent();
    }

    /**
     * The pin without the required features of purpose Performance that keep it off known nodes which could take the rest: each is a node
     * selector. What a dropped one is a prerequisite of goes with it. Nothing where no such node lacks one.
     */
    Optional<Pin> withoutLostExtras(Pin pinned, Situation situation) {
        FeatureSet extras = FeatureSet.copyOf(pinned.required().entrySet().stream()
                .filter(feature -> feature.getValue() == Purpose.Performance)
                .map(Map.Entry::getKey)
                .toList());
        NavigableSet<String> dropped = new TreeSet<>();
        for (CpuClass lacking : situation.classesLacking(pinned)) {
            FeatureSet lost = extras.minus(lacking.evidence().labelledFeatures());
            if (!lost.isEmpty() && lacking.offers(without(pinned, lost).criteria())) {
                dropped.addAll(lost.names());
            }
        }
        if (dropped.isEmpty()) {
            return Optional.empty();
        }
        // The list is in the order of prerequisites.
        for (Addition addition : rules.additions()) {
            if (extras.contains(addition.feature())
                    && addition.requires().names().stream().anyMatch(dropped::contains)) {
                dropped.add(addition.feature());
            }
        }
        return Optional.of(without(pinned, FeatureSet.copyOf(dropped)));
    }

    private static Pin without(Pin pinned, FeatureSet features) {
        TreeMap<String, Purpose> required = new TreeMap<>(pinned.required());
        required.keySet().removeIf(features::contains);
        return new Pin(pinned.cpuModel(), required, pinned.level(), pinned.vendor(), null, pinned.catalogVersion());
    }
}
