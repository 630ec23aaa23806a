package io.cpubaseline.change;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What the status remembers between two decisions.
 *
 * @param pinned the pinned baseline; null before the first adoption
 * @param candidate the candidate; null if there is none
 * @param history earlier pinned baselines, the newest first
 * @param failedVerification the last verification, if it failed; null if it didn't. It is looked at, and written by somebody else
 */
public record Remembered(
        @Nullable Pin pinned,
        @Nullable Candidate candidate,
        List<Pin> history,
        @Nullable FailedVerification failedVerification) {

    private static final int LONGEST_HISTORY = 10;

    /** Makes the list immutable. */
    public Remembered {
        history = List.copyOf(history);
    }

    /** The same without a verification that failed. */
    public Remembered(@Nullable Pin pinned, @Nullable Candidate candidate, List<Pin> history) {
        this(pinned, candidate, history, null);
    }

    /** A baseline that was never reconciled. */
    public static Remembered nothing() {
        return new Remembered(null, null, List.of());
    }

    Optional<Pin> inHistory(String revision) {
        return history.stream().filter(pin -> pin.revision().equals(revision)).findFirst();
    }

    /** The history once the pin has moved away from the present one. */
    List<Pin> historyAfter(Pin next) {
        return Stream.concat(Stream.ofNullable(pinned), history.stream())
                .filter(pin -> !pin.revision().equals(next.revision()))
                .limit(LONGEST_HISTORY)
                .toList();
    }
}
