package io.cpubaseline.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;

/**
 * Which revision the admission policy gives to instances when they are created, in mode {@code Patch}: to those of VirtualMachines that are not
 * written yet. The policy reads it, and gives nothing but what is pinned.
 *
 * @param revision the revision
 * @param except VirtualMachines whose instances don't get it, though nothing in these shows why, as {@code namespace/name}, sorted
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record FirstStartsReport(
        String revision,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> except) {

    /** Makes the list immutable. */
    public FirstStartsReport {
        except = Absent.toEmptyTexts(except);
    }
}
