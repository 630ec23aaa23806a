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
 * @param devices what else they request, by the resource's name: devices other than KVM, huge pages in bytes
 * @param kvm whether it requests {@code devices.kubevirt.io/kvm}
 */
public record LauncherPod(
        Map<String, String> nodeSelector,
        List<Term> terms,
        List<Toleration> tolerations,
        NodeCapacity requests,
        Map<String, Long> devices,
        boolean kvm) {

    /** Makes the collections immutable. */
    public LauncherPod {
        nodeSelector = Map.copyOf(nodeSelector);
        terms = List.copyOf(terms);
        tolerations = List.copyOf(tolerations);
        devices = Map.copyOf(devices);
    }

    /** One that requests no devices. */
    public LauncherPod(
            Map<String, String> nodeSelector,
            List<Term> terms,
            List<Toleration> tolerations,
            NodeCapacity requests,
            boolean kvm) {
        this(nodeSelector, terms, tolerations, requests, Map.of(), kvm);
    }

    /** The same with devices. */
    public LauncherPod with(Map<String, Long> requested) {
        return new LauncherPod(nodeSelector, terms, tolerations, requests, requested, kvm);
    }

    /** The same, requesting something else. */
    LauncherPod requesting(NodeCapacity other) {
        return new LauncherPod(nodeSelector, terms, tolerations, other, devices, kvm);
    }
}
