package io.cpubaseline.baseline;

import static org.assertj.core.api.Assertions.assertThat;

import io.cpubaseline.Fleets;
import io.cpubaseline.catalog.CatalogLoader;
import io.cpubaseline.cpu.AbiLevel;
import io.cpubaseline.cpu.FeatureSet;
import io.cpubaseline.fleet.CpuEvidence;
import io.cpubaseline.fleet.Criteria;
import io.cpubaseline.fleet.Eligibility.State;
import io.cpubaseline.fleet.Fleet;
import io.cpubaseline.fleet.NodeCpu;
import io.cpubaseline.fleet.Truth;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Nodes that have not changed are judged once. */
class LastFleetsTest {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final Policy OPEN = Policy.open();

    private final Planner planner = new Planner(CatalogLoader.selection());

    private static List<NodeCpu> nodes() {
        return List.of(
                NodeCpu.healthy("a", Fleets.host("xeon-gold-6130")),
                NodeCpu.healthy("b", Fleets.host("xeon-platinum-8268")));
    }

    /** One that KubeVirt doesn't use yet. */
    private static NodeCpu created(Instant when) {
        return new NodeCpu(
                "new",
                true,
                CpuEvidence.nothing(),
                null,
                Truth.YES,
                Truth.UNKNOWN,
                false,
                false,
                Truth.UNKNOWN,
                when,
                Map.of());
    }

    @Test
    void the_same_nodes_are_the_same_fleet_as_time_goes_on() {
        // Given
        List<NodeCpu> nodes = nodes();
        Fleet fleet = planner.assessed(nodes, OPEN, null, NOW);

        // Then
        assertThat(planner.assessed(nodes, OPEN, null, NOW.plusSeconds(60))).isSameAs(fleet);
        assertThat(planner.assessed(nodes(), OPEN, null, NOW)).isNotSameAs(fleet);
    }

    @Test
    void another_policy_another_pin_or_an_earlier_time_are_judged_anew() {
        // Given
        List<NodeCpu> nodes = nodes();
        Fleet fleet = planner.assessed(nodes, OPEN, null, NOW);
        Criteria.Pin pin = new Criteria.Pin("Cascadelake-Server", FeatureSet.empty(), "");

        // Then
        assertThat(planner.assessed(nodes, OPEN, pin, NOW).count(State.UNFIT)).isEqualTo(1);
        Policy demanding = new Policy(
                Policy.Vendors.Mixed,
                AbiLevel.V4,
                AbiLevel.V4,
                null,
                Set.of(),
                Policy.Profile.Performance,
                FeatureSet.empty(),
                FeatureSet.empty());
        assertThat(planner.assessed(nodes, demanding, null, NOW)).isNotSameAs(fleet);
        assertThat(planner.assessed(nodes, OPEN, null, NOW.minusSeconds(60))).isNotSameAs(fleet);
    }

    @Test
    void a_node_that_is_waited_for_is_waited_for_no_longer_than_it_should() {
        // Given
        List<NodeCpu> nodes = new ArrayList<>(nodes());
        nodes.add(created(NOW.plusSeconds(30)));
        List<NodeCpu> all = List.copyOf(nodes);

        // When, Then
        assertThat(planner.assessed(all, OPEN, null, NOW).firstWaitedFor()).isEqualTo(NOW.plusSeconds(30));
        assertThat(planner.assessed(all, OPEN, null, NOW.plusSeconds(60)).firstWaitedFor())
                .isNull();
    }
}
