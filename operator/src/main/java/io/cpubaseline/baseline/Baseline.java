package io.cpubaseline.baseline;

import io.cpubaseline.cpu.AbiLevel;
import io.cpubaseline.cpu.CpuModel;
import io.cpubaseline.cpu.FeatureSet;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The answer: what every contributing node can give to a guest.
 *
 * @param model the named model
 * @param required features required beside it, each with its purpose; sorted by name
 * @param level the x86-64 level that a guest gets
 * @param foreignVendor whether the model is of another vendor than the fleet's one
 * @param additionsLeftOut whether the profile's features were left out because libvirt would refuse the model with any
 */
public record Baseline(
        CpuModel model,
        SortedMap<String, Purpose> required,
        AbiLevel level,
        boolean foreignVendor,
        boolean additionsLeftOut)
        implements Answer {

    /** Makes the map of required features immutable. */
    public Baseline {
        required = Collections.unmodifiableSortedMap(new TreeMap<>(required));
    }

    /** The required features as a set. */
    public FeatureSet requiredFeatures() {
        return FeatureSet.copyOf(required.keySet());
    }

    /** Everything that a guest sees: the model's features and the required ones. */
    public FeatureSet guestFeatures() {
        return model.features().union(requiredFeatures());
    }

    /** The identity of this answer. */
    public String revision() {
        return Revision.of(model.name(), requiredFeatures());
    }
}
