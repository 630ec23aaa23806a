package io.cpubaseline.stories.stage;

import io.cpubaseline.api.v1alpha1.CandidateBaseline;
import io.cpubaseline.api.v1alpha1.ClusterCpuBaseline;
import io.cpubaseline.api.v1alpha1.ClusterCpuBaselineStatus;
import io.cpubaseline.api.v1alpha1.Condition;
import io.cpubaseline.api.v1alpha1.NodeCounts;
import io.cpubaseline.api.v1alpha1.PinnedBaseline;
import io.cpubaseline.api.v1alpha1.ReasonCount;
import io.cpubaseline.api.v1alpha1.VirtualMachineCounts;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A baseline as the API server had it at one moment. A part that it lacks fails the story that asks for it. */
public record Seen(ClusterCpuBaseline baseline) {

    public String resourceVersion() {
        return baseline.getMetadata().getResourceVersion();
    }

    /** Whether the status answers the spec as it is. */
    public boolean isAnswered() {
        return baseline.getStatus() != null
                && baseline.getMetadata()
                        .getGeneration()
                        .equals(baseline.getStatus().observedGeneration());
    }

    public ClusterCpuBaselineStatus status() {
        return there("status", baseline.getStatus());
    }

    public boolean isPinned() {
        return status().pinned() != null;
    }

    public PinnedBaseline pinned() {
        return there("pinned", status().pinned());
    }

    public boolean hasCandidate() {
        return status().candidate() != null;
    }

    public CandidateBaseline candidate() {
        return there("candidate", status().candidate());
    }

    public NodeCounts nodes() {
        return there("nodes", status().nodes());
    }

    public VirtualMachineCounts virtualMachines() {
        return there("virtualMachines", status().virtualMachines());
    }

    /** Examples by reason, of nodes that are unknown or unfit. */
    public Map<String, List<String>> nodeReasons() {
        return examples(nodes().reasons());
    }

    /** Examples by reason, of virtual machines that don't just carry the baseline. */
    public Map<String, List<String>> machineReasons() {
        return examples(virtualMachines().reasons());
    }

    /** How many virtual machines have this reason. */
    public int machinesWith(String reason) {
        return virtualMachines().reasons().stream()
                .filter(count -> count.reason().equals(reason))
                .mapToInt(ReasonCount::count)
                .sum();
    }

    /** A condition's status and reason, such as {@code True Pinned}; {@code absent} without it. */
    public String verdict(String type) {
        return condition(type)
                .map(condition -> condition.status() + " " + condition.reason())
                .orElse("absent");
    }

    /** A condition's message; empty without it. */
    public String message(String type) {
        return condition(type).map(Condition::message).orElse("");
    }

    private Optional<Condition> condition(String type) {
        return Stream.ofNullable(baseline.getStatus())
                .flatMap(status -> status.conditions().stream())
                .filter(condition -> condition.type().equals(type))
                .findFirst();
    }

    private static Map<String, List<String>> examples(List<ReasonCount> reasons) {
        Map<String, List<String>> examples = new TreeMap<>();
        reasons.forEach(reason -> examples.put(reason.reason(), reason.examples()));
        return examples;
    }

    private <T> T there(String part, @Nullable T found) {
        if (found == null) {
            throw new AssertionError("there is no %s in %s: %s"
                    .formatted(
                            part,
                            baseline.getMetadata().getName(),
                            baseline.getStatus() == null
                                    ? "no status"
                                    : baseline.getStatus().conditions()));
        }
        return found;
    }
}
