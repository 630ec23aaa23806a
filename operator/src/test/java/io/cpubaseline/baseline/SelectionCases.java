package io.cpubaseline.baseline;

import static io.cpubaseline.baseline.PolicyBuilder.policy;
import static org.assertj.core.api.Assertions.assertThat;

import io.cpubaseline.Fleets;
import io.cpubaseline.catalog.CatalogLoader;
import io.cpubaseline.cpu.CpuCatalog;
import io.cpubaseline.cpu.CpuModel;
import io.cpubaseline.cpu.FeatureSet;
import io.cpubaseline.fleet.CpuClass;
import io.cpubaseline.fleet.CpuEvidence;
import io.cpubaseline.fleet.NodeCpu;
import io.cpubaseline.fleet.Silicon;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Fleets made for one corner of the selection each, and what it makes of them. */
final class SelectionCases {

    static final Selection SELECTION = CatalogLoader.selection();
    static final CpuCatalog CATALOG = SELECTION.catalog();

    static final String LEVEL_3 = "abm avx avx2 bmi1 bmi2 f16c fma movbe xsave";

    private SelectionCases() {}

    static FeatureSet words(String words) {
        return words.isBlank() ? FeatureSet.empty() : FeatureSet.of(words.trim().split(" +"));
    }

    static FeatureSet featuresOf(String model) {
        return CATALOG.model(model).orElseThrow().features();
    }

    /** A class of one node that has these models, all that they need, and these features beside. */
    static CpuClass cpu(String vendor, String models, String features) {
        FeatureSet labelled = words(features);
        for (String model : models.split(" ", -1)) {
            labelled =
                    labelled.union(CATALOG.model(model).map(CpuModel::features).orElse(FeatureSet.empty()));
        }
        return labelled(vendor, models, labelled);
    }

    /** A class of one node with just these labels. */
    static CpuClass labelled(String vendor, String models, FeatureSet features) {
        CpuEvidence evidence = new CpuEvidence(
                features,
                new TreeSet<>(Arrays.asList(models.split(" ", -1))),
                vendor.isEmpty() ? new TreeSet<>() : new TreeSet<>(Set.of(vendor)),
                Silicon.unknown());
        return CpuClass.of(evidence, List.of(NodeCpu.healthy("node", evidence)), CATALOG);
    }

    static CpuClass host(String name) {
        return CpuClass.of(Fleets.host(name), Fleets.nodes(List.of(name)), CATALOG);
    }

    static Baseline select(CpuClass cpuClass, PolicyBuilder policy) {
        return select(List.of(cpuClass), policy);
    }

    static Baseline select(List<CpuClass> classes, PolicyBuilder policy) {
        Answer answer = SELECTION.select(classes, policy.build());
        assertThat(answer).isInstanceOf(Baseline.class);
        return (Baseline) answer;
    }

    static NoBaseline refuse(List<CpuClass> classes, PolicyBuilder policy) {
        Answer answer = SELECTION.select(classes, policy.build());
        assertThat(answer).isInstanceOf(NoBaseline.class);
        return (NoBaseline) answer;
    }

    static FeatureSet requiredFor(Purpose purpose, Baseline baseline) {
        return FeatureSet.copyOf(baseline.required().entrySet().stream()
                .filter(entry -> entry.getValue() == purpose)
                .map(Map.Entry::getKey)
                .toList());
    }
}
