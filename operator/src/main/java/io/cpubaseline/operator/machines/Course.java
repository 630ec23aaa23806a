package io.cpubaseline.operator.machines;

import io.cpubaseline.fleet.NodeCapacity;
import io.cpubaseline.operator.watch.ObjectName;
import io.cpubaseline.virtualmachine.Counts;
import io.cpubaseline.virtualmachine.FirstStarts;
import io.cpubaseline.virtualmachine.Look;
import io.cpubaseline.virtualmachine.Rollout;
import io.cpubaseline.virtualmachine.Tally;
import io.cpubaseline.virtualmachine.Target;
import io.cpubaseline.virtualmachine.Tempo;
import io.cpubaseline.virtualmachine.VirtualMachineSnapshot;
import io.cpubaseline.virtualmachine.WriteMemory;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * How far one baseline has come: what was found at the last look at each of its virtual machines, their counts, and what is remembered of the
 * writes to them. One thread at a time works on it; only {@link #lookAgain} may be called by any.
 */
final class Course {

    /** One virtual machine of the baseline. It owns its writes in the queue, and guards what is remembered of them. */
    static final class Member {
        final ObjectName name;
        /** As it was at the last look. */
        VirtualMachineSnapshot vm;

        /** What was counted then; null before the first look is over. */
        @Nullable
        Look look;

        /** What is remembered of its writes; null while that is nothing. Guarded by the member. */
        @Nullable
        WriteMemory memory;

        /** What was wanted at the last look. Guarded by the member. */
        Target target;

        /** When it is to be looked at though nothing changes; 0 if never. */
        private long dueAt;

        /** What it has of the revision, and whether it waits for it. */
        final Spread.Seat seat = new Spread.Seat();

        /** When it was looked at first. */
        final long met;

        /** Whether its instance has got what is wanted when it was created, and it is to be written when that stops. */
        private boolean given;

        private int pass;
        private boolean fading;

        Member(ObjectName name, VirtualMachineSnapshot vm, Target target, long met) {
            this.name = name;
            this.vm = vm;
            this.target = target;
            this.met = met;
        }
    }

    private static final Comparator<Member> BY_TIME = Comparator.<Member>comparingLong(member -> member.dueAt)
            .thenComparing(member -> member.name.namespace())
            .thenComparing(member -> member.name.name());

    private final WriteQueue queue;
    private final Tempo tempo;
    private final Duration proofTime;
    private final Spread spread = new Spread();
    private final Counts counts = new Counts();
    private final Map<ObjectName, Member> members = new HashMap<>();

    /** Those that have left while a write to them was under way, by UID. */
    private final Map<String, Member> left = new HashMap<>();

    /** Those that carry what is wanted; read by any thread. */
    private final Set<ObjectName> applied = ConcurrentHashMap.newKeySet();

    private final NavigableSet<Member> due = new TreeSet<>(BY_TIME);

    /** Those in order of which losses are remembered, the oldest first. */
    private final Deque<Member> fading = new ArrayDeque<>();

    /** The API server's words where the operator may not write. */
    private final Map<ObjectName, String> forbidden = new LinkedHashMap<>();

    /** Guarded by itself. */
    private final Set<ObjectName> again = new HashSet<>();

    private @Nullable Target target;
    private boolean write;

    /** Since when no instance gets the target when it is created; 0 while some may. */
    private long closedSince;

    private int pass;

    /**
     * @param tempo of all writes in the baseline's name
     * @param proofTime how long a guest has to run with a revision to prove it
     */
    Course(WriteQueue queue, Tempo tempo, Duration proofTime) {
        this.queue = queue;
        this.tempo = tempo;
        this.proofTime = proofTime;
    }

    /** How far the revision has spread. */
    Spread spread() {
        return spread;
    }

    /** The names of those that carry what is wanted: a view that changes with them, for any thread. */
    Set<ObjectName> applied() {
        return applied;
    }

    Tempo tempo() {
        return tempo;
    }

    /**
     * Begins a look.
     *
     * @return whether all are to be looked at, since something else is wanted of them
     */
    boolean begin(Target wanted, Rollout rollout, boolean writing, long now) {
        boolean other = !wanted.equals(target) || writing != write;
        spread.begin(rollout, !wanted.equals(target));
        target = wanted;
        write = writing;
        pass++;
        left.values().removeIf(member -> !queue.isUnderWay(member));
        while (!fading.isEmpty() && fade(fading.getFirst(), now)) {
            fading.removeFirst();
        }
        return other;
    }

    /** All are to be looked at next time: this look has failed. */
    void stale() {
        target = null;
    }

    /** Forgets losses that don't count any more. */
    private boolean fade(Member member, long now) {
        synchronized (member) {
            WriteMemory memory = member.memory;
            if (memory != null && !memory.isForgettable(now)) {
                return false;
            }
            member.fading = false;
            if (memory != null && memory.isSettled() && !queue.isUnderWay(member)) {
                member.memory = null;
            }
            return true;
        }
    }

    /** Those to look at without a change of theirs: they were answered, or a delay is over. */
    Set<ObjectName> takeDue(long now) {
        Set<ObjectName> names;
        synchronized (again) {
            names = new HashSet<>(again);
            again.clear();
        }
        while (!due.isEmpty() && due.first().dueAt <= now) {
            Member first = due.pollFirst();
            first.dueAt = 0;
            names.add(first.name);
        }
        return names;
    }

    /** It has to be looked at once more. */
    void lookAgain(ObjectName name) {
        synchronized (again) {
            again.add(name);
        }
    }

    /** The virtual machine at the beginning of a look at it. Another one of the same name has left. */
    Member meet(ObjectName name, VirtualMachineSnapshot vm, Target wanted, long now) {
        Member member = members.get(name);
        if (member != null && !member.vm.uid().equals(vm.uid())) {
            leave(name);
            member = null;
        }
        if (member == null) {
            Member returning = left.remove(vm.uid());
            member = returning == null ? new Member(name, vm, wanted, now) : returning;
            members.put(name, member);
        }
        member.pass = pass;
        wakeAt(member, 0);
        spread.clear(member);
        return member;
    }

    /**
     * Counts what the look has found.
     *
     * @param size its virtual CPUs and memory; nothing if not known
     * @param words what the API server said, if the write has failed and is going to be tried again; else empty
     * @param refusal what it said, if the operator may not write; else null
     */
    void count(
            Member member,
            VirtualMachineSnapshot vm,
            Look look,
            NodeCapacity size,
            String words,
            @Nullable String refusal) {
        uncount(member);
        member.vm = vm;
        member.look = counts.add(vm, look, size, words);
        if (look.state() == Tally.State.APPLIED) {
            applied.add(member.name);
        } else {
            applied.remove(member.name);
        }
        if (refusal == null) {
            forbidden.remove(member.name);
        } else {
            forbidden.put(member.name, refusal);
        }
    }

    private void uncount(Member member) {
        if (member.look != null) {
            counts.remove(member.vm, member.look);
            member.look = null;
        }
    }

    /** It is none of the baseline's any more. */
    void leave(ObjectName name) {
        Member member = members.remove(name);
        if (member != null) {
            uncount(member);
            applied.remove(name);
            spread.leave(member);
            forbidden.remove(name);
            wakeAt(member, 0);
            settle(member);
            // One that is on its way stays until it is answered, lest there are two.
            if (queue.isUnderWay(member)) {
                left.put(member.vm.uid(), member);
            }
        }
    }

    /** Those that were not met in this look have left. */
    void leaveUnmet() {
        members.values().stream()
                .filter(member -> member.pass != pass)
                .map(member -> member.name)
                .toList()
                .forEach(this::leave);
    }

    /** Nothing is to be written to it now, and nothing is wrong. */
    void settle(Member member) {
        queue.drop(member);
        synchronized (member) {
            WriteMemory memory = member.memory;
            if (memory == null) {
                return;
            }
            memory.settle();
            if (!memory.isForgettable(queue.nanoTime().getAsLong())) {
                if (!member.fading) {
                    member.fading = true;
                    fading.addLast(member);
                }
            } else if (!queue.isUnderWay(member)) {
                member.memory = null;
            }
        }
    }

    /** It is to be looked at then, though nothing changes; 0: not at all. */
    void wakeAt(Member member, long time) {
        if (member.dueAt != 0) {
            due.remove(member);
        }
        member.dueAt = time;
        if (time != 0) {
            due.add(member);
        }
    }

    /** The same, if it isn't to be looked at before that anyway. */
    void wakeNoLaterThan(Member member, long time) {
        if (member.dueAt == 0 || member.dueAt > time) {
            wakeAt(member, time);
        }
    }

    /**
     * Whether its instance has got what is wanted, and writing it waits for that to stop. The wait ends some time after no new instance gets it any
     * more: if that one ended by itself, the next one could start without.
     */
    boolean waitsUntilStopped(Member member, boolean given, long now) {
        long until = closedSince + proofTime.toNanos();
        member.given = given;
        if (!given || closedSince == 0) {
            return given;
        }
        if (now >= until) {
            return false;
        }
        wakeNoLaterThan(member, until);
        return true;
    }

    /** A look has shown whether new instances may get the target when they are created. */
    void firstStarts(boolean open, long now) {
        if (open) {
            closedSince = 0;
        } else if (closedSince == 0) {
            closedSince = Math.max(1, now);
            members.values().stream()
                    .filter(member -> member.given)
                    .forEach(member -> wakeNoLaterThan(member, closedSince + proofTime.toNanos()));
        }
    }

    VirtualMachineAligner.Result result(long now) {
        return new VirtualMachineAligner.Result(
                counts.tally(),
                spread.progress(tempo, now, proofTime),
                target == null ? FirstStarts.NONE : spread.firstStarts(target),
                forbidden.isEmpty() ? null : forbidden.values().iterator().next(),
                next(now));
    }

    private @Nullable Duration next(long now) {
        long turn = spread.wakeAt(tempo, now, queue.pausedUntil());
        long looked = due.isEmpty() ? 0 : due.first().dueAt;
        if (turn == 0 && looked == 0) {
            return null;
        }
        long next = turn == 0 || looked != 0 && looked < turn ? looked : turn;
        return Duration.ofNanos(next - now).plusMillis(1);
    }

    void dropAll() {
        members.values().forEach(queue::drop);
    }

    int remembered() {
        return (int) members.values().stream()
                        .filter(member -> member.memory != null)
                        .count()
                + left.size();
    }
}
