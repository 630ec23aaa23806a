package io.cpubaseline.change;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.cpubaseline.Reason;
import io.cpubaseline.api.v1alpha1.ClusterCpuBaselineStatus;
import io.cpubaseline.baseline.Policy.Vendors;
import io.cpubaseline.change.Candidate.Direction;
import io.cpubaseline.change.Candidate.Trigger;
import io.cpubaseline.change.Decision.Move;
import io.cpubaseline.change.MoveRules.Policy;
import io.cpubaseline.fleet.CpuClass;
import io.cpubaseline.fleet.Fleet;
import io.cpubaseline.fleet.NodeCpu;
import io.cpubaseline.report.ObservationBuilder;
import io.cpubaseline.report.StatusReport;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What holds whatever happens to nodes and spec, in whatever order: random years of a cluster. In one half of the steps a restart is in
 * between: what is remembered is then what the status tells, read back from its JSON.
 */
@Tag("thorough")
class ChangeControlLawTest {

    private static final int TESTS = 20;

    /** How many random years each test lives through: a thousand in sum, in a minute or two. {@code -Dlaw.sequences=1} is for a quick look. */
    private static final int SEQUENCES = Integer.getInteger("law.sequences", 50);

    private static final int MANY = 1000;

    /** Going sideways and dropping extras take more luck. */
    private static final Set<Move> FREQUENT =
            EnumSet.of(Move.FirstAdoption, Move.Recovery, Move.Approval, Move.AutomaticRaise, Move.AutomaticLower);

    private static final int RESTARTS = 100;
    private static final int STEPS = 20;
    private static final ObjectMapper JSON = new ObjectMapper();

    static IntStream seeds() {
        return IntStream.range(0, TESTS);
    }

    @ParameterizedTest(name = "seeds from {0}000")
    @MethodSource("seeds")
    void the_pin_moves_by_a_rule_that_can_be_named_and_by_none_before_its_time(int thousands) throws IOException {
        for (int sequence = 0; sequence < SEQUENCES; sequence++) {
            live(1000 * thousands + sequence);
        }
    }

    @Test
    void a_hundred_restarts_in_the_middle_lead_to_the_same_pin_and_the_same_candidate() throws IOException {
        for (int seed = 0; seed < RESTARTS; seed++) {
            // Given
            Story lasting = new Story();
            Story restarting = new Story();
            RandomCluster cluster = new RandomCluster(seed, lasting);
            RandomCluster same = new RandomCluster(seed, restarting);
            int restart = new Random(seed).nextInt(STEPS);

            for (int step = 0; step < STEPS; step++) {
                // When
                List<NodeCpu> nodes = cluster.somethingHappens();
                List<NodeCpu> again = same.somethingHappens();
                lasting.decide(nodes);
                if (step == restart) {
                    restarting.remembered = restarted(restarting, again);
                }
                restarting.decide(again);

                // Then
                assertThat(restarting.remembered)
                        .as("seed %d, step %d", seed, step)
                        .isEqualTo(lasting.remembered);
            }
        }
    }

    private static void live(int seed) throws IOException {
        // Given
        Story story = new Story();
        RandomCluster cluster = new RandomCluster(seed, story);
        Random restarts = new Random(~seed);
        Instant candidateSince = story.now;

        for (int step = 0; step < STEPS; step++) {
            List<NodeCpu> nodes = cluster.somethingHappens();
            Remembered before = story.remembered;
            boolean specChanged = story.specChanged;
            Situation situation = story.situation(nodes);
            if (restarts.nextBoolean()) {
                story.remembered = restarted(story, nodes);
            }

            // When
            Decision decision = story.decide(nodes);

            // Then
            String where = "seed %d, step %d".formatted(seed, step);
            assertThat(decision).as(where).isEqualTo(story.wouldDecide(before, situation));
            candidateSince = sameCandidate(before, decision) ? candidateSince : story.now;
            new Law(story, situation, where, candidateSince).holds(before, decision, specChanged);
            assertThatDecidingAgainChangesNothing(story, decision, nodes);
        }
    }

    @Test
    void what_is_lived_through_has_moves_by_the_rules_above() {
        // Given
        Set<Move> rules = EnumSet.noneOf(Move.class);

        // When
        for (int seed = 0; seed < MANY && !rules.containsAll(FREQUENT); seed++) {
            Story story = new Story();
            RandomCluster cluster = new RandomCluster(seed, story);
            for (int step = 0; step < STEPS; step++) {
                Stream.ofNullable(story.decide(cluster.somethingHappens()).moved())
                        .forEach(rules::add);
            }
        }

        // Then
        assertThat(rules).containsAll(FREQUENT);
    }

    /** Whether what was the candidate before is it still, or has become the pin just now. */
    private static boolean sameCandidate(Remembered before, Decision decision) {
        Candidate candidate = before.candidate();
        Candidate next = decision.moved() == null ? decision.next().candidate() : decision.taken();
        return candidate != null && next != null && candidate.revision().equals(next.revision());
    }

    /** What a process that starts now remembers: what a status says of what was remembered. */
    private static Remembered restarted(Story story, List<NodeCpu> nodes) throws IOException {
        Situation situation = story.situation(nodes);
        Decision written = new Decision(
                story.remembered,
                null,
                story.remembered.pinned() == null
                        ? new Decision.Verdict(Reason.WaitingForEvidence, "Some are unknown.")
                        : null,
                new Decision.Verdict(Reason.UpToDate, "There is no candidate."),
                null,
                null);
        ClusterCpuBaselineStatus status = StatusReport.of(
                ObservationBuilder.observation(situation.plan(), written)
                        .at(story.now)
                        .build(),
                null);
        return StatusReport.remembered(JSON.readValue(JSON.writeValueAsString(status), ClusterCpuBaselineStatus.class));
    }

    private static void assertThatDecidingAgainChangesNothing(Story story, Decision decision, List<NodeCpu> nodes) {
        if (Duration.ZERO.equals(decision.retryAfter())) {
            // The next move is due at once, and is one of its own.
            return;
        }
        Decision again = story.decide(nodes);
        assertThat(again.moved()).isNull();
        assertThat(again.next()).isEqualTo(decision.next());
        assertThat(again.pending()).isEqualTo(decision.pending());
        assertThat(again.approval()).isEqualTo(decision.approval());
    }

    /** What holds of one decision. */
    private record Law(Story story, Situation situation, String where, Instant candidateSince) {

        void holds(Remembered before, Decision decision, boolean specChanged) {
            thePinMovesForAReason(before, decision);
            confinementStays(before.pinned(), decision, specChanged);
            whatIsRememberedIsSound(before, decision.next());
        }

        private void thePinMovesForAReason(Remembered before, Decision decision) {
            Pin pinned = decision.next().pinned();
            Move moved = decision.moved();
            if (moved == null) {
                assertThat(pinned == null ? null : pinned.within(null))
                        .as(where)
                        .isEqualTo(
                                before.pinned() == null ? null : before.pinned().within(null));
            } else {
                assertThat(story.paused).as(where).isFalse();
                assertThat(pinned).as(where).isNotNull();
                movesAsNamed(moved, before, decision, Objects.requireNonNull(pinned));
            }
            assertThat(decision.waiting() == null).as(where).isEqualTo(pinned != null);
            assertThat(decision.approval() == null).as(where).isEqualTo(story.approvedRevision == null);
        }

        private void movesAsNamed(Move move, Remembered before, Decision decision, Pin pinned) {
            switch (move) {
                case FirstAdoption -> {
                    assertThat(before.pinned()).as(where).isNull();
                    assertThat(story.approvedRevision).as(where).isNull();
                    assertThat(story.carried.isNothing()).as(where).isTrue();
                    assertThat(pinned.revision())
                            .as(where)
                            .isEqualTo(situation
                                    .cautious()
                                    .answer()
                                    .baseline()
                                    .orElseThrow()
                                    .revision());
                    assertThat(waits()).as(where).allMatch(until -> !until.isAfter(story.now));
                }
                case Recovery -> {
                    assertThat(before.pinned()).as(where).isNull();
                    assertThat(story.carried.only().orElseThrow().revision())
                            .as(where)
                            .isEqualTo(pinned.revision());
                }
                case AutomaticRaise, AutomaticLower, AutomaticSideways, ExtrasDropped ->
                    movesByItself(move, before, Objects.requireNonNull(decision.taken()));
                case Approval -> {
                    assertThat(story.approvedRevision).as(where).isEqualTo(pinned.revision());
                    assertThat(nodesSay(pinned) || earlier(before, pinned) || carried(before, pinned))
                            .as("%s: %s was the candidate, or pinned before and is usable", where, pinned.revision())
                            .isTrue();
                }
            }
        }

        private void movesByItself(Move move, Remembered before, Candidate taken) {
            MoveRules rules = situation.rules();
            boolean raises = taken.direction() == Direction.Raise;
            assertThat(move)
                    .as(where)
                    .isIn(Move.valueOf("Automatic" + taken.direction().name()), Move.ExtrasDropped);
            assertThat(story.approvedRevision).as(where).isNull();
            assertThat(story.kubeVirt.underWay()).as(where).isNull();
            assertThat(taken.trigger()).as(where).isEqualTo(Trigger.Evidence);
            assertThat(List.of(rules.raise().policy(), rules.lower().policy()))
                    .as(where)
                    .contains(move == Move.ExtrasDropped ? rules.lower().policy() : Policy.Automatic);
            assertThat(move == Move.ExtrasDropped && rules.lower().policy() == Policy.Manual)
                    .as(where)
                    .isFalse();
            Duration window = raises
                    ? rules.raise().stabilization()
                    : taken.direction() == Direction.Sideways
                            ? rules.lower().and(rules.raise()).stabilization()
                            : rules.lower().stabilization();
            Instant settled = story.kubeVirt.since();
            Instant from = settled != null && settled.isAfter(candidateSince) ? settled : candidateSince;
            assertThat(from.plus(window)).as(where).isBeforeOrEqualTo(story.now);
            if (taken.direction() != Direction.Lower) {
                assertThat(situation.unseen()).as(where).isEmpty();
            }
            if (!raises && before.pinned() != null) {
                assertThat(situation.lacking(before.pinned())).as(where).isNotEmpty();
            }
        }

        /** Until when a first answer has to wait. */
        private Stream<Instant> waits() {
            Instant unknown = story.unknownSince;
            Instant changed = story.answerChanged;
            return Stream.concat(
                    situation.cautious().fleet().contributing().stream()
                            .flatMap(cpuClass -> cpuClass.nodes().stream())
                            .map(node -> node.created().plus(story.stabilization)),
                    Stream.of(
                            unknown == null ? story.now : unknown.plus(story.evidenceGrace),
                            changed == null ? story.now : changed.plus(story.stabilization)));
        }

        private boolean nodesSay(Pin pinned) {
            PlannedNodes planned = situation.planned();
            return Stream.concat(
                            Stream.of(situation.plan(), situation.cautious()),
                            planned == null ? Stream.of() : Stream.of(planned.plan(), planned.cautious()))
                    .flatMap(plan -> plan.answer().baseline().stream())
                    .anyMatch(baseline -> baseline.revision().equals(pinned.revision()));
        }

        private boolean earlier(Remembered before, Pin pinned) {
            Fleet fleet = situation.plan().fleet();
            Stream<CpuClass> known = Stream.concat(fleet.contributing().stream(), fleet.lackingPinned().stream());
            return before.history().stream().anyMatch(pin -> pin.revision().equals(pinned.revision()))
                    && known.anyMatch(
                            cpuClass -> cpuClass.evidence().labelledModels().contains(pinned.cpuModel())
                                    && cpuClass.evidence().labelledFeatures().containsAll(pinned.requiredFeatures()));
        }

        private boolean carried(Remembered before, Pin pinned) {
            return before.pinned() == null
                    && story.carried.values().stream()
                            .anyMatch(value -> value.revision().equals(pinned.revision()));
        }

        /** A pin that stays keeps its vendor: it gets one when that is clear, and an edit of the spec alone frees or confines it. */
        private void confinementStays(@Nullable Pin before, Decision decision, boolean specChanged) {
            Pin after = decision.next().pinned();
            if (before == null || after == null || decision.moved() != null || before.equals(after)) {
                return;
            }
            String vendor = Objects.requireNonNull(after.vendor());
            assertThat(story.paused).as(where).isFalse();
            if (before.vendor() != null) {
                assertThat(specChanged).as(where).isTrue();
                assertThat(vendor.isEmpty())
                        .as(where)
                        .isNotEqualTo(before.vendor().isEmpty());
                assertThat(vendor.isEmpty()).as(where).isEqualTo(story.policy.vendors() == Vendors.Mixed);
            }
        }

        private void whatIsRememberedIsSound(Remembered before, Remembered after) {
            assertThat(story.history())
                    .as(where)
                    .hasSizeLessThanOrEqualTo(10)
                    .doesNotHaveDuplicates()
                    .doesNotContain(story.pinnedRevision());
            Candidate earlier = before.candidate();
            Candidate candidate = after.candidate();
            if (candidate != null) {
                assertThat(candidate.revision()).as(where).isNotEqualTo(story.pinnedRevision());
                Instant latest = situation.latestNow();
                if (earlier != null && earlier.revision().equals(candidate.revision())) {
                    assertThat(candidate.since())
                            .as(where)
                            .isEqualTo(earlier.since().isAfter(latest) ? latest : earlier.since());
                    assertThat(candidate.trigger()).as(where).isEqualTo(earlier.trigger());
                } else {
                    assertThat(candidate.since()).as(where).isEqualTo(latest);
                }
            }
        }
    }
}
