package io.cpubaseline.campaign;

import io.cpubaseline.Reason;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * How a campaign stands, and what it does next.
 *
 * @param memory what is to be remembered before anything is done
 * @param requests of the attempts in it those whose restart has not begun, as far as that can be seen
 * @param finished those that have come up with what is pinned since the last look
 * @param failed those that have failed since the last look
 * @param counts the virtual machines by their state
 * @param blocked why due ones are left alone for now, with up to five names each; in the order of the reasons
 * @param hold what keeps further restarts from beginning; null if nothing does
 * @param holdDetail what exactly that is, in words; empty where the reason says it all
 * @param holdsUntil when that passes by itself; null if nobody knows
 * @param nextWindow when the next budget opens; null while one is open, or if none ever does
 */
public record Outlook(
        Memory memory,
        List<Attempt> requests,
        List<Attempt> finished,
        List<Attempt> failed,
        Counts counts,
        Map<Reason, Blocked> blocked,
        @Nullable Reason hold,
        String holdDetail,
        @Nullable Instant holdsUntil,
        @Nullable Instant nextWindow) {

    /** Makes the collections immutable. */
    public Outlook {
        requests = List.copyOf(requests);
        finished = List.copyOf(finished);
        failed = List.copyOf(failed);
        blocked = Collections.unmodifiableMap(new TreeMap<>(blocked));
    }

    /**
     * Virtual machines.
     *
     * @param selected those that run
     * @param due of them, those that run with something else than what is pinned, and those on their way
     * @param restarting those on their way
     * @param failed those that have failed
     * @param waitingForConsent due ones whose owner has not allowed it
     * @param unavailable those that are not Ready, whatever the reason
     */
    public record Counts(int selected, int due, int restarting, int failed, int waitingForConsent, int unavailable) {}

    /**
     * Virtual machines that are left alone for one reason.
     *
     * @param count how many
     * @param examples names of up to five of them, sorted
     */
    public record Blocked(int count, List<String> examples) {

        /** Makes the list immutable. */
        public Blocked {
            examples = List.copyOf(examples);
        }
    }

    /** The same, where that keeps further restarts from beginning. */
    public Outlook heldBy(Reason reason) {
        return new Outlook(memory, requests, finished, failed, counts, blocked, reason, "", null, nextWindow);
    }

    /** Whether a restart would begin by it. */
    public boolean begins() {
        return !requests.isEmpty();
    }

    /** Whether nothing is left to be done: everything that runs has what is pinned. */
    public boolean complete() {
        return counts.due() == 0 && counts.failed() == 0;
    }
}
