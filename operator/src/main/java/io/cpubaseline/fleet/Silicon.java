package io.cpubaseline.fleet;

import io.cpubaseline.cpu.AbiLevel;
import io.cpubaseline.cpu.FeatureSet;

/**
 * What node-feature-discovery, or the host itself, says about the hardware. It proves the hardware's x86-64 level and contradicts stale KubeVirt labels; it
 * never proves that a guest can have a feature.
 *
 * @param source where it comes from, which decides what an absent flag means
 * @param present flags that the CPU has
 * @param provenLevel the highest level that is proven ({@code X86_64_Vn}, or computed from complete flags); {@link AbiLevel#NONE} if
 *     nothing is proven
 * @param vendor {@code Intel}, {@code AMD}, {@code Hygon}; empty if unknown
 */
public record Silicon(Source source, FeatureSet present, AbiLevel provenLevel, String vendor) {

    /** Where silicon evidence comes from. */
    public enum Source {
        /** No node-feature-discovery on this node. */
        NONE,
        /** Labels only: the default denylist hides 26 flags, so absence means nothing. */
        LABELS,
        /** The raw NodeFeature object: complete for the flags that its vocabulary has. */
        NODE_FEATURE,
        /** The host's own words, outside of any cluster: complete for what Linux or libvirt have words for. No hypervisor has been asked. */
        HARDWARE,
        /** The hypervisor was asked, outside of any cluster: it has no labels that could be stale. */
        HYPERVISOR
    }

    private static final Silicon UNKNOWN = new Silicon(Source.NONE, FeatureSet.empty(), AbiLevel.NONE, "");

    /** Nothing is known. */
    public static Silicon unknown() {
        return UNKNOWN;
    }
}
