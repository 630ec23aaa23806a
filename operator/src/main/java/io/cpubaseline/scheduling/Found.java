package io.cpubaseline.scheduling;

import io.cpubaseline.fleet.NodeCapacity;
import io.cpubaseline.fleet.NodeCpu;
import io.cpubaseline.fleet.NodePlatform;
import java.util.Comparator;
import java.util.stream.Stream;

/** What nodes have in place of what is asked for. */
final class Found {

    private Found() {}

    static String of(Obstacle obstacle, Room room) {
        return switch (obstacle.origin()) {
            case MachineType -> Named.counted(obstacle.nodes().stream().flatMap(Found::machineTypes));
            case TscFrequency -> Named.counted(obstacle.nodes().stream().map(Found::clock));
            case SourceVendor, BaselineVendor ->
                Named.counted(obstacle.nodes().stream().flatMap(Found::vendors));
            case OwnSelector, KubeVirtSelector, AddedSelector, Unexplained, Architecture, NotSchedulable ->
                Named.counted(obstacle.nodes().stream().map(node -> label(node, obstacle)));
            case Cores -> mostLeft(obstacle, room, Comparator.comparing(NodeCapacity::milliCores));
            case Memory -> mostLeft(obstacle, room, Comparator.comparing(NodeCapacity::memory));
            case Device -> mostDevices(obstacle, room);
            default -> "";
        };
    }

    private static Stream<String> machineTypes(NodeCpu node) {
        return node.host().platform().selectable().stream()
                .filter(key -> key.startsWith(KubeVirtLabels.MACHINE_TYPE))
                .map(key -> key.substring(KubeVirtLabels.MACHINE_TYPE.length()));
    }

    private static Stream<String> vendors(NodeCpu node) {
        return node.evidence().labelledVendors().isEmpty()
                ? Stream.of("none")
                : node.evidence().labelledVendors().stream();
    }

    private static String clock(NodeCpu node) {
        NodePlatform platform = node.host().platform();
        return platform.tscFrequency() == 0
                ? "not told"
                : Headline.gigahertz(Long.toString(platform.tscFrequency()))
                        + (platform.tscScalable() ? ", scales" : ", doesn't scale");
    }

    private static String label(NodeCpu node, Obstacle obstacle) {
        String key = obstacle.lacking().get(0).ask().key();
        String value = node.labels().get(key);
        return value == null ? "no such label" : value;
    }

    private static String mostDevices(Obstacle obstacle, Room room) {
        String resource = obstacle.lacking().get(0).ask().subject();
        NodeCpu most = obstacle.nodes().stream()
                .max(Comparator.<NodeCpu>comparingLong(node -> room.left(node, resource))
                        .thenComparing(Comparator.comparing(NodeCpu::name).reversed()))
                .orElseThrow();
        long left = room.left(most, resource);
        return left == 0 ? "none" : "at most %s, on %s".formatted(Room.devices(resource, left), most.name());
    }

    private static String mostLeft(Obstacle obstacle, Room room, Comparator<NodeCapacity> order) {
        NodeCpu most = obstacle.nodes().stream()
                .max(Comparator.<NodeCpu, NodeCapacity>comparing(room::left, order)
                        .thenComparing(Comparator.comparing(NodeCpu::name).reversed()))
                .orElseThrow();
        NodeCapacity left = room.left(most);
        return obstacle.origin() == Origin.Cores
                ? "at most %s cores, on %s".formatted(Room.cores(left.milliCores()), most.name())
                : "at most %s, on %s".formatted(left.memoryQuantity(), most.name());
    }
}
