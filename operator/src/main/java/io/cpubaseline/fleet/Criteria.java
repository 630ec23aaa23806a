package io.cpubaseline.fleet;

import io.cpubaseline.cpu.AbiLevel;
import io.cpubaseline.cpu.FeatureSet;
import java.time.Instant;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * By what nodes are judged.
 *
 * @param minimum the policy's lowest level; {@link AbiLevel#NONE} for any
 * @param bestLevel the highest level that a class reaches alone
 * @param contradictions what evidence contradicts itself
 * @param pin the pinned baseline; null before the first adoption
 * @param newSince a node that was created after that may still become KubeVirt's; {@link Instant#MAX} where there is no clock and no node
 *     is waited for
 */
public record Criteria(
        AbiLevel minimum,
        Function<CpuClass, AbiLevel> bestLevel,
        Contradiction.Rules contradictions,
        @Nullable Pin pin,
        Instant newSince) {

    /**
     * What a node must offer to be a migration target.
     *
     * @param cpuModel the model whose label it must have; empty for any
     * @param requiredFeatures the features whose labels it must have
     * @param vendor the CPU vendor whose label it must have; empty for any
     */
    public record Pin(String cpuModel, FeatureSet requiredFeatures, String vendor) {

        /** A model alone; empty for a guest that is not bound to a model. */
        public static Pin ofModel(String cpuModel) {
            return new Pin(cpuModel, FeatureSet.empty(), "");
        }

        /** Whether a node with this evidence has all the labels that KubeVirt selects by for this baseline. */
        public boolean offeredBy(CpuEvidence evidence) {
            return (cpuModel.isEmpty() || evidence.labelledModels().contains(cpuModel))
                    && evidence.labelledFeatures().containsAll(requiredFeatures)
                    && (vendor.isEmpty() || evidence.labelledVendors().contains(vendor));
        }
    }

    boolean reachesMinimum(CpuClass cpuClass) {
        return minimum == AbiLevel.NONE || bestLevel.apply(cpuClass).atLeast(minimum);
    }
}
