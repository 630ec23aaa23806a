package io.cpubaseline.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;

/**
 * Nodes of one kind that are still to come.
 *
 * @param name what they are called; once in the list
 * @param model libvirt's name of the CPU model that they will have, e.g. {@code EPYC-Genoa}
 * @param count how many, at least 1
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record PlannedNode(String name, String model, Integer count) {

    /** Fills in the schema's default; a missing text becomes an empty one. */
    public PlannedNode {
        name = Absent.toEmpty(name);
        model = Absent.toEmpty(model);
        count = count == null ? 1 : count;
    }
}
