package io.cpubaseline.change;

import static io.cpubaseline.change.Story.nodes;
import static io.cpubaseline.change.Story.plannedNodes;
import static org.assertj.core.api.Assertions.assertThat;

import io.cpubaseline.Reason;
import io.cpubaseline.change.Candidate.Direction;
import io.cpubaseline.change.Candidate.Trigger;
import io.cpubaseline.change.Decision.Move;
import io.cpubaseline.change.MoveRules.Policy;
import io.cpubaseline.fleet.NodeCpu;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Nodes that are still to come bring up a candidate, and nothing else. */
class PlannedNodesTest {

    private static final List<NodeCpu> SKYLAKES = nodes("xeon-gold-6130", "xeon-gold-6130");

    @Test
    void lesser_nodes_to_come_bring_up_a_candidate_that_says_what_is_assumed() {
        // Given
        Story story = Story.pinned(SKYLAKES);
        story.planned = List.of(plannedNodes("rack-7", "Broadwell-noTSX-IBRS", 12));

        // When
        Decision decision = story.decide(SKYLAKES);

        // Then
        Candidate candidate = Objects.requireNonNull(decision.next().candidate());
        assertThat(candidate.trigger()).isEqualTo(Trigger.PlannedNodes);
        assertThat(candidate.direction()).isNotEqualTo(Direction.Raise);
        assertThat(candidate.reason())
                .startsWith(
                        "With the planned nodes rack-7 (12 x Broadwell-noTSX-IBRS), assumed to have what their models have");
        assertThat(decision.moved()).isNull();
        assertThat(decision.pending().reason()).isEqualTo(Reason.AwaitingApproval);
    }

    @Test
    void what_is_planned_never_moves_the_pin_by_itself_but_may_be_approved() {
        // Given
        Story story = Story.pinned(SKYLAKES);
        story.planned = List.of(plannedNodes("rack-7", "Broadwell-noTSX-IBRS", 12));
        story.raise = Policy.Automatic;
        story.lower = Policy.Automatic;
        story.decide(SKYLAKES);

        // When
        Decision later = story.after(Duration.ofDays(30)).decide(SKYLAKES);
        Decision approved = story.approve(story.candidateRevision()).decide(SKYLAKES);
        Decision after = story.decide(SKYLAKES);

        // Then
        assertThat(later.moved()).isNull();
        assertThat(later.pending().message()).contains("this came by PlannedNodes");
        assertThat(approved.moved()).isEqualTo(Move.Approval);
        assertThat(after.next().candidate()).isNull();
        assertThat(after.pending().message()).contains("but with the planned nodes rack-7 (12 x Broadwell-noTSX-IBRS)");
    }

    @Test
    void equal_nodes_to_come_change_nothing() {
        // Given
        Story story = Story.pinned(SKYLAKES);
        story.planned = List.of(plannedNodes("rack-7", "Cascadelake-Server-noTSX", 3));

        // When
        Decision decision = story.decide(SKYLAKES);

        // Then
        assertThat(decision.next().candidate()).isNull();
        assertThat(decision.pending().reason()).isEqualTo(Reason.UpToDate);
    }

    @Test
    void nodes_to_come_do_not_change_the_first_baseline() {
        // Given
        Story story = new Story();
        story.planned = List.of(plannedNodes("rack-7", "Nehalem-IBRS", 12));

        // When
        Decision decision = story.decide(SKYLAKES);

        // Then
        assertThat(decision.moved()).isEqualTo(Move.FirstAdoption);
        assertThat(story.pinnedRevision()).isEqualTo(Story.answer(SKYLAKES));
        assertThat(Objects.requireNonNull(decision.next().candidate()).trigger())
                .isEqualTo(Trigger.PlannedNodes);
        assertThat(decision.pending().reason()).isEqualTo(Reason.AwaitingApproval);
    }

    @Test
    void nodes_to_come_of_another_vendor_leave_the_answer_of_the_others() {
        // Given
        Story story = Story.pinned(SKYLAKES);
        story.planned = List.of(plannedNodes("rack-7", "EPYC-Genoa", 12));

        // When
        Decision decision = story.decide(SKYLAKES);

        // Then
        assertThat(decision.next().candidate()).isNull();
    }
}
