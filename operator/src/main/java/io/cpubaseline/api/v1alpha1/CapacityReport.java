package io.cpubaseline.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;

/**
 * How much the nodes give to pods (their {@code status.allocatable}), whatever is used of it.
 *
 * @param cores whole cores of the selected nodes
 * @param schedulableCores of those, cores of the nodes where a guest with the pinned baseline can land now
 * @param memory of the selected nodes, as a Kubernetes quantity
 * @param schedulableMemory of that, memory of the nodes where a guest with the pinned baseline can land now
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record CapacityReport(long cores, long schedulableCores, String memory, String schedulableMemory) {

    /** A missing text becomes an empty one. */
    public CapacityReport {
        memory = Absent.toEmpty(memory);
        schedulableMemory = Absent.toEmpty(schedulableMemory);
    }
}
