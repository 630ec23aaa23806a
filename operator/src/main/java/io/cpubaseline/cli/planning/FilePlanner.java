package io.cpubaseline.cli.planning;

import io.cpubaseline.api.v1alpha1.ClusterCpuBaselineStatus;
import io.cpubaseline.baseline.Plan;
import io.cpubaseline.baseline.Planner;
import io.cpubaseline.baseline.Policy;
import io.cpubaseline.catalog.GuestNeeds;
import io.cpubaseline.change.Carried;
import io.cpubaseline.change.ChangeControl;
import io.cpubaseline.change.KubeVirtProgress;
import io.cpubaseline.change.Remembered;
import io.cpubaseline.cli.input.DefaultOwner;
import io.cpubaseline.cli.resource.BaselineManifest;
import io.cpubaseline.cpu.CpuCatalog;
import io.cpubaseline.cpu.FeatureSet;
import io.cpubaseline.fleet.Fleet;
import io.cpubaseline.fleet.NodeCpu;
import io.cpubaseline.report.ClusterDefault;
import io.cpubaseline.report.Consideration;
import io.cpubaseline.report.Consideration.Question;
import io.cpubaseline.report.Consideration.Times;
import io.cpubaseline.report.Problem;
import io.cpubaseline.report.SpecReader;
import io.cpubaseline.report.SpecReader.Steering;
import io.cpubaseline.report.StatusReport;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Plans for nodes from files: what the operator would adopt for them, without its waiting times. */
public final class FilePlanner {

    private final Planner planner;
    private final ChangeControl control;
    private final @Nullable ClusterDefault clusterDefault;

    /** One for clusters whose default model is not known. */
    public FilePlanner(Planner planner) {
        this(planner, new ChangeControl(planner.catalog(), planner.rules(), GuestNeeds.known()), null);
    }

    private FilePlanner(Planner planner, ChangeControl control, @Nullable ClusterDefault clusterDefault) {
        this.planner = planner;
        this.control = control;
        this.clusterDefault = clusterDefault;
    }

    /** The same, on a cluster with this default model; null if it is not known. */
    public FilePlanner on(@Nullable DefaultOwner defaultOwner) {
        return new FilePlanner(planner, control, defaultOwner == null ? null : defaultOwner.clusterDefault());
    }

    /**
     * A planned host set.
     *
     * @param plan the explained answer
     * @param policy by which it was made
     * @param status the status that a cluster would show
     * @param whole the same with all that explains it
     */
    public record Result(
            Plan plan, Policy policy, ClusterCpuBaselineStatus status, Supplier<ClusterCpuBaselineStatus> whole) {

        /**
         * What a cluster would show.
         *
         * @param all whether to tell all that explains it
         */
        public ClusterCpuBaselineStatus status(boolean all) {
            return all ? whole.get() : status;
        }

        /** Whether the nodes have an answer, be it one that would not be pinned yet. */
        public boolean hasBaseline() {
            return status.pinned() != null || status.candidate() != null;
        }
    }

    /** The models and features that are known. */
    public CpuCatalog catalog() {
        return planner.catalog();
    }

    /** The rules beneath, which give the answer alone. */
    public Planner planner() {
        return planner;
    }

    /** What these nodes would get without a spec, as vendors; nothing if they are of one vendor, or tell none. */
    public Optional<Overview> overview(Collection<NodeCpu> nodes) {
        SortedMap<String, List<NodeCpu>> byVendor = byVendor(nodes);
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

    /** Nodes by their CPU vendor; those whose vendor proves nothing are under the empty string. */
    public SortedMap<String, List<NodeCpu>> byVendor(Collection<NodeCpu> nodes) {
        Set<NodeCpu> untellable = vendorMeansNothing(nodes);
        SortedMap<String, List<NodeCpu>> byVendor = new TreeMap<>();
        nodes.forEach(node -> byVendor.computeIfAbsent(
                        untellable.contains(node) ? "" : node.evidence().vendor(), vendor -> new ArrayList<>())
                .add(node));
        return byVendor;
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

    /** Plans for a resource, or, if there is none, over all vendors, without bounds, profile Performance. */
    public Result plan(Collection<NodeCpu> nodes, @Nullable BaselineManifest baseline) {
        if (baseline == null) {
            return plan(nodes, Policy.open(), List.of());
        }
        SpecReader.Intent intent = intent(nodes, baseline);
        return plan(
                intent.select(nodes),
                intent.policy(),
                intent.problems(),
                intent.steering().withoutTime(),
                StatusReport.remembered(baseline.status()),
                baseline.edited(),
                intent.clusterDefault() == SpecReader.DefaultMode.Ignore ? null : clusterDefault);
    }

    /**
     * The nodes that a baseline selects, judged as if nothing were pinned.
     *
     * @param policy what the baseline asks for
     * @param problems what can't be followed of it: with one there is no answer
     * @param fleet the selected nodes
     */
    public record Judged(Policy policy, List<Problem> problems, Fleet fleet) {}

    /** Judges nodes by a resource, or, if there is none, without bounds and each vendor by itself. */
    public Judged judged(Collection<NodeCpu> nodes, @Nullable BaselineManifest baseline) {
        if (baseline == null) {
            Policy policy = Policy.open().withVendors(Policy.Vendors.Single);
            return new Judged(policy, List.of(), planner.assess(nodes, policy, null));
        }
        SpecReader.Intent intent = intent(nodes, baseline);
        return new Judged(
                intent.policy(), intent.problems(), planner.assess(intent.select(nodes), intent.policy(), null));
    }

    private SpecReader.Intent intent(Collection<NodeCpu> nodes, BaselineManifest baseline) {
        Set<String> labelledModels = new HashSet<>();
        FeatureSet labelledFeatures = FeatureSet.empty();
        for (NodeCpu node : nodes) {
            labelledModels.addAll(node.evidence().labelledModels());
            labelledFeatures = labelledFeatures.union(node.evidence().labelledFeatures());
        }
        return SpecReader.read(baseline.spec(), planner.catalog(), labelledModels, labelledFeatures);
    }

    private Result plan(Collection<NodeCpu> nodes, Policy policy, List<Problem> problems) {
        return plan(
                nodes, policy, problems, Steering.atOnce(), Remembered.nothing(), /* edited= */ false, clusterDefault);
    }

    /** As the operator would, with nothing to wait for; then what nodes that are still to come would make of it. */
    private Result plan(
            Collection<NodeCpu> nodes,
            Policy policy,
            List<Problem> problems,
            Steering steering,
            Remembered remembered,
            boolean edited,
            @Nullable ClusterDefault known) {
        Consideration considered = Consideration.of(
                planner,
                control,
                new Question(
                        List.copyOf(nodes),
                        policy,
                        problems,
                        steering,
                        edited,
                        remembered,
                        Carried.nothing(""),
                        KubeVirtProgress.settled(),
                        Times.none()));
        return new Result(
                considered.planWithoutCluster(),
                policy,
                considered.statusWithoutCluster(known),
                () -> considered.wholeStatusWithoutCluster(known));
    }
}
