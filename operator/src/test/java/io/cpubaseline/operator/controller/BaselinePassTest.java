package io.cpubaseline.operator.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cpubaseline.Reason;
import io.cpubaseline.api.v1alpha1.ClusterCpuBaseline;
import io.cpubaseline.api.v1alpha1.ClusterCpuBaselineSpec;
import io.cpubaseline.api.v1alpha1.ClusterCpuBaselineStatus;
import io.cpubaseline.api.v1alpha1.Condition;
import io.cpubaseline.api.v1alpha1.EarlierBaseline;
import io.cpubaseline.api.v1alpha1.FirstStartsReport;
import io.cpubaseline.api.v1alpha1.PinnedBaseline;
import io.cpubaseline.change.Story;
import io.cpubaseline.fleet.CpuEvidence;
import io.cpubaseline.fleet.NodeCpu;
import io.cpubaseline.fleet.Silicon;
import io.cpubaseline.operator.telling.StatusWriter.Outcome;
import io.cpubaseline.operator.testing.ManualClock;
import io.cpubaseline.report.Observation;
import io.cpubaseline.report.Problem;
import io.cpubaseline.virtualmachine.Tally;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** In which order a pass does what it does, what its failures leave behind, and when it comes again. */
class BaselinePassTest {

    private static final Duration GRACE = Duration.ofMinutes(10);
    private static final Duration COUNTS = Duration.ofSeconds(30);
    private static final List<NodeCpu> SKYLAKES = Story.nodes("xeon-gold-6130", "xeon-gold-6130");
    private static final List<NodeCpu> HASWELLS = Story.nodes("xeon-e5-2650-v4", "xeon-e5-2650-v4");
    private static final String SKYLAKE = Story.answer(SKYLAKES);
    private static final String OTHER = Story.answer(HASWELLS);

    private final FakeWorld world = new FakeWorld(SKYLAKES);
    private final ManualClock clock = new ManualClock();
    private final ClusterCpuBaseline baseline = baseline("main");
    private final BaselinePass pass = new BaselinePass(
            Story.PLANNER,
            world,
            world,
            world,
            world,
            (one, intent) -> world.finalizerIsRight,
            world,
            world,
            GRACE,
            COUNTS,
            clock,
            clock);

    private static ClusterCpuBaseline baseline(String name) {
        ClusterCpuBaseline baseline = new ClusterCpuBaseline();
        baseline.setMetadata(new ObjectMetaBuilder()
                .withName(name)
                .withUid("uid-" + name)
                .withResourceVersion("1")
                .withGeneration(1L)
                .build());
        return baseline;
    }

    private void approve(String revision) {
        ClusterCpuBaselineSpec defaults = ClusterCpuBaselineSpec.defaults();
        baseline.setSpec(new ClusterCpuBaselineSpec(
                false,
                defaults.nodeSelector(),
                defaults.vendors(),
                null,
                null,
                defaults.features(),
                defaults.plannedNodes(),
                defaults.capacity(),
                defaults.changes(),
                revision,
                null,
                defaults.clusterDefault()));
        baseline.getMetadata().setGeneration(baseline.getMetadata().getGeneration() + 1);
    }

    /** What the status says now, as far as the API server took it. */
    private ClusterCpuBaselineStatus status() {
        return Optional.ofNullable(world.status).orElseThrow();
    }

    private @Nullable String pinned() {
        PinnedBaseline pinned = world.status == null ? null : world.status.pinned();
        return pinned == null ? null : pinned.revision();
    }

    private Condition condition(String type) {
        return status().conditions().stream()
                .filter(condition -> condition.type().equals(type))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void a_new_pin_is_persisted_and_told_before_it_is_applied_and_what_came_of_it_is_reported_last()
            throws IOException {
        // When
        Duration again = pass.over(baseline);

        // Then
        assertThat(world.done)
                .containsExactly(
                        "foresee " + SKYLAKE,
                        "write " + SKYLAKE,
                        "tell FirstAdoption " + SKYLAKE,
                        "tell status",
                        "align " + SKYLAKE,
                        "observed",
                        "write " + SKYLAKE);
        assertThat(again).isNull();
    }

    @Test
    void a_pass_in_which_nothing_has_changed_applies_reports_and_does_not_come_again() throws IOException {
        // Given
        pass.over(baseline);
        world.done.clear();

        // When
        Duration again = pass.over(baseline);

        // Then
        assertThat(again).isNull();
        assertThat(world.done).containsExactly("align " + SKYLAKE, "observed", "write " + SKYLAKE);
        assertThat(world.written).as("statuses that differ").isEqualTo(1);
    }

    @Test
    void what_became_of_virtual_machines_is_in_the_status_of_the_same_pass() throws IOException {
        // Given
        Tally tally = new Tally();
        tally.count(Tally.State.APPLIED);
        world.machines(Observation.Mode.PATCH, tally);

        // When
        pass.over(baseline);

        // Then
        assertThat(status().virtualMachines())
                .satisfies(counts ->
                        assertThat(Objects.requireNonNull(counts).applied()).isEqualTo(1));
        assertThat(world.written).as("the pin, and then what came of it").isEqualTo(2);
    }

    @Test
    void whose_instances_may_get_the_pin_is_said_where_the_policy_is_bound_and_all_nodes_are_of_its_vendor()
            throws IOException {
        // Given
        world.machines(Observation.Mode.PATCH, new Tally());
        world.firstStartsExcept("shop/out");

        // When, Then nothing is bound
        pass.over(baseline);
        assertThat(status().firstStarts()).isNull();

        // When, Then
        world.firstStarts = true;
        pass.over(baseline);
        assertThat(status().firstStarts()).isEqualTo(new FirstStartsReport(SKYLAKE, List.of("shop/out")));

        // When, Then a node of another vendor comes that doesn't label the model
        world.nodes = Story.and(SKYLAKES, Story.node("n2", "epyc-7601-32-core"));
        pass.over(baseline);
        assertThat(status().firstStarts()).isNotNull();

        // When, Then one comes that does
        CpuEvidence like = SKYLAKES.get(0).evidence();
        CpuEvidence amd = new CpuEvidence(
                like.labelledFeatures(), like.labelledModels(), new TreeSet<>(Set.of("AMD")), Silicon.unknown());
        world.nodes = Story.and(SKYLAKES, Story.node("n2", amd));
        pass.over(baseline);
        assertThat(pinned()).isEqualTo(SKYLAKE);
        assertThat(status().firstStarts()).isNull();
    }

    @Test
    void a_new_pin_is_persisted_with_nothing_that_instances_may_get() throws IOException {
        // Given
        world.machines(Observation.Mode.PATCH, new Tally());
        world.firstStartsExcept("shop/out");
        world.firstStarts = true;
        pass.over(baseline);
        world.nodes = HASWELLS;
        approve(OTHER);

        // When it is persisted, and the pass ends there
        world.failure = new IllegalStateException("no more threads");
        assertThatThrownBy(() -> pass.over(baseline)).isInstanceOf(IllegalStateException.class);

        // Then
        assertThat(pinned()).isEqualTo(OTHER);
        assertThat(status().firstStarts()).isNull();
    }

    @Test
    void a_pin_that_is_not_persisted_since_the_object_has_changed_is_not_applied_and_is_decided_anew()
            throws IOException {
        // Given
        world.answer(new Outcome.Stale());

        // When
        Duration again = pass.over(baseline);

        // Then
        assertThat(again).isEqualTo(BaselinePass.SOON);
        assertThat(world.done).containsExactly("foresee " + SKYLAKE, "write " + SKYLAKE);
        assertThat(world.status).isNull();

        // When the next version has come, and the nodes have changed meanwhile: another answer has to hold anew
        world.nodes = HASWELLS;
        Duration held = pass.over(baseline);
        clock.pass(Objects.requireNonNull(held));
        pass.over(baseline);

        // Then
        assertThat(world.done).contains("align " + OTHER).doesNotContain("align " + SKYLAKE);
        assertThat(pinned()).isEqualTo(OTHER);
    }

    @Test
    void a_baseline_that_is_gone_when_its_pin_is_to_be_written_touches_nothing() throws IOException {
        // Given
        world.answer(new Outcome.Gone());

        // When
        pass.over(baseline);

        // Then
        assertThat(world.done).containsExactly("foresee " + SKYLAKE, "write " + SKYLAKE);
    }

    @Test
    void a_pin_that_the_api_server_did_not_take_is_not_applied_and_the_next_pass_does_all_of_it() throws IOException {
        // Given
        world.fail(new IOException("connection refused"));

        // When
        assertThatThrownBy(() -> pass.over(baseline)).isInstanceOf(IOException.class);

        // Then
        assertThat(world.done).containsExactly("foresee " + SKYLAKE, "write " + SKYLAKE);

        // When
        world.done.clear();
        pass.over(baseline);

        // Then
        assertThat(world.done).contains("tell FirstAdoption " + SKYLAKE, "align " + SKYLAKE);
        assertThat(pinned()).isEqualTo(SKYLAKE);
    }

    @Test
    void a_status_that_may_not_be_written_is_an_outcome_with_its_own_delay_and_a_new_pin_is_not_applied()
            throws IOException {
        // Given
        world.answer(new Outcome.Forbidden("may not patch clustercpubaselines/status", Duration.ofSeconds(30)));

        // When
        Duration again = pass.over(baseline);

        // Then
        assertThat(again).isEqualTo(Duration.ofSeconds(30));
        assertThat(world.done).containsExactly("foresee " + SKYLAKE, "write " + SKYLAKE);
    }

    @Test
    void where_the_pin_stays_virtual_machines_are_served_though_the_status_may_not_be_written() throws IOException {
        // Given
        pass.over(baseline);
        world.done.clear();
        world.nodes = Story.and(SKYLAKES, Story.node("n2", "xeon-gold-6130"));
        world.answer(new Outcome.Forbidden("may not patch clustercpubaselines/status", Duration.ofSeconds(30)));

        // When
        Duration again = pass.over(baseline);

        // Then
        assertThat(again).isEqualTo(Duration.ofSeconds(30));
        assertThat(world.done).containsExactly("align " + SKYLAKE, "observed", "write " + SKYLAKE);
    }

    @Test
    void an_approved_pin_is_persisted_before_it_is_applied_and_the_one_before_stays_in_force_until_then()
            throws IOException {
        // Given
        pass.over(baseline);
        world.nodes = HASWELLS;
        pass.over(baseline);
        assertThat(condition("CandidatePending").reason()).isEqualTo("AwaitingApproval");
        approve(OTHER);
        world.done.clear();
        world.answer(new Outcome.Stale());

        // When
        pass.over(baseline);

        // Then
        assertThat(world.done).containsExactly("foresee " + OTHER, "write " + OTHER);
        assertThat(pinned()).isEqualTo(SKYLAKE);

        // When
        world.done.clear();
        pass.over(baseline);

        // Then
        assertThat(world.done)
                .startsWith(
                        "foresee " + OTHER,
                        "write " + OTHER,
                        "tell Approval " + OTHER,
                        "tell status",
                        "align " + OTHER);
        assertThat(status().history()).extracting(EarlierBaseline::revision).containsExactly(SKYLAKE);
    }

    @Test
    void virtual_machines_that_fail_leave_a_pin_that_is_persisted_and_the_next_pass_applies_it() throws IOException {
        // Given
        world.failure = new IllegalStateException("no more threads");

        // When
        assertThatThrownBy(() -> pass.over(baseline)).isInstanceOf(IllegalStateException.class);

        // Then
        assertThat(pinned()).isEqualTo(SKYLAKE);

        // When
        world.failure = null;
        world.done.clear();
        pass.over(baseline);

        // Then
        assertThat(world.done).contains("align " + SKYLAKE).doesNotContain("tell FirstAdoption " + SKYLAKE);
    }

    @Test
    void nothing_is_decided_before_all_has_been_looked_at() throws IOException {
        // Given
        world.settled = false;

        // When
        Duration again = pass.over(baseline);

        // Then
        assertThat(again).isEqualTo(BaselinePass.SOON);
        assertThat(world.done).isEmpty();

        // Given
        world.settled = true;
        world.finalizerIsRight = false;

        // When
        again = pass.over(baseline);

        // Then
        assertThat(again).isEqualTo(BaselinePass.SOON);
        assertThat(world.done).isEmpty();
    }

    @Test
    void a_status_that_can_not_be_read_is_told_and_nothing_is_decided_until_it_is_another_one() throws IOException {
        // Given
        baseline.getMetadata().setAdditionalProperty("cpubaseline.io/unreadable-status", "status.pinned: a number");

        // When
        Duration again = pass.over(baseline);

        // Then
        assertThat(again).isNull();
        assertThat(world.done).containsExactly("unreadable");
    }

    @Test
    void evidence_that_can_not_be_read_keeps_the_pin_and_is_said() throws IOException {
        // Given
        pass.over(baseline);
        world.nodes = HASWELLS;
        world.problem = new Problem(Reason.Forbidden, "The operator may not read nodes.");
        world.done.clear();

        // When
        pass.over(baseline);

        // Then
        assertThat(world.done).contains("align " + SKYLAKE);
        assertThat(status().candidate()).isNull();
        assertThat(condition("Stalled").reason()).isEqualTo("Forbidden");
    }

    @Test
    void what_the_first_baseline_would_mean_is_looked_up_once_in_a_while() throws IOException {
        // Given a candidate that waits, and virtual machines
        world.nodes = Story.and(SKYLAKES, Story.unlabelled(Story.node("n2", "xeon-gold-6130")));
        world.unknownSince = clock.instant();
        world.machines(Observation.Mode.PATCH, new Tally());

        // When
        Duration again = pass.over(baseline);
        pass.over(baseline);

        // Then
        assertThat(again).isEqualTo(COUNTS);
        assertThat(world.done).filteredOn(step -> step.startsWith("foresee")).hasSize(1);

        // When
        clock.pass(COUNTS);
        pass.over(baseline);

        // Then
        assertThat(world.done).filteredOn(step -> step.startsWith("foresee")).hasSize(2);
    }

    @Test
    void it_comes_again_when_a_node_is_no_longer_waited_for() throws IOException {
        // Given
        NodeCpu silent = Story.unlabelled(Story.node("n2", "xeon-gold-6130"));
        world.nodes = Story.and(SKYLAKES, silent);
        world.unknownSince = clock.instant();

        // When
        Duration again = pass.over(baseline);

        // Then
        assertThat(again).isEqualTo(GRACE);
        assertThat(pinned()).isNull();
        assertThat(world.done)
                .as("what the candidate would mean for virtual machines is told")
                .containsExactly("align nothing", "foresee " + SKYLAKE, "observed", "write nothing", "tell status");

        // When
        clock.pass(GRACE);
        pass.over(baseline);

        // Then
        assertThat(pinned()).isEqualTo(SKYLAKE);
    }

    @Test
    void an_answer_that_changes_has_to_hold_anew_before_it_is_adopted() throws IOException {
        // Given: an answer that can't be adopted yet
        world.nodes = List.of(Story.created(SKYLAKES.get(0), clock.instant()));
        Duration stabilization = Duration.ofMinutes(5);
        assertThat(pass.over(baseline)).isEqualTo(stabilization);

        // When: old nodes with another answer take its place
        clock.pass(Duration.ofMinutes(4));
        world.nodes = HASWELLS;
        Duration again = pass.over(baseline);

        // Then
        assertThat(again).isEqualTo(stabilization);
        assertThat(pinned()).isNull();

        // When: the baseline goes, and one of that UID is seen for the first time
        pass.forget(baseline);
        pass.over(baseline);

        // Then
        assertThat(pinned()).isEqualTo(OTHER);
    }

    @Test
    void it_comes_again_when_the_soonest_of_all_waits_is_over() throws IOException {
        // Given
        pass.over(baseline);
        world.nodes = Story.and(SKYLAKES, Story.node("n2", "xeon-gold-6130"));
        world.answer(new Outcome.TooEarly(Duration.ofSeconds(20)));
        world.alignAgain = Duration.ofSeconds(45);

        // When
        Duration again = pass.over(baseline);

        // Then
        assertThat(again).isEqualTo(Duration.ofSeconds(20));

        // When
        again = pass.over(baseline);

        // Then
        assertThat(again).isEqualTo(Duration.ofSeconds(45));
    }
}
