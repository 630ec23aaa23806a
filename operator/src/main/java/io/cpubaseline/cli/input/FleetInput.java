package io.cpubaseline.cli.input;

import io.cpubaseline.evidence.HostFacts;
import io.cpubaseline.fleet.NodeCpu;
import io.cpubaseline.scheduling.RunningGuest;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The nodes that manifests describe, and hosts that describe themselves.
 *
 * @param nodes the nodes, each with what its NodeFeature objects say, in the order of the input, then the hosts as nodes; at least one
 * @param hosts the hosts among them, as they described themselves
 * @param warnings what may not be as meant, one sentence each
 * @param ignored how many objects of other kinds there were, by kind, with the group where there is one ({@code Deployment.apps})
 * @param baselines the ClusterCpuBaselines among them
 * @param guests the VirtualMachineInstances among them that run
 * @param defaultOwner what sets the cluster's default CPU model; null if nothing of the input does
 */
public record FleetInput(
        List<NodeCpu> nodes,
        List<HostFacts> hosts,
        List<String> warnings,
        SortedMap<String, Integer> ignored,
        List<BaselineFound> baselines,
        List<RunningGuest> guests,
        @Nullable DefaultOwner defaultOwner) {

    /** Makes the collections immutable. */
    public FleetInput {
        nodes = List.copyOf(nodes);
        hosts = List.copyOf(hosts);
        warnings = List.copyOf(warnings);
        baselines = List.copyOf(baselines);
        guests = List.copyOf(guests);
        ignored = Collections.unmodifiableSortedMap(new TreeMap<>(ignored));
    }
}
