package io.cpubaseline.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import io.cpubaseline.catalog.CatalogLoader;
import io.cpubaseline.cpu.AbiLevel;
import io.cpubaseline.cpu.CpuCatalog;
import io.cpubaseline.cpu.FeatureSet;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CpuClassTest {

    private static final CpuCatalog CATALOG = CatalogLoader.catalog();

    private static CpuEvidence evidence(FeatureSet features, String... models) {
        return new CpuEvidence(features, new TreeSet<>(List.of(models)), new TreeSet<>(), Silicon.unknown());
    }

    @Test
    void a_usable_model_proves_its_features_beside_the_labels() {
        // Given
        FeatureSet ofModel = CATALOG.model("Westmere").orElseThrow().features();

        // When
        FeatureSet usable = evidence(FeatureSet.of("rdrand"), "Westmere").usable(CATALOG);

        // Then
        assertThat(ofModel.contains("aes")).isTrue();
        assertThat(usable).isEqualTo(ofModel.minus(FeatureSet.of("hypervisor")).with("rdrand"));
    }

    @Test
    void a_usable_model_does_not_prove_what_never_blocks_one_but_a_label_does() {
        // Given
        FeatureSet ofModel = CATALOG.model("EPYC").orElseThrow().features();

        // When
        FeatureSet unlabelled = evidence(FeatureSet.of("fpu"), "EPYC").usable(CATALOG);
        FeatureSet labelled = evidence(FeatureSet.of("topoext"), "EPYC").usable(CATALOG);

        // Then
        assertThat(ofModel.contains("topoext")).isTrue();
        assertThat(unlabelled.contains("topoext")).isFalse();
        assertThat(labelled.contains("topoext")).isTrue();
    }

    @Test
    void a_model_that_the_catalog_lacks_proves_nothing() {
        assertThat(evidence(FeatureSet.of("fpu"), "TomorrowLake").usable(CATALOG))
                .isEqualTo(FeatureSet.of("fpu"));
    }

    @Test
    void a_class_offers_a_baseline_by_labels_alone() {
        // Given
        CpuClass cpuClass = CpuClass.of(evidence(FeatureSet.of("rdrand"), "Westmere"), List.of(), CATALOG);

        // When, Then
        assertThat(cpuClass.offers(new Criteria.Pin("Westmere", FeatureSet.of("rdrand"), "")))
                .isTrue();
        assertThat(cpuClass.offers(new Criteria.Pin("Westmere", FeatureSet.empty(), "")))
                .isTrue();
        assertThat(cpuClass.offers(new Criteria.Pin("Westmere", FeatureSet.of("aes"), "")))
                .isFalse();
        assertThat(cpuClass.offers(new Criteria.Pin("Nehalem", FeatureSet.empty(), "")))
                .isFalse();
    }

    /** A vendor label is never removed, so a second one may be stale. */
    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "Intel, -, Intel",
                "Intel, AMD, Intel",
                "-, AMD, AMD",
                "-, -, -",
                "AMD Intel, AMD, AMD",
                "AMD Intel, -, -",
                "AMD Intel, Hygon, -"
            })
    void the_vendor_is_the_only_label_or_the_one_that_the_hardware_confirms(
            @Nullable String labels, @Nullable String hardware, @Nullable String vendor) {
        // Given
        Silicon silicon =
                new Silicon(Silicon.Source.LABELS, FeatureSet.empty(), AbiLevel.NONE, hardware == null ? "" : hardware);
        CpuEvidence evidence = new CpuEvidence(
                FeatureSet.of("fpu"),
                new TreeSet<>(),
                new TreeSet<>(labels == null ? List.of() : Arrays.asList(labels.split(" "))),
                silicon);

        // When, Then
        assertThat(evidence.vendor()).isEqualTo(vendor == null ? "" : vendor);
    }
}
