package io.cpubaseline.virtualmachine;

import io.cpubaseline.Reason;
import io.cpubaseline.fleet.NodeCapacity;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Counts of the selected virtual machines by what became of them. The first five states add up to {@link #selected()}. */
public final class Tally {

    /** How many names are kept for a reason. */
    static final int EXAMPLES = 5;

    private final Map<State, Integer> counts = new EnumMap<>(State.class);
    private final Map<Reason, Integer> reasons = new EnumMap<>(Reason.class);
    private final Map<Reason, List<String>> examples = new EnumMap<>(Reason.class);
    private final Map<Reason, Integer> skipped = new EnumMap<>(Reason.class);
    private final GuestCounts guests = new GuestCounts();
    private final Map<GuestCpu, Integer> running = new HashMap<>();
    private final Map<GuestCpu, Integer> following = new HashMap<>();
    private final Set<String> claimants = new TreeSet<>();
    private NodeCapacity asked = NodeCapacity.none();
    private int unsized;
    private int pendingRestart;
    private int retried;
    private Optional<Failure> failure = Optional.empty();

    /** What the API server said of the write to one virtual machine. */
    public record Failure(String name, String words) {}

    /** What became of a virtual machine. */
    public enum State {
        /** It carries the pinned baseline, written by us. */
        APPLIED,
        /** It is still to be written; in mode Observe: it would be. */
        PENDING,
        /** Another manager holds the fields, or ours are lost again and again. */
        CONFLICTING,
        /** The API server or KubeVirt refused the write. */
        REFUSED,
        /** It is left alone for a reason of its own. */
        SKIPPED
    }

    /** Counts virtual machines with equal looks. */
    void count(Look look, int times) {
        counts.merge(look.state(), times, Integer::sum);
        if (look.reason() != null) {
            reasons.merge(look.reason(), times, Integer::sum);
            if (look.state() == State.SKIPPED) {
                skipped.merge(look.reason(), times, Integer::sum);
            }
        }
        look.notes().forEach(note -> reasons.merge(note, times, Integer::sum));
        if (look.notes().contains(Reason.PendingRestart)) {
            pendingRestart += times;
        }
        if (look.retried()) {
            retried += times;
        }
        claimants.addAll(look.claimants());
        if (look.runs() != null) {
            runs(look.runs(), times);
            if (look.state() == State.APPLIED || look.state() == State.PENDING) {
                follows(look.runs(), times);
            }
        }
    }

    /** Counts guests that run with this CPU. */
    public void runs(GuestCpu cpu, int times) {
        running.merge(cpu, times, Integer::sum);
    }

    /** Counts, among those that run with this CPU, guests of virtual machines that have the baseline or are to have it. */
    public void follows(GuestCpu cpu, int times) {
        following.merge(cpu, times, Integer::sum);
    }

    /** Of {@link #running} those whose virtual machines have the baseline or are to have it. */
    Map<GuestCpu, Integer> following() {
        return Map.copyOf(following);
    }

    /**
     * How many guests run with another model or other features, though their virtual machines have the baseline or are to have it.
     *
     * @param features that are required, sorted
     */
    public int runningWithout(String model, List<String> features) {
        return following.entrySet().stream()
                .filter(entry -> !entry.getKey().is(model, features))
                .mapToInt(Map.Entry::getValue)
                .sum();
    }

    /** How many guests run with each CPU. */
    public Map<GuestCpu, Integer> running() {
        return Map.copyOf(running);
    }

    /** Counts what so many virtual machines of this size ask for; nothing: the size isn't known. */
    public void asks(NodeCapacity size, int times) {
        if (size.equals(NodeCapacity.none())) {
            unsized += times;
        } else {
            asked = asked.plus(size.times(times));
        }
    }

    /** Virtual CPUs and memory of all that KubeVirt places on nodes, those that don't run too; another baseline's are not among them. */
    public NodeCapacity asked() {
        return asked;
    }

    /** How many of these have a size that isn't known, and isn't in {@link #asked}. */
    public int unsized() {
        return unsized;
    }

    /** The names for a reason. */
    void examples(Reason reason, List<String> names) {
        examples.put(reason, names);
    }

    /** Of the writes that are going to be tried again the one to the first virtual machine by name. */
    void failure(String name, String words) {
        failure = Optional.of(new Failure(name, words));
    }

    /** Counts one virtual machine. */
    public void count(State state) {
        counts.merge(state, 1, Integer::sum);
    }

    /** Counts one virtual machine and keeps its name as an example for the reason. */
    public void count(State state, Reason reason, String name) {
        count(state);
        note(reason, name);
        if (state == State.SKIPPED) {
            skipped.merge(reason, 1, Integer::sum);
        }
    }

    /**
     * Counts one whose write has failed and is going to be tried again.
     *
     * @param words what the API server said
     */
    public void countRetried(String name, String words) {
        count(State.PENDING);
        retried++;
        if (failure.isEmpty() || name.compareTo(failure.get().name()) < 0) {
            failure = Optional.of(new Failure(name, words));
        }
    }

    /** Counts an applied virtual machine whose running instance still has another CPU. */
    public void pendingRestart(String name) {
        pendingRestart++;
        note(Reason.PendingRestart, name);
    }

    /** Counts something about one virtual machine that is counted already, and keeps its name as an example. */
    public void note(Reason reason, String name) {
        reasons.merge(reason, 1, Integer::sum);
        List<String> names = examples.computeIfAbsent(reason, r -> new ArrayList<>());
        if (names.size() < EXAMPLES) {
            names.add(name);
        }
    }

    /** The same virtual machines by what KubeVirt selects nodes by. */
    public GuestCounts guests() {
        return guests;
    }

    /** Notes another baseline that holds a virtual machine which is wanted here. */
    public void claimedBy(String baseline) {
        claimants.add(baseline);
    }

    /** The other baselines that hold virtual machines which are wanted here, sorted. */
    public List<String> claimants() {
        return List.copyOf(claimants);
    }

    /** How many are in that state. */
    public int in(State state) {
        return counts.getOrDefault(state, 0);
    }

    /** How many are selected. */
    public int selected() {
        return counts.values().stream().mapToInt(Integer::intValue).sum();
    }

    /** How many applied ones run with another CPU until their next start. */
    public int pendingRestart() {
        return pendingRestart;
    }

    /** How many of those pending have failed and are going to be tried again. */
    public int retried() {
        return retried;
    }

    /** Of the writes that are going to be tried again the one to the first virtual machine by name; empty if there is none. */
    public Optional<Failure> failure() {
        return failure;
    }

    /** How many for that reason. */
    public int with(Reason reason) {
        return reasons.getOrDefault(reason, 0);
    }

    /** Every reason that occurs, with its count. */
    public Map<Reason, Integer> reasons() {
        return Map.copyOf(reasons);
    }

    /** Why virtual machines are skipped, with counts that add up to all that are. */
    public Map<Reason, Integer> skipped() {
        return Map.copyOf(skipped);
    }

    /** Up to five names for a reason, in the order they were counted. */
    public List<String> examples(Reason reason) {
        return List.copyOf(examples.getOrDefault(reason, List.of()));
    }
}
