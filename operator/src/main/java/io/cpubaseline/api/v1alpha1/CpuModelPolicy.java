package io.cpubaseline.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Restrictions on the named CPU model, by libvirt's names.
 *
 * @param name the model to use, chosen by hand; absent: the best one
 * @param exclude models never to choose, with their versions
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record CpuModelPolicy(
        @Nullable String name,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> exclude) {

    /** An empty name is the same as none. */
    public CpuModelPolicy {
        name = Absent.fromEmpty(name);
        exclude = Absent.toEmptyTexts(exclude);
    }
}
