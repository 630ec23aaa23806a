package io.cpubaseline.operator.cluster;

import io.cpubaseline.api.v1alpha1.ClusterCpuBaseline;
import io.cpubaseline.api.v1alpha1.ClusterRestartCampaign;
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

    private static final String ADMISSION = "/apis/admissionregistration.k8s.io/v1/";

    private final WatchedKind<NodeFacts> nodes;
    private final WatchedKind<NodeFeatureFacts> nodeFeatures;
    private final WatchedKind<KubeVirtView> kubeVirts;
    private final WatchedKind<NamespaceView> namespaces;
    private final WatchedKind<VirtualMachineSnapshot> virtualMachines;
    private final WatchedKind<InstanceSnapshot> instances;
    private final WatchedKind<AdmissionPolicy> admissionPolicies;
    private final WatchedKind<AdmissionBinding> admissionBindings;
    private final WatchedKind<CampaignView> campaigns;
    private final boolean admission;

    private volatile Follower follower = Follower.NOBODY;
    private volatile NodeFollower nodeFollower;
    private volatile Runnable campaignFollower = () -> {};

    /**
     * Learns which virtual machines, instances and namespaces change. Called by the threads that watch them, several at a time, so it must be
     * quick; what it is told of can be seen in the views already.
     */
    public interface Follower {

        /** Wants to know nothing. */
        Follower NOBODY = new Follower() {
            @Override
            public void machineChanged(
                    @Nullable VirtualMachineSnapshot before, @Nullable VirtualMachineSnapshot after) {}

            @Override
            public void instanceChanged(@Nullable InstanceSnapshot before, @Nullable InstanceSnapshot after) {}

            @Override
            public void namespaceChanged(@Nullable NamespaceView before, @Nullable NamespaceView after) {}

            @Override
            public void anyMayHaveChanged() {}
        };

        void machineChanged(@Nullable VirtualMachineSnapshot before, @Nullable VirtualMachineSnapshot after);

        void instanceChanged(@Nullable InstanceSnapshot before, @Nullable InstanceSnapshot after);

        void namespaceChanged(@Nullable NamespaceView before, @Nullable NamespaceView after);

        /** The views of one of these kinds count otherwise from now on. */
        void anyMayHaveChanged();
    }

    /**
     * Learns which nodes and NodeFeatures change. Called by the threads that watch them, several at a time, so it must be quick; what it is told of
     * can be seen in the views already.
     */
    public interface NodeFollower {

        void nodeChanged(@Nullable NodeFacts before, @Nullable NodeFacts after);

        void nodeFeatureChanged(@Nullable NodeFeatureFacts before, @Nullable NodeFeatureFacts after);

        /** Doesn't care what has changed. */
        static NodeFollower of(Runnable changed) {
            return new NodeFollower() {
                @Override
                public void nodeChanged(@Nullable NodeFacts before, @Nullable NodeFacts after) {
                    changed.run();
                }

                @Override
                public void nodeFeatureChanged(@Nullable NodeFeatureFacts before, @Nullable NodeFeatureFacts after) {
                    changed.run();
                }
            };
        }
    }

    /**
     * Watches from {@link #start()} on. Safe for use by several threads.
     *
     * @param changed is called when something has changed that may concern every baseline; must be quick. Of virtual machines, instances and
     *     namespaces the {@link Follower} learns; of single nodes the {@link NodeFollower}, once there is one
     * @param timer looks after silent connections; the caller ends it after {@link #stop()}
     */
    public WatchedCluster(
            ApiServer api,
            EvidenceReader evidence,
            Runnable changed,
            RunOptions options,
            ScheduledExecutorService timer) {
        Kinds kinds = new Kinds(api, options, timer);
        nodeFollower = NodeFollower.of(changed);
        nodes = kinds.of(
                "/api/v1/nodes",
                new NodeReader(evidence),
                (before, after) -> nodeFollower.nodeChanged(before, after),
                changed);
        nodeFeatures = kinds.of(
                "/apis/nfd.k8s-sigs.io/v1alpha1/nodefeatures",
                new NodeFeatureReader(evidence),
                (before, after) -> nodeFollower.nodeFeatureChanged(before, after),
                changed);
        kubeVirts = kinds.of(
                "/apis/kubevirt.io/v1/kubevirts", new KubeVirtReader(), (before, after) -> changed.run(), changed);
        Runnable any = () -> {
            follower.anyMayHaveChanged();
            changed.run();
        };
        namespaces = kinds.of(
                "/api/v1/namespaces",
                new NamespaceReader(),
                (before, after) -> follower.namespaceChanged(before, after),
                any);
        virtualMachines = kinds.of(
                "/apis/kubevirt.io/v1/virtualmachines",
                new VirtualMachineReader(),
                (before, after) -> follower.machineChanged(before, after),
                any);
        instances = kinds.of(
                "/apis/kubevirt.io/v1/virtualmachineinstances",
                new InstanceReader(),
                (before, after) -> follower.instanceChanged(before, after),
                any);
        campaigns = kinds.of(
                "/apis/%s/%s/%s"
                        .formatted(ClusterCpuBaseline.GROUP, ClusterCpuBaseline.VERSION, ClusterRestartCampaign.PLURAL),
                new CampaignReader(),
                (before, after) -> campaignFollower.run(),
                () -> campaignFollower.run());
        admission = !options.admissionPolicy().isEmpty();
        admissionPolicies = kinds.of(
                ADMISSION + "mutatingadmissionpolicies",
                new AdmissionPolicyReader(),
                (before, after) -> changed.run(),
                changed);
        admissionBindings = kinds.of(
                ADMISSION + "mutatingadmissionpolicybindings",
                new AdmissionBindingReader(),
                (before, after) -> changed.run(),
                changed);
    }

    /** Is told of one object. */
    @FunctionalInterface
    private interface Change<V> {
        void of(@Nullable V before, @Nullable V after);
    }

    /** What all kinds have in common. */
    private record Kinds(ApiServer api, RunOptions options, ScheduledExecutorService timer) {

        <V> WatchedKind<V> of(String path, ObjectReader<V> reader, Change<V> one, Runnable any) {
            return new WatchedKind<>(
                    api,
                    path,
                    reader,
                    new WatchedKind.Listener<>() {
                        @Override
                        public void changed(@Nullable V before, @Nullable V after) {
                            one.of(before, after);
                        }

                        @Override
                        public void stateChanged(State state) {
                            any.run();
                        }
                    },
                    options,
                    timer);
        }
    }

    /** From now on this one learns of changes, and no other. */
    public void follow(Follower next) {
        follower = next;
    }

    /** From now on this one learns of changes of nodes, and no other. */
    public void followNodes(NodeFollower next) {
        nodeFollower = next;
    }

    /** From now on this one learns when a restart campaign has changed, and no other; must be quick. */
    public void followCampaigns(Runnable next) {
        campaignFollower = next;
    }

    /** Restart campaigns; absent where their definition isn't installed. */
    public WatchedKind<CampaignView> campaigns() {
        return campaigns;
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

    /** MutatingAdmissionPolicies; watched where the operator has one, absent before Kubernetes 1.36. */
    public WatchedKind<AdmissionPolicy> admissionPolicies() {
        return admissionPolicies;
    }

    /** MutatingAdmissionPolicyBindings; watched and absent as {@link #admissionPolicies}. */
    public WatchedKind<AdmissionBinding> admissionBindings() {
        return admissionBindings;
    }

    /** All of them, watched or not. */
    public List<WatchedKind<?>> kinds() {
        return List.of(
                nodes,
                nodeFeatures,
                kubeVirts,
                namespaces,
                virtualMachines,
                instances,
                campaigns,
                admissionPolicies,
                admissionBindings);
    }

    /** Stops watching what only those need who have started it themselves. */
    public void stopMachines() {
        List.of(namespaces, virtualMachines, instances).forEach(WatchedKind::stop);
    }

    /** Starts watching what every baseline needs. */
    public void start() {
        List.of(nodes, nodeFeatures, kubeVirts, campaigns).forEach(WatchedKind::start);
        if (admission) {
            List.of(admissionPolicies, admissionBindings).forEach(WatchedKind::start);
        }
    }

    /** Stops watching; forgets everything. */
    public void stop() {
        kinds().forEach(WatchedKind::stop);
    }
}
