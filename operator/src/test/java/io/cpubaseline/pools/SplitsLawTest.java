package io.cpubaseline.pools;

import static org.assertj.core.api.Assertions.assertThat;

import io.cpubaseline.baseline.Plan;
import io.cpubaseline.fleet.CpuClass;
import io.cpubaseline.fleet.Fleet;
import io.cpubaseline.fleet.NodeCpu;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is true of the splits of every fleet. */
class SplitsLawTest {

    private static final int MOST = 5;

    static Stream<DrawnFleet> fleets() {
        return DrawnFleet.some(150, 5);
    }

    static Stream<DrawnFleet> biggerFleets() {
        return DrawnFleet.some(40, 9);
    }

    private static long[] components(Score score) {
        return new long[] {
            score.covered(), score.points(), score.fromV2(), score.fromV3(), score.features(), score.pools()
        };
    }

    @ParameterizedTest
    @MethodSource("fleets")
    void each_split_is_the_best_of_all(DrawnFleet fleet) {
        // When
        Splits splits = fleet.splits(MOST);

        // Then
        assertThat(splits.exact()).isTrue();
        if (splits.byPools().isEmpty()) {
            assertThat(EverySplit.best(fleet, MOST)).containsOnly(0);
        }
        for (Split split : splits.byPools()) {
            assertThat(components(split.score())).isEqualTo(EverySplit.best(fleet, split.allowed()));
        }
    }

    @ParameterizedTest
    @MethodSource("biggerFleets")
    void a_split_has_every_class_once_and_each_pool_what_its_own_baseline_would_give(DrawnFleet fleet) {
        for (Split split : fleet.splits(MOST).byPools()) {
            // Then
            List<CpuClass> all = new ArrayList<>(split.leftOut());
            split.pools().forEach(pool -> all.addAll(pool.classes()));
            assertThat(all).containsExactlyInAnyOrderElementsOf(fleet.classes());
            assertThat(split.pools()).hasSizeLessThanOrEqualTo(split.allowed());
            for (Pool pool : split.pools()) {
                Fleet ofPool =
                        DrawnFleet.PLANNER.assess(pool.nodes(), fleet.rules().policy(), null);
                Plan plan = DrawnFleet.PLANNER.plan(ofPool, fleet.rules().policy());
                assertThat(plan.answer()).isEqualTo(pool.baseline());
                assertThat(pool.nodes()).hasSizeGreaterThan(fleet.rules().spare());
            }
        }
    }

    @ParameterizedTest
    @MethodSource("biggerFleets")
    void the_order_of_nodes_never_matters(DrawnFleet fleet) {
        // Given
        List<NodeCpu> shuffled = new ArrayList<>(fleet.nodes());
        Collections.shuffle(shuffled, new Random(fleet.seed()));

        // When
        Splits other = new DrawnFleet(fleet.seed(), shuffled, fleet.rules()).splits(MOST);

        // Then
        assertThat(other).isEqualTo(fleet.splits(MOST));
    }

    @ParameterizedTest
    @MethodSource("biggerFleets")
    void one_more_pool_is_never_worse_and_one_more_spare_node_never_better(DrawnFleet fleet) {
        // When
        List<Split> splits = fleet.splits(MOST).byPools();
        List<Split> safer = new DrawnFleet(
                        fleet.seed(),
                        fleet.nodes(),
                        new SplitRules(fleet.rules().policy(), fleet.rules().spare() + 1))
                .splits(MOST)
                .byPools();

        // Then
        for (int i = 1; i < splits.size(); i++) {
            assertThat(splits.get(i).score())
                    .isGreaterThanOrEqualTo(splits.get(i - 1).score());
        }
        for (int i = 0; i < safer.size(); i++) {
            assertThat(safer.get(i).score()).isLessThanOrEqualTo(splits.get(i).score());
        }
    }

    @ParameterizedTest
    @MethodSource("biggerFleets")
    void what_is_found_without_looking_at_every_split_is_a_split_and_the_best_one_is_within_the_bound(
            DrawnFleet fleet) {
        // When
        Splits quick = Splits.of(DrawnFleet.PLANNER, fleet.classes(), fleet.rules(), 4, 3);
        Splits exact = Splits.of(DrawnFleet.PLANNER, fleet.classes(), fleet.rules(), 4);

        // Then
        for (int i = 0; i < Math.min(quick.byPools().size(), exact.byPools().size()); i++) {
            Split found = quick.byPools().get(i);
            Score best = exact.byPools().get(i).score();
            assertThat(found.score()).isLessThanOrEqualTo(best);
            assertThat(found.bound().coveredBeyond(best)).isNotNegative();
            if (found.bound().coveredBeyond(best) == 0) {
                assertThat(found.bound().pointsBeyond(best)).isNotNegative();
            }
            for (Pool pool : found.pools()) {
                assertThat(pool.nodes()).hasSizeGreaterThan(fleet.rules().spare());
            }
        }
        for (int i = 1; i < quick.byPools().size(); i++) {
            assertThat(quick.byPools().get(i).score())
                    .isGreaterThanOrEqualTo(quick.byPools().get(i - 1).score());
        }
    }
}
