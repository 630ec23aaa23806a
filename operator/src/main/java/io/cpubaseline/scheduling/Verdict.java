package io.cpubaseline.scheduling;

import io.cpubaseline.fleet.NodeCpu;
import io.cpubaseline.scheduling.Obstacle.Lacking;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Which nodes can take a pod, and what keeps it off the others. Affinity between pods, topology spread and volumes are
 * not looked at: they depend on more than nodes.
 *
 * @param nodes how many were looked at
 * @param open those that can take it, sorted by name
 * @param obstacles what keeps it off the others: first what most of them lack and nothing else, then what most of them lack; what no guest can
 *     ever find there comes last
 */
public record Verdict(int nodes, List<NodeCpu> open, List<Obstacle> obstacles) {

    private static final Comparator<NodeCpu> BY_NAME = Comparator.comparing(NodeCpu::name);

    private static final Comparator<Obstacle> RANK = Comparator.<Obstacle, Boolean>comparing(
                    obstacle -> obstacle.origin().isOfTheNodeForever())
            .thenComparing(obstacle -> -obstacle.alone())
            .thenComparing(obstacle -> -obstacle.nodes().size())
            .thenComparing(Obstacle::origin)
            .thenComparing(obstacle -> obstacle.lacking().get(0).ask().text());

    /** Makes the lists immutable. */
    public Verdict {
        open = List.copyOf(open);
        obstacles = List.copyOf(obstacles);
    }

    /** What is counted together. */
    private record Group(Origin origin, String subject) {}

    private static final class Count {
        private final Map<Ask, Integer> lacking = new LinkedHashMap<>();
        private final List<NodeCpu> nodes = new ArrayList<>();
        private int alone;

        void add(NodeCpu node, List<Ask> asks) {
            nodes.add(node);
            asks.forEach(ask -> lacking.merge(ask, 1, Integer::sum));
        }

        Obstacle finished(Origin origin) {
            return new Obstacle(
                    origin,
                    lacking.entrySet().stream()
                            .map(entry -> new Lacking(entry.getKey(), entry.getValue()))
                            .sorted(Comparator.<Lacking, Integer>comparing(part -> -part.nodes())
                                    .thenComparing(part -> part.ask().text()))
                            .toList(),
                    nodes,
                    alone);
        }
    }

    /**
     * Looks at nodes.
     *
     * @param nodes those to look at, without the one that a guest would migrate from
     * @param room what is left on them
     */
    public static Verdict of(LauncherPod pod, Background background, Collection<NodeCpu> nodes, Room room) {
        List<Ask> asks = Asks.of(pod, background, nodes, room);
        return of(nodes, node -> asks.stream().filter(ask -> !ask.isMetBy(node)).toList());
    }

    /**
     * The same of nodes that have been judged.
     *
     * @param judged what a node lacks
     */
    static Verdict of(Collection<NodeCpu> nodes, Function<NodeCpu, List<Ask>> judged) {
        List<NodeCpu> open = new ArrayList<>();
        Map<Group, Count> counts = new LinkedHashMap<>();
        for (NodeCpu node : nodes.stream().sorted(BY_NAME).toList()) {
            Map<Group, List<Ask>> lacking = new LinkedHashMap<>();
            for (Ask ask : judged.apply(node)) {
                lacking.computeIfAbsent(new Group(ask.origin(), ask.subject()), group -> new ArrayList<>())
                        .add(ask);
            }
            if (lacking.isEmpty()) {
                open.add(node);
            }
            lacking.forEach((group, missing) -> {
                Count count = counts.computeIfAbsent(group, key -> new Count());
                count.add(node, missing);
                count.alone += lacking.size() == 1 ? 1 : 0;
            });
        }
        List<Obstacle> obstacles = new ArrayList<>();
        counts.forEach((group, count) -> obstacles.add(count.finished(group.origin())));
        obstacles.sort(RANK);
        return new Verdict(nodes.size(), open, obstacles);
    }
}
