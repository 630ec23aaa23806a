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

    /** What a node must offer to be a migration target: a model's label and those of the required features. */
    public record Pin(String cpuModel, FeatureSet requiredFeatures) {}

    boolean reachesMinimum(CpuClass cpuClass) {
        return minimum == AbiLevel.NONE || bestLevel.apply(cpuClass).atLeast(minimum);
    }
}
