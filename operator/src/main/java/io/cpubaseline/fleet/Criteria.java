package io.cpubaseline.fleet;

import io.cpubaseline.cpu.AbiLevel;
import io.cpubaseline.cpu.FeatureSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * By what nodes are judged.
 *
 * @param minimum the policy's lowest level; {@link AbiLevel#NONE} for any
 * @param bestLevel the highest level that a class reaches alone
 * @param contradictable features whose absence in a complete NodeFeature contradicts a KubeVirt label: those of the psABI levels that KVM
 *     doesn't emulate
 * @param pin the pinned baseline; null before the first adoption
 */
public record Criteria(
        AbiLevel minimum,
        Function<CpuClass, AbiLevel> bestLevel,
        FeatureSet contradictable,
        @Nullable Pin pin) {

    /** What a node must offer to be a migration target: a model's label and those of the required features. */
    public record Pin(String cpuModel, FeatureSet requiredFeatures) {}

    boolean reachesMinimum(CpuClass cpuClass) {
        return minimum == AbiLevel.NONE || bestLevel.apply(cpuClass).atLeast(minimum);
    }
}
