package io.cpubaseline.report;

import io.cpubaseline.Reason;
import io.cpubaseline.campaign.Attempt;
import io.cpubaseline.campaign.Outlook;
import io.cpubaseline.report.CampaignReport.Stand;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The conditions of a campaign, as kstatus wants them: Reconciling while it goes on by itself, Stalled where somebody has to act. */
final class CampaignWords {

    private static final int NAMES = 3;

    /** What keeps a campaign until somebody acts. */
    private static final Set<Reason> STALLING = Set.of(
            Reason.RestartFailed,
            Reason.RestartsNotAllowed,
            Reason.Forbidden,
            Reason.InvalidSpec,
            Reason.InvalidSelector);

    private CampaignWords() {}

    /** A condition that isn't dated yet. */
    record Typed(String type, Finding finding) {}

    static List<Typed> conditions(Stand stand) {
        if (stand instanceof Stand.Working working) {
            return conditions(working.outlook());
        }
        Stand.Resting resting = (Stand.Resting) stand;
        return conditions(resting.problem().reason(), resting.problem().message(), resting.passes());
    }

    private static List<Typed> conditions(Outlook outlook) {
        if (outlook.complete()) {
            String all = outlook.counts().selected() == 0
                    ? "No running virtual machine is the campaign's."
                    : "All %d running virtual machines have %s."
                            .formatted(
                                    outlook.counts().selected(),
                                    outlook.memory().revision());
            return List.of(
                    new Typed("Ready", Finding.yes(Reason.AllRestarted, all)),
                    new Typed("Complete", Finding.yes(Reason.AllRestarted, all)));
        }
        Reason hold = outlook.hold() == null ? Reason.Restarting : outlook.hold();
        return conditions(hold, words(outlook, hold), hold != Reason.Paused);
    }

    private static List<Typed> conditions(Reason reason, String message, boolean goesOn) {
        List<Typed> conditions = new ArrayList<>();
        conditions.add(new Typed("Ready", Finding.no(reason, message)));
        if (STALLING.contains(reason)) {
            conditions.add(new Typed("Stalled", Finding.yes(reason, message)));
        } else if (goesOn) {
            conditions.add(new Typed("Reconciling", Finding.yes(reason, message)));
        }
        conditions.add(new Typed("Complete", Finding.no(Reason.RestartsDue, message)));
        return conditions;
    }

    private static String words(Outlook outlook, Reason hold) {
        Outlook.Counts counts = outlook.counts();
        String state = "%d of %d running virtual machines are to get %s; %d are being restarted."
                .formatted(counts.due(), counts.selected(), outlook.memory().revision(), counts.restarting());
        return switch (hold) {
            case RestartFailed ->
                "%s Mend that, or stop or delete them; then it goes on by itself. %s"
                        .formatted(failures(outlook), state);
            case Forbidden ->
                "The operator may restart none of those that are left: check the chart's restartCampaigns.namespaces, or narrow spec.namespaceSelector. %s%s"
                        .formatted(state, left(outlook));
            case RestartsNotAllowed ->
                "The operator is installed without permission to restart virtual machines: set the chart's restartCampaigns.enabled to true. %s"
                        .formatted(state);
            case Paused -> "No further restart begins: it is paused. %s".formatted(state);
            case WaitingForConsent ->
                "%s %d wait for their owners' consent: kubectl annotate vm NAME -n NAMESPACE cpubaseline.io/restart=allowed, or the namespace.%s"
                        .formatted(state, counts.waitingForConsent(), left(outlook));
            case WaitingForVirtualMachines ->
                "%s None of the others can be restarted now.%s".formatted(state, left(outlook));
            case WaitingForWindow ->
                "%s No budget is open%s."
                        .formatted(
                                state,
                                when(", the next one opens at ", outlook.nextWindow(), ", and none opens again"));
            case WaitingForBudget ->
                "%s %d are unavailable, which is as many as the budgets allow.".formatted(state, counts.unavailable());
            case AlertFiring ->
                "%s No further restart begins while alerts of spec.blockers fire: %s."
                        .formatted(state, outlook.holdDetail());
            case AlertsUnknown ->
                "%s No further restart begins while nobody knows which alerts fire. %s"
                        .formatted(state, outlook.holdDetail());
            case StepPaused ->
                "%s The step of %d restarted ones is reached; the next restart begins%s."
                        .formatted(state, outlook.memory().restarted(), when(" at ", outlook.holdsUntil(), " later"));
            default -> state + left(outlook);
        };
    }

    private static String when(String before, @Nullable Instant time, String never) {
        return time == null ? never : before + StatusReport.time(time);
    }

    private static String failures(Outlook outlook) {
        List<Attempt> failed =
                outlook.memory().attempts().stream().filter(Attempt::failed).toList();
        String some = failed.stream()
                .limit(NAMES)
                .map(attempt -> "%s: %s".formatted(attempt.fullName(), attempt.failure()))
                .collect(Collectors.joining("; "));
        return "%d did not come up again. %s%s."
                .formatted(
                        failed.size(),
                        some,
                        failed.size() > NAMES ? "; and %d more".formatted(failed.size() - NAMES) : "");
    }

    private static String left(Outlook outlook) {
        String reasons = outlook.blocked().entrySet().stream()
                .map(entry -> "%s %d (%s%s)"
                        .formatted(
                                entry.getKey(),
                                entry.getValue().count(),
                                entry.getValue().examples().get(0),
                                entry.getValue().count() > 1 ? ", …" : ""))
                .collect(Collectors.joining(", "));
        return reasons.isEmpty() ? "" : " Left alone for now: %s.".formatted(reasons);
    }
}
