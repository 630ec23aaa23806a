package io.cpubaseline.fleet;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Nodes that are alike in all that KubeVirt selects by, and in their taints. */
final class NodeKind {

    private final CpuEvidence evidence;
    private final NodePlatform platform;
    private final List<Taint> taints;
    private final boolean cordoned;
    private int nodes;
    private NodeCapacity capacity = NodeCapacity.none();

    private NodeKind(CpuEvidence evidence, NodePlatform platform, List<Taint> taints, boolean cordoned) {
        this.evidence = evidence;
        this.platform = platform;
        this.taints = taints;
        this.cordoned = cordoned;
    }

    /** The node's kind, which has no nodes yet. */
    static NodeKind of(NodeCpu node) {
        NodeHost host = node.host();
        return new NodeKind(node.evidence(), host.platform(), host.taints(), host.cordoned());
    }

    boolean isOf(NodeCpu node) {
        return node.evidence().equals(evidence)
                && node.host().platform().equals(platform)
                && node.host().taints().equals(taints);
    }

    void add(NodeCpu node) {
        nodes++;
        capacity = capacity.plus(node.host().capacity());
    }

    List<Taint> taints() {
        return taints;
    }

    boolean cordoned() {
        return cordoned;
    }

    Targets.Count count() {
        return new Targets.Count(nodes, capacity);
    }

    /** Whether a guest can land on such a node now, where its name and other labels don't matter. */
    boolean takes(Criteria.Pin pin, NodeDemand demand) {
        return demand.admits(taints, cordoned) && offers(pin, demand);
    }

    /** The same, whatever taints it has. */
    boolean offers(Criteria.Pin pin, NodeDemand demand) {
        return pin.offeredBy(evidence) && demand.isMetBy(evidence, platform);
    }

    /** The CPU vendor whose label the nodes have; empty for none. */
    String domain() {
        return evidence.domain();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return this == other
                || other instanceof NodeKind that
                        && taints.equals(that.taints)
                        && evidence.equals(that.evidence)
                        && platform.equals(that.platform);
    }

    @Override
    public int hashCode() {
        return (evidence.hashCode() * 31 + platform.hashCode()) * 31 + taints.hashCode();
    }
}
