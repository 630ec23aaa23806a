package io.cpubaseline.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import io.cpubaseline.catalog.CatalogLoader;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * The laws of the algebra on every subset of a small universe: some of its names are the catalog's, numbered far apart, the others came
 * when there were no numbers left.
 */
class FeatureSetTest {

    private static final List<String> UNIVERSE = universe();

    /** Every subset of the universe; the subset at an index has the names whose bits are set in the index. */
    private static final List<FeatureSet> SUBSETS = IntStream.range(0, 1 << UNIVERSE.size())
            .mapToObj(bits -> FeatureSet.copyOf(names(bits)))
            .toList();

    private static List<String> universe() {
        List<String> known = CatalogLoader.catalog().features().names();
        List<String> names = new ArrayList<>();
        for (int part = 0; part < 4; part++) {
            names.add(known.get(part * known.size() / 4));
        }
        FeatureSet.copyOf(
                IntStream.range(0, 2_000).mapToObj(i -> "filling-" + i).toList());
        names.add("stranger-b-a");
        names.add("stranger-a");
        return List.copyOf(names);
    }

    private static List<String> names(int bits) {
        return IntStream.range(0, UNIVERSE.size())
                .filter(i -> (bits & 1 << i) != 0)
                .mapToObj(UNIVERSE::get)
                .toList();
    }

    private interface Law {
        boolean holds(int x, int y);
    }

    private interface LawOfThree {
        boolean holds(FeatureSet x, FeatureSet y, FeatureSet z);
    }

    private static void onAllPairs(Law law) {
        List<String> violations = new ArrayList<>();
        for (int x = 0; x < SUBSETS.size(); x++) {
            for (int y = 0; y < SUBSETS.size(); y++) {
                if (!law.holds(x, y)) {
                    violations.add(SUBSETS.get(x) + " | " + SUBSETS.get(y));
                }
            }
        }
        assertThat(violations).isEmpty();
    }

    private static void onAllTriples(LawOfThree law) {
        List<String> violations = new ArrayList<>();
        for (FeatureSet x : SUBSETS) {
            for (FeatureSet y : SUBSETS) {
                for (FeatureSet z : SUBSETS) {
                    if (!law.holds(x, y, z)) {
                        violations.add(x + " | " + y + " | " + z);
                    }
                }
            }
        }
        assertThat(violations).isEmpty();
    }

    @Test
    void intersection_has_what_is_in_both() {
        onAllPairs((x, y) -> SUBSETS.get(x).intersect(SUBSETS.get(y)).equals(SUBSETS.get(x & y)));
    }

    @Test
    void union_has_what_is_in_either() {
        onAllPairs((x, y) -> SUBSETS.get(x).union(SUBSETS.get(y)).equals(SUBSETS.get(x | y)));
    }

    @Test
    void minus_has_what_is_in_the_first_alone() {
        onAllPairs((x, y) -> SUBSETS.get(x).minus(SUBSETS.get(y)).equals(SUBSETS.get(x & ~y)));
    }

    @Test
    void contains_all_means_subset() {
        onAllPairs((x, y) -> SUBSETS.get(x).containsAll(SUBSETS.get(y)) == ((y & ~x) == 0));
    }

    @Test
    void sets_are_equal_exactly_where_their_names_are() {
        onAllPairs((x, y) -> SUBSETS.get(x).equals(SUBSETS.get(y)) == (x == y));
        onAllPairs((x, y) -> x != y
                || SUBSETS.get(x).hashCode() == FeatureSet.copyOf(names(y)).hashCode());
    }

    @Test
    void with_adds_one_feature() {
        for (int x = 0; x < SUBSETS.size(); x++) {
            for (int i = 0; i < UNIVERSE.size(); i++) {
                assertThat(SUBSETS.get(x).with(UNIVERSE.get(i))).isEqualTo(SUBSETS.get(x | 1 << i));
            }
        }
    }

    @Test
    void size_emptiness_and_names_agree_with_the_names_given() {
        for (int x = 0; x < SUBSETS.size(); x++) {
            FeatureSet set = SUBSETS.get(x);
            List<String> sorted = List.copyOf(new TreeSet<>(names(x)));

            assertThat(set.size()).isEqualTo(Integer.bitCount(x));
            assertThat(set.isEmpty()).isEqualTo(x == 0);
            assertThat(set.names()).isEqualTo(sorted);
            assertThat(set.stream()).containsExactlyElementsOf(sorted);
            assertThat(set).hasToString(String.join(" ", sorted));
            assertThat(UNIVERSE.stream().filter(set::contains)).containsExactlyInAnyOrderElementsOf(sorted);
            assertThat(set.filter(name -> name.endsWith("-a")).names())
                    .isEqualTo(
                            sorted.stream().filter(name -> name.endsWith("-a")).toList());
        }
    }

    @Test
    void the_empty_set_is_neutral() {
        for (FeatureSet set : SUBSETS) {
            assertThat(set.union(FeatureSet.empty())).isEqualTo(set);
            assertThat(set.minus(FeatureSet.empty())).isEqualTo(set);
            assertThat(set.intersect(FeatureSet.empty())).isEqualTo(FeatureSet.of());
            assertThat(set.minus(set)).isSameAs(FeatureSet.empty());
            assertThat(set.containsAll(FeatureSet.empty())).isTrue();
        }
    }

    @Test
    void intersection_and_union_are_associative_and_distribute_over_each_other() {
        onAllTriples((x, y, z) -> x.intersect(y).intersect(z).equals(x.intersect(y.intersect(z)))
                && x.union(y).union(z).equals(x.union(y.union(z)))
                && x.intersect(y.union(z)).equals(x.intersect(y).union(x.intersect(z)))
                && x.union(y.intersect(z)).equals(x.union(y).intersect(x.union(z))));
    }

    @Test
    void minus_turns_union_and_intersection_into_each_other() {
        onAllTriples((x, y, z) -> x.minus(y.union(z)).equals(x.minus(y).intersect(x.minus(z)))
                && x.minus(y.intersect(z)).equals(x.minus(y).union(x.minus(z))));
    }

    @Test
    void equality_does_not_depend_on_the_order_or_the_number_of_times_that_names_are_given() {
        // Given
        List<String> names = new ArrayList<>(UNIVERSE);
        FeatureSet expected = FeatureSet.copyOf(names);
        names.addAll(UNIVERSE.subList(0, 3));
        Random random = new Random(7);

        for (int i = 0; i < 50; i++) {
            // When
            Collections.shuffle(names, random);
            FeatureSet shuffled = FeatureSet.copyOf(names);

            // Then
            assertThat(shuffled).isEqualTo(expected).hasSameHashCodeAs(expected).hasToString(expected.toString());
        }
    }

    @Test
    void asking_for_an_unheard_of_name_answers_no() {
        assertThat(SUBSETS.get(SUBSETS.size() - 1).contains("never-heard-of")).isFalse();
        assertThat(FeatureSet.empty().contains("never-heard-of-either")).isFalse();
    }

    @Test
    void threads_that_meet_new_names_at_the_same_time_agree() {
        // Given
        List<String> fresh =
                IntStream.range(0, 2_000).mapToObj(i -> "fresh-" + i).toList();

        // When
        List<FeatureSet> sets = IntStream.range(0, 8)
                .parallel()
                .mapToObj(thread -> {
                    List<String> own = new ArrayList<>(fresh);
                    Collections.shuffle(own, new Random(thread));
                    return FeatureSet.copyOf(own);
                })
                .toList();

        // Then
        assertThat(sets).containsOnly(FeatureSet.copyOf(fresh));
        assertThat(sets.get(0).names()).containsExactlyElementsOf(new TreeSet<>(fresh));
    }

    @Test
    void a_hundred_thousand_names_that_nobody_knows_are_in_their_sets_and_nowhere_else() {
        for (int update = 0; update < 100; update++) {
            // When: a node's labels change their names
            int first = update * 1_000;
            List<String> odd = IntStream.range(first, first + 1_000)
                    .mapToObj(i -> "odd-" + i)
                    .toList();
            FeatureSet set = FeatureSet.copyOf(odd).union(SUBSETS.get(SUBSETS.size() - 1));

            // Then
            assertThat(FeatureSet.numbered()).isLessThanOrEqualTo(1_024);
            assertThat(set.size()).isEqualTo(1_000 + UNIVERSE.size());
            assertThat(set.contains("odd-" + first)).isTrue();
            assertThat(set.contains("odd-" + (first + 1_000))).isFalse();
        }
    }
}
