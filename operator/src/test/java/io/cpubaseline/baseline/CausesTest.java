package io.cpubaseline.baseline;

import static org.assertj.core.api.Assertions.as;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import io.cpubaseline.baseline.Explanation.Cause;
import io.cpubaseline.catalog.CatalogLoader;
import io.cpubaseline.cpu.AbiLevel;
import io.cpubaseline.cpu.CpuCatalog;
import io.cpubaseline.cpu.FeatureSet;
import io.cpubaseline.fleet.CpuClass;
import io.cpubaseline.fleet.CpuEvidence;
import io.cpubaseline.fleet.NodeCpu;
import io.cpubaseline.fleet.Silicon;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Why a feature is missing on nodes, and what helps. */
class CausesTest {

    private static final CpuCatalog CATALOG = CatalogLoader.catalog();
    private static final Causes CAUSES = new Causes(CatalogLoader.rules(CATALOG));

    private static CpuClass node(String vendor, String labelled, Silicon silicon) {
        CpuEvidence evidence = new CpuEvidence(
                FeatureSet.of(labelled.split(" ")), new TreeSet<>(), new TreeSet<>(Set.of(vendor)), silicon);
        return CpuClass.of(evidence, List.of(NodeCpu.healthy("node", evidence)), CATALOG);
    }

    private static CpuClass node(String vendor, String labelled) {
        return node(vendor, labelled, Silicon.unknown());
    }

    private static Silicon seen(Silicon.Source source, String... features) {
        return new Silicon(source, FeatureSet.of(features), AbiLevel.NONE, "");
    }

    @ParameterizedTest
    @CsvSource({
        "AMD, avx512-vp2intersect adx, rdseed, AMD-SB-7055",
        "AMD, adx, rdseed, its CPU has it",
        "Intel, adx, rdseed, its CPU has it",
        "Intel, avx2, hle, tsx=off",
        "Intel, avx2, rtm, tsx=off",
        "AMD, xsavec, xsaves, erratum 1386",
        "Intel, clflushopt, mpx, since 5.6",
        "Intel, pclmuldq, aes, switched off in the firmware",
        "AMD, pclmuldq, aes, switched off in the firmware",
        "Intel, sse2, spec-ctrl, comes with microcode",
        "Intel, sse2, ssbd, comes with microcode",
        "Intel, sse2, md-clear, comes with microcode",
        "AMD, sse2, ibpb, comes with microcode"
    })
    void of_a_feature_that_something_took_are_said(String vendor, String labelled, String missing, String words) {
        assertThat(CAUSES.ofAll(List.of(node(vendor, labelled)), FeatureSet.of(missing)))
                .singleElement()
                .extracting(Cause::sentence, as(STRING))
                .startsWith(missing + ": ")
                .contains(words);
    }

    @ParameterizedTest
    @CsvSource({
        "AMD, sse2, rdseed",
        "Intel, sse2, hle",
        "AMD, avx2, hle",
        "Intel, sse2, aes",
        "Intel, mds-no, md-clear",
        "Intel, ssb-no, ssbd",
        "AMD, sse2, spec-ctrl",
        "Intel, adx, avx512f"
    })
    void of_a_feature_that_the_CPU_never_had_are_none(String vendor, String labelled, String missing) {
        assertThat(CAUSES.ofAll(List.of(node(vendor, labelled)), FeatureSet.of(missing)))
                .isEmpty();
    }

    @Test
    void of_a_feature_that_the_hardware_shows_are_about_the_software_above_it() {
        for (Silicon.Source source : List.of(Silicon.Source.LABELS, Silicon.Source.NODE_FEATURE)) {
            assertThat(CAUSES.ofAll(
                            List.of(node("Intel", "sse2", seen(source, "avx512f", "sse2"))), FeatureSet.of("avx512f")))
                    .singleElement()
                    .extracting(Cause::sentence, as(STRING))
                    .startsWith("avx512f: the CPU has it")
                    .contains("restart virt-handler");
        }
    }

    @Test
    void are_none_where_one_feature_or_one_class_has_none() {
        // Given
        CpuClass mendable = node("AMD", "adx");
        CpuClass old = node("AMD", "sse2");

        // When, Then
        assertThat(CAUSES.ofAll(List.of(mendable), FeatureSet.of("rdseed", "avx2")))
                .isEmpty();
        assertThat(CAUSES.ofAll(List.of(mendable, old), FeatureSet.of("rdseed")))
                .isEmpty();
    }

    @Test
    void are_none_where_a_class_has_all_features_and_something_else_is_in_the_way() {
        // Given
        CpuClass mendable = node("AMD", "adx");
        CpuClass complete = node("AMD", "adx rdseed");

        // When, Then
        assertThat(CAUSES.ofAll(List.of(mendable, complete), FeatureSet.of("rdseed")))
                .isEmpty();
    }

    @Test
    void of_features_with_one_reason_are_one_sentence() {
        assertThat(CAUSES.ofAll(
                        List.of(node("Intel", "avx2"), node("Intel", "avx2 hle")), FeatureSet.of("hle", "rtm", "ssbd")))
                .hasSize(2)
                .anyMatch(cause -> cause.sentence().startsWith("hle rtm: "))
                .anyMatch(cause -> cause.sentence().startsWith("ssbd: "));
    }

    @Test
    void are_no_remedy_where_it_is_as_it_should_be() {
        assertThat(CAUSES.ofAll(List.of(node("Intel", "avx2")), FeatureSet.of("rtm")))
                .extracting(Cause::mendable)
                .containsExactly(false);
        assertThat(CAUSES.ofAll(List.of(node("AMD", "adx")), FeatureSet.of("rdseed")))
                .extracting(Cause::mendable)
                .containsExactly(true);
    }
}
