package io.cpubaseline.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What keeps the baseline from something better.
 *
 * @param abiLevel the level out of reach
 * @param cpuModel the best model that would reach it; absent: no model does
 * @param nodes how many nodes block it
 * @param examples names of up to 5 of them, sorted
 * @param missingFeatures what those nodes lack; sorted, at most 16
 * @param message the same as a sentence
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record LimitReport(
        @Nullable String abiLevel,
        @Nullable String cpuModel,
        int nodes,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> examples,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> missingFeatures,
        @Nullable String message) {

    /** Makes the lists immutable. */
    public LimitReport {
        examples = Absent.toEmptyTexts(examples);
        missingFeatures = Absent.toEmptyTexts(missingFeatures);
    }
}
