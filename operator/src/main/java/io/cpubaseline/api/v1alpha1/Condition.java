package io.cpubaseline.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * A condition with the meaning of Kubernetes' {@code metav1.Condition}.
 *
 * @param type e.g. {@code Ready}; one condition per type
 * @param status {@code True}, {@code False} or {@code Unknown}
 * @param observedGeneration the {@code metadata.generation} that it answers
 * @param lastTransitionTime when the status last changed, RFC 3339; absent only where there is no clock ({@code plan})
 * @param reason one word that programs may rely on
 * @param message a sentence for people
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Condition(
        String type,
        String status,
        @Nullable Long observedGeneration,
        @Nullable String lastTransitionTime,
        String reason,
        String message) {

    /** A missing text becomes an empty one. */
    public Condition {
        type = Absent.toEmpty(type);
        status = Absent.toEmpty(status);
        reason = Absent.toEmpty(reason);
        message = Absent.toEmpty(message);
    }
}
