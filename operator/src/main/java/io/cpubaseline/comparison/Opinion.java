package io.cpubaseline.comparison;

import io.cpubaseline.baseline.Baseline;
import io.cpubaseline.cpu.AbiLevel;
import io.cpubaseline.cpu.CpuCatalog;
import io.cpubaseline.cpu.CpuModel;
import io.cpubaseline.cpu.FeatureSet;

/**
 * A CPU that somebody proposes for all nodes of a fleet.
 *
 * @param model the named model, by libvirt's name
 * @param required features asked for beside it
 * @param disabled features of the model that guests are not to get
 */
public record Opinion(String model, FeatureSet required, FeatureSet disabled) {

    /** A baseline of our own rules. */
    public static Opinion of(Baseline baseline) {
        return new Opinion(baseline.model().name(), baseline.requiredFeatures(), FeatureSet.empty());
    }

    /** Everything that a guest sees, as far as the catalog knows the model. */
    public FeatureSet guestFeatures(CpuCatalog catalog) {
        return catalog.model(model)
                .map(CpuModel::features)
                .orElse(FeatureSet.empty())
                .union(required)
                .minus(disabled);
    }

    /**
     * The x86-64 level that a guest gets.
     *
     * @param leaf0xD features that raise the CPUID level of old models, see {@link CpuCatalog#guestLevel}
     */
    public AbiLevel level(CpuCatalog catalog, FeatureSet leaf0xD) {
        AbiLevel withoutDisabled = catalog.levels().of(guestFeatures(catalog));
        AbiLevel promised = catalog.model(model)
                .map(known -> catalog.guestLevel(known, required, leaf0xD))
                .orElse(withoutDisabled);
        return withoutDisabled.atLeast(promised) ? promised : withoutDisabled;
    }
}
