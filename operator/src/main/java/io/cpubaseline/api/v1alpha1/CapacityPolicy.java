package io.cpubaseline.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;

/**
 * How much of the nodes a baseline must be able to use.
 *
 * @param minimum percent of the selected nodes' cores and memory, e.g. {@code 50%}; {@code 0%}: no bound
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record CapacityPolicy(String minimum) {

    /** Half of it. */
    public static final CapacityPolicy DEFAULT = new CapacityPolicy("50%");

    /** Fills in the schema's default. */
    public CapacityPolicy {
        minimum = minimum == null ? "50%" : minimum;
    }
}
