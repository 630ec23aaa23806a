package io.cpubaseline.operator.whynot;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** What decides about a place and depends on more than nodes: it is said, and not looked at. */
final class Beyond {

    static final String OTHER_PODS =
            "It also asks for something of other pods (affinity, topology spread), which is not looked at";

    private static final String REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution";
    private static final String OWN_SCHEDULER = "default-scheduler";

    private Beyond() {}

    /** @param spec {@code spec} of an instance, or of a virtual machine's template: KubeVirt copies that into the pod */
    static List<String> of(JsonNode spec) {
        boolean ofOtherPods = !spec.at("/affinity/podAffinity/" + REQUIRED).isEmpty()
                || !spec.at("/affinity/podAntiAffinity/" + REQUIRED).isEmpty();
        for (JsonNode constraint : spec.path("topologySpreadConstraints")) {
            ofOtherPods |= constraint.path("whenUnsatisfiable").asText().equals("DoNotSchedule");
        }
        return of(ofOtherPods, spec.path("schedulerName").asText());
    }

    /** @param scheduler {@code spec.schedulerName}; empty for Kubernetes' own */
    static List<String> of(boolean ofOtherPods, String scheduler) {
        List<String> sentences = new ArrayList<>();
        if (ofOtherPods) {
            sentences.add(OTHER_PODS);
        }
        if (!scheduler.isEmpty() && !scheduler.equals(OWN_SCHEDULER)) {
            sentences.add(
                    "The scheduler %s places it, not Kubernetes' own: what that asks for beside this is not looked at"
                            .formatted(scheduler));
        }
        return sentences;
    }
}
