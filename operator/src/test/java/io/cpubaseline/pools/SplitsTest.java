package io.cpubaseline.pools;

import static org.assertj.core.api.Assertions.assertThat;

import io.cpubaseline.Fleets;
import io.cpubaseline.baseline.Policy;
import io.cpubaseline.cpu.AbiLevel;
import io.cpubaseline.fleet.CpuClass;
import io.cpubaseline.fleet.NodeCapacity;
import io.cpubaseline.fleet.NodeCpu;
import io.cpubaseline.fleet.NodeHost;
import io.cpubaseline.fleet.NodePlatform;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which nodes go together, on fleets that a person can check. */
class SplitsTest {

    private static final Policy SINGLE = Policy.open().withVendors(Policy.Vendors.Single);

    private static final String V4 = "xeon-platinum-8268";
    private static final String V3 = "xeon-e5-2630-v4";
    private static final String V2 = "xeon-e5-2650";
    private static final String AMD = "epyc-9334-32-core";

    private final List<NodeCpu> nodes = new ArrayList<>();

    private SplitsTest with(String host, int count, int cores) {
        for (int i = 0; i < count; i++) {
            nodes.add(NodeCpu.healthy("%s-%d".formatted(host, i), Fleets.host(host))
                    .on(new NodeHost(
                            NodePlatform.unknown(), new NodeCapacity(cores * 1000L, (long) cores << 32), List.of())));
        }
        return this;
    }

    private Splits split(int spare, int most) {
        return Splits.of(
                DrawnFleet.PLANNER,
                DrawnFleet.PLANNER.assess(nodes, SINGLE, null).contributing(),
                new SplitRules(SINGLE, spare),
                most);
    }

    private static List<AbiLevel> levels(Split split) {
        return split.pools().stream().map(pool -> pool.baseline().level()).toList();
    }

    @Test
    void each_level_becomes_a_pool_once_there_may_be_so_many() {
        // Given
        with(V4, 10, 32).with(V3, 10, 32).with(V2, 10, 32);

        // When
        Splits splits = split(1, 12);

        // Then: with two, those that could have v4 stay with v3, which lifts more nodes over what old guests need
        assertThat(splits.byPools()).hasSize(3);
        assertThat(levels(splits.byPools().get(0))).containsExactly(AbiLevel.V2);
        assertThat(levels(splits.byPools().get(1))).containsExactly(AbiLevel.V3, AbiLevel.V2);
        assertThat(levels(splits.byPools().get(2))).containsExactly(AbiLevel.V4, AbiLevel.V3, AbiLevel.V2);
        assertThat(splits.recommended()).hasValue(splits.byPools().get(2));
    }

    @Test
    void a_pool_that_would_lift_few_is_not_recommended() {
        // Given
        with(V4, 2, 4).with(V3, 10, 32);

        // When
        Splits splits = split(1, 6);

        // Then
        assertThat(levels(splits.byPools().get(1))).containsExactly(AbiLevel.V4, AbiLevel.V3);
        assertThat(splits.recommended()).hasValue(splits.byPools().get(0));
        assertThat(splits.liftedBeyond(splits.byPools().get(0))).isEqualTo(8_000);
    }

    @Test
    void a_class_with_no_more_nodes_than_may_be_lost_is_no_pool_and_holds_another_back() {
        // Given
        with(V4, 10, 32).with(V2, 1, 8);

        // When
        Splits splits = split(1, 6);

        // Then
        Split last = splits.byPools().get(splits.byPools().size() - 1);
        assertThat(levels(last)).containsExactly(AbiLevel.V2);
        assertThat(HoldBack.of(DrawnFleet.PLANNER, last.pools().get(0), new SplitRules(SINGLE, 1)))
                .singleElement()
                .satisfies(holdBack -> {
                    assertThat(holdBack.cpuClass().name()).startsWith(V2);
                    assertThat(holdBack.level()).isEqualTo(AbiLevel.V4);
                    assertThat(holdBack.tooFew()).isTrue();
                });
        assertThat(levels(split(0, 6).byPools().get(1))).containsExactly(AbiLevel.V4, AbiLevel.V2);
    }

    @Test
    void one_pool_takes_the_vendor_with_more_cores_whatever_the_number_of_nodes() {
        // Given
        with(V2, 5, 8).with(AMD, 2, 64);

        // When
        Splits splits = split(1, 2);

        // Then
        assertThat(splits.byPools().get(0).pools())
                .singleElement()
                .satisfies(pool -> assertThat(pool.vendors()).containsExactly("AMD"));
        assertThat(splits.byPools().get(0).leftOut()).extracting(CpuClass::name).containsExactly(V2 + "-0");
        assertThat(splits.byPools().get(1).leftOut()).isEmpty();
        assertThat(splits.recommended()).hasValue(splits.byPools().get(1));
    }

    @Test
    void a_spare_that_is_larger_than_every_vendor_leaves_no_pool() {
        assertThat(with(V4, 3, 32).with(AMD, 3, 32).split(3, 4).byPools()).isEmpty();
        assertThat(split(3, 4).recommended()).isEmpty();
    }

    @Test
    void without_nodes_there_is_no_split() {
        assertThat(split(1, 4).byPools()).isEmpty();
    }

    @Test
    void a_pool_is_left_what_its_biggest_nodes_do_not_give() {
        // Given
        with(V4, 2, 32).with(V3, 1, 64);

        // When
        Pool pool = split(1, 1).byPools().get(0).pools().get(0);

        // Then
        assertThat(pool.capacity().cores()).isEqualTo(128);
        assertThat(pool.without(1).cores()).isEqualTo(64);
        assertThat(pool.without(1).memory()).isEqualTo(64L << 32);
        assertThat(pool.without(7)).isEqualTo(NodeCapacity.none());
    }

    @Test
    void more_pools_than_classes_are_not_looked_for() {
        assertThat(with(V4, 3, 32).with(V3, 3, 32).split(1, 12).byPools()).hasSize(2);
    }
}
