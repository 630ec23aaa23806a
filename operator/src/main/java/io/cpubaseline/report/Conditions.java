package io.cpubaseline.report;

import io.cpubaseline.api.v1alpha1.Condition;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;

/** The conditions of a ClusterCpuBaseline, in a fixed order. */
final class Conditions {

    private static final List<ConditionRule> RULES = List.of(
            new ReadyCondition(),
            new StalledCondition(),
            new ReconcilingCondition(),
            new CandidatePendingCondition(),
            new ApprovalAcceptedCondition(),
            new EvidenceCompleteCondition(),
            new PinnedSchedulableCondition(),
            new MigrationPossibleCondition(),
            new ClusterDefaultFitsCondition(),
            new VirtualMachinesAlignedCondition(),
            new AdmissionActiveCondition());

    /** In bytes, since the size of a status is. */
    private static final int LONGEST_MESSAGE = 1024;

    private static final String CUT_OFF = " …";

    private Conditions() {}

    /** All conditions that have a meaning now. A transition time goes on while its status stays the same. */
    static List<Condition> of(Circumstances now) {
        List<Condition> before = now.before() == null ? List.of() : now.before().conditions();
        return RULES.stream()
                .flatMap(rule ->
                        rule
                                .judge(now)
                                .map(finding -> condition(rule.type(), finding, now.observation(), before))
                                .stream())
                .toList();
    }

    private static Condition condition(String type, Finding finding, Observation observation, List<Condition> before) {
        String since = before.stream()
                .filter(condition ->
                        condition.type().equals(type) && condition.status().equals(finding.status()))
                .flatMap(condition -> Stream.ofNullable(condition.lastTransitionTime()))
                .findFirst()
                .orElse(StatusReport.time(observation.now()));
        return new Condition(
                type,
                finding.status(),
                observation.generation(),
                observation.now() == null ? null : since,
                finding.reason().name(),
                bounded(finding.message()));
    }

    private static String bounded(String message) {
        byte[] bytes = message.getBytes(StandardCharsets.UTF_8);
        if (bytes.length <= LONGEST_MESSAGE) {
            return message;
        }
        int end = LONGEST_MESSAGE - CUT_OFF.getBytes(StandardCharsets.UTF_8).length;
        while ((bytes[end] & 0xC0) == 0x80) {
            // inside of a character
            end--;
        }
        return new String(bytes, 0, end, StandardCharsets.UTF_8) + CUT_OFF;
    }
}
