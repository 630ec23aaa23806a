package io.cpubaseline.fleet;

/**
 * What the cluster has to do with the node selectors that KubeVirt writes.
 *
 * @param machineType of guests that name none ({@code spec.configuration} of the KubeVirt resource)
 * @param machineTypeSelected whether nodes are selected by the machine type: since KubeVirt 1.6
 * @param cpuModel of guests that name none, by the KubeVirt resource
 * @param hypervStrictCheck whether the feature gate {@code HypervStrictCheck} is on: only then are nodes selected by Hyper-V features
 * @param tscFrequency the frequency in Hz that a guest with a fixed one gets at its start; 0 if no node tells its own. It is
 *     {@code minimumClusterTSCFrequency} of the KubeVirt resource, else the lowest among the nodes that guests run on
 *     (pkg/virt-controller/watch/topology/hinter.go in KubeVirt 1.8.4)
 * @param selection the node selector that it puts into every guest's pod ({@code developerConfiguration.nodeSelectors} of the KubeVirt resource).
 *     {@code workloads.nodePlacement} is none: it says where virt-handler runs, and a node without it is not {@code kubevirt.io/schedulable}
 * @param emulation whether guests may be emulated ({@code developerConfiguration.useEmulation} of the KubeVirt resource): their pods don't
 *     request KVM then (pkg/virt-controller/services/renderresources.go in KubeVirt 1.8.4)
 */
public record SchedulingRules(
        String machineType,
        boolean machineTypeSelected,
        String cpuModel,
        boolean hypervStrictCheck,
        long tscFrequency,
        NodeSelection selection,
        boolean emulation) {

    private static final SchedulingRules DEFAULT =
            new SchedulingRules("q35", true, "host-model", false, 0, NodeSelection.any(), false);

    /**
     * What a KubeVirt resource says.
     *
     * @param machineType the machine type that it names; empty for KubeVirt's default
     * @param cpuModel the CPU model that it names; empty for KubeVirt's default
     */
    public static SchedulingRules of(
            String machineType,
            boolean machineTypeSelected,
            String cpuModel,
            boolean hypervStrictCheck,
            long tscFrequency) {
        return new SchedulingRules(
                machineType.isEmpty() ? DEFAULT.machineType : machineType,
                machineTypeSelected,
                cpuModel.isEmpty() ? DEFAULT.cpuModel : cpuModel,
                hypervStrictCheck,
                tscFrequency,
                NodeSelection.any(),
                false);
    }

    /** The same, with a node selector for all guests. */
    public SchedulingRules selecting(NodeSelection nodes) {
        return new SchedulingRules(
                machineType, machineTypeSelected, cpuModel, hypervStrictCheck, tscFrequency, nodes, emulation);
    }

    /** The same, where guests may be emulated, or not. */
    public SchedulingRules emulating(boolean allowed) {
        return new SchedulingRules(
                machineType, machineTypeSelected, cpuModel, hypervStrictCheck, tscFrequency, selection, allowed);
    }

    /** KubeVirt's defaults, where no node tells a frequency. */
    public static SchedulingRules byDefault() {
        return DEFAULT;
    }
}
