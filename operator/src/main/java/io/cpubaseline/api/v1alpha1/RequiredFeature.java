package io.cpubaseline.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;

/**
 * A CPU feature that guests require beside those of the model.
 *
 * @param name libvirt's name
 * @param purpose why: {@code Level}, {@code Hardening}, {@code Performance} or {@code Policy}
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record RequiredFeature(String name, String purpose) {

    /** A missing text becomes an empty one. */
    public RequiredFeature {
        name = Absent.toEmpty(name);
        purpose = Absent.toEmpty(purpose);
    }
}
