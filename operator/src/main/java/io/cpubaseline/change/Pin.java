package io.cpubaseline.change;

import io.cpubaseline.baseline.Baseline;
import io.cpubaseline.baseline.Purpose;
import io.cpubaseline.baseline.Revision;
import io.cpubaseline.cpu.AbiLevel;
import io.cpubaseline.cpu.CpuCatalog;
import io.cpubaseline.cpu.FeatureSet;
import io.cpubaseline.fleet.Criteria;
import java.time.Instant;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A baseline as it is pinned: it stores all that virtual machines need, so that it is never recomputed.
 *
 * @param cpuModel the model's name
 * @param required required features, each with its purpose
 * @param level the level that guests get, as computed when it was pinned
 * @param vendor the CPU vendor that virtual machines are confined to, as KubeVirt labels it; empty where the baseline spans several; null while
 *     that isn't decided
 * @param since when it was pinned; null where that has no meaning
 * @param catalogVersion the catalog that it was computed with
 */
public record Pin(
        String cpuModel,
        SortedMap<String, Purpose> required,
        AbiLevel level,
        @Nullable String vendor,
        @Nullable Instant since,
        String catalogVersion) {

    /** Makes the map of features immutable. */
    public Pin {
        required = Collections.unmodifiableSortedMap(new TreeMap<>(required));
    }

    /** The pin that a computed baseline would become. */
    public static Pin of(Baseline baseline, @Nullable String vendor, @Nullable Instant since, String catalogVersion) {
        return new Pin(baseline.model().name(), baseline.required(), baseline.level(), vendor, since, catalogVersion);
    }

    /** Its identity. */
    public String revision() {
        return Revision.of(cpuModel, requiredFeatures());
    }

    /** The required features as a set. */
    public FeatureSet requiredFeatures() {
        return FeatureSet.copyOf(required.keySet());
    }

    /** What a node must offer to be a migration target. */
    public Criteria.Pin criteria() {
        return new Criteria.Pin(cpuModel, requiredFeatures(), vendor == null ? "" : vendor);
    }

    /** Everything that a guest sees; nothing if the catalog no longer has the model. */
    public Optional<FeatureSet> guestFeatures(CpuCatalog catalog) {
        return catalog.model(cpuModel).map(model -> model.features().union(requiredFeatures()));
    }

    /** The same baseline, pinned at that time. */
    public Pin at(Instant time) {
        return new Pin(cpuModel, required, level, vendor, time, catalogVersion);
    }

    /** The same baseline, where time has no meaning. */
    public Pin undated() {
        return new Pin(cpuModel, required, level, vendor, null, catalogVersion);
    }

    /** The same baseline, confined to that vendor; see {@link #vendor()}. */
    Pin within(@Nullable String other) {
        return new Pin(cpuModel, required, level, other, since, catalogVersion);
    }
}
