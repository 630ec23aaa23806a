package io.cpubaseline.change;

import io.cpubaseline.Reason;
import io.cpubaseline.change.Decision.Verdict;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What becomes of {@code approvedRevision}: it is followed as long as it is set, or answered with the reason why not. */
final class Approvals {

    private Approvals() {}

    /** What the pin is to become: the candidate, or an earlier pin that some node can take. Nothing where it is pinned, or is neither. */
    static Optional<Pin> approved(Remembered remembered, @Nullable Candidate candidate, Situation situation) {
        String approved = situation.approvedRevision();
        if (approved == null || isPinned(remembered, approved)) {
            return Optional.empty();
        }
        return candidate != null && approved.equals(candidate.revision())
                ? Optional.of(candidate.pin())
                : remembered.inHistory(approved).filter(situation::isUsable);
    }

    /** The answer to it where it doesn't move the pin now; null where it isn't set. */
    static @Nullable Verdict answer(Remembered remembered, @Nullable Candidate candidate, Situation situation) {
        String approved = situation.approvedRevision();
        if (approved == null) {
            return null;
        }
        if (isPinned(remembered, approved)) {
            return isPinned(approved);
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

    /** The answer to one that is pinned. */
    static Verdict isPinned(String revision) {
        return new Verdict(Reason.Approved, "%s is pinned.".formatted(revision));
    }

    private static boolean isPinned(Remembered remembered, String approved) {
        Pin pinned = remembered.pinned();
        return pinned != null && approved.equals(pinned.revision());
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
}
