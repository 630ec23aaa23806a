package io.cpubaseline.fleet;

import java.util.Set;

/**
 * What decides, beside the CPU, whether a guest can land on a node: machine types, Hyper-V features, the time-stamp counter, confidential
 * computing. It never changes a baseline. Nodes of a kind share one object.
 *
 * @param selectable keys of the labels with the value {@code true} that KubeVirt may select nodes by, such as
 *     {@code machine-type.node.kubevirt.io/q35}, and {@link #OBSOLETE_HOST_MODEL} (pkg/virt-controller/services/nodeselectorrenderer.go in KubeVirt 1.8.4)
 * @param tscFrequency frequency of the time-stamp counter in Hz ({@code cpu-timer.node.kubevirt.io/tsc-frequency}); 0 if not known
 * @param tscScalable whether the hardware can show guests another frequency ({@code cpu-timer.node.kubevirt.io/tsc-scalable})
 */
public record NodePlatform(Set<String> selectable, long tscFrequency, boolean tscScalable) {

    /** Guests of the model {@code host-model} avoid nodes with this label, whatever its value. */
    public static final String OBSOLETE_HOST_MODEL = "node-labeller.kubevirt.io/obsolete-host-model";

    private static final NodePlatform UNKNOWN = new NodePlatform(Set.of(), 0, false);

    /** Makes the set immutable. */
    public NodePlatform {
        selectable = Set.copyOf(selectable);
    }

    /** Nothing is known. */
    public static NodePlatform unknown() {
        return UNKNOWN;
    }
}
