package io.cpubaseline.baseline;

import static io.cpubaseline.baseline.PolicyBuilder.policy;
import static org.assertj.core.api.Assertions.assertThat;

import io.cpubaseline.Fleets;
import io.cpubaseline.Reason;
import io.cpubaseline.catalog.CatalogLoader;
import io.cpubaseline.cpu.AbiLevel;
import io.cpubaseline.cpu.CpuCatalog;
import io.cpubaseline.cpu.CpuModel;
import io.cpubaseline.cpu.FeatureSet;
import io.cpubaseline.fleet.CpuClass;
import io.cpubaseline.fleet.CpuEvidence;
import io.cpubaseline.fleet.NodeCpu;
import io.cpubaseline.fleet.Silicon;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The corners of the selection, each on a fleet made for it. */
class SelectionTest {

    private static final Selection SELECTION = CatalogLoader.selection();
    private static final CpuCatalog CATALOG = SELECTION.catalog();

    private static final String LEVEL_3 = "abm avx avx2 bmi1 bmi2 f16c fma movbe xsave";

    private static FeatureSet words(String words) {
        return words.isBlank() ? FeatureSet.empty() : FeatureSet.of(words.trim().split(" +"));
    }

    private static FeatureSet featuresOf(String model) {
        return CATALOG.model(model).orElseThrow().features();
    }

    /** A class of one node that has these models, all that they need, and these features beside. */
    private static CpuClass cpu(String vendor, String models, String features) {
        FeatureSet labelled = words(features);
        for (String model : models.split(" ", -1)) {
            labelled =
                    labelled.union(CATALOG.model(model).map(CpuModel::features).orElse(FeatureSet.empty()));
        }
        return labelled(vendor, models, labelled);
    }

    /** A class of one node with just these labels. */
    private static CpuClass labelled(String vendor, String models, FeatureSet features) {
        CpuEvidence evidence = new CpuEvidence(
                features,
                new TreeSet<>(Arrays.asList(models.split(" ", -1))),
                vendor.isEmpty() ? new TreeSet<>() : new TreeSet<>(Set.of(vendor)),
                Silicon.unknown());
        return CpuClass.of(evidence, List.of(NodeCpu.healthy("node", evidence)), CATALOG);
    }

    private static CpuClass host(String name) {
        return CpuClass.of(Fleets.host(name), Fleets.nodes(List.of(name)), CATALOG);
    }

    private static Baseline select(CpuClass cpuClass, PolicyBuilder policy) {
        return select(List.of(cpuClass), policy);
    }

    private static Baseline select(List<CpuClass> classes, PolicyBuilder policy) {
        Answer answer = SELECTION.select(classes, policy.build());
        assertThat(answer).isInstanceOf(Baseline.class);
        return (Baseline) answer;
    }

    private static NoBaseline refuse(List<CpuClass> classes, PolicyBuilder policy) {
        Answer answer = SELECTION.select(classes, policy.build());
        assertThat(answer).isInstanceOf(NoBaseline.class);
        return (NoBaseline) answer;
    }

    private static FeatureSet requiredFor(Purpose purpose, Baseline baseline) {
        return FeatureSet.copyOf(baseline.required().entrySet().stream()
                .filter(entry -> entry.getValue() == purpose)
                .map(Map.Entry::getKey)
                .toList());
    }

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
                    .map(SelectionTest::host)
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
