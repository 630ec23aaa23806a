package io.cpubaseline.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import io.cpubaseline.catalog.FlagSpellings.Meaning;
import io.cpubaseline.cpu.CpuCatalog;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whoever spells a flag, it is found. */
class FlagSpellingsTest {

    private static final CpuCatalog CATALOG = CatalogLoader.catalog();
    private static final FlagSpellings SPELLINGS = new FlagSpellings(CATALOG);

    private static List<String> features(String word) {
        return SPELLINGS.meanings(word).stream()
                .flatMap(meaning -> meaning.features().stream())
                .distinct()
                .sorted()
                .toList();
    }

    @ParameterizedTest
    @CsvSource({
        "sse4.2, sse4.2",
        "sse4_2, sse4.2",
        "SSE42, sse4.2",
        "SSE3, pni",
        "sse3, pni",
        "pclmulqdq, pclmuldq",
        "CLMUL, pclmuldq",
        "LZCNT, abm",
        "nonstop_tsc, invtsc",
        "AVX512F, avx512f",
        "Avx2, avx2",
        "avx512-vnni, avx512vnni",
        "lahf-lm, lahf_lm",
        "spec_ctrl, spec-ctrl",
        "ibrs_enhanced, auto-ibrs ibrs-all",
        "STIBP, amd-stibp stibp"
    })
    void a_spelling_stands_for_libvirts_names(String word, String names) {
        assertThat(features(word)).containsExactly(names.split(" "));
    }

    @Test
    void every_name_of_libvirts_stands_for_itself_alone() {
        assertThat(CATALOG.features().names())
                .allSatisfy(name -> assertThat(features(name)).containsExactly(name));
    }

    @ParameterizedTest
    @ValueSource(strings = {"FXSROPT", "AMXFP8", "TSA_L1_NO"})
    void a_word_that_its_writer_gets_wrong_says_why_it_proves_nothing(String word) {
        assertThat(SPELLINGS.meanings(word)).isNotEmpty().allSatisfy(meaning -> {
            assertThat(meaning.features().isEmpty()).isTrue();
            assertThat(meaning.note()).isNotBlank();
        });
    }

    @Test
    void a_word_of_linux_alone_stands_for_nothing() {
        assertThat(SPELLINGS.meanings("constant_tsc"))
                .extracting(Meaning::whose)
                .containsExactly("Linux");
        assertThat(features("constant_tsc")).isEmpty();
    }

    @Test
    void nobody_knows_other_words() {
        assertThat(SPELLINGS.meanings("avx3")).isEmpty();
        assertThat(SPELLINGS.meanings("")).isEmpty();
    }

    @Test
    void others_spell_it_otherwise() {
        assertThat(SPELLINGS.others("pclmuldq"))
                .containsEntry("QEMU", List.of("pclmulqdq"))
                .containsEntry("node-feature-discovery", List.of("CLMUL"));
        assertThat(SPELLINGS.others("avx2")).containsOnlyKeys("node-feature-discovery");
    }
}
