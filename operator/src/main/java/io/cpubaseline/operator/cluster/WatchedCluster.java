package io.cpubaseline.operator.cluster;

import io.cpubaseline.evidence.EvidenceReader;
import io.cpubaseline.evidence.NodeFacts;
import io.cpubaseline.evidence.NodeFeatureFacts;
import io.cpubaseline.operator.cluster.KubeVirtReader.KubeVirtView;
import io.cpubaseline.operator.cluster.NamespaceReader.NamespaceView;
import io.cpubaseline.operator.kube.ApiServer;
import io.cpubaseline.operator.options.RunOptions;
import io.cpubaseline.operator.watch.ObjectReader;
import io.cpubaseline.operator.watch.WatchedKind;
import io.cpubaseline.operator.watch.WatchedKind.State;
import io.cpubaseline.virtualmachine.InstanceSnapshot;
import io.cpubaseline.virtualmachine.VirtualMachineSnapshot;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;

/** Everything that the operator watches beside its own resource. */
public final class WatchedCluster {

    private final WatchedKind<NodeFacts> nodes;
    private final WatchedKind<NodeFeatureFacts> nodeFeatures;
    private final WatchedKind<KubeVirtView> kubeVirts;
    private final WatchedKind<NamespaceView> namespaces;
    private final WatchedKind<VirtualMachineSnapshot> virtualMachines;
    private final WatchedKind<InstanceSnapshot> instances;

    /**
     * Watches from {@link #start()} on. Safe for use by several threads.
     *
     * @param changed is called on every real change, by the watching thread of the kind, and must be quick
     * @param timer looks after silent connections; the caller ends it after {@link #stop()}
     */
    public WatchedCluster(
            ApiServer api,
            EvidenceReader evidence,
            Runnable changed,
            RunOptions options,
            ScheduledExecutorService timer) {
        nodes = kind(api, "/api/v1/nodes", new NodeReader(evidence), changed, options, timer);
        nodeFeatures = kind(
                api,
                "/apis/nfd.k8s-sigs.io/v1alpha1/nodefeatures",
                new NodeFeatureReader(evidence),
                changed,
                options,
                timer);
        kubeVirts = kind(api, "/apis/kubevirt.io/v1/kubevirts", new KubeVirtReader(), changed, options, timer);
        namespaces = kind(api, "/api/v1/namespaces", new NamespaceReader(), changed, options, timer);
        virtualMachines =
                kind(api, "/apis/kubevirt.io/v1/virtualmachines", new VirtualMachineReader(), changed, options, timer);
        instances = kind(
                api, "/apis/kubevirt.io/v1/virtualmachineinstances", new InstanceReader(), changed, options, timer);
    }

    private static <V> WatchedKind<V> kind(
            ApiServer api,
            String path,
            ObjectReader<V> reader,
            Runnable changed,
            RunOptions options,
            ScheduledExecutorService timer) {
        return new WatchedKind<>(
                api,
                path,
                reader,
                new WatchedKind.Listener<>() {
                    @Override
                    public void changed(@Nullable V before, @Nullable V after) {
                        changed.run();
                    }

                    @Override
                    public void stateChanged(State state) {
                        changed.run();
                    }
                },
                options,
                timer);
    }

    /** Nodes. */
    public WatchedKind<NodeFacts> nodes() {
        return nodes;
    }

    /** Node-feature-discovery's NodeFeature objects; absent without it. */
    public WatchedKind<NodeFeatureFacts> nodeFeatures() {
        return nodeFeatures;
    }

    /** KubeVirt's own resource; absent without KubeVirt. */
    public WatchedKind<KubeVirtView> kubeVirts() {
        return kubeVirts;
    }

    /** Namespaces; started and stopped by whoever needs them. */
    public WatchedKind<NamespaceView> namespaces() {
        return namespaces;
    }

    /** VirtualMachines; started and stopped by whoever needs them. */
    public WatchedKind<VirtualMachineSnapshot> virtualMachines() {
        return virtualMachines;
    }

    /** VirtualMachineInstances; started and stopped by whoever needs them. */
    public WatchedKind<InstanceSnapshot> instances() {
        return instances;
    }

    /** All of them, watched or not. */
    public List<WatchedKind<?>> kinds() {
        return List.of(nodes, nodeFeatures, kubeVirts, namespaces, virtualMachines, instances);
    }

    /** Starts watching what every baseline needs. */
    public void start() {
        List.of(nodes, nodeFeatures, kubeVirts).forEach(WatchedKind::start);
    }

    /** Stops watching; forgets everything. */
    public void stop() {
        kinds().forEach(WatchedKind::stop);
    }
}
