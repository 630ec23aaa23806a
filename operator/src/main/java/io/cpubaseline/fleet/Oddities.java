package io.cpubaseline.fleet;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What is odd about selected nodes, whether or not it keeps them from contributing: somebody should put it right.
 *
 * @param contradicted nodes that are unknown by {@code EvidenceConflict}, by what contradicts what
 * @param severalVendors nodes with more than one vendor label: KubeVirt never removes an old one
 * @param oddlyLabelled nodes with CPU labels of KubeVirt whose value isn't {@code true}
 * @param overlabelled nodes with more CPU labels of KubeVirt by unknown names than are kept
 * @param leftovers nodes for which an earlier nfd-worker left its NodeFeature
 */
public record Oddities(
        Map<Contradiction, List<NodeCpu>> contradicted,
        List<NodeCpu> severalVendors,
        List<NodeCpu> oddlyLabelled,
        List<NodeCpu> overlabelled,
        List<NodeCpu> leftovers) {

    /** Collects what is odd, node by node. */
    static final class Collector {

        private final Map<Contradiction, List<NodeCpu>> contradicted = new LinkedHashMap<>();
        private final List<NodeCpu> severalVendors = new ArrayList<>();
        private final List<NodeCpu> oddlyLabelled = new ArrayList<>();
        private final List<NodeCpu> overlabelled = new ArrayList<>();
        private final List<NodeCpu> leftovers = new ArrayList<>();

        void contradicted(Contradiction contradiction, NodeCpu node) {
            contradicted
                    .computeIfAbsent(contradiction, key -> new ArrayList<>())
                    .add(node);
        }

        void look(NodeCpu node) {
            CpuEvidence evidence = node.evidence();
            if (evidence.odd()) {
                if (evidence.labelledVendors().size() > 1) {
                    severalVendors.add(node);
                }
                if (!evidence.oddLabels().isEmpty()) {
                    oddlyLabelled.add(node);
                }
                if (evidence.leftOut() > 0) {
                    overlabelled.add(node);
                }
            }
            if (!node.leftovers().isEmpty()) {
                leftovers.add(node);
            }
        }

        Oddities all() {
            return new Oddities(contradicted, severalVendors, oddlyLabelled, overlabelled, leftovers);
        }
    }
}
