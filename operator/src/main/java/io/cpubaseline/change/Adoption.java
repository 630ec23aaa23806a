package io.cpubaseline.change;

import io.cpubaseline.Reason;
import io.cpubaseline.baseline.Answer;
import io.cpubaseline.baseline.Baseline;
import io.cpubaseline.baseline.NoBaseline;
import io.cpubaseline.change.Candidate.Direction;
import io.cpubaseline.change.Decision.Move;
import io.cpubaseline.change.Decision.Verdict;
import io.cpubaseline.fleet.CapacityShare;
import io.cpubaseline.fleet.NodeCpu;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Decides where nothing is pinned: what the nodes say is adopted when it has held for long enough, or when a person chose it. Where virtual
 * machines carry fields of the baseline already, its status was lost, and they say what was pinned.
 */
final class Adoption {

    private final Candidates candidates;
    private final Succession succession;
    private final Recovery recovery;
    private final Impact impact;

    /** @param succession decides as soon as there is a pin */
    Adoption(Candidates candidates, Succession succession, Recovery recovery, Impact impact) {
        this.candidates = candidates;
        this.succession = succession;
        this.recovery = recovery;
        this.impact = impact;
    }

    Decision decide(Remembered remembered, Situation situation) {
        Optional<Pin> earlier = situation.paused() ? Optional.empty() : Approvals.approved(remembered, null, situation);
        if (earlier.isPresent()) {
            return succession.move(remembered, null, earlier.get(), situation);
        }
        Optional<Decision> recovered = recovered(remembered, situation);
        if (recovered.isPresent()) {
            return recovered.get();
        }
        Answer answer = situation.cautious().answer();
        if (answer instanceof NoBaseline none) {
            return new Decision(
                    new Remembered(null, null, remembered.history()),
                    null,
                    new Verdict(none.reason(), none.message()),
                    new Verdict(Reason.UpToDate, "There is no candidate."),
                    Approvals.answer(remembered, null, situation),
                    null);
        }
        return first(
                remembered, candidates.answer(situation.cautious(), situation).orElseThrow(), situation);
    }

    /** Where the nodes have an answer: adopts it, or says what it waits for. */
    private Decision first(Remembered remembered, Pin pin, Situation situation) {
        String approved = situation.approvedRevision();
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
        if (accepted) {
            return succession.move(remembered, null, pin, situation);
        }
        Instant known = evidenceComplete(situation);
        Instant held = answerHeld(situation);
        Instant adoptable = known.isAfter(held) ? known : held;
        if (adoptable.isAfter(situation.clusterTime())) {
            String what = known.isAfter(held)
                    ? "some are unknown (%s) and may still come.".formatted(Candidates.examples(situation.unknown()))
                    : "the answer has to be the same for %d s (spec.changes.lower.stabilizationSeconds, which is about the first baseline, too)."
                            .formatted(situation.rules().lower().stabilization().toSeconds());
            return waiting(
                    remembered,
                    situation,
                    pin,
                    new Verdict(
                            Reason.WaitingForEvidence,
                            "%s will be adopted at %s unless the nodes change: %s"
                                    .formatted(pin.revision(), inSeconds(adoptable), what)),
                    Duration.between(situation.clusterTime(), adoptable));
        }
        Optional<Verdict> tooLittle = tooLittleCapacity(pin, situation);
        if (tooLittle.isPresent()) {
            return waiting(remembered, situation, pin, tooLittle.get(), null);
        }
        return succession.move(Move.FirstAdoption, remembered, null, pin, situation);
    }

    private static Optional<Verdict> tooLittleCapacity(Pin pin, Situation situation) {
        CapacityShare able = situation.able(pin);
        return able.reaches(situation.rules().minimumCapacity())
                ? Optional.empty()
                : Optional.of(new Verdict(
                        Reason.HeldByCapacity,
                        "%s is not adopted by itself: only %s of the selected nodes could take it, less than spec.capacity.minimum (%d percent). Let nodeSelector leave out the others, bring them up, or approve it: spec.approvedRevision: %s"
                                .formatted(
                                        pin.revision(), able, situation.rules().minimumCapacity(), pin.revision())));
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
                .plus(situation.rules().lower().stabilization());
    }

    private Decision waiting(
            Remembered remembered, Situation situation, Pin pin, Verdict waiting, @Nullable Duration retryAfter) {
        Candidate candidate = Candidates.since(
                remembered.candidate(),
                candidates.trigger(null, remembered.candidate(), situation),
                situation,
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
                new Verdict(pending(waiting.reason(), situation), waiting.message()),
                Approvals.answer(remembered, candidate, situation),
                retryAfter);
    }

    private static Reason pending(Reason waiting, Situation situation) {
        if (situation.approvedRevision() != null) {
            return Reason.HeldByApproval;
        }
        return waiting == Reason.HeldByCapacity ? Reason.HeldByCapacity : Reason.Stabilizing;
    }

    /**
     * What there is to do where virtual machines carry fields of this baseline already: its status was lost. Nothing where they carry none,
     * where the user chose what the nodes say, and while paused.
     */
    private Optional<Decision> recovered(Remembered remembered, Situation situation) {
        Carried carried = situation.carried();
        if (carried.isNothing() || situation.paused()) {
            return Optional.empty();
        }
        Pin computed = candidates.answer(situation.cautious(), situation).orElse(null);
        String approved = situation.approvedRevision();
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
                    remembered.candidate(),
                    Stream.concat(others.stream(), remembered.history().stream())
                            .toList());
            return Optional.of(succession.move(withOthers, null, chosen.get(), situation));
        }
        return computed != null && computed.revision().equals(approved)
                ? Optional.empty()
                : Optional.of(unknown(remembered, computed, situation));
    }

    /** The pin is back, and all goes on as if it had never been lost: what is approved may move it at once. */
    private Decision recovered(Remembered remembered, Pin pin, Situation situation) {
        Decision then =
                succession.decide(new Remembered(pin, remembered.candidate(), remembered.history()), pin, situation);
        return then.moved() != null
                ? then
                : new Decision(then.next(), Move.Recovery, null, then.pending(), then.approval(), then.retryAfter());
    }

    private Decision unknown(Remembered remembered, @Nullable Pin computed, Situation situation) {
        String approved = situation.approvedRevision();
        String message = Recovery.unknown(situation.carried(), computed);
        Candidate candidate = computed == null
                ? null
                : Candidates.since(
                        remembered.candidate(),
                        candidates.trigger(null, remembered.candidate(), situation),
                        situation,
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

    private static String inSeconds(Instant time) {
        Instant seconds = time.truncatedTo(ChronoUnit.SECONDS);
        return (seconds.equals(time) ? seconds : seconds.plusSeconds(1)).toString();
    }
}
