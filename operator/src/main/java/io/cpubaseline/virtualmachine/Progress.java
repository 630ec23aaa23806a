package io.cpubaseline.virtualmachine;

import io.cpubaseline.virtualmachine.Pacing.Hold;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What keeps virtual machines from being written that are to have a revision.
 *
 * @param waiting how many wait, by what holds them
 * @param running how many wait until they are stopped
 * @param unproven the CPU vendors in whose domains some wait for a proof; an empty one: not known
 * @param proofTime how long a guest has to run with the revision
 * @param halt why the roll-out is halted, with what to do; empty if it isn't, or if guests find no node
 * @param stuck the first guest with the revision that finds no node, which halts the roll-out
 */
public record Progress(
        Map<Hold, Integer> waiting,
        int running,
        List<String> unproven,
        Duration proofTime,
        String halt,
        Optional<Stuck> stuck) {

    private static final Progress FREE = new Progress(Map.of(), 0, List.of(), Duration.ZERO, "", Optional.empty());

    /**
     * Guests with the revision for which there is no node.
     *
     * @param count how many
     * @param name the first one's namespace and name
     * @param words what kube-scheduler says of it
     */
    public record Stuck(int count, String name, String words) {}

    /** Makes the collections immutable. */
    public Progress {
        waiting = Map.copyOf(waiting);
        unproven = List.copyOf(unproven);
    }

    /** Nothing holds any. */
    public static Progress free() {
        return FREE;
    }

    /** Whether nothing new is written until somebody acts. */
    public boolean halted() {
        return !halt.isEmpty() || stuck.isPresent();
    }

    /** How many are held by this. */
    public int heldBy(Hold hold) {
        return waiting.getOrDefault(hold, 0);
    }

    /** How many don't go on by themselves. */
    public int held() {
        return running
                + waiting.entrySet().stream()
                        .filter(entry -> !entry.getKey().passesByItself())
                        .mapToInt(Map.Entry::getValue)
                        .sum();
    }
}
