package io.cpubaseline.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;

/**
 * Which VirtualMachines may be restarted, how, how many at a time and when.
 *
 * @param paused whether no further one is restarted
 * @param baselineName the ClusterCpuBaseline whose VirtualMachines they are
 * @param namespaceSelector by labels of their namespaces; an empty one selects all
 * @param selector by labels of their {@code spec.template.metadata}; an empty one selects all
 * @param consent {@code Required} (default): only where an annotation allows it; {@code Assumed}: where none denies it
 * @param methods of {@code WaitForStop}, {@code GuestReboot} and {@code Restart}, those that may be used
 * @param budgets how many may be unavailable at a time, and when
 * @param steps up to how many are restarted before a pause
 * @param progressDeadlineSeconds how long a restart may take
 * @param failureLimit at how many failed ones no further restart begins
 * @param blockers what else keeps restarts from beginning
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ClusterRestartCampaignSpec(
        boolean paused,
        String baselineName,
        LabelSelector namespaceSelector,
        LabelSelector selector,
        String consent,
        List<String> methods,
        List<RestartBudget> budgets,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<RestartStep> steps,
        Integer progressDeadlineSeconds,
        Integer failureLimit,
        RestartBlockers blockers) {

    private static final List<String> METHODS = List.of("GuestReboot", "Restart");
    private static final List<RestartBudget> BUDGETS = List.of(new RestartBudget("10%", false, null, null, "Etc/UTC"));

    /** Fills in the schema's defaults; boxed where 0 and absent differ. */
    public ClusterRestartCampaignSpec {
        baselineName = Absent.toEmpty(baselineName);
        namespaceSelector = namespaceSelector == null ? LabelSelector.EVERYTHING : namespaceSelector;
        selector = selector == null ? LabelSelector.EVERYTHING : selector;
        consent = consent == null ? "Required" : consent;
        methods = methods == null ? METHODS : Absent.toEmptyTexts(methods);
        budgets = budgets == null ? BUDGETS : Absent.toEmpty(budgets);
        steps = Absent.toEmpty(steps);
        progressDeadlineSeconds = progressDeadlineSeconds == null ? 600 : progressDeadlineSeconds;
        failureLimit = failureLimit == null ? 1 : failureLimit;
        blockers = blockers == null ? new RestartBlockers(List.of()) : blockers;
    }
}
