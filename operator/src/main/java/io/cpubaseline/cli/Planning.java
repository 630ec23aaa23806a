package io.cpubaseline.cli;

import io.cpubaseline.Reason;
import io.cpubaseline.Selector;
import io.cpubaseline.api.v1alpha1.ClusterCpuBaselineSpec;
import io.cpubaseline.api.v1alpha1.ClusterCpuBaselineStatus;
import io.cpubaseline.baseline.NoBaseline;
import io.cpubaseline.baseline.Plan;
import io.cpubaseline.baseline.Planner;
import io.cpubaseline.baseline.Policy;
import io.cpubaseline.change.Confinement;
import io.cpubaseline.change.Decision;
import io.cpubaseline.change.Decision.Verdict;
import io.cpubaseline.change.Pin;
import io.cpubaseline.change.Remembered;
import io.cpubaseline.cpu.CpuCatalog;
import io.cpubaseline.cpu.FeatureSet;
import io.cpubaseline.fleet.Fleet;
import io.cpubaseline.fleet.NodeCpu;
import io.cpubaseline.report.ClusterDefault;
import io.cpubaseline.report.Observation;
import io.cpubaseline.report.Problem;
import io.cpubaseline.report.SpecReader;
import io.cpubaseline.report.StatusReport;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Plans for nodes from files: what the operator would adopt for them, without its waiting times. */
final class Planning {

    private final Planner planner;
    private final @Nullable ClusterDefault clusterDefault;

    Planning(Planner planner) {
        this(planner, null);
    }

    private Planning(Planner planner, @Nullable ClusterDefault clusterDefault) {
        this.planner = planner;
        this.clusterDefault = clusterDefault;
    }

    /** The same, on a cluster with this default model; null if it is not known. */
    Planning on(@Nullable DefaultOwner defaultOwner) {
        return new Planning(planner, defaultOwner == null ? null : defaultOwner.clusterDefault());
    }

    /** A planned host set: the explained answer and the status that a cluster would show. */
    record Result(Plan plan, ClusterCpuBaselineStatus status) {

        boolean hasBaseline() {
            return status.pinned() != null;
        }
    }

    CpuCatalog catalog() {
        return planner.catalog();
    }

    /** What these nodes would get without a spec, as vendors; nothing if they are of one vendor, or tell none. */
    Optional<Overview> overview(Collection<NodeCpu> nodes) {
        Set<NodeCpu> untellable = vendorMeansNothing(nodes);
        SortedMap<String, List<NodeCpu>> byVendor = new TreeMap<>();
        nodes.forEach(node -> byVendor.computeIfAbsent(
                        untellable.contains(node) ? "" : node.evidence().vendor(), vendor -> new ArrayList<>())
                .add(node));
        List<NodeCpu> untold = byVendor.remove("");
        if (byVendor.size() < 2) {
            return Optional.empty();
        }
        Policy single = Policy.open().withVendors(Policy.Vendors.Single);
        return Optional.of(new Overview(
                byVendor.entrySet().stream()
                        .map(vendor ->
                                new Overview.OfVendor(vendor.getKey(), plan(vendor.getValue(), single, List.of())))
                        .toList(),
                untold == null ? null : plan(untold, single, List.of()),
                plan(nodes, null)));
    }

    /** Nodes whose vendor proves no second one: labels of another CPU than they have, and nodes that don't count. */
    private Set<NodeCpu> vendorMeansNothing(Collection<NodeCpu> nodes) {
        Fleet fleet = planner.assess(nodes, Policy.open(), null);
        Set<NodeCpu> untellable = Collections.newSetFromMap(new IdentityHashMap<>());
        untellable.addAll(fleet.withoutKubeVirt());
        nodes.stream().filter(node -> !node.amd64()).forEach(untellable::add);
        fleet.oddities().contradicted().forEach((contradiction, contradicted) -> {
            if (contradiction.labelsOfAnotherCpu()) {
                untellable.addAll(contradicted);
            }
        });
        return untellable;
    }

    /** Plans by a spec, or, if there is none, over all vendors, without bounds, profile Performance. */
    Result plan(Collection<NodeCpu> nodes, @Nullable ClusterCpuBaselineSpec spec) {
        if (spec == null) {
            return plan(nodes, Policy.open(), List.of());
        }
        Set<String> labelledModels = new HashSet<>();
        FeatureSet labelledFeatures = FeatureSet.empty();
        for (NodeCpu node : nodes) {
            labelledModels.addAll(node.evidence().labelledModels());
            labelledFeatures = labelledFeatures.union(node.evidence().labelledFeatures());
        }
        SpecReader.Intent intent = SpecReader.read(spec, planner.catalog(), labelledModels, labelledFeatures);
        Selector selector = intent.nodes();
        List<NodeCpu> selected = selector == null
                ? List.of()
                : nodes.stream().filter(node -> selector.matches(node.labels())).toList();
        return plan(selected, intent.policy(), intent.problems());
    }

    private Result plan(Collection<NodeCpu> nodes, Policy policy, List<Problem> problems) {
        Plan computed = planner.cautious(planner.assess(nodes, policy, null), policy);
        Plan plan = problems.isEmpty()
                ? computed
                : new Plan(
                        computed.fleet(),
                        new NoBaseline(problems.get(0).reason(), problems.get(0).message()),
                        computed.explanation());
        Pin pin = plan.answer()
                .baseline()
                .map(baseline -> Pin.of(
                        baseline,
                        Confinement.of(plan.fleet(), policy.vendors() == Policy.Vendors.Mixed),
                        null,
                        planner.catalog().version()))
                .orElse(null);
        Decision decision = new Decision(
                new Remembered(pin, null, List.of()),
                null,
                plan.answer() instanceof NoBaseline none ? new Verdict(none.reason(), none.message()) : null,
                new Verdict(Reason.UpToDate, "There is no candidate."),
                null,
                null);
        Observation observation = new Observation(
                null, null, problems, planner.catalog(), plan, decision, null, null, clusterDefault, null);
        return new Result(plan, Objects.requireNonNull(StatusReport.of(observation, null)));
    }
}
