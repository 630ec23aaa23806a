package io.cpubaseline.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * What running instances have.
 *
 * @param revision the revision of their model and required features, or {@code host-model} and the like, which is no revision
 * @param instances how many run with it
 * @param schedulableNodes on how many nodes one more could land now; absent where the model differs from node to node
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record RevisionInUse(
        String revision, int instances, @Nullable Integer schedulableNodes) {

    /** A text is never absent. */
    public RevisionInUse {
        revision = Absent.toEmpty(revision);
    }
}
