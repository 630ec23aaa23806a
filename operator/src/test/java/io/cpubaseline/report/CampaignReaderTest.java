package io.cpubaseline.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.cpubaseline.Selector;
import io.cpubaseline.api.v1alpha1.ClusterRestartCampaignSpec;
import io.cpubaseline.campaign.Budget;
import io.cpubaseline.campaign.Method;
import io.cpubaseline.campaign.Step;
import io.cpubaseline.report.CampaignReader.Intent;
import io.cpubaseline.virtualmachine.Share;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the spec of a campaign asks for, and what can't be followed in it. */
class CampaignReaderTest {

    private static Intent read(String spec) throws JsonProcessingException {
        return CampaignReader.read(
                new ObjectMapper().readValue(spec.replace('\'', '"'), ClusterRestartCampaignSpec.class));
    }

    @Test
    void theLeastSpecIsComplete() throws JsonProcessingException {
        Intent intent = read("{'baselineName':'web'}");

        assertThat(intent.problems()).isEmpty();
        assertThat(intent.baseline()).isEqualTo("web");
        assertThat(intent.namespaces()).isEqualTo(Selector.everything());
        assertThat(intent.selector()).isEqualTo(Selector.everything());
        assertThat(intent.rules().consentAssumed()).isFalse();
        assertThat(intent.rules().methods()).isEqualTo(Set.of(Method.GuestReboot, Method.Restart));
        assertThat(intent.rules().budgets()).isEqualTo(List.of(Budget.DEFAULT));
        assertThat(intent.rules().steps()).isEmpty();
        assertThat(intent.rules().progressDeadline()).isEqualTo(Duration.ofMinutes(10));
        assertThat(intent.rules().failureLimit()).isOne();
        assertThat(intent.rules().blockingAlerts()).isEmpty();
    }

    @Test
    void allThatItSaysIsRead() throws JsonProcessingException {
        Intent intent = read("""
                {'baselineName':'web','paused':true,'consent':'Assumed','methods':['WaitForStop'],'failureLimit':3,
                 'budgets':[{'maxUnavailable':'5','perNamespace':true,'schedule':'0 22 * * 6','duration':'6h','timeZone':'Europe/Berlin'}],
                 'steps':[{'count':1,'pause':{'duration':'1h30m'}},{'percent':20,'pause':{'duration':'0s'}}],'progressDeadlineSeconds':60,
                 'blockers':{'alerts':['KubeNodeNotReady']}}""");

        assertThat(intent.problems()).isEmpty();
        assertThat(intent.rules().paused()).isTrue();
        assertThat(intent.rules().consentAssumed()).isTrue();
        assertThat(intent.rules().methods()).isEqualTo(Set.of(Method.WaitForStop));
        assertThat(intent.rules().failureLimit()).isEqualTo(3);
        assertThat(intent.rules().blockingAlerts()).containsExactly("KubeNodeNotReady");
        assertThat(intent.rules().progressDeadline()).isEqualTo(Duration.ofMinutes(1));
        assertThat(intent.rules().steps())
                .isEqualTo(List.of(
                        new Step(new Share(1, false), Duration.ofMinutes(90)),
                        new Step(new Share(20, true), Duration.ZERO)));
        Budget budget = intent.rules().budgets().get(0);
        assertThat(budget.maxUnavailable()).isEqualTo(new Share(5, false));
        assertThat(budget.perNamespace()).isTrue();
        assertThat(budget.window().open(Instant.parse("2026-11-28T21:00:00Z"))).isTrue();
        assertThat(budget.window().open(Instant.parse("2026-11-28T20:00:00Z"))).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "{} | spec.baselineName: it is missing",
                "{'baselineName':'b','consent':'Maybe'} | spec.consent: \"Maybe\" is not known here",
                "{'baselineName':'b','methods':['Kill']} | spec.methods: \"Kill\" is not known here",
                "{'baselineName':'b','methods':[]} | spec.methods: it is empty",
                "{'baselineName':'b','budgets':[]} | spec.budgets: it is empty",
                "{'baselineName':'b','budgets':[{'maxUnavailable':'many'}]} | spec.budgets[0].maxUnavailable: \"many\" is neither",
                "{'baselineName':'b','budgets':[{'maxUnavailable':'1','schedule':'0 1 * * *'}]} | spec.budgets[0]: a schedule needs a duration",
                "{'baselineName':'b','budgets':[{'maxUnavailable':'1','duration':'1h'}]} | spec.budgets[0]: a schedule needs a duration",
                "{'baselineName':'b','budgets':[{'maxUnavailable':'1','schedule':'nightly','duration':'1h'}]} | spec.budgets[0].schedule: \"nightly\" is no schedule",
                "{'baselineName':'b','budgets':[{'maxUnavailable':'1','schedule':'0 0 31 2 *','duration':'1h'}]} | spec.budgets[0].schedule: \"0 0 31 2 *\" never comes",
                "{'baselineName':'b','budgets':[{'maxUnavailable':'1','schedule':'0 1 * * *','duration':'200h'}]} | spec.budgets[0].duration: \"200h\" is not a duration of at most 7 days",
                "{'baselineName':'b','budgets':[{'maxUnavailable':'1','schedule':'0 1 * * *','duration':'1h','timeZone':'Mars/Base'}]} | spec.budgets[0].timeZone: \"Mars/Base\" is not known",
                "{'baselineName':'b','steps':[{'pause':{'duration':'1h'}}]} | spec.steps[0]: a step has either count or percent",
                "{'baselineName':'b','steps':[{'count':1,'percent':1,'pause':{'duration':'1h'}}]} | spec.steps[0]: a step has either count or percent",
                "{'baselineName':'b','steps':[{'percent':101,'pause':{'duration':'1h'}}]} | spec.steps[0]: 101% is not a share",
                "{'baselineName':'b','steps':[{'count':1}]} | spec.steps[0].pause.duration: ",
                "{'baselineName':'b','progressDeadlineSeconds':0} | spec.progressDeadlineSeconds: 0 is out of range",
                "{'baselineName':'b','failureLimit':0} | spec.failureLimit: 0 is out of range",
                "{'baselineName':'b','blockers':{'alerts':['']}} | spec.blockers.alerts: \"\" is not an alert's whole name",
                "{'baselineName':'b','blockers':{'alerts':['Kube.*']}} | spec.blockers.alerts: \"Kube.*\" is not an alert's whole name",
                "{'baselineName':'b','selector':{'matchExpressions':[{'key':'a','operator':'Likes'}]}} | spec.selector.matchExpressions[0].operator: \"Likes\" is not known"
            })
    void whatCanNotBeFollowedIsSaid(String spec, String problem) throws JsonProcessingException {
        assertThat(read(spec).problems()).anyMatch(each -> each.message().startsWith(problem));
    }
}
