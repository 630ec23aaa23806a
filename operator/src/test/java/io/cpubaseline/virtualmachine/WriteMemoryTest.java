package io.cpubaseline.virtualmachine;

import static io.cpubaseline.virtualmachine.VirtualMachineBuilder.vm;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.cpubaseline.Reason;
import io.cpubaseline.virtualmachine.WriteMemory.Delays;
import io.cpubaseline.virtualmachine.WriteMemory.Verdict;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** When a write is due, by what was answered before and by time alone. */
class WriteMemoryTest {

    private static final Target TARGET = Targets.of("all-nodes", "Intel", "IvyBridge-IBRS");
    private static final Action APPLY = new Action.Apply(TARGET.fields());
    private static final Action RELEASE = new Action.Release(Reason.Confidential, List.of(), OwnedFields.NONE);
    private static final Action INHERIT = new Action.Inherit("cpu-baseline.rack-7", OwnedFields.NONE);

    private static final WriteOutcome APPLIED = new WriteOutcome.Applied("2", 2);
    private static final VirtualMachineSnapshot WEB = vm("web").build();
    private static final VirtualMachineSnapshot CHANGED =
            vm("web").generation(9).instancetype().build();

    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Duration HOUR = Duration.ofHours(1);

    private final WriteMemory memory = new WriteMemory(new Delays(
            Duration.ofSeconds(1), Duration.ofMinutes(5), HOUR, Duration.ofSeconds(30), HOUR, Duration.ofSeconds(10)));

    private long now = Duration.ofDays(3).toNanos();

    private Verdict wanted(Action action, VirtualMachineSnapshot vm) {
        return memory.wanted(action, vm, now);
    }

    private void answer(Action action, WriteOutcome outcome) {
        memory.answered(action, outcome, now);
    }

    private void pass(Duration time) {
        now += time.toNanos();
    }

    @Test
    void what_was_never_written_is_due() {
        assertThat(wanted(APPLY, WEB)).isEqualTo(Verdict.DUE);
    }

    static Stream<Arguments> answers() {
        Duration none = Duration.ZERO;
        Duration first = Duration.ofSeconds(1);
        return Stream.of(
                arguments("applied", APPLIED, Verdict.WRITTEN, none, Verdict.WAITS, Duration.ofSeconds(30)),
                arguments(
                        "a conflict",
                        new WriteOutcome.Conflict(List.of("a"), ""),
                        Verdict.HELD,
                        none,
                        Verdict.WAITS,
                        first),
                arguments(
                        "an instancetype",
                        new WriteOutcome.Instancetype(""),
                        Verdict.INSTANCETYPE,
                        none,
                        Verdict.WAITS,
                        first),
                arguments("refused", new WriteOutcome.Refused(""), Verdict.WAITS, HOUR, Verdict.WAITS, first),
                arguments("forbidden", new WriteOutcome.Forbidden(""), Verdict.WAITS, HOUR, Verdict.WAITS, first),
                arguments("no answer", new WriteOutcome.Retry(null, ""), Verdict.WAITS, first, Verdict.WAITS, first),
                arguments(
                        "an answer that asks for patience",
                        new WriteOutcome.Retry(MINUTE, ""),
                        Verdict.WAITS,
                        MINUTE,
                        Verdict.WAITS,
                        MINUTE),
                arguments(
                        "an answer that asks for less patience",
                        new WriteOutcome.Retry(Duration.ZERO, ""),
                        Verdict.WAITS,
                        first,
                        Verdict.WAITS,
                        first),
                arguments("gone", new WriteOutcome.Gone(), Verdict.WAITS, first, Verdict.WAITS, first),
                arguments("replaced", new WriteOutcome.Replaced(), Verdict.WAITS, first, Verdict.WAITS, first));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("answers")
    void an_answer_decides_when_the_next_write_is_due(
            String name,
            WriteOutcome outcome,
            Verdict unchanged,
            Duration untilTheSame,
            Verdict changed,
            Duration untilAnother) {
        // Given
        wanted(APPLY, WEB);
        answer(APPLY, outcome);

        // When
        Verdict same = wanted(APPLY, WEB);
        long sameUntil = memory.until();
        Verdict other = wanted(APPLY, CHANGED);
        long otherUntil = memory.until();

        // Then
        assertThat(same).isEqualTo(unchanged);
        if (same == Verdict.WAITS) {
            assertThat(Duration.ofNanos(sameUntil - now)).isEqualTo(untilTheSame);
        }
        assertThat(other).isEqualTo(changed);
        assertThat(Duration.ofNanos(otherUntil - now)).isEqualTo(untilAnother);

        // And when
        pass(untilAnother);

        // Then
        assertThat(wanted(APPLY, CHANGED)).isEqualTo(Verdict.DUE);
    }

    static Stream<WriteOutcome> refusals() {
        return Stream.of(new WriteOutcome.Refused("no"), new WriteOutcome.Forbidden("no"));
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void the_same_content_is_refused_at_most_once_an_hour(WriteOutcome refusal) {
        // Given
        int sent = 0;

        // When
        for (int minute = 0; minute < 24 * 60; minute++) {
            if (wanted(APPLY, WEB) == Verdict.DUE) {
                sent++;
                answer(APPLY, refusal);
            }
            pass(MINUTE);
        }

        // Then
        assertThat(sent).isEqualTo(24);
    }

    @Test
    void a_refused_one_that_changes_all_the_time_waits_for_longer_and_longer() {
        // Given
        List<Long> delays = new ArrayList<>();

        // When
        for (int i = 0; i < 10; i++) {
            wanted(APPLY, vm("web").generation(i).build());
            answer(APPLY, new WriteOutcome.Refused("no"));
            wanted(APPLY, vm("web").generation(i + 1).build());
            delays.add(Duration.ofNanos(memory.until() - now).toSeconds());
            now = memory.until();
        }

        // Then
        assertThat(delays).containsExactly(1L, 2L, 4L, 8L, 16L, 32L, 64L, 128L, 256L, 300L);
    }

    @Test
    void a_newer_watch_is_waited_for_after_a_write_whatever_it_shows_before() {
        // Given
        wanted(APPLY, WEB);
        answer(APPLY, new WriteOutcome.Applied("7", 5));

        // Then
        assertThat(wanted(APPLY, vm("web").generation(4).instancetype().build()))
                .isEqualTo(Verdict.WRITTEN);
        assertThat(wanted(APPLY, vm("web").generation(5).build())).isEqualTo(Verdict.WAITS);
    }

    // ---- losses

    /** It is applied, shown, and lost, that many times. */
    private void lose(int times, Duration pause) {
        for (int i = 0; i < times; i++) {
            long generation = 2L * i + 1;
            assertThat(wanted(APPLY, vm("web").generation(generation).build())).isEqualTo(Verdict.DUE);
            answer(APPLY, new WriteOutcome.Applied("1", generation + 1));
            memory.settle();
            pass(pause);
        }
    }

    @Test
    void the_third_loss_within_an_hour_is_contended_until_it_changes() {
        // Given
        VirtualMachineSnapshot lost = vm("web").generation(7).build();

        // When
        lose(3, Duration.ofMinutes(10));

        // Then
        assertThat(wanted(APPLY, lost)).isEqualTo(Verdict.CONTENDED);
        pass(Duration.ofDays(1));
        assertThat(wanted(APPLY, lost)).isEqualTo(Verdict.CONTENDED);
        assertThat(wanted(APPLY, vm("web").generation(8).build())).isEqualTo(Verdict.DUE);
    }

    @Test
    void losses_that_are_far_apart_do_not_count_together() {
        lose(20, Duration.ofMinutes(31));
        assertThat(wanted(APPLY, vm("web").generation(99).build())).isEqualTo(Verdict.DUE);
    }

    @Test
    void an_apply_after_a_loss_waits_and_a_release_does_not() {
        // Given
        lose(2, Duration.ofSeconds(1).plusMinutes(1));
        answer(APPLY, new WriteOutcome.Applied("1", 4));

        // When
        Verdict apply = wanted(APPLY, vm("web").generation(5).build());
        long until = memory.until();
        Verdict release = wanted(RELEASE, vm("web").generation(5).confidential().build());

        // Then
        assertThat(apply).isEqualTo(Verdict.CONTENDED);
        assertThat(until).isLessThanOrEqualTo(now);
        assertThat(release).isEqualTo(Verdict.DUE);
    }

    @Test
    void a_release_is_due_though_the_fields_were_contended_before_and_ends_that() {
        // Given
        lose(3, Duration.ofMinutes(5));
        assertThat(wanted(APPLY, vm("web").generation(7).build())).isEqualTo(Verdict.CONTENDED);

        // When
        Verdict release = wanted(RELEASE, vm("web").generation(8).confidential().build());
        answer(RELEASE, new WriteOutcome.Applied("1", 9));
        memory.settle();
        Verdict again = wanted(APPLY, vm("web").generation(10).build());

        // Then
        assertThat(release).isEqualTo(Verdict.DUE);
        assertThat(again).isEqualTo(Verdict.DUE);
    }

    @Test
    void opting_out_and_in_again_is_no_loss_however_often() {
        for (int i = 0; i < 20; i++) {
            // When
            Verdict in = wanted(APPLY, vm("web").generation(4L * i + 1).build());
            answer(APPLY, new WriteOutcome.Applied("1", 4L * i + 2));
            memory.settle();
            Verdict out =
                    wanted(RELEASE, vm("web").generation(4L * i + 3).optedOut().build());
            answer(RELEASE, new WriteOutcome.Applied("1", 4L * i + 4));
            memory.settle();

            // Then
            assertThat(List.of(in, out)).containsOnly(Verdict.DUE);
        }
    }

    @Test
    void taking_over_from_another_baseline_is_no_loss() {
        // Given
        lose(2, Duration.ofMinutes(5));
        wanted(APPLY, vm("web").generation(5).build());
        answer(APPLY, new WriteOutcome.Applied("1", 6));
        memory.settle();

        // Then
        assertThat(wanted(INHERIT, vm("web").generation(7).build())).isEqualTo(Verdict.DUE);
    }

    @Test
    void nothing_of_before_counts_for_another_target() {
        // Given
        lose(3, Duration.ofSeconds(1).plusMinutes(2));
        wanted(APPLY, WEB);
        answer(APPLY, new WriteOutcome.Refused("no"));

        // When
        memory.startOver();

        // Then
        assertThat(wanted(APPLY, WEB)).isEqualTo(Verdict.DUE);
        assertThat(memory.outcome()).isNull();
    }

    @Test
    void it_can_be_forgotten_when_its_losses_do_not_count_any_more() {
        // Given
        assertThat(memory.isForgettable(now)).isTrue();
        lose(1, MINUTE);

        // When
        long from = memory.forgettableFrom();

        // Then
        assertThat(Duration.ofNanos(from - now)).isEqualTo(HOUR.minus(MINUTE).plusNanos(1));
        assertThat(memory.isForgettable(from - 1)).isFalse();
        assertThat(memory.isForgettable(from)).isTrue();
        assertThat(memory.forgettableFrom()).isZero();
    }

    // ---- telling

    @Test
    void a_conflict_holds_from_its_beginning_until_it_is_settled() {
        // Given
        long first = memory.conflictHoldsFrom(now);
        pass(MINUTE);

        // When
        long second = memory.conflictHoldsFrom(now);
        memory.settle();
        long third = memory.conflictHoldsFrom(now);

        // Then
        assertThat(second).isEqualTo(first);
        assertThat(third).isEqualTo(first + MINUTE.toNanos());
    }

    @Test
    void a_reason_is_told_once_until_it_is_settled() {
        assertThat(memory.tell(Reason.Refused)).isTrue();
        assertThat(memory.tell(Reason.Refused)).isFalse();
        assertThat(memory.hasTold(Reason.Refused)).isTrue();
        memory.settle();
        assertThat(memory.tell(Reason.Refused)).isTrue();
    }
}
