package io.cpubaseline.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;

/**
 * How a revision gets into VirtualMachines.
 *
 * @param when {@code Always} (default); {@code WhenStopped}: only those are written that have no running instance
 * @param maxUpdated how many of the VirtualMachines may carry the revision: a number, or some percent of all that are to get it, rounded up, as in {@code 25} or {@code 10%}
 * @param maxUnproven how many of a CPU vendor's VirtualMachines may carry the revision until a guest has run with it there for some minutes: a
 *     number, or some percent, rounded up
 * @param maxPerMinute how many writes are made in any minute; 0: no limit
 * @param maxFailures how many refusals in a row are borne before the roll-out halts
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record RolloutPolicy(
        String when, String maxUpdated, String maxUnproven, Integer maxPerMinute, Integer maxFailures) {

    /** What holds where nothing is said. */
    public static final RolloutPolicy DEFAULT = new RolloutPolicy("Always", "100%", "10%", 60, 10);

    /** Fills in the schema's defaults; boxed because 0 and absent differ. */
    public RolloutPolicy {
        when = when == null ? "Always" : when;
        maxUpdated = maxUpdated == null ? "100%" : maxUpdated;
        maxUnproven = maxUnproven == null ? "10%" : maxUnproven;
        maxPerMinute = maxPerMinute == null ? 60 : maxPerMinute;
        maxFailures = maxFailures == null ? 10 : maxFailures;
    }
}
