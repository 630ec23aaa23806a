package io.cpubaseline.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;

/**
 * What to do about the CPU model that KubeVirt gives to VirtualMachines that name none.
 *
 * @param mode {@code Report} (default): say on how many nodes it fits; {@code Write}: make it the pinned model; {@code Ignore}: say nothing
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ClusterDefaultPolicy(String mode) {

    /** It is reported on. */
    public static final ClusterDefaultPolicy DEFAULT = new ClusterDefaultPolicy("Report");

    /** Fills in the schema's default. */
    public ClusterDefaultPolicy {
        mode = mode == null ? "Report" : mode;
    }
}
