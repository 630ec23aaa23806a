package io.cpubaseline.cli.whatif;

import io.cpubaseline.api.v1alpha1.CapacityPolicy;
import io.cpubaseline.api.v1alpha1.ClusterCpuBaselineSpec;
import io.cpubaseline.cli.planning.FilePlanner;
import io.cpubaseline.cli.resource.BaselineManifest;
import io.cpubaseline.fleet.NodeCpu;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What is asked of nodes, whichever they are.
 *
 * @param planner plans for them
 * @param spec what is asked
 * @param together whether all nodes are asked at once; else each CPU vendor's by themselves, as a cluster wants it
 */
record Asking(FilePlanner planner, ClusterCpuBaselineSpec spec, boolean together) {

    /** Where a file names no baseline: nothing, of each vendor's nodes. */
    static Asking nothing(FilePlanner planner) {
        ClusterCpuBaselineSpec open = ClusterCpuBaselineSpec.defaults();
        return new Asking(
                planner,
                new ClusterCpuBaselineSpec(
                        open.paused(),
                        open.nodeSelector(),
                        open.vendors(),
                        open.abiLevel(),
                        open.cpuModel(),
                        open.features(),
                        open.plannedNodes(),
                        new CapacityPolicy("0%"),
                        open.changes(),
                        open.approvedRevision(),
                        open.virtualMachines(),
                        open.clusterDefault()),
                false);
    }

    /** What a baseline asks for, but for nodes that it plans and a revision that it approves: what is to come is another question here. */
    static Asking of(FilePlanner planner, ClusterCpuBaselineSpec spec) {
        return new Asking(
                planner,
                new ClusterCpuBaselineSpec(
                        false,
                        spec.nodeSelector(),
                        spec.vendors(),
                        spec.abiLevel(),
                        spec.cpuModel(),
                        spec.features(),
                        List.of(),
                        spec.capacity(),
                        spec.changes(),
                        null,
                        spec.virtualMachines(),
                        spec.clusterDefault()),
                true);
    }

    private BaselineManifest manifest() {
        return new BaselineManifest("what-if", spec, null, false);
    }

    /** The nodes, judged. */
    FilePlanner.Judged judged(Collection<NodeCpu> nodes) {
        return planner.judged(nodes, manifest());
    }

    /** What these nodes get, by vendor; under the empty string what all get together, or those that tell no vendor. */
    SortedMap<String, View> answers(Collection<NodeCpu> nodes) {
        SortedMap<String, View> views = new TreeMap<>();
        if (together) {
            views.put("", View.of(planner.plan(nodes, manifest())));
            return Collections.unmodifiableSortedMap(views);
        }
        SortedMap<String, List<NodeCpu>> byVendor = planner.byVendor(nodes);
        boolean several =
                byVendor.keySet().stream().filter(vendor -> !vendor.isEmpty()).count() > 1;
        if (several) {
            byVendor.forEach((vendor, own) -> views.put(vendor, View.of(planner.plan(own, manifest()))));
        } else if (!byVendor.isEmpty()) {
            // A node that tells no vendor limits the answer like any other where there is one vendor.
            views.put(byVendor.lastKey(), View.of(planner.plan(nodes, manifest())));
        }
        return Collections.unmodifiableSortedMap(views);
    }
}
