package io.cpubaseline.campaign;

import io.cpubaseline.Reason;
import io.cpubaseline.campaign.Candidate.Consent;
import io.cpubaseline.campaign.Outlook.Blocked;
import io.cpubaseline.virtualmachine.Turns;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds out how a campaign stands and whom it restarts next. Who is due is seen anew each time; remembered is only what can't be seen. What it costs
 * grows with the campaign's virtual machines.
 */
public final class Waves {

    /** So many may be on their way: the status holds their names. */
    public static final int MOST_ON_THE_WAY = 100;

    /** How long kube-scheduler is left to find a node among labels that may come back; less than any restart takes. */
    private static final Duration SCHEDULING = Duration.ofSeconds(30);

    private static final int EXAMPLES = 5;

    private final Rules rules;
    private final Pinned pinned;
    private final boolean edited;
    private final Instant now;
    private final @Nullable Blocker blocker;
    private final Map<String, Candidate> candidates = new HashMap<>();

    private final List<Attempt> onTheWay = new ArrayList<>();
    private final List<Attempt> failures = new ArrayList<>();
    private final List<Attempt> finished = new ArrayList<>();
    private final List<Attempt> failedNow = new ArrayList<>();

    /** Whether one of those on their way finds no node, and may be about to fail. */
    private boolean unplaced;

    /**
     * What is pinned.
     *
     * @param revision its revision
     * @param since when it was pinned; {@link Instant#EPOCH} if not known
     */
    public record Pinned(String revision, Instant since) {}

    private Waves(
            Rules rules,
            Pinned pinned,
            boolean edited,
            Collection<Candidate> all,
            Instant now,
            @Nullable Blocker blocker) {
        this.rules = rules;
        this.pinned = pinned;
        this.edited = edited;
        this.now = now.truncatedTo(ChronoUnit.SECONDS);
        this.blocker = blocker;
        all.forEach(candidate -> candidates.put(candidate.fullName(), candidate));
    }

    /**
     * How it stands and what is next.
     *
     * @param before what is remembered
     * @param edited whether the rules were edited since: those that could not be brought to an end are tried again
     * @param all the virtual machines of the campaign
     * @param now the time by the API server's clock
     */
    public static Outlook next(
            Rules rules, Pinned pinned, Memory before, boolean edited, Collection<Candidate> all, Instant now) {
        return next(rules, pinned, before, edited, all, now, null);
    }

    /**
     * The same, where something else may keep restarts from beginning.
     *
     * @param blocker what that is; null if nothing does
     */
    public static Outlook next(
            Rules rules,
            Pinned pinned,
            Memory before,
            boolean edited,
            Collection<Candidate> all,
            Instant now,
            @Nullable Blocker blocker) {
        return new Waves(rules, pinned, edited, all, now, blocker).outlook(before.about(pinned.revision()));
    }

    private Outlook outlook(Memory before) {
        before.attempts().forEach(this::review);
        boolean stopped = rules.paused() || failures.size() >= rules.failureLimit();
        boolean barred = stopped || blocker != null;
        Field field = new Field();
        Allowance allowance = allowance(field);
        if (barred || allowance.closed() || allowance.overdrawn()) {
            // What has not begun is chosen again when it may begin.
            onTheWay.removeIf(this::notBegun);
            field = new Field();
            allowance = allowance(field);
        }
        Memory memory = steps(before.with(before.restarted() + finished.size(), List.of()), field.selected);
        int room = barred || allowance.closed() ? 0 : room(memory, field.selected);
        List<Attempt> chosen = chosen(field, allowance, room);
        onTheWay.addAll(chosen);
        List<Attempt> attempts = new ArrayList<>(onTheWay);
        attempts.addAll(failures);
        Hold hold = chosen.isEmpty() ? hold(memory, field, allowance, stopped, room) : Hold.NONE;
        return new Outlook(
                memory.with(memory.restarted(), attempts),
                onTheWay.stream().filter(this::notBegun).toList(),
                finished,
                failedNow,
                field.counts(),
                field.blocked(),
                hold.reason(),
                hold.detail(),
                hold.until(),
                allowance.next().orElse(null));
    }

    private Allowance allowance(Field field) {
        return Allowance.of(rules.budgets(), field.running, field.unavailable, now);
    }

    // ---- What became of those that were chosen before.

    private void review(Attempt attempt) {
        Candidate candidate = candidates.get(attempt.fullName());
        if (candidate == null || !candidate.state().live() && candidate.state().halted()) {
            // Somebody else has taken it over: it was deleted, stopped, or given back.
            return;
        }
        MachineState vm = candidate.state();
        if (!vm.live()) {
            if (!vm.missing() && passed(attempt, SCHEDULING)) {
                // Nothing starts it: its owner has stopped it.
                return;
            }
            goesOn(attempt, "it has no instance yet");
        } else if (vm.cameAfter(attempt.since())) {
            reviewNew(attempt, vm);
        } else {
            reviewOld(attempt, candidate);
        }
    }

    private void reviewNew(Attempt attempt, MachineState vm) {
        if (!vm.carries()) {
            if (pinned.since().isAfter(attempt.since())) {
                // The pin has moved meanwhile: it is due again.
                return;
            }
            fails(attempt, "it has come up without the pinned CPU model and features");
        } else if (vm.ready()) {
            finished.add(attempt);
        } else if (vm.findsNoNode() && passed(attempt, SCHEDULING)) {
            fails(attempt, "it can't be scheduled: " + vm.unschedulable());
        } else {
            unplaced |= vm.findsNoNode();
            goesOn(attempt, vm.unschedulable().isEmpty() ? "it isn't Ready" : vm.unschedulable());
        }
    }

    private void reviewOld(Attempt attempt, Candidate candidate) {
        boolean settled = candidate.state().carries() || attempt.failed() && edited;
        boolean forbidden = !attempt.failed()
                && !candidate.state().leaving()
                && (candidate.consent() == Consent.MISSING || candidate.obstacle() != null);
        if (!settled && !forbidden) {
            goesOn(attempt, "the instance of before is still there");
        }
    }

    /** It is on its way, unless that takes too long. */
    private void goesOn(Attempt attempt, String why) {
        if (attempt.failed()) {
            failures.add(attempt);
        } else if (passed(attempt, rules.progressDeadline())) {
            fails(
                    attempt,
                    "%s after %d s".formatted(why, rules.progressDeadline().toSeconds()));
        } else {
            onTheWay.add(attempt);
        }
    }

    private void fails(Attempt attempt, String why) {
        if (attempt.failed()) {
            failures.add(attempt);
        } else {
            Attempt failure = attempt.failed(why);
            failures.add(failure);
            failedNow.add(failure);
        }
    }

    private boolean passed(Attempt attempt, Duration time) {
        return now.isAfter(attempt.since().plus(time));
    }

    /** Whether its instance is the one of before, and nothing has happened to that yet. */
    private boolean notBegun(Attempt attempt) {
        Candidate candidate = candidates.get(attempt.fullName());
        return candidate != null
                && candidate.state().live()
                && !candidate.state().leaving()
                && !candidate.state().cameAfter(attempt.since());
    }

    // ---- How many more.

    /** Takes the steps that are behind. */
    private Memory steps(Memory memory, int selected) {
        Memory at = memory;
        while (selected > 0 && at.step() < rules.steps().size()) {
            Step step = rules.steps().get(at.step());
            if (at.restarted() < step.upTo().of(selected)) {
                return at.at(at.step(), null);
            }
            Instant reached = at.stepReached() == null ? now : at.stepReached();
            if (now.isBefore(reached.plus(step.pause()))) {
                return at.at(at.step(), reached);
            }
            at = at.at(at.step() + 1, null);
        }
        // The steps may have become fewer in the middle of a pause.
        return at.step() < rules.steps().size() ? at : at.at(at.step(), null);
    }

    private int room(Memory memory, int selected) {
        int room = MOST_ON_THE_WAY - onTheWay.size() - failures.size();
        if (memory.restarted() == 0) {
            // What nobody has come up with yet is tried by one alone.
            room = Math.min(room, 1 - onTheWay.size());
        }
        if (unplaced) {
            return 0;
        }
        if (memory.step() < rules.steps().size()) {
            int upTo = rules.steps().get(memory.step()).upTo().of(selected);
            room = memory.stepReached() != null ? 0 : Math.min(room, upTo - memory.restarted() - onTheWay.size());
        }
        return Math.max(0, room);
    }

    private List<Attempt> chosen(Field field, Allowance allowance, int room) {
        List<Attempt> chosen = new ArrayList<>();
        for (Turns<Candidate> turns : field.startable) {
            Candidate next = turns.next();
            while (next != null && chosen.size() < room) {
                MachineState vm = next.state();
                boolean gone = field.isUnavailable(vm);
                if (gone ? allowance.admitsUnavailable(vm.namespace()) : allowance.admits(vm.namespace())) {
                    chosen.add(new Attempt(vm.namespace(), vm.name(), now, next.method(), ""));
                    field.becomesUnavailable(vm.namespace(), vm.name());
                    if (!gone) {
                        allowance.take(vm.namespace());
                    }
                }
                next = turns.next();
            }
        }
        return chosen;
    }

    // ---- What keeps the others.

    private record Hold(
            @Nullable Reason reason,
            String detail,
            @Nullable Instant until) {
        static final Hold NONE = new Hold(null, "", null);

        static Hold of(Reason reason) {
            return until(reason, null);
        }

        static Hold until(Reason reason, @Nullable Instant time) {
            return new Hold(reason, "", time);
        }
    }

    private Hold hold(Memory memory, Field field, Allowance allowance, boolean stopped, int room) {
        if (stopped) {
            return Hold.of(failures.size() >= rules.failureLimit() ? Reason.RestartFailed : Reason.Paused);
        }
        if (field.startables() == 0) {
            if (!onTheWay.isEmpty() || field.due == 0) {
                return Hold.NONE;
            }
            if (field.waitingForConsent > 0) {
                return Hold.of(Reason.WaitingForConsent);
            }
            return Hold.of(
                    field.obstacles.keySet().equals(Set.of(Reason.Forbidden))
                            ? Reason.Forbidden
                            : Reason.WaitingForVirtualMachines);
        }
        if (memory.stepReached() != null) {
            Duration pause = rules.steps().get(memory.step()).pause();
            return Hold.until(Reason.StepPaused, memory.stepReached().plus(pause));
        }
        if (allowance.closed()) {
            return Hold.until(Reason.WaitingForWindow, allowance.next().orElse(null));
        }
        if (blocker != null) {
            return new Hold(blocker.reason(), blocker.detail(), null);
        }
        return room > 0 ? Hold.of(Reason.WaitingForBudget) : Hold.NONE;
    }

    /** Some virtual machines, of which the first five by name are kept. */
    private static final class Some {
        private final PriorityQueue<String> first = new PriorityQueue<>(Comparator.reverseOrder());
        private int count;

        void add(String name) {
            count++;
            first.add(name);
            if (first.size() > EXAMPLES) {
                first.remove();
            }
        }

        Blocked told() {
            return new Blocked(count, first.stream().sorted().toList());
        }
    }

    /** The virtual machines, counted. */
    private final class Field {

        private final Map<String, Integer> running = new HashMap<>();
        private final Map<String, Set<String>> unavailable = new HashMap<>();

        /** Those that want to be first, those that can't leave their node, and the others. */
        private final List<Turns<Candidate>> startable = List.of(new Turns<>(), new Turns<>(), new Turns<>());

        private final Map<Reason, Some> obstacles = new EnumMap<>(Reason.class);
        private int selected;
        private int due;
        private int waitingForConsent;
        private int startables;

        Field() {
            Set<String> taken = new HashSet<>();
            onTheWay.forEach(attempt -> taken.add(attempt.fullName()));
            failures.forEach(attempt -> taken.add(attempt.fullName()));
            candidates.values().forEach(vm -> count(vm, taken.contains(vm.fullName())));
            onTheWay.forEach(attempt -> becomesUnavailable(attempt.namespace(), attempt.name()));
            failures.stream()
                    .filter(attempt -> isGone(candidates.get(attempt.fullName())))
                    .forEach(attempt -> becomesUnavailable(attempt.namespace(), attempt.name()));
            startables = startable.stream().mapToInt(Turns::size).sum();
        }

        private static boolean isGone(@Nullable Candidate candidate) {
            return candidate == null || !candidate.state().live();
        }

        private void count(Candidate candidate, boolean taken) {
            MachineState vm = candidate.state();
            if (!taken && (!vm.applied() || !vm.live() && !vm.missing())) {
                return;
            }
            selected++;
            running.merge(vm.namespace(), 1, Integer::sum);
            if (vm.live() ? !vm.ready() || vm.leaving() : vm.missing()) {
                becomesUnavailable(vm.namespace(), vm.name());
            }
            if (taken) {
                due++;
            } else if (vm.due()) {
                due++;
                judge(candidate);
            }
        }

        private void judge(Candidate candidate) {
            if (candidate.consent() == Consent.MISSING) {
                waitingForConsent++;
            } else if (candidate.obstacle() != null) {
                obstacles
                        .computeIfAbsent(candidate.obstacle(), reason -> new Some())
                        .add(candidate.fullName());
            } else {
                int rank = candidate.consent() == Consent.FIRST ? 0 : candidate.movable() ? 2 : 1;
                MachineState vm = candidate.state();
                startable.get(rank).add(vm.namespace(), vm.name(), candidate);
            }
        }

        int startables() {
            return startables;
        }

        boolean isUnavailable(MachineState vm) {
            return unavailable.getOrDefault(vm.namespace(), Set.of()).contains(vm.name());
        }

        void becomesUnavailable(String namespace, String name) {
            unavailable.computeIfAbsent(namespace, same -> new HashSet<>()).add(name);
        }

        Outlook.Counts counts() {
            return new Outlook.Counts(
                    selected,
                    due,
                    onTheWay.size(),
                    failures.size(),
                    waitingForConsent,
                    unavailable.values().stream().mapToInt(Set::size).sum());
        }

        Map<Reason, Blocked> blocked() {
            Map<Reason, Blocked> blocked = new EnumMap<>(Reason.class);
            obstacles.forEach((reason, some) -> blocked.put(reason, some.told()));
            return blocked;
        }
    }
}
