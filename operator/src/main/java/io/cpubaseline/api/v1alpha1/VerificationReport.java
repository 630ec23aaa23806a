package io.cpubaseline.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * The last verification by migrations. {@code cpu-baseline verify --record} writes it as the field manager {@code cpu-baseline-verify}; the operator
 * reads it, and leaves it alone.
 *
 * @param revision what was verified
 * @param verified whether it held
 * @param time when the run ended, RFC 3339
 * @param rounds how many rounds were begun
 * @param migrations how many migrations succeeded
 * @param nodes how many nodes guests came to
 * @param message what was wrong first; absent if nothing was
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record VerificationReport(
        String revision,
        boolean verified,
        String time,
        int rounds,
        int migrations,
        int nodes,
        @Nullable String message) {

    /** A missing text becomes an empty one. */
    public VerificationReport {
        revision = Absent.toEmpty(revision);
        time = Absent.toEmpty(time);
    }
}
