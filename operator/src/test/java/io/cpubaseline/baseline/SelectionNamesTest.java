package io.cpubaseline.baseline;

import static io.cpubaseline.baseline.PolicyBuilder.policy;
import static io.cpubaseline.baseline.SelectionCases.CATALOG;
import static io.cpubaseline.baseline.SelectionCases.LEVEL_3;
import static io.cpubaseline.baseline.SelectionCases.cpu;
import static io.cpubaseline.baseline.SelectionCases.refuse;
import static io.cpubaseline.baseline.SelectionCases.requiredFor;
import static io.cpubaseline.baseline.SelectionCases.select;
import static io.cpubaseline.baseline.SelectionCases.words;
import static org.assertj.core.api.Assertions.assertThat;

import io.cpubaseline.Reason;
import io.cpubaseline.cpu.AbiLevel;
import io.cpubaseline.fleet.CpuClass;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Models by their names: aliases, versions, and one that the policy asks for. */
class SelectionNamesTest {

    @Nested
    class Aliases_and_versions {

        @Test
        void a_version_without_alias_is_a_model_of_its_own() {
            assertThat(select(cpu("Intel", "Skylake-Client-v4 Nehalem Nehalem-v1", ""), policy())
                            .model()
                            .name())
                    .isEqualTo("Skylake-Client-v4");
        }

        @Test
        void a_name_without_version_goes_before_a_newer_one_with_as_many_features() {
            assertThat(select(cpu("Intel", "Skylake-Server-v4 Skylake-Server-noTSX-IBRS", ""), policy())
                            .model()
                            .name())
                    .isEqualTo("Skylake-Server-noTSX-IBRS");
        }

        @Test
        void the_newer_of_two_versions_with_as_many_features_is_taken() {
            assertThat(select(cpu("AMD", "EPYC-Rome-v2 EPYC-Rome-v3", ""), policy())
                            .model()
                            .name())
                    .isEqualTo("EPYC-Rome-v3");
        }

        @Test
        void an_alias_is_written_where_both_are_labelled_and_a_version_where_only_it_is() {
            assertThat(select(cpu("Intel", "Nehalem Nehalem-v1", ""), policy())
                            .model()
                            .name())
                    .isEqualTo("Nehalem");
            assertThat(select(cpu("Intel", "Nehalem-v1", ""), policy()).model().name())
                    .isEqualTo("Nehalem-v1");
        }

        @Test
        void an_alias_that_one_node_lacks_is_no_candidate_but_its_version_is() {
            // Given
            List<CpuClass> classes =
                    List.of(cpu("Intel", "Nehalem Nehalem-v1", ""), cpu("Intel", "Nehalem-v1 Penryn", ""));

            // When, Then
            assertThat(select(classes, policy()).model().name()).isEqualTo("Nehalem-v1");
        }

        @ParameterizedTest
        @ValueSource(strings = {"Nehalem", "Nehalem-v1"})
        void excluding_one_excludes_both(String excluded) {
            // Given
            CpuClass both = cpu("Intel", "Nehalem Nehalem-v1 Penryn Penryn-v1", "");
            CpuClass versionsAlone = cpu("Intel", "Nehalem-v1 Penryn-v1", "");

            // When, Then
            assertThat(select(both, policy().excludeModels(excluded)).model().name())
                    .isEqualTo("Penryn");
            assertThat(select(versionsAlone, policy().excludeModels(excluded))
                            .model()
                            .name())
                    .isEqualTo("Penryn-v1");
        }

        @Test
        void excluding_a_model_leaves_its_other_variants() {
            // Given
            CpuClass node = cpu("Intel", "Nehalem Nehalem-v1 Nehalem-IBRS Nehalem-v2", "");

            // When, Then
            assertThat(select(node, policy()).model().name()).isEqualTo("Nehalem-IBRS");
            assertThat(select(node, policy().excludeModels("Nehalem-v2"))
                            .model()
                            .name())
                    .isEqualTo("Nehalem");
        }
    }

    @Nested
    class A_model_by_name {

        private final CpuClass node = cpu("Intel", "Skylake-Client-v4 Nehalem Nehalem-v1 Penryn", "aes");

        @Test
        void is_taken_though_another_is_better() {
            // When
            Baseline baseline = select(node, policy().model("Nehalem"));

            // Then
            assertThat(baseline.model().name()).isEqualTo("Nehalem");
            assertThat(baseline.level()).isEqualTo(AbiLevel.V3);
            assertThat(requiredFor(Purpose.Level, baseline)).isEqualTo(words(LEVEL_3 + " xsaveopt"));
        }

        @Test
        void keeps_its_version() {
            assertThat(select(node, policy().model("Nehalem-v1")).model().name())
                    .isEqualTo("Nehalem-v1");
        }

        @Test
        void obeys_the_maximum() {
            assertThat(select(node, policy().model("Nehalem").maximum(AbiLevel.V2))
                            .level())
                    .isEqualTo(AbiLevel.V2);
            assertThat(refuse(List.of(node), policy().model("Skylake-Client-v4").maximum(AbiLevel.V2))
                            .reason())
                    .isEqualTo(Reason.NoCommonModel);
        }

        @Test
        void that_the_catalog_lacks_is_unknown_even_if_nodes_have_it() {
            // Given
            CpuClass tomorrow = cpu("Intel", "TomorrowLake Nehalem", "");

            // When
            NoBaseline refusal = refuse(List.of(tomorrow), policy().model("TomorrowLake"));

            // Then
            assertThat(refusal.reason()).isEqualTo(Reason.UnknownModel);
            assertThat(refusal.message()).contains("TomorrowLake", CATALOG.version());
        }

        @Test
        void that_some_node_lacks_is_no_answer() {
            // When
            NoBaseline refusal =
                    refuse(List.of(node, cpu("Intel", "Nehalem", "")), policy().model("Skylake-Client-v4"));

            // Then
            assertThat(refusal.reason()).isEqualTo(Reason.NoCommonModel);
            assertThat(refusal.message()).startsWith("cpuModel.name: Skylake-Client-v4");
        }

        @Test
        void that_is_excluded_too_is_no_answer() {
            assertThat(refuse(List.of(node), policy().model("Nehalem").excludeModels("Nehalem-v1"))
                            .reason())
                    .isEqualTo(Reason.NoCommonModel);
        }
    }
}
