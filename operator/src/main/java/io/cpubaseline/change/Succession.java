package io.cpubaseline.change;

import io.cpubaseline.Reason;
import io.cpubaseline.baseline.NoBaseline;
import io.cpubaseline.change.Automation.Judgement;
import io.cpubaseline.change.Candidate.Trigger;
import io.cpubaseline.change.Decision.Move;
import io.cpubaseline.change.Decision.Verdict;
import io.cpubaseline.change.MoveRules.Policy;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Decides where something is pinned: it stays until a person approves another baseline, or the spec lets a candidate through. */
final class Succession {

    private final Candidates candidates;
    private final Automation automation;
    private final Impact impact;

    Succession(Candidates candidates, Automation automation, Impact impact) {
        this.candidates = candidates;
        this.automation = automation;
        this.impact = impact;
    }

    /** @param stored what is pinned so far */
    Decision decide(Remembered remembered, Pin stored, Situation situation) {
        Pin pinned = situation.paused()
                ? stored
                : Confinement.settled(
                        stored, situation.plan().fleet(), situation.severalVendors(), situation.specChanged());
        Candidate candidate = candidates.insteadOf(pinned, remembered.candidate(), situation);
        Optional<Pin> approved =
                situation.paused() ? Optional.empty() : Approvals.approved(remembered, candidate, situation);
        if (approved.isPresent()) {
            return move(remembered, candidate, approved.get(), situation);
        }
        Judgement judgement = judge(candidate, pinned, situation);
        if (judgement instanceof Judgement.Moves moves && candidate != null) {
            return move(moves.rule(), remembered, candidate, candidate.pin(), situation);
        }
        Judgement.Waits waits = judgement instanceof Judgement.Waits found ? found : null;
        return new Decision(
                new Remembered(pinned, candidate, remembered.history()),
                null,
                null,
                waits == null ? pending(candidate, pinned, situation) : waits.verdict(),
                Approvals.answer(remembered, candidate, situation),
                waits == null ? null : waits.retryAfter());
    }

    private Judgement judge(@Nullable Candidate candidate, Pin pinned, Situation situation) {
        return candidate == null || situation.paused()
                ? new Judgement.Manual()
                : automation.judge(candidate, pinned, situation);
    }

    /** Moves the pin to what was approved. */
    Decision move(Remembered remembered, @Nullable Candidate candidate, Pin target, Situation situation) {
        return move(Move.Approval, remembered, candidate, target, situation);
    }

    /** Moves the pin by a rule, and says at once what there is beside it: nothing may come up that would look again. */
    Decision move(Move rule, Remembered remembered, @Nullable Candidate candidate, Pin target, Situation situation) {
        Pin next = Confinement.settled(
                        target, situation.plan().fleet(), situation.severalVendors(), situation.specChanged())
                .at(situation.now());
        // What the status has shown as the candidate goes on where it is the candidate beside the new pin, too.
        Candidate after = candidates.insteadOf(next, remembered.candidate(), situation);
        Judgement judgement = judge(after, next, situation);
        Judgement.Waits waits = judgement instanceof Judgement.Waits found ? found : null;
        Duration again = judgement instanceof Judgement.Moves ? Duration.ZERO : null;
        return new Decision(
                new Remembered(next, after, remembered.historyAfter(next)),
                rule,
                null,
                waits == null ? pending(after, next, situation) : waits.verdict(),
                rule == Move.Approval ? Approvals.isPinned(next.revision()) : null,
                waits == null ? again : waits.retryAfter(),
                remembered.pinned() == null ? null : taken(remembered.pinned(), candidate, next, situation));
    }

    /** The candidate that is approved; an earlier pin is one by the user's wish. */
    private Candidate taken(Pin before, @Nullable Candidate candidate, Pin next, Situation situation) {
        return candidate != null && candidate.revision().equals(next.revision())
                ? candidate
                : new Candidate(
                        next,
                        candidates.direction(before, next),
                        Trigger.Policy,
                        situation.now(),
                        "Approved, from status.history.",
                        impact.ofAChange(before, next));
    }

    /** What the candidate waits for; what there is to say where there is none. */
    Verdict pending(@Nullable Candidate candidate, Pin pinned, Situation situation) {
        if (candidate == null) {
            return new Verdict(Reason.UpToDate, noCandidate(pinned, situation));
        }
        String approved = situation.approvedRevision();
        // An approval that has been followed holds nothing: the next candidate waits for one of its own.
        boolean followed = approved == null || approved.equals(pinned.revision());
        return new Verdict(
                followed ? Reason.AwaitingApproval : Reason.HeldByApproval,
                "%s %s%sTo take it: spec.approvedRevision: %s"
                        .formatted(
                                candidate.reason(),
                                situation.paused() ? "Paused: the pin does not move. " : "",
                                whyNotByItself(candidate, situation.rules()),
                                candidate.revision()));
    }

    private static String whyNotByItself(Candidate candidate, MoveRules rules) {
        boolean manual =
                rules.raise().policy() != Policy.Automatic && rules.lower().policy() != Policy.Automatic;
        if (manual) {
            return "";
        }
        return candidate.trigger() == Trigger.Evidence
                ? "The stricter policy of spec.changes counts for it. "
                : "Only what nodes bring up is taken by itself; this came by %s. ".formatted(candidate.trigger());
    }

    private String noCandidate(Pin pinned, Situation situation) {
        if (situation.plan().answer() instanceof NoBaseline none) {
            return "The pin stays, and there is no candidate: " + none.message();
        }
        Pin next = candidates.answer(situation.plan(), situation).orElseThrow();
        PlannedNodes planned = situation.planned();
        boolean plannedHold = planned != null
                && candidates
                        .answer(planned.plan(), situation)
                        .filter(pin -> pin.revision().equals(pinned.revision()))
                        .isPresent();
        if (planned != null && plannedHold && !next.revision().equals(pinned.revision())) {
            return "The nodes say %s, but with the planned nodes %s the pinned baseline is what all could take."
                    .formatted(next.revision(), planned.words());
        }
        return next.revision().equals(pinned.revision())
                ? "The pinned baseline is what the nodes and the policy say."
                : "The known nodes could have %s, but unknown ones (%s) that were or are labelled as less hold that back."
                        .formatted(next.revision(), Candidates.examples(situation.unknown()));
    }
}
