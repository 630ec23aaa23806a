package io.cpubaseline.campaign;

import io.cpubaseline.Reason;
import io.cpubaseline.campaign.Candidate.Consent;
import io.cpubaseline.virtualmachine.Share;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Candidates and rules for tests. */
final class Guests {

    static final Instant NOW = Instant.parse("2026-11-29T12:00:00Z");
    static final Waves.Pinned PINNED = new Waves.Pinned("Haswell-0123456789", NOW.minus(Duration.ofDays(1)));

    private Guests() {}

    /** Runs for an hour with something else than what is pinned, and may be restarted. */
    static Guest due(String fullName) {
        return new Guest(fullName);
    }

    /** Came up with what is pinned at that time. */
    static Guest fresh(String fullName, Instant created) {
        Guest guest = new Guest(fullName);
        guest.created = created.getEpochSecond();
        guest.carries = true;
        return guest;
    }

    /** Has no instance. */
    static Guest gone(String fullName) {
        Guest guest = new Guest(fullName);
        guest.live = false;
        guest.ready = false;
        return guest;
    }

    static Attempt attempt(String fullName, Duration ago) {
        String[] parts = fullName.split("/", 2);
        return new Attempt(parts[0], parts[1], NOW.minus(ago), Method.Restart, "");
    }

    static Memory memory(int restarted, Attempt... attempts) {
        return new Memory(PINNED.revision(), restarted, 0, null, List.of(attempts));
    }

    static Rules rules(List<Budget> budgets, Step... steps) {
        return new Rules(
                false, false, Set.of(Method.Restart), budgets, List.of(steps), Duration.ofMinutes(10), 1, Set.of());
    }

    static Rules paused() {
        return new Rules(
                true,
                false,
                Set.of(Method.Restart),
                List.of(Budget.DEFAULT),
                List.of(),
                Duration.ofMinutes(10),
                1,
                Set.of());
    }

    static Budget budget(int number) {
        return new Budget(new Share(number, false), false, Window.ALWAYS);
    }

    static final class Guest {
        private final String namespace;
        private final String name;
        boolean live = true;
        long created = NOW.minus(Duration.ofHours(1)).getEpochSecond();
        boolean carries;
        boolean ready = true;
        private Consent consent = Consent.ALLOWED;
        private @Nullable Reason obstacle;
        private boolean movable = true;
        boolean leaving;
        private boolean halted;
        private boolean returns;
        private boolean applied = true;
        private boolean findsNoNode;
        private String unschedulable = "";

        private Guest(String fullName) {
            String[] parts = fullName.split("/", 2);
            namespace = parts[0];
            name = parts[1];
        }

        Guest consent(Consent value) {
            consent = value;
            return this;
        }

        Guest blocked(Reason value) {
            obstacle = value;
            return this;
        }

        Guest stuck() {
            movable = false;
            return this;
        }

        Guest notReady() {
            ready = false;
            return this;
        }

        Guest other() {
            carries = false;
            return this;
        }

        /** It has to be written again. */
        Guest pending() {
            applied = false;
            return this;
        }

        Guest leaving() {
            leaving = true;
            return this;
        }

        Guest halted() {
            halted = true;
            return this;
        }

        /** KubeVirt starts it by itself. */
        Guest returns() {
            returns = true;
            return this;
        }

        Guest findsNoNode(String words) {
            findsNoNode = true;
            unschedulable = words;
            ready = false;
            return this;
        }

        Candidate now() {
            return new Candidate(
                    new MachineState(
                            namespace,
                            name,
                            applied,
                            live,
                            live ? created : 0,
                            live && carries,
                            live && ready,
                            leaving,
                            halted,
                            returns,
                            findsNoNode,
                            unschedulable),
                    consent,
                    live ? obstacle : Reason.NotRunning,
                    Method.Restart,
                    movable);
        }
    }
}
