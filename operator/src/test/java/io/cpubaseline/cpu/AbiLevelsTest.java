package io.cpubaseline.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.EnumMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Levels of a made-up table; the real one is held to QEMU's by {@code CatalogTest}. */
class AbiLevelsTest {

    private static final Map<AbiLevel, FeatureSet> ADDED = Map.of(
            AbiLevel.V1, FeatureSet.of("one"),
            AbiLevel.V2, FeatureSet.of("two"),
            AbiLevel.V3, FeatureSet.of("three"),
            AbiLevel.V4, FeatureSet.of("four"));

    private final AbiLevels levels = new AbiLevels(ADDED);

    @ParameterizedTest
    @EnumSource
    void the_features_of_a_level_make_that_level(AbiLevel level) {
        assertThat(levels.of(levels.features(level))).isEqualTo(level);
        assertThat(levels.of(levels.features(level).with("something-else"))).isEqualTo(level);
    }

    @Test
    void a_level_contains_the_ones_below() {
        assertThat(levels.features(AbiLevel.NONE)).isEqualTo(FeatureSet.empty());
        assertThat(levels.features(AbiLevel.V3)).isEqualTo(FeatureSet.of("one", "two", "three"));
        assertThat(levels.all()).isEqualTo(FeatureSet.of("one", "two", "three", "four"));
    }

    @Test
    void a_gap_in_a_lower_level_counts() {
        assertThat(levels.of(FeatureSet.of("one", "three", "four"))).isEqualTo(AbiLevel.V1);
        assertThat(levels.of(FeatureSet.of("two", "three", "four"))).isEqualTo(AbiLevel.NONE);
    }

    @Test
    void a_table_without_a_level_is_refused() {
        // Given
        Map<AbiLevel, FeatureSet> incomplete = new EnumMap<>(ADDED);
        incomplete.remove(AbiLevel.V3);

        // When, Then
        assertThatThrownBy(() -> new AbiLevels(incomplete))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("x86-64-v3");
    }

    @ParameterizedTest
    @EnumSource
    void a_level_is_parsed_from_its_label(AbiLevel level) {
        assertThat(AbiLevel.parse(level.label())).contains(level);
        assertThat(level).hasToString(level.label());
        assertThat(AbiLevel.parse(level.name() + " ")).isEmpty();
    }

    @Test
    void levels_are_ordered() {
        assertThat(AbiLevel.V3.atLeast(AbiLevel.V2)).isTrue();
        assertThat(AbiLevel.V3.atLeast(AbiLevel.V3)).isTrue();
        assertThat(AbiLevel.V3.atLeast(AbiLevel.V4)).isFalse();
        assertThat(AbiLevel.HIGHEST_FIRST).containsExactly(AbiLevel.V4, AbiLevel.V3, AbiLevel.V2, AbiLevel.V1);
    }
}
