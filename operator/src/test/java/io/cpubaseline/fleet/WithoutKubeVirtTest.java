package io.cpubaseline.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import io.cpubaseline.Fleets;
import io.cpubaseline.Reason;
import io.cpubaseline.baseline.NoBaseline;
import io.cpubaseline.baseline.Planner;
import io.cpubaseline.baseline.Policy;
import io.cpubaseline.catalog.CatalogLoader;
import io.cpubaseline.cpu.FeatureSet;
import io.cpubaseline.fleet.Eligibility.State;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Which nodes are KubeVirt's, and for how long one is waited for that may still become so. */
class WithoutKubeVirtTest {

    private static final Planner PLANNER = new Planner(CatalogLoader.selection());
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final Duration GRACE = Duration.ofMinutes(10);

    private static final NodeCpu WORKER = NodeCpu.healthy("worker", Fleets.host("xeon-e5-2650-v4"));

    /** A node on which KubeVirt has written nothing. */
    private static NodeCpu bare(String name, boolean linux, Instant created) {
        return node(name, linux, CpuEvidence.nothing(), Truth.UNKNOWN, created);
    }

    private static NodeCpu node(String name, boolean linux, CpuEvidence evidence, Truth schedulable, Instant created) {
        return new NodeCpu(
                name,
                true,
                linux,
                evidence,
                null,
                Truth.YES,
                schedulable,
                false,
                false,
                Truth.NO,
                created,
                NodeHost.unknown(),
                List.of(),
                Map.of());
    }

    private static Fleet assess(NodeCpu... nodes) {
        return PLANNER.assess(List.of(nodes), Policy.open(), null, NOW.minus(GRACE));
    }

    @Test
    void a_control_plane_without_virt_handler_counts_for_nothing() {
        // When
        Fleet fleet = assess(WORKER, bare("master", true, NOW.minus(Duration.ofDays(1))));

        // Then
        assertThat(fleet.selected()).isEqualTo(1);
        assertThat(fleet.count(State.UNKNOWN)).isZero();
        assertThat(fleet.withoutKubeVirt()).extracting(NodeCpu::name).containsExactly("master");
        assertThat(fleet.firstWaitedFor()).isNull();
    }

    @Test
    void a_new_node_is_waited_for_and_then_no_longer() {
        // Given
        NodeCpu younger = bare("younger", true, NOW.minusSeconds(10));
        NodeCpu older = bare("older", true, NOW.minus(GRACE).plusSeconds(1));
        NodeCpu asOldAsTheGrace = bare("old", true, NOW.minus(GRACE));

        // When
        Fleet fleet = assess(WORKER, younger, older, asOldAsTheGrace);

        // Then
        assertThat(fleet.selected()).isEqualTo(3);
        assertThat(fleet.byReason(State.UNKNOWN).get(Reason.KubeVirtLabelsMissing))
                .containsExactly(older, younger);
        assertThat(fleet.withoutKubeVirt()).containsExactly(asOldAsTheGrace);
        assertThat(fleet.firstWaitedFor()).isEqualTo(older.created());
    }

    @Test
    void where_there_is_no_clock_no_node_is_waited_for() {
        // When
        Fleet fleet = PLANNER.assess(List.of(WORKER, bare("master", true, NOW)), Policy.open(), null);

        // Then
        assertThat(fleet.selected()).isEqualTo(1);
        assertThat(fleet.withoutKubeVirt()).hasSize(1);
    }

    @Test
    void a_Windows_node_is_never_KubeVirts_whatever_its_age_and_its_labels() {
        // Given
        NodeCpu fresh = bare("fresh", false, NOW);
        NodeCpu labelled = node("labelled", false, WORKER.evidence(), Truth.YES, Instant.EPOCH);

        // When
        Fleet fleet = assess(WORKER, fresh, labelled);

        // Then
        assertThat(fleet.selected()).isEqualTo(1);
        assertThat(fleet.withoutKubeVirt()).containsExactly(fresh, labelled);
        assertThat(fleet.carried()).isEmpty();
    }

    @Test
    void one_label_of_KubeVirts_whatever_its_value_makes_a_node_KubeVirts() {
        // Given
        CpuEvidence vendor = new CpuEvidence(
                FeatureSet.empty(), Collections.emptySortedSet(), new TreeSet<>(List.of("Intel")), Silicon.unknown());
        CpuEvidence odd = new CpuEvidence(
                FeatureSet.empty(),
                Collections.emptySortedSet(),
                Collections.emptySortedSet(),
                new TreeMap<>(Map.of("cpu-model.node.kubevirt.io/Haswell", "")),
                0,
                Silicon.unknown());

        // When
        Fleet fleet = assess(
                node("schedulable", true, CpuEvidence.nothing(), Truth.YES, Instant.EPOCH),
                node("not-schedulable", true, CpuEvidence.nothing(), Truth.NO, Instant.EPOCH),
                node("vendor", true, vendor, Truth.UNKNOWN, Instant.EPOCH),
                node("odd", true, odd, Truth.UNKNOWN, Instant.EPOCH),
                bare("remembered", true, Instant.EPOCH).remembering(WORKER.evidence()));

        // Then
        assertThat(fleet.selected()).isEqualTo(5);
        assertThat(fleet.count(State.UNKNOWN)).isEqualTo(5);
        assertThat(fleet.withoutKubeVirt()).isEmpty();
    }

    @Test
    void where_KubeVirt_uses_no_node_that_is_said() {
        // When
        Fleet fleet = assess(bare("a", true, Instant.EPOCH), bare("b", true, Instant.EPOCH));

        // Then
        assertThat(PLANNER.plan(fleet, Policy.open()).answer()).isInstanceOfSatisfying(NoBaseline.class, none -> {
            assertThat(none.reason()).isEqualTo(Reason.NoContributingNodes);
            assertThat(none.message()).startsWith("KubeVirt uses none of the selected nodes (2 without");
        });
    }
}
