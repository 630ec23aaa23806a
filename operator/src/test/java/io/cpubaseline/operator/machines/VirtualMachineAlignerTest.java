package io.cpubaseline.operator.machines;

import static io.cpubaseline.operator.machines.Passes.overAll;
import static io.cpubaseline.virtualmachine.VirtualMachineBuilder.vm;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.cpubaseline.Reason;
import io.cpubaseline.operator.options.RunOptions;
import io.cpubaseline.operator.testing.ManualClock;
import io.cpubaseline.operator.testing.Options;
import io.cpubaseline.virtualmachine.Action;
import io.cpubaseline.virtualmachine.InstanceBuilder;
import io.cpubaseline.virtualmachine.InstanceSnapshot;
import io.cpubaseline.virtualmachine.OwnedFields;
import io.cpubaseline.virtualmachine.Tally;
import io.cpubaseline.virtualmachine.Tally.State;
import io.cpubaseline.virtualmachine.Target;
import io.cpubaseline.virtualmachine.Targets;
import io.cpubaseline.virtualmachine.VirtualMachineBuilder;
import io.cpubaseline.virtualmachine.VirtualMachineSnapshot;
import io.cpubaseline.virtualmachine.WriteOutcome;
import io.cpubaseline.virtualmachine.WriteOutcome.Applied;
import io.cpubaseline.virtualmachine.WriteOutcome.Conflict;
import io.cpubaseline.virtualmachine.WriteOutcome.Forbidden;
import io.cpubaseline.virtualmachine.WriteOutcome.Gone;
import io.cpubaseline.virtualmachine.WriteOutcome.Refused;
import io.cpubaseline.virtualmachine.WriteOutcome.Replaced;
import io.cpubaseline.virtualmachine.WriteOutcome.Retry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Virtual machines on their way to the pinned baseline, over writes that are answered when and how a story says. */
class VirtualMachineAlignerTest {

    private static final Target TARGET = Targets.of("all-nodes", "Intel", "IvyBridge-IBRS", "avx2", "aes");
    private static final Target NEXT = Targets.of("all-nodes", "Intel", "Nehalem");
    private static final Target OF_RACK_7 = Targets.of("rack-7", "Intel", "Haswell-noTSX-IBRS");
    private static final Duration TICK = Duration.ofMillis(1);

    private static final WriteOutcome APPLIED = new Applied("2", 2);
    private static final WriteOutcome CONFLICT = new Conflict(List.of("argocd-controller"), "conflict with argocd");
    private static final WriteOutcome REFUSED = new Refused("webhook says no");
    private static final WriteOutcome FORBIDDEN = new Forbidden("may not patch");
    private static final WriteOutcome RETRY = new Retry(null, "too many requests");

    private final ScriptedWrites writes = new ScriptedWrites();
    private final ManualClock clock = new ManualClock();
    private final RunOptions options = Options.quick();
    private final List<String> troubles = Collections.synchronizedList(new ArrayList<>());
    private final List<WriteOutcome> written = Collections.synchronizedList(new ArrayList<>());
    private final List<String> changed = Collections.synchronizedList(new ArrayList<>());
    private WriteQueue queue = new WriteQueue(writes, clock::nanoTime);
    private final VirtualMachineAligner aligner = aligner(new VirtualMachineAligner.Notices() {
        @Override
        public void trouble(String baseline, VirtualMachineSnapshot vm, Reason reason, String message) {
            troubles.add("%s %s: %s".formatted(baseline, vm.name(), reason));
        }

        @Override
        public void written(String baseline, VirtualMachineSnapshot vm, OwnedFields fields, WriteOutcome outcome) {
            written.add(outcome);
        }
    });

    private VirtualMachineAligner aligner(VirtualMachineAligner.Notices notices) {
        queue = new WriteQueue(writes, clock::nanoTime);
        return new VirtualMachineAligner(queue, notices, changed::add, options);
    }

    private static VirtualMachineAligner.Notices quiet() {
        return new VirtualMachineAligner.Notices() {
            @Override
            public void trouble(String baseline, VirtualMachineSnapshot vm, Reason reason, String message) {}

            @Override
            public void written(String baseline, VirtualMachineSnapshot vm, OwnedFields fields, WriteOutcome outcome) {}
        };
    }

    private VirtualMachineAligner.Result align(Target target, VirtualMachineBuilder... vms) {
        return overAll(
                aligner, Stream.of(vms).map(VirtualMachineBuilder::build).toList(), Running.nothing(), target, true);
    }

    private VirtualMachineAligner.Result align(VirtualMachineBuilder... vms) {
        return align(TARGET, vms);
    }

    private static List<VirtualMachineSnapshot> many(int count) {
        return IntStream.range(0, count).mapToObj(i -> vm("vm-" + i).build()).toList();
    }

    private static void assertThatItAddsUp(Tally tally, int selected) {
        assertThat(tally.selected()).isEqualTo(selected);
        assertThat(Stream.of(State.values()).mapToInt(tally::in).sum()).isEqualTo(selected);
    }

    /** Which state one virtual machine was counted in. */
    private static State state(VirtualMachineAligner.Result result) {
        assertThatItAddsUp(result.tally(), 1);
        return Stream.of(State.values())
                .filter(state -> result.tally().in(state) == 1)
                .findFirst()
                .orElseThrow();
    }

    // ---- giving back and taking over

    @Test
    void what_a_baseline_gives_back_is_released_once_and_counts_until_it_is() {
        // Given
        Target nothing = Target.nothing("all-nodes");
        VirtualMachineBuilder held = vm("web").carrying(TARGET);

        // When
        VirtualMachineAligner.Result first = align(nothing, held);
        writes.answer(RETRY);
        VirtualMachineAligner.Result failed = align(nothing, held);
        clock.pass(Duration.ofHours(1));
        align(nothing, held);
        writes.answer(APPLIED);
        VirtualMachineAligner.Result done = align(nothing, held);

        // Then
        assertThat(writes.sent())
                .containsExactly("release web cpu-baseline.all-nodes", "release web cpu-baseline.all-nodes");
        assertThat(state(first)).isEqualTo(State.PENDING);
        assertThat(first.tally().retried()).isZero();
        assertThat(failed.tally().retried()).isEqualTo(1);
        assertThat(state(done)).isEqualTo(State.SKIPPED);
    }

    @Test
    void what_another_baseline_has_let_go_of_is_taken_over_in_three_steps_without_a_wait() {
        // Given
        VirtualMachineAligner.LettingGo rack7 = (vm, manager) -> manager.equals(OF_RACK_7.manager());
        List<VirtualMachineBuilder> steps = List.of(
                vm("web").carrying(OF_RACK_7),
                vm("web").generation(2).having(TARGET.fields(), OF_RACK_7.manager()),
                vm("web")
                        .generation(2)
                        .carrying(TARGET)
                        .model(TARGET.cpuModel(), OF_RACK_7.manager(), TARGET.manager()),
                vm("web").generation(2).carrying(TARGET));

        // When
        List<State> states = new ArrayList<>();
        List<String> managers = new ArrayList<>();
        for (VirtualMachineBuilder step : steps) {
            states.add(state(overAll(aligner, List.of(step.build()), Running.nothing(), TARGET, rack7, true)));
            writes.open().forEach(write -> managers.add(write.manager()));
            writes.answer(APPLIED);
        }

        // Then
        assertThat(managers).containsExactly(OF_RACK_7.manager(), TARGET.manager(), OF_RACK_7.manager());
        assertThat(states).containsExactly(State.PENDING, State.PENDING, State.PENDING, State.APPLIED);
        assertThat(troubles).isEmpty();
    }

    // ---- the ordinary way

    @Test
    void each_is_written_once_and_counted_as_applied_before_the_watch_shows_it() {
        // Given
        align(vm("web"), vm("db"));

        // When
        VirtualMachineAligner.Result underway = align(vm("web"), vm("db"));
        writes.answer(APPLIED);
        VirtualMachineAligner.Result answered = align(vm("web"), vm("db"));
        VirtualMachineAligner.Result shown = align(
                vm("web").generation(2).carrying(TARGET), vm("db").generation(2).carrying(TARGET));

        // Then
        assertThat(writes.sent()).containsExactly("apply web IvyBridge-IBRS", "apply db IvyBridge-IBRS");
        assertThat(underway.tally().in(State.PENDING)).isEqualTo(2);
        assertThat(answered.tally().in(State.APPLIED)).isEqualTo(2);
        assertThat(shown.tally().in(State.APPLIED)).isEqualTo(2);
        assertThat(shown.next()).isNull();
        assertThat(shown.forbidden()).isNull();
        assertThat(changed).containsExactly("all-nodes", "all-nodes");
        assertThat(written).containsExactly(APPLIED, APPLIED);
        assertThat(troubles).isEmpty();
    }

    @Test
    void a_watch_that_is_behind_repeats_nothing_though_it_shows_another_change_first() {
        // Given
        align(vm("web"));
        writes.answer(new Applied("7", 5));

        // When
        VirtualMachineAligner.Result behind = align(vm("web").generation(4).instancetype());

        // Then
        assertThat(state(behind)).isEqualTo(State.APPLIED);
        assertThat(writes.sent()).hasSize(1);
    }

    @Test
    void one_that_carries_it_already_is_not_written() {
        // When
        VirtualMachineAligner.Result result = align(vm("web").carrying(TARGET));

        // Then
        assertThat(state(result)).isEqualTo(State.APPLIED);
        assertThat(writes.sent()).isEmpty();
        assertThat(aligner.remembered()).isZero();
    }

    @Test
    void without_writing_what_would_happen_is_counted_and_nobody_is_troubled() {
        // When
        Tally tally = overAll(
                        aligner,
                        List.of(
                                vm("new").build(),
                                vm("carrying").carrying(TARGET).build(),
                                vm("other").model("EPYC", "kubectl").build(),
                                vm("out").optedOut().build()),
                        Running.nothing(),
                        TARGET,
                        false)
                .tally();

        // Then
        assertThatItAddsUp(tally, 4);
        assertThat(tally.in(State.PENDING)).isEqualTo(1);
        assertThat(tally.in(State.APPLIED)).isEqualTo(1);
        assertThat(tally.in(State.CONFLICTING)).isEqualTo(1);
        assertThat(tally.in(State.SKIPPED)).isEqualTo(1);
        assertThat(tally.reasons()).isEqualTo(Map.of(Reason.Conflicting, 1, Reason.OptedOut, 1));
        assertThat(writes.sent()).isEmpty();
        assertThat(troubles).isEmpty();
        assertThat(aligner.remembered()).isZero();
    }

    @Test
    void what_there_is_to_do_for_a_new_pin_is_foreseen_and_nothing_is_touched() {
        // Given: one is written, one is running with the earlier CPU
        align(vm("web").carrying(TARGET), vm("db"));
        writes.answer(APPLIED);

        // When
        Tally tally = VirtualMachineAligner.foresee(
                List.of(
                        vm("web").carrying(TARGET).build(),
                        vm("db").generation(2).carrying(NEXT).build(),
                        vm("other").model("EPYC", "kubectl").build(),
                        vm("out").optedOut().build()),
                Running.nothing(),
                NEXT,
                VirtualMachineAligner.LettingGo.NOBODY);

        // Then
        assertThatItAddsUp(tally, 4);
        assertThat(tally.in(State.PENDING)).isEqualTo(1);
        assertThat(tally.in(State.APPLIED)).isEqualTo(1);
        assertThat(tally.reasons()).isEqualTo(Map.of(Reason.Conflicting, 1, Reason.OptedOut, 1));
        assertThat(writes.sent()).hasSize(1);
        assertThat(troubles).isEmpty();
    }

    // ---- many

    @Test
    void at_most_sixteen_are_on_their_way_and_every_answer_makes_room_for_one() {
        // Given
        List<VirtualMachineSnapshot> vms = many(40);

        // When
        overAll(aligner, vms, Running.nothing(), TARGET, true);

        // Then
        assertThat(writes.open()).hasSize(16);

        // And when
        writes.open().get(3).answer().complete(APPLIED);

        // Then
        assertThat(writes.open()).hasSize(16);
        assertThat(writes.sent()).hasSize(17);

        // And when
        writes.answer(APPLIED);
        writes.answer(APPLIED);
        writes.answer(APPLIED);
        Tally tally = overAll(aligner, vms, Running.nothing(), TARGET, true).tally();

        // Then
        assertThat(writes.sent()).hasSize(40).doesNotHaveDuplicates();
        assertThat(tally.in(State.APPLIED)).isEqualTo(40);
    }

    @Test
    void sixteen_is_the_limit_of_all_baselines_together() {
        // When
        overAll(aligner, many(10), Running.nothing(), TARGET, true);
        overAll(aligner, many(10), Running.nothing(), OF_RACK_7, true);

        // Then
        assertThat(writes.open()).hasSize(16);

        // And when
        writes.answer(APPLIED);

        // Then
        assertThat(writes.open()).hasSize(4);
    }

    @Test
    void answers_that_come_before_the_call_returns_are_as_good_as_any_however_many() {
        // Given
        writes.answerAtOnce(APPLIED);
        List<VirtualMachineSnapshot> vms = many(20_000);

        // When
        Tally first = overAll(aligner, vms, Running.nothing(), TARGET, true).tally();
        Tally second = overAll(aligner, vms, Running.nothing(), TARGET, true).tally();

        // Then
        assertThatItAddsUp(first, 20_000);
        assertThat(writes.sent()).hasSize(20_000);
        assertThat(second.in(State.APPLIED)).isEqualTo(20_000);
        assertThat(written).hasSize(20_000);
    }

    // ---- refusals and failures

    static Stream<Arguments> answers() {
        return Stream.of(
                arguments(CONFLICT, State.CONFLICTING, Reason.Conflicting, null),
                arguments(REFUSED, State.REFUSED, Reason.Refused, "all-nodes web: Refused"),
                arguments(FORBIDDEN, State.REFUSED, Reason.Forbidden, null),
                arguments(RETRY, State.PENDING, null, null),
                arguments(new Gone(), State.PENDING, null, null),
                arguments(new Replaced(), State.PENDING, null, null));
    }

    @ParameterizedTest
    @MethodSource("answers")
    void an_answer_stands_until_there_is_a_new_one(
            WriteOutcome outcome, State state, @Nullable Reason reason, @Nullable String trouble) {
        // Given
        align(vm("web"));
        writes.answer(outcome);

        // When
        VirtualMachineAligner.Result result = align(vm("web"));

        // Then
        assertThat(state(result)).isEqualTo(state);
        assertThat(result.tally().reasons()).isEqualTo(reason == null ? Map.of() : Map.of(reason, 1));
        assertThat(result.forbidden()).isEqualTo(outcome == FORBIDDEN ? "may not patch" : null);
        assertThat(result.tally().failure().map(Tally.Failure::words))
                .isEqualTo(outcome == RETRY ? Optional.of("too many requests") : Optional.empty());
        assertThat(troubles).isEqualTo(trouble == null ? List.of() : List.of(trouble));
        assertThat(writes.sent()).hasSize(1);
        assertThat(changed).containsExactly("all-nodes");
    }

    static Stream<WriteOutcome> repeatable() {
        return Stream.of(RETRY, new Gone(), new Replaced());
    }

    static Stream<WriteOutcome> every() {
        return Stream.of(REFUSED, FORBIDDEN, RETRY, new Gone(), new Replaced());
    }

    static Stream<WriteOutcome> refusals() {
        return Stream.of(REFUSED, FORBIDDEN);
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void what_was_refused_is_sent_again_after_a_long_while_or_when_it_changes(WriteOutcome outcome) {
        // Given
        align(vm("web"));
        writes.answer(outcome);

        // When
        VirtualMachineAligner.Result refused = align(vm("web"));
        clock.pass(options.refusalRetry().minusNanos(1));
        align(vm("web"));

        // Then
        assertThat(refused.next()).isEqualTo(options.refusalRetry().plus(TICK));
        assertThat(writes.open()).isEmpty();

        // And when
        clock.pass(Duration.ofNanos(1));
        align(vm("web"));
        writes.answer(outcome);
        clock.pass(options.retryMax());
        VirtualMachineAligner.Result changed = align(vm("web").generation(2));

        // Then
        assertThat(writes.sent()).hasSize(3);
        assertThat(state(changed)).isEqualTo(State.REFUSED);
        assertThat(troubles).hasSizeLessThanOrEqualTo(1);
    }

    @ParameterizedTest
    @MethodSource("repeatable")
    void what_may_go_away_by_itself_is_tried_again_after_growing_delays_and_keeps_its_state(WriteOutcome outcome) {
        // Given
        align(vm("web"));
        List<Duration> delays = new ArrayList<>();
        List<State> states = new ArrayList<>();

        // When
        for (int i = 0; i < 6; i++) {
            writes.answer(outcome);
            VirtualMachineAligner.Result result = align(vm("web"));
            assertThat(writes.open()).isEmpty();
            Duration next = Objects.requireNonNull(result.next()).minus(TICK);
            delays.add(next);
            states.add(state(result));
            clock.pass(next.minusNanos(1));
            align(vm("web"));
            assertThat(writes.open()).isEmpty();
            clock.pass(Duration.ofNanos(1));
            states.add(state(align(vm("web"))));
            states.add(state(align(vm("web"))));
            assertThat(writes.open()).hasSize(1);
        }

        // Then
        assertThat(delays).extracting(Duration::toMillis).containsExactly(10L, 20L, 40L, 50L, 50L, 50L);
        assertThat(states).containsOnly(states.get(0));
        assertThat(troubles).hasSizeLessThanOrEqualTo(1);
    }

    @Test
    void the_server_may_ask_for_more_patience_but_not_for_less() {
        // Given
        align(vm("web"), vm("db"));

        // When
        writes.open().get(0).answer().complete(new Retry(Duration.ofSeconds(7), "429"));
        VirtualMachineAligner.Result one = align(vm("web"), vm("db"));
        writes.open().get(0).answer().complete(new Retry(Duration.ZERO, "429"));
        VirtualMachineAligner.Result both = align(vm("web"), vm("db"));

        // Then
        assertThat(one.next()).isEqualTo(Duration.ofSeconds(7).plus(TICK));
        assertThat(both.next()).isEqualTo(Duration.ofSeconds(7).plus(TICK));
    }

    @Test
    void patience_that_the_server_asks_for_is_everybodys() {
        // Given
        overAll(aligner, many(40), Running.nothing(), TARGET, true);

        // When
        writes.open().get(3).answer().complete(new Retry(Duration.ofSeconds(7), "429"));
        writes.answer(APPLIED);
        VirtualMachineAligner.Result paused = overAll(aligner, many(40), Running.nothing(), TARGET, true);
        align(OF_RACK_7, vm("other"));

        // Then
        assertThat(writes.sent()).hasSize(16);
        assertThat(paused.next()).isEqualTo(Duration.ofSeconds(7).plus(TICK));

        // And when
        clock.pass(Duration.ofSeconds(7));
        queue.send();

        // Then
        assertThat(writes.open()).hasSize(16);
    }

    @Test
    void what_waits_goes_on_by_itself_when_the_server_asks_for_patience_no_more() {
        // Given
        WriteQueue timed = new WriteQueue(writes, WriteQueue.monotonic());
        VirtualMachineAligner patient = new VirtualMachineAligner(timed, quiet(), baseline -> {}, options);
        overAll(patient, many(17), Running.nothing(), TARGET, true);

        // When: nobody looks at anything any more
        writes.answer(new Retry(Duration.ofMillis(20), "429"));

        // Then
        await().until(() -> writes.sent().size() == 17);
    }

    @Test
    void a_conflict_is_not_tried_again_until_the_virtual_machine_changes() {
        // Given
        align(vm("web"));
        writes.answer(CONFLICT);

        // When
        clock.pass(Duration.ofDays(1));
        align(vm("web"));
        clock.pass(Duration.ofDays(1));
        VirtualMachineAligner.Result unchanged = align(vm("web"));
        VirtualMachineAligner.Result after = align(vm("web").generation(2));

        // Then
        assertThat(unchanged.next()).isNull();
        assertThat(state(after)).isEqualTo(State.PENDING);
        assertThat(writes.open()).hasSize(1);
    }

    @Test
    void success_forgets_earlier_failures() {
        // Given
        align(vm("web"));
        writes.answer(RETRY);
        clock.pass(options.retryMax());
        align(vm("web"));
        writes.answer(APPLIED);
        align(vm("web").generation(2).carrying(TARGET));

        // When
        align(NEXT, vm("web").generation(2).carrying(TARGET));
        writes.answer(RETRY);

        // Then
        assertThat(align(NEXT, vm("web").generation(2).carrying(TARGET)).next())
                .isEqualTo(options.retryInitial().plus(TICK));
    }

    @Test
    void a_failed_future_and_a_call_that_fails_are_failures_like_any_other() {
        // Given
        writes.fail(new IllegalStateException("no connection"));
        align(vm("web"));
        writes.answerLater();
        clock.pass(options.retryMax());
        align(vm("web"));

        // When
        writes.open().get(0).answer().completeExceptionally(new IllegalArgumentException("odd answer"));

        // Then
        assertThat(written)
                .containsExactly(
                        new Retry(null, "IllegalStateException: no connection"),
                        new Retry(null, "IllegalArgumentException: odd answer"));
        assertThat(state(align(vm("web")))).isEqualTo(State.PENDING);
        assertThat(align(vm("web")).next()).isEqualTo(Duration.ofMillis(20).plus(TICK));
    }

    @Test
    void trouble_is_told_once_per_occurrence() {
        // Given
        align(vm("web"));
        writes.answer(REFUSED);
        clock.pass(options.refusalRetry());
        align(vm("web"));
        writes.answer(REFUSED);
        clock.pass(options.refusalRetry());
        align(vm("web"));
        writes.answer(APPLIED);
        align(vm("web").generation(2).carrying(TARGET));

        // When
        align(NEXT, vm("web").generation(2).carrying(TARGET));
        writes.answer(REFUSED);

        // Then
        assertThat(troubles).containsExactly("all-nodes web: Refused", "all-nodes web: Refused");
    }

    // ---- others' fields

    @Test
    void a_model_of_others_is_told_once_until_it_goes_and_comes_back() {
        // Given
        align(vm("web").model("EPYC", "kubectl"));
        clock.pass(options.conflictDelay());
        align(vm("web").model("EPYC-Rome", "kubectl"));

        // When
        align(vm("web"));
        writes.answer(APPLIED);
        align(vm("web").generation(2).carrying(TARGET));
        align(vm("web").model("EPYC", "kubectl"));
        clock.pass(options.conflictDelay());
        VirtualMachineAligner.Result result = align(vm("web").model("EPYC", "kubectl"));

        // Then
        assertThat(state(result)).isEqualTo(State.CONFLICTING);
        assertThat(troubles).containsExactly("all-nodes web: Conflicting", "all-nodes web: Conflicting");
    }

    @Test
    void a_claim_of_another_baseline_is_counted_but_no_trouble_for_its_owner() {
        // When
        VirtualMachineAligner.Result result = align(vm("web").carrying(OF_RACK_7));

        // Then
        assertThat(state(result)).isEqualTo(State.SKIPPED);
        assertThat(result.tally().with(Reason.ClaimedByOther)).isEqualTo(1);
        assertThat(troubles).isEmpty();
    }

    @Test
    void when_one_field_is_taken_the_other_is_released_once() {
        // Given
        VirtualMachineBuilder taken =
                vm("web").model("EPYC", "kubectl").features("aes:require avx2:require", TARGET.manager());
        align(taken);

        // When
        VirtualMachineAligner.Result underway = align(taken);
        writes.answer(APPLIED);
        VirtualMachineAligner.Result answered = align(taken);
        VirtualMachineAligner.Result shown = align(vm("web").generation(2).model("EPYC", "kubectl"));

        // Then
        assertThat(writes.sent()).containsExactly("release web cpu-baseline.all-nodes");
        assertThat(state(underway)).isEqualTo(State.PENDING);
        assertThat(state(answered)).isEqualTo(State.CONFLICTING);
        assertThat(state(shown)).isEqualTo(State.CONFLICTING);
    }

    @Test
    void one_that_opts_out_is_released_and_then_skipped() {
        // Given
        align(vm("web").carrying(TARGET).optedOut());
        writes.answer(APPLIED);

        // When
        VirtualMachineAligner.Result answered = align(vm("web").carrying(TARGET).optedOut());
        VirtualMachineAligner.Result shown = align(vm("web").generation(2).optedOut());

        // Then
        assertThat(writes.sent()).containsExactly("release web cpu-baseline.all-nodes");
        assertThat(answered.tally().with(Reason.OptedOut)).isEqualTo(1);
        assertThat(shown.tally().with(Reason.OptedOut)).isEqualTo(1);
    }

    @Test
    void a_conflict_is_told_once_though_the_watch_shows_it_again() {
        // Given
        align(vm("web"));
        writes.answer(CONFLICT);

        // When
        VirtualMachineAligner.Result answered = align(vm("web"));
        clock.pass(options.conflictDelay());
        align(vm("web"));
        VirtualMachineAligner.Result shown = align(vm("web").generation(2).model("EPYC", "argocd-controller"));
        clock.pass(options.conflictDelay());
        align(vm("web").generation(2).model("EPYC", "argocd-controller"));

        // Then
        assertThat(state(answered)).isEqualTo(State.CONFLICTING);
        assertThat(state(shown)).isEqualTo(State.CONFLICTING);
        assertThat(troubles).containsExactly("all-nodes web: Conflicting");
    }

    @Test
    void one_that_becomes_confidential_is_released_once_and_then_skipped() {
        // Given
        align(vm("web").carrying(TARGET).confidential());
        writes.answer(APPLIED);

        // When
        VirtualMachineAligner.Result answered = align(vm("web").carrying(TARGET).confidential());
        VirtualMachineAligner.Result shown = align(vm("web").generation(2).confidential());

        // Then
        assertThat(writes.sent()).containsExactly("release web cpu-baseline.all-nodes");
        assertThat(state(answered)).isEqualTo(State.SKIPPED);
        assertThat(shown.tally().with(Reason.Confidential)).isEqualTo(1);
    }

    // ---- lost fields

    /** Writes and loses the fields that many times; every time the watch shows both. */
    private VirtualMachineAligner.Result lose(int times, Duration pause) {
        VirtualMachineAligner.Result result = align(vm("web"));
        for (int i = 1; i <= times; i++) {
            assertThat(writes.open()).hasSize(1);
            writes.answer(new Applied("1", 2L * i));
            align(vm("web").generation(2L * i).carrying(TARGET));
            clock.pass(pause);
            result = align(vm("web").generation(2L * i + 1));
        }
        return result;
    }

    @Test
    void lost_fields_are_written_again_after_a_delay_that_grows_with_every_loss() {
        // When
        VirtualMachineAligner.Result first = lose(1, Duration.ZERO);
        clock.pass(options.reapplyDelay());
        align(vm("web").generation(3));
        writes.answer(new Applied("1", 4));
        align(vm("web").generation(4).carrying(TARGET));
        VirtualMachineAligner.Result second = align(vm("web").generation(5));

        // Then
        assertThat(first.next()).isEqualTo(options.reapplyDelay().plus(TICK));
        assertThat(second.next())
                .isEqualTo(options.reapplyDelay().multipliedBy(2).plus(TICK));
        assertThat(state(second)).isEqualTo(State.PENDING);
        assertThat(writes.sent()).hasSize(2);
    }

    @Test
    void fields_lost_after_a_long_while_are_written_again_at_once() {
        // When
        lose(1, Duration.ofMinutes(5));

        // Then
        assertThat(writes.open()).hasSize(1);
    }

    @Test
    void the_third_loss_within_an_hour_is_contended_and_left_alone() {
        // When
        VirtualMachineAligner.Result third = lose(3, Duration.ofMinutes(5));
        clock.pass(Duration.ofDays(1));
        VirtualMachineAligner.Result later = align(vm("web").generation(7));

        // Then
        assertThat(state(third)).isEqualTo(State.CONFLICTING);
        assertThat(third.tally().with(Reason.Contended)).isEqualTo(1);
        assertThat(state(later)).isEqualTo(State.CONFLICTING);
        assertThat(later.next()).isNull();
        assertThat(writes.sent()).hasSize(3);
        assertThat(troubles).containsExactly("all-nodes web: Contended");
    }

    @Test
    void a_contended_one_is_not_taken_for_applied_where_the_watch_never_showed_the_writes() {
        // Given: each write and the loss of it come as one change
        VirtualMachineAligner.Result result = align(vm("web"));
        for (int i = 1; i <= 3; i++) {
            writes.answer(new Applied("1", 2L * i));
            clock.pass(Duration.ofMinutes(5));
            result = align(vm("web").generation(2L * i + 1));
        }

        // When
        VirtualMachineAligner.Result later = align(vm("web").generation(7));

        // Then
        assertThat(result.tally().with(Reason.Contended)).isEqualTo(1);
        assertThat(later.tally().with(Reason.Contended)).isEqualTo(1);
        assertThat(writes.sent()).hasSize(3);
    }

    @Test
    void losses_that_are_far_apart_are_not_contended() {
        // When
        lose(10, Duration.ofMinutes(31));

        // Then
        assertThat(writes.sent()).hasSize(11);
        assertThat(troubles).isEmpty();
    }

    @Test
    void a_contended_one_that_becomes_confidential_is_released_all_the_same() {
        // Given: others have left one field of ours
        lose(3, Duration.ofMinutes(5));

        // When
        align(vm("web").generation(8).labels("all-nodes", "", TARGET.manager()).confidential());

        // Then
        assertThat(writes.open()).hasSize(1);
        assertThat(writes.sent()).endsWith("release web cpu-baseline.all-nodes");
    }

    @Test
    void opting_out_and_in_again_is_no_loss_however_often() {
        for (int i = 0; i < 8; i++) {
            // When
            align(vm("web").generation(4L * i + 1));
            writes.answer(new Applied("1", 4L * i + 2));
            align(vm("web").generation(4L * i + 2).carrying(TARGET));
            align(vm("web").generation(4L * i + 3).carrying(TARGET).optedOut());
            writes.answer(new Applied("1", 4L * i + 4));
            align(vm("web").generation(4L * i + 4).optedOut());
        }

        // Then
        assertThat(writes.sent()).hasSize(16);
        assertThat(troubles).isEmpty();
    }

    @Test
    void a_contended_one_gets_another_chance_when_it_changes() {
        // Given
        lose(3, Duration.ofMinutes(5));

        // When
        VirtualMachineAligner.Result result = align(vm("web").generation(8));

        // Then
        assertThat(state(result)).isEqualTo(State.PENDING);
        assertThat(writes.open()).hasSize(1);
    }

    @Test
    void a_contended_one_gets_another_chance_with_a_new_target() {
        // Given
        lose(3, Duration.ofMinutes(5));

        // When
        align(NEXT, vm("web").generation(7));

        // Then
        assertThat(writes.open()).hasSize(1);
    }

    // ---- a new target

    @ParameterizedTest
    @MethodSource("every")
    void a_new_target_is_tried_at_once_whatever_was_answered_before(WriteOutcome outcome) {
        // Given
        align(vm("web"));
        writes.answer(outcome);

        // When
        align(NEXT, vm("web"));

        // Then
        assertThat(writes.sent()).containsExactly("apply web IvyBridge-IBRS", "apply web Nehalem");
    }

    @Test
    void a_new_target_replaces_writes_that_wait_and_follows_those_on_their_way() {
        // Given
        List<VirtualMachineSnapshot> vms = many(20);
        overAll(aligner, vms, Running.nothing(), TARGET, true);

        // When
        overAll(aligner, vms, Running.nothing(), NEXT, true);

        // Then
        assertThat(writes.sent()).hasSize(16);

        // And when
        writes.answer(APPLIED);
        overAll(aligner, vms, Running.nothing(), NEXT, true);
        writes.answer(APPLIED);
        writes.answer(APPLIED);
        Tally tally = overAll(aligner, vms, Running.nothing(), NEXT, true).tally();

        // Then
        assertThat(writes.sent()).hasSize(36);
        assertThat(writes.sent())
                .filteredOn(write -> write.endsWith("Nehalem"))
                .hasSize(20)
                .doesNotHaveDuplicates();
        assertThat(tally.in(State.APPLIED)).isEqualTo(20);
    }

    // ---- what is no longer wanted

    @Test
    void forgetting_a_baseline_drops_its_waiting_writes_and_no_others() {
        // Given
        overAll(aligner, many(30), Running.nothing(), TARGET, true);
        overAll(aligner, many(5), Running.nothing(), OF_RACK_7, true);

        // When
        aligner.forget("all-nodes");
        writes.answer(APPLIED);
        writes.answer(APPLIED);

        // Then
        assertThat(writes.sent()).hasSize(21);
        assertThat(writes.sent())
                .filteredOn(write -> write.endsWith("Haswell-noTSX-IBRS"))
                .hasSize(5);
        assertThat(aligner.remembered()).isEqualTo(5);
    }

    @Test
    void when_writing_is_stopped_what_waits_is_dropped() {
        // Given
        overAll(aligner, many(30), Running.nothing(), TARGET, true);

        // When
        Tally tally =
                overAll(aligner, many(30), Running.nothing(), TARGET, false).tally();
        writes.answer(APPLIED);

        // Then
        assertThat(writes.sent()).hasSize(16);
        assertThat(tally.in(State.PENDING)).isEqualTo(30);
    }

    @Test
    void once_closed_nothing_more_is_sent() {
        // Given
        overAll(aligner, many(30), Running.nothing(), TARGET, true);

        // When
        queue.close();
        writes.answer(APPLIED);
        overAll(aligner, many(40), Running.nothing(), TARGET, true);

        // Then
        assertThat(writes.sent()).hasSize(16);
    }

    static Stream<Arguments> changesOfMind() {
        return Stream.of(
                arguments("it left the selection", (VirtualMachineBuilder) null),
                arguments("it opted out", vm("last").optedOut()),
                arguments("a user set a model", vm("last").model("EPYC", "kubectl")),
                arguments("it got there in another way", vm("last").carrying(TARGET)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("changesOfMind")
    void a_write_that_waits_is_dropped_when_it_is_no_longer_wanted(String why, @Nullable VirtualMachineBuilder last) {
        // Given
        List<VirtualMachineSnapshot> first = new ArrayList<>(many(16));
        first.add(vm("last").build());
        overAll(aligner, first, Running.nothing(), TARGET, true);

        // When
        List<VirtualMachineSnapshot> then = new ArrayList<>(many(16));
        if (last != null) {
            then.add(last.build());
        }
        overAll(aligner, then, Running.nothing(), TARGET, true);
        writes.answer(APPLIED);

        // Then
        assertThat(writes.sent()).hasSize(16);
    }

    @Test
    void a_write_that_waits_is_sent_for_what_the_virtual_machine_is_by_then() {
        // Given
        List<VirtualMachineSnapshot> vms = new ArrayList<>(many(16));
        vms.add(vm("last").build());
        overAll(aligner, vms, Running.nothing(), TARGET, true);

        // When
        vms.set(16, vm("last").generation(5).build());
        overAll(aligner, vms, Running.nothing(), TARGET, true);
        writes.answer(APPLIED);

        // Then
        assertThat(writes.open()).hasSize(1);
        assertThat(writes.open().get(0).vm().generation()).isEqualTo(5);
    }

    @Test
    void two_baselines_know_nothing_of_each_other() {
        // Given
        align(TARGET, vm("web"));
        writes.answer(REFUSED);

        // When
        VirtualMachineAligner.Result other = align(OF_RACK_7, vm("db"));

        // Then
        assertThat(state(other)).isEqualTo(State.PENDING);
        assertThat(state(align(TARGET, vm("web")))).isEqualTo(State.REFUSED);
        assertThat(aligner.remembered()).isEqualTo(2);
    }

    @Test
    void nothing_is_remembered_of_virtual_machines_that_left() {
        // Given
        overAll(aligner, many(100), Running.nothing(), TARGET, true);

        // When
        overAll(aligner, many(10), Running.nothing(), TARGET, true);
        while (!writes.open().isEmpty()) {
            writes.answer(APPLIED);
        }
        overAll(aligner, many(10), Running.nothing(), TARGET, true);

        // Then
        assertThat(aligner.remembered()).isEqualTo(10);
    }

    @Test
    void nothing_is_remembered_of_virtual_machines_that_kept_their_fields_for_long() {
        // Given
        align(vm("web"));
        writes.answer(APPLIED);
        align(vm("web").generation(2).carrying(TARGET));

        // When
        clock.pass(options.contentionWindow().plusSeconds(1));
        align(vm("web").generation(2).carrying(TARGET));

        // Then
        assertThat(aligner.remembered()).isZero();
    }

    @Test
    void one_that_left_and_came_back_is_not_written_while_its_first_write_is_on_its_way() {
        // Given
        align(vm("web"));

        // When
        align();
        VirtualMachineAligner.Result back = align(vm("web"));

        // Then
        assertThat(state(back)).isEqualTo(State.PENDING);
        assertThat(writes.sent()).hasSize(1);
    }

    // ---- restarts

    static Stream<Arguments> instances() {
        return Stream.of(
                arguments("another model", "EPYC", "aes avx2", "Running", 1),
                arguments("host-model", "host-model", "", "Running", 1),
                arguments("fewer features", "IvyBridge-IBRS", "aes", "Running", 1),
                arguments("more features, from a preference", "IvyBridge-IBRS", "aes avx2 bmi1", "Running", 0),
                arguments("still starting with another model", "EPYC", "aes avx2", "Scheduling", 1),
                arguments("the same", "IvyBridge-IBRS", "aes avx2", "Running", 0),
                arguments("another model, but finished", "EPYC", "", "Succeeded", 0),
                arguments("another model, but failed", "EPYC", "", "Failed", 0));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("instances")
    void an_instance_that_runs_with_another_cpu_waits_for_its_restart(
            String name, String model, String features, String phase, int expected) {
        // Given
        List<String> required = features.isEmpty() ? List.of() : List.of(features.split(" "));
        InstanceSnapshot instance = InstanceBuilder.instance("web")
                .cpu(model, required)
                .phase(phase)
                .build();

        // When
        Tally tally = overAll(
                        aligner,
                        List.of(
                                vm("web").carrying(TARGET).build(),
                                vm("stopped").carrying(TARGET).build()),
                        running(instance),
                        TARGET,
                        true)
                .tally();

        // Then
        assertThat(tally.pendingRestart()).isEqualTo(expected);
        assertThat(tally.in(State.APPLIED)).isEqualTo(2);
        assertThat(tally.examples(Reason.PendingRestart)).hasSize(expected);
    }

    @ParameterizedTest(name = "started {0} s after the pin")
    @CsvSource({"-60, 1", "0, 1", "60, 0"})
    void more_features_wait_for_a_restart_only_where_an_earlier_pin_has_brought_them(long after, int expected) {
        // Given
        InstanceSnapshot instance = InstanceBuilder.instance("web")
                .created(TARGET.pinned() + after)
                .cpu("IvyBridge-IBRS", List.of("aes", "avx2", "bmi1"))
                .build();

        // When
        Tally tally = overAll(aligner, List.of(vm("web").carrying(TARGET).build()), running(instance), TARGET, true)
                .tally();

        // Then
        assertThat(tally.pendingRestart()).isEqualTo(expected);
    }

    @Test
    void one_just_written_waits_for_its_restart_before_the_watch_shows_it() {
        // Given
        InstanceSnapshot instance =
                InstanceBuilder.instance("web").cpu("EPYC", List.of()).build();
        Running running = running(instance);
        overAll(aligner, List.of(vm("web").build()), running, TARGET, true);
        writes.answer(APPLIED);

        // When
        Tally tally = overAll(aligner, List.of(vm("web").build()), running, TARGET, true)
                .tally();

        // Then
        assertThat(tally.pendingRestart()).isEqualTo(1);
    }

    private static Running running(InstanceSnapshot instance) {
        return new Running(
                name -> name.name().equals(instance.name()) ? instance : null,
                node -> node.equals("amd-0") ? "AMD" : node.isEmpty() ? "" : "Intel");
    }

    static Stream<Arguments> starts() {
        return Stream.of(
                arguments("before the pin", -1, "host-model", 0),
                arguments("in the second of the pin", 0, "host-model", 0),
                arguments("after the pin", 1, "host-model", 1),
                arguments("after the pin, and with it", 1, "IvyBridge-IBRS", 0));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("starts")
    void an_instance_that_was_started_without_the_pin_in_force_is_counted(
            String name, int seconds, String model, int expected) {
        // Given
        InstanceSnapshot instance = InstanceBuilder.instance("web")
                .created(Targets.PINNED + seconds)
                .cpu(model, List.of("aes", "avx2"))
                .build();

        // When
        Tally tally = overAll(aligner, List.of(vm("web").carrying(TARGET).build()), running(instance), TARGET, true)
                .tally();

        // Then
        assertThat(tally.with(Reason.StartedWithout)).isEqualTo(expected);
        assertThat(tally.examples(Reason.StartedWithout)).hasSize(expected);
        assertThat(tally.in(State.APPLIED)).isEqualTo(1);
    }

    static Stream<Arguments> whereItRuns() {
        return Stream.of(
                arguments("on the other vendor", "amd-0", "Running", vm("web"), 1),
                arguments(
                        "on the other vendor, written already",
                        "amd-0",
                        "Running",
                        vm("web").carrying(TARGET),
                        1),
                arguments("on the baseline's vendor", "intel-0", "Running", vm("web"), 0),
                arguments("nowhere yet", "", "Scheduling", vm("web"), 0),
                arguments("not any more", "amd-0", "Succeeded", vm("web"), 0),
                arguments(
                        "on the other vendor, but it is left alone",
                        "amd-0",
                        "Running",
                        vm("web").optedOut(),
                        0));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("whereItRuns")
    void one_that_runs_on_another_vendor_is_counted_before_anything_is_written(
            String name, String node, String phase, VirtualMachineBuilder vm, int expected) {
        // Given
        InstanceSnapshot instance =
                InstanceBuilder.instance("web").phase(phase).on(node).build();

        // When
        Tally observed = overAll(aligner, List.of(vm.build()), running(instance), TARGET, false)
                .tally();
        Tally foreseen = VirtualMachineAligner.foresee(
                List.of(vm.build()), running(instance), TARGET, VirtualMachineAligner.LettingGo.NOBODY);
        Tally written = overAll(aligner, List.of(vm.build()), running(instance), TARGET, true)
                .tally();

        // Then
        assertThat(Stream.of(observed, foreseen, written).map(tally -> tally.with(Reason.ChangesVendor)))
                .containsOnly(expected);
    }

    @Test
    void for_a_baseline_of_several_vendors_none_changes_its_vendor() {
        // Given
        InstanceSnapshot instance = InstanceBuilder.instance("web").on("amd-0").build();

        // When
        Tally tally = VirtualMachineAligner.foresee(
                List.of(vm("web").build()),
                running(instance),
                Targets.mixed("all-nodes", "Nehalem"),
                VirtualMachineAligner.LettingGo.NOBODY);

        // Then
        assertThat(tally.with(Reason.ChangesVendor)).isZero();
    }

    // ---- conflicts

    static Stream<Arguments> conflicts() {
        return Stream.of(
                arguments("seen", vm("web").model("EPYC", "kubectl"), APPLIED),
                arguments("answered", vm("web"), CONFLICT));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("conflicts")
    void a_conflict_is_told_once_if_it_still_holds_after_a_while(
            String name, VirtualMachineBuilder vm, WriteOutcome outcome) {
        // Given
        writes.answerAtOnce(outcome);
        align(vm);

        // When
        VirtualMachineAligner.Result first = align(vm);
        clock.pass(options.conflictDelay().minusMillis(1));
        align(vm);
        List<String> early = List.copyOf(troubles);
        clock.pass(Duration.ofMillis(1));
        align(vm);
        VirtualMachineAligner.Result told = align(vm);

        // Then
        assertThat(first.next()).isEqualTo(options.conflictDelay().plus(TICK));
        assertThat(early).isEmpty();
        assertThat(troubles).containsExactly("all-nodes web: Conflicting");
        assertThat(told.next()).isNull();
    }

    @Test
    void a_conflict_that_is_gone_in_time_is_never_told_and_the_next_one_waits_as_long() {
        // Given
        writes.answerAtOnce(APPLIED);
        align(vm("web").model("EPYC", "velero"));

        // When
        clock.pass(options.conflictDelay().minusMillis(1));
        align(vm("web").carrying(TARGET));
        clock.pass(options.conflictDelay());
        align(vm("web").model("EPYC", "velero"));

        // Then
        assertThat(troubles).isEmpty();
    }

    @Test
    void an_instancetype_that_sets_a_field_itself_is_skipped_until_the_virtual_machine_changes() {
        // Given
        writes.answerAtOnce(new WriteOutcome.Instancetype("nodeSelector conflicts with selected instance type"));
        align(vm("web").instancetype());

        // When
        clock.pass(Duration.ofDays(1));
        VirtualMachineAligner.Result skipped = align(vm("web").instancetype());

        // Then
        assertThat(state(skipped)).isEqualTo(State.SKIPPED);
        assertThat(skipped.tally().with(Reason.InstancetypeConflict)).isEqualTo(1);
        assertThat(skipped.next()).isNull();
        assertThat(troubles).isEmpty();
        assertThat(writes.sent()).hasSize(1);

        // And when
        align(vm("web").generation(2));

        // Then
        assertThat(writes.sent()).hasSize(2);
    }

    @Test
    void another_baseline_that_holds_one_is_named() {
        // When
        VirtualMachineAligner.Result result = align(vm("web").carrying(OF_RACK_7), vm("db").carrying(OF_RACK_7));

        // Then
        assertThat(result.tally().with(Reason.ClaimedByOther)).isEqualTo(2);
        assertThat(result.tally().claimants()).containsExactly("rack-7");
        assertThat(troubles).isEmpty();
    }

    // ---- threads

    @Test
    void notices_are_given_without_a_lock_so_that_another_thread_may_align_meanwhile() {
        // Given
        VirtualMachineAligner[] busy = new VirtualMachineAligner[1];
        Runnable alignElsewhere =
                () -> CompletableFuture.runAsync(() -> overAll(busy[0], many(1), Running.nothing(), OF_RACK_7, false))
                        .orTimeout(5, TimeUnit.SECONDS)
                        .join();
        busy[0] = aligner(new VirtualMachineAligner.Notices() {
            @Override
            public void trouble(String baseline, VirtualMachineSnapshot vm, Reason reason, String message) {
                alignElsewhere.run();
                troubles.add(vm.name());
            }

            @Override
            public void written(String baseline, VirtualMachineSnapshot vm, OwnedFields fields, WriteOutcome outcome) {
                alignElsewhere.run();
                written.add(outcome);
            }
        });
        writes.answerAtOnce(REFUSED);

        // When
        List<VirtualMachineSnapshot> both =
                List.of(vm("web").build(), vm("db").model("EPYC", "kubectl").build());
        overAll(busy[0], both, Running.nothing(), TARGET, true);
        clock.pass(options.conflictDelay());
        writes.answerLater();
        overAll(busy[0], both, Running.nothing(), TARGET, true);

        // Then
        assertThat(written).containsExactly(REFUSED);
        assertThat(troubles).containsExactlyInAnyOrder("web", "db");
    }

    @Test
    void answers_on_many_threads_lose_and_repeat_nothing() throws InterruptedException {
        // Given
        int count = 2_000;
        ExecutorService threads = Executors.newFixedThreadPool(8);
        AtomicInteger underway = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        List<String> names = Collections.synchronizedList(new ArrayList<>());
        WriteQueue.Writes concurrent = new WriteQueue.Writes() {
            @Override
            public CompletableFuture<WriteOutcome> apply(
                    VirtualMachineSnapshot vm, String manager, OwnedFields fields) {
                most.accumulateAndGet(underway.incrementAndGet(), Math::max);
                names.add(vm.name());
                return CompletableFuture.supplyAsync(
                        () -> {
                            underway.decrementAndGet();
                            return APPLIED;
                        },
                        threads);
            }

            @Override
            public CompletableFuture<WriteOutcome> takeOver(
                    VirtualMachineSnapshot vm, String manager, Action.TakeOver action) {
                return apply(vm, manager, action.fields());
            }
        };
        CountDownLatch all = new CountDownLatch(count);
        VirtualMachineAligner shared = new VirtualMachineAligner(
                new WriteQueue(concurrent, clock::nanoTime), quiet(), baseline -> all.countDown(), options);

        // When
        overAll(shared, many(count), Running.nothing(), TARGET, true);
        while (all.getCount() > 0) {
            overAll(shared, many(count), Running.nothing(), TARGET, true);
        }

        // Then
        assertThat(names).hasSize(count).doesNotHaveDuplicates();
        assertThat(most.get()).isLessThanOrEqualTo(16);
        assertThat(overAll(shared, many(count), Running.nothing(), TARGET, true)
                        .tally()
                        .in(State.APPLIED))
                .isEqualTo(count);
        threads.shutdown();
        assertThat(threads.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
    }
}
