package io.cpubaseline.scheduling;

/** Where something that a virt-launcher pod asks of its node comes from. Of what blocks as many nodes, the earlier is told first. */
public enum Origin {
    /** The named CPU model. */
    CpuModel,
    /** CPU features with the policy {@code require}. */
    RequiredFeatures,
    /** CPU features with the policy {@code forbid}. */
    ForbiddenFeatures,
    /** What the labels of a migration's source say about its host model. */
    HostModel,
    /** What they said at the guest's first migration: KubeVirt never looks again. */
    StickyHostModel,
    /** Guests of {@code host-model} avoid nodes whose own model KubeVirt calls obsolete. */
    ObsoleteHostModel,
    /** The machine type. */
    MachineType,
    /** One frequency of the time-stamp counter for life. */
    TscFrequency,
    /** Hyper-V features, with the feature gate {@code HypervStrictCheck}, and {@code evmcs}. */
    HyperV,
    /** {@code launchSecurity}: SEV, TDX. */
    ConfidentialComputing,
    /** {@code domain.cpu.realtime}. */
    Realtime,
    /** {@code domain.cpu.dedicatedCpuPlacement}. */
    DedicatedCpus,
    /** The CPU vendor of a migration's source. */
    SourceVendor,
    /** The CPU vendor to which a baseline confines its virtual machines. */
    BaselineVendor,
    /** The owner's node selector, or that of an instancetype. */
    OwnSelector,
    /** The owner's required node affinity. */
    OwnAffinity,
    /** {@code developerConfiguration.nodeSelectors} of the KubeVirt resource. */
    KubeVirtSelector,
    /** {@code spec.addedNodeSelector} of a migration. */
    AddedSelector,
    /** A selector that neither KubeVirt 1.8 nor the owner explains. */
    Unexplained,
    /** A taint that the guest doesn't tolerate. */
    Taint,
    /** {@code kubectl cordon}, or KubeVirt's drain. */
    Cordon,
    /** A taint that Kubernetes itself sets, as long as a node isn't well. */
    NodeCondition,
    /** CPU that other pods have requested. */
    Cores,
    /** Memory that other pods have requested. */
    Memory,
    /** A device, or huge pages, that the node hasn't or other pods have requested. */
    Device,
    /** The node offers no {@code devices.kubevirt.io/kvm}. */
    NoKvm,
    /** {@code kubevirt.io/schedulable} is not {@code true}: virt-handler is not heard of. */
    NotSchedulable,
    /** The CPU architecture. */
    Architecture,
    /** No label of KubeVirt: virt-handler has never run there, as on control planes. */
    NotOfKubeVirt;

    /** Whether nothing makes a place for any guest of a node that lacks it: told last. */
    boolean isOfTheNodeForever() {
        return this == Architecture || this == NotOfKubeVirt;
    }
}
