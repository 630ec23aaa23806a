package io.cpubaseline.report;

import io.cpubaseline.api.v1alpha1.ClusterRestartCampaignStatus;
import io.cpubaseline.api.v1alpha1.Condition;
import io.cpubaseline.api.v1alpha1.ReasonCount;
import io.cpubaseline.api.v1alpha1.RestartAttempt;
import io.cpubaseline.campaign.Attempt;
import io.cpubaseline.campaign.Memory;
import io.cpubaseline.campaign.Method;
import io.cpubaseline.campaign.Outlook;
import io.cpubaseline.campaign.Rules;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Maps how a campaign stands to its status, and reads back what it remembers there. */
public final class CampaignReport {

    private static final int LONGEST_FAILURE = 256;

    private CampaignReport() {}

    /** How a campaign stands. */
    public sealed interface Stand {

        /** What it remembers. */
        Memory memory();

        /**
         * It works.
         *
         * @param outlook how far it is
         * @param rules by what
         */
        record Working(Outlook outlook, Rules rules) implements Stand {
            @Override
            public Memory memory() {
                return outlook.memory();
            }
        }

        /**
         * It can't do anything, and what it has done stands.
         *
         * @param memory what it remembers
         * @param problem why
         * @param passes whether that may pass without anybody's doing
         */
        record Resting(Memory memory, Problem problem, boolean passes) implements Stand {}
    }

    /**
     * Its status.
     *
     * @param generation the spec's generation that was read
     * @param now the time
     * @param before the status so far; null if there is none
     */
    public static ClusterRestartCampaignStatus of(
            long generation, Stand stand, Instant now, @Nullable ClusterRestartCampaignStatus before) {
        List<Condition> earlier = before == null ? List.of() : before.conditions();
        List<Condition> conditions = CampaignWords.conditions(stand).stream()
                .map(typed -> Conditions.condition(
                        typed.type(), typed.finding(), Conditions.LONGEST_MESSAGE, generation, now, earlier))
                .toList();
        Memory memory = stand.memory();
        Outlook outlook = stand instanceof Stand.Working working ? working.outlook() : null;
        Outlook.Counts counts = outlook == null ? kept(memory, before) : outlook.counts();
        boolean stepped = stand instanceof Stand.Working working
                ? !working.rules().steps().isEmpty()
                : memory.step() > 0;
        return new ClusterRestartCampaignStatus(
                generation,
                conditions,
                memory.revision().isEmpty() ? null : memory.revision(),
                counts.selected(),
                counts.due(),
                counts.restarting(),
                memory.restarted(),
                counts.failed(),
                counts.waitingForConsent(),
                counts.unavailable(),
                stepped ? memory.step() + 1 : null,
                StatusReport.time(memory.stepReached()),
                outlook == null ? null : StatusReport.time(outlook.nextWindow()),
                outlook == null ? List.of() : blocked(outlook),
                memory.attempts().stream().map(CampaignReport::attempt).toList());
    }

    /** What was counted last, where nothing can be counted now. */
    private static Outlook.Counts kept(Memory memory, @Nullable ClusterRestartCampaignStatus before) {
        int failed = (int) memory.attempts().stream().filter(Attempt::failed).count();
        int restarting = memory.attempts().size() - failed;
        return before == null
                ? new Outlook.Counts(0, restarting + failed, restarting, failed, 0, 0)
                : new Outlook.Counts(
                        before.selected(),
                        before.due(),
                        restarting,
                        failed,
                        before.waitingForConsent(),
                        before.unavailable());
    }

    private static List<ReasonCount> blocked(Outlook outlook) {
        List<ReasonCount> blocked = new ArrayList<>();
        outlook.blocked()
                .forEach((reason, some) -> blocked.add(new ReasonCount(reason.name(), some.count(), some.examples())));
        return blocked;
    }

    private static RestartAttempt attempt(Attempt attempt) {
        return new RestartAttempt(
                attempt.namespace(),
                attempt.name(),
                String.valueOf(StatusReport.time(attempt.since())),
                attempt.method().name(),
                attempt.failed() ? bounded(attempt.failure()) : null);
    }

    private static String bounded(String failure) {
        return failure.length() <= LONGEST_FAILURE ? failure : failure.substring(0, LONGEST_FAILURE) + " …";
    }

    /** What a status remembers. What somebody has made unreadable in it is forgotten. */
    public static Memory remembered(@Nullable ClusterRestartCampaignStatus status) {
        if (status == null) {
            return Memory.NOTHING;
        }
        return new Memory(
                status.revision() == null ? "" : status.revision(),
                Math.max(0, status.restarted()),
                status.step() == null ? 0 : Math.max(0, status.step() - 1),
                instant(status.stepReachedTime()).orElse(null),
                status.attempts().stream()
                        .flatMap(attempt -> attempt(attempt).stream())
                        .toList());
    }

    private static Optional<Attempt> attempt(RestartAttempt written) {
        Optional<Method> method = Stream.of(Method.values())
                .filter(each -> each.name().equals(written.method()))
                .findFirst();
        return instant(written.since())
                .flatMap(since -> method.map(how -> new Attempt(
                        written.namespace(),
                        written.name(),
                        since,
                        how,
                        written.failure() == null ? "" : written.failure())));
    }

    private static Optional<Instant> instant(@Nullable String text) {
        try {
            return text == null ? Optional.empty() : Optional.of(Instant.parse(text));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }
}
