package io.cpubaseline.report;

import io.cpubaseline.api.v1alpha1.LimitReport;
import io.cpubaseline.baseline.Baseline;
import io.cpubaseline.baseline.Explanation.Cause;
import io.cpubaseline.baseline.Explanation.Limit;
import io.cpubaseline.cpu.FeatureSet;
import io.cpubaseline.fleet.CpuClass;
import io.cpubaseline.fleet.NodeCpu;
import java.util.List;
import java.util.stream.Collectors;

/** What stands in the way of a higher level or a better model. */
final class LimitReports {

    private static final int EXAMPLES = 5;

    private final Extent extent;

    LimitReports(Extent extent) {
        this.extent = extent;
    }

    /** Nodes without which the others could have more. */
    LimitReport without(CpuClass without, Baseline baseline, FeatureSet missing, List<Cause> causes) {
        List<String> examples = NodeNames.first(without.nodes(), EXAMPLES);
        int nodes = without.nodes().size();
        return new LimitReport(
                baseline.level().label(),
                baseline.model().name(),
                nodes,
                examples,
                first(missing, extent.features()),
                "Without %s%s: %s on %s.%s%s"
                        .formatted(
                                NodeNames.examples(without.nodes()),
                                nodes == 1 ? "" : " (%d nodes)".formatted(nodes),
                                baseline.level(),
                                baseline.model().name(),
                                missing.isEmpty()
                                        ? unlabelled(without)
                                        : " %s %s.".formatted(nodes == 1 ? "It lacks" : "They lack", someOf(missing)),
                                sentences(causes)));
    }

    private static String unlabelled(CpuClass cpuClass) {
        return cpuClass.evidence().labelledModels().isEmpty()
                ? " KubeVirt labels no CPU model there (cpu-model.node.kubevirt.io/…): restart virt-handler."
                : "";
    }

    /** Models that no node can give: nobody can do anything about these. */
    LimitReport everywhere(Limit limit) {
        List<NodeCpu> nodes =
                limit.blocking().stream().flatMap(c -> c.nodes().stream()).toList();
        return new LimitReport(
                limit.level().label(),
                limit.model(),
                nodes.size(),
                NodeNames.first(nodes, EXAMPLES),
                first(limit.missing(), extent.features()),
                "%s: %s%s."
                        .formatted(
                                nodes.size() == 1
                                        ? "Not on " + nodes.get(0).name()
                                        : "On none of the %d nodes".formatted(nodes.size()),
                                limit.model(),
                                limit.similar().isEmpty() ? "" : ", " + models(limit.similar())));
    }

    /** What some nodes block. */
    LimitReport of(Limit limit) {
        List<NodeCpu> nodes =
                limit.blocking().stream().flatMap(c -> c.nodes().stream()).toList();
        List<String> examples = NodeNames.first(nodes, EXAMPLES);
        String what = limit.model().isEmpty()
                ? limit.level().label()
                : "%s (%s%s)".formatted(limit.model(), limit.level().label(), similar(limit.similar()));
        String lacking = lacking(limit);
        return new LimitReport(
                limit.level().label(),
                limit.model().isEmpty() ? null : limit.model(),
                nodes.size(),
                examples,
                first(limit.missing(), extent.features()),
                "%s is not possible on %d %s (%s%s): %s%s"
                        .formatted(
                                what,
                                nodes.size(),
                                nodes.size() == 1 ? "node" : "nodes",
                                String.join(", ", examples),
                                nodes.size() > examples.size() ? ", …" : "",
                                lacking,
                                why(limit)));
    }

    /** Of some nodes a feature is missing, of others only the model's label. */
    private String lacking(Limit limit) {
        if (limit.missing().isEmpty()) {
            return EvidenceRemarks.notLabelled(limit.model(), limit.blocking());
        }
        List<CpuClass> complete = complete(limit);
        String missing = someOf(limit.missing());
        int lacking = limit.nodes()
                - complete.stream()
                        .mapToInt(cpuClass -> cpuClass.nodes().size())
                        .sum();
        if (complete.isEmpty()) {
            return "%s %s".formatted(lacking == 1 ? "it lacks" : "they lack", missing);
        }
        return "%d of them %s %s; for the rest, %s"
                .formatted(
                        lacking,
                        lacking == 1 ? "lacks" : "lack",
                        missing,
                        EvidenceRemarks.notLabelled(limit.model(), complete));
    }

    /** The classes that have all features of the model that they block. */
    static List<CpuClass> complete(Limit limit) {
        return limit.blocking().stream()
                .filter(cpuClass -> limit.missing().minus(cpuClass.usable()).isEmpty())
                .toList();
    }

    /** Why the nodes lack what they lack, behind the words that name it; the end of the sentence at least. */
    static String why(Limit limit) {
        List<Cause> causes = limit.causes();
        return causes.size() == 1 && causes.get(0).features().equals(limit.missing())
                ? ": %s.".formatted(causes.get(0).why())
                : "." + sentences(causes);
    }

    private static String sentences(List<Cause> causes) {
        return causes.stream().map(cause -> " " + cause.sentence()).collect(Collectors.joining());
    }

    private String someOf(FeatureSet missing) {
        String named = String.join(" ", first(missing, extent.features()));
        int more = missing.size() - extent.features();
        return more > 0 ? "%s and %d more".formatted(named, more) : named;
    }

    private String similar(List<String> models) {
        return models.isEmpty() ? "" : "; likewise " + models(models);
    }

    private String models(List<String> models) {
        int named = Math.min(extent.models(), models.size());
        return String.join(", ", models.subList(0, named))
                + (models.size() > named ? " and %d more".formatted(models.size() - named) : "");
    }

    private static List<String> first(FeatureSet features, int limit) {
        return features.stream().limit(limit).toList();
    }
}
