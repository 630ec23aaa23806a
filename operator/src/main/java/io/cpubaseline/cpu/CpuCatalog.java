package io.cpubaseline.cpu;

import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The CPU models and features that this program knows. Immutable. */
public final class CpuCatalog {

    private final String version;
    private final Map<String, CpuModel> models;
    private final Map<String, String> featureNames;
    private final FeatureSet features;
    private final FeatureSet nonMigratable;
    private final FeatureSet neverBlocks;
    private final AbiLevels levels;
    private final CpuFamilies families;

    /**
     * Builds a catalog.
     *
     * @param version what a pinned baseline records, for example {@code 2026.11.1}
     * @param models the models, in libvirt's order
     * @param featureNames every known spelling of a feature (libvirt's own name included) to libvirt's name
     * @param nonMigratable features that block live migration
     * @param neverBlocks features whose absence on a host never makes a model unusable ({@code topoext}, {@code hypervisor})
     * @param levels the x86-64 levels
     * @param families the CPU families
     */
    public CpuCatalog(
            String version,
            Collection<CpuModel> models,
            Map<String, String> featureNames,
            FeatureSet nonMigratable,
            FeatureSet neverBlocks,
            AbiLevels levels,
            CpuFamilies families) {
        this.version = version;
        Map<String, CpuModel> byName = new LinkedHashMap<>();
        models.forEach(model -> byName.put(model.name(), model));
        this.models = Collections.unmodifiableMap(byName);
        this.featureNames = Map.copyOf(featureNames);
        this.features = FeatureSet.copyOf(featureNames.values());
        this.nonMigratable = nonMigratable;
        this.neverBlocks = neverBlocks;
        this.levels = levels;
        this.families = families;
    }

    /** The catalog's version. */
    public String version() {
        return version;
    }

    /** All models, older ones first. */
    public Collection<CpuModel> models() {
        return models.values();
    }

    /** The model of that name, if the catalog has it. */
    public Optional<CpuModel> model(@Nullable String name) {
        return Optional.ofNullable(name == null ? null : models.get(name));
    }

    /** All features, by libvirt's names. */
    public FeatureSet features() {
        return features;
    }

    /** Every known spelling of a feature: libvirt's and QEMU's. */
    public Set<String> featureSpellings() {
        return featureNames.keySet();
    }

    /** libvirt's name of the feature, given in libvirt's or QEMU's spelling; nothing if neither knows it. */
    public Optional<String> featureName(String spelling) {
        return Optional.ofNullable(featureNames.get(spelling));
    }

    /** Features that block live migration ({@code invtsc}, {@code xsaves}). */
    public FeatureSet nonMigratable() {
        return nonMigratable;
    }

    /** Features whose absence on a host never makes a model unusable, so that a usable model doesn't prove them. */
    public FeatureSet neverBlocks() {
        return neverBlocks;
    }

    /** The x86-64 levels. */
    public AbiLevels levels() {
        return levels;
    }

    /** The CPU families. */
    public CpuFamilies families() {
        return families;
    }

    /**
     * What a guest gets from a model and required features: QEMU takes {@code xsave} from models of a low CPUID level unless a feature
     * of leaf 0xD is required too. AVX and its kin stay visible as flags then, but no guest may use them, so the level is v2 at most.
     *
     * @param leaf0xD the features of CPUID leaf 0xD that raise the CPUID level
     */
    public AbiLevel guestLevel(CpuModel model, FeatureSet required, FeatureSet leaf0xD) {
        FeatureSet guest = model.features().union(required);
        if (model.losesXsave() && required.intersect(leaf0xD).isEmpty()) {
            guest = guest.minus(FeatureSet.of("xsave"));
        }
        return levels.of(guest);
    }
}
