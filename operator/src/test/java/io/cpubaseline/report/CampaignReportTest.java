package io.cpubaseline.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.cpubaseline.Reason;
import io.cpubaseline.api.v1alpha1.ClusterRestartCampaignStatus;
import io.cpubaseline.api.v1alpha1.Condition;
import io.cpubaseline.campaign.Attempt;
import io.cpubaseline.campaign.Budget;
import io.cpubaseline.campaign.Memory;
import io.cpubaseline.campaign.Method;
import io.cpubaseline.campaign.Outlook;
import io.cpubaseline.campaign.Rules;
import io.cpubaseline.campaign.Step;
import io.cpubaseline.report.CampaignReport.Stand;
import io.cpubaseline.virtualmachine.Share;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What the status of a campaign says, and what it remembers. */
class CampaignReportTest {

    private static final Instant NOW = Instant.parse("2026-11-29T12:00:00Z");
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Memory MEMORY = new Memory(
            "Haswell-0123456789",
            3,
            1,
            NOW.minusSeconds(60),
            List.of(
                    new Attempt("shop", "a", NOW.minusSeconds(30), Method.Restart, ""),
                    new Attempt("shop", "b", NOW.minusSeconds(700), Method.GuestReboot, "it isn't Ready after 600 s")));
    private static final Rules RULES = new Rules(
            false,
            false,
            Set.of(Method.Restart),
            List.of(Budget.DEFAULT),
            List.of(new Step(new Share(1, false), Duration.ofHours(1))),
            Duration.ofMinutes(10),
            1,
            Set.of("KubeNodeNotReady"));

    private static Stand working(Memory memory, @Nullable Reason hold, int due) {
        return new Stand.Working(
                new Outlook(
                        memory,
                        List.of(),
                        List.of(),
                        List.of(),
                        new Outlook.Counts(20, due, 1, 1, 2, 2),
                        new TreeMap<>(Map.of(Reason.Migrating, new Outlook.Blocked(2, List.of("shop/x", "shop/y")))),
                        hold,
                        "KubeNodeNotReady",
                        NOW.plusSeconds(90),
                        NOW.plusSeconds(3600)),
                RULES);
    }

    private static String verdict(ClusterRestartCampaignStatus status, String type) {
        return status.conditions().stream()
                .filter(condition -> condition.type().equals(type))
                .map(condition -> condition.status() + " " + condition.reason())
                .findFirst()
                .orElse("absent");
    }

    @Test
    void whatIsRememberedComesBackAsItWas() throws JsonProcessingException {
        ClusterRestartCampaignStatus status = CampaignReport.of(7, working(MEMORY, null, 9), NOW, null);

        ClusterRestartCampaignStatus stored =
                JSON.readValue(JSON.writeValueAsString(status), ClusterRestartCampaignStatus.class);

        assertThat(stored).isEqualTo(status);
        assertThat(CampaignReport.remembered(stored)).isEqualTo(MEMORY);
        assertThat(CampaignReport.remembered(null)).isEqualTo(Memory.NOTHING);
    }

    @Test
    void theNumbersAreThoseOfNow() {
        ClusterRestartCampaignStatus status = CampaignReport.of(7, working(MEMORY, null, 9), NOW, null);

        assertThat(status.observedGeneration()).isEqualTo(7);
        assertThat(status.selected()).isEqualTo(20);
        assertThat(status.due()).isEqualTo(9);
        assertThat(status.restarting()).isOne();
        assertThat(status.restarted()).isEqualTo(3);
        assertThat(status.failed()).isOne();
        assertThat(status.step()).isEqualTo(2);
        assertThat(status.nextWindow()).isEqualTo("2026-11-29T13:00:00Z");
        assertThat(status.blocked()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "none",
            value = {
                "none, True Restarting, absent",
                "WaitingForWindow, True WaitingForWindow, absent",
                "WaitingForBudget, True WaitingForBudget, absent",
                "StepPaused, True StepPaused, absent",
                "WaitingForConsent, True WaitingForConsent, absent",
                "WaitingForVirtualMachines, True WaitingForVirtualMachines, absent",
                "AlertFiring, True AlertFiring, absent",
                "AlertsUnknown, True AlertsUnknown, absent",
                "Paused, absent, absent",
                "RestartFailed, absent, True RestartFailed"
            })
    void whileSomethingIsDueItIsReconcilingUnlessSomebodyHasToAct(
            @Nullable Reason hold, String reconciling, String stalled) {
        ClusterRestartCampaignStatus status = CampaignReport.of(1, working(MEMORY, hold, 9), NOW, null);

        assertThat(verdict(status, "Ready")).isEqualTo("False " + (hold == null ? "Restarting" : hold));
        assertThat(verdict(status, "Complete")).isEqualTo("False RestartsDue");
        assertThat(verdict(status, "Reconciling")).isEqualTo(reconciling);
        assertThat(verdict(status, "Stalled")).isEqualTo(stalled);
    }

    @Test
    void whenNothingIsDueItIsComplete() {
        Stand done = new Stand.Working(
                new Outlook(
                        new Memory("Haswell-0123456789", 3, 1, null, List.of()),
                        List.of(),
                        List.of(),
                        List.of(),
                        new Outlook.Counts(20, 0, 0, 0, 0, 0),
                        new TreeMap<>(),
                        null,
                        "",
                        null,
                        null),
                RULES);

        ClusterRestartCampaignStatus status = CampaignReport.of(1, done, NOW, null);

        assertThat(status.conditions()).extracting(Condition::type).containsExactly("Ready", "Complete");
        assertThat(verdict(status, "Ready")).isEqualTo("True AllRestarted");
    }

    @ParameterizedTest
    @EnumSource(names = {"BaselineNotFound", "BaselineNotPinned", "RestartsNotAllowed", "InvalidSpec", "Forbidden"})
    void whatItHasDoneStandsWhileItCanDoNothing(Reason reason) {
        ClusterRestartCampaignStatus before = CampaignReport.of(1, working(MEMORY, null, 9), NOW, null);

        ClusterRestartCampaignStatus status = CampaignReport.of(
                2,
                new Stand.Resting(
                        MEMORY, new Problem(reason, "Why."), reason.name().startsWith("Baseline")),
                NOW.plusSeconds(60),
                before);

        assertThat(CampaignReport.remembered(status)).isEqualTo(MEMORY);
        assertThat(status.due()).isEqualTo(9);
        assertThat(verdict(status, reason.name().startsWith("Baseline") ? "Reconciling" : "Stalled"))
                .isEqualTo("True " + reason);
    }

    @Test
    void aConditionsTimeIsThatOfItsLastChange() {
        ClusterRestartCampaignStatus before = CampaignReport.of(1, working(MEMORY, null, 9), NOW, null);

        ClusterRestartCampaignStatus after =
                CampaignReport.of(1, working(MEMORY, Reason.StepPaused, 9), NOW.plusSeconds(60), before);

        assertThat(after.conditions()).extracting(Condition::lastTransitionTime).containsOnly("2026-11-29T12:00:00Z");
    }

    @Test
    void whatSomebodyHasMadeUnreadableIsForgotten() throws JsonProcessingException {
        ClusterRestartCampaignStatus edited = JSON.readValue("""
                {"revision":"r","restarted":-4,"step":0,"stepReachedTime":"soon","attempts":[
                  {"namespace":"a","name":"b","since":"yesterday","method":"Restart"},
                  {"namespace":"a","name":"c","since":"2026-11-29T12:00:00Z","method":"Kill"},
                  {"namespace":"a","name":"d","since":"2026-11-29T12:00:00Z","method":"Restart"}]}
                """, ClusterRestartCampaignStatus.class);

        assertThat(CampaignReport.remembered(edited))
                .isEqualTo(new Memory("r", 0, 0, null, List.of(new Attempt("a", "d", NOW, Method.Restart, ""))));
    }
}
