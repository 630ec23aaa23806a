package io.cpubaseline.change;

import static io.cpubaseline.change.Story.and;
import static io.cpubaseline.change.Story.answer;
import static io.cpubaseline.change.Story.created;
import static io.cpubaseline.change.Story.frozen;
import static io.cpubaseline.change.Story.node;
import static io.cpubaseline.change.Story.nodes;
import static io.cpubaseline.change.Story.notReady;
import static io.cpubaseline.change.Story.notSchedulable;
import static io.cpubaseline.change.Story.rebooted;
import static io.cpubaseline.change.Story.unlabelled;
import static io.cpubaseline.change.Story.unlabelledSince;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.cpubaseline.Reason;
import io.cpubaseline.baseline.Policy;
import io.cpubaseline.baseline.Policy.Vendors;
import io.cpubaseline.change.Candidate.Direction;
import io.cpubaseline.change.Candidate.Trigger;
import io.cpubaseline.change.Decision.Move;
import io.cpubaseline.change.Decision.Verdict;
import io.cpubaseline.cpu.AbiLevel;
import io.cpubaseline.fleet.NodeCapacity;
import io.cpubaseline.fleet.NodeCpu;
import io.cpubaseline.fleet.NodeHost;
import io.cpubaseline.fleet.NodePlatform;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** When a baseline is pinned and when the pin moves: short stories over real hosts. */
class ChangeControlTest {

    private static final String SKYLAKE = "xeon-gold-6130";
    /** As {@link #SKYLAKE} but for md-clear, which it doesn't need. */
    private static final String ICE_LAKE = "ice-lake-server";

    private static final String BROADWELL = "xeon-e5-2650-v4";
    private static final String SANDY_BRIDGE = "xeon-e5-2650";
    private static final String NEHALEM = "xeon-w3520";
    /** Has gfni and sha-ni, but no AVX-512. */
    private static final String RAPTOR_LAKE = "node-i5-13500";

    private static final String NAPLES = "epyc-7601-32-core";

    private static final Duration MINUTE = Duration.ofMinutes(1);

    private static Candidate candidate(Decision decision) {
        return Objects.requireNonNull(decision.next().candidate());
    }

    private static Verdict waiting(Decision decision) {
        return Objects.requireNonNull(decision.waiting());
    }

    private static Verdict approval(Decision decision) {
        return Objects.requireNonNull(decision.approval());
    }

    private static NodeCpu sized(String name, String host, int size) {
        return node(name, host)
                .on(new NodeHost(NodePlatform.unknown(), new NodeCapacity(size * 1000L, (long) size << 30), List.of()));
    }

    private static Policy atLeast(AbiLevel minimum) {
        Policy any = Story.SINGLE;
        return new Policy(
                any.vendors(),
                minimum,
                any.maximum(),
                any.modelName(),
                any.excludedModels(),
                any.profile(),
                any.required(),
                any.excludedFeatures());
    }

    @Nested
    class BeforeTheFirstAdoption {

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
            assertThat(pinned.catalogVersion())
                    .isEqualTo(Story.PLANNER.catalog().version());
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
                            Reason.VendorsMixed,
                            Story.SINGLE,
                            List.of(node("n0", SKYLAKE), notReady(node("n1", NAPLES)))),
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

    @Nested
    class ThePinStays {

        private final List<NodeCpu> cluster = nodes(SKYLAKE, SKYLAKE, ICE_LAKE);
        private final Story story = Story.pinned(cluster);
        private final Remembered before = story.remembered;

        static Stream<Arguments> badDays() {
            List<NodeCpu> cluster = nodes(SKYLAKE, SKYLAKE, ICE_LAKE);
            return Stream.of(
                    arguments(
                            "all labels removed",
                            cluster.stream().map(Story::unlabelled).toList()),
                    arguments(
                            "all labels removed but remembered",
                            cluster.stream().map(Story::unlabelledSince).toList()),
                    arguments(
                            "one node's labels removed",
                            List.of(unlabelled(cluster.get(0)), cluster.get(1), cluster.get(2))),
                    arguments("one node not ready", List.of(cluster.get(0), cluster.get(1), notReady(cluster.get(2)))),
                    arguments(
                            "all nodes not ready",
                            cluster.stream().map(Story::notReady).toList()),
                    arguments(
                            "all nodes not schedulable",
                            cluster.stream().map(Story::notSchedulable).toList()),
                    arguments(
                            "all labels frozen",
                            cluster.stream().map(Story::frozen).toList()),
                    arguments(
                            "all nodes just rebooted",
                            cluster.stream().map(Story::rebooted).toList()),
                    arguments(
                            "no KVM anywhere",
                            cluster.stream().map(Story::withoutKvm).toList()),
                    arguments("all nodes deleted", List.of()),
                    arguments("a worse newcomer", and(cluster, node("n3", SANDY_BRIDGE))),
                    arguments("a newcomer with nothing in common", and(cluster, node("n3", "xeon-5110"))),
                    arguments("a newcomer of another vendor", and(cluster, node("n3", NAPLES))),
                    arguments("nothing but another vendor's nodes", nodes(NAPLES)),
                    arguments("a better fleet", nodes(SKYLAKE)));
        }

        @ParameterizedTest(name = "{0}")
        @MethodSource("badDays")
        void whatever_the_nodes_do(String name, List<NodeCpu> changed) {
            // When
            Decision decision = story.after(Duration.ofDays(30)).decide(changed);

            // Then
            assertThat(decision.moved()).isNull();
            assertThat(decision.next().pinned()).isEqualTo(before.pinned());
            assertThat(decision.next().history()).isEmpty();
            assertThat(decision.waiting()).isNull();
            assertThat(decision.retryAfter()).isNull();

            // And when
            Decision back = story.after(MINUTE).decide(cluster);

            // Then
            assertThat(back.next()).isEqualTo(before);
            assertThat(back.pending())
                    .isEqualTo(
                            new Verdict(Reason.UpToDate, "The pinned baseline is what the nodes and the policy say."));
        }

        @Test
        void though_a_node_flaps_for_a_day() {
            for (int i = 0; i < 200; i++) {
                // When
                NodeCpu flapping = i % 2 == 0 ? notReady(cluster.get(2)) : cluster.get(2);
                Decision decision =
                        story.after(MINUTE.multipliedBy(7)).decide(List.of(cluster.get(0), cluster.get(1), flapping));

                // Then
                assertThat(decision.next()).isEqualTo(before);
            }
        }

        static Stream<Arguments> noAnswers() {
            return Stream.of(
                    arguments("No amd64 node is selected", List.of()),
                    arguments(
                            "of several CPU vendors (1 AMD, 3 Intel)",
                            and(nodes(SKYLAKE, SKYLAKE, ICE_LAKE), node("n3", NAPLES))),
                    arguments(
                            "No CPU model is usable on every",
                            and(nodes(SKYLAKE, SKYLAKE, ICE_LAKE), node("n3", "xeon-5110"))));
        }

        @ParameterizedTest(name = "{0}")
        @MethodSource("noAnswers")
        void and_where_the_nodes_have_no_common_answer_any_more_the_reason_is_told(String why, List<NodeCpu> changed) {
            // When
            Decision decision = story.decide(changed);

            // Then
            assertThat(decision.next()).isEqualTo(before);
            assertThat(decision.pending().reason()).isEqualTo(Reason.UpToDate);
            assertThat(decision.pending().message())
                    .startsWith("The pin stays, and there is no candidate: ")
                    .contains(why);
        }

        @Test
        void though_the_pinned_model_is_one_that_the_catalog_no_longer_has() {
            // Given
            Pin unknownModel =
                    new Pin("Forgotten-Lake", Collections.emptySortedMap(), AbiLevel.V2, null, Story.START, "2020.1.1");
            story.remembered = new Remembered(unknownModel, null, List.of());

            // When
            Decision decision = story.decide(cluster);

            // Then
            assertThat(decision.next().pinned()).isEqualTo(unknownModel);
            assertThat(candidate(decision).direction()).isEqualTo(Direction.Sideways);
            assertThat(candidate(decision).impact())
                    .isEqualTo("Guests change from Forgotten-Lake to Skylake-Server-noTSX-IBRS at their next start.");
        }
    }

    @Nested
    class ACandidate {

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
                    .isEqualTo(
                            "All contributing nodes can give more: %s (x86-64-v4) instead of the pinned %s (x86-64-v4)."
                                    .formatted(revision, pinned));
            assertThat(candidate(decision).impact())
                    .isEqualTo(
                            "At their next start guests gain md-clear and lose nothing. Mitigations gained: md-clear.");
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
                    .isEqualTo(
                            "At their next start guests gain nothing and lose md-clear. Mitigations lost: md-clear.");
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
            assertThat(candidate(other).since())
                    .isEqualTo(Story.START.plus(MINUTE).plus(MINUTE));
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

    @Nested
    class AnUnknownNodeThatCarriesLabels {

        private final Story story = Story.pinned(nodes(SKYLAKE, ICE_LAKE));
        private final NodeCpu skylake = node("n0", SKYLAKE);
        private final NodeCpu iceLake = node("n1", ICE_LAKE);

        static Stream<Arguments> unknown() {
            NodeCpu iceLake = node("n1", ICE_LAKE);
            return Stream.of(
                    arguments("not ready", notReady(iceLake)),
                    arguments("not schedulable", notSchedulable(iceLake)),
                    arguments("frozen", frozen(iceLake)),
                    arguments("rebooted", rebooted(iceLake)),
                    arguments("its labels remembered", unlabelledSince(iceLake)));
        }

        @ParameterizedTest(name = "{0}")
        @MethodSource("unknown")
        void holds_back_a_raise(String name, NodeCpu unknown) {
            // When
            Decision decision = story.decide(List.of(skylake, unknown));

            // Then
            assertThat(decision.next().candidate()).isNull();
            assertThat(decision.pending().reason()).isEqualTo(Reason.UpToDate);
            assertThat(decision.pending().message())
                    .isEqualTo(
                            "The known nodes could have %s, but unknown ones (n1) that were or are labelled as less hold that back."
                                    .formatted(answer(nodes(SKYLAKE))));
        }

        @Test
        void holds_nothing_back_once_its_labels_are_forgotten() {
            // When
            story.decide(List.of(skylake, unlabelled(iceLake)));

            // Then
            assertThat(story.candidateRevision()).isEqualTo(answer(nodes(SKYLAKE)));
        }

        @Test
        void holds_a_raise_back_even_where_it_could_not_take_the_pin() {
            // When
            story.decide(List.of(skylake, notReady(node("n2", SANDY_BRIDGE))));

            // Then
            assertThat(story.candidateRevision()).isEmpty();
        }

        @Test
        void holds_a_raise_back_even_where_nothing_at_all_is_common_with_it() {
            // When
            story.decide(List.of(skylake, notReady(node("n2", NAPLES))));

            // Then
            assertThat(story.candidateRevision()).isEmpty();
        }

        @Test
        void limits_a_raise_to_what_it_can_take_itself() {
            // Given
            Story nehalems = Story.pinned(nodes(SKYLAKE, BROADWELL, NEHALEM));

            // When
            Decision decision = nehalems.decide(List.of(node("n0", SKYLAKE), notReady(node("n1", BROADWELL))));

            // Then
            assertThat(candidate(decision).direction()).isEqualTo(Direction.Raise);
            assertThat(nehalems.candidateRevision()).isEqualTo(answer(nodes(SKYLAKE, BROADWELL)));
        }

        @Test
        void never_lowers() {
            // When
            story.decide(List.of(skylake, iceLake, notReady(node("n2", SANDY_BRIDGE))));

            // Then
            assertThat(story.candidateRevision()).isEmpty();
        }

        @Test
        void hides_no_lower_that_known_nodes_ask_for() {
            // When
            story.decide(List.of(skylake, iceLake, node("n2", BROADWELL), notReady(node("n3", NAPLES))));

            // Then
            assertThat(story.candidateRevision()).isEqualTo(answer(nodes(SKYLAKE, ICE_LAKE, BROADWELL)));
        }
    }

    @Nested
    class Approval {

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
                    .isEqualTo(
                            "At their next start guests gain nothing and lose md-clear. Mitigations lost: md-clear.");
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
}
