package io.cpubaseline.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;

/**
 * How a new answer replaces the pinned one. What adds some features and takes others, or takes a mitigation, obeys the stricter of both.
 *
 * @param raise for answers that only add features
 * @param lower for answers that only take features away, and for the first answer
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ChangePolicy(Raise raise, Lower lower) {

    /** By approval alone, the first one after five minutes of stability. */
    public static final ChangePolicy DEFAULT = new ChangePolicy(Raise.DEFAULT, Lower.DEFAULT);

    /** Fills in the schema's default. */
    public ChangePolicy {
        raise = raise == null ? Raise.DEFAULT : raise;
        lower = lower == null ? Lower.DEFAULT : lower;
    }

    /**
     * For answers that only add features.
     *
     * @param policy {@code Manual} (default) or {@code Automatic}
     * @param stabilizationSeconds how long, in seconds, such an answer must have been the same before it is pinned by itself; 0: at once
     */
    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Raise(String policy, Integer stabilizationSeconds) {

        private static final Raise DEFAULT = new Raise("Manual", 86400);

        /** Fills in the schema's default; boxed because 0 and absent differ. */
        public Raise {
            policy = policy == null ? "Manual" : policy;
            stabilizationSeconds = stabilizationSeconds == null ? 86400 : stabilizationSeconds;
        }
    }

    /**
     * For answers that only take features away, and for the first answer, which has none before it to compare with.
     *
     * @param policy {@code Manual} (default), {@code ExtrasOnly} or {@code Automatic}; the first answer is pinned by itself under each of them
     * @param stabilizationSeconds how long, in seconds, the first answer, or one that is pinned by itself, must have been the same; 0: at once
     */
    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Lower(String policy, Integer stabilizationSeconds) {

        private static final Lower DEFAULT = new Lower("Manual", 300);

        /** Fills in the schema's default; boxed because 0 and absent differ. */
        public Lower {
            policy = policy == null ? "Manual" : policy;
            stabilizationSeconds = stabilizationSeconds == null ? 300 : stabilizationSeconds;
        }
    }
}
