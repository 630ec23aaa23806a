package io.cpubaseline.scheduling;

import io.cpubaseline.fleet.NodeCapacity;
import io.cpubaseline.fleet.NodeSelection.Term;
import io.cpubaseline.fleet.Toleration;
import java.util.List;
import java.util.Map;

/**
 * What a virt-launcher pod asks of its node: one that there is, or one as KubeVirt would render it.
 *
 * @param nodeSelector {@code spec.nodeSelector}: labels that the node must have with these values
 * @param terms the required node affinity, of which one term must match; empty for none
 * @param tolerations {@code spec.tolerations}
 * @param requests what its containers request together; 0 for what isn't known
 * @param kvm whether it requests {@code devices.kubevirt.io/kvm}
 */
public record LauncherPod(
        Map<String, String> nodeSelector,
        List<Term> terms,
        List<Toleration> tolerations,
        NodeCapacity requests,
        boolean kvm) {

    /** Makes the collections immutable. */
    public LauncherPod {
        nodeSelector = Map.copyOf(nodeSelector);
        terms = List.copyOf(terms);
        tolerations = List.copyOf(tolerations);
    }

    /** The same, requesting something else. */
    LauncherPod requesting(NodeCapacity other) {
        return new LauncherPod(nodeSelector, terms, tolerations, other, kvm);
    }
}
