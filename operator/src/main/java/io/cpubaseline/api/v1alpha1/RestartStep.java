package io.cpubaseline.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * Up to how many VirtualMachines are restarted before a pause. It has either a count or a percentage.
 *
 * @param count so many in all
 * @param percent so many in a hundred of the campaign's running VirtualMachines, rounded up
 * @param pause what follows
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record RestartStep(@Nullable Integer count, @Nullable Integer percent, Pause pause) {

    /** A missing pause becomes one of unknown length. */
    public RestartStep {
        pause = pause == null ? new Pause("") : pause;
    }

    /**
     * A time in which no restart begins.
     *
     * @param duration how long, as in {@code 1h30m}
     */
    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Pause(String duration) {

        /** A missing text becomes an empty one. */
        public Pause {
            duration = Absent.toEmpty(duration);
        }
    }
}
