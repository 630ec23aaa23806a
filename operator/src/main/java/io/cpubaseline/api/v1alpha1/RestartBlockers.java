package io.cpubaseline.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;

/**
 * What keeps restarts of a campaign from beginning.
 *
 * @param alerts names of Prometheus alerts: none begins while one of them fires, or while nobody knows whether it does
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record RestartBlockers(
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> alerts) {

    /** Makes the list immutable. */
    public RestartBlockers {
        alerts = Absent.toEmptyTexts(alerts);
    }
}
