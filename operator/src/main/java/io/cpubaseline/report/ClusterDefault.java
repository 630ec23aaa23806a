package io.cpubaseline.report;

import java.util.Set;

/**
 * The CPU model that KubeVirt gives to every virtual machine that names none ({@code spec.configuration.cpuModel} of its own resource).
 *
 * @param source the resource that sets it, for people
 * @param cpuModel the model; empty: KubeVirt's own default, host-model
 * @param obsolete models that the administrator calls obsolete: KubeVirt labels no node with them
 */
public record ClusterDefault(String source, String cpuModel, Set<String> obsolete) {

    /** Makes the set immutable. */
    public ClusterDefault {
        obsolete = Set.copyOf(obsolete);
    }

    /** Whether it is a model of its own, and not the host's. */
    public boolean isNamed() {
        return !cpuModel.isEmpty() && !cpuModel.equals("host-model") && !cpuModel.equals("host-passthrough");
    }
}
