package io.cpubaseline.fleet;

import io.cpubaseline.cpu.FeatureSet;
import java.util.Set;

/**
 * What KubeVirt asks of a node for one guest, as the virt-launcher pod's node selector and affinity say it, beside the baseline's CPU.
 *
 * @param features CPU features whose label the node must have, beside those of the baseline
 * @param forbidden CPU features whose label the node must not have, whatever its value
 * @param labels keys of labels that the node must have with the value {@code true}
 * @param absent keys of labels that the node must not have
 * @param vendor the CPU vendor whose label the node must have; empty for any
 */
public record NodeDemand(
        FeatureSet features, Set<String> forbidden, Set<String> labels, Set<String> absent, String vendor) {

    private static final NodeDemand NONE = new NodeDemand(FeatureSet.empty(), Set.of(), Set.of(), Set.of(), "");

    /** Makes the sets immutable. */
    public NodeDemand {
        forbidden = Set.copyOf(forbidden);
        labels = Set.copyOf(labels);
        absent = Set.copyOf(absent);
    }

    /** Nothing but the baseline's CPU. */
    public static NodeDemand none() {
        return NONE;
    }

    boolean isMetBy(CpuEvidence evidence, NodePlatform platform) {
        return platform.selectable().containsAll(labels)
                && absent.stream().noneMatch(platform.selectable()::contains)
                && evidence.labelledFeatures().containsAll(features)
                && forbidden.stream().noneMatch(evidence.labelledFeatures()::contains)
                && (vendor.isEmpty() || evidence.labelledVendors().contains(vendor));
    }
}
