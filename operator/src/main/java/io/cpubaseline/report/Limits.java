package io.cpubaseline.report;

import io.cpubaseline.Reason;
import io.cpubaseline.api.v1alpha1.LimitReport;
import io.cpubaseline.baseline.Baseline;
import io.cpubaseline.baseline.Explanation;
import io.cpubaseline.baseline.Explanation.Cause;
import io.cpubaseline.baseline.Explanation.ClassCost;
import io.cpubaseline.baseline.Explanation.Limit;
import io.cpubaseline.baseline.NoBaseline;
import io.cpubaseline.baseline.Plan;
import io.cpubaseline.cpu.AbiLevel;
import io.cpubaseline.cpu.FeatureSet;
import io.cpubaseline.fleet.CpuClass;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Which limits are told, and in which order: first nodes without which the level would be higher, then what can be mended, then what some nodes block,
 * last and in one line what no node can give.
 */
final class Limits {

    private Limits() {}

    /** What a class of nodes keeps the others from. */
    private record Gain(CpuClass without, Baseline baseline, FeatureSet missing, List<Cause> causes) {}

    /** Models that the same nodes block. */
    private record Blocked(AbiLevel level, List<CpuClass> by) {}

    /** Models that the same remedy would give. */
    private record Mendable(FeatureSet missing, List<CpuClass> by) {}

    static Stream<LimitReport> of(Plan plan, Extent extent) {
        LimitReports reports = new LimitReports(extent);
        Explanation explanation = plan.explanation();
        List<Gain> gains = gains(plan);
        List<Limit> everywhere = new ArrayList<>();
        Map<Blocked, Limit> somewhere = new LinkedHashMap<>();
        List<LimitReport> levels = new ArrayList<>();
        Map<Mendable, Limit> mendable = new LinkedHashMap<>();
        for (Limit limit : explanation.limits()) {
            if (isToldBy(gains, limit)) {
                continue;
            }
            if (limit.model().isEmpty()) {
                levels.add(reports.of(limit));
            } else if (limit.mendable()) {
                mendable.merge(new Mendable(limit.missing(), limit.blocking()), limit, Limits::and);
            } else if (limit.blocking().size() == explanation.classes().size()) {
                everywhere.add(limit);
            } else {
                somewhere.merge(new Blocked(limit.level(), limit.blocking()), limit, Limits::and);
            }
        }
        return Stream.of(
                        gains.stream()
                                .map(gain -> reports.without(
                                        gain.without(), gain.baseline(), gain.missing(), gain.causes())),
                        levels.stream(),
                        mendable.values().stream().map(reports::of),
                        somewhere.values().stream().map(reports::of),
                        everywhere.size() == 1
                                ? everywhere.stream().map(reports::of)
                                : everywhere.stream().reduce(Limits::and).map(reports::everywhere).stream())
                .flatMap(part -> part);
    }

    /** Classes without which the level would be higher: the highest level first, then the fewest nodes. */
    private static List<Gain> gains(Plan plan) {
        // Over several vendors the explanation is about an answer that nobody gets.
        if (plan.answer() instanceof NoBaseline none && none.reason() == Reason.VendorsMixed) {
            return List.of();
        }
        AbiLevel reached = plan.answer().baseline().map(Baseline::level).orElse(AbiLevel.NONE);
        return plan.explanation().classes().stream()
                .flatMap(cost -> cost.without().baseline().stream()
                        .filter(baseline -> baseline.level().compareTo(reached) > 0)
                        .map(baseline -> gain(plan.explanation(), cost, baseline)))
                .sorted(Comparator.comparing((Gain gain) -> gain.baseline().level(), Comparator.reverseOrder())
                        .thenComparing(gain -> gain.without().nodes().size()))
                .toList();
    }

    /** Of the level's features those that the class lacks, and why; of all that it lacks, where it is about something else. */
    private static Gain gain(Explanation explanation, ClassCost cost, Baseline baseline) {
        return explanation.limits().stream()
                .filter(limit -> limit.model().isEmpty() && isBlockedOnlyBy(limit, cost.cpuClass()))
                .map(limit -> new Gain(cost.cpuClass(), baseline, limit.missing(), limit.causes()))
                .findFirst()
                .orElse(new Gain(cost.cpuClass(), baseline, cost.lacks(), List.of()));
    }

    private static boolean isToldBy(List<Gain> gains, Limit limit) {
        return gains.stream()
                .anyMatch(gain -> isBlockedOnlyBy(limit, gain.without())
                        && gain.baseline().level().atLeast(limit.level()));
    }

    private static boolean isBlockedOnlyBy(Limit limit, CpuClass cpuClass) {
        return limit.blocking().size() == 1
                && limit.blocking().get(0).evidence().equals(cpuClass.evidence());
    }

    private static Limit and(Limit first, Limit second) {
        List<String> similar = new ArrayList<>(first.similar());
        similar.add(second.model());
        similar.addAll(second.similar());
        return first.alsoFor(similar);
    }
}
