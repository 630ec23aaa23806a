package io.cpubaseline.baseline;

import static io.cpubaseline.baseline.PolicyBuilder.policy;
import static io.cpubaseline.baseline.SelectionCases.cpu;
import static io.cpubaseline.baseline.SelectionCases.featuresOf;
import static io.cpubaseline.baseline.SelectionCases.labelled;
import static io.cpubaseline.baseline.SelectionCases.requiredFor;
import static io.cpubaseline.baseline.SelectionCases.select;
import static io.cpubaseline.baseline.SelectionCases.words;
import static org.assertj.core.api.Assertions.assertThat;

import io.cpubaseline.cpu.AbiLevel;
import io.cpubaseline.cpu.FeatureSet;
import io.cpubaseline.fleet.CpuClass;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** What is preferred where several models reach the level: no TSX, and the fleet's own vendor. */
class SelectionVendorsTest {

    @Nested
    class Tsx {

        @Test
        void is_avoided_though_the_model_without_it_has_fewer_features() {
            // Given
            CpuClass haswell = cpu("Intel", "Haswell Haswell-noTSX", "");

            // When, Then
            assertThat(select(haswell, policy()).model().name()).isEqualTo("Haswell-noTSX");
        }

        @Test
        void is_avoided_though_an_older_model_needs_more_features() {
            // Given
            CpuClass haswell = cpu("Intel", "Haswell IvyBridge", "");

            // When
            Baseline baseline = select(haswell, policy());

            // Then
            assertThat(baseline.model().name()).isEqualTo("IvyBridge");
            assertThat(requiredFor(Purpose.Level, baseline)).isEqualTo(words("abm avx2 bmi1 bmi2 fma movbe"));
        }

        @Test
        void is_taken_where_only_such_a_model_reaches_the_level() {
            // Given
            CpuClass haswell =
                    labelled("Intel", "Haswell Nehalem", featuresOf("Haswell").minus(FeatureSet.of("movbe")));

            // When, Then
            assertThat(select(haswell, policy()).model().name()).isEqualTo("Haswell");
        }

        @Test
        void is_taken_before_a_foreign_model_without_it() {
            // Given
            CpuClass haswell = cpu("Intel", "Haswell EPYC", "svm");

            // When, Then
            assertThat(select(haswell, policy()).model().name()).isEqualTo("Haswell");
        }

        @Test
        void is_no_reason_against_a_model_where_the_policy_requires_it() {
            // Given
            CpuClass haswell = cpu("Intel", "Haswell Haswell-noTSX", "");

            // When
            Baseline baseline = select(haswell, policy().require("rtm"));

            // Then
            assertThat(baseline.model().name()).isEqualTo("Haswell");
            assertThat(requiredFor(Purpose.Policy, baseline)).isEqualTo(FeatureSet.empty());
        }
    }

    @Nested
    class Vendors {

        @Test
        void a_native_model_goes_before_a_foreign_one_of_the_same_level() {
            // Given
            CpuClass amd = cpu("AMD", "EPYC Skylake-Client-v4 Haswell-noTSX", "svm");

            // When
            Baseline baseline = select(amd, policy());

            // Then
            assertThat(baseline.model().name()).isEqualTo("EPYC");
            assertThat(baseline.foreignVendor()).isFalse();
        }

        @Test
        void a_native_model_goes_before_a_foreign_one_though_it_needs_more_features() {
            // Given
            CpuClass amd = cpu("AMD", "Opteron_G5 Haswell-noTSX", "svm");

            // When
            Baseline baseline = select(amd, policy());

            // Then
            assertThat(baseline.model().name()).isEqualTo("Opteron_G5");
            assertThat(requiredFor(Purpose.Level, baseline)).isEqualTo(words("avx2 bmi1 bmi2 movbe"));
        }

        @Test
        void a_foreign_model_is_used_where_no_native_one_reaches_the_level() {
            // Given: what Nehalem proves for guests is not labelled, so it can't be required beside the native model
            CpuClass amd = labelled("AMD", "Opteron_G3 Nehalem", featuresOf("Opteron_G3"));

            // When
            Baseline best = select(amd, policy());
            Baseline bounded = select(amd, policy().maximum(AbiLevel.V1));

            // Then
            assertThat(best.model().name()).isEqualTo("Nehalem");
            assertThat(best.foreignVendor()).isTrue();
            assertThat(bounded.model().name()).isEqualTo("Opteron_G3");
            assertThat(bounded.foreignVendor()).isFalse();
        }

        @Test
        void no_model_is_foreign_in_a_mixed_fleet_or_where_the_vendor_is_unknown() {
            // Given
            CpuClass amd = cpu("AMD", "Nehalem", "");
            CpuClass intel = cpu("Intel", "Nehalem", "");
            CpuClass unknown = cpu("", "Nehalem", "");

            // When, Then
            assertThat(select(List.of(amd, intel), policy()).foreignVendor()).isFalse();
            assertThat(select(unknown, policy()).foreignVendor()).isFalse();
            assertThat(select(amd, policy()).foreignVendor()).isTrue();
        }

        @Test
        void a_model_of_two_vendors_is_native_to_both() {
            assertThat(select(cpu("Zhaoxin", "YongFeng Penryn", ""), policy()).foreignVendor())
                    .isFalse();
            assertThat(select(cpu("CentaurHauls", "YongFeng Penryn", ""), policy())
                            .foreignVendor())
                    .isFalse();
        }

        @Test
        void mitigations_are_those_of_the_vendors_in_the_fleet() {
            // Given
            String both = "spec-ctrl stibp ssbd md-clear ibpb amd-ssbd virt-ssbd amd-stibp";
            CpuClass intel = cpu("Intel", "Nehalem", both);
            CpuClass amd = cpu("AMD", "Nehalem", both);

            // When, Then
            assertThat(select(intel, policy()).requiredFeatures()).isEqualTo(words("md-clear spec-ctrl ssbd stibp"));
            assertThat(select(amd, policy()).requiredFeatures()).isEqualTo(words("amd-ssbd amd-stibp ibpb virt-ssbd"));
            assertThat(select(List.of(amd, intel), policy()).requiredFeatures()).isEqualTo(words(both));
        }

        @Test
        void immunity_is_for_fleets_of_intel_alone_and_for_profile_performance() {
            // Given
            String immune = "arch-capabilities mds-no rdctl-no ibrs-all tsa-sq-no";
            CpuClass intel = cpu("Intel", "Nehalem", immune);
            CpuClass amd = cpu("AMD", "Nehalem", immune);
            CpuClass unknown = cpu("", "Nehalem", immune);

            // When
            Baseline baseline = select(intel, policy());

            // Then
            assertThat(requiredFor(Purpose.Performance, baseline))
                    .isEqualTo(words("arch-capabilities mds-no rdctl-no"));
            assertThat(select(intel, policy().profile(Policy.Profile.Level)).required())
                    .isEmpty();
            assertThat(select(List.of(amd, intel), policy()).required()).isEmpty();
            assertThat(select(List.of(intel, unknown), policy()).required()).isEmpty();
            assertThat(select(amd, policy()).required()).isEmpty();
        }

        @Test
        void immunity_obeys_the_exclusions() {
            // Given
            CpuClass intel = cpu("Intel", "Nehalem", "arch-capabilities mds-no rdctl-no");

            // When, Then
            assertThat(select(intel, policy().excludeFeatures("mds-no")).requiredFeatures())
                    .isEqualTo(words("arch-capabilities rdctl-no"));
            assertThat(select(intel, policy().excludeFeatures("arch-capabilities"))
                            .required())
                    .isEmpty();
        }

        @Test
        void immunity_bits_need_the_register_that_holds_them() {
            assertThat(select(cpu("Intel", "Nehalem", "mds-no rdctl-no"), policy())
                            .required())
                    .isEmpty();
        }
    }
}
