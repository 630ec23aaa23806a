package io.cpubaseline.change;

import io.cpubaseline.Reason;
import io.cpubaseline.baseline.Answer;
import io.cpubaseline.baseline.Baseline;
import io.cpubaseline.baseline.NoBaseline;
import io.cpubaseline.change.Candidate.Direction;
import io.cpubaseline.change.Candidate.Trigger;
import io.cpubaseline.change.Decision.Move;
import io.cpubaseline.change.Decision.Verdict;
import io.cpubaseline.cpu.CpuCatalog;
import io.cpubaseline.cpu.FeatureSet;
import io.cpubaseline.fleet.CpuClass;
import io.cpubaseline.fleet.Eligibility.State;
import io.cpubaseline.fleet.Fleet;
import io.cpubaseline.fleet.NodeCpu;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Decides when a computed baseline becomes the pinned one. The pin moves by first adoption and by approval alone; missing labels, an unfit
 * newcomer or a node that leaves never move it.
 */
public final class ChangeControl {

    private final CpuCatalog catalog;

    /** Change control that measures what guests see by this catalog. */
    public ChangeControl(CpuCatalog catalog) {
        this.catalog = catalog;
    }

    /** The decision for this situation. */
    public Decision decide(Remembered remembered, Situation situation) {
        Pin pinned = remembered.pinned();
        return pinned == null ? beforeAdoption(remembered, situation) : withPin(remembered, pinned, situation);
    }

    private Decision beforeAdoption(Remembered remembered, Situation situation) {
        Answer answer = situation.cautious().answer();
        String approved = situation.approvedRevision();
        if (answer instanceof NoBaseline none) {
            return new Decision(
                    new Remembered(null, null, remembered.history()),
                    null,
                    new Verdict(none.reason(), none.message()),
                    new Verdict(Reason.UpToDate, "There is no candidate."),
                    approved == null ? null : notACandidate(approved, null),
                    null);
        }
        Pin pin = Pin.of((Baseline) answer, null, catalog.version());
        if (situation.paused()) {
            return waiting(
                    remembered, situation, pin, "Paused: no baseline is adopted while spec.paused is true.", null);
        }
        if (approved != null && !approved.equals(pin.revision())) {
            return waiting(
                    remembered,
                    situation,
                    pin,
                    "approvedRevision is %s, the nodes say %s: nothing is adopted until they agree."
                            .formatted(approved, pin.revision()),
                    null);
        }
        Instant adoptable = approved == null ? adoptable(situation) : situation.now();
        if (adoptable.isAfter(situation.now())) {
            Duration wait = Duration.between(situation.now(), adoptable);
            return waiting(
                    remembered,
                    situation,
                    pin,
                    "%s will be adopted in %d s unless the nodes change: %s"
                            .formatted(pin.revision(), Math.max(1, wait.toSeconds()), waitingFor(situation)),
                    wait);
        }
        Pin adopted = pin.at(situation.now());
        return new Decision(
                new Remembered(adopted, null, remembered.history()),
                approved == null ? Move.FirstAdoption : Move.Approval,
                null,
                upToDate(),
                approved == null ? null : approved(approved),
                null);
    }

    private Decision waiting(
            Remembered remembered, Situation situation, Pin pin, String message, @Nullable Duration retryAfter) {
        String approved = situation.approvedRevision();
        Candidate candidate = candidate(remembered, situation, pin, Direction.Raise, "The first baseline.", "");
        return new Decision(
                new Remembered(null, candidate, remembered.history()),
                null,
                new Verdict(Reason.WaitingForEvidence, message),
                new Verdict(approved == null ? Reason.Stabilizing : Reason.HeldByApproval, message),
                approved == null || approved.equals(pin.revision()) ? null : notACandidate(approved, candidate),
                retryAfter);
    }

    /** No node unknown for less than the grace time, and an answer that has held since the youngest contributing node was created. */
    private static Instant adoptable(Situation situation) {
        Fleet fleet = situation.cautious().fleet();
        Instant evidence = situation.unknownSince() == null
                ? Instant.EPOCH
                : Objects.requireNonNull(situation.unknownSince()).plus(situation.evidenceGrace());
        Instant held = Stream.concat(
                        Stream.ofNullable(situation.answerChanged()),
                        fleet.contributing().stream()
                                .map(CpuClass::nodes)
                                .flatMap(List::stream)
                                .map(NodeCpu::created))
                .max(Instant::compareTo)
                .orElse(Instant.EPOCH)
                .plus(situation.stabilization());
        return evidence.isAfter(held) ? evidence : held;
    }

    private static String waitingFor(Situation situation) {
        int unknown = situation.cautious().fleet().count(State.UNKNOWN);
        return unknown == 0
                ? "the answer must hold for a while (changes.lower.stabilizationSeconds)."
                : "%d selected nodes are still unknown.".formatted(unknown);
    }

    private Decision withPin(Remembered remembered, Pin pinned, Situation situation) {
        Candidate candidate = candidate(remembered, pinned, situation);
        String approved = situation.approvedRevision();
        if (approved != null && !approved.equals(pinned.revision()) && !situation.paused()) {
            Optional<Pin> target = candidate != null && approved.equals(candidate.revision())
                    ? Optional.of(candidate.pin())
                    : remembered
                            .inHistory(approved)
                            .filter(pin -> isUsable(pin, situation.plan().fleet()));
            if (target.isPresent()) {
                Pin next = target.get().at(situation.now());
                Remembered moved = new Remembered(next, null, remembered.historyAfter(next));
                return new Decision(moved, Move.Approval, null, upToDate(), approved(approved), null);
            }
        }
        return new Decision(
                new Remembered(pinned, candidate, remembered.history()),
                null,
                null,
                pending(candidate, situation),
                approval(remembered, pinned, candidate, situation),
                null);
    }

    /** Whether at least one node of the fleet can take it, whatever is pinned now. */
    private static boolean isUsable(Pin pin, Fleet fleet) {
        return Stream.concat(fleet.contributing().stream(), fleet.lackingPinned().stream())
                .anyMatch(cpuClass -> cpuClass.offers(pin.cpuModel(), pin.requiredFeatures()));
    }

    private static Verdict pending(@Nullable Candidate candidate, Situation situation) {
        if (candidate == null) {
            return upToDate();
        }
        String approve = "To take it: spec.approvedRevision: %s".formatted(candidate.revision());
        if (situation.paused()) {
            return new Verdict(
                    Reason.AwaitingApproval, candidate.reason() + " Paused: the pin does not move. " + approve);
        }
        return new Verdict(
                situation.approvedRevision() == null ? Reason.AwaitingApproval : Reason.HeldByApproval,
                candidate.reason() + " " + approve);
    }

    private static @Nullable Verdict approval(
            Remembered remembered, Pin pinned, @Nullable Candidate candidate, Situation situation) {
        String approved = situation.approvedRevision();
        if (approved == null) {
            return null;
        }
        if (approved.equals(pinned.revision())) {
            return approved(approved);
        }
        boolean known = remembered.inHistory(approved).isPresent();
        if (situation.paused() && (known || (candidate != null && approved.equals(candidate.revision())))) {
            return new Verdict(Reason.Paused, "%s is taken when spec.paused is false.".formatted(approved));
        }
        return known
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

    /**
     * What the evidence says beside the pin. Unknown nodes that still carry labels may hold a raise back, but lower nothing: their answer
     * counts where it is the pinned one or better.
     */
    private @Nullable Candidate candidate(Remembered remembered, Pin pinned, Situation situation) {
        Optional<Baseline> plain = situation.plan().answer().baseline();
        Optional<Baseline> cautious = situation.cautious().answer().baseline();
        if (plain.isEmpty()) {
            return null;
        }
        Pin next = Pin.of(plain.get(), null, catalog.version());
        if (next.revision().equals(pinned.revision())) {
            return null;
        }
        if (cautious.isPresent()) {
            Pin held = Pin.of(cautious.get(), null, catalog.version());
            if (held.revision().equals(pinned.revision())) {
                return null;
            }
            if (direction(pinned, held) == Direction.Raise) {
                next = held;
            }
        }
        Direction direction = direction(pinned, next);
        return candidate(
                remembered,
                situation,
                next,
                direction,
                because(direction, pinned, next, situation.plan().fleet()),
                impact(pinned, next));
    }

    private Candidate candidate(
            Remembered remembered, Situation situation, Pin next, Direction direction, String reason, String impact) {
        Candidate before = remembered.candidate();
        if (before != null && before.revision().equals(next.revision())) {
            return new Candidate(next, direction, before.trigger(), before.since(), reason, impact);
        }
        return new Candidate(next, direction, trigger(remembered, situation), situation.now(), reason, impact);
    }

    private Trigger trigger(Remembered remembered, Situation situation) {
        Pin pinned = remembered.pinned();
        if (situation.specChanged()) {
            return Trigger.Policy;
        }
        boolean otherCatalog = pinned != null && !pinned.catalogVersion().equals(catalog.version());
        boolean nodesExplainIt = !situation.plan().fleet().lackingPinned().isEmpty();
        return otherCatalog && !nodesExplainIt ? Trigger.Catalog : Trigger.Evidence;
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

    private static String because(Direction direction, Pin pinned, Pin next, Fleet fleet) {
        List<String> lacking = fleet.lackingPinned().stream()
                .flatMap(cpuClass -> cpuClass.nodes().stream())
                .map(NodeCpu::name)
                .sorted()
                .toList();
        if (!lacking.isEmpty()) {
            return "%d of the nodes can't take the pinned baseline (%s); %s (%s) is what all can take."
                    .formatted(lacking.size(), examples(lacking), next.cpuModel(), next.level());
        }
        return switch (direction) {
            case Raise ->
                "All contributing nodes can give more than the pinned %s (%s): %s (%s)."
                        .formatted(pinned.cpuModel(), pinned.level(), next.cpuModel(), next.level());
            case Lower ->
                "The policy asks for less than the pinned %s (%s): %s (%s)."
                        .formatted(pinned.cpuModel(), pinned.level(), next.cpuModel(), next.level());
            case Sideways ->
                "%s (%s) would be chosen today instead of the pinned %s (%s)."
                        .formatted(next.cpuModel(), next.level(), pinned.cpuModel(), pinned.level());
        };
    }

    private static String examples(List<String> names) {
        int shown = Math.min(3, names.size());
        return String.join(", ", names.subList(0, shown)) + (names.size() > shown ? ", …" : "");
    }

    private String impact(Pin pinned, Pin next) {
        Optional<FeatureSet> before = pinned.guestFeatures(catalog);
        Optional<FeatureSet> after = next.guestFeatures(catalog);
        if (before.isEmpty() || after.isEmpty()) {
            return "Guests change from %s to %s at their next start.".formatted(pinned.cpuModel(), next.cpuModel());
        }
        return "At their next start guests gain %s and lose %s."
                .formatted(
                        words(after.get().minus(before.get())),
                        words(before.get().minus(after.get())));
    }

    private static String words(FeatureSet features) {
        return features.isEmpty() ? "nothing" : features.toString();
    }
}
