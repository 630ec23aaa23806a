package io.cpubaseline.comparison;

import static org.assertj.core.api.Assertions.assertThat;

import io.cpubaseline.baseline.Selection;
import io.cpubaseline.catalog.CatalogLoader;
import io.cpubaseline.comparison.Difference.Kind;
import io.cpubaseline.cpu.AbiLevel;
import io.cpubaseline.cpu.FeatureSet;
import io.cpubaseline.fleet.CpuClass;
import io.cpubaseline.fleet.CpuEvidence;
import io.cpubaseline.fleet.NodeCpu;
import io.cpubaseline.fleet.Silicon;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What is said of another answer for the same nodes. */
class ComparisonTest {

    private static final Selection RULES = CatalogLoader.selection();

    private static final Opinion HASWELL = opinion("Haswell-noTSX");

    /** Nodes of Intel with these models and all features of the last one of them. */
    private static CpuClass nodes(List<String> names, String... models) {
        FeatureSet features = RULES.catalog()
                .model(models[models.length - 1])
                .orElseThrow()
                .features()
                .with("invtsc");
        CpuEvidence evidence = new CpuEvidence(
                features, new TreeSet<>(List.of(models)), new TreeSet<>(List.of("Intel")), Silicon.unknown());
        return CpuClass.of(
                evidence,
                names.stream().map(name -> NodeCpu.healthy(name, evidence)).toList(),
                RULES.catalog());
    }

    private static final List<CpuClass> FLEET = List.of(
            nodes(List.of("b", "a"), "Westmere", "Haswell-noTSX", "Broadwell-noTSX"),
            nodes(List.of("c"), "Westmere", "Haswell-noTSX"));

    private static Opinion opinion(String model, String... required) {
        return new Opinion(model, FeatureSet.of(required), FeatureSet.empty());
    }

    private static Comparison compared(Opinion theirs) {
        return Comparison.of(RULES.catalog(), RULES.rules(), FLEET, HASWELL, theirs);
    }

    private static Difference difference(Comparison comparison, Kind kind) {
        return comparison.differences().stream()
                .filter(difference -> difference.kind() == kind)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void the_same_answer_differs_in_nothing() {
        // When
        Comparison comparison = compared(opinion("Haswell-noTSX"));

        // Then
        assertThat(comparison.differences()).isEmpty();
        assertThat(comparison.theirNodes()).isEqualTo(3);
        assertThat(comparison.nodes()).isEqualTo(3);
    }

    @Test
    void a_model_without_a_label_names_the_nodes_that_lack_it() {
        // When
        Comparison comparison = compared(opinion("Broadwell-noTSX"));

        // Then
        assertThat(difference(comparison, Kind.UnschedulableModel).nodes()).containsExactly("c");
        assertThat(comparison.theirNodes()).isEqualTo(2);
    }

    @Test
    void a_model_that_is_labelled_nowhere_can_start_nowhere() {
        // When
        Comparison comparison = compared(opinion("SandyBridge"));

        // Then
        assertThat(difference(comparison, Kind.UnschedulableModel).message()).startsWith("None of the nodes");
        assertThat(difference(comparison, Kind.UnschedulableModel).nodes()).containsExactly("a", "b", "c");
        assertThat(comparison.theirNodes()).isZero();
    }

    @Test
    void an_obsolete_model_says_why_it_has_no_label() {
        assertThat(difference(compared(opinion("Conroe")), Kind.UnschedulableModel)
                        .message())
                .contains("obsolete");
    }

    @Test
    void a_lower_level_names_what_it_lacks() {
        // When
        Comparison comparison = compared(opinion("Westmere"));

        // Then
        assertThat(comparison.ourLevel()).isEqualTo(AbiLevel.V3);
        assertThat(comparison.theirLevel()).isEqualTo(AbiLevel.V2);
        assertThat(difference(comparison, Kind.LowerLevel).features()).contains("avx2", "fma");
        assertThat(difference(comparison, Kind.LowerLevel).message())
                .isEqualTo("Guests get x86-64-v2 instead of x86-64-v3.");
    }

    @Test
    void an_old_model_with_the_flags_of_a_level_does_not_reach_it_without_xsave() {
        // Given all that x86-64-v3 asks for
        FeatureSet level = RULES.catalog().levels().features(AbiLevel.V3);

        // When
        Comparison comparison = compared(new Opinion("Westmere", level, FeatureSet.empty()));

        // Then
        assertThat(comparison.theirLevel()).isEqualTo(AbiLevel.V2);
    }

    @Test
    void a_feature_that_is_disabled_costs_the_level() {
        // When
        Comparison comparison = compared(new Opinion("Haswell-noTSX", FeatureSet.empty(), FeatureSet.of("avx2")));

        // Then
        assertThat(comparison.theirLevel()).isEqualTo(AbiLevel.V2);
        assertThat(difference(comparison, Kind.DroppedFeatures).features()).containsExactly("avx2");
    }

    @Test
    void a_model_of_another_vendor_or_of_none_is_foreign() {
        assertThat(difference(compared(opinion("EPYC")), Kind.ForeignModel).message())
                .contains("a model of AMD");
        assertThat(difference(compared(opinion("qemu64")), Kind.ForeignModel).message())
                .contains("no vendor's model");
    }

    @Test
    void features_that_block_migration_or_have_no_label_are_named() {
        // When
        Comparison comparison = compared(opinion("Haswell-noTSX", "invtsc", "avx512f"));

        // Then
        assertThat(difference(comparison, Kind.BlocksMigration).features()).containsExactly("invtsc");
        assertThat(difference(comparison, Kind.UnschedulableFeatures).features())
                .containsExactly("avx512f");
        assertThat(difference(comparison, Kind.UnschedulableFeatures).nodes()).containsExactly("a", "b", "c");
        assertThat(comparison.theirNodes()).isZero();
    }

    @Test
    void a_model_that_the_catalog_lacks_is_said_to_be_unknown() {
        // When
        Comparison comparison = compared(opinion("Z80"));

        // Then
        assertThat(comparison.differences())
                .extracting(Difference::kind)
                .containsExactly(Kind.UnschedulableModel, Kind.UnknownModel);
    }

    @Test
    void what_hurts_comes_first_and_nothing_is_said_twice() {
        assertThat(compared(opinion("EPYC", "invtsc", "avx512f")).differences())
                .extracting(Difference::kind)
                .isSorted()
                .doesNotHaveDuplicates();
    }
}
