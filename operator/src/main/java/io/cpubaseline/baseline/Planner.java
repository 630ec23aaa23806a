package io.cpubaseline.baseline;

import io.cpubaseline.Reason;
import io.cpubaseline.cpu.CpuCatalog;
import io.cpubaseline.cpu.FeatureSet;
import io.cpubaseline.fleet.CpuClass;
import io.cpubaseline.fleet.Criteria;
import io.cpubaseline.fleet.Fleet;
import io.cpubaseline.fleet.NodeCpu;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** From nodes and a policy to an explained answer: the one entry that the operator and the command line share. */
public final class Planner {

    private final Selection selection;
    private final Explainer explainer;
    private final FeatureSet contradictable;

    /** A planner by these tables. */
    public Planner(Selection selection) {
        this.selection = selection;
        this.explainer = new Explainer(selection);
        this.contradictable =
                selection.catalog().levels().all().minus(selection.rules().kvmEmulated());
    }

    /** The tables of models and features. */
    public CpuCatalog catalog() {
        return selection.catalog();
    }

    /**
     * Judges the nodes: who contributes, who is unknown or unfit, and why.
     *
     * @param nodes the selected nodes
     * @param policy what the user asks for
     * @param pin the pinned baseline; null before the first adoption
     */
    public Fleet assess(Collection<NodeCpu> nodes, Policy policy, Criteria.@Nullable Pin pin) {
        return Fleet.assess(
                nodes,
                selection.catalog(),
                new Criteria(
                        policy.minimum(),
                        cpuClass -> selection.bestLevel(List.of(cpuClass), policy),
                        contradictable,
                        pin));
    }

    /** The answer for the contributing nodes, those that lack the pinned baseline included: what a new baseline would be. */
    public Plan plan(Fleet fleet, Policy policy) {
        List<CpuClass> classes = new ArrayList<>(fleet.contributing());
        classes.addAll(fleet.lackingPinned());
        return plan(fleet, classes, policy);
    }

    /** As {@link #plan}, limited by unknown nodes that still carry labels: what a first adoption or a raise may be. */
    public Plan cautious(Fleet fleet, Policy policy) {
        List<CpuClass> classes = new ArrayList<>(fleet.contributing());
        classes.addAll(fleet.lackingPinned());
        if (!classes.isEmpty()) {
            classes.addAll(fleet.carried());
        }
        return plan(fleet, classes, policy);
    }

    private Plan plan(Fleet fleet, List<CpuClass> classes, Policy policy) {
        Answer common = selection.select(classes, policy);
        Answer answer = common;
        if (policy.vendors() == Policy.Vendors.Single) {
            SortedMap<String, List<CpuClass>> byVendor = Explainer.byVendor(classes);
            if (byVendor.size() > 1) {
                answer = new NoBaseline(Reason.VendorsMixed, vendorsMixed(byVendor));
            }
        }
        return new Plan(fleet, answer, explainer.explain(classes, policy, common));
    }

    private static String vendorsMixed(Map<String, List<CpuClass>> byVendor) {
        String counts = byVendor.entrySet().stream()
                .map(entry -> "%d %s"
                        .formatted(
                                entry.getValue().stream()
                                        .mapToInt(c -> c.nodes().size())
                                        .sum(),
                                entry.getKey().isEmpty() ? "of unknown vendor" : entry.getKey()))
                .collect(Collectors.joining(", "));
        return ("The selected nodes are of several CPU vendors (%s), and KubeVirt migrates within a vendor only. Make one ClusterCpuBaseline per"
                        + " vendor (nodeSelector cpu-vendor.node.kubevirt.io/<vendor>: \"true\"; status.vendorBaselines shows what each would"
                        + " get), or set vendors: Mixed for one baseline over all, which costs level and mitigations.")
                .formatted(counts);
    }
}
