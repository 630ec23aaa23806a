package io.cpubaseline.operator.cluster;

import io.cpubaseline.Selector;
import io.cpubaseline.cpu.FeatureSet;
import io.cpubaseline.evidence.NodeFacts;
import io.cpubaseline.evidence.NodeFeatureFacts;
import io.cpubaseline.fleet.CpuEvidence;
import io.cpubaseline.fleet.Fleet;
import io.cpubaseline.fleet.NodeCpu;
import io.cpubaseline.operator.watch.WatchedKind;
import io.cpubaseline.report.Problem;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Nodes joined with what node-feature-discovery says of them: anew only when one of either changed. Safe for use by several threads. */
public final class WatchedNodes implements NodeEvidence {

    /** Of that many selectors what they select is kept. */
    private static final int SELECTORS = 64;

    private final WatchedKind<NodeFacts> nodes;
    private final WatchedKind<NodeFeatureFacts> nodeFeatures;
    private final ReadingProblems problems;
    private final NodeMemory memory;
    private final NodeInterests interests;
    private @Nullable Joined joined;

    /** What is derived from one state of the watched objects. */
    private record Joined(
            List<NodeFacts> nodes,
            List<NodeFeatureFacts> features,
            List<NodeCpu> all,
            Set<String> labelledModels,
            Map<String, Set<String>> modelsByVendor,
            FeatureSet labelledFeatures,
            Map<Selector, List<NodeCpu>> selected) {}

    /**
     * Wakes, from now on, the baselines that a change of a node concerns.
     *
     * @param memory what is remembered of nodes
     */
    public WatchedNodes(WatchedCluster watched, NodeMemory memory, ChangeSource changes) {
        this.nodes = watched.nodes();
        this.nodeFeatures = watched.nodeFeatures();
        this.problems = new ReadingProblems(watched);
        this.memory = memory;
        this.interests = new NodeInterests(nodes, changes::wake, changes::wakeAll);
        watched.followNodes(interests);
    }

    @Override
    public void looksAt(String baseline, NodeInterest interest) {
        interests.looksAt(baseline, interest);
    }

    @Override
    public void selectingBy(String baseline, Set<String> labels) {
        interests.selectingBy(baseline, labels);
    }

    /** Forgets a baseline that is gone. */
    public void forget(String baseline) {
        interests.forget(baseline);
    }

    @Override
    public boolean settled() {
        return nodes.current() && nodeFeatures.current();
    }

    @Override
    public Optional<Problem> problem() {
        return problems.ofNodes();
    }

    @Override
    public List<NodeCpu> nodes() {
        return joined().all();
    }

    @Override
    public List<NodeCpu> selected(Selector selector) {
        Joined now = joined();
        List<NodeCpu> known = now.selected().get(selector);
        if (known != null) {
            return known;
        }
        List<NodeCpu> selected = now.all().stream()
                .filter(node -> selector.matches(node.labels()))
                .collect(Collectors.toUnmodifiableList());
        if (now.selected().size() >= SELECTORS) {
            return selected;
        }
        List<NodeCpu> first = now.selected().putIfAbsent(selector, selected);
        return first == null ? selected : first;
    }

    /** The CPU vendor of the node of that name, as far as it is or was known; empty if it isn't. */
    public String vendorOf(String name) {
        return find(name)
                .map(node -> {
                    CpuEvidence before = node.lastKnown();
                    String vendor = node.evidence().vendor();
                    return vendor.isEmpty() && before != null ? before.vendor() : vendor;
                })
                .orElse("");
    }

    @Override
    public Set<String> vendorsLabelling(String model) {
        return joined().modelsByVendor().entrySet().stream()
                .filter(vendor -> vendor.getValue().contains(model))
                .map(Map.Entry::getKey)
                .collect(Collectors.toUnmodifiableSet());
    }

    /** The labels of the node of that name; none if there is no such node. */
    public Map<String, String> labelsOf(String name) {
        return find(name).map(NodeCpu::labels).orElse(Map.of());
    }

    private Optional<NodeCpu> find(String name) {
        List<NodeCpu> all = joined().all();
        int low = 0;
        int high = all.size() - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            NodeCpu node = all.get(middle);
            int order = node.name().compareTo(name);
            if (order == 0) {
                return Optional.of(node);
            }
            if (order < 0) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return Optional.empty();
    }

    @Override
    public Set<String> labelledModels() {
        return joined().labelledModels();
    }

    @Override
    public FeatureSet labelledFeatures() {
        return joined().labelledFeatures();
    }

    @Override
    public @Nullable Instant unknownSince(Fleet fleet, Instant now) {
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
            Map<String, Set<String>> modelsByVendor = new HashMap<>();
            FeatureSet features = FeatureSet.empty();
            for (CpuEvidence evidence : distinct) {
                modelsByVendor
                        .computeIfAbsent(evidence.vendor(), vendor -> new HashSet<>())
                        .addAll(evidence.labelledModels());
                models.addAll(evidence.labelledModels());
                features = features.union(evidence.labelledFeatures());
            }
            joined =
                    new Joined(nodesNow, featuresNow, all, models, modelsByVendor, features, new ConcurrentHashMap<>());
        }
        return joined;
    }
}
