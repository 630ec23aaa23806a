package io.cpubaseline.baseline;

import static io.cpubaseline.baseline.PolicyBuilder.policy;
import static io.cpubaseline.baseline.SelectionCases.CATALOG;
import static io.cpubaseline.baseline.SelectionCases.cpu;
import static io.cpubaseline.baseline.SelectionCases.host;
import static io.cpubaseline.baseline.SelectionCases.refuse;
import static io.cpubaseline.baseline.SelectionCases.select;
import static org.assertj.core.api.Assertions.assertThat;

import io.cpubaseline.Reason;
import io.cpubaseline.cpu.AbiLevel;
import io.cpubaseline.fleet.CpuClass;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Bounds of the level, and where there is no answer. */
class SelectionBoundsTest {

    @Nested
    class Bounds {

        @ParameterizedTest
        @CsvSource({"x86-64-v4, x86-64-v4", "x86-64-v3, x86-64-v3", "x86-64-v2, x86-64-v2", "x86-64-v1, x86-64-v1"})
        void the_maximum_is_kept_as_high_as_it_allows(String maximum, String level) {
            // Given
            CpuClass icelake = host("ice-lake-server");

            // When
            Baseline baseline =
                    select(icelake, policy().maximum(AbiLevel.parse(maximum).orElseThrow()));

            // Then
            assertThat(baseline.level().label()).isEqualTo(level);
            assertThat(CATALOG.levels().of(baseline.guestFeatures()).label()).isEqualTo(level);
        }

        @Test
        void a_minimum_that_no_model_reaches_is_no_answer() {
            // When
            NoBaseline refusal = refuse(List.of(host("xeon-e5-2650")), policy().minimum(AbiLevel.V3));

            // Then
            assertThat(refusal.reason()).isEqualTo(Reason.BelowMinimum);
            assertThat(refusal.message()).contains("x86-64-v2", "x86-64-v3");
        }

        @Test
        void a_minimum_that_is_reached_changes_nothing() {
            // Given
            CpuClass icelake = host("ice-lake-server");

            // When, Then
            assertThat(select(icelake, policy().minimum(AbiLevel.V3))).isEqualTo(select(icelake, policy()));
        }
    }

    @Nested
    class No_answer {

        @Test
        void without_nodes() {
            assertThat(refuse(List.of(), policy()).reason()).isEqualTo(Reason.NoContributingNodes);
        }

        @Test
        void where_no_model_is_usable_on_all() {
            // When
            NoBaseline refusal = refuse(List.of(host("pentium-p6100"), host("ice-lake-server")), policy());

            // Then
            assertThat(refusal.reason()).isEqualTo(Reason.NoCommonModel);
            assertThat(refusal.message()).contains("status.limits");
        }

        @Test
        void where_all_have_only_models_that_the_catalog_lacks_or_calls_obsolete() {
            assertThat(refuse(List.of(cpu("Intel", "TomorrowLake qemu64 Conroe", "")), policy())
                            .reason())
                    .isEqualTo(Reason.NoCommonModel);
        }
    }
}
