package io.cpubaseline.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;

/**
 * Which CPU features are required beside the model's own, by libvirt's names.
 *
 * @param profile {@code Performance} (default): mitigations, hardening and the instruction-set extras worth having;
 *     {@code Level}: mitigations and hardening only
 * @param require features that every guest must have; a node without one can't take it
 * @param exclude features that guests must not have: not required, and no model that has one is chosen
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record FeaturePolicy(
        String profile,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> require,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> exclude) {

    /** Profile {@code Performance}, nothing required or excluded by hand. */
    public static final FeaturePolicy DEFAULT = new FeaturePolicy("Performance", List.of(), List.of());

    /** Fills in the schema's default. */
    public FeaturePolicy {
        profile = profile == null ? "Performance" : profile;
        require = Absent.toEmptyTexts(require);
        exclude = Absent.toEmptyTexts(exclude);
    }
}
