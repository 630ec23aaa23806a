package io.cpubaseline.report;

import io.cpubaseline.api.v1alpha1.CpuClassReport;
import io.cpubaseline.baseline.Answer;
import io.cpubaseline.baseline.Baseline;
import io.cpubaseline.baseline.Explanation;
import io.cpubaseline.baseline.Explanation.ClassCost;
import io.cpubaseline.baseline.HostModel;
import io.cpubaseline.change.Pin;
import io.cpubaseline.cpu.FeatureSet;
import io.cpubaseline.fleet.CpuClass;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What each class of nodes with identical CPUs costs and lacks. */
final class ClassReports {

    private static final int EXAMPLES = 5;
    private static final int FEW_CLASSES = 6;
    private static final int FEATURES_OF_FEW = 32;
    private static final int FEATURES_OF_MANY = 12;
    private static final int FEW_FEATURES = 3;

    private ClassReports() {}

    static Stream<CpuClassReport> of(Observation observation, Extent extent) {
        Explanation explanation = observation.plan().explanation();
        Answer answer = observation.plan().answer();
        int ofEach = explanation.classes().size() <= FEW_CLASSES ? FEATURES_OF_FEW : FEATURES_OF_MANY;
        int features = extent.isWhole() ? extent.features() : ofEach;
        boolean alone = explanation.classes().size() == 1;
        return explanation.classes().stream()
                .limit(extent.classes())
                .map(cost -> classReport(
                        cost,
                        alone ? null : without(cost.without(), answer, features),
                        guestFeatures(observation, cost.cpuClass())
                                .map(cost.hostModel()::minus)
                                .orElse(HostModel.nothing()),
                        features));
    }

    /** The same where there is little room: no names beside its own, and the first of each list. */
    static CpuClassReport brief(CpuClassReport report) {
        CpuClassReport.Without without = report.without();
        CpuClassReport.HostModelLosses losses = report.hostModelLoses();
        return new CpuClassReport(
                report.name(),
                report.vendor(),
                report.nodes(),
                List.of(),
                report.abiLevel(),
                few(report.lacks()),
                without == null
                        ? null
                        : new CpuClassReport.Without(without.abiLevel(), without.cpuModel(), few(without.gains())),
                losses == null
                        ? null
                        : new CpuClassReport.HostModelLosses(
                                few(losses.nesting()),
                                few(losses.mitigations()),
                                few(losses.hardening()),
                                few(losses.immunity())),
                report.assumed());
    }

    private static List<String> few(List<String> features) {
        return features.subList(0, Math.min(FEW_FEATURES, features.size()));
    }

    /** What guests see with what is pinned; before the first adoption, with what would be: one for all, or the vendor's own. */
    private static Optional<FeatureSet> guestFeatures(Observation observation, CpuClass cpuClass) {
        Pin pin = observation.decision().next().pinned();
        return pin != null
                ? pin.guestFeatures(observation.catalog())
                : observation
                        .plan()
                        .answer()
                        .baseline()
                        .or(() -> observation.plan().explanation().vendorBaselines().stream()
                                .filter(vendor -> vendor.vendor().equals(cpuClass.vendor()))
                                .findFirst()
                                .flatMap(vendor -> vendor.answer().baseline()))
                        .map(Baseline::guestFeatures);
    }

    private static CpuClassReport classReport(
            ClassCost cost, CpuClassReport.@Nullable Without without, HostModel lost, int features) {
        CpuClass cpuClass = cost.cpuClass();
        return new CpuClassReport(
                cpuClass.name(),
                cpuClass.vendor().isEmpty() ? null : cpuClass.vendor(),
                cpuClass.nodes().size(),
                NodeNames.first(cpuClass.nodes(), EXAMPLES),
                cost.ownLevel().label(),
                first(cost.lacks(), features),
                without,
                lost.isEmpty()
                        ? null
                        : new CpuClassReport.HostModelLosses(
                                first(lost.nesting(), features),
                                first(lost.mitigations(), features),
                                first(lost.hardening(), features),
                                first(lost.immunity(), features)),
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
