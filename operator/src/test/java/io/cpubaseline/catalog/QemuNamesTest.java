package io.cpubaseline.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import io.cpubaseline.cpu.CpuCatalog;
import io.cpubaseline.cpu.CpuModel;
import io.cpubaseline.cpu.FeatureSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** QEMU's names of features, for command lines. */
class QemuNamesTest {

    private static final CpuCatalog CATALOG = CatalogLoader.catalog();

    @ParameterizedTest
    @CsvSource({
        "pclmuldq, pclmulqdq",
        "lahf_lm, lahf-lm",
        "ds_cpl, ds-cpl",
        "fxsr_opt, fxsr-opt",
        "perfctr_core, perfctr-core",
        "sse4.1, sse4.1",
        "pni, pni",
        "md-clear, md-clear",
        "of-tomorrow, of-tomorrow",
    })
    void names_are_libvirts_but_for_a_few(String libvirt, String qemu) {
        assertThat(QemuNames.of(libvirt)).isEqualTo(qemu);
    }

    @Test
    void the_name_of_whatever_a_model_has_leads_back_to_it() {
        // Given
        FeatureSet features =
                CATALOG.models().stream().map(CpuModel::features).reduce(FeatureSet.empty(), FeatureSet::union);

        // Then
        assertThat(features.names())
                .hasSizeGreaterThan(150)
                .allSatisfy(feature ->
                        assertThat(CATALOG.featureName(QemuNames.of(feature))).contains(feature));
    }
}
