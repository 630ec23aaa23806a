package io.cpubaseline.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;

/**
 * How many VirtualMachines are in which state; {@code selected = applied + pending + conflicting + refused + skipped}.
 *
 * @param selected chosen by {@code spec.virtualMachines}
 * @param applied carry the pinned baseline
 * @param pending are to get it
 * @param conflicting another manager owns the fields, or ours are lost again and again
 * @param refused the API server or a webhook refused the write
 * @param skipped left alone
 * @param pendingRestart of those applied, how many still run with other CPU fields
 * @param reasons why VirtualMachines are conflicting, refused or skipped, or can't leave their node
 * @param shapes where they can land now, by what they ask of nodes: at most 16 kinds, those that can't leave their node first, then by nodes
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record VirtualMachineCounts(
        int selected,
        int applied,
        int pending,
        int conflicting,
        int refused,
        int skipped,
        int pendingRestart,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<ReasonCount> reasons,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<ShapeReport> shapes) {

    /** Makes the lists immutable. */
    public VirtualMachineCounts {
        reasons = Absent.toEmpty(reasons);
        shapes = Absent.toEmpty(shapes);
    }
}
