package io.cpubaseline.report;

import io.cpubaseline.api.v1alpha1.CpuClassReport;
import io.cpubaseline.baseline.Answer;
import io.cpubaseline.baseline.Baseline;
import io.cpubaseline.baseline.Explanation;
import io.cpubaseline.baseline.Explanation.ClassCost;
import io.cpubaseline.baseline.Explanation.Losses;
import io.cpubaseline.cpu.FeatureSet;
import io.cpubaseline.fleet.CpuClass;
import java.util.List;
import java.util.stream.Stream;

/** What each class of nodes with identical CPUs costs and lacks. */
final class ClassReports {

    private static final int CLASSES = 16;
    private static final int EXAMPLES = 5;
    private static final int FEW_CLASSES = 6;
    private static final int FEATURES_OF_FEW = 32;
    private static final int FEATURES_OF_MANY = 12;

    private ClassReports() {}

    static Stream<CpuClassReport> of(Explanation explanation, Answer answer) {
        int features = explanation.classes().size() <= FEW_CLASSES ? FEATURES_OF_FEW : FEATURES_OF_MANY;
        boolean alone = explanation.classes().size() == 1;
        return explanation.classes().stream().limit(CLASSES).map(cost -> classReport(cost, answer, alone, features));
    }

    private static CpuClassReport classReport(ClassCost cost, Answer answer, boolean alone, int features) {
        CpuClass cpuClass = cost.cpuClass();
        Losses losses = cost.loses();
        boolean nothingLost = losses.nesting()
                .union(losses.mitigations())
                .union(losses.hardening())
                .union(losses.immunity())
                .isEmpty();
        return new CpuClassReport(
                cpuClass.name(),
                cpuClass.vendor().isEmpty() ? null : cpuClass.vendor(),
                cpuClass.nodes().size(),
                NodeNames.first(cpuClass.nodes(), EXAMPLES),
                cost.ownLevel().label(),
                first(cost.lacks(), features),
                alone ? null : without(cost.without(), answer, features),
                nothingLost
                        ? null
                        : new CpuClassReport.HostModelLosses(
                                first(losses.nesting(), features),
                                first(losses.mitigations(), features),
                                first(losses.hardening(), features),
                                first(losses.immunity(), features)),
                false);
    }

    private static CpuClassReport.Without without(Answer without, Answer answer, int features) {
        Baseline baseline = without.baseline().orElse(null);
        if (baseline == null) {
            return new CpuClassReport.Without(null, null, List.of());
        }
        FeatureSet now = answer.baseline().map(Baseline::guestFeatures).orElse(baseline.guestFeatures());
        return new CpuClassReport.Without(
                baseline.level().label(),
                baseline.model().name(),
                first(baseline.guestFeatures().minus(now), features));
    }

    private static List<String> first(FeatureSet features, int limit) {
        return features.stream().limit(limit).toList();
    }
}
