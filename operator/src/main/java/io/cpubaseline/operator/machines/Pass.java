package io.cpubaseline.operator.machines;

import io.cpubaseline.Reason;
import io.cpubaseline.operator.machines.Course.Member;
import io.cpubaseline.operator.machines.Spread.Standing;
import io.cpubaseline.operator.machines.Spread.Turn;
import io.cpubaseline.operator.machines.VirtualMachineAligner.LettingGo;
import io.cpubaseline.operator.machines.VirtualMachineAligner.Pace;
import io.cpubaseline.operator.machines.VirtualMachineAligner.Selected;
import io.cpubaseline.operator.machines.WriteQueue.Place;
import io.cpubaseline.operator.machines.WriteQueue.Write;
import io.cpubaseline.operator.watch.ObjectName;
import io.cpubaseline.virtualmachine.Action;
import io.cpubaseline.virtualmachine.Alignment;
import io.cpubaseline.virtualmachine.Belonging;
import io.cpubaseline.virtualmachine.ConflictWords;
import io.cpubaseline.virtualmachine.FirstStarts;
import io.cpubaseline.virtualmachine.InstanceSnapshot;
import io.cpubaseline.virtualmachine.Look;
import io.cpubaseline.virtualmachine.OwnedFields;
import io.cpubaseline.virtualmachine.Rollout;
import io.cpubaseline.virtualmachine.Tally.State;
import io.cpubaseline.virtualmachine.Target;
import io.cpubaseline.virtualmachine.VirtualMachineSnapshot;
import io.cpubaseline.virtualmachine.WriteKind;
import io.cpubaseline.virtualmachine.WriteMemory;
import io.cpubaseline.virtualmachine.WriteOutcome;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One look at the virtual machines of a baseline: at all, or at those that may have changed. Decides each, and queues what is to be written. */
final class Pass {

    private final Course course;
    private final Running running;
    private final Target target;
    private final Pace pace;
    private final Rollout rollout;
    private final LettingGo others;
    private final boolean write;
    private final WriteQueue queue;
    private final WriteMemory.Delays delays;
    private final Telling telling;
    private final long now;
    private final List<Runnable> news = new ArrayList<>();

    /** Who is told; called by any thread, without a lock. */
    interface Telling {
        void trouble(String baseline, VirtualMachineSnapshot vm, Reason reason, String message);

        void answered(
                String baseline, ObjectName name, VirtualMachineSnapshot vm, OwnedFields fields, WriteOutcome outcome);
    }

    /**
     * What became of a virtual machine.
     *
     * @param reason why; null if that needs none
     * @param words what the API server said, if the write has failed and is going to be tried again; else null
     * @param refusal what it said, if the operator may not write; else null
     */
    private record Found(
            State state,
            @Nullable Reason reason,
            @Nullable String words,
            @Nullable String refusal) {

        static Found of(State state, @Nullable Reason reason) {
            return new Found(state, reason, null, null);
        }
    }

    Pass(
            Course course,
            Running running,
            Target target,
            Pace pace,
            LettingGo others,
            boolean write,
            WriteQueue queue,
            WriteMemory.Delays delays,
            Telling telling) {
        this.course = course;
        this.running = running;
        this.target = target;
        this.pace = pace;
        this.rollout = pace.rollout();
        this.others = others;
        this.write = write;
        this.queue = queue;
        this.delays = delays;
        this.telling = telling;
        this.now = queue.nanoTime().getAsLong();
    }

    /** What there is to tell, without a lock, when the writes are on their way. */
    List<Runnable> news() {
        return news;
    }

    void look(Selected selected) {
        try {
            boolean all = course.begin(target, rollout, write, now);
            Set<ObjectName> names = course.takeDue(now);
            if (selected.changed().map(names::addAll).isEmpty() || all) {
                selected.all().forEach(vm -> look(new ObjectName(vm.namespace(), vm.name()), vm));
                course.leaveUnmet();
            } else {
                names.forEach(
                        name -> selected.get(name).ifPresentOrElse(vm -> look(name, vm), () -> course.leave(name)));
            }
            course.firstStarts(
                    !write
                            || pace.startsFirst() != null
                                    && course.spread().firstStarts(target).open(),
                    now);
            takeTurns();
        } catch (RuntimeException e) {
            course.stale();
            throw e;
        }
    }

    private void look(ObjectName name, VirtualMachineSnapshot stored) {
        VirtualMachineSnapshot vm = stored.inNamespace(others.adopts(stored));
        Belonging whose = others.whose(vm, target.baseline());
        InstanceSnapshot instance = running.of(vm);
        Action decided = Alignment.decide(vm, target, whose, manager -> others.letGo(vm, manager));
        Member member = course.meet(name, vm, target, now);
        Action deferred = FirstStarts.untilStopped(decided, vm, target, instance);
        boolean given = !deferred.equals(decided);
        Action action = course.waitsUntilStopped(member, given, now) ? deferred : decided;
        Found found = found(member, vm, action, instance);
        course.spread().leavesAlone(member, FirstStarts.hidesFromPolicy(vm, action, found.state()));
        witness(member, instance);
        Look look = Look.of(vm, action, found.state(), found.reason(), instance, running.vendorOf(instance), target)
                .of(whose, target.baseline());
        course.count(
                member,
                vm,
                found.words() == null ? look : look.tryingAgain(),
                vm.size(instance),
                found.words() == null ? "" : found.words(),
                found.refusal());
    }

    /** Sends what the limits of the roll-out let pass; where it is halted, what waits to be sent waits for its turn again. */
    private void takeTurns() {
        Spread spread = course.spread();
        for (Member member : spread.overtaken()) {
            if (queue.drop(member)) {
                synchronized (member) {
                    memory(member).undecided();
                }
                course.wakeNoLaterThan(member, now);
            }
        }
        if (rollout.maxPerMinute() > 0 && now < queue.pausedUntil()) {
            return;
        }
        for (Turn turn : spread.take(course.tempo(), now)) {
            Member member = turn.member();
            synchronized (member) {
                WriteMemory memory = memory(member);
                memory.decidedOn(member.vm);
                queue.put(member, write(member, memory, member.vm, turn.action()));
            }
        }
    }

    /** Takes in what the guest tells of the revision: that it runs with it, or finds no node. */
    private void witness(Member member, @Nullable InstanceSnapshot instance) {
        if (instance == null || !WriteKind.runsWithIt(target, instance)) {
            course.spread().findsNoNode(member, "");
            return;
        }
        course.spread().findsNoNode(member, instance.findsNoNode() ? instance.unschedulable() : "");
        if (instance.runningSince() == 0) {
            return;
        }
        String found = running.vendorOf(instance);
        String vendor = found.isEmpty() ? target.fields().vendor() : found;
        if (vendor.isEmpty() || course.spread().isProven(vendor)) {
            return;
        }
        Duration remaining = pace.proofTime()
                .minus(Duration.between(
                        Instant.ofEpochSecond(instance.runningSince()),
                        pace.clock().instant()));
        if (remaining.isNegative() || remaining.isZero()) {
            course.spread().proves(vendor);
        } else {
            course.wakeNoLaterThan(member, now + remaining.toNanos());
        }
    }

    private Found found(Member member, VirtualMachineSnapshot vm, Action action, @Nullable InstanceSnapshot instance) {
        synchronized (member) {
            if (!member.target.equals(target)) {
                member.target = target;
                queue.drop(member);
                if (member.memory != null) {
                    member.memory.startOver();
                }
            }
        }
        course.spread().stand(member, standing(vm, action), vendor(instance));
        if (action instanceof Action.Skip skip) {
            course.settle(member);
            return Found.of(State.SKIPPED, skip.reason());
        }
        if (action instanceof Action.Nothing) {
            course.settle(member);
            return Found.of(State.APPLIED, null);
        }
        if (action instanceof Action.Wait) {
            course.settle(member);
            course.wakeAt(member, others.decidedFrom());
            return Found.of(State.PENDING, null);
        }
        if (action instanceof Action.Conflict conflict) {
            boolean dropped = queue.drop(member);
            synchronized (member) {
                if (dropped && member.memory != null) {
                    member.memory.undecided();
                }
                if (write && conflict.reason() != Reason.ClaimedByOther) {
                    tellIfItHolds(member, memory(member), vm, ConflictWords.of(vm, conflict, target));
                }
            }
            return Found.of(Look.stateOf(conflict), conflict.reason());
        }
        if (!write) {
            course.settle(member);
            return Found.of(State.PENDING, null);
        }
        if (startsFirst(member, vm, action, instance)) {
            course.wakeAt(member, leftToStart(member));
            return Found.of(State.PENDING, null);
        }
        synchronized (member) {
            return due(member, memory(member), vm, action, instance);
        }
    }

    /**
     * Whether its first instance may come at any moment and gets what is wanted: a write in the same moment could come just after it, and make KubeVirt
     * report RestartRequired.
     */
    private boolean startsFirst(
            Member member, VirtualMachineSnapshot vm, Action action, @Nullable InstanceSnapshot instance) {
        return instance == null
                && now < leftToStart(member)
                && FirstStarts.isFirst(vm, action, target)
                && course.spread().firstStarts(target).open();
    }

    /** Until when a new one is left to start by itself. */
    private long leftToStart(Member member) {
        Duration first = pace.startsFirst();
        return first == null ? member.met : member.met + first.toNanos();
    }

    private Standing standing(VirtualMachineSnapshot vm, Action action) {
        if (action instanceof Action.Nothing) {
            return Standing.CARRYING;
        }
        boolean wanted =
                action instanceof Action.Apply || action instanceof Action.TakeOver || action instanceof Action.Inherit;
        if (!wanted) {
            return Standing.OUT;
        }
        return WriteKind.hasIt(vm, target) ? Standing.CARRYING : Standing.LACKING;
    }

    /** Where it starts next time, as far as that is known: a baseline of one vendor confines it. */
    private String vendor(@Nullable InstanceSnapshot instance) {
        String confined = target.fields().vendor();
        return confined.isEmpty() ? running.vendorOf(instance) : confined;
    }

    private WriteMemory memory(Member member) {
        if (member.memory == null) {
            member.memory = new WriteMemory(delays);
        }
        return member.memory;
    }

    /** A write is due: unless the answer to the last one still stands, or a delay isn't over. */
    private Found due(
            Member member,
            WriteMemory memory,
            VirtualMachineSnapshot vm,
            Action action,
            @Nullable InstanceSnapshot instance) {
        Write wanted = write(member, memory, vm, action);
        Place place = queue.supersede(member, wanted);
        if (place != Place.NOWHERE) {
            if (place == Place.WAITING) {
                memory.decidedOn(vm);
            }
            underWay(member, vm, action, instance);
            return byLastAnswer(memory.outcome());
        }
        switch (memory.wanted(action, vm, now)) {
            case DUE -> admit(member, memory, vm, action, instance, wanted);
            case WAITS -> course.wakeAt(member, Math.max(memory.until(), queue.pausedUntil()));
            case WRITTEN -> {
                if (!(action instanceof Action.Release)) {
                    course.spread().stand(member, Standing.CARRYING, vendor(instance));
                }
                return written(action);
            }
            case HELD -> {
                String message = memory.outcome() instanceof WriteOutcome.Conflict conflict ? conflict.message() : "";
                tellIfItHolds(member, memory, vm, ConflictWords.refused(vm, target, message));
                return Found.of(State.CONFLICTING, Reason.Conflicting);
            }
            case INSTANCETYPE -> {
                return Found.of(State.SKIPPED, Reason.InstancetypeConflict);
            }
            case CONTENDED -> {
                tell(
                        memory,
                        vm,
                        Reason.Contended,
                        "Its CPU fields were lost %d times within %s: something else keeps writing the whole object. They are left alone until it or the baseline changes."
                                .formatted(WriteMemory.LOSSES_UNTIL_CONTENDED, inWords(delays.contentionWindow())));
                return Found.of(State.CONFLICTING, Reason.Contended);
            }
        }
        return byLastAnswer(memory.outcome());
    }

    /** Sends a write that is due, or lets it wait for its turn. */
    private void admit(
            Member member,
            WriteMemory memory,
            VirtualMachineSnapshot vm,
            Action action,
            @Nullable InstanceSnapshot instance,
            Write wanted) {
        WriteKind kind = WriteKind.of(action, vm, target, instance);
        if (kind == WriteKind.AT_ONCE || rollout.isUnlimited()) {
            queue.put(member, wanted);
            return;
        }
        memory.undecided();
        boolean hindersLiveUpdates = !(action instanceof Action.Release || action instanceof Action.TakeOver)
                && instance != null
                && instance.live()
                && !instance.findsNoNode()
                && !WriteKind.runsWithIt(target, instance);
        if (rollout.whenStopped() && hindersLiveUpdates) {
            course.spread().waitsWhileRunning(member);
        } else {
            course.spread().waits(member, action, kind);
        }
    }

    private void underWay(
            Member member, VirtualMachineSnapshot vm, Action action, @Nullable InstanceSnapshot instance) {
        course.spread().admitted(member, WriteKind.of(action, vm, target, instance));
        if (course.spread().isLacking(member)) {
            course.spread().stand(member, Standing.CARRYING, vendor(instance));
        }
    }

    /** The watch has not shown our own write yet. */
    private static Found written(Action action) {
        if (action instanceof Action.Release release) {
            boolean held = release.reason() == Reason.Conflicting
                    || release.reason() == Reason.ClaimedByOther
                    || !release.kept().equals(OwnedFields.NONE);
            return Found.of(held ? State.CONFLICTING : State.SKIPPED, release.reason());
        }
        return Found.of(State.APPLIED, null);
    }

    /** The last answer stands until there is a new one. */
    private static Found byLastAnswer(@Nullable WriteOutcome outcome) {
        if (outcome instanceof WriteOutcome.Forbidden refusal) {
            return new Found(State.REFUSED, Reason.Forbidden, null, refusal.message());
        }
        if (outcome instanceof WriteOutcome.Refused) {
            return Found.of(State.REFUSED, Reason.Refused);
        }
        if (outcome instanceof WriteOutcome.Retry retry) {
            return new Found(State.PENDING, null, retry.message(), null);
        }
        return Found.of(State.PENDING, null);
    }

    private Write write(Member member, WriteMemory memory, VirtualMachineSnapshot vm, Action action) {
        Target wanted = target;
        OwnedFields fields = fields(action);
        String manager = action instanceof Action.Inherit inherit ? inherit.manager() : wanted.manager();
        return new Write(vm, manager, fields, action instanceof Action.TakeOver taking ? taking : null, outcome -> {
            List<Runnable> told = new ArrayList<>();
            synchronized (member) {
                // Where the target has changed meanwhile, the answer means nothing any more.
                if (member.target.equals(wanted)) {
                    memory.answered(action, outcome, queue.nanoTime().getAsLong());
                    if (!(action instanceof Action.Release)) {
                        course.spread().answered(outcome);
                    }
                    if (outcome instanceof WriteOutcome.Refused refused && memory.tell(Reason.Refused)) {
                        told.add(() -> telling.trouble(wanted.baseline(), vm, Reason.Refused, refused.message()));
                    }
                }
            }
            return () -> {
                told.forEach(Runnable::run);
                telling.answered(wanted.baseline(), member.name, vm, fields, outcome);
            };
        });
    }

    private static OwnedFields fields(Action action) {
        if (action instanceof Action.Apply apply) {
            return apply.fields();
        }
        if (action instanceof Action.Inherit inherit) {
            return inherit.fields();
        }
        if (action instanceof Action.TakeOver taking) {
            return taking.fields();
        }
        return action instanceof Action.Release release ? release.kept() : OwnedFields.NONE;
    }

    /** Restores and admission policies pass through states that look like a conflict and are none a moment later. */
    private void tellIfItHolds(Member member, WriteMemory memory, VirtualMachineSnapshot vm, String message) {
        long from = memory.conflictHoldsFrom(now);
        if (now >= from) {
            tell(memory, vm, Reason.Conflicting, message);
        } else if (!memory.hasTold(Reason.Conflicting)) {
            course.wakeAt(member, from);
        }
    }

    private void tell(WriteMemory memory, VirtualMachineSnapshot vm, Reason reason, String message) {
        if (memory.tell(reason)) {
            news.add(() -> telling.trouble(target.baseline(), vm, reason, message));
        }
    }

    private static String inWords(Duration window) {
        return window.equals(Duration.ofHours(1)) ? "an hour" : "%d s".formatted(window.toSeconds());
    }
}
