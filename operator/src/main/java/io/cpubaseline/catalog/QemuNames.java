package io.cpubaseline.catalog;

import java.util.HashMap;
import java.util.Map;

/**
 * QEMU's own names of features. They are libvirt's but for {@code pclmulqdq}, and for underscores, which QEMU has as hyphens ({@code
 * target/i386/cpu.c}, {@code feat2prop}; libvirt {@code src/qemu/qemu_capabilities.c}, {@code virQEMUCapsCPUFeaturesX86}).
 */
public final class QemuNames {

    private QemuNames() {}

    /**
     * QEMU's name of a feature.
     *
     * @param feature libvirt's name
     */
    public static String of(String feature) {
        return Shipped.OTHER_NAMES.getOrDefault(feature, feature.replace('_', '-'));
    }

    private static final class Shipped {
        private static final Map<String, String> OTHER_NAMES = load();

        private Shipped() {}

        private static Map<String, String> load() {
            Map<String, String> names = new HashMap<>();
            for (Map<String, String> row : Csv.read("flag-names.csv")) {
                String libvirt = row.getOrDefault("libvirt", "");
                String qemu = row.getOrDefault("qemu", "");
                if (!libvirt.isEmpty() && !qemu.isEmpty() && !qemu.equals(libvirt)) {
                    names.put(libvirt, qemu);
                }
            }
            return names;
        }
    }
}
