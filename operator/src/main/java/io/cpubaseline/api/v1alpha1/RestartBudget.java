package io.cpubaseline.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * How many VirtualMachines of a campaign may be unavailable while the budget is open.
 *
 * @param maxUnavailable a number, or some percent of the campaign's running VirtualMachines, rounded up, as in {@code 25} or {@code 10%}
 * @param perNamespace whether it holds in each namespace by itself
 * @param schedule when it opens, in the five fields of cron; always open without
 * @param duration how long it stays open, as in {@code 1h30m}
 * @param timeZone the time zone of {@code schedule}, a name of the IANA database
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record RestartBudget(
        String maxUnavailable,
        boolean perNamespace,
        @Nullable String schedule,
        @Nullable String duration,
        String timeZone) {

    /** Fills in the schema's defaults. */
    public RestartBudget {
        maxUnavailable = Absent.toEmpty(maxUnavailable);
        schedule = Absent.fromEmpty(schedule);
        duration = Absent.fromEmpty(duration);
        timeZone = timeZone == null ? "Etc/UTC" : timeZone;
    }
}
