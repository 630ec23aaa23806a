package io.cpubaseline.models;

import static org.assertj.core.api.Assertions.assertThat;

import io.cpubaseline.catalog.CatalogLoader;
import io.cpubaseline.cpu.CpuCatalog;
import io.cpubaseline.cpu.CpuModel;
import io.cpubaseline.cpu.FeatureSet;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The QEMU that is installed is asked about its models, and says what the catalog says. */
class ModelsOfQemuIT {

    /** What differs under TCG, which needs no KVM on the machine (QEMU target/i386, kvm_default_props and tcg_default_props). */
    private static final FeatureSet OTHERWISE_UNDER_TCG =
            FeatureSet.of("x2apic", "vme", "acpi", "monitor", "svm", "npt", "nrip-save", "svme-addr-chk", "vnmi");

    private static final CpuCatalog CATALOG = CatalogLoader.catalog();

    @Test
    void the_installed_qemu_gives_what_the_catalog_says(@TempDir Path directory) {
        // Given
        Map<String, FeatureSet> expected = new TreeMap<>();
        Map<String, FeatureSet> given = new TreeMap<>();
        Map<String, Integer> families = new TreeMap<>();

        // When
        try (QemuModels qemu = new QemuModels("qemu-system-x86_64", "tcg", directory, CATALOG)) {
            qemu.all()
                    .forEach((name, model) -> CATALOG.model(name).ifPresent(known -> {
                        expected.put(name, known.features().minus(OTHERWISE_UNDER_TCG));
                        given.put(name, model.features().minus(OTHERWISE_UNDER_TCG));
                        families.put(name, model.cpuFamily());
                    }));
        }

        // Then: QEMU 7.2, the oldest at hand, has more than a hundred of them
        assertThat(expected).hasSizeGreaterThan(100);
        assertThat(given).isEqualTo(expected);
        assertThat(families)
                .allSatisfy((name, family) ->
                        assertThat(CATALOG.model(name).map(CpuModel::cpuFamily)).contains(family));
    }
}
