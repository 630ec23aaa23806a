package io.cpubaseline.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;

/**
 * How many nodes are in which state; {@code selected = contributing + unknown + unfit}.
 *
 * @param selected chosen by {@code spec.nodeSelector}, amd64, and used by KubeVirt
 * @param contributing their evidence is complete and decides the baseline
 * @param schedulable where a guest with the pinned baseline can land now
 * @param unknown their evidence is missing, stale or contradicted
 * @param unfit known, but left out
 * @param withoutKubeVirt chosen by {@code spec.nodeSelector}, but not used by KubeVirt: they count for nothing
 * @param reasons why nodes are unknown or unfit
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record NodeCounts(
        int selected,
        int contributing,
        int schedulable,
        int unknown,
        int unfit,
        int withoutKubeVirt,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<ReasonCount> reasons) {

    /** Makes the list immutable. */
    public NodeCounts {
        reasons = Absent.toEmpty(reasons);
    }
}
