package io.cpubaseline.scheduling;

import io.cpubaseline.fleet.NodeCpu;
import io.cpubaseline.fleet.NodeSelection;
import io.cpubaseline.fleet.NodeSelection.Requirement;
import io.cpubaseline.fleet.NodeSelection.Term;
import io.cpubaseline.fleet.Taint;
import io.cpubaseline.fleet.Truth;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** Nodes in kinds: to a pod that looks at certain labels, all nodes of a kind are alike but for the room that is left on them. */
final class NodeKinds {

    private final Map<Likeness, Kind> kinds = new LinkedHashMap<>();
    private final Map<String, Kind> ofNodes = new HashMap<>();

    /** What of nodes a pod can look at. */
    record Looks(List<String> keys, boolean names) {

        /** What this pod looks at. */
        static Looks of(LauncherPod pod) {
            TreeSet<String> keys = new TreeSet<>(pod.nodeSelector().keySet());
            keys.addAll(new NodeSelection(Map.of(), pod.terms()).keys());
            if (keys.contains(KubeVirtLabels.CPU_MANAGER) || keys.contains(KubeVirtLabels.OTHER_CPU_MANAGER)) {
                // One counts for the other.
                keys.add(KubeVirtLabels.CPU_MANAGER);
                keys.add(KubeVirtLabels.OTHER_CPU_MANAGER);
            }
            boolean names = pod.terms().stream()
                    .map(Term::requirements)
                    .flatMap(List::stream)
                    .map(Requirement::what)
                    .anyMatch(NodeSelection.Subject::field);
            return new Looks(List.copyOf(keys), names);
        }
    }

    /**
     * Nodes that are alike.
     *
     * @param number its place among all kinds, from 0
     * @param nodes its nodes, in their order; never empty
     */
    record Kind(int number, List<NodeCpu> nodes) {}

    private record Likeness(List<String> labels, List<Taint> taints, Truth kvm, Truth schedulable, String name) {}

    /** To pods that look at this. */
    NodeKinds(Collection<NodeCpu> nodes, Looks looks) {
        for (NodeCpu node : nodes) {
            Kind kind =
                    kinds.computeIfAbsent(likeness(node, looks), likeness -> new Kind(kinds.size(), new ArrayList<>()));
            kind.nodes().add(node);
            ofNodes.put(node.name(), kind);
        }
    }

    private static Likeness likeness(NodeCpu node, Looks looks) {
        List<String> labels = new ArrayList<>(2 * looks.keys().size());
        for (String key : looks.keys()) {
            String value = node.labels().get(key);
            if (value != null) {
                labels.add(key);
                labels.add(value);
            }
        }
        return new Likeness(
                labels, node.host().taints(), node.kvm(), node.schedulable(), looks.names() ? node.name() : "");
    }

    /** All of them, by their numbers. */
    Collection<Kind> all() {
        return kinds.values();
    }

    /** That of a node that is among them. */
    Kind of(NodeCpu node) {
        Kind kind = ofNodes.get(node.name());
        if (kind == null) {
            throw new IllegalArgumentException(node.name());
        }
        return kind;
    }
}
