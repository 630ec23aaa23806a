package io.cpubaseline.operator.machines;

import io.cpubaseline.evidence.NodeFacts;
import io.cpubaseline.evidence.NodeFeatureFacts;
import io.cpubaseline.operator.watch.Views;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

/** Tells of which nodes the CPU vendor has changed, which it hardly ever does. Safe for use by several threads. */
final class NodeVendors {

    private final Views<NodeFacts> nodes;
    private final Views<NodeFeatureFacts> features;
    private final UnaryOperator<String> vendorOfNode;

    private List<NodeFacts> nodesBefore = List.of();
    private List<NodeFeatureFacts> featuresBefore = List.of();
    private Map<String, String> before = Map.of();

    /** @param vendorOfNode a node's CPU vendor by its name; empty if it isn't known */
    NodeVendors(Views<NodeFacts> nodes, Views<NodeFeatureFacts> features, UnaryOperator<String> vendorOfNode) {
        this.nodes = nodes;
        this.features = features;
        this.vendorOfNode = vendorOfNode;
    }

    /** The names of the nodes that have another vendor than when this was last asked. */
    synchronized Set<String> changed() {
        List<NodeFacts> nodesNow = nodes.list();
        List<NodeFeatureFacts> featuresNow = features.list();
        // The lists are the same objects until something changes.
        if (nodesNow == nodesBefore && featuresNow == featuresBefore) {
            return Set.of();
        }
        nodesBefore = nodesNow;
        featuresBefore = featuresNow;
        Map<String, String> now = new HashMap<>();
        nodesNow.forEach(node -> now.put(node.name(), vendorOfNode.apply(node.name())));
        Set<String> changed = new HashSet<>();
        now.forEach((node, vendor) -> {
            if (!vendor.equals(before.get(node))) {
                changed.add(node);
            }
        });
        before.keySet().stream().filter(node -> !now.containsKey(node)).forEach(changed::add);
        before = now;
        return changed;
    }
}
