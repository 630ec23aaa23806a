package io.cpubaseline.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A baseline in force, now or earlier. It holds all that is needed to apply it; it is never computed again.
 *
 * @param revision the model's name and 10 hex digits of the SHA-256 of model and features
 * @param cpuModel libvirt's name of the model
 * @param abiLevel the level that a guest reaches, {@code none} below {@code x86-64-v1}
 * @param requiredFeatures features required beside those of the model, sorted by name; written even when there are none
 * @param vendor the CPU vendor that virtual machines are confined to; empty where the nodes are of several; absent while that isn't known
 * @param since when it was pinned, RFC 3339; absent only where there is no clock ({@code plan})
 * @param catalogVersion the version of the data files that it was computed from
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record PinnedBaseline(
        String revision,
        String cpuModel,
        @Nullable String abiLevel,
        List<RequiredFeature> requiredFeatures,
        @Nullable String vendor,
        @Nullable String since,
        @Nullable String catalogVersion) {

    /** Makes the list immutable. */
    public PinnedBaseline {
        revision = Absent.toEmpty(revision);
        cpuModel = Absent.toEmpty(cpuModel);
        requiredFeatures = Absent.toEmpty(requiredFeatures);
    }
}
