package io.cpubaseline.cpu;

import java.util.EnumMap;
import java.util.Map;

/** Which features make which x86-64 level: the table behind {@link AbiLevel}. */
public final class AbiLevels {

    private final Map<AbiLevel, FeatureSet> cumulative = new EnumMap<>(AbiLevel.class);

    /**
     * Builds the table.
     *
     * @param added what each level adds to the one below it; every level but {@link AbiLevel#NONE} must be there
     */
    public AbiLevels(Map<AbiLevel, FeatureSet> added) {
        FeatureSet below = FeatureSet.empty();
        cumulative.put(AbiLevel.NONE, below);
        for (AbiLevel level : AbiLevel.values()) {
            if (level != AbiLevel.NONE) {
                FeatureSet features = added.get(level);
                if (features == null) {
                    throw new IllegalArgumentException("no features for " + level);
                }
                below = below.union(features);
                cumulative.put(level, below);
            }
        }
    }

    /** Every feature that a CPU of that level has, those of lower levels included. */
    public FeatureSet features(AbiLevel level) {
        return cumulative.getOrDefault(level, FeatureSet.empty());
    }

    /** Every feature that takes part in any level. */
    public FeatureSet all() {
        return features(AbiLevel.V4);
    }

    /** The highest level all of whose features are given. */
    public AbiLevel of(FeatureSet features) {
        AbiLevel reached = AbiLevel.NONE;
        for (AbiLevel level : AbiLevel.LOWEST_FIRST) {
            if (!features.containsAll(features(level))) {
                return reached;
            }
            reached = level;
        }
        return reached;
    }
}
