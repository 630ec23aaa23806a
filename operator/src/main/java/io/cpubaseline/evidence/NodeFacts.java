package io.cpubaseline.evidence;

import io.cpubaseline.fleet.CpuEvidence;
import io.cpubaseline.fleet.NodeHost;
import io.cpubaseline.fleet.Truth;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a Node object says, as far as CPU baselines care. Equal facts are no change, so {@code resourceVersion} takes no part in
 * equality and KubeVirt's heartbeat, written every minute, is reduced to the one answer that it is good for.
 *
 * @param name the node's name
 * @param uid tells this object from another one of the same name; empty if not known
 * @param resourceVersion the version of the object that this was read from; empty if not known
 * @param created when the object was created; {@link Instant#EPOCH} if not known
 * @param bootId changes with every boot of the machine; empty if not known
 * @param architecture {@code amd64}, {@code arm64} …; empty if not known
 * @param linux whether the node runs Linux; where nothing says what it runs, it does
 * @param evidence what the labels say about the CPU; one shared object per distinct evidence
 * @param ready the Ready condition: a kubelet that is not heard of is not ready; unknown if there is no such condition
 * @param readySince the Ready condition's last transition, to ready or away from it; {@link Instant#EPOCH} if not known
 * @param schedulable whether the label {@code kubevirt.io/schedulable} is {@code true}; unknown if it isn't there
 * @param frozen whether {@code node-labeller.kubevirt.io/skip-node} freezes the labels
 * @param labelsOlderThanBoot whether the node became ready after KubeVirt's last heartbeat: its labels then are of an earlier boot
 * @param kvm whether the node offers {@code devices.kubevirt.io/kvm}; unknown while it reports no resources at all
 * @param host the node as a place for guests, beside its CPU; one shared object per distinct value
 * @param labels all labels; those about the CPU are shared between nodes
 */
public record NodeFacts(
        String name,
        String uid,
        String resourceVersion,
        Instant created,
        String bootId,
        String architecture,
        boolean linux,
        CpuEvidence evidence,
        Truth ready,
        Instant readySince,
        Truth schedulable,
        boolean frozen,
        boolean labelsOlderThanBoot,
        Truth kvm,
        NodeHost host,
        Map<String, String> labels) {

    private static final String AMD64 = "amd64";

    /**
     * Whether the node is of the architecture that has CPU baselines. Every kubelet says so; where a file leaves it out, labels about
     * CPU features are taken for those of an amd64 CPU.
     */
    public boolean amd64() {
        return architecture.equals(AMD64) || architecture.isEmpty() && evidence.hasKubeVirtLabels();
    }

    /** Whether nothing but labels differs from the other, and none of those that are read here. */
    public boolean differsInLabelsAlone(NodeFacts other) {
        return equals(new NodeFacts(
                other.name,
                other.uid,
                other.resourceVersion,
                other.created,
                other.bootId,
                other.architecture,
                other.linux,
                other.evidence,
                other.ready,
                other.readySince,
                other.schedulable,
                other.frozen,
                other.labelsOlderThanBoot,
                other.kvm,
                other.host,
                labels));
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return this == other
                || other instanceof NodeFacts that
                        && name.equals(that.name)
                        && uid.equals(that.uid)
                        && created.equals(that.created)
                        && bootId.equals(that.bootId)
                        && architecture.equals(that.architecture)
                        && linux == that.linux
                        && evidence.equals(that.evidence)
                        && ready == that.ready
                        && readySince.equals(that.readySince)
                        && schedulable == that.schedulable
                        && frozen == that.frozen
                        && labelsOlderThanBoot == that.labelsOlderThanBoot
                        && kvm == that.kvm
                        && host.equals(that.host)
                        && labels.equals(that.labels);
    }

    @Override
    public int hashCode() {
        return Objects.hash(name, uid);
    }
}
