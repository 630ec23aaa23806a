package io.cpubaseline.fleet;

/**
 * A node as a place for guests, beside its CPU. Equal ones are one object.
 *
 * @param platform what KubeVirt selects nodes by beside the CPU
 * @param capacity what it gives to pods
 * @param cordoned whether nothing new is scheduled there: {@code spec.unschedulable}, or KubeVirt's taint {@code kubevirt.io/drain}. That
 *     changes no evidence about its CPU.
 */
public record NodeHost(NodePlatform platform, NodeCapacity capacity, boolean cordoned) {

    private static final NodeHost UNKNOWN = new NodeHost(NodePlatform.unknown(), NodeCapacity.none(), false);

    /** Nothing is known; not cordoned. */
    public static NodeHost unknown() {
        return UNKNOWN;
    }
}
