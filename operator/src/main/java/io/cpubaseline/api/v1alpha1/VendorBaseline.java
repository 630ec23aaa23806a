package io.cpubaseline.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the nodes of one vendor could have alone.
 *
 * @param vendor the CPU's vendor as KubeVirt names it, e.g. {@code AMD}
 * @param nodes how many contributing nodes are of this vendor
 * @param revision the model's name and 10 hex digits of the SHA-256 of model and features; absent: there is no answer
 * @param cpuModel libvirt's name of the model; absent: there is no answer
 * @param abiLevel the level that a guest reaches; absent: there is no answer
 * @param requiredFeatures features required beside those of the model, sorted by name
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record VendorBaseline(
        String vendor,
        int nodes,
        @Nullable String revision,
        @Nullable String cpuModel,
        @Nullable String abiLevel,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<RequiredFeature> requiredFeatures) {

    /** Makes the list immutable. */
    public VendorBaseline {
        vendor = Absent.toEmpty(vendor);
        requiredFeatures = Absent.toEmpty(requiredFeatures);
    }
}
