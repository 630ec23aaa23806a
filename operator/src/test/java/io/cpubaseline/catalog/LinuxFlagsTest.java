package io.cpubaseline.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import io.cpubaseline.cpu.AbiLevel;
import io.cpubaseline.cpu.FeatureSet;
import org.junit.jupiter.api.Test;

/** What a Linux guest shows of its features. */
class LinuxFlagsTest {

    @Test
    void features_have_linuxs_words_and_some_have_two_or_none() {
        assertThat(LinuxFlags.shown(FeatureSet.of("sse4.1", "pclmuldq", "sha-ni", "md-clear", "spec-ctrl", "avx-ifma")))
                .containsExactly("ibpb", "ibrs", "md_clear", "pclmulqdq", "sha_ni", "sse4_1");
    }

    /** 64-bit mode is shown as lm, too, but the table is of flags that node-feature-discovery knows. */
    @Test
    void all_that_makes_a_level_is_shown_but_64_bit_mode() {
        for (AbiLevel level : AbiLevel.HIGHEST_FIRST) {
            FeatureSet features = CatalogLoader.catalog().levels().features(level);
            assertThat(LinuxFlags.shown(features)).as(level.label()).hasSize(features.size() - 1);
        }
    }
}
