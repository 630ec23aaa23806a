package io.cpubaseline.baseline;

import io.cpubaseline.cpu.AbiLevel;
import io.cpubaseline.cpu.FeatureSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A policy for tests: {@link Policy#open()} but for what is said. */
final class PolicyBuilder {

    private Policy.Vendors vendors = Policy.Vendors.Mixed;
    private AbiLevel minimum = AbiLevel.NONE;
    private AbiLevel maximum = AbiLevel.V4;
    private @Nullable String modelName;
    private Set<String> excludedModels = Set.of();
    private Policy.Profile profile = Policy.Profile.Performance;
    private FeatureSet required = FeatureSet.empty();
    private FeatureSet excludedFeatures = FeatureSet.empty();

    private PolicyBuilder() {}

    static PolicyBuilder policy() {
        return new PolicyBuilder();
    }

    static PolicyBuilder policy(Policy policy) {
        PolicyBuilder builder = policy().vendors(policy.vendors())
                .minimum(policy.minimum())
                .maximum(policy.maximum())
                .profile(policy.profile());
        builder.modelName = policy.modelName();
        builder.excludedModels = policy.excludedModels();
        builder.required = policy.required();
        builder.excludedFeatures = policy.excludedFeatures();
        return builder;
    }

    PolicyBuilder vendors(Policy.Vendors rule) {
        vendors = rule;
        return this;
    }

    PolicyBuilder minimum(AbiLevel level) {
        minimum = level;
        return this;
    }

    PolicyBuilder maximum(AbiLevel level) {
        maximum = level;
        return this;
    }

    PolicyBuilder model(String name) {
        modelName = name;
        return this;
    }

    PolicyBuilder excludeModels(String... names) {
        excludedModels = Set.copyOf(List.of(names));
        return this;
    }

    PolicyBuilder profile(Policy.Profile other) {
        profile = other;
        return this;
    }

    PolicyBuilder require(String... features) {
        required = FeatureSet.of(features);
        return this;
    }

    PolicyBuilder excludeFeatures(String... features) {
        excludedFeatures = FeatureSet.of(features);
        return this;
    }

    Policy build() {
        return new Policy(vendors, minimum, maximum, modelName, excludedModels, profile, required, excludedFeatures);
    }
}
