package io.cpubaseline.fleet;

import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * What KubeVirt asks of a node for one guest, as the virt-launcher pod's node selector and affinity say it, beside the CPU model and features
 * of a baseline.
 *
 * @param features CPU features whose label the node must have with the value {@code true}
 * @param forbidden CPU features whose label the node must not have, whatever its value
 * @param labels keys of further labels that the node must have with the value {@code true}
 * @param absent keys of labels that the node must not have
 * @param vendor the CPU vendor whose label the node must have; empty for any
 */
public record NodeDemand(
        List<String> features, List<String> forbidden, Set<String> labels, Set<String> absent, String vendor) {

    private static final String FEATURE = "cpu-feature.node.kubevirt.io/";

    private static final NodeDemand NONE = new NodeDemand(List.of(), List.of(), Set.of(), Set.of(), "");

    /** Makes the collections immutable. */
    public NodeDemand {
        features = List.copyOf(features);
        forbidden = List.copyOf(forbidden);
        labels = Set.copyOf(labels);
        absent = Set.copyOf(absent);
    }

    /** Nothing. */
    public static NodeDemand none() {
        return NONE;
    }

    /** The labels of these keys. */
    static NodeDemand labels(Collection<String> keys) {
        return new NodeDemand(List.of(), List.of(), Set.copyOf(keys), Set.of(), "");
    }

    /** The labels of these CPU features. */
    static NodeDemand features(List<String> features) {
        return new NodeDemand(features, List.of(), Set.of(), Set.of(), "");
    }

    /** No label of these CPU features. */
    static NodeDemand without(List<String> features) {
        return new NodeDemand(List.of(), features, Set.of(), Set.of(), "");
    }

    /** KubeVirt's condition for guests of the model {@code host-model}. */
    public static NodeDemand noObsoleteHostModel() {
        return new NodeDemand(List.of(), List.of(), Set.of(), Set.of(NodePlatform.OBSOLETE_HOST_MODEL), "");
    }

    /** The label of this CPU vendor. */
    static NodeDemand vendor(String vendor) {
        return new NodeDemand(List.of(), List.of(), Set.of(), Set.of(), vendor);
    }

    /** Both; of two vendors the other's. */
    public NodeDemand and(NodeDemand other) {
        return new NodeDemand(
                List.copyOf(both(features, other.features)),
                List.copyOf(both(forbidden, other.forbidden)),
                both(labels, other.labels),
                both(absent, other.absent),
                other.vendor.isEmpty() ? vendor : other.vendor);
    }

    private static Set<String> both(Collection<String> one, Collection<String> other) {
        Set<String> all = new TreeSet<>(one);
        all.addAll(other);
        return all;
    }

    boolean isMetBy(CpuEvidence evidence, NodePlatform platform) {
        return platform.selectable().containsAll(labels)
                && absent.stream().noneMatch(platform.selectable()::contains)
                && features.stream().allMatch(evidence.labelledFeatures()::contains)
                && forbidden.stream().noneMatch(feature -> isLabelled(feature, evidence))
                && (vendor.isEmpty() || evidence.labelledVendors().contains(vendor));
    }

    /** Whether the label is there at all: what KubeVirt asks for is that it doesn't exist. */
    private static boolean isLabelled(String feature, CpuEvidence evidence) {
        return evidence.labelledFeatures().contains(feature)
                || evidence.oddLabels().containsKey(FEATURE + feature);
    }
}
