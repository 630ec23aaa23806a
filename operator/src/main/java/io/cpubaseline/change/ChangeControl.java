package io.cpubaseline.change;

import io.cpubaseline.Reason;
import io.cpubaseline.baseline.Answer;
import io.cpubaseline.baseline.Baseline;
import io.cpubaseline.baseline.NoBaseline;
import io.cpubaseline.baseline.Plan;
import io.cpubaseline.baseline.SelectionRules;
import io.cpubaseline.change.Candidate.Direction;
import io.cpubaseline.change.Candidate.Trigger;
import io.cpubaseline.change.Decision.Move;
import io.cpubaseline.change.Decision.Verdict;
import io.cpubaseline.cpu.CpuCatalog;
import io.cpubaseline.cpu.FeatureSet;
import io.cpubaseline.cpu.GuestNeed;
import io.cpubaseline.fleet.CpuClass;
import io.cpubaseline.fleet.Eligibility.State;
import io.cpubaseline.fleet.Fleet;
import io.cpubaseline.fleet.NodeCpu;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Decides when a computed baseline becomes the pinned one. The pin moves by first adoption and by approval alone; missing labels, an unfit
 * newcomer or a node that leaves never move it. A pin that is lost is recovered from what virtual machines carry.
 */
public final class ChangeControl {

    private final CpuCatalog catalog;
    private final Recovery recovery;
    private final Impact impact;

    /**
     * Change control.
     *
     * @param catalog measures what guests see
     * @param rules tell what a feature is for
     * @param needs which guests need which level, to say which ones will not start
     */
    public ChangeControl(CpuCatalog catalog, SelectionRules rules, List<GuestNeed> needs) {
        this.catalog = catalog;
        this.recovery = new Recovery(catalog, rules);
        this.impact = new Impact(catalog, needs);
    }

    /** The decision for this situation. */
    public Decision decide(Remembered remembered, Situation situation) {
        Pin pinned = remembered.pinned();
        return pinned == null ? beforeAdoption(remembered, situation) : withPin(remembered, pinned, situation);
    }

    private Decision beforeAdoption(Remembered remembered, Situation situation) {
        Answer answer = situation.cautious().answer();
        String approved = situation.approvedRevision();
        Optional<Pin> earlier = situation.paused() ? Optional.empty() : approved(remembered, null, situation);
        if (earlier.isPresent()) {
            return move(remembered, null, earlier.get(), situation);
        }
        Optional<Decision> recovered = recovered(remembered, situation);
        if (recovered.isPresent()) {
            return recovered.get();
        }
        if (answer instanceof NoBaseline none) {
            return new Decision(
                    new Remembered(null, null, remembered.history()),
                    null,
                    new Verdict(none.reason(), none.message()),
                    new Verdict(Reason.UpToDate, "There is no candidate."),
                    approval(remembered, null, situation),
                    null);
        }
        Pin pin = answer(situation.cautious(), situation).orElseThrow();
        boolean accepted = pin.revision().equals(approved);
        if (situation.paused()) {
            return waiting(
                    remembered,
                    situation,
                    pin,
                    new Verdict(Reason.Paused, "Paused: no baseline is adopted while spec.paused is true."),
                    null);
        }
        if (approved != null && !accepted) {
            return waiting(
                    remembered,
                    situation,
                    pin,
                    new Verdict(
                            Reason.HeldByApproval,
                            "spec.approvedRevision is %s, the nodes say %s: nothing is adopted until they agree. Approve that one, or leave approvedRevision out."
                                    .formatted(approved, pin.revision())),
                    null);
        }
        Instant known = accepted ? situation.clusterTime() : evidenceComplete(situation);
        Instant held = accepted ? situation.clusterTime() : answerHeld(situation);
        Instant adoptable = known.isAfter(held) ? known : held;
        if (adoptable.isAfter(situation.clusterTime())) {
            return waiting(
                    remembered,
                    situation,
                    pin,
                    new Verdict(
                            Reason.WaitingForEvidence,
                            "%s will be adopted at %s unless the nodes change: %s"
                                    .formatted(
                                            pin.revision(),
                                            inSeconds(adoptable),
                                            known.isAfter(held)
                                                    ? "some are unknown (%s) and may still come."
                                                            .formatted(examples(unknownNodes(situation)))
                                                    : "the answer has to be the same for %d s (spec.changes.lower.stabilizationSeconds, which is about the first baseline, too)."
                                                            .formatted(situation
                                                                    .stabilization()
                                                                    .toSeconds()))),
                    Duration.between(situation.clusterTime(), adoptable));
        }
        if (accepted) {
            return move(remembered, null, pin, situation);
        }
        return new Decision(
                new Remembered(pin.at(situation.now()), null, remembered.history()),
                Move.FirstAdoption,
                null,
                pending(null, pin, situation),
                null,
                null);
    }

    /**
     * What there is to do where virtual machines carry fields of this baseline already: its status was lost. Nothing where they carry none,
     * where the user chose what the nodes say, and while paused.
     */
    private Optional<Decision> recovered(Remembered remembered, Situation situation) {
        Carried carried = situation.carried();
        Pin computed = answer(situation.cautious(), situation).orElse(null);
        String approved = situation.approvedRevision();
        if (carried.isNothing() || situation.paused()) {
            return Optional.empty();
        }
        Optional<Pin> only = carried.only().map(value -> recovery.pin(value, computed));
        if (only.isPresent()) {
            return Optional.of(recovered(remembered, only.get().at(situation.now()), situation));
        }
        Optional<Pin> chosen = carried.of(approved).map(value -> recovery.pin(value, computed));
        if (chosen.isPresent()) {
            List<Pin> others = carried.values().stream()
                    .map(value -> recovery.pin(value, computed))
                    .toList();
            Remembered withOthers = new Remembered(
                    null,
                    null,
                    Stream.concat(others.stream(), remembered.history().stream())
                            .toList());
            return Optional.of(move(withOthers, null, chosen.get(), situation));
        }
        return computed != null && computed.revision().equals(approved)
                ? Optional.empty()
                : Optional.of(unknown(remembered, computed, situation));
    }

    /** The pin is back, and all goes on as if it had never been lost: what is approved may move it at once. */
    private Decision recovered(Remembered remembered, Pin pin, Situation situation) {
        Decision then = withPin(new Remembered(pin, null, remembered.history()), pin, situation);
        return then.moved() != null
                ? then
                : new Decision(then.next(), Move.Recovery, null, then.pending(), then.approval(), null);
    }

    private Decision unknown(Remembered remembered, @Nullable Pin computed, Situation situation) {
        String approved = situation.approvedRevision();
        String message = Recovery.unknown(situation.carried(), computed);
        Candidate candidate = computed == null
                ? null
                : candidate(
                        remembered.candidate(),
                        trigger(null, situation),
                        situation.now(),
                        computed,
                        Direction.Sideways,
                        "What the nodes would get from nothing.",
                        "");
        return new Decision(
                new Remembered(null, candidate, remembered.history()),
                null,
                new Verdict(Reason.PinUnknown, message),
                candidate == null
                        ? new Verdict(Reason.UpToDate, "There is no candidate.")
                        : new Verdict(Reason.AwaitingApproval, message),
                approved == null
                        ? null
                        : new Verdict(
                                Reason.NotACandidate,
                                "%s is neither what virtual machines carry nor what the nodes say."
                                        .formatted(approved)),
                null);
    }

    private Decision waiting(
            Remembered remembered, Situation situation, Pin pin, Verdict waiting, @Nullable Duration retryAfter) {
        String approved = situation.approvedRevision();
        Candidate candidate = candidate(
                remembered.candidate(),
                trigger(null, situation),
                situation.now(),
                pin,
                Direction.Raise,
                "The first baseline.",
                impact.ofTheFirst(
                        (Baseline) situation.cautious().answer(),
                        situation.cautious().explanation()));
        return new Decision(
                new Remembered(null, candidate, remembered.history()),
                null,
                waiting,
                new Verdict(approved == null ? Reason.Stabilizing : Reason.HeldByApproval, waiting.message()),
                approval(remembered, candidate, situation),
                retryAfter);
    }

    /** When no selected node will have been unknown for less than the grace time. */
    private static Instant evidenceComplete(Situation situation) {
        Instant since = situation.unknownSince();
        return since == null ? Instant.EPOCH : since.plus(situation.evidenceGrace());
    }

    /** When the answer will have held for long enough, counted from the creation of the youngest contributing node. */
    private static Instant answerHeld(Situation situation) {
        return Stream.concat(
                        Stream.ofNullable(situation.answerChanged()),
                        situation.cautious().fleet().contributing().stream()
                                .flatMap(cpuClass -> cpuClass.nodes().stream())
                                .map(NodeCpu::created))
                .max(Instant::compareTo)
                .orElse(Instant.EPOCH)
                .plus(situation.stabilization());
    }

    private Decision withPin(Remembered remembered, Pin stored, Situation situation) {
        Pin pinned = situation.paused()
                ? stored
                : Confinement.settled(
                        stored, situation.plan().fleet(), situation.severalVendors(), situation.specChanged());
        Candidate candidate = candidate(remembered.candidate(), pinned, situation);
        Optional<Pin> approved = situation.paused() ? Optional.empty() : approved(remembered, candidate, situation);
        if (approved.isPresent()) {
            return move(remembered, candidate, approved.get(), situation);
        }
        return new Decision(
                new Remembered(pinned, candidate, remembered.history()),
                null,
                null,
                pending(candidate, pinned, situation),
                approval(remembered, candidate, situation),
                null);
    }

    private Decision move(Remembered remembered, @Nullable Candidate candidate, Pin target, Situation situation) {
        Pin next = Confinement.settled(
                        target, situation.plan().fleet(), situation.severalVendors(), situation.specChanged())
                .at(situation.now());
        Candidate after = candidate(candidate, next, situation);
        return new Decision(
                new Remembered(next, after, remembered.historyAfter(next)),
                Move.Approval,
                null,
                pending(after, next, situation),
                approved(next.revision()),
                null,
                remembered.pinned() == null ? null : taken(remembered.pinned(), candidate, next, situation));
    }

    /** The candidate that is approved; an earlier pin is one by the user's wish. */
    private Candidate taken(Pin before, @Nullable Candidate candidate, Pin next, Situation situation) {
        return candidate != null && candidate.revision().equals(next.revision())
                ? candidate
                : new Candidate(
                        next,
                        direction(before, next),
                        Trigger.Policy,
                        situation.now(),
                        "Approved, from status.history.",
                        impact.ofAChange(before, next));
    }

    /** What the pin is to become by {@code approvedRevision}: the candidate, or an earlier pin that some node can take. */
    private static Optional<Pin> approved(Remembered remembered, @Nullable Candidate candidate, Situation situation) {
        String approved = situation.approvedRevision();
        Pin pinned = remembered.pinned();
        if (approved == null || (pinned != null && approved.equals(pinned.revision()))) {
            return Optional.empty();
        }
        return candidate != null && approved.equals(candidate.revision())
                ? Optional.of(candidate.pin())
                : remembered
                        .inHistory(approved)
                        .filter(pin -> classes(situation).anyMatch(cpuClass -> cpuClass.offers(pin.criteria())));
    }

    /** The nodes that decide the answer, whatever is pinned. */
    private static Stream<CpuClass> classes(Situation situation) {
        Fleet fleet = situation.plan().fleet();
        return Stream.concat(fleet.contributing().stream(), fleet.lackingPinned().stream());
    }

    private static List<String> lacking(Pin pinned, Situation situation) {
        return classes(situation)
                .filter(cpuClass -> !cpuClass.offers(pinned.criteria()))
                .flatMap(cpuClass -> cpuClass.nodes().stream())
                .map(NodeCpu::name)
                .sorted()
                .toList();
    }

    private static List<String> unknownNodes(Situation situation) {
        return situation.plan().fleet().byReason(State.UNKNOWN).values().stream()
                .flatMap(List::stream)
                .map(NodeCpu::name)
                .sorted()
                .toList();
    }

    private Verdict pending(@Nullable Candidate candidate, Pin pinned, Situation situation) {
        if (candidate == null) {
            return new Verdict(Reason.UpToDate, noCandidate(pinned, situation));
        }
        String approved = situation.approvedRevision();
        // An approval that has been followed holds nothing: the next candidate waits for one of its own.
        boolean followed = approved == null || approved.equals(pinned.revision());
        return new Verdict(
                followed ? Reason.AwaitingApproval : Reason.HeldByApproval,
                "%s %sTo take it: spec.approvedRevision: %s"
                        .formatted(
                                candidate.reason(),
                                situation.paused() ? "Paused: the pin does not move. " : "",
                                candidate.revision()));
    }

    private String noCandidate(Pin pinned, Situation situation) {
        if (situation.plan().answer() instanceof NoBaseline none) {
            return "The pin stays, and there is no candidate: " + none.message();
        }
        Pin next = answer(situation.plan(), situation).orElseThrow();
        return next.revision().equals(pinned.revision())
                ? upToDate().message()
                : "The known nodes could have %s, but unknown ones (%s) that were or are labelled as less hold that back."
                        .formatted(next.revision(), examples(unknownNodes(situation)));
    }

    private static @Nullable Verdict approval(
            Remembered remembered, @Nullable Candidate candidate, Situation situation) {
        String approved = situation.approvedRevision();
        Pin pinned = remembered.pinned();
        if (approved == null) {
            return null;
        }
        if (pinned != null && approved.equals(pinned.revision())) {
            return approved(approved);
        }
        if (approved(remembered, candidate, situation).isPresent()) {
            return new Verdict(Reason.Paused, "%s is taken when spec.paused is false.".formatted(approved));
        }
        return remembered.inHistory(approved).isPresent()
                ? new Verdict(
                        Reason.NotUsable,
                        "%s was pinned before, but no contributing node can take it now.".formatted(approved))
                : notACandidate(approved, candidate);
    }

    private static Verdict notACandidate(String approved, @Nullable Candidate candidate) {
        return new Verdict(
                Reason.NotACandidate,
                candidate == null
                        ? "%s is neither the pinned revision nor one in status.history, and there is no candidate."
                                .formatted(approved)
                        : "%s is neither pinned, nor in status.history, nor the candidate, which is %s."
                                .formatted(approved, candidate.revision()));
    }

    private static Verdict approved(String revision) {
        return new Verdict(Reason.Approved, "%s is pinned.".formatted(revision));
    }

    private static Verdict upToDate() {
        return new Verdict(Reason.UpToDate, "The pinned baseline is what the nodes and the policy say.");
    }

    private @Nullable Candidate candidate(@Nullable Candidate before, Pin pinned, Situation situation) {
        Pin next = proposed(pinned, situation).orElse(null);
        if (next == null) {
            return null;
        }
        Direction direction = direction(pinned, next);
        return candidate(
                before,
                trigger(pinned, situation),
                situation.now(),
                next,
                direction,
                because(direction, pinned, next, lacking(pinned, situation)),
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

    private Optional<Pin> answer(Plan plan, Situation situation) {
        return plan.answer()
                .baseline()
                .map(baseline -> Pin.of(
                        baseline, Confinement.of(plan.fleet(), situation.severalVendors()), null, catalog.version()));
    }

    /** A candidate keeps its time and its trigger for as long as its revision stays. */
    private static Candidate candidate(
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

    private Trigger trigger(@Nullable Pin pinned, Situation situation) {
        if (situation.specChanged()) {
            return Trigger.Policy;
        }
        boolean catalogAlone = pinned != null
                && !pinned.catalogVersion().equals(catalog.version())
                && lacking(pinned, situation).isEmpty();
        return catalogAlone ? Trigger.Catalog : Trigger.Evidence;
    }

    private Direction direction(Pin from, Pin to) {
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

    private static String examples(List<String> names) {
        int shown = Math.min(3, names.size());
        return String.join(", ", names.subList(0, shown)) + (names.size() > shown ? ", …" : "");
    }

    private static String inSeconds(Instant time) {
        Instant seconds = time.truncatedTo(ChronoUnit.SECONDS);
        return (seconds.equals(time) ? seconds : seconds.plusSeconds(1)).toString();
    }
}
