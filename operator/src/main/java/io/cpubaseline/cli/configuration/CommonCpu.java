package io.cpubaseline.cli.configuration;

import io.cpubaseline.cpu.AbiLevel;
import io.cpubaseline.cpu.CpuCatalog;
import io.cpubaseline.cpu.CpuModel;
import io.cpubaseline.cpu.FeatureSet;
import java.util.Locale;
import java.util.Optional;

/**
 * A CPU that every node of a baseline can give to guests.
 *
 * @param vendor the CPU vendor that guests are confined to; empty for several, or where that isn't known
 * @param model libvirt's name of the model
 * @param required features required beside those of the model, by libvirt's names
 * @param level the x86-64 level that a guest reaches
 * @param revision the baseline's identity
 * @param nodes how many nodes can give it
 * @param unproven how many of them are known by their hardware alone: what hypervisors give there is not proven
 * @param usable all features that each of these nodes can give to a guest
 */
public record CommonCpu(
        String vendor,
        String model,
        FeatureSet required,
        AbiLevel level,
        String revision,
        int nodes,
        int unproven,
        FeatureSet usable) {

    /**
     * KubeVirt switches it off in every named model: libvirt's maps have it in models of Intel from which QEMU took it, and Linux has had none
     * since 5.6 (KubeVirt 1.9, {@code pkg/virt-launcher/virtwrap/converter/compute/cpu.go}; libvirt issue 304). A guest of another program gets
     * the same CPU.
     */
    static final String MPX = "mpx";

    private static final String INTEL = "Intel";

    /** Which nodes, which level and which baseline, in a line. */
    String title() {
        return "%s%d %s: %s, baseline %s%s"
                .formatted(
                        vendor.isEmpty() ? "" : vendor + ", ",
                        nodes,
                        nodes == 1 ? "node" : "nodes",
                        level,
                        revision,
                        unproven == 0 ? "" : "; NOT PROVEN, %d known by hardware alone".formatted(unproven));
    }

    /** A name for what the program wants to have named. */
    String name() {
        return vendor.isEmpty() ? "baseline" : "baseline-" + vendor.toLowerCase(Locale.ROOT);
    }

    /** The required features that the model doesn't have already, as far as the catalog knows it. */
    FeatureSet added(CpuCatalog catalog) {
        return known(catalog).map(CpuModel::features).map(required::minus).orElse(required);
    }

    /** The model, if the catalog has it; a baseline that was pinned by another version may have one that it lacks. */
    Optional<CpuModel> known(CpuCatalog catalog) {
        return catalog.model(model);
    }

    /** Whether libvirt's map may have {@link #MPX} in the model. */
    boolean mayHaveMpx(CpuCatalog catalog) {
        return known(catalog).filter(known -> known.vendors().contains(INTEL)).isPresent() && !required.contains(MPX);
    }
}
