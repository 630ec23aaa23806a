package io.cpubaseline.change;

import static io.cpubaseline.change.ChangeCases.BROADWELL;
import static io.cpubaseline.change.ChangeCases.ICE_LAKE;
import static io.cpubaseline.change.ChangeCases.MINUTE;
import static io.cpubaseline.change.ChangeCases.NEHALEM;
import static io.cpubaseline.change.ChangeCases.RAPTOR_LAKE;
import static io.cpubaseline.change.ChangeCases.SANDY_BRIDGE;
import static io.cpubaseline.change.ChangeCases.SKYLAKE;
import static io.cpubaseline.change.ChangeCases.approval;
import static io.cpubaseline.change.ChangeCases.candidate;
import static io.cpubaseline.change.Story.answer;
import static io.cpubaseline.change.Story.nodes;
import static org.assertj.core.api.Assertions.assertThat;

import io.cpubaseline.Reason;
import io.cpubaseline.change.Candidate.Direction;
import io.cpubaseline.change.Candidate.Trigger;
import io.cpubaseline.change.Decision.Move;
import io.cpubaseline.change.Decision.Verdict;
import io.cpubaseline.fleet.NodeCpu;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What an approved revision does. */
class ApprovalTest {

    private final List<NodeCpu> cluster = nodes(SKYLAKE, ICE_LAKE);
    private final String first = answer(nodes(SKYLAKE, ICE_LAKE));
    private final String second = answer(nodes(SKYLAKE));
    private final Story story = Story.pinned(cluster);

    @Test
    void of_the_candidate_pins_it() {
        // Given
        story.decide(nodes(SKYLAKE));

        // When
        Decision decision = story.after(MINUTE).approve(second).decide(nodes(SKYLAKE));

        // Then
        assertThat(decision.moved()).isEqualTo(Move.Approval);
        assertThat(story.pinnedRevision()).isEqualTo(second);
        assertThat(Objects.requireNonNull(decision.next().pinned()).since()).isEqualTo(Story.START.plus(MINUTE));
        assertThat(story.candidateRevision()).isEmpty();
        assertThat(story.history()).containsExactly(first);
        assertThat(decision.pending().reason()).isEqualTo(Reason.UpToDate);
        assertThat(approval(decision)).isEqualTo(new Verdict(Reason.Approved, second + " is pinned."));
    }

    @Test
    void given_in_advance_pins_as_soon_as_the_candidate_appears() {
        // Given
        Decision early = story.approve(second).decide(cluster);

        // When
        Decision decision = story.after(MINUTE).decide(nodes(SKYLAKE));

        // Then
        assertThat(approval(early).reason()).isEqualTo(Reason.NotACandidate);
        assertThat(decision.moved()).isEqualTo(Move.Approval);
        assertThat(story.pinnedRevision()).isEqualTo(second);
    }

    @Test
    void of_an_earlier_pin_goes_back_to_it_and_shows_the_way_forward() {
        // Given
        story.approve(second).decide(nodes(SKYLAKE));

        // When
        Decision decision = story.after(MINUTE).approve(first).decide(nodes(SKYLAKE));

        // Then
        assertThat(decision.moved()).isEqualTo(Move.Approval);
        assertThat(story.pinnedRevision()).isEqualTo(first);
        assertThat(story.history()).containsExactly(second);
        assertThat(story.candidateRevision()).isEqualTo(second);
        assertThat(decision.pending().reason()).isEqualTo(Reason.AwaitingApproval);
        assertThat(candidate(decision).trigger()).isEqualTo(Trigger.Policy);

        // And when
        Decision next = story.after(MINUTE).decide(nodes(SKYLAKE));

        // Then
        assertThat(next.moved()).isNull();
        assertThat(next.next()).isEqualTo(decision.next());
    }

    @Test
    void that_has_been_followed_holds_nothing_and_the_next_candidate_awaits_one_of_its_own() {
        // Given
        story.approve(second).decide(nodes(SKYLAKE));

        // When
        Decision decision = story.after(MINUTE).decide(nodes(SKYLAKE, NEHALEM));

        // Then
        assertThat(approval(decision).reason()).isEqualTo(Reason.Approved);
        assertThat(decision.pending().reason()).isEqualTo(Reason.AwaitingApproval);
        assertThat(decision.pending().message())
                .endsWith("To take it: spec.approvedRevision: " + story.candidateRevision());
    }

    @Test
    void tells_how_the_pin_moves_also_where_it_goes_back() {
        // Given
        story.decide(nodes(SKYLAKE));

        // When: one is approved, and then the earlier one again
        Decision forward = story.after(MINUTE).approve(second).decide(nodes(SKYLAKE));
        Decision back = story.after(MINUTE).approve(first).decide(nodes(SKYLAKE));

        // Then: the candidate as it was, before the edit that approved it
        assertThat(taken(forward).direction()).isEqualTo(Direction.Raise);
        assertThat(taken(forward).trigger()).isEqualTo(Trigger.Evidence);
        assertThat(taken(back).direction()).isEqualTo(Direction.Lower);
        assertThat(taken(back).trigger()).isEqualTo(Trigger.Policy);
        assertThat(taken(back).impact())
                .isEqualTo("At their next start guests gain nothing and lose md-clear. Mitigations lost: md-clear.");
    }

    private static Candidate taken(Decision decision) {
        return Objects.requireNonNull(decision.taken());
    }

    @Test
    void of_an_earlier_pin_that_no_node_can_take_is_refused() {
        // Given
        story.approve(second).decide(nodes(SKYLAKE));
        List<NodeCpu> old = nodes(NEHALEM);

        // When
        Decision decision = story.approve(first).decide(old);

        // Then
        assertThat(decision.moved()).isNull();
        assertThat(story.pinnedRevision()).isEqualTo(second);
        assertThat(approval(decision))
                .isEqualTo(new Verdict(
                        Reason.NotUsable, first + " was pinned before, but no contributing node can take it now."));
    }

    @Test
    void of_an_earlier_pin_that_some_node_can_take_is_enough() {
        // Given
        story.approve(second).decide(nodes(SKYLAKE));

        // When
        Decision decision = story.approve(first).decide(nodes(SKYLAKE, NEHALEM, NEHALEM));

        // Then
        assertThat(decision.moved()).isEqualTo(Move.Approval);
    }

    @Test
    void of_anything_else_is_refused_and_says_what_could_be_approved() {
        // When
        Decision without = story.approve("Nehalem-0123456789").decide(cluster);
        Decision with = story.decide(nodes(SKYLAKE));

        // Then
        assertThat(approval(without))
                .isEqualTo(
                        new Verdict(
                                Reason.NotACandidate,
                                "Nehalem-0123456789 is neither the pinned revision nor one in status.history, and there is no candidate."));
        assertThat(approval(with))
                .isEqualTo(new Verdict(
                        Reason.NotACandidate,
                        "Nehalem-0123456789 is neither pinned, nor in status.history, nor the candidate, which is %s."
                                .formatted(second)));
        assertThat(with.pending().reason()).isEqualTo(Reason.HeldByApproval);
        assertThat(story.pinnedRevision()).isEqualTo(first);
    }

    @Test
    void of_what_is_pinned_is_accepted() {
        // When
        Decision decision = story.approve(first).decide(cluster);

        // Then
        assertThat(decision.moved()).isNull();
        assertThat(approval(decision).reason()).isEqualTo(Reason.Approved);
    }

    @Test
    void taken_away_changes_nothing() {
        // Given
        story.approve(second).decide(nodes(SKYLAKE));
        Remembered before = story.remembered;

        // When
        Decision decision = story.approve(null).after(MINUTE).decide(nodes(SKYLAKE));

        // Then
        assertThat(decision.next()).isEqualTo(before);
        assertThat(decision.moved()).isNull();
        assertThat(decision.approval()).isNull();
    }

    @Test
    void moves_nothing_while_paused_and_takes_effect_afterwards() {
        // Given
        story.paused(true).approve(second);

        // When
        Decision decision = story.decide(nodes(SKYLAKE));

        // Then
        assertThat(decision.moved()).isNull();
        assertThat(story.pinnedRevision()).isEqualTo(first);
        assertThat(approval(decision))
                .isEqualTo(new Verdict(Reason.Paused, second + " is taken when spec.paused is false."));

        // And when
        Decision after = story.paused(false).decide(nodes(SKYLAKE));

        // Then
        assertThat(after.moved()).isEqualTo(Move.Approval);
    }

    @Test
    void of_an_unusable_earlier_pin_is_refused_while_paused_too() {
        // Given
        story.approve(second).decide(nodes(SKYLAKE));

        // When
        Decision decision = story.paused(true).approve(first).decide(nodes(NEHALEM));

        // Then
        assertThat(approval(decision).reason()).isEqualTo(Reason.NotUsable);
    }

    @Test
    void keeps_at_most_ten_earlier_pins_the_newest_first_and_none_twice() {
        // Given
        List<List<NodeCpu>> clusters = List.of(
                nodes(SKYLAKE),
                nodes(ICE_LAKE),
                nodes(BROADWELL),
                nodes(SANDY_BRIDGE),
                nodes(NEHALEM),
                nodes(RAPTOR_LAKE),
                nodes("xeon-e7-8890-v3"),
                nodes("core-i7-8700"),
                nodes("xeon-6731e"),
                nodes("xeon-platinum-8268"),
                nodes("xeon-bronze-3408u"),
                nodes("core-i5-2500"),
                nodes("core-i7-5600u"));

        // When
        for (int round = 0; round < 2; round++) {
            for (List<NodeCpu> nodes : clusters) {
                story.decide(nodes);
                story.approve(story.candidateRevision().isEmpty() ? null : story.candidateRevision())
                        .decide(nodes);
            }
        }

        // Then
        assertThat(story.history()).hasSize(10).doesNotHaveDuplicates().doesNotContain(story.pinnedRevision());
        assertThat(story.history().get(0)).isEqualTo(answer(nodes("core-i5-2500")));
    }
}
