package io.cpubaseline.campaign;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a campaign has to remember, in its status. All else is seen anew each time.
 *
 * @param revision the pinned revision that the numbers are about; empty before the first
 * @param restarted how many virtual machines it has brought to that revision
 * @param step how many steps are behind it
 * @param stepReached when the pause of the next one began; null if it hasn't yet
 * @param attempts the restarts that are on their way or have failed
 */
public record Memory(
        String revision, int restarted, int step, @Nullable Instant stepReached, List<Attempt> attempts) {

    /** Nothing is remembered. */
    public static final Memory NOTHING = new Memory("", 0, 0, null, List.of());

    /** Makes the list immutable. */
    public Memory {
        attempts = List.copyOf(attempts);
    }

    /** The same without an attempt, which has not begun. */
    public Memory without(Attempt attempt) {
        return with(
                restarted,
                attempts.stream().filter(each -> !each.equals(attempt)).toList());
    }

    /** The same, where an attempt has failed. */
    public Memory failing(Attempt attempt, String why) {
        return with(
                restarted,
                attempts.stream()
                        .map(each -> each.equals(attempt) ? each.failed(why) : each)
                        .toList());
    }

    /** For a new revision steps and numbers begin anew; what is on its way stays so. */
    Memory about(String other) {
        return revision.equals(other) ? this : new Memory(other, 0, 0, null, attempts);
    }

    Memory with(int nowRestarted, List<Attempt> nowAttempts) {
        return new Memory(revision, nowRestarted, step, stepReached, nowAttempts);
    }

    Memory at(int nowStep, @Nullable Instant nowReached) {
        return new Memory(revision, restarted, nowStep, nowReached, attempts);
    }
}
