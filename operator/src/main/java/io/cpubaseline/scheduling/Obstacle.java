package io.cpubaseline.scheduling;

import io.cpubaseline.fleet.NodeCpu;
import java.util.List;

/**
 * Something that keeps a pod off nodes.
 *
 * @param origin where it comes from
 * @param lacking what of it the nodes lack, what most of them lack first
 * @param nodes the nodes, sorted by name
 * @param alone on how many of them nothing else keeps it off
 */
public record Obstacle(Origin origin, List<Lacking> lacking, List<NodeCpu> nodes, int alone) {

    /**
     * What nodes lack.
     *
     * @param ask what the pod asks for
     * @param nodes how many of them lack it
     */
    public record Lacking(Ask ask, int nodes) {}

    /** Makes the lists immutable. */
    public Obstacle {
        lacking = List.copyOf(lacking);
        nodes = List.copyOf(nodes);
    }

    /** The parts of the labels' keys behind their family, in the obstacle's order. */
    List<String> names(String family) {
        return lacking.stream()
                .map(part -> part.ask().key())
                .filter(key -> key.startsWith(family))
                .map(key -> key.substring(family.length()))
                .toList();
    }
}
