package io.cpubaseline.virtualmachine;

import io.cpubaseline.cpu.FeatureSet;
import java.util.List;

/**
 * What a baseline wants in a virtual machine's template.
 *
 * @param baseline the baseline's name, which the field manager carries
 * @param cpuModel {@code spec.template.spec.domain.cpu.model}
 * @param required {@code …cpu.features}, each as a requirement; not written if empty
 */
public record Target(String baseline, String cpuModel, FeatureSet required) {

    private static final String MANAGER_PREFIX = "cpu-baseline.";

    /** The server-side apply field manager: it makes claims on virtual machines visible. */
    public String manager() {
        return manager(baseline);
    }

    /** The field manager of the baseline of that name. */
    public static String manager(String baseline) {
        return MANAGER_PREFIX + baseline;
    }

    /** Whether a field manager is that of some baseline. */
    public static boolean isBaselineManager(String manager) {
        return manager.startsWith(MANAGER_PREFIX);
    }

    /** The features as the template lists them: sorted by name, policy {@code require}. */
    public List<VirtualMachineSnapshot.Feature> features() {
        return required.stream()
                .map(name -> new VirtualMachineSnapshot.Feature(name, "require"))
                .toList();
    }
}
