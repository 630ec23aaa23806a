package io.cpubaseline.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * How much the nodes give to pods (their {@code status.allocatable}), whatever is used of it, and how much the selected VirtualMachines ask for.
 *
 * @param cores whole cores of the selected nodes
 * @param schedulableCores of those, cores of the nodes where a guest with the pinned baseline can land now
 * @param memory of the selected nodes, as a Kubernetes quantity
 * @param schedulableMemory of that, memory of the nodes where a guest with the pinned baseline can land now
 * @param demandedCores virtual CPUs of the selected VirtualMachines, those that don't run too; absent where these aren't counted
 * @param demandedMemory of their guests, as a Kubernetes quantity; absent where these aren't counted
 * @param demandUnknown of how many VirtualMachines neither is known; absent where these aren't counted
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record CapacityReport(
        long cores,
        long schedulableCores,
        String memory,
        String schedulableMemory,
        @Nullable Long demandedCores,
        @Nullable String demandedMemory,
        @Nullable Integer demandUnknown) {

    /** A missing text becomes an empty one. */
    public CapacityReport {
        memory = Absent.toEmpty(memory);
        schedulableMemory = Absent.toEmpty(schedulableMemory);
    }
}
