package io.cpubaseline.change;

import static io.cpubaseline.change.ChangeCases.ICE_LAKE;
import static io.cpubaseline.change.ChangeCases.MINUTE;
import static io.cpubaseline.change.ChangeCases.NEHALEM;
import static io.cpubaseline.change.ChangeCases.RAPTOR_LAKE;
import static io.cpubaseline.change.ChangeCases.SKYLAKE;
import static io.cpubaseline.change.ChangeCases.candidate;
import static io.cpubaseline.change.Story.answer;
import static io.cpubaseline.change.Story.created;
import static io.cpubaseline.change.Story.node;
import static io.cpubaseline.change.Story.nodes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.cpubaseline.Reason;
import io.cpubaseline.baseline.Policy.Vendors;
import io.cpubaseline.change.Candidate.Direction;
import io.cpubaseline.change.Candidate.Trigger;
import io.cpubaseline.change.Decision.Verdict;
import io.cpubaseline.cpu.AbiLevel;
import io.cpubaseline.fleet.NodeCpu;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** When there is a candidate, and what it says. */
class CandidateTest {

    private final Story story = Story.pinned(nodes(SKYLAKE, ICE_LAKE));

    @Test
    void is_a_raise_where_guests_would_see_more() {
        // When
        Decision decision = story.after(MINUTE).decide(nodes(SKYLAKE));

        // Then
        String pinned = answer(nodes(SKYLAKE, ICE_LAKE));
        String revision = answer(nodes(SKYLAKE));
        assertThat(candidate(decision).revision()).isEqualTo(revision);
        assertThat(candidate(decision).pin().since()).isNull();
        assertThat(candidate(decision).direction()).isEqualTo(Direction.Raise);
        assertThat(candidate(decision).trigger()).isEqualTo(Trigger.Evidence);
        assertThat(candidate(decision).since()).isEqualTo(Story.START.plus(MINUTE));
        assertThat(candidate(decision).reason())
                .isEqualTo("All contributing nodes can give more: %s (x86-64-v4) instead of the pinned %s (x86-64-v4)."
                        .formatted(revision, pinned));
        assertThat(candidate(decision).impact())
                .isEqualTo("At their next start guests gain md-clear and lose nothing. Mitigations gained: md-clear.");
        assertThat(decision.pending())
                .isEqualTo(new Verdict(
                        Reason.AwaitingApproval,
                        candidate(decision).reason() + " To take it: spec.approvedRevision: " + revision));
    }

    @Test
    void is_a_lower_where_guests_would_see_less_and_names_the_nodes_that_ask_for_it() {
        // Given
        Story skylakes = Story.pinned(nodes(SKYLAKE));

        // When
        Decision decision = skylakes.decide(nodes(SKYLAKE, ICE_LAKE, ICE_LAKE));

        // Then
        assertThat(candidate(decision).revision()).isEqualTo(answer(nodes(SKYLAKE, ICE_LAKE)));
        assertThat(candidate(decision).direction()).isEqualTo(Direction.Lower);
        assertThat(candidate(decision).trigger()).isEqualTo(Trigger.Evidence);
        assertThat(candidate(decision).reason())
                .isEqualTo(
                        "2 of the nodes can't take the pinned baseline (n1, n2); %s (x86-64-v4) is what all can take."
                                .formatted(answer(nodes(SKYLAKE, ICE_LAKE))));
        assertThat(candidate(decision).impact())
                .isEqualTo("At their next start guests gain nothing and lose md-clear. Mitigations lost: md-clear.");
    }

    @Test
    void says_which_guests_will_not_start_any_more() {
        // Given
        Story skylakes = Story.pinned(nodes(SKYLAKE));

        // When
        Decision decision = skylakes.decide(nodes(SKYLAKE, NEHALEM));

        // Then
        assertThat(candidate(decision).impact())
                .startsWith("RHEL 10 (needs x86-64-v3) will not start any more. At their next start guests gain ")
                .contains(" and lose ");
    }

    @Test
    void says_before_the_first_adoption_what_guests_of_host_model_lose() {
        // When
        Decision decision = new Story().decide(List.of(created(node("n0", NEHALEM), Story.START)));

        // Then
        assertThat(candidate(decision).impact())
                .isEqualTo(
                        "Guests get x86-64-v2. RHEL 10 (needs x86-64-v3) can't start. At their next start guests of host-model lose neither nested virtualization nor protection.");
    }

    @Test
    void is_sideways_where_guests_would_gain_and_lose() {
        // When
        Decision decision = story.decide(nodes(RAPTOR_LAKE));

        // Then
        assertThat(candidate(decision).direction()).isEqualTo(Direction.Sideways);
        assertThat(candidate(decision).impact()).contains("gain ").contains("avx512f");
    }

    @Test
    void is_triggered_by_policy_where_the_spec_was_edited() {
        // Given
        story.policy(Story.upTo(AbiLevel.V3));

        // When
        Decision decision = story.decide(nodes(SKYLAKE, ICE_LAKE));

        // Then
        assertThat(candidate(decision).trigger()).isEqualTo(Trigger.Policy);
        assertThat(candidate(decision).pin().level()).isEqualTo(AbiLevel.V3);

        // And when
        Decision later = story.after(MINUTE).decide(nodes(SKYLAKE, ICE_LAKE));

        // Then
        assertThat(candidate(later).trigger()).isEqualTo(Trigger.Policy);
        assertThat(candidate(later).since()).isEqualTo(Story.START);
    }

    @Test
    void may_lower_without_any_node_that_lacks_something() {
        // Given
        story.policy(Story.excluding("umip"));

        // When
        Decision decision = story.decide(nodes(SKYLAKE, ICE_LAKE));

        // Then
        assertThat(candidate(decision).direction()).isEqualTo(Direction.Lower);
        assertThat(candidate(decision).reason()).startsWith("Less would be chosen today: ");
    }

    static Stream<Arguments> catalogs() {
        return Stream.of(
                arguments("2020.1.1", nodes(SKYLAKE), Trigger.Catalog),
                arguments("2020.1.1", nodes(SKYLAKE, NEHALEM), Trigger.Evidence),
                arguments(Story.PLANNER.catalog().version(), nodes(SKYLAKE), Trigger.Evidence));
    }

    @ParameterizedTest(name = "{0}: {2}")
    @MethodSource("catalogs")
    void is_triggered_by_the_catalog_where_only_that_has_changed(
            String version, List<NodeCpu> cluster, Trigger expected) {
        // Given
        Pin old = new Pin("Broadwell-noTSX", new TreeMap<>(), AbiLevel.V3, null, Story.START, version);
        story.remembered = new Remembered(old, null, List.of());

        // When
        Decision decision = story.decide(cluster);

        // Then
        assertThat(candidate(decision).trigger()).isEqualTo(expected);
    }

    @Test
    void keeps_its_time_and_trigger_while_other_things_change() {
        // Given
        story.after(MINUTE).decide(nodes(SKYLAKE));

        // When
        story.policy(Story.SINGLE.withVendors(Vendors.Mixed));
        Decision later = story.after(MINUTE).decide(nodes(SKYLAKE, SKYLAKE));

        // Then
        assertThat(candidate(later).since()).isEqualTo(Story.START.plus(MINUTE));
        assertThat(candidate(later).trigger()).isEqualTo(Trigger.Evidence);
    }

    @Test
    void starts_anew_with_another_revision() {
        // Given
        story.after(MINUTE).decide(nodes(SKYLAKE));

        // When
        story.policy(Story.upTo(AbiLevel.V3));
        Decision other = story.after(MINUTE).decide(nodes(SKYLAKE));

        // Then
        assertThat(candidate(other).since()).isEqualTo(Story.START.plus(MINUTE).plus(MINUTE));
        assertThat(candidate(other).trigger()).isEqualTo(Trigger.Policy);
    }

    @Test
    void vanishes_when_the_nodes_return() {
        // Given
        story.decide(nodes(SKYLAKE));

        // When
        Decision decision = story.decide(nodes(SKYLAKE, ICE_LAKE));

        // Then
        assertThat(decision.next().candidate()).isNull();
        assertThat(decision.pending().reason()).isEqualTo(Reason.UpToDate);
    }

    @Test
    void is_shown_while_paused() {
        // Given
        story.paused(true);

        // When
        Decision decision = story.decide(nodes(SKYLAKE));

        // Then
        assertThat(story.candidateRevision()).isEqualTo(answer(nodes(SKYLAKE)));
        assertThat(decision.pending().reason()).isEqualTo(Reason.AwaitingApproval);
        assertThat(decision.pending().message()).contains("Paused: the pin does not move.");
    }
}
