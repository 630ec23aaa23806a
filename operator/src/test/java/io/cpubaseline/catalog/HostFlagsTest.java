package io.cpubaseline.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import io.cpubaseline.cpu.CpuCatalog;
import io.cpubaseline.cpu.FeatureSet;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a host's own words stand for. */
class HostFlagsTest {

    private static final CpuCatalog CATALOG = CatalogLoader.catalog();
    private static final HostFlags FLAGS = HostFlags.shipped();

    @ParameterizedTest
    @CsvSource({
        "sse4_1, Intel, sse4.1",
        "abm, AMD, abm",
        "pclmulqdq, Intel, pclmuldq",
        "avx512_vnni, Intel, avx512vnni",
        "nonstop_tsc, Intel, invtsc",
        "ibpb, Intel, ibpb",
        "ibrs, AMD, ibrs spec-ctrl",
        "stibp, AMD, amd-stibp stibp",
        "ssbd, Intel, amd-ssbd ssbd",
        "ssbd, AMD, virt-ssbd",
        "ssbd clwb, AMD, amd-ssbd clwb ssbd",
        "ssbd, '', ''",
        "ibrs_enhanced, Intel, ibrs-all",
        "ibrs_enhanced, AMD, auto-ibrs",
        "vnmi, Intel, ''",
        "vnmi, AMD, vnmi",
        "constant_tsc, Intel, ''",
        "sha_ni rdpid, AMD, rdpid sha-ni"
    })
    void a_flag_of_linux_is_known_by_libvirts_name(String words, String vendor, String features) {
        // When
        HostFlags.Reading reading = FLAGS.read(Set.of(words.split(" ")), vendor);

        // Then
        assertThat(reading.features()).hasToString(features);
        assertThat(reading.unknown()).isEmpty();
    }

    @Test
    void a_flag_that_nobody_knows_is_kept_and_stands_for_nothing() {
        // When
        HostFlags.Reading reading = FLAGS.read(Set.of("avx", "avx2048", "zz"), "Intel");

        // Then
        assertThat(reading.features()).hasToString("avx");
        assertThat(reading.unknown()).containsExactly("avx2048", "zz");
    }

    @Test
    void what_only_the_host_has_is_not_expected_of_guests() {
        assertThat(FLAGS.givenOf(FeatureSet.of("avx", "monitor", "ds_cpl", "est", "vmx")))
                .hasToString("avx vmx");
    }

    @Test
    void a_model_needs_no_flag_that_linux_never_shows() {
        // Given: bits of IA32_ARCH_CAPABILITIES, and speculation control that Linux hides
        FeatureSet arch = FeatureSet.of("arch-capabilities");

        // Then
        assertThat(FLAGS.neededFor(CATALOG.model("Cascadelake-Server-noTSX").orElseThrow(), arch)
                        .names())
                .contains("avx512vnni", "arch-capabilities")
                .doesNotContain("rdctl-no", "mds-no", "x2apic");
        assertThat(FLAGS.neededFor(CATALOG.model("Cascadelake-Server-noTSX").orElseThrow(), FeatureSet.empty())
                        .names())
                .contains("rdctl-no", "mds-no");
        assertThat(FLAGS.neededFor(CATALOG.model("EPYC-Genoa").orElseThrow(), FeatureSet.empty())
                        .names())
                .contains("avx512f")
                .doesNotContain("null-sel-clr-base", "amd-psfd");
    }

    @Test
    void an_instruction_without_a_word_is_never_presumed() {
        // Given: a model that differs from one with words for all that it has
        FeatureSet needed =
                FLAGS.neededFor(CATALOG.model("GraniteRapids").orElseThrow(), FeatureSet.of("arch-capabilities"));

        // Then: it is never expected, rather than expected of every Sapphire Rapids
        assertThat(needed.names()).contains("amx-fp16");
    }

    @Test
    void libvirts_name_of_a_model_tells_what_libvirts_own_map_has() {
        assertThat(FLAGS.namedByLibvirt(CATALOG.model("Haswell").orElseThrow()).names())
                .contains("avx2", "fma", "movbe")
                .doesNotContain("abm", "f16c", "hypervisor");
        assertThat(FLAGS.namedByLibvirt(CATALOG.model("EPYC").orElseThrow()).names())
                .contains("svm", "avx2")
                .doesNotContain("hypervisor");
    }

    @Test
    void every_row_has_a_vendor_that_models_have_and_a_model_of_the_catalog() {
        // Given
        Set<String> vendors = CATALOG.models().stream()
                .flatMap(model -> model.vendors().stream())
                .collect(Collectors.toSet());

        // Then
        assertThat(Csv.read("linux-flags.csv").stream()
                        .flatMap(
                                row -> Stream.of(row.getOrDefault("vendors", "").split(" ")))
                        .filter(vendor -> !vendor.isEmpty()))
                .isNotEmpty()
                .allMatch(vendors::contains);
        assertThat(Csv.read("libvirt-models.csv").stream().map(row -> row.getOrDefault("model", "")))
                .isNotEmpty()
                .allMatch(model -> CATALOG.model(model).isPresent());
        assertThat(Csv.read("host-rules.csv"))
                .extracting(row -> row.get("rule"))
                .containsOnly(
                        "not-given-by-kvm",
                        "given-by-kvm",
                        "presumed",
                        "presumed-with-arch-capabilities",
                        "left-out-by-libvirt");
    }
}
