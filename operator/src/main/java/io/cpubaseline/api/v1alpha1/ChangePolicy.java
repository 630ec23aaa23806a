package io.cpubaseline.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;

/**
 * How a new answer replaces the pinned one.
 *
 * @param lower for answers that take features away, and for the first answer
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ChangePolicy(Lower lower) {

    /** Five minutes of stability before an answer is adopted. */
    public static final ChangePolicy DEFAULT = new ChangePolicy(Lower.DEFAULT);

    /** Fills in the schema's default. */
    public ChangePolicy {
        lower = lower == null ? Lower.DEFAULT : lower;
    }

    /**
     * For the first answer, which has none before it to compare with.
     *
     * @param stabilizationSeconds how long, in seconds, the first answer must have been the same before it is adopted; 0: at once
     */
    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Lower(Integer stabilizationSeconds) {

        private static final Lower DEFAULT = new Lower(300);

        /** Fills in the schema's default; boxed because 0 and absent differ. */
        public Lower {
            stabilizationSeconds = stabilizationSeconds == null ? 300 : stabilizationSeconds;
        }
    }
}
