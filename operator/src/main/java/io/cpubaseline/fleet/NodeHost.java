package io.cpubaseline.fleet;

import java.util.List;

/**
 * A node as a place for guests, beside its CPU. Equal ones are one object.
 *
 * @param platform what KubeVirt selects nodes by beside the CPU
 * @param capacity what it gives to pods
 * @param taints what keeps pods away that don't tolerate it, {@link Taint#CORDON} for {@code spec.unschedulable} included; sorted, each once.
 *     They change no evidence about its CPU.
 */
public record NodeHost(NodePlatform platform, NodeCapacity capacity, List<Taint> taints) {

    private static final NodeHost UNKNOWN = new NodeHost(NodePlatform.unknown(), NodeCapacity.none(), List.of());

    /** Makes the list immutable. */
    public NodeHost {
        taints = List.copyOf(taints);
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
