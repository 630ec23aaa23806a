package io.cpubaseline.operator.machines;

import static io.cpubaseline.virtualmachine.VirtualMachineBuilder.vm;
import static org.assertj.core.api.Assertions.assertThat;

import io.cpubaseline.Reason;
import io.cpubaseline.operator.machines.VirtualMachineAligner.LettingGo;
import io.cpubaseline.operator.machines.VirtualMachineAligner.Pace;
import io.cpubaseline.operator.machines.VirtualMachineAligner.Result;
import io.cpubaseline.operator.testing.ManualClock;
import io.cpubaseline.operator.testing.Options;
import io.cpubaseline.operator.watch.ObjectName;
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
import io.cpubaseline.virtualmachine.VirtualMachineSnapshot;
import io.cpubaseline.virtualmachine.WriteOutcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** A revision on its way into many virtual machines, with the limits of a spec. */
class RolloutTest {

    private static final Target TARGET = Targets.of("all-nodes", "Intel", "IvyBridge-IBRS", "avx2");
    private static final Target OLDER = Targets.of("all-nodes", "Intel", "Nehalem");
    private static final Target ANYWHERE = Targets.of("all-nodes", "", "IvyBridge-IBRS", "avx2");
    private static final Duration PROOF_TIME = Duration.ofMinutes(5);
    private static final WriteOutcome APPLIED = new WriteOutcome.Applied("2", 2);
    private static final WriteOutcome REFUSED = new WriteOutcome.Refused("webhook says no");

    private final ScriptedWrites writes = new ScriptedWrites();
    private final ManualClock clock = new ManualClock();
    private final WriteQueue queue = new WriteQueue(writes, clock::nanoTime);
    private final Map<String, VirtualMachineSnapshot> machines = new TreeMap<>();
    private final Map<ObjectName, InstanceSnapshot> instances = new HashMap<>();
    private Tempo tempo = new Tempo(0);
    private VirtualMachineAligner aligner = aligner();

    private VirtualMachineAligner aligner() {
        return new VirtualMachineAligner(
                queue,
                new VirtualMachineAligner.Notices() {
                    @Override
                    public void trouble(String baseline, VirtualMachineSnapshot vm, Reason reason, String message) {}

                    @Override
                    public void written(
                            String baseline, VirtualMachineSnapshot vm, OwnedFields fields, WriteOutcome outcome) {
                        if (outcome instanceof WriteOutcome.Applied) {
                            machines.put(
                                    vm.namespace() + "/" + vm.name(),
                                    vm(vm.name())
                                            .namespace(vm.namespace())
                                            .generation(2)
                                            .having(fields, "cpu-baseline.all-nodes")
                                            .build());
                        }
                    }
                },
                baseline -> {},
                Options.quick());
    }

    private void machine(String namespace, String name, Target carried) {
        machines.put(
                namespace + "/" + name,
                vm(name).namespace(namespace).carrying(carried).build());
    }

    private void machines(int count) {
        for (int i = 0; i < count; i++) {
            String name = "vm-%02d".formatted(i);
            machines.put("shop/" + name, vm(name).namespace("shop").build());
        }
    }

    private void running(String namespace, String name, Target with) {
        instances.put(
                new ObjectName(namespace, name),
                InstanceBuilder.instance(name)
                        .namespace(namespace)
                        .carrying(with)
                        .build());
    }

    private void runs(String name, Target with, String node, long since, String unschedulable) {
        instances.put(
                new ObjectName("shop", name),
                InstanceBuilder.instance(name)
                        .carrying(with)
                        .phase(unschedulable.isEmpty() ? "Running" : "Scheduling")
                        .on(node)
                        .runningSince(since)
                        .unschedulable(unschedulable)
                        .build());
    }

    private long second() {
        return clock.instant().getEpochSecond();
    }

    private static Rollout unproven(String maxUnproven) {
        return new Rollout(false, Share.ALL, Share.parse(maxUnproven).orElseThrow(), 0, 10);
    }

    private static final String NO_NODE =
            "0/7 nodes are available: 7 node(s) didn't match Pod's node affinity/selector.";

    @Test
    void it_waits_until_a_guest_has_run_with_the_revision_for_long_enough() {
        // Given
        writes.answerAtOnce(APPLIED);
        machines(30);

        // When
        Result held = settle(TARGET, unproven("10%"));

        // Then
        assertThat(carrying(TARGET)).isEqualTo(3);
        assertThat(held.progress().heldBy(Hold.PROOF)).isEqualTo(27);
        assertThat(held.progress().unproven()).containsExactly("Intel");
        assertThat(held.next()).isNull();

        // When one is started
        runs("vm-00", TARGET, "n0", second(), "");
        Result started = settle(TARGET, unproven("10%"));

        // Then
        assertThat(carrying(TARGET)).isEqualTo(3);
        assertThat(started.next()).isEqualTo(PROOF_TIME.plusMillis(1));

        // When
        clock.pass(PROOF_TIME);
        Result proven = settle(TARGET, unproven("10%"));

        // Then
        assertThat(proven.tally().in(State.APPLIED)).isEqualTo(30);

        // And when it is stopped again, and a new one is created
        instances.clear();
        machines.put("shop/new", vm("new").namespace("shop").build());

        // Then
        assertThat(settle(TARGET, unproven("1")).tally().in(State.APPLIED)).isEqualTo(31);
    }

    @Test
    void a_proof_is_found_again_after_a_restart() {
        // Given
        writes.answerAtOnce(APPLIED);
        machines(30);
        runs("vm-29", TARGET, "n0", second() - PROOF_TIME.toSeconds(), "");

        // When
        Result result = settle(TARGET, unproven("10%"));

        // Then
        assertThat(result.tally().in(State.APPLIED)).isEqualTo(30);
    }

    @Test
    void a_guest_with_something_else_or_of_another_vendor_proves_nothing() {
        // Given
        writes.answerAtOnce(APPLIED);
        machines(30);
        runs("vm-05", OLDER, "n0", second() - 3_600, "");
        runs("vm-06", TARGET, "n9", second() - 3_600, "");

        // When
        settle(TARGET, unproven("10%"));

        // Then: one of them has it anyway
        assertThat(carrying(TARGET)).isLessThanOrEqualTo(4);
    }

    @Test
    void each_vendor_needs_a_proof_of_its_own_and_those_that_may_start_anywhere_need_all() {
        // Given ten on each vendor's nodes, ten that don't run
        writes.answerAtOnce(APPLIED);
        machines(30);
        for (int i = 0; i < 20; i++) {
            runs("vm-%02d".formatted(i), OLDER, i < 10 ? "n0" : "n9", second() - 3_600, "");
        }
        runs("vm-00", ANYWHERE, "n0", second() - 3_600, "");

        // When
        Result intel = settle(ANYWHERE, unproven("10%"));

        // Then
        assertThat(intel.progress().unproven()).containsExactly("", "AMD");
        assertThat(intel.progress().heldBy(Hold.PROOF)).isEqualTo(18);
        assertThat(carrying(ANYWHERE)).isEqualTo(12);

        // When
        runs("vm-10", ANYWHERE, "n9", second() - 3_600, "");
        Result both = settle(ANYWHERE, unproven("10%"));

        // Then
        assertThat(both.tally().in(State.APPLIED)).isEqualTo(30);
    }

    @Test
    void a_guest_that_finds_no_node_halts_it_and_the_way_back_is_open() {
        // Given
        writes.answerAtOnce(APPLIED);
        machines(30);
        machines.keySet().forEach(name -> machine("shop", name.substring(5), OLDER));
        settle(TARGET, unproven("10%"));
        assertThat(carrying(TARGET)).isEqualTo(3);

        // When
        runs("vm-01", TARGET, "", 0, NO_NODE);
        Result halted = settle(TARGET, unproven("100%"));

        // Then
        assertThat(carrying(TARGET)).isEqualTo(3);
        assertThat(halted.progress().halted()).isTrue();
        assertThat(halted.progress().stuck().orElseThrow().name()).isEqualTo("shop/vm-01");

        // When
        Result back = settle(OLDER, unproven("10%"));

        // Then
        assertThat(back.tally().in(State.APPLIED)).isEqualTo(30);
        assertThat(back.progress().halted()).isFalse();
    }

    @Test
    void it_goes_on_when_the_guest_finds_a_node() {
        // Given
        writes.answerAtOnce(APPLIED);
        machines(30);
        settle(TARGET, unproven("10%"));
        runs("vm-01", TARGET, "", 0, NO_NODE);
        settle(TARGET, unproven("100%"));

        // When
        runs("vm-01", TARGET, "n0", second(), "");

        // Then
        assertThat(settle(TARGET, unproven("100%")).tally().in(State.APPLIED)).isEqualTo(30);
    }

    @Test
    void full_nodes_alone_halt_nothing() {
        // Given
        writes.answerAtOnce(APPLIED);
        machines(30);
        settle(TARGET, unproven("10%"));

        // When
        runs("vm-01", TARGET, "", 0, "0/7 nodes are available: 7 Insufficient memory.");

        // Then
        assertThat(settle(TARGET, unproven("100%")).tally().in(State.APPLIED)).isEqualTo(30);
    }

    private static Rollout limits(boolean whenStopped, String maxUpdated, int perMinute, int failures) {
        return new Rollout(whenStopped, Share.parse(maxUpdated).orElseThrow(), Share.ALL, perMinute, failures);
    }

    private Result align(Target target, Rollout rollout) {
        return Passes.overAll(
                aligner,
                new ArrayList<>(machines.values()),
                new Running(instances::get, node -> node.equals("n9") ? "AMD" : "Intel"),
                target,
                new Pace(rollout, tempo, PROOF_TIME, null, clock),
                LettingGo.NOBODY,
                true);
    }

    /** Looks again until nothing is sent any more. */
    private Result settle(Target target, Rollout rollout) {
        Result result = align(target, rollout);
        int before = -1;
        while (before != writes.sent().size()) {
            before = writes.sent().size();
            result = align(target, rollout);
        }
        return result;
    }

    private long carrying(Target target) {
        return machines.values().stream()
                .filter(vm -> vm.model().equals(target.cpuModel()))
                .count();
    }

    @Test
    void it_stops_where_as_many_have_the_revision_as_may_and_goes_on_when_more_may() {
        // Given
        writes.answerAtOnce(APPLIED);
        machines(30);

        // When
        Result held = settle(TARGET, limits(false, "25%", 0, 10));

        // Then
        assertThat(carrying(TARGET)).isEqualTo(8);
        assertThat(held.tally().in(State.PENDING)).isEqualTo(22);
        assertThat(held.progress().heldBy(Hold.MAX_UPDATED)).isEqualTo(22);
        assertThat(held.progress().held()).isEqualTo(22);
        assertThat(held.next()).isNull();

        // When
        Result done = settle(TARGET, limits(false, "100%", 0, 10));

        // Then
        assertThat(done.tally().in(State.APPLIED)).isEqualTo(30);
        assertThat(done.progress().held()).isZero();
        assertThat(writes.sent()).hasSize(30).doesNotHaveDuplicates();
    }

    @Test
    void namespaces_are_written_in_turns() {
        // Given
        writes.answerAtOnce(APPLIED);
        for (String name : List.of("big/a", "big/b", "big/c", "big/d", "small/x", "tiny/y")) {
            String[] parts = name.split("/");
            machines.put(name, vm(parts[1]).namespace(parts[0]).build());
        }

        // When
        settle(TARGET, limits(false, "5", 0, 10));

        // Then
        assertThat(writes.sent().stream().map(sent -> sent.split(" ")[1])).containsExactly("a", "x", "y", "b", "c");
    }

    @Test
    void no_minute_has_more_writes_than_may_be_even_over_a_restart() {
        // Given
        writes.answerAtOnce(APPLIED);
        machines(40);
        Rollout rollout = limits(false, "100%", 6, 10);

        // When it is looked at whenever it asks for that, for four minutes, and restarted in the middle
        List<Long> sentAt = new ArrayList<>();
        while (clock.nanoTime() < Duration.ofMinutes(4).toNanos()) {
            Result result = align(TARGET, rollout);
            while (sentAt.size() < writes.sent().size()) {
                sentAt.add(clock.nanoTime());
            }
            if (sentAt.size() == 9) {
                aligner = aligner();
                tempo = new Tempo(clock.nanoTime());
            }
            clock.pass(Objects.requireNonNullElse(result.next(), Duration.ofSeconds(1)));
        }

        // Then
        for (long end : sentAt) {
            long begin = end - Duration.ofMinutes(1).toNanos();
            assertThat(sentAt.stream().filter(at -> at > begin && at <= end).count())
                    .isLessThanOrEqualTo(6);
        }
        assertThat(sentAt).hasSizeBetween(20, 24);
        assertThat(writes.sent()).doesNotHaveDuplicates();
    }

    @Test
    void one_refusal_too_many_halts_until_the_limits_or_the_revision_change() {
        // Given
        writes.answerAtOnce(REFUSED);
        machines(30);
        Rollout rollout = limits(false, "100%", 0, 3);

        // When
        Result halted = settle(TARGET, rollout);

        // Then
        assertThat(writes.sent()).hasSize(4);
        assertThat(halted.progress().halt()).startsWith("4 writes in a row were refused.");
        assertThat(halted.progress().heldBy(Hold.HALTED)).isEqualTo(26);
        assertThat(halted.tally().in(State.REFUSED)).isEqualTo(4);

        // When
        writes.answerAtOnce(APPLIED);
        Result back = settle(OLDER, rollout);

        // Then another revision is not held by it
        assertThat(back.tally().in(State.APPLIED)).isEqualTo(30);
        assertThat(back.progress().halt()).isEmpty();
    }

    @Test
    void refusals_between_which_something_is_accepted_halt_nothing() {
        // Given
        machines(30);
        Rollout rollout = limits(false, "100%", 0, 1);

        // When
        for (int i = 0; i < 60; i++) {
            writes.answerAtOnce(i % 2 == 0 ? APPLIED : REFUSED);
            align(TARGET, limits(false, Integer.toString(1 + i), 0, 1));
        }
        Result result = settle(TARGET, rollout);

        // Then
        assertThat(result.progress().halt()).isEmpty();
    }

    @Test
    void what_runs_is_left_alone_until_it_is_stopped_where_that_is_wanted() {
        // Given
        writes.answerAtOnce(APPLIED);
        machines(3);
        running("shop", "vm-01", OLDER);
        Rollout rollout = limits(true, "100%", 0, 10);

        // When
        Result held = settle(TARGET, rollout);

        // Then
        assertThat(writes.sent()).containsExactly("apply vm-00 IvyBridge-IBRS", "apply vm-02 IvyBridge-IBRS");
        assertThat(held.progress().running()).isOne();
        assertThat(held.progress().held()).isOne();

        // When
        instances.clear();
        Result done = settle(TARGET, rollout);

        // Then
        assertThat(done.tally().in(State.APPLIED)).isEqualTo(3);
        assertThat(done.progress().held()).isZero();
    }

    @Test
    void the_way_back_is_open_for_guests_that_run_with_it_anyway_and_for_the_last_few() {
        // Given eight of ten have had it from before, and what was new got into two
        writes.answerAtOnce(APPLIED);
        machines(10);
        machines.keySet().forEach(name -> machine("shop", name.substring(5), OLDER));
        machine("shop", "vm-03", TARGET);
        machine("shop", "vm-07", TARGET);
        running("shop", "vm-03", OLDER);

        // When
        Result back = settle(OLDER, limits(true, "20%", 0, 10));

        // Then
        assertThat(back.tally().in(State.APPLIED)).isEqualTo(10);
        assertThat(writes.sent()).hasSize(2);
    }

    @Test
    void what_is_given_back_obeys_the_limit_per_minute_and_what_has_opted_out_does_not() {
        // Given
        writes.answerAtOnce(APPLIED);
        for (int i = 0; i < 5; i++) {
            machine("shop", "vm-" + i, TARGET);
        }
        machines.put(
                "shop/out",
                vm("out").namespace("shop").carrying(TARGET).optedOut().build());

        // When
        Result first = align(Target.nothing("all-nodes"), limits(false, "100%", 60, 10));

        // Then
        assertThat(writes.sent()).containsExactly("release out cpu-baseline.all-nodes");
        assertThat(first.next()).isBetween(Duration.ofMillis(990), Duration.ofMillis(1_010));

        // When
        clock.pass(Duration.ofSeconds(1));
        align(Target.nothing("all-nodes"), limits(false, "100%", 60, 10));

        // Then
        assertThat(writes.sent()).hasSize(2);
    }
}
