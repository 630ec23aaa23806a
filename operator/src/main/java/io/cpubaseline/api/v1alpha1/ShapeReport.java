package io.cpubaseline.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;

/**
 * VirtualMachines that are alike in all that KubeVirt selects nodes by.
 *
 * @param shape what they ask for, in words
 * @param count how many they are
 * @param nodes on how many of the baseline's nodes they can land now; 1: they can't leave it
 * @param examples names of up to 3 of them as {@code namespace/name}, sorted
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ShapeReport(
        String shape,
        int count,
        int nodes,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> examples) {

    /** Makes the list immutable. */
    public ShapeReport {
        shape = Absent.toEmpty(shape);
        examples = Absent.toEmptyTexts(examples);
    }
}
