package io.cpubaseline.scheduling;

import io.cpubaseline.fleet.NodeCapacity;
import io.cpubaseline.fleet.NodeCpu;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;

/**
 * What nodes have left for one more pod, as kube-scheduler counts it: by requests, not by use.
 *
 * @param requested what the pods of each node request together, by the node's name; nothing of a node that isn't there is requested
 */
public record Room(Map<String, NodeCapacity> requested) {

    /** Makes the map immutable. */
    public Room {
        requested = Map.copyOf(requested);
    }

    /** As if no pod ran anywhere: what doesn't fit then never does. */
    public static Room empty() {
        return new Room(Map.of());
    }

    /** Cores and memory that a pod requests; a node that doesn't tell what it has is taken to have enough. */
    List<Ask> asks(NodeCapacity requests) {
        return List.of(
                new Ask(
                        Origin.Cores,
                        cores(requests.milliCores()) + " cores",
                        "",
                        node -> fits(
                                requests.milliCores(),
                                node.host().capacity().milliCores(),
                                requestedOf(node).milliCores())),
                new Ask(
                        Origin.Memory,
                        requests.memoryQuantity() + " of memory",
                        "",
                        node -> fits(
                                requests.memory(),
                                node.host().capacity().memory(),
                                requestedOf(node).memory())));
    }

    private static boolean fits(long asked, long offered, long requested) {
        return asked == 0 || offered == 0 || asked <= offered - requested;
    }

    /** What is left there. */
    NodeCapacity left(NodeCpu node) {
        NodeCapacity offered = node.host().capacity();
        NodeCapacity taken = requestedOf(node);
        return new NodeCapacity(
                Math.max(0, offered.milliCores() - taken.milliCores()), Math.max(0, offered.memory() - taken.memory()));
    }

    private NodeCapacity requestedOf(NodeCpu node) {
        return requested.getOrDefault(node.name(), NodeCapacity.none());
    }

    /** Thousandths as people write cores: {@code 0.2}, {@code 4}. */
    static String cores(long milliCores) {
        return BigDecimal.valueOf(milliCores, 3).stripTrailingZeros().toPlainString();
    }
}
