package io.cpubaseline.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the user asks for.
 *
 * @param paused stops every write to VirtualMachines and every move of the pin; the status goes on
 * @param nodeSelector the nodes to consider, by their labels; an empty one selects every amd64 node that KubeVirt may use
 * @param vendors {@code Single} (default): no answer over several CPU vendors; {@code Mixed}: one common answer
 * @param abiLevel bounds on the x86-64 ABI level; absent: none
 * @param cpuModel restrictions on the named CPU model; absent: none
 * @param features which features are required beside the model's own
 * @param plannedNodes nodes that are still to come; they count for the candidate alone
 * @param capacity how much of the nodes the baseline must be able to use
 * @param changes how a new answer replaces the pinned one
 * @param approvedRevision the revision that the pin is to become, e.g. {@code IvyBridge-IBRS-3f2a9c01d4}; only users write it
 * @param virtualMachines the VirtualMachines that get the baseline; absent: they are not even watched
 * @param clusterDefault what to do about KubeVirt's own default model
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ClusterCpuBaselineSpec(
        boolean paused,
        LabelSelector nodeSelector,
        String vendors,
        @Nullable AbiLevelBounds abiLevel,
        @Nullable CpuModelPolicy cpuModel,
        FeaturePolicy features,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<PlannedNode> plannedNodes,
        CapacityPolicy capacity,
        ChangePolicy changes,
        @Nullable String approvedRevision,
        @Nullable VirtualMachinePolicy virtualMachines,
        ClusterDefaultPolicy clusterDefault) {

    /** Fills in the schema's defaults. */
    public ClusterCpuBaselineSpec {
        nodeSelector = nodeSelector == null ? LabelSelector.EVERYTHING : nodeSelector;
        vendors = vendors == null ? "Single" : vendors;
        features = features == null ? FeaturePolicy.DEFAULT : features;
        plannedNodes = Absent.toEmpty(plannedNodes);
        capacity = capacity == null ? CapacityPolicy.DEFAULT : capacity;
        changes = changes == null ? ChangePolicy.DEFAULT : changes;
        clusterDefault = clusterDefault == null ? ClusterDefaultPolicy.DEFAULT : clusterDefault;
        approvedRevision = Absent.fromEmpty(approvedRevision);
    }

    /**
     * The spec of a baseline that says nothing.
     *
     * @return every field at its default
     */
    public static ClusterCpuBaselineSpec defaults() {
        return new ClusterCpuBaselineSpec(
                false,
                LabelSelector.EVERYTHING,
                "Single",
                null,
                null,
                FeaturePolicy.DEFAULT,
                List.of(),
                CapacityPolicy.DEFAULT,
                ChangePolicy.DEFAULT,
                null,
                null,
                ClusterDefaultPolicy.DEFAULT);
    }
}
