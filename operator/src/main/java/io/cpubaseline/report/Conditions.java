package io.cpubaseline.report;

import io.cpubaseline.api.v1alpha1.Condition;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

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
            new MigrationsVerifiedCondition(),
            new ClusterDefaultFitsCondition(),
            new VirtualMachinesAlignedCondition(),
            new AdmissionActiveCondition());

    /** In bytes of JSON, since the size of a status is. */
    static final int LONGEST_MESSAGE = 1024;

    /** Of all messages together, where every watcher downloads them. */
    private static final int ALL_MESSAGES = 3500;

    private static final String CUT_OFF = " …";

    private Conditions() {}

    /** All conditions that have a meaning now. A transition time goes on while its status stays the same. */
    static List<Condition> of(Circumstances now) {
        List<Condition> before = now.before() == null ? List.of() : now.before().conditions();
        List<Typed> all = RULES.stream()
                .flatMap(rule -> rule.judge(now).map(finding -> new Typed(rule.type(), finding)).stream())
                .toList();
        int longest = now.observation().now() == null
                ? LONGEST_MESSAGE
                : longest(all.stream().map(typed -> typed.finding().message()).toList());
        return all.stream()
                .map(typed -> condition(typed.type(), typed.finding(), longest, now.observation(), before))
                .toList();
    }

    private record Typed(String type, Finding finding) {}

    /** How long the longest ones may be, so that all together have room: the short ones leave theirs to them. */
    private static int longest(List<String> messages) {
        int left = ALL_MESSAGES;
        int others = messages.size();
        for (int size : messages.stream().map(StatusBudget::bytes).sorted().toList()) {
            if (size > left / others) {
                return Math.min(left / others, LONGEST_MESSAGE);
            }
            left -= size;
            others--;
        }
        return LONGEST_MESSAGE;
    }

    private static Condition condition(
            String type, Finding finding, int longest, Observation observation, List<Condition> before) {
        return condition(type, finding, longest, observation.generation(), observation.now(), before);
    }

    /**
     * A condition; its transition time goes on while its status stays the same.
     *
     * @param longest how long its message may be, in bytes of JSON
     * @param generation the {@code metadata.generation} that it answers
     * @param now the time; null where there is no clock
     * @param before the conditions so far
     */
    static Condition condition(
            String type,
            Finding finding,
            int longest,
            @Nullable Long generation,
            @Nullable Instant now,
            List<Condition> before) {
        String since = before.stream()
                .filter(condition ->
                        condition.type().equals(type) && condition.status().equals(finding.status()))
                .flatMap(condition -> Stream.ofNullable(condition.lastTransitionTime()))
                .findFirst()
                .orElse(StatusReport.time(now));
        return new Condition(
                type,
                finding.status(),
                generation,
                now == null ? null : since,
                finding.reason().name(),
                bounded(finding.message(), longest));
    }

    private static String bounded(String message, int longest) {
        if (StatusBudget.bytes(message) <= longest) {
            return message;
        }
        int left = longest - StatusBudget.bytes(CUT_OFF);
        StringBuilder kept = new StringBuilder();
        for (int codePoint : message.codePoints().toArray()) {
            left -= StatusBudget.bytes(Character.toString(codePoint));
            if (left < 0) {
                break;
            }
            kept.appendCodePoint(codePoint);
        }
        return kept + CUT_OFF;
    }
}
