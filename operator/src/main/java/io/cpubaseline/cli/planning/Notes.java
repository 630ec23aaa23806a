package io.cpubaseline.cli.planning;

import io.cpubaseline.Reason;
import io.cpubaseline.api.v1alpha1.ClusterCpuBaselineStatus;
import io.cpubaseline.report.EvidenceRemarks;
import io.cpubaseline.report.WithheldMitigations;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** What else is to be known of an answer: what stands in no number, and what to do about it, a paragraph each. */
public final class Notes {

    /** The condition of the cluster's own default model, which has its own place in every command's output. */
    public static final String CLUSTER_DEFAULT = "ClusterDefaultFits";

    private static final Set<String> TOLD_ELSEWHERE =
            Set.of("Ready", "CandidatePending", "Stalled", "PinnedSchedulable", CLUSTER_DEFAULT);

    /** What only an earlier baseline can be. */
    private static final Set<String> TOLD_NOWHERE_ELSE = Set.of(Reason.LowCapacity.name(), Reason.ModelObsolete.name());

    private Notes() {}

    /**
     * The paragraphs.
     *
     * @param result the answer
     * @param status its status, whole or not
     * @param hosts nodes that are of no cluster
     */
    public static List<String> of(FilePlanner.Result result, ClusterCpuBaselineStatus status, Set<String> hosts) {
        List<String> notes = new ArrayList<>();
        result.plan()
                .answer()
                .baseline()
                .map(baseline -> WithheldMitigations.of(result.plan().explanation(), baseline.guestFeatures()))
                .ifPresent(notes::addAll);
        status.conditions().stream()
                .filter(condition ->
                        !TOLD_ELSEWHERE.contains(condition.type()) || TOLD_NOWHERE_ELSE.contains(condition.reason()))
                .filter(condition -> !condition.status().equals("True"))
                .filter(condition -> !condition.reason().equals(Reason.UpToDate.name()))
                .forEach(condition -> notes.add("%s: %s".formatted(condition.reason(), condition.message())));
        // Where no node has labels, that is a matter of the cluster, and told already.
        if (status.conditions().stream()
                .noneMatch(condition -> condition.reason().equals(Reason.KubeVirtLabelsMissing.name()))) {
            notes.addAll(Remedies.of(status.nodes(), hosts));
        }
        boolean remarksAreToldAbove = status.conditions().stream()
                .anyMatch(condition -> condition.type().equals("EvidenceComplete")
                        && !condition.status().equals("True"));
        if (!remarksAreToldAbove) {
            notes.addAll(EvidenceRemarks.of(result.plan().fleet()));
        }
        Set<String> unknownModels = result.plan().explanation().unknownModels();
        if (!unknownModels.isEmpty()) {
            notes.add(
                    "Every contributing node has models that this program does not know, so they are never chosen: %s."
                            .formatted(String.join(", ", unknownModels)));
        }
        return List.copyOf(notes);
    }
}
