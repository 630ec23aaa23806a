package io.cpubaseline.baseline;

import static io.cpubaseline.baseline.PolicyBuilder.policy;
import static io.cpubaseline.baseline.SelectionCases.CATALOG;
import static io.cpubaseline.baseline.SelectionCases.LEVEL_3;
import static io.cpubaseline.baseline.SelectionCases.SELECTION;
import static io.cpubaseline.baseline.SelectionCases.cpu;
import static io.cpubaseline.baseline.SelectionCases.featuresOf;
import static io.cpubaseline.baseline.SelectionCases.host;
import static io.cpubaseline.baseline.SelectionCases.labelled;
import static io.cpubaseline.baseline.SelectionCases.requiredFor;
import static io.cpubaseline.baseline.SelectionCases.select;
import static io.cpubaseline.baseline.SelectionCases.words;
import static org.assertj.core.api.Assertions.assertThat;

import io.cpubaseline.cpu.AbiLevel;
import io.cpubaseline.cpu.FeatureSet;
import io.cpubaseline.fleet.CpuClass;
import io.cpubaseline.fleet.CpuEvidence;
import io.cpubaseline.fleet.NodeCpu;
import io.cpubaseline.fleet.Silicon;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Models that are not what their features say. */
class SelectionOddModelsTest {

    @Nested
    class A_model_whose_cpuid_level_is_under_0xd {

        @ParameterizedTest
        @CsvSource({
            "xsaveopt, xsaveopt",
            "xsavec, xsavec",
            "xgetbv1, xgetbv1",
            "xgetbv1 xsavec, xsavec",
            "xgetbv1 xsavec xsaveopt, xsaveopt"
        })
        void reaches_v3_with_a_feature_of_leaf_0xd_beside_the_levels_own(String labelled, String taken) {
            // Given
            CpuClass westmere = cpu("Intel", "Westmere Nehalem", LEVEL_3 + " " + labelled);

            // When
            Baseline baseline = select(westmere, policy().profile(Policy.Profile.Level));

            // Then
            assertThat(baseline.model().name()).isEqualTo("Westmere");
            assertThat(baseline.level()).isEqualTo(AbiLevel.V3);
            assertThat(requiredFor(Purpose.Level, baseline))
                    .isEqualTo(words(LEVEL_3).with(taken));
        }

        @Test
        void stays_at_v2_without_one_and_asks_for_nothing_in_vain() {
            // Given
            CpuClass westmere = cpu("Intel", "Westmere Nehalem", LEVEL_3);

            // When
            Baseline baseline = select(westmere, policy());

            // Then
            assertThat(baseline.model().name()).isEqualTo("Westmere");
            assertThat(baseline.level()).isEqualTo(AbiLevel.V2);
            assertThat(baseline.required()).isEmpty();
        }

        @Test
        void stays_at_v2_where_the_policy_excludes_the_only_one() {
            // Given
            CpuClass westmere = cpu("Intel", "Westmere", LEVEL_3 + " xsaveopt");

            // When
            Baseline baseline = select(westmere, policy().excludeFeatures("xsaveopt"));

            // Then
            assertThat(baseline.level()).isEqualTo(AbiLevel.V2);
        }

        @Test
        void needs_no_second_one_where_the_policy_requires_one() {
            // Given
            CpuClass westmere = cpu("Intel", "Westmere", LEVEL_3 + " xsaveopt xgetbv1");

            // When
            Baseline baseline =
                    select(westmere, policy().profile(Policy.Profile.Level).require("xgetbv1"));

            // Then
            assertThat(baseline.level()).isEqualTo(AbiLevel.V3);
            assertThat(requiredFor(Purpose.Level, baseline)).isEqualTo(words(LEVEL_3));
            assertThat(requiredFor(Purpose.Policy, baseline)).isEqualTo(FeatureSet.of("xgetbv1"));
            assertThat(requiredFor(Purpose.Hardening, baseline)).isEqualTo(FeatureSet.of("xsaveopt"));
        }
    }

    @Nested
    class An_amd_model {

        private static final String ADDABLE = "ibpb amd-ssbd smep umip rdrand";

        /** An AMD node whose NodeFeature lists these features and all that is labelled. */
        private static CpuClass seenByNfd(String models, String features, String silicon) {
            CpuEvidence labelled = cpu("AMD", models, features).evidence();
            CpuEvidence evidence = labelled.withSilicon(new Silicon(
                    Silicon.Source.NODE_FEATURE,
                    labelled.labelledFeatures().union(words(silicon)),
                    AbiLevel.NONE,
                    "AMD"));
            return CpuClass.of(evidence, List.of(NodeCpu.healthy("node", evidence)), CATALOG);
        }

        @ParameterizedTest
        @ValueSource(strings = {"", "svm"})
        void takes_required_features_whether_svm_is_labelled_or_not(String svm) {
            // Given
            CpuClass opteron = cpu("AMD", "Opteron_G5", LEVEL_3 + " " + svm + " " + ADDABLE);

            // When
            Baseline baseline = select(opteron, policy());

            // Then
            assertThat(baseline.level()).isEqualTo(AbiLevel.V3);
            assertThat(requiredFor(Purpose.Level, baseline)).isEqualTo(words("avx2 bmi1 bmi2 movbe"));
            assertThat(requiredFor(Purpose.Hardening, baseline)).isEqualTo(words("amd-ssbd ibpb smep umip"));
            assertThat(requiredFor(Purpose.Performance, baseline)).isEqualTo(FeatureSet.of("rdrand"));
            assertThat(baseline.additionsLeftOut()).isFalse();
        }

        @ParameterizedTest
        @ValueSource(strings = {"", "AMD Intel"})
        void wants_svm_labelled_where_the_vendor_is_not_known(String vendors) {
            // Given
            CpuEvidence evidence = new CpuEvidence(
                    featuresOf("Opteron_G5").union(words(LEVEL_3 + " " + ADDABLE)),
                    new TreeSet<>(Set.of("Opteron_G5")),
                    new TreeSet<>(words(vendors).names()),
                    Silicon.unknown());

            // When
            Baseline baseline =
                    select(CpuClass.of(evidence, List.of(NodeCpu.healthy("node", evidence)), CATALOG), policy());

            // Then
            assertThat(baseline.level()).isEqualTo(AbiLevel.V2);
            assertThat(baseline.required()).isEmpty();
        }

        @Test
        void keeps_its_name_in_a_fleet_without_nested_virtualization() {
            // Given
            List<CpuClass> fleet = Stream.of("epyc-9334-32-core", "node-ryzen7-8700g")
                    .map(SelectionCases::host)
                    .map(host -> labelled(
                            "AMD",
                            String.join(" ", host.evidence().labelledModels()),
                            host.evidence()
                                    .labelledFeatures()
                                    .minus(SELECTION.rules().nestedOfAmd())))
                    .toList();

            // When, Then
            assertThat(select(fleet, policy()).revision()).isEqualTo("EPYC-Rome-v3-280731d2cb");
        }

        @ParameterizedTest
        @ValueSource(strings = {"", "npt nrip-save"})
        void stays_at_its_own_level_where_the_hardware_denies_svm_and_says_that_nothing_is_added(String silicon) {
            // Given
            CpuClass opteron = seenByNfd("Opteron_G5", LEVEL_3 + " " + ADDABLE, silicon);

            // When
            Baseline baseline = select(opteron, policy());

            // Then
            assertThat(baseline.level()).isEqualTo(AbiLevel.V2);
            assertThat(baseline.required()).isEmpty();
            assertThat(baseline.additionsLeftOut()).isTrue();
        }

        @Test
        void leaves_nothing_out_where_there_is_nothing_to_add() {
            // Given
            CpuClass opteron = seenByNfd("Opteron_G5", "", "");

            // When
            Baseline baseline = select(opteron, policy());

            // Then
            assertThat(baseline.required()).isEmpty();
            assertThat(baseline.additionsLeftOut()).isFalse();
        }

        @Test
        void gives_way_to_another_that_libvirt_takes_with_the_policys_feature() {
            // Given
            CpuClass epyc = seenByNfd("EPYC Nehalem", "rdseed umip " + LEVEL_3, "");

            // When
            Baseline open = select(epyc, policy());
            Baseline demanding = select(epyc, policy().require("umip"));

            // Then
            assertThat(open.model().name()).isEqualTo("EPYC");
            assertThat(open.additionsLeftOut()).isTrue();
            assertThat(demanding.model().name()).isEqualTo("Nehalem");
            assertThat(demanding.foreignVendor()).isTrue();
        }

        @Test
        void wants_all_that_libvirts_map_has_and_qemu_turns_off_as_far_as_it_can_be_denied() {
            // When
            Baseline complete = select(seenByNfd("EPYC-Milan", "virt-ssbd", "svm npt nrip-save"), policy());
            Baseline incomplete = select(seenByNfd("EPYC-Milan", "virt-ssbd", "svm nrip-save"), policy());

            // Then
            assertThat(complete.requiredFeatures()).isEqualTo(FeatureSet.of("virt-ssbd"));
            assertThat(incomplete.required()).isEmpty();
            assertThat(incomplete.additionsLeftOut()).isTrue();
        }

        /** QEMU drops these from the model with svm; libvirt's map keeps them. */
        @ParameterizedTest
        @ValueSource(strings = {"EPYC-Turin", "EPYC-v5", "EPYC-Genoa-v2"})
        void of_a_new_qemu_wants_its_nested_features_too(String model) {
            // Given
            FeatureSet labels = featuresOf(model).union(FeatureSet.of("virt-ssbd"));
            CpuEvidence labelled = labelled("AMD", model, labels).evidence();
            CpuEvidence virtual =
                    labelled.withSilicon(new Silicon(Silicon.Source.NODE_FEATURE, labels, AbiLevel.NONE, "AMD"));

            // When
            Baseline nestedOff = select(labelled("AMD", model, labels), policy());
            Baseline denied =
                    select(CpuClass.of(virtual, List.of(NodeCpu.healthy("node", virtual)), CATALOG), policy());

            // Then
            assertThat(nestedOff.model().name()).isEqualTo(model);
            assertThat(nestedOff.requiredFeatures().contains("virt-ssbd")).isTrue();
            assertThat(denied.model().name()).isEqualTo(model);
            assertThat(denied.required()).isEmpty();
            assertThat(denied.additionsLeftOut()).isTrue();
        }
    }

    @Nested
    class A_model_whose_libvirt_definition_has_nested_virtualization {

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "SierraForest",
                    "GraniteRapids",
                    "SierraForest-v2",
                    "GraniteRapids-v2",
                    "ClearwaterForest",
                    "DiamondRapids",
                    "YongFeng",
                    "Denverton-v3",
                    "Skylake-Client-v4",
                    "Cascadelake-Server-v5",
                    "Icelake-Server-v7",
                    "SapphireRapids-v3"
                })
        void is_used_with_nothing_required(String model) {
            // Given
            CpuClass server = cpu("Intel", model, "vmx vmx-ept stibp md-clear ssb-no");

            // When
            Baseline baseline = select(server, policy());

            // Then
            assertThat(baseline.model().name()).isEqualTo(model);
            assertThat(baseline.required()).isEmpty();
            assertThat(baseline.additionsLeftOut()).isTrue();
        }

        @Test
        void gives_way_where_the_policy_requires_a_feature_beside_it() {
            // Given
            CpuClass server = cpu("Intel", "SierraForest Skylake-Client-noTSX-IBRS", "md-clear");

            // When
            Baseline baseline = select(server, policy().require("md-clear"));

            // Then
            assertThat(baseline.model().name()).isEqualTo("Skylake-Client-noTSX-IBRS");
            assertThat(baseline.required()).containsEntry("md-clear", Purpose.Policy);
        }

        @Test
        void gives_way_to_one_that_libvirt_takes_with_what_the_profile_adds() {
            // Given
            CpuClass something = cpu("Intel", "Skylake-Client-v4 Skylake-Client-noTSX-IBRS", "md-clear");
            CpuClass nothing = cpu("Intel", "Skylake-Client-v4 Skylake-Client-noTSX-IBRS", "");

            // When
            Baseline baseline = select(something, policy());

            // Then
            assertThat(baseline.model().name()).isEqualTo("Skylake-Client-noTSX-IBRS");
            assertThat(baseline.requiredFeatures()).isEqualTo(FeatureSet.of("md-clear"));
            assertThat(baseline.additionsLeftOut()).isFalse();
            assertThat(select(nothing, policy()).model().name()).isEqualTo("Skylake-Client-v4");
        }

        @Test
        void gives_way_on_the_real_host_where_it_would_lose_mitigations() {
            // When
            Baseline baseline = select(host("xeon-6731e"), policy());

            // Then
            assertThat(baseline.model().name()).isEqualTo("Skylake-Client-noTSX-IBRS");
            assertThat(baseline.requiredFeatures().names()).contains("md-clear", "stibp");
        }
    }
}
