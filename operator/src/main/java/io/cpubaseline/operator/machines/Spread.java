package io.cpubaseline.operator.machines;

import io.cpubaseline.operator.machines.Course.Member;
import io.cpubaseline.virtualmachine.Action;
import io.cpubaseline.virtualmachine.FirstStarts;
import io.cpubaseline.virtualmachine.Pacing;
import io.cpubaseline.virtualmachine.Pacing.Domain;
import io.cpubaseline.virtualmachine.Pacing.Hold;
import io.cpubaseline.virtualmachine.Pacing.Room;
import io.cpubaseline.virtualmachine.Pacing.Situation;
import io.cpubaseline.virtualmachine.Progress;
import io.cpubaseline.virtualmachine.Rollout;
import io.cpubaseline.virtualmachine.Target;
import io.cpubaseline.virtualmachine.Tempo;
import io.cpubaseline.virtualmachine.Turns;
import io.cpubaseline.virtualmachine.WriteKind;
import io.cpubaseline.virtualmachine.WriteOutcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * How far a revision has spread over the virtual machines of one baseline: which have it, which wait for it, and whose turn it is. What one
 * virtual machine costs does not grow with their number. One thread at a time works on it; only {@link #answered} may be called by any.
 */
final class Spread {

    /** What a virtual machine has of the revision. */
    enum Standing {
        /** It is not to have it. */
        OUT,
        /** It is to have it, and has it not. */
        LACKING,
        /** It has it, or it is on its way. */
        CARRYING
    }

    /** Where one virtual machine is. */
    static final class Seat {
        private Standing standing = Standing.OUT;
        private String vendor = "";
        private @Nullable Action due;
        private WriteKind kind = WriteKind.AT_ONCE;
        private boolean running;
        private boolean admitted;
    }

    /** A virtual machine whose turn it is, and what is to be written. */
    record Turn(Member member, Action action) {}

    /** The numbers of one vendor's domain. */
    private static final class Numbers {
        private int total;
        private int carrying;
    }

    private final Map<String, Numbers> domains = new TreeMap<>();
    private final Map<String, Turns<Member>> spreading = new TreeMap<>();
    private final Turns<Member> again = new Turns<>();

    /** Those whose writes wait in the queue or are under way. */
    private final Set<Member> admitted = new HashSet<>();

    /** The vendors on whose nodes a guest has run with the revision for long enough. */
    private final Set<String> proven = new HashSet<>();

    /** Guests with the revision that find no node, and why, by their names. */
    private final NavigableMap<String, String> stuck = new TreeMap<>();

    /** Those that are left alone, and whose instances don't show why, by their names. */
    private final NavigableSet<String> leftAlone = new TreeSet<>();

    private Rollout rollout = Rollout.unlimited();
    private int running;

    /** Guarded by this object, as is {@link #accepted}. */
    private int refusals;

    private boolean accepted;

    /** Begins a look. Another revision, or other limits, make a new beginning. */
    void begin(Rollout limits, boolean other) {
        if (other) {
            proven.clear();
        }
        if (other || !limits.equals(rollout)) {
            synchronized (this) {
                refusals = 0;
                accepted = false;
            }
        }
        rollout = limits;
    }

    /** A write of the revision was answered. */
    synchronized void answered(WriteOutcome outcome) {
        if (outcome instanceof WriteOutcome.Refused) {
            refusals++;
        } else if (outcome instanceof WriteOutcome.Applied) {
            refusals = 0;
            accepted = true;
        }
    }

    private synchronized boolean halted() {
        return !stuck.isEmpty() || Pacing.halts(rollout, refusals);
    }

    /** Nothing waits for this virtual machine, until a look finds what does. */
    void clear(Member member) {
        Seat seat = member.seat;
        if (seat.due != null) {
            seat.due = null;
            turns(seat).remove(member.name.namespace(), member.name.name());
            spreading.values().removeIf(turns -> turns.size() == 0);
        }
        if (seat.running) {
            seat.running = false;
            running--;
        }
        if (seat.admitted) {
            seat.admitted = false;
            admitted.remove(member);
        }
    }

    /** It is none of the baseline's any more. */
    void leave(Member member) {
        clear(member);
        stand(member, Standing.OUT, "");
        stuck.remove(nameOf(member));
        leftAlone.remove(nameOf(member));
    }

    /**
     * What a virtual machine has.
     *
     * @param vendor the CPU vendor whose nodes it is on or is confined to; empty if it isn't known
     */
    void stand(Member member, Standing standing, String vendor) {
        Seat seat = member.seat;
        if (seat.standing == standing && seat.vendor.equals(vendor)) {
            return;
        }
        count(seat, -1);
        seat.standing = standing;
        seat.vendor = vendor;
        count(seat, 1);
    }

    private void count(Seat seat, int one) {
        if (seat.standing == Standing.OUT) {
            return;
        }
        Numbers numbers = domains.computeIfAbsent(seat.vendor, vendor -> new Numbers());
        numbers.total += one;
        numbers.carrying += seat.standing == Standing.CARRYING ? one : 0;
        if (numbers.total == 0) {
            domains.remove(seat.vendor);
        }
    }

    /** Whether it is to have the revision, and has it not. */
    boolean isLacking(Member member) {
        return member.seat.standing == Standing.LACKING;
    }

    /** A guest has run with the revision for long enough on nodes of that vendor. */
    void proves(String vendor) {
        proven.add(vendor);
    }

    /** Whether one has. Where it isn't known on whose nodes a guest starts, it is proven where all have a proof that there are. */
    boolean isProven(String vendor) {
        return vendor.isEmpty()
                ? !proven.isEmpty()
                        && domains.keySet().stream().allMatch(known -> known.isEmpty() || proven.contains(known))
                : proven.contains(vendor);
    }

    /**
     * Whether a guest with the revision finds no node.
     *
     * @param words why, as kube-scheduler has it; empty if it has one
     */
    void findsNoNode(Member member, String words) {
        if (!words.isEmpty()) {
            stuck.put(nameOf(member), words);
        } else if (!stuck.isEmpty()) {
            stuck.remove(nameOf(member));
        }
    }

    /** Whether it is left alone, and its instances don't show why. */
    void leavesAlone(Member member, boolean hidden) {
        if (hidden) {
            leftAlone.add(nameOf(member));
        } else if (!leftAlone.isEmpty()) {
            leftAlone.remove(nameOf(member));
        }
    }

    /** Whose instances may get the revision when they are created. */
    FirstStarts firstStarts(Target target) {
        return FirstStarts.of(rollout, halted(), isProven(target.fields().vendor()), leftAlone);
    }

    private static String nameOf(Member member) {
        return member.name.namespace() + "/" + member.name.name();
    }

    /** It waits until it is stopped. */
    void waitsWhileRunning(Member member) {
        member.seat.running = true;
        running++;
    }

    /** It waits for its turn; its standing is known. */
    void waits(Member member, Action action, WriteKind kind) {
        member.seat.due = action;
        member.seat.kind = kind;
        turns(member.seat).add(member.name.namespace(), member.name.name(), member);
    }

    private Turns<Member> turns(Seat seat) {
        return seat.kind == WriteKind.SPREAD ? spreading.computeIfAbsent(seat.vendor, vendor -> new Turns<>()) : again;
    }

    /** Its write waits in the queue, or is under way. */
    void admitted(Member member, WriteKind kind) {
        member.seat.kind = kind;
        member.seat.admitted = true;
        admitted.add(member);
    }

    /** Those whose writes wait in the queue though the roll-out is halted. */
    List<Member> overtaken() {
        return halted()
                ? admitted.stream()
                        .filter(member -> member.seat.kind == WriteKind.SPREAD)
                        .toList()
                : List.of();
    }

    /** All whose turn it is now. They count as sent from now on. */
    List<Turn> take(Tempo tempo, long now) {
        List<Turn> taken = new ArrayList<>();
        while (again.size() > 0 && Pacing.again(rollout, situation(tempo, now)).writes() > 0) {
            taken.add(take(again, tempo));
        }
        boolean more = true;
        while (more) {
            more = false;
            for (String vendor : List.copyOf(spreading.keySet())) {
                Room room = Pacing.spread(rollout, situation(tempo, now), vendor);
                if (room.writes() > 0) {
                    Turns<Member> turns = spreading.get(vendor);
                    if (turns != null && turns.size() > 0) {
                        taken.add(take(turns, tempo));
                        more = true;
                    }
                    spreading.values().removeIf(waiting -> waiting.size() == 0);
                }
            }
        }
        return taken;
    }

    private Turn take(Turns<Member> turns, Tempo tempo) {
        Member member = turns.next();
        if (member == null || member.seat.due == null) {
            throw new IllegalStateException("nobody waits");
        }
        Turn turn = new Turn(member, member.seat.due);
        member.seat.due = null;
        tempo.take();
        admitted(member, member.seat.kind);
        if (member.seat.standing == Standing.LACKING) {
            stand(member, Standing.CARRYING, member.seat.vendor);
        }
        return turn;
    }

    private synchronized Situation situation(Tempo tempo, long now) {
        Map<String, Domain> known = new TreeMap<>();
        domains.forEach(
                (vendor, numbers) -> known.put(vendor, new Domain(numbers.total, numbers.carrying, isProven(vendor))));
        return new Situation(
                known, halted(), admitted.size(), refusals, accepted, tempo.available(rollout.maxPerMinute(), now));
    }

    /**
     * When somebody's turn comes by time alone; 0 if it doesn't.
     *
     * @param pausedUntil until when nothing is sent; may be in the past
     */
    long wakeAt(Tempo tempo, long now, long pausedUntil) {
        Situation situation = situation(tempo, now);
        boolean waits = again.size() > 0
                || spreading.keySet().stream()
                        .anyMatch(vendor ->
                                Pacing.spread(rollout, situation, vendor).hold().passesByItself());
        if (!waits) {
            return 0;
        }
        long turn = situation.tokens() == 0 ? tempo.nextAt(rollout.maxPerMinute()) : 0;
        return pausedUntil > now ? Math.max(turn, pausedUntil) : turn;
    }

    /** What holds those that wait. */
    Progress progress(Tempo tempo, long now, Duration proofTime) {
        Situation situation = situation(tempo, now);
        Map<Hold, Integer> waiting = new EnumMap<>(Hold.class);
        if (again.size() > 0) {
            waiting.merge(Hold.PER_MINUTE, again.size(), Integer::sum);
        }
        List<String> unproven = new ArrayList<>();
        spreading.forEach((vendor, turns) -> {
            Hold hold = Pacing.spread(rollout, situation, vendor).hold();
            waiting.merge(hold, turns.size(), Integer::sum);
            if (hold == Hold.PROOF) {
                unproven.add(vendor);
            }
        });
        Map.Entry<String, String> first = stuck.firstEntry();
        return new Progress(
                waiting,
                running,
                unproven,
                proofTime,
                Pacing.halts(rollout, situation.refusals()) ? refused(situation.refusals()) : "",
                first == null
                        ? Optional.empty()
                        : Optional.of(new Progress.Stuck(stuck.size(), first.getKey(), first.getValue())));
    }

    private static String refused(int refusals) {
        return "%d writes in a row were refused. Mend what refuses them, then change spec.virtualMachines.rollout or the revision to go on."
                .formatted(refusals);
    }
}
