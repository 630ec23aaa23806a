package io.cpubaseline.operator.cluster;

import io.cpubaseline.evidence.EvidenceReader;
import io.cpubaseline.evidence.NodeFacts;
import io.cpubaseline.evidence.NodeFeatureFacts;
import io.cpubaseline.evidence.NodeFeatures;
import io.cpubaseline.fleet.CpuClass;
import io.cpubaseline.fleet.CpuEvidence;
import io.cpubaseline.fleet.Eligibility.State;
import io.cpubaseline.fleet.Fleet;
import io.cpubaseline.fleet.NodeCpu;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Joins nodes with their NodeFeatures, and remembers what no object says: what a node's labels said before they went (for the same boot of
 * the same node), and since when a node has been unknown. Losing this memory in a restart only makes nodes unknown for longer.
 */
public final class NodeMemory {

    private final EvidenceReader reader;
    private final String namespace;
    private Collection<NodeFeatureFacts> sortedOut = List.of();
    private NodeFeatures nodeFeatures = NodeFeatures.of(List.of(), "");
    private final Map<String, Known> lastKnown = new HashMap<>();
    private final Map<String, Instant> unknownSince = new HashMap<>();
    private Map<String, String> uids = Map.of();

    private record Known(String uid, String bootId, CpuEvidence evidence) {

        boolean isOf(NodeFacts facts) {
            return uid.equals(facts.uid()) && bootId.equals(facts.bootId());
        }
    }

    /**
     * Empty at first. Safe for use by several threads.
     *
     * @param namespace node-feature-discovery's; empty: by its workers' objects
     */
    public NodeMemory(EvidenceReader reader, String namespace) {
        this.reader = reader;
        this.namespace = namespace;
    }

    /** The nodes as the rules see them, sorted by name. */
    public synchronized List<NodeCpu> nodes(Collection<NodeFacts> nodes, Collection<NodeFeatureFacts> features) {
        // The collection is the same object until one of them changes, which is rare beside changes of nodes.
        if (features != sortedOut) {
            nodeFeatures = NodeFeatures.of(features, namespace);
            sortedOut = features;
        }
        TreeMap<String, NodeFacts> byName = new TreeMap<>();
        nodes.forEach(facts -> byName.put(facts.name(), facts));

        List<NodeCpu> joined = new ArrayList<>(byName.size());
        Map<String, String> uidsNow = new HashMap<>();
        for (NodeFacts facts : byName.values()) {
            uidsNow.put(facts.name(), facts.uid());
            if (!facts.uid().equals(uids.get(facts.name()))) {
                // Another node of that name.
                unknownSince.remove(facts.name());
            }
            NodeCpu node = reader.nodeCpu(facts, nodeFeatures);
            joined.add(remembering(facts, node));
        }
        uids = uidsNow;
        lastKnown.keySet().retainAll(byName.keySet());
        unknownSince.keySet().retainAll(byName.keySet());
        return joined;
    }

    private NodeCpu remembering(NodeFacts facts, NodeCpu node) {
        Known known = lastKnown.get(facts.name());
        if (node.evidence().hasKubeVirtLabels()) {
            boolean ofThisBoot = !facts.labelsOlderThanBoot();
            if (ofThisBoot
                    && (known == null || !known.isOf(facts) || !known.evidence().equals(node.evidence()))) {
                lastKnown.put(facts.name(), new Known(facts.uid(), facts.bootId(), node.evidence()));
            }
            return node;
        }
        return known != null && known.isOf(facts) ? node.remembering(known.evidence()) : node;
    }

    /** Since when the latest of this fleet's unknown nodes has been unknown; null if none is. */
    public synchronized @Nullable Instant unknownSince(Fleet fleet, Instant now) {
        Set<String> unknown = new HashSet<>();
        fleet.byReason(State.UNKNOWN).values().forEach(nodes -> nodes.forEach(node -> unknown.add(node.name())));
        unknown.forEach(name -> unknownSince.putIfAbsent(name, now));
        Stream.of(
                        fleet.contributing().stream().map(CpuClass::nodes),
                        fleet.byReason(State.UNFIT).values().stream(),
                        Stream.of(fleet.withoutKubeVirt()))
                .flatMap(Function.identity())
                .forEach(nodes -> nodes.forEach(node -> unknownSince.remove(node.name())));
        return unknown.stream()
                .map(name -> unknownSince.getOrDefault(name, now))
                .max(Instant::compareTo)
                .orElse(null);
    }
}
