package io.cpubaseline.virtualmachine;

import java.util.List;

/**
 * The CPU of a guest that runs.
 *
 * @param model {@code spec.domain.cpu.model} of its instance, such as {@code host-model}; empty if unset
 * @param requiredFeatures the features that its instance requires beside, sorted
 * @param vendor the CPU vendor of the node on which it runs, which it keeps when it migrates; empty if it isn't known
 */
public record GuestCpu(String model, List<String> requiredFeatures, String vendor) {

    /** Makes the list immutable. */
    public GuestCpu {
        requiredFeatures = List.copyOf(requiredFeatures);
    }

    /** Whether it has this model with exactly these features beside, on whatever node. */
    boolean is(String cpuModel, List<String> features) {
        return model.equals(cpuModel) && requiredFeatures.equals(features);
    }
}
