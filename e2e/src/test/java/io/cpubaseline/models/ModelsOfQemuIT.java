package io.cpubaseline.models;

import static org.assertj.core.api.Assertions.assertThat;

import io.cpubaseline.catalog.CatalogLoader;
import io.cpubaseline.cpu.CpuCatalog;
import io.cpubaseline.cpu.CpuModel;
import io.cpubaseline.cpu.FeatureSet;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The QEMU that is installed is asked about its models, and says what the catalog says. */
class ModelsOfQemuIT {

    private static final CpuCatalog CATALOG = CatalogLoader.catalog();

    /**
     * What differs under TCG, which needs no KVM on the machine, beside AMD's nested virtualization (QEMU target/i386, kvm_default_props and
     * tcg_default_props).
     */
    private static final FeatureSet OTHERWISE_UNDER_TCG =
            CatalogLoader.rules(CATALOG).nestedOfAmd().union(FeatureSet.of("x2apic", "vme", "acpi", "monitor"));

    @Test
    void the_installed_qemu_gives_what_the_catalog_says(@TempDir Path directory) {
        // Given
        Map<String, QemuModel> models;

        // When
        try (QemuModels qemu = new QemuModels("qemu-system-x86_64", "tcg", directory, CATALOG)) {
            models = qemu.all();
        }

        // Then: QEMU 7.2, the oldest at hand, has more than a hundred that the catalog has too
        models.keySet().removeIf(name -> CATALOG.model(name).isEmpty());
        assertThat(models).hasSizeGreaterThan(100).allSatisfy((name, model) -> {
            CpuModel known = CATALOG.model(name).orElseThrow();
            assertThat(model.features().minus(OTHERWISE_UNDER_TCG))
                    .isEqualTo(known.features().minus(OTHERWISE_UNDER_TCG));
            assertThat(model.cpuFamily()).isEqualTo(known.cpuFamily());
            assertThat(Math.min(model.cpuidLevel(), CpuModel.XSAVE_CPUID_LEVEL)).isEqualTo(known.cpuidLevel());
        });
    }
}
