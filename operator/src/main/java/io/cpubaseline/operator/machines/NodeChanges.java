package io.cpubaseline.operator.machines;

import io.cpubaseline.evidence.NodeFacts;
import io.cpubaseline.evidence.NodeFeatureFacts;
import io.cpubaseline.operator.watch.Views;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * Tells of which nodes the CPU vendor or the labels have changed: of what runs there another baseline may be the one. Heartbeats change neither.
 * Safe for use by several threads.
 */
final class NodeChanges {

    private final Views<NodeFacts> nodes;
    private final Views<NodeFeatureFacts> features;
    private final UnaryOperator<String> vendorOfNode;
    private final Function<String, Map<String, String>> labelsOfNode;

    private List<NodeFacts> nodesBefore = List.of();
    private List<NodeFeatureFacts> featuresBefore = List.of();
    private Map<String, Known> before = Map.of();

    private record Known(String vendor, Map<String, String> labels) {

        boolean isAs(Known other) {
            // Nodes that don't change keep their labels' object.
            return vendor.equals(other.vendor) && (labels == other.labels || labels.equals(other.labels));
        }
    }

    /**
     * @param vendorOfNode a node's CPU vendor by its name; empty if it isn't known
     * @param labelsOfNode a node's labels by its name
     */
    NodeChanges(
            Views<NodeFacts> nodes,
            Views<NodeFeatureFacts> features,
            UnaryOperator<String> vendorOfNode,
            Function<String, Map<String, String>> labelsOfNode) {
        this.nodes = nodes;
        this.features = features;
        this.vendorOfNode = vendorOfNode;
        this.labelsOfNode = labelsOfNode;
    }

    /** The names of the nodes that have another vendor or other labels than when this was last asked. */
    synchronized Set<String> changed() {
        List<NodeFacts> nodesNow = nodes.list();
        List<NodeFeatureFacts> featuresNow = features.list();
        // The lists are the same objects until something changes.
        if (nodesNow == nodesBefore && featuresNow == featuresBefore) {
            return Set.of();
        }
        nodesBefore = nodesNow;
        featuresBefore = featuresNow;
        Map<String, Known> now = new HashMap<>();
        nodesNow.forEach(node ->
                now.put(node.name(), new Known(vendorOfNode.apply(node.name()), labelsOfNode.apply(node.name()))));
        Set<String> changed = new HashSet<>();
        now.forEach((node, known) -> {
            Known then = before.get(node);
            if (then == null || !known.isAs(then)) {
                changed.add(node);
            }
        });
        before.keySet().stream().filter(node -> !now.containsKey(node)).forEach(changed::add);
        before = now;
        return changed;
    }
}
