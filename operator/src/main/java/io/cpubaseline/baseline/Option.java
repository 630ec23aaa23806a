package io.cpubaseline.baseline;

import io.cpubaseline.cpu.AbiLevel;
import io.cpubaseline.cpu.CpuModel;
import io.cpubaseline.cpu.FeatureSet;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/** A model that is possible for a fleet, with what must be required beside it. */
record Option(
        ModelFacts facts,
        AbiLevel level,
        FeatureSet forLevel,
        FeatureSet forPolicy,
        boolean foreign,
        boolean tsx,
        boolean hardeningLeftOut) {

    /** By what options are compared, in this order. */
    private static final Map<Criterion, Comparator<Option>> PREFERENCES = preferences();

    /** The better one first. */
    static final Comparator<Option> PREFERENCE =
            PREFERENCES.values().stream().reduce(Comparator::thenComparing).orElseThrow();

    private static Map<Criterion, Comparator<Option>> preferences() {
        Map<Criterion, Comparator<Option>> preferences = new EnumMap<>(Criterion.class);
        preferences.put(Criterion.LEVEL, Comparator.comparing(Option::level, Comparator.reverseOrder()));
        preferences.put(Criterion.VENDOR, Comparator.comparing(Option::foreign));
        preferences.put(Criterion.TSX, Comparator.comparing(Option::tsx));
        preferences.put(Criterion.FEWEST_REQUIRED, Comparator.comparingInt(Option::requiredCount));
        preferences.put(Criterion.HARDENING, Comparator.comparing(Option::hardeningLeftOut));
        preferences.put(
                Criterion.MOST_FEATURES,
                Comparator.comparing(option -> option.facts().countedFeatures(), Comparator.reverseOrder()));
        preferences.put(
                Criterion.UNVERSIONED,
                Comparator.comparing(option -> option.model().versioned()));
        preferences.put(
                Criterion.NEWEST, Comparator.comparing(option -> option.model().order(), Comparator.reverseOrder()));
        preferences.put(
                Criterion.NAME, Comparator.comparing(option -> option.model().name()));
        return preferences;
    }

    CpuModel model() {
        return facts.model();
    }

    int requiredCount() {
        return forLevel.union(forPolicy).size();
    }

    /** The first criterion by which the other one is better; nothing if none is. */
    Optional<Criterion> behind(Option other) {
        return PREFERENCES.entrySet().stream()
                .filter(preference -> preference.getValue().compare(other, this) != 0)
                .findFirst()
                .filter(preference -> preference.getValue().compare(other, this) < 0)
                .map(Map.Entry::getKey);
    }
}
