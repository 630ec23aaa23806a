package io.cpubaseline.fleet;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A node as far as CPU baselines care.
 *
 * @param name the node's name
 * @param amd64 whether its architecture is amd64
 * @param linux whether it runs Linux: KubeVirt runs on nothing else
 * @param evidence what is known about its CPU
 * @param lastKnown what was known about the same boot of the same node before its labels went; null if nothing
 * @param ready its Ready condition
 * @param schedulable the label {@code kubevirt.io/schedulable}
 * @param frozen whether {@code node-labeller.kubevirt.io/skip-node} freezes its labels
 * @param labelsOlderThanBoot whether KubeVirt's heartbeat is older than the Ready transition
 * @param kvm whether it offers {@code devices.kubevirt.io/kvm}; unknown while it reports no resources at all
 * @param created when the node object was created; {@link Instant#EPOCH} if not known
 * @param host the node as a place for guests, beside its CPU
 * @param leftovers NodeFeatures that an earlier nfd-worker left for it, as {@code namespace/name}; none counts
 * @param labels its labels, for selectors
 */
public record NodeCpu(
        String name,
        boolean amd64,
        boolean linux,
        CpuEvidence evidence,
        @Nullable CpuEvidence lastKnown,
        Truth ready,
        Truth schedulable,
        boolean frozen,
        boolean labelsOlderThanBoot,
        Truth kvm,
        Instant created,
        NodeHost host,
        List<String> leftovers,
        Map<String, String> labels) {

    /** A Linux node of which nothing is known beside its CPU. */
    public NodeCpu(
            String name,
            boolean amd64,
            CpuEvidence evidence,
            @Nullable CpuEvidence lastKnown,
            Truth ready,
            Truth schedulable,
            boolean frozen,
            boolean labelsOlderThanBoot,
            Truth kvm,
            Instant created,
            Map<String, String> labels) {
        this(
                name,
                amd64,
                true,
                evidence,
                lastKnown,
                ready,
                schedulable,
                frozen,
                labelsOlderThanBoot,
                kvm,
                created,
                NodeHost.unknown(),
                List.of(),
                labels);
    }

    /** A healthy amd64 node with this evidence: the ordinary case. */
    public static NodeCpu healthy(String name, CpuEvidence evidence) {
        return new NodeCpu(
                name, true, evidence, null, Truth.YES, Truth.YES, false, false, Truth.YES, Instant.EPOCH, Map.of());
    }

    /**
     * Whether KubeVirt uses this node, as far as can be told: it has written some label on it, or had written one before that went. Control
     * planes have none.
     */
    public boolean ofKubeVirt() {
        return schedulable != Truth.UNKNOWN || lastKnown != null || evidence.hasAnyKubeVirtLabel();
    }

    /** The same node, with what was known about it before its labels went. */
    public NodeCpu remembering(CpuEvidence before) {
        return with(name, evidence, before, host, labels);
    }

    /** The same node with other CPU evidence. */
    public NodeCpu withEvidence(CpuEvidence other) {
        return with(name, other, lastKnown, host, labels);
    }

    /** The same node as another place for guests. */
    public NodeCpu on(NodeHost other) {
        return with(name, evidence, lastKnown, other, labels);
    }

    /** The same node by another name, with other labels. */
    public NodeCpu called(String other, Map<String, String> otherLabels) {
        return with(other, evidence, lastKnown, host, otherLabels);
    }

    /** What differs between the copies above; the rest stays. */
    private NodeCpu with(
            String name,
            CpuEvidence evidence,
            @Nullable CpuEvidence lastKnown,
            NodeHost host,
            Map<String, String> labels) {
        return new NodeCpu(
                name,
                amd64,
                linux,
                evidence,
                lastKnown,
                ready,
                schedulable,
                frozen,
                labelsOlderThanBoot,
                kvm,
                created,
                host,
                leftovers,
                labels);
    }
}
