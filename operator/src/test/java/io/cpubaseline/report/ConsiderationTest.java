package io.cpubaseline.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.cpubaseline.Reason;
import io.cpubaseline.baseline.Answer;
import io.cpubaseline.baseline.NoBaseline;
import io.cpubaseline.baseline.Policy;
import io.cpubaseline.catalog.GuestNeeds;
import io.cpubaseline.change.Carried;
import io.cpubaseline.change.ChangeControl;
import io.cpubaseline.change.Decision.Move;
import io.cpubaseline.change.KubeVirtProgress;
import io.cpubaseline.change.MoveRules;
import io.cpubaseline.change.Pin;
import io.cpubaseline.change.Remembered;
import io.cpubaseline.change.Story;
import io.cpubaseline.fleet.CpuEvidence;
import io.cpubaseline.fleet.Fleet;
import io.cpubaseline.fleet.NodeCpu;
import io.cpubaseline.fleet.Truth;
import io.cpubaseline.report.Consideration.Question;
import io.cpubaseline.report.Consideration.Seen;
import io.cpubaseline.report.Consideration.Times;
import io.cpubaseline.report.SpecReader.Steering;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What one look at a baseline computes, how often, and what it waits for. */
class ConsiderationTest {

    private static final ChangeControl CONTROL =
            new ChangeControl(Story.PLANNER.catalog(), Story.PLANNER.rules(), GuestNeeds.known());
    private static final List<NodeCpu> SKYLAKES = Story.nodes("xeon-gold-6130", "xeon-gold-6130");
    private static final Duration GRACE = Duration.ofMinutes(10);

    private List<Problem> problems = List.of();
    private Remembered remembered = Remembered.nothing();
    private Times times = Times.none();

    private Consideration consider(List<NodeCpu> nodes) {
        return Consideration.of(
                Story.PLANNER,
                CONTROL,
                new Question(
                        nodes,
                        Story.SINGLE,
                        problems,
                        new Steering(false, null, MoveRules.manual(Duration.ofMinutes(5), 0), List.of()),
                        false,
                        remembered,
                        Carried.nothing("main"),
                        KubeVirtProgress.settled(),
                        times));
    }

    private static @Nullable String pinned(Consideration considered) {
        Pin pin = considered.decision().next().pinned();
        return pin == null ? null : pin.revision();
    }

    @Test
    void without_waiting_times_what_the_nodes_say_is_adopted_at_once() {
        // When
        Consideration considered = Consideration.of(
                Story.PLANNER,
                CONTROL,
                new Question(
                        SKYLAKES,
                        Policy.open(),
                        List.of(),
                        Steering.atOnce(),
                        false,
                        Remembered.nothing(),
                        Carried.nothing("main"),
                        KubeVirtProgress.settled(),
                        Times.none()));

        // Then
        assertThat(considered.decision().moved()).isEqualTo(Move.FirstAdoption);
        assertThat(pinned(considered)).isEqualTo(Story.answer(SKYLAKES));
        assertThat(considered.changesPin()).isTrue();
        assertThat(considered.lookAgain()).isNull();
        assertThat(considered.statusWithoutCluster(null).pinned())
                .satisfies(
                        pin -> assertThat(Objects.requireNonNull(pin).since()).isNull());
    }

    @Test
    void each_plan_is_made_once() {
        // When there is a new pin
        Consideration first = consider(SKYLAKES);

        // Then the nodes are judged anew by it, and nothing unknown makes the answer more cautious
        assertThat(first.cautious()).isSameAs(first.plan());
        assertThat(first.after()).isNotSameAs(first.plan());

        // When the pin stays
        remembered = first.decision().next();
        Consideration second = consider(SKYLAKES);

        // Then
        assertThat(second.changesPin()).isFalse();
        assertThat(second.after()).isSameAs(second.plan());
    }

    @Test
    void nodes_are_told_by_what_is_pinned_after_the_decision() {
        // Given: what is pinned is more than a newcomer can take
        remembered = consider(SKYLAKES).decision().next();
        List<NodeCpu> nodes = Story.and(SKYLAKES, Story.node("n2", "xeon-e5-2650"));

        // When
        Consideration considered = consider(nodes);

        // Then
        assertThat(considered.after().fleet().lackingPinned()).hasSize(1);
        assertThat(considered.changesPin()).isFalse();
    }

    @Test
    void unknown_nodes_that_still_carry_labels_make_the_cautious_answer_another_one() {
        // Given
        List<NodeCpu> nodes = Story.and(SKYLAKES, Story.notReady(Story.node("n2", "xeon-e5-2650")));

        // When
        Consideration considered = consider(nodes);

        // Then
        assertThat(considered.plan().answer().baseline()).isNotEmpty();
        assertThat(considered.cautious().answer())
                .isNotEqualTo(considered.plan().answer());
        assertThat(pinned(considered))
                .isEqualTo(
                        considered.cautious().answer().baseline().orElseThrow().revision());
    }

    @Test
    void a_problem_takes_the_answer_away_and_leaves_the_pin() {
        // Given
        remembered = consider(SKYLAKES).decision().next();
        problems = List.of(
                new Problem(Reason.InvalidSelector, "spec.nodeSelector"), new Problem(Reason.InvalidSpec, "spec"));

        // When
        Consideration considered = consider(SKYLAKES);

        // Then
        assertThat(considered.plan().answer())
                .isInstanceOfSatisfying(
                        NoBaseline.class, none -> assertThat(none.reason()).isEqualTo(Reason.InvalidSelector));
        assertThat(considered.after().answer()).isEqualTo(considered.plan().answer());
        assertThat(considered.changesPin()).isFalse();
        assertThat(considered.decision().next().candidate()).isNull();
    }

    @Test
    void it_looks_again_when_the_first_of_its_waits_is_over() {
        // Given: an answer that has changed two minutes ago, and a node of a minute that KubeVirt may still come to use
        Instant now = Story.START;
        times = new Times(now, now, GRACE, seen(null, now.minus(Duration.ofMinutes(2))));
        NodeCpu bare =
                Story.created(withoutKubeVirt(Story.node("n2", "xeon-gold-6130")), now.minus(Duration.ofMinutes(9)));

        // Then
        assertThat(consider(SKYLAKES).lookAgain()).isEqualTo(Duration.ofMinutes(3));
        assertThat(consider(Story.and(SKYLAKES, bare)).lookAgain()).isEqualTo(Duration.ofMinutes(1));

        // When nothing changes with time alone
        times = new Times(now, now, GRACE, Seen.nothing());

        // Then
        assertThat(consider(SKYLAKES).lookAgain()).isNull();
        assertThat(consider(Story.and(SKYLAKES, bare)).lookAgain()).isEqualTo(Duration.ofMinutes(1));
    }

    @Test
    void memory_is_asked_about_what_was_computed() {
        // Given
        Instant now = Story.START;
        List<Object> asked = new ArrayList<>();
        times = new Times(now, now, GRACE, new Seen() {
            @Override
            public @Nullable Instant unknownSince(Fleet fleet) {
                asked.add(fleet);
                return now;
            }

            @Override
            public @Nullable Instant answerChanged(Answer answer) {
                asked.add(answer);
                return null;
            }
        });

        // When an unknown node limits the answer
        Consideration considered = consider(Story.and(SKYLAKES, Story.notReady(Story.node("n2", "xeon-e5-2650"))));

        // Then
        assertThat(asked)
                .containsExactly(
                        considered.plan().fleet(), considered.cautious().answer());
        assertThat(considered.lookAgain()).isEqualTo(GRACE);
        assertThat(pinned(considered)).isNull();
    }

    private static Seen seen(@Nullable Instant unknownSince, @Nullable Instant answerChanged) {
        return new Seen() {
            @Override
            public @Nullable Instant unknownSince(Fleet fleet) {
                return unknownSince;
            }

            @Override
            public @Nullable Instant answerChanged(Answer answer) {
                return answerChanged;
            }
        };
    }

    /** A node that no part of KubeVirt has labelled. */
    private static NodeCpu withoutKubeVirt(NodeCpu node) {
        return new NodeCpu(
                node.name(),
                node.amd64(),
                node.linux(),
                CpuEvidence.nothing(),
                null,
                node.ready(),
                Truth.UNKNOWN,
                node.frozen(),
                node.labelsOlderThanBoot(),
                node.kvm(),
                node.created(),
                node.host(),
                node.leftovers(),
                node.labels());
    }
}
