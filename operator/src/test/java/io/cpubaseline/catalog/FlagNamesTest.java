package io.cpubaseline.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import io.cpubaseline.cpu.FeatureSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FlagNamesTest {

    private final FlagNames names = FlagNames.shipped();

    @ParameterizedTest
    @CsvSource({
        "AVX2, avx2",
        "SSE3, pni",
        "SSE4, sse4.1",
        "SSE42, sse4.2",
        "AESNI, aes",
        "CLMUL, pclmuldq",
        "FMA3, fma",
        "LZCNT, abm",
        "LAHF, lahf_lm",
        "CMPXCHG8, cx8",
        "X87, fpu",
        "SYSEE, sep",
        "SHA, sha-ni",
        "AVX512VNNI, avx512vnni",
        "AVX512BF16, avx512-bf16",
        "PREFETCHI, prefetchiti",
        "IBRS, ibrs"
    })
    void translates_a_certain_flag_whatever_the_vendor(String flag, String libvirt) {
        for (String vendor : List.of("Intel", "AMD", "Hygon", "VIA", "")) {
            assertThat(names.libvirtName(flag, vendor)).as(vendor).contains(libvirt);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "IBPB, Intel, spec-ctrl",
        "IBPB, AMD, ibpb",
        "IBPB, Hygon, ibpb",
        "STIBP, Intel, stibp",
        "STIBP, AMD, amd-stibp",
        "STIBP, Hygon, amd-stibp",
        "SPEC_CTRL_SSBD, Intel, ssbd",
        "SPEC_CTRL_SSBD, AMD, amd-ssbd",
        "SPEC_CTRL_SSBD, Hygon, amd-ssbd",
        "PSFD, Intel, intel-psfd",
        "PSFD, AMD, amd-psfd",
        "PSFD, Hygon, amd-psfd"
    })
    void resolves_a_flag_that_is_two_bits_by_the_vendor(String flag, String vendor, String libvirt) {
        assertThat(names.libvirtName(flag, vendor)).contains(libvirt);
    }

    @ParameterizedTest
    @ValueSource(strings = {"IBPB", "STIBP", "SPEC_CTRL_SSBD", "PSFD"})
    void drops_a_flag_that_is_two_bits_when_the_vendor_is_unknown(String flag) {
        assertThat(names.libvirtName(flag, "")).isEmpty();
        assertThat(names.libvirtName(flag, "VIA")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                // read from the wrong bit
                "FXSROPT",
                "XSAVE",
                "OSXSAVE",
                "AMXFP8",
                "TSA_L1_NO",
                "TSA_SQ_NO",
                // never set, or about the host instead of its CPU, or unsure
                "TBM",
                "HTT",
                "IBS",
                "PCONFIG",
                "AMXTF32",
                // no libvirt name
                "X86_64_V3",
                "HYBRID_CPU",
                "TME",
                // case matters; unknown to this catalog
                "avx2",
                "FLAG_OF_TOMORROW",
                ""
            })
    void never_translates_what_is_not_certain(String flag) {
        for (String vendor : List.of("Intel", "AMD", "Hygon", "")) {
            assertThat(names.libvirtName(flag, vendor)).isEmpty();
        }
    }

    @Test
    void translates_a_set_and_leaves_out_the_rest() {
        assertThat(names.libvirtNames(List.of("SSE42", "IBPB", "FXSROPT", "NEW"), "AMD"))
                .isEqualTo(FeatureSet.of("sse4.2", "ibpb"));
    }

    @Test
    void knows_every_confidence_that_the_table_uses() {
        assertThat(Csv.read("flag-names.csv"))
                .extracting(row -> row.get("confidence"))
                .containsOnly("sure", "ambiguous", "unsure", "synthetic", "BOGUS", "SWAPPED", "NEVER-SET");
    }

    @ParameterizedTest
    @ValueSource(strings = {"flag-names.csv", "abi-levels.csv", "additions.csv", "feature-rules.csv"})
    void reads_every_table_of_the_catalog(String table) {
        List<Map<String, String>> rows = Csv.read(table);

        assertThat(rows).isNotEmpty().allSatisfy(row -> assertThat(row).doesNotContainValue("\""));
    }

    @Test
    void reads_quoted_cells() {
        assertThat(Csv.read("flag-names.csv"))
                .filteredOn(row -> "SSE42".equals(row.get("klauspost")))
                .singleElement()
                .satisfies(row -> assertThat(row)
                        .containsEntry("psabi_level", "v2")
                        .containsEntry("note", "NFD docs say \"SSE4.2\"; code key is SSE42"));
    }
}
