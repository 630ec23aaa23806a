package io.cpubaseline.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * The VirtualMachines that get the baseline. Both selectors are required by the schema. A record decoded from elsewhere may lack
 * one: that selects nothing, since a selector that was forgotten must not mean every VirtualMachine.
 *
 * @param namespaceSelector by labels of the VirtualMachine's namespace; an empty one selects all
 * @param selector by labels of the VirtualMachine's {@code spec.template.metadata}, which the running instance carries too; an
 *     empty one selects all
 * @param mode {@code Observe} (default): count what would happen; {@code Patch}: write model and features; {@code Admission}: leave
 *     VirtualMachines as they are, their instances get model and features when they are created
 * @param releasePolicy what becomes of the fields of a VirtualMachine that leaves the selection, when mode goes back to {@code Observe} or to {@code Admission}, and
 *     when the baseline is deleted: {@code Retain} (default): they stay; {@code Remove}: they are given back
 * @param rollout how a revision gets into them
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record VirtualMachinePolicy(
        @Nullable LabelSelector namespaceSelector,
        @Nullable LabelSelector selector,
        String mode,
        String releasePolicy,
        RolloutPolicy rollout) {

    /** Fills in the schema's defaults. */
    public VirtualMachinePolicy {
        mode = mode == null ? "Observe" : mode;
        releasePolicy = releasePolicy == null ? "Retain" : releasePolicy;
        rollout = rollout == null ? RolloutPolicy.DEFAULT : rollout;
    }
}
