package io.cpubaseline.change;

import static io.cpubaseline.change.ChangeCases.ICE_LAKE;
import static io.cpubaseline.change.ChangeCases.MINUTE;
import static io.cpubaseline.change.ChangeCases.NAPLES;
import static io.cpubaseline.change.ChangeCases.NEHALEM;
import static io.cpubaseline.change.ChangeCases.SANDY_BRIDGE;
import static io.cpubaseline.change.ChangeCases.SKYLAKE;
import static io.cpubaseline.change.ChangeCases.approval;
import static io.cpubaseline.change.ChangeCases.atLeast;
import static io.cpubaseline.change.ChangeCases.candidate;
import static io.cpubaseline.change.ChangeCases.sized;
import static io.cpubaseline.change.ChangeCases.waiting;
import static io.cpubaseline.change.Story.answer;
import static io.cpubaseline.change.Story.created;
import static io.cpubaseline.change.Story.node;
import static io.cpubaseline.change.Story.nodes;
import static io.cpubaseline.change.Story.notReady;
import static io.cpubaseline.change.Story.unlabelled;
import static io.cpubaseline.change.Story.unlabelledSince;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.cpubaseline.Reason;
import io.cpubaseline.baseline.Policy;
import io.cpubaseline.change.Decision.Move;
import io.cpubaseline.change.Decision.Verdict;
import io.cpubaseline.cpu.AbiLevel;
import io.cpubaseline.fleet.NodeCpu;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** When the first baseline is adopted, and what it waits for. */
class BeforeTheFirstAdoptionTest {

    private final Story story = new Story();

    @Test
    void an_old_cluster_is_answered_at_once() {
        // When
        Decision decision = story.decide(nodes(SKYLAKE, ICE_LAKE));

        // Then
        assertThat(decision.moved()).isEqualTo(Move.FirstAdoption);
        assertThat(story.pinnedRevision()).isEqualTo(answer(nodes(SKYLAKE, ICE_LAKE)));
        Pin pinned = Objects.requireNonNull(decision.next().pinned());
        assertThat(pinned.since()).isEqualTo(Story.START);
        assertThat(pinned.catalogVersion()).isEqualTo(Story.PLANNER.catalog().version());
        assertThat(decision.waiting()).isNull();
        assertThat(decision.pending().reason()).isEqualTo(Reason.UpToDate);
        assertThat(decision.approval()).isNull();
        assertThat(decision.retryAfter()).isNull();
        assertThat(decision.next().candidate()).isNull();
        assertThat(decision.next().history()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT0S", "PT4M59S", "PT24H", "PT-24H"})
    void a_clock_that_runs_wrong_neither_shortens_the_wait_nor_prolongs_it(Duration ahead) {
        // Given
        List<NodeCpu> fresh = List.of(created(node("n0", SKYLAKE), story.now));
        story.clockAhead = ahead;

        // When
        Decision early = story.decide(fresh);
        Decision almost = story.after(Duration.ofSeconds(299)).decide(fresh);
        Decision due = story.after(Duration.ofSeconds(1)).decide(fresh);

        // Then
        assertThat(early.retryAfter()).isEqualTo(Duration.ofMinutes(5));
        assertThat(almost.moved()).isNull();
        assertThat(due.moved()).isEqualTo(Move.FirstAdoption);
    }

    static Stream<Arguments> capacities() {
        NodeCpu able = sized("n0", SKYLAKE, 16);
        NodeCpu tooOld = sized("n1", NEHALEM, 48);
        NodeCpu another = sized("n2", SKYLAKE, 32);
        return Stream.of(
                arguments("a quarter", List.of(able, tooOld), 50, Reason.HeldByCapacity),
                arguments("half", List.of(able, another, tooOld), 50, null),
                arguments("a quarter, which is enough here", List.of(able, tooOld), 25, null),
                arguments("no bound", List.of(able, tooOld), 0, null),
                arguments("one that comes back", List.of(able, notReady(another), tooOld), 50, null),
                arguments(
                        "one that KubeVirt hasn't labelled yet",
                        List.of(able, unlabelled(another), tooOld),
                        50,
                        Reason.HeldByCapacity),
                arguments("nobody tells", List.of(node("n0", SKYLAKE), node("n1", NEHALEM)), 100, null));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("capacities")
    void an_answer_for_too_little_of_the_nodes_is_not_adopted_by_itself(
            String name, List<NodeCpu> nodes, int minimum, @Nullable Reason held) {
        // Given
        story.policy(atLeast(AbiLevel.V3));
        story.minimumCapacity = minimum;

        // When
        Decision decision = story.decide(nodes);

        // Then
        if (held == null) {
            assertThat(decision.moved()).isEqualTo(Move.FirstAdoption);
        } else {
            assertThat(decision.moved()).isNull();
            assertThat(waiting(decision).reason()).isEqualTo(held);
            assertThat(decision.pending().reason()).isEqualTo(held);
            assertThat(decision.retryAfter()).isNull();
        }
    }

    @Test
    void approval_adopts_what_too_little_of_the_nodes_can_take() {
        // Given
        List<NodeCpu> nodes = List.of(sized("n0", SKYLAKE, 16), sized("n1", NEHALEM, 48));
        story.policy(atLeast(AbiLevel.V3));
        story.minimumCapacity = 50;
        Decision held = story.decide(nodes);

        // When
        Decision approved = story.approve(candidate(held).revision()).decide(nodes);

        // Then
        assertThat(waiting(held).message())
                .contains("only 16 of 64 cores and 16Gi of 64Gi of memory")
                .endsWith("spec.approvedRevision: " + story.pinnedRevision());
        assertThat(approved.moved()).isEqualTo(Move.Approval);
    }

    static Stream<Arguments> waitingTimes() {
        return Stream.of(
                arguments("the youngest node", "PT2M", null, null, "PT5M", "PT3M"),
                arguments("a node of the next second", "PT-1S", null, null, "PT5M", "PT5M1S"),
                arguments("a node that is old enough", "PT5M", null, null, "PT5M", null),
                arguments("no stabilization", "PT0S", null, null, "PT0S", null),
                arguments("a node that has just turned unknown", "PT24H", "PT0S", null, "PT5M", "PT10M"),
                arguments("a node that turned unknown a while ago", "PT24H", "PT9M59.5S", null, "PT5M", "PT0.5S"),
                arguments("a node that has been unknown for long", "PT24H", "PT10M", null, "PT5M", null),
                arguments("no stabilization, but an unknown node", "PT0S", "PT1M", null, "PT0S", "PT9M"),
                arguments("an answer that has just changed", "PT24H", null, "PT0S", "PT5M", "PT5M"),
                arguments("an answer that changed a while ago", "PT24H", null, "PT4M", "PT5M", "PT1M"),
                arguments("an answer that has held", "PT24H", null, "PT5M", "PT5M", null),
                arguments("the longest of them: evidence", "PT1M", "PT2M", "PT3M", "PT5M", "PT8M"),
                arguments("the longest of them: the youngest node", "PT1M", "PT9M", "PT3M", "PT5M", "PT4M"),
                arguments("the longest of them: the answer", "PT3M", "PT9M", "PT1M", "PT5M", "PT4M"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("waitingTimes")
    void adoption_waits_exactly_until_evidence_and_answer_have_held(
            String name,
            Duration youngest,
            @Nullable Duration unknownFor,
            @Nullable Duration answerSince,
            Duration stabilization,
            @Nullable Duration expected) {
        // Given
        Instant now = story.now;
        List<NodeCpu> cluster = List.of(
                node("n0", SKYLAKE),
                created(node("n1", SKYLAKE), now.minus(youngest)),
                unlabelled(node("n2", SKYLAKE)));
        story.unknownSince = unknownFor == null ? null : now.minus(unknownFor);
        story.answerChanged = answerSince == null ? null : now.minus(answerSince);
        story.stabilization = stabilization;

        // When
        Decision decision = story.decide(cluster);

        // Then
        assertThat(decision.retryAfter()).isEqualTo(expected);
        assertThat(decision.moved()).isEqualTo(expected == null ? Move.FirstAdoption : null);
    }

    @Test
    void waiting_names_the_answer_and_when_it_comes_and_after_that_time_it_does() {
        // Given
        List<NodeCpu> young = List.of(created(node("n0", SKYLAKE), story.now));

        // When
        Decision before = story.decide(young);
        story.after(Objects.requireNonNull(before.retryAfter()).minusMillis(1));
        Decision justBefore = story.decide(young);
        story.after(Duration.ofMillis(1));
        Decision then = story.decide(young);

        // Then
        String revision = answer(young);
        assertThat(waiting(before))
                .isEqualTo(
                        new Verdict(
                                Reason.WaitingForEvidence,
                                revision
                                        + " will be adopted at 2026-01-01T00:05:00Z unless the nodes change: the answer has to be the same for 300 s (spec.changes.lower.stabilizationSeconds, which is about the first baseline, too)."));
        assertThat(before.pending().reason()).isEqualTo(Reason.Stabilizing);
        assertThat(candidate(before).revision()).isEqualTo(revision);
        assertThat(candidate(before).since()).isEqualTo(Story.START);
        assertThat(candidate(justBefore).since()).isEqualTo(Story.START);
        assertThat(justBefore.moved()).isNull();
        assertThat(then.moved()).isEqualTo(Move.FirstAdoption);
        assertThat(then.next().candidate()).isNull();
    }

    @Test
    void unknown_nodes_that_are_waited_for_are_named() {
        // Given
        story.unknownSince = story.now;

        // When
        Decision decision = story.decide(List.of(
                node("n0", SKYLAKE),
                unlabelled(node("n4", SKYLAKE)),
                unlabelled(node("n3", SKYLAKE)),
                unlabelled(node("n2", SKYLAKE)),
                unlabelled(node("n1", SKYLAKE))));

        // Then
        assertThat(waiting(decision).message())
                .endsWith(
                        "at 2026-01-01T00:10:00Z unless the nodes change: some are unknown (n1, n2, n3, …) and may still come.");
    }

    @Test
    void the_message_stays_the_same_while_time_passes_so_that_no_status_is_written_for_it() {
        // Given
        List<NodeCpu> young = List.of(created(node("n0", SKYLAKE), story.now));
        Decision before = story.decide(young);

        // When
        Decision later = story.after(MINUTE).decide(young);

        // Then
        assertThat(later.waiting()).isEqualTo(before.waiting());
        assertThat(later.pending()).isEqualTo(before.pending());
        assertThat(later.next()).isEqualTo(before.next());
    }

    @Test
    void an_unknown_node_that_still_carries_labels_limits_the_first_answer() {
        // When
        story.decide(List.of(node("n0", SKYLAKE), notReady(node("n1", SANDY_BRIDGE))));

        // Then
        assertThat(story.pinnedRevision()).isEqualTo(answer(nodes(SKYLAKE, SANDY_BRIDGE)));
    }

    @Test
    void an_unknown_node_whose_labels_are_remembered_limits_the_first_answer() {
        // When
        story.decide(List.of(node("n0", SKYLAKE), unlabelledSince(node("n1", SANDY_BRIDGE))));

        // Then
        assertThat(story.pinnedRevision()).isEqualTo(answer(nodes(SKYLAKE, SANDY_BRIDGE)));
    }

    static Stream<Arguments> noAnswers() {
        return Stream.of(
                arguments(Reason.NoContributingNodes, Story.SINGLE, List.of()),
                arguments(Reason.NoContributingNodes, Story.SINGLE, List.of(unlabelled(node("n0", SKYLAKE)))),
                arguments(Reason.NoContributingNodes, Story.SINGLE, List.of(notReady(node("n0", SKYLAKE)))),
                arguments(Reason.VendorsMixed, Story.SINGLE, nodes(SKYLAKE, NAPLES)),
                arguments(
                        Reason.VendorsMixed, Story.SINGLE, List.of(node("n0", SKYLAKE), notReady(node("n1", NAPLES)))),
                arguments(Reason.NoCommonModel, Story.SINGLE, nodes("xeon-5110")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("noAnswers")
    void without_an_answer_nothing_is_adopted_and_time_changes_nothing(
            Reason reason, Policy policy, List<NodeCpu> cluster) {
        // Given
        story.policy = policy;

        // When
        Decision decision = story.decide(cluster);

        // Then
        assertThat(waiting(decision).reason()).isEqualTo(reason);
        assertThat(decision.next()).isEqualTo(Remembered.nothing());
        assertThat(decision.moved()).isNull();
        assertThat(decision.pending().reason()).isEqualTo(Reason.UpToDate);
        assertThat(decision.retryAfter()).isNull();
    }

    @Test
    void while_paused_nothing_is_adopted_however_old_the_cluster() {
        // Given
        story.paused(true);

        // When
        Decision decision = story.decide(nodes(SKYLAKE));

        // Then
        assertThat(decision.moved()).isNull();
        assertThat(waiting(decision).reason()).isEqualTo(Reason.Paused);
        assertThat(decision.retryAfter()).isNull();
        assertThat(story.candidateRevision()).isEqualTo(answer(nodes(SKYLAKE)));

        // And when
        story.paused(false).decide(nodes(SKYLAKE));

        // Then
        assertThat(story.pinnedRevision()).isEqualTo(answer(nodes(SKYLAKE)));
    }

    @Test
    void a_revision_that_the_nodes_don_t_give_keeps_any_other_from_being_adopted() {
        // Given
        story.approve(answer(nodes(ICE_LAKE)));

        // When
        Decision decision = story.decide(nodes(SKYLAKE));

        // Then
        assertThat(decision.moved()).isNull();
        assertThat(waiting(decision).reason()).isEqualTo(Reason.HeldByApproval);
        assertThat(waiting(decision).message())
                .contains(answer(nodes(ICE_LAKE)))
                .contains(answer(nodes(SKYLAKE)));
        assertThat(decision.pending().reason()).isEqualTo(Reason.HeldByApproval);
        assertThat(approval(decision).reason()).isEqualTo(Reason.NotACandidate);
        assertThat(decision.retryAfter()).isNull();

        // And when
        Decision agreed = story.decide(nodes(ICE_LAKE));

        // Then
        assertThat(agreed.moved()).isEqualTo(Move.Approval);
        assertThat(approval(agreed).reason()).isEqualTo(Reason.Approved);
    }

    @Test
    void an_approved_answer_is_adopted_without_waiting() {
        // Given
        List<NodeCpu> young = List.of(created(node("n0", SKYLAKE), story.now));
        story.approve(answer(young));

        // When
        Decision decision = story.decide(young);

        // Then
        assertThat(decision.moved()).isEqualTo(Move.Approval);
        assertThat(story.pinnedRevision()).isEqualTo(answer(young));
    }

    @Test
    void an_approved_answer_waits_for_the_end_of_a_pause() {
        // Given
        story.approve(answer(nodes(SKYLAKE))).paused(true);

        // When
        Decision decision = story.decide(nodes(SKYLAKE));

        // Then
        assertThat(decision.moved()).isNull();
        assertThat(approval(decision).reason()).isEqualTo(Reason.Paused);
    }

    @Test
    void an_approved_revision_without_any_answer_is_no_candidate() {
        // Given
        story.approve(answer(nodes(SKYLAKE)));

        // When
        Decision decision = story.decide(List.of());

        // Then
        assertThat(approval(decision).reason()).isEqualTo(Reason.NotACandidate);
    }

    @Test
    void an_approved_entry_of_the_history_is_adopted_though_the_nodes_say_otherwise() {
        // Given
        Story other = Story.pinned(nodes(ICE_LAKE));
        Pin earlier = Objects.requireNonNull(other.remembered.pinned());
        story.remembered = new Remembered(null, null, List.of(earlier));
        story.approve(earlier.revision());

        // When
        Decision decision = story.decide(nodes(ICE_LAKE, SKYLAKE));

        // Then
        assertThat(decision.moved()).isEqualTo(Move.Approval);
        assertThat(story.pinnedRevision()).isEqualTo(earlier.revision());
        assertThat(story.history()).isEmpty();
    }
}
