package io.cpubaseline.baseline;

import static io.cpubaseline.baseline.PolicyBuilder.policy;
import static io.cpubaseline.baseline.SelectionCases.cpu;
import static io.cpubaseline.baseline.SelectionCases.featuresOf;
import static io.cpubaseline.baseline.SelectionCases.host;
import static io.cpubaseline.baseline.SelectionCases.labelled;
import static io.cpubaseline.baseline.SelectionCases.refuse;
import static io.cpubaseline.baseline.SelectionCases.requiredFor;
import static io.cpubaseline.baseline.SelectionCases.select;
import static io.cpubaseline.baseline.SelectionCases.words;
import static org.assertj.core.api.Assertions.assertThat;

import io.cpubaseline.Reason;
import io.cpubaseline.cpu.AbiLevel;
import io.cpubaseline.cpu.FeatureSet;
import io.cpubaseline.fleet.CpuClass;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Features beside the model: added, required, excluded. */
class SelectionFeaturesTest {

    @Nested
    class Additions {

        @ParameterizedTest
        @CsvSource({
            "Nehalem, vaes vpclmulqdq aes pclmuldq, aes pclmuldq",
            "SandyBridge, vaes vpclmulqdq, vaes vpclmulqdq",
            "Nehalem, invpcid, ''",
            "Nehalem, invpcid pcid, invpcid pcid",
            "Nehalem, xsaveopt, ''",
            "Nehalem, rdseed, ''",
            "Nehalem, gfni sha-ni adx rdrand, adx gfni rdrand sha-ni"
        })
        void come_with_what_they_need_or_not_at_all(String model, String labelled, String added) {
            assertThat(select(cpu("Intel", model, labelled), policy()).requiredFeatures())
                    .isEqualTo(words(added));
        }

        @Test
        void of_xsave_go_with_models_that_have_it() {
            assertThat(select(cpu("AMD", "Opteron_G4", "svm xsaveopt"), policy())
                            .requiredFeatures())
                    .isEqualTo(FeatureSet.of("xsaveopt"));
        }

        @Test
        void of_profile_level_are_mitigations_and_hardening_alone() {
            // Given
            CpuClass node = cpu("Intel", "Nehalem", "spec-ctrl smep aes rdrand arch-capabilities rdctl-no");

            // When
            Baseline baseline = select(node, policy().profile(Policy.Profile.Level));

            // Then
            assertThat(baseline.required())
                    .isEqualTo(Map.of("smep", Purpose.Hardening, "spec-ctrl", Purpose.Hardening));
        }

        @Test
        void are_labelled_on_every_node() {
            // Given
            CpuClass one = cpu("Intel", "Nehalem", "aes smep rdrand");
            CpuClass other = cpu("Intel", "Nehalem", "aes smap rdrand");

            // When, Then
            assertThat(select(List.of(one, other), policy()).requiredFeatures()).isEqualTo(words("aes rdrand"));
        }
    }

    @Nested
    class A_required_feature {

        @Test
        void is_required_for_the_policy() {
            // When
            Baseline baseline = select(cpu("Intel", "Nehalem", "movdir64b movdiri"), policy().require("movdiri"));

            // Then
            assertThat(baseline.required()).isEqualTo(Map.of("movdiri", Purpose.Policy));
        }

        @Test
        void that_the_model_has_is_not_required_again() {
            assertThat(select(cpu("Intel", "Westmere Nehalem", ""), policy().require("aes"))
                            .required())
                    .isEmpty();
        }

        @Test
        void that_no_label_has_is_found_in_a_model() {
            // Given
            CpuClass oldLabeller = labelled("Intel", "Westmere SandyBridge", featuresOf("Nehalem"));

            // When
            Baseline baseline = select(oldLabeller, policy().require("avx"));

            // Then
            assertThat(baseline.model().name()).isEqualTo("SandyBridge");
            assertThat(baseline.required()).isEmpty();
        }

        @Test
        void above_AVX_brings_the_state_that_it_needs() {
            // Given
            List<CpuClass> fleet = List.of(host("epyc-9334-32-core"), host("node-ryzen7-8700g"));

            // When
            Baseline baseline = select(fleet, policy().maximum(AbiLevel.V2).require("avx512f"));

            // Then
            assertThat(baseline.model().name()).isEqualTo("Opteron_G3");
            assertThat(baseline.level()).isEqualTo(AbiLevel.V2);
            assertThat(requiredFor(Purpose.Policy, baseline)).isEqualTo(words("avx512f xsave xsaveopt"));
        }

        @ParameterizedTest
        @CsvSource({
            "Nehalem, avx, avx xsave xsavec, avx xsave xsavec",
            "Nehalem, vaes, vaes xsave xgetbv1, vaes xsave xgetbv1",
            "SandyBridge, avx2, avx2, avx2",
            "SandyBridge, avx, '', ''",
            "Nehalem, gfni, gfni, gfni",
            "Nehalem, aes, aes xsave xsaveopt, aes"
        })
        void brings_state_only_where_it_needs_it_and_the_model_has_none(
                String model, String required, String labelled, String expected) {
            // When
            Baseline baseline = select(
                    cpu("Intel", model, labelled),
                    policy().maximum(AbiLevel.V2).profile(Policy.Profile.Level).require(required));

            // Then
            assertThat(requiredFor(Purpose.Policy, baseline)).isEqualTo(words(expected));
        }

        @ParameterizedTest
        @ValueSource(strings = {"avx xsave", "avx xsaveopt", "avx"})
        void is_refused_with_words_where_its_state_can_not_be_had(String labelled) {
            // When
            NoBaseline refusal = refuse(List.of(cpu("Intel", "Nehalem", labelled)), policy().require("avx"));

            // Then
            assertThat(refusal.reason()).isEqualTo(Reason.NoCommonModel);
            assertThat(refusal.message())
                    .startsWith("features.require: avx can be used by guests only with XSAVE's state.")
                    .contains("xsave and one of xsaveopt, xsavec, xgetbv1");
        }

        @Test
        void is_refused_with_words_where_its_state_is_excluded() {
            assertThat(refuse(
                                    List.of(cpu("Intel", "Nehalem", "avx xsave xsaveopt")),
                                    policy().require("avx").excludeFeatures("xsave"))
                            .message())
                    .contains("XSAVE's state", "not excluded");
        }

        @Test
        void that_some_node_lacks_is_no_answer() {
            // Given
            List<CpuClass> classes = List.of(cpu("Intel", "Nehalem", "aes"), cpu("Intel", "Nehalem", ""));

            // When
            NoBaseline refusal = refuse(classes, policy().require("aes"));

            // Then
            assertThat(refusal.reason()).isEqualTo(Reason.NoCommonModel);
            assertThat(refusal.message()).contains("cpu-feature.node.kubevirt.io/aes");
        }

        @ParameterizedTest
        @ValueSource(strings = {"svm", "vmx", "vmx-ept", "mds-no", "x2apic", "hypervisor", "topoext", "arat", "mpx"})
        void that_is_never_required_is_refused(String feature) {
            // When
            NoBaseline refusal = refuse(List.of(cpu("Intel", "Nehalem", feature)), policy().require(feature));

            // Then
            assertThat(refusal.reason()).isEqualTo(Reason.NoCommonModel);
            assertThat(refusal.message()).startsWith("features.require: " + feature + " is about");
        }

        @ParameterizedTest
        @ValueSource(strings = {"invtsc", "xsaves"})
        void that_blocks_migration_is_refused(String feature) {
            // When
            NoBaseline refusal = refuse(List.of(cpu("Intel", "Nehalem", feature)), policy().require(feature));

            // Then
            assertThat(refusal.reason()).isEqualTo(Reason.NoCommonModel);
            assertThat(refusal.message()).contains(feature + " blocks live migration");
        }

        @Test
        void of_the_level_counts_for_the_level_and_stays_the_policys() {
            // When
            Baseline baseline = select(
                    cpu("Intel", "IvyBridge", "abm avx2 bmi1 bmi2 fma movbe"),
                    policy().profile(Policy.Profile.Level).require("avx2"));

            // Then
            assertThat(baseline.level()).isEqualTo(AbiLevel.V3);
            assertThat(requiredFor(Purpose.Policy, baseline)).isEqualTo(FeatureSet.of("avx2"));
            assertThat(requiredFor(Purpose.Level, baseline)).isEqualTo(words("abm bmi1 bmi2 fma movbe"));
        }
    }

    @Nested
    class An_excluded_feature {

        @Test
        void of_the_level_lowers_the_level_and_excludes_the_models_that_have_it() {
            // When
            Baseline baseline = select(host("node-i5-13500"), policy().excludeFeatures("avx2"));

            // Then
            assertThat(baseline.level()).isEqualTo(AbiLevel.V2);
            assertThat(baseline.guestFeatures().contains("avx2")).isFalse();
        }

        @Test
        void that_is_a_mitigation_is_not_added_and_in_no_model() {
            // When
            Baseline baseline =
                    select(cpu("Intel", "Nehalem Nehalem-IBRS", "ssbd"), policy().excludeFeatures("spec-ctrl"));

            // Then
            assertThat(baseline.model().name()).isEqualTo("Nehalem");
            assertThat(baseline.requiredFeatures()).isEqualTo(FeatureSet.of("ssbd"));
        }

        @Test
        void that_every_model_has_leaves_none() {
            // When
            NoBaseline refusal = refuse(List.of(cpu("Intel", "Nehalem Penryn", "")), policy().excludeFeatures("sse2"));

            // Then
            assertThat(refusal.reason()).isEqualTo(Reason.NoCommonModel);
            assertThat(refusal.message()).contains("the policy allows none", "Nehalem", "Penryn");
        }

        @Test
        void that_kubevirt_switches_off_anyway_excludes_no_model() {
            // Given
            CpuClass denverton = cpu("Intel", "Denverton", "");
            assertThat(featuresOf("Denverton").contains("mpx")).isTrue();

            // When, Then
            assertThat(select(denverton, policy().excludeFeatures("mpx"))
                            .model()
                            .name())
                    .isEqualTo("Denverton");
        }
    }
}
