package io.cpubaseline.fleet;

import java.util.List;
import java.util.Map;

/**
 * A node as a place for guests, beside its CPU. Equal ones are one object.
 *
 * @param platform what KubeVirt selects nodes by beside the CPU
 * @param capacity what it gives to pods
 * @param taints what keeps pods away that don't tolerate it, {@link Taint#CORDON} for {@code spec.unschedulable} included; sorted, each once.
 *     They change no evidence about its CPU.
 * @param devices what else it gives to pods, by the resource's name: devices, huge pages in bytes; empty where nobody reads them
 */
public record NodeHost(NodePlatform platform, NodeCapacity capacity, List<Taint> taints, Map<String, Long> devices) {

    private static final NodeHost UNKNOWN = new NodeHost(NodePlatform.unknown(), NodeCapacity.none(), List.of());

    /** Makes the collections immutable. */
    public NodeHost {
        taints = List.copyOf(taints);
        devices = Map.copyOf(devices);
    }

    /** One of whose devices nothing is known. */
    public NodeHost(NodePlatform platform, NodeCapacity capacity, List<Taint> taints) {
        this(platform, capacity, taints, Map.of());
    }

    /** Nothing is known; no taints. */
    public static NodeHost unknown() {
        return UNKNOWN;
    }

    /** Whether nothing new is to land there for now: {@code spec.unschedulable}, or KubeVirt's taint {@code kubevirt.io/drain}. */
    public boolean cordoned() {
        return !taints.isEmpty() && taints.stream().anyMatch(Taint::cordons);
    }
}
