package io.cpubaseline.scheduling;

import io.cpubaseline.fleet.NodeCpu;
import java.util.Collection;

/**
 * An obstacle in words, each a sentence or less, without a full stop.
 *
 * @param obstacle what keeps the pod off nodes
 * @param what what is asked for, as people say it
 * @param found what those nodes have instead; empty if that says nothing
 * @param from where the pod has it from
 * @param remedy the way out
 */
public record Explanation(Obstacle obstacle, String what, String found, String from, String remedy) {

    /**
     * Explains an obstacle.
     *
     * @param nodes all that were looked at: the way out may be what they have in common
     * @param room what is left on them
     */
    public static Explanation of(Obstacle obstacle, Background background, Collection<NodeCpu> nodes, Room room) {
        return new Explanation(
                obstacle,
                Headline.of(obstacle, background),
                Found.of(obstacle, room),
                Provenance.of(obstacle, background),
                WayOut.of(obstacle, background, nodes));
    }
}
