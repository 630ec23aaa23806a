package io.cpubaseline.report;

import java.util.Set;

/**
 * The CPU model that KubeVirt gives to every virtual machine that names none. It is in force as {@code spec.configuration.cpuModel} of KubeVirt's own
 * resource; where the HyperConverged Cluster Operator manages that, its own resource is the one to change.
 *
 * @param source the resource that sets it, for people
 * @param field its field to change, for people
 * @param cpuModel the model; empty: KubeVirt's own default, host-model
 * @param obsolete models that the administrator calls obsolete: KubeVirt labels no node with them
 */
public record ClusterDefault(String source, String field, String cpuModel, Set<String> obsolete) {

    /** The kind of the HyperConverged Cluster Operator's resource, which also is among the owners of KubeVirt's. */
    public static final String HYPERCONVERGED = "HyperConverged";

    /** By these labels the HyperConverged Cluster Operator marks the resources that it manages, and names its own. */
    public static final String MANAGED_BY = "app.kubernetes.io/managed-by";

    /** See {@link #MANAGED_BY}. */
    public static final String APP = "app";

    private static final String HCO = "hco-operator";

    /** Makes the set immutable. */
    public ClusterDefault {
        obsolete = Set.copyOf(obsolete);
    }

    /**
     * As KubeVirt's own resource has it.
     *
     * @param hyperConverged the HyperConverged resource that manages it, see {@link #hyperConverged}; empty if none does
     */
    public static ClusterDefault ofKubeVirt(
            String namespace, String name, String hyperConverged, String cpuModel, Set<String> obsolete) {
        return hyperConverged.isEmpty()
                ? new ClusterDefault(
                        "KubeVirt %s/%s".formatted(namespace, name), "spec.configuration.cpuModel", cpuModel, obsolete)
                : ofHyperConverged(namespace, hyperConverged, cpuModel, obsolete);
    }

    /** As the HyperConverged Cluster Operator's resource has it, which is in the namespace of KubeVirt's. */
    public static ClusterDefault ofHyperConverged(
            String namespace, String name, String cpuModel, Set<String> obsolete) {
        return new ClusterDefault(
                "%s %s/%s".formatted(HYPERCONVERGED, namespace, name),
                "spec.defaultCPUModel (in hco.kubevirt.io/v1 spec.virtualization.virtualMachineOptions.defaultCPUModel)",
                cpuModel,
                obsolete);
    }

    /**
     * The name of the HyperConverged resource that manages KubeVirt's; empty if none does.
     *
     * @param owner the name of the owner of that kind; empty if it has none, as newer releases make it
     * @param managedBy the value of the label {@link #MANAGED_BY}
     * @param app the value of the label {@link #APP}
     */
    public static String hyperConverged(String owner, String managedBy, String app) {
        return owner.isEmpty() && managedBy.equals(HCO) ? app : owner;
    }

    /** Whether it is a model of its own, and not the host's. */
    public boolean isNamed() {
        return !cpuModel.isEmpty() && !cpuModel.equals("host-model") && !cpuModel.equals("host-passthrough");
    }

    /** What to change, as a sentence. */
    String remedy() {
        return " Change %s of %s.".formatted(field, source);
    }
}
