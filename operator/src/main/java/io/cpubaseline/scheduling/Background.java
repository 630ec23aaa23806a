package io.cpubaseline.scheduling;

import io.cpubaseline.fleet.SchedulingRules;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What explains the selectors of a pod.
 *
 * @param guest whose pod it is, with the cluster's defaults
 * @param rules what the cluster has to do with it
 * @param from from where it would migrate; null where it would start
 * @param keepsVendor whether this KubeVirt pins targets to the source's CPU vendor
 */
public record Background(
        Guest guest, SchedulingRules rules, @Nullable Source from, boolean keepsVendor) {

    Optional<Source> source() {
        return Optional.ofNullable(from);
    }

    /** The same for any guest with such a pod, wherever it runs. */
    Background anywhere() {
        return from == null ? this : new Background(guest, rules, from.anywhere(), keepsVendor);
    }
}
