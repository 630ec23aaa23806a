package io.cpubaseline.scheduling;

import io.cpubaseline.fleet.CpuEvidence;
import io.cpubaseline.fleet.GuestShape;
import io.cpubaseline.fleet.NodeCapacity;
import io.cpubaseline.fleet.NodeCpu;
import io.cpubaseline.fleet.NodeHost;
import io.cpubaseline.fleet.NodePlatform;
import io.cpubaseline.fleet.NodeSelection;
import io.cpubaseline.fleet.Placement;
import io.cpubaseline.fleet.SchedulingRules;
import io.cpubaseline.fleet.Taint;
import io.cpubaseline.fleet.Truth;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Nodes and guests of the tests about placing pods. */
final class Places {

    static final SchedulingRules RULES = SchedulingRules.byDefault();

    private Places() {}

    /** A node of KubeVirt with 8 cores and 32 GiB, and the keys of further labels with the value {@code true}. */
    static NodeCpu node(String name, String... keys) {
        Map<String, String> labels =
                new TreeMap<>(Map.of("kubevirt.io/schedulable", "true", "kubernetes.io/arch", "amd64"));
        for (String key : keys) {
            labels.put(key, "true");
        }
        return labelled(name, labels);
    }

    static NodeCpu labelled(String name, Map<String, String> labels) {
        NodePlatform platform = new NodePlatform(
                labels.keySet().stream()
                        .filter(key -> key.startsWith(KubeVirtLabels.MACHINE_TYPE))
                        .collect(Collectors.toSet()),
                0,
                false);
        return new NodeCpu(
                name,
                true,
                true,
                CpuEvidence.nothing(),
                null,
                Truth.YES,
                labels.containsKey("kubevirt.io/schedulable")
                        ? Truth.of("true".equals(labels.get("kubevirt.io/schedulable")))
                        : Truth.UNKNOWN,
                false,
                false,
                Truth.YES,
                Instant.EPOCH,
                new NodeHost(platform, new NodeCapacity(8000, 32L << 30), List.of()),
                List.of(),
                labels);
    }

    static NodeCpu tainted(NodeCpu node, Taint... taints) {
        NodeHost host = node.host();
        return node.on(new NodeHost(host.platform(), host.capacity(), Arrays.asList(taints)));
    }

    /** A guest of this model, with the features that it requires. */
    static Guest guest(String model, String... features) {
        return guest(model, shape(NodeSelection.any(), List.of(), features));
    }

    static Guest guest(String model, GuestShape shape) {
        return new Guest("", model, shape, Guest.OfBaseline.nothing()).withDefaults(RULES);
    }

    static GuestShape shape(NodeSelection selection, List<String> forbidden, String... features) {
        return new GuestShape(
                "",
                Set.of(),
                false,
                false,
                0,
                Set.of(),
                List.of(features),
                forbidden,
                new Placement(selection, List.of()));
    }
}
