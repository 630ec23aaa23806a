package io.cpubaseline.cli.page;

import io.cpubaseline.api.v1alpha1.PinnedBaseline;
import io.cpubaseline.api.v1alpha1.RequiredFeature;
import io.cpubaseline.baseline.Purpose;
import io.cpubaseline.cpu.AbiLevel;
import io.cpubaseline.cpu.CpuCatalog;
import io.cpubaseline.cpu.CpuModel;
import io.cpubaseline.cpu.FeatureSet;
import io.cpubaseline.fleet.Criteria;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The CPU that guests are given.
 *
 * @param revision its name
 * @param model the named model
 * @param level the x86-64 level that a guest gets
 * @param required features required beside the model, by their purpose, in the order of {@link Purpose}; none of an empty purpose
 * @param features all that a guest sees
 * @param target what a node must offer to be a migration target
 */
record Given(
        String revision,
        String model,
        AbiLevel level,
        Map<String, List<String>> required,
        FeatureSet features,
        Criteria.Pin target) {

    static Given of(PinnedBaseline pinned, CpuCatalog catalog) {
        FeatureSet required = FeatureSet.copyOf(
                pinned.requiredFeatures().stream().map(RequiredFeature::name).toList());
        Map<String, List<String>> byPurpose = byPurpose(pinned.requiredFeatures());
        String vendor = pinned.vendor();
        return new Given(
                pinned.revision(),
                pinned.cpuModel(),
                AbiLevel.parse(String.valueOf(pinned.abiLevel())).orElse(AbiLevel.NONE),
                byPurpose,
                catalog.model(pinned.cpuModel())
                        .map(CpuModel::features)
                        .orElse(FeatureSet.empty())
                        .union(required),
                new Criteria.Pin(pinned.cpuModel(), required, vendor == null ? "" : vendor));
    }

    private static Map<String, List<String>> byPurpose(List<RequiredFeature> required) {
        Map<String, List<String>> byPurpose = new LinkedHashMap<>();
        for (Purpose purpose : Purpose.values()) {
            List<String> names = required.stream()
                    .filter(feature -> feature.purpose().equals(purpose.name()))
                    .map(RequiredFeature::name)
                    .toList();
            if (!names.isEmpty()) {
                byPurpose.put(purpose.name(), names);
            }
        }
        return byPurpose;
    }
}
