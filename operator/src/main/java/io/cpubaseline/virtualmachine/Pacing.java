package io.cpubaseline.virtualmachine;

import java.util.Map;

/** How many more virtual machines may be written, and why not more: by counts and limits alone. */
public final class Pacing {

    /** With a limit per minute no more than these are on their way, lest a slow API server gets them all at once later. */
    static final int UNDER_WAY_BY_TEMPO = 16;

    private Pacing() {}

    /** Why no more may be written now. */
    public enum Hold {
        /** More may be. */
        NONE,
        /** The roll-out is halted. */
        HALTED,
        /** As many as {@code maxUpdated} allows have the revision. */
        MAX_UPDATED,
        /** No guest has run with the revision for long enough in this domain, and as many as {@code maxUnproven} allows have it. */
        PROOF,
        /** The last answers were refusals, or none has come yet: only so many are sent as may be refused. */
        REFUSALS,
        /** As many as {@code maxPerMinute} allows were written, or are on their way. */
        PER_MINUTE;

        /** Whether it goes on by itself after a moment. */
        public boolean passesByItself() {
            return this == NONE || this == REFUSALS || this == PER_MINUTE;
        }
    }

    /**
     * The virtual machines of one CPU vendor's domain that are to have the revision.
     *
     * @param total all of them
     * @param carrying those that have it, or to which it is on its way
     * @param proven whether a guest has run with it there for long enough
     */
    public record Domain(int total, int carrying, boolean proven) {}

    /**
     * What is known of a roll-out.
     *
     * @param domains by CPU vendor; empty: not known
     * @param halted whether it is halted
     * @param underWay how many writes are on their way
     * @param refusals how many answers in a row were refusals
     * @param accepted whether any write of the revision was accepted
     * @param tokens how many writes may pass now by {@link Tempo}
     */
    public record Situation(
            Map<String, Domain> domains, boolean halted, int underWay, int refusals, boolean accepted, int tokens) {}

    /**
     * How many more.
     *
     * @param writes so many; 0 if {@code hold} holds them
     * @param hold why not more, if there is none
     */
    public record Room(int writes, Hold hold) {}

    /** Whether so many refusals in a row halt a roll-out. */
    public static boolean halts(Rollout rollout, int refusals) {
        return refusals > rollout.maxFailures();
    }

    /**
     * How many more may get the revision.
     *
     * @param vendor the domain that they are in
     */
    public static Room spread(Rollout rollout, Situation now, String vendor) {
        if (now.halted()) {
            return new Room(0, Hold.HALTED);
        }
        int total = now.domains().values().stream().mapToInt(Domain::total).sum();
        int carrying =
                now.domains().values().stream().mapToInt(Domain::carrying).sum();
        Room updated = room(within(rollout.maxUpdated().of(total), total, carrying), Hold.MAX_UPDATED);
        return less(less(less(updated, proof(rollout, now, vendor)), trial(rollout, now)), again(rollout, now));
    }

    /** How many more may be written that had the revision before, or that lose nothing by it: only the tempo counts. */
    public static Room again(Rollout rollout, Situation now) {
        int places = rollout.maxPerMinute() == 0 ? Integer.MAX_VALUE : UNDER_WAY_BY_TEMPO - now.underWay();
        return room(Math.min(now.tokens(), places), Hold.PER_MINUTE);
    }

    private static Room proof(Rollout rollout, Situation now, String vendor) {
        Domain domain = now.domains().getOrDefault(vendor, new Domain(0, 0, false));
        int limit = rollout.maxUnproven().of(domain.total());
        return domain.proven() || limit == domain.total()
                ? new Room(Integer.MAX_VALUE, Hold.NONE)
                : room(within(limit, domain.total(), domain.carrying()), Hold.PROOF);
    }

    /**
     * A revision that more have than may, and all but as many as may, was there before: the last ones, on their way back to it, are not
     * held.
     */
    private static int within(int limit, int total, int carrying) {
        boolean wasThere = carrying > limit && total - carrying <= limit;
        return wasThere ? total - carrying : limit - carrying;
    }

    /** What is on its way may all be refused. */
    private static Room trial(Rollout rollout, Situation now) {
        if (now.accepted() && now.refusals() == 0 || rollout.maxFailures() == Integer.MAX_VALUE) {
            return new Room(Integer.MAX_VALUE, Hold.NONE);
        }
        return room(rollout.maxFailures() + 1 - now.refusals() - now.underWay(), Hold.REFUSALS);
    }

    private static Room room(int writes, Hold hold) {
        return writes > 0 ? new Room(writes, Hold.NONE) : new Room(0, hold);
    }

    /** The first one where both are none. */
    private static Room less(Room first, Room second) {
        return second.writes() < first.writes() ? second : first;
    }
}
