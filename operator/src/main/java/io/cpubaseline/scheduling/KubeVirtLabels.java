package io.cpubaseline.scheduling;

/** Keys and families of the labels that KubeVirt selects nodes by (staging/src/kubevirt.io/api/core/v1/types.go in KubeVirt 1.8.4). */
final class KubeVirtLabels {

    static final String SCHEDULABLE = "kubevirt.io/schedulable";
    static final String ARCHITECTURE = "kubernetes.io/arch";
    static final String MODEL = "cpu-model.node.kubevirt.io/";
    static final String FEATURE = "cpu-feature.node.kubevirt.io/";
    static final String VENDOR = "cpu-vendor.node.kubevirt.io/";
    static final String MACHINE_TYPE = "machine-type.node.kubevirt.io/";
    static final String HYPERV = "hyperv.node.kubevirt.io/";
    static final String TSC = "scheduling.node.kubevirt.io/tsc-frequency-";

    /** The model by which KubeVirt finds targets for guests of {@code host-model}. */
    static final String MIGRATION_MODEL = "cpu-model-migration.node.kubevirt.io/";

    static final String HOST_MODEL = "host-model-cpu.node.kubevirt.io/";
    static final String HOST_MODEL_FEATURE = "host-model-required-features.node.kubevirt.io/";

    static final String REALTIME = "kubevirt.io/realtime";
    static final String CPU_MANAGER = "kubevirt.io/cpumanager";

    /** What {@link #CPU_MANAGER} is called, too: KubeVirt writes both, and which one it selects by depends on its version. */
    static final String OTHER_CPU_MANAGER = "cpumanager";

    private KubeVirtLabels() {}
}
