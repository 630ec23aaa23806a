package io.cpubaseline.operator.machines;

import static io.cpubaseline.virtualmachine.VirtualMachineBuilder.vm;
import static org.assertj.core.api.Assertions.assertThat;

import io.cpubaseline.Reason;
import io.cpubaseline.operator.machines.VirtualMachineAligner.LettingGo;
import io.cpubaseline.operator.machines.VirtualMachineAligner.Pace;
import io.cpubaseline.operator.machines.VirtualMachineAligner.Result;
import io.cpubaseline.operator.testing.ManualClock;
import io.cpubaseline.operator.testing.Options;
import io.cpubaseline.virtualmachine.InstanceBuilder;
import io.cpubaseline.virtualmachine.InstanceSnapshot;
import io.cpubaseline.virtualmachine.OwnedFields;
import io.cpubaseline.virtualmachine.Pacing.Hold;
import io.cpubaseline.virtualmachine.Rollout;
import io.cpubaseline.virtualmachine.Share;
import io.cpubaseline.virtualmachine.Tally.State;
import io.cpubaseline.virtualmachine.Target;
import io.cpubaseline.virtualmachine.Targets;
import io.cpubaseline.virtualmachine.Tempo;
import io.cpubaseline.virtualmachine.VirtualMachineBuilder;
import io.cpubaseline.virtualmachine.VirtualMachineSnapshot;
import io.cpubaseline.virtualmachine.WriteOutcome;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Virtual machines whose instances got the pin when they were created, within a roll-out. */
class FirstStartsRolloutTest {

    private static final Target TARGET = Targets.of("all-nodes", "Intel", "IvyBridge-IBRS", "avx2");
    private static final Target OLDER = Targets.of("all-nodes", "Intel", "Nehalem");
    private static final Duration PROOF_TIME = Duration.ofMinutes(5);
    private static final Rollout TENTH = unproven("10%");

    private final ScriptedWrites writes = new ScriptedWrites();
    private final ManualClock clock = new ManualClock();
    private final Map<String, VirtualMachineSnapshot> machines = new TreeMap<>();
    private final Map<String, InstanceSnapshot> instances = new HashMap<>();
    private final Tempo tempo = new Tempo(0);
    private final VirtualMachineAligner aligner = new VirtualMachineAligner(
            new WriteQueue(writes, clock::nanoTime),
            new VirtualMachineAligner.Notices() {
                @Override
                public void trouble(String baseline, VirtualMachineSnapshot vm, Reason reason, String message) {}

                @Override
                public void written(
                        String baseline, VirtualMachineSnapshot vm, OwnedFields fields, WriteOutcome outcome) {
                    machine(vm(vm.name()).generation(2).having(fields, "cpu-baseline.all-nodes"));
                }
            },
            baseline -> {},
            Options.quick());

    @BeforeEach
    void answered() {
        writes.answerAtOnce(new WriteOutcome.Applied("2", 2));
    }

    private static Rollout unproven(String maxUnproven) {
        return new Rollout(false, Share.ALL, Share.parse(maxUnproven).orElseThrow(), 0, 10);
    }

    private void machine(VirtualMachineBuilder builder) {
        VirtualMachineSnapshot vm = builder.namespace("shop").build();
        machines.put(vm.name(), vm);
    }

    private void runs(InstanceBuilder builder) {
        InstanceSnapshot instance = builder.namespace("shop").on("n0").build();
        instances.put(instance.name(), instance);
    }

    private InstanceBuilder instance(String name) {
        return InstanceBuilder.instance(name).runningSince(clock.instant().getEpochSecond());
    }

    /** KubeVirt has started it before it was written, and the policy has given it the target. */
    private void startsWithIt(String name) {
        machine(vm(name));
        runs(instance(name).given(TARGET));
    }

    /** Null: none may get it. */
    private @Nullable Duration startsFirst = Duration.ZERO;

    private Result look(Rollout rollout, Target target) {
        Running running = new Running(name -> instances.get(name.name()), node -> "Intel");
        Pace pace = new Pace(rollout, tempo, PROOF_TIME, startsFirst, clock);
        Passes.overAll(aligner, List.copyOf(machines.values()), running, target, pace, LettingGo.NOBODY, true);
        // What was written is in the next look.
        return Passes.overAll(aligner, List.copyOf(machines.values()), running, target, pace, LettingGo.NOBODY, true);
    }

    private Result look(Rollout rollout) {
        return look(rollout, TARGET);
    }

    @Test
    void once_no_instance_gets_it_any_more_what_got_it_is_written_after_a_while_lest_its_next_start_is_without() {
        // Given
        machine(vm("vm-0").carrying(TARGET));
        runs(instance("vm-0").carrying(TARGET));
        clock.pass(PROOF_TIME);
        startsWithIt("vm-1");
        startsWithIt("vm-2");
        assertThat(look(TENTH).firstStarts().open()).isTrue();

        // When it ends for a moment, as while a restarted operator doesn't know all baselines yet
        startsFirst = null;
        look(TENTH);
        clock.pass(PROOF_TIME.dividedBy(2));
        startsFirst = Duration.ZERO;
        look(TENTH);
        clock.pass(PROOF_TIME);
        look(TENTH);

        // Then nothing is written
        assertThat(writes.sent()).isEmpty();

        // When it ends for good
        startsFirst = null;
        Result result = look(TENTH);

        // Then it is still left alone for as long as a proof takes
        assertThat(writes.sent()).isEmpty();
        assertThat(result.next()).isNotNull().isLessThanOrEqualTo(PROOF_TIME.plusMillis(2));
        clock.pass(PROOF_TIME);
        look(TENTH);
        assertThat(writes.sent()).containsExactly("apply vm-1 IvyBridge-IBRS", "apply vm-2 IvyBridge-IBRS");
    }

    @Test
    void a_pause_writes_nothing_whatever_instances_get() {
        // Given
        startsWithIt("vm-1");
        startsFirst = null;

        // When
        for (int i = 0; i < 3; i++) {
            Running running = new Running(name -> instances.get(name.name()), node -> "Intel");
            Pace pace = new Pace(TENTH, tempo, PROOF_TIME, null, clock);
            Passes.overAll(aligner, List.copyOf(machines.values()), running, TARGET, pace, LettingGo.NOBODY, false);
            clock.pass(PROOF_TIME);
        }
        look(TENTH);

        // Then, as nobody knows yet for how long no instance has got it
        assertThat(writes.sent()).isEmpty();
    }

    @Test
    void what_got_it_at_its_first_start_is_applied_and_written_when_it_is_stopped() {
        // Given one that was written, and has proven the revision
        machine(vm("vm-0").carrying(TARGET));
        runs(instance("vm-0").carrying(TARGET));
        clock.pass(PROOF_TIME);
        assertThat(look(TENTH).firstStarts().open()).isTrue();

        // When others are created, and get it at their first start
        startsWithIt("vm-1");
        startsWithIt("vm-2");
        Result result = look(TENTH);

        // Then nothing is written, and nothing waits for a restart
        assertThat(writes.sent()).isEmpty();
        assertThat(result.tally().selected()).isEqualTo(3);
        assertThat(result.tally().in(State.APPLIED)).isEqualTo(3);
        assertThat(result.tally().pendingRestart()).isZero();
        assertThat(result.tally().examples(Reason.GivenAtStart)).containsExactly("shop/vm-1", "shop/vm-2");

        // When one of them is stopped
        instances.remove("vm-1");
        result = look(TENTH);

        // Then it is written, and the other one isn't
        assertThat(writes.sent()).containsExactly("apply vm-1 IvyBridge-IBRS");
        assertThat(result.tally().in(State.APPLIED)).isEqualTo(3);
        assertThat(result.tally().examples(Reason.GivenAtStart)).containsExactly("shop/vm-2");
    }

    @Test
    void a_new_one_is_left_to_start_for_a_moment_where_its_instance_gets_it() {
        // Given
        startsFirst = Duration.ofSeconds(10);
        machine(vm("vm-0").carrying(TARGET));
        runs(instance("vm-0").carrying(TARGET));
        clock.pass(PROOF_TIME);
        look(TENTH);

        // When one is created that KubeVirt starts, one that nobody starts, and one that runs without it
        machine(vm("vm-1"));
        machine(vm("vm-2"));
        machine(vm("vm-3"));
        runs(instance("vm-3"));
        Result first = look(TENTH);

        // Then
        assertThat(first.tally().in(State.PENDING)).isEqualTo(2);
        assertThat(first.next()).isEqualTo(startsFirst.plusMillis(1));
        assertThat(writes.sent()).containsExactly("apply vm-3 IvyBridge-IBRS");

        // When
        runs(instance("vm-1").given(TARGET));
        clock.pass(startsFirst);
        Result later = look(TENTH);

        // Then
        assertThat(writes.sent()).containsExactly("apply vm-3 IvyBridge-IBRS", "apply vm-2 IvyBridge-IBRS");
        assertThat(later.tally().in(State.APPLIED)).isEqualTo(4);

        // When it is stopped, Then it is written at once
        instances.remove("vm-1");
        look(TENTH);
        assertThat(writes.sent()).hasSize(3);
    }

    @Test
    void before_the_proof_a_new_one_is_written_at_once() {
        // Given
        startsFirst = Duration.ofSeconds(10);
        machine(vm("vm-0"));

        // When
        look(TENTH);

        // Then
        assertThat(writes.sent()).containsExactly("apply vm-0 IvyBridge-IBRS");
    }

    @Test
    void they_count_for_the_limits_and_prove_the_revision() {
        // Given
        startsWithIt("vm-0");
        startsWithIt("vm-1");
        machine(vm("vm-2"));
        machine(vm("vm-3"));

        // When, Then as many have it as may
        Result full = look(new Rollout(false, new Share(2, false), Share.ALL, 0, 10));
        assertThat(full.progress().heldBy(Hold.MAX_UPDATED)).isEqualTo(2);
        assertThat(look(unproven("1")).progress().heldBy(Hold.PROOF)).isEqualTo(2);
        assertThat(writes.sent()).isEmpty();

        // When they have run for long enough
        clock.pass(PROOF_TIME);
        look(unproven("1"));

        // Then others may have it, too
        assertThat(writes.sent()).containsExactly("apply vm-2 IvyBridge-IBRS", "apply vm-3 IvyBridge-IBRS");
    }

    @Test
    void none_begins_before_the_proof_nor_after_a_guest_finds_no_node() {
        // Given
        startsWithIt("vm-0");
        assertThat(look(TENTH).firstStarts().open()).isFalse();

        // When, Then
        clock.pass(PROOF_TIME);
        assertThat(look(TENTH).firstStarts().open()).isTrue();

        // When another one finds no node
        machine(vm("vm-1"));
        runs(InstanceBuilder.instance("vm-1")
                .given(TARGET)
                .phase("Scheduling")
                .unschedulable("0/7 nodes are available: 7 node(s) didn't match Pod's node affinity/selector."));

        // Then
        Result halted = look(TENTH);
        assertThat(halted.progress().halted()).isTrue();
        assertThat(halted.firstStarts().open()).isFalse();
        assertThat(writes.sent()).isEmpty();
    }

    @Test
    void with_another_revision_they_are_written_as_any_that_run() {
        // Given
        startsWithIt("vm-0");
        clock.pass(PROOF_TIME);
        assertThat(look(TENTH).firstStarts().open()).isTrue();

        // When the pin moves
        Result moved = look(TENTH, OLDER);

        // Then it isn't proven
        assertThat(moved.firstStarts().open()).isFalse();
        assertThat(writes.sent()).containsExactly("apply vm-0 Nehalem");
        assertThat(moved.tally().pendingRestart()).isOne();
        assertThat(moved.tally().with(Reason.GivenAtStart)).isZero();
    }

    @Test
    void one_that_is_left_alone_is_named_while_it_is_there_and_left_alone() {
        // Given
        Rollout unlimited = Rollout.unlimited();
        machine(vm("vm-0").optedOut());
        assertThat(look(unlimited).firstStarts().except()).containsExactly("shop/vm-0");

        // When, Then
        machine(vm("vm-0"));
        assertThat(look(unlimited).firstStarts().except()).isEmpty();

        // When, Then
        machine(vm("vm-0").optedOut());
        assertThat(look(unlimited).firstStarts().except()).isNotEmpty();
        machines.clear();
        assertThat(look(unlimited).firstStarts().except()).isEmpty();
    }
}
