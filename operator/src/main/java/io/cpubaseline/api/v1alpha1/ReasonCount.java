package io.cpubaseline.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;

/**
 * How many nodes or VirtualMachines share a reason.
 *
 * @param reason one word that programs may rely on
 * @param count how many
 * @param examples names of up to 5 of them, sorted; VirtualMachines as {@code namespace/name}
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ReasonCount(
        String reason,
        int count,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> examples) {

    /** Makes the list immutable. */
    public ReasonCount {
        reason = Absent.toEmpty(reason);
        examples = Absent.toEmptyTexts(examples);
    }
}
