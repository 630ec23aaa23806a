package io.cpubaseline.cli.configuration;

import static org.assertj.core.api.Assertions.assertThat;

import io.cpubaseline.baseline.Selection;
import io.cpubaseline.catalog.CatalogLoader;
import io.cpubaseline.cli.configuration.Configuration.Found;
import io.cpubaseline.cpu.CpuCatalog;
import io.cpubaseline.cpu.CpuModel;
import io.cpubaseline.cpu.FeatureSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Custom CPU models of Proxmox VE for baselines whose model it doesn't know: the nearest one that it knows, and flags. */
class ProxmoxModelsTest {

    private static final Selection SELECTION = CatalogLoader.selection();
    private static final CpuCatalog CATALOG = SELECTION.catalog();

    private static List<String> section(String vendor, String name, String... required) {
        CpuModel model = CATALOG.model(name).orElseThrow();
        FeatureSet features = FeatureSet.of(required);
        CommonCpu cpu = new CommonCpu(
                vendor,
                name,
                features,
                CATALOG.guestLevel(model, features, SELECTION.rules().leaf0xDSet()),
                name + "-0123456789",
                3,
                0,
                model.features().union(features));
        return new ProxmoxModels(CATALOG, SELECTION.rules()).lines(new Found(List.of(cpu), cpu));
    }

    @Test
    void a_required_feature_is_a_flag_of_the_models_own_section() {
        assertThat(section("", "Haswell-noTSX-IBRS", "pclmuldq", "ssbd", "aes"))
                .contains(
                        "#   qm set VMID --cpu custom-baseline",
                        "cpu-model: baseline",
                        "    flags +ssbd",
                        "    reported-model Haswell-noTSX-IBRS")
                .noneMatch(line -> line.contains("come nearest"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            Intel | Snowridge-v4 | Westmere-IBRS | +3dnowprefetch;+arch-capabilities;+cldemote;+clflushopt;+clwb;+erms;+fsgsbase;+gfni;+movbe;+movdir64b;+movdiri;+pdpe1gb;+rdrand;+rdtscp;+sha-ni;+smap;+smep;+ssbd;+umip;+xgetbv1;+xsave;+xsavec;+xsaveopt
            Hygon | Dhyana | Opteron_G3 | +3dnowprefetch;+adx;+avx;+avx2;+bmi1;+bmi2;+clflushopt;+cr8legacy;+f16c;+fma;+fsgsbase;+fxsr-opt;+ibpb;+mmxext;+movbe;+osvw;+pdpe1gb;+rdrand;+smap;+smep;+sse4.1;+sse4.2;+ssse3;+xgetbv1;+xsave;+xsavec;+xsaveopt
            AMD | EPYC-Rome-v5 | EPYC-Rome-v4 | +overflow-recov;+succor
            AMD | EPYC-Turin | EPYC-Genoa | +avx-vnni;+avx512-vp2intersect;+fs-gs-base-ns;+ibpb-brtype;+movdir64b;+movdiri;+overflow-recov;+perfmon-v2;+prefetchi;+sbpb;+succor
            Intel | Icelake-Client | Skylake-Client-IBRS | +avx512-vpopcntdq;+avx512bitalg;+avx512vbmi;+avx512vbmi2;+avx512vnni;+gfni;+pku;+ssbd;+umip;+vaes;+vpclmulqdq;+wbnoinvd
            """)
    void the_nearest_model_has_nothing_that_the_baseline_lacks(
            String vendor, String model, String reported, String flags) {
        // When
        List<String> lines = section(vendor, model);

        // Then
        assertThat(lines)
                .contains("# Proxmox VE has no %s: %s and flags come nearest.".formatted(model, reported))
                .contains("    flags " + flags)
                .contains("    reported-model " + reported);
    }
}
