package io.cpubaseline.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;

/**
 * Nodes among which a guest with the baseline can migrate live, by their CPUs alone.
 *
 * @param vendor the CPU's vendor as KubeVirt names it
 * @param nodes how many contributing nodes; 1: a guest there can't leave
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record MigrationDomainReport(String vendor, int nodes) {

    /** A missing text becomes an empty one. */
    public MigrationDomainReport {
        vendor = Absent.toEmpty(vendor);
    }
}
