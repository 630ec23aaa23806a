package io.cpubaseline.scheduling;

import io.cpubaseline.fleet.NodeCapacity;
import io.cpubaseline.fleet.NodeCpu;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What nodes have left for one more pod, as kube-scheduler counts it: by requests, not by use.
 *
 * @param requested what the pods of each node request together, by the node's name; nothing of a node that isn't there is requested
 * @param devices the same of devices and huge pages, by the node's name and the resource's
 */
public record Room(Map<String, NodeCapacity> requested, Map<String, Map<String, Long>> devices) {

    private static final String HUGE_PAGES = "hugepages-";

    /** Makes the maps immutable. */
    public Room {
        requested = Map.copyOf(requested);
        devices = Map.copyOf(devices);
    }

    /** Where no pod requests any device. */
    public Room(Map<String, NodeCapacity> requested) {
        this(requested, Map.of());
    }

    /** As if no pod ran anywhere: what doesn't fit then never does. */
    public static Room empty() {
        return new Room(Map.of(), Map.of());
    }

    /** What a pod requests; a node that doesn't tell what it has is taken to have enough. */
    List<Ask> asks(NodeCapacity requests, Map<String, Long> devices) {
        List<Ask> asks = new ArrayList<>(asks(requests));
        new TreeMap<>(devices)
                .forEach((resource, number) -> asks.add(new Ask(
                        Origin.Device,
                        devices(resource, number),
                        resource,
                        node -> !tellsWhatItHas(node) || left(node, resource) >= number)));
        return asks;
    }

    private static boolean tellsWhatItHas(NodeCpu node) {
        return !node.host().devices().isEmpty() || node.host().capacity().memory() > 0;
    }

    /** So much of a resource, as people write it. */
    static String devices(String resource, long number) {
        return resource.startsWith(HUGE_PAGES)
                ? new NodeCapacity(0, number).memoryQuantity() + " of " + resource
                : number + " " + resource;
    }

    /** What is left there of devices. */
    long left(NodeCpu node, String resource) {
        return Math.max(
                0,
                node.host().devices().getOrDefault(resource, 0L)
                        - devices.getOrDefault(node.name(), Map.of()).getOrDefault(resource, 0L));
    }

    private List<Ask> asks(NodeCapacity requests) {
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
