package io.cpubaseline.virtualmachine;

import java.util.List;

/**
 * The CPU of a guest that runs.
 *
 * @param model {@code spec.domain.cpu.model} of its instance, such as {@code host-model}; empty if unset
 * @param requiredFeatures the features that its instance requires beside, sorted
 */
public record GuestCpu(String model, List<String> requiredFeatures) {

    /** Makes the list immutable. */
    public GuestCpu {
        requiredFeatures = List.copyOf(requiredFeatures);
    }
}
