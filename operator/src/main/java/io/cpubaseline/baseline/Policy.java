package io.cpubaseline.baseline;

import io.cpubaseline.cpu.AbiLevel;
import io.cpubaseline.cpu.FeatureSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a user asks of a baseline.
 *
 * @param vendors whether one baseline may span several CPU vendors
 * @param minimum the lowest level that is an answer; {@link AbiLevel#NONE} for any
 * @param maximum the highest level that is an answer
 * @param modelName the model pinned by hand; null to let the selection choose
 * @param excludedModels models never to choose
 * @param profile how much is added beyond the level
 * @param required features that guests must have
 * @param excludedFeatures features that guests must not have
 */
public record Policy(
        Vendors vendors,
        AbiLevel minimum,
        AbiLevel maximum,
        @Nullable String modelName,
        Set<String> excludedModels,
        Profile profile,
        FeatureSet required,
        FeatureSet excludedFeatures) {

    /** Whether one baseline may span several CPU vendors. */
    public enum Vendors {
        Single,
        Mixed
    }

    /** How much is added beyond the level. */
    public enum Profile {
        /** Mitigations, hardening, and the instruction-set extras worth having. */
        Performance,
        /** Mitigations and hardening only. */
        Level
    }

    public Policy {
        excludedModels = Set.copyOf(excludedModels);
    }

    /** No bounds, any vendors, profile Performance: what {@code plan} uses without a baseline file. */
    public static Policy open() {
        return new Policy(
                Vendors.Mixed,
                AbiLevel.NONE,
                AbiLevel.V4,
                null,
                Set.of(),
                Profile.Performance,
                FeatureSet.empty(),
                FeatureSet.empty());
    }

    /** Whether a level is within the bounds. */
    public boolean allows(AbiLevel level) {
        return level.atLeast(minimum) && maximum.atLeast(level);
    }

    /** The same policy with another vendor rule. */
    public Policy withVendors(Vendors other) {
        return new Policy(other, minimum, maximum, modelName, excludedModels, profile, required, excludedFeatures);
    }

    /** The same policy without a lower bound: what is the best of these nodes at all? */
    public Policy withoutMinimum() {
        return new Policy(
                vendors, AbiLevel.NONE, maximum, modelName, excludedModels, profile, required, excludedFeatures);
    }

    /** The same policy that also asks for these features. */
    public Policy requiring(FeatureSet further) {
        return new Policy(
                vendors,
                minimum,
                maximum,
                modelName,
                excludedModels,
                profile,
                required.union(further),
                excludedFeatures);
    }

    /** The same policy with this model pinned by hand. */
    public Policy withModel(String name) {
        return new Policy(vendors, minimum, maximum, name, excludedModels, profile, required, excludedFeatures);
    }

    /** The same policy with the profile that adds the least. */
    Policy hardeningOnly() {
        return new Policy(
                vendors, minimum, maximum, modelName, excludedModels, Profile.Level, required, excludedFeatures);
    }

    /** The same policy without what it demands of all nodes together: what may a node do by itself? */
    Policy withoutDemands() {
        return new Policy(
                vendors, AbiLevel.NONE, maximum, null, excludedModels, profile, FeatureSet.empty(), excludedFeatures);
    }
}
