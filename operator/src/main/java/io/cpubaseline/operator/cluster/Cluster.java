package io.cpubaseline.operator.cluster;

import io.cpubaseline.Reason;
import io.cpubaseline.cpu.FeatureSet;
import io.cpubaseline.evidence.NodeFacts;
import io.cpubaseline.evidence.NodeFeatureFacts;
import io.cpubaseline.fleet.CpuEvidence;
import io.cpubaseline.fleet.Fleet;
import io.cpubaseline.fleet.NodeCpu;
import io.cpubaseline.operator.watch.WatchedKind;
import io.cpubaseline.report.Problem;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The cluster's nodes as the rules see them: joined anew only when one of them changed. */
public final class Cluster {

    private final WatchedKind<NodeFacts> nodes;
    private final WatchedKind<NodeFeatureFacts> nodeFeatures;
    private final NodeMemory memory;
    private @Nullable Joined joined;

    /** What is derived from one state of the watched objects. */
    private record Joined(
            List<NodeFacts> nodes,
            List<NodeFeatureFacts> features,
            List<NodeCpu> all,
            Set<String> labelledModels,
            FeatureSet labelledFeatures) {}

    public Cluster(WatchedKind<NodeFacts> nodes, WatchedKind<NodeFeatureFacts> nodeFeatures, NodeMemory memory) {
        this.nodes = nodes;
        this.nodeFeatures = nodeFeatures;
        this.memory = memory;
    }

    /** Whether every kind of evidence has been looked at: before that, a missing node means nothing. */
    public boolean settled() {
        return nodes.settled() && nodeFeatures.settled();
    }

    /** What keeps the evidence from being read, if anything does. */
    public Optional<Problem> problem() {
        return nodes.state() == WatchedKind.State.FORBIDDEN
                ? Optional.of(new Problem(
                        Reason.Forbidden,
                        "The operator may not read nodes: %s. Check its ClusterRole.".formatted(nodes.message())))
                : Optional.empty();
    }

    /** All nodes, sorted by name. */
    public List<NodeCpu> nodes() {
        return joined().all();
    }

    /** The CPU vendor of the node of that name, as far as it is or was known; empty if it isn't. */
    public String vendorOf(String name) {
        List<NodeCpu> all = joined().all();
        int low = 0;
        int high = all.size() - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            NodeCpu node = all.get(middle);
            int order = node.name().compareTo(name);
            if (order == 0) {
                CpuEvidence before = node.lastKnown();
                String vendor = node.evidence().vendor();
                return vendor.isEmpty() && before != null ? before.vendor() : vendor;
            }
            if (order < 0) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return "";
    }

    /** Models that some node labels. */
    public Set<String> labelledModels() {
        return joined().labelledModels();
    }

    /** Features that some node labels. */
    public FeatureSet labelledFeatures() {
        return joined().labelledFeatures();
    }

    /** Since when the latest of this fleet's unknown nodes has been unknown; null if none is. */
    @Nullable
    public Instant unknownSince(Fleet fleet, Instant now) {
        return memory.unknownSince(fleet, now);
    }

    private synchronized Joined joined() {
        List<NodeFacts> nodesNow = nodes.list();
        List<NodeFeatureFacts> featuresNow = nodeFeatures.list();
        // The lists are the same objects until something changes.
        if (joined == null || joined.nodes() != nodesNow || joined.features() != featuresNow) {
            List<NodeCpu> all = memory.nodes(nodesNow, featuresNow);
            Set<CpuEvidence> distinct = new HashSet<>();
            all.forEach(node -> distinct.add(node.evidence()));
            Set<String> models = new TreeSet<>();
            FeatureSet features = FeatureSet.empty();
            for (CpuEvidence evidence : distinct) {
                models.addAll(evidence.labelledModels());
                features = features.union(evidence.labelledFeatures());
            }
            joined = new Joined(nodesNow, featuresNow, all, models, features);
        }
        return joined;
    }
}
