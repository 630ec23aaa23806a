package io.cpubaseline.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the pin would become.
 *
 * @param revision the model's name and 10 hex digits of the SHA-256 of model and features
 * @param cpuModel libvirt's name of the model
 * @param abiLevel the level that a guest reaches, {@code none} below {@code x86-64-v1}
 * @param requiredFeatures features required beside those of the model, sorted by name; written even when there are none
 * @param since since when it has been the answer, RFC 3339
 * @param catalogVersion the version of the data files that it was computed from
 * @param direction compared with the pin: {@code Raise}, {@code Lower} or {@code Sideways}
 * @param trigger {@code Evidence}, {@code Policy} or {@code Catalog}
 * @param reason what led to it, a sentence
 * @param impact what would change for nodes and VirtualMachines, a sentence
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record CandidateBaseline(
        String revision,
        String cpuModel,
        @Nullable String abiLevel,
        List<RequiredFeature> requiredFeatures,
        @Nullable String since,
        @Nullable String catalogVersion,
        @Nullable String direction,
        @Nullable String trigger,
        @Nullable String reason,
        @Nullable String impact) {

    /** Makes the list immutable. */
    public CandidateBaseline {
        revision = Absent.toEmpty(revision);
        cpuModel = Absent.toEmpty(cpuModel);
        requiredFeatures = Absent.toEmpty(requiredFeatures);
    }
}
