package io.cpubaseline.operator.controller;

import io.cpubaseline.api.v1alpha1.ClusterCpuBaseline;
import io.cpubaseline.baseline.Planner;
import io.cpubaseline.operator.admission.Bindings;
import io.cpubaseline.operator.campaign.Campaigns;
import io.cpubaseline.operator.cluster.ChangeSource;
import io.cpubaseline.operator.cluster.NodeMemory;
import io.cpubaseline.operator.cluster.WatchedCluster;
import io.cpubaseline.operator.cluster.WatchedNodes;
import io.cpubaseline.operator.clusterdefault.WrittenDefault;
import io.cpubaseline.operator.machines.VirtualMachines;
import io.cpubaseline.operator.options.RunOptions;
import io.cpubaseline.operator.telling.CampaignChronicle;
import io.cpubaseline.operator.telling.Chronicle;
import io.cpubaseline.operator.telling.MachineChronicle;
import io.cpubaseline.operator.telling.StatusWriter;
import io.cpubaseline.report.SpecReader;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Reconciles ClusterCpuBaselines, as the Java Operator SDK calls it: on two threads, one at a time for the same baseline. Wires what a
 * {@link BaselinePass} works with, and sees to how baselines come and go.
 */
public final class BaselineController implements Reconciler<ClusterCpuBaseline>, Working {

    /** When the cache will have followed the API server. */
    private static final Duration CACHE_FOLLOWS = Duration.ofSeconds(2);

    private final WatchedNodes nodes;
    private final VirtualMachines virtualMachines;
    private final Bindings bindings;
    private final WrittenDefault writtenDefault;
    private final Departure departure;
    private final Campaigns campaigns;
    private final ChangeSource changes;
    private final StatusWriter statusWriter;
    private final Chronicle chronicle;
    private final BaselinePass pass;

    /** By UID, the baselines that were read from the API server itself. */
    private final Set<String> known = ConcurrentHashMap.newKeySet();

    /**
     * A controller with all that it works with.
     *
     * @param planner the rules
     * @param memory what is remembered of nodes
     */
    public BaselineController(Planner planner, NodeMemory memory, Equipment equipment) {
        WatchedCluster watched = equipment.cluster();
        RunOptions options = equipment.options();
        this.nodes = new WatchedNodes(watched, memory, equipment.changes());
        this.changes = equipment.changes();
        this.statusWriter = equipment.statuses();
        this.chronicle = new Chronicle(equipment.events(), equipment.metrics());
        this.virtualMachines = new VirtualMachines(
                watched,
                equipment.virtualMachines(),
                new MachineChronicle(equipment.events(), equipment.metrics(), changes::exists),
                changes,
                options,
                planner.catalog(),
                nodes::vendorOf,
                nodes::labelsOf,
                equipment.clusterTime());
        this.bindings = new Bindings(equipment.bindings(), watched, changes, options, equipment.clusterTime());
        this.writtenDefault = new WrittenDefault(
                equipment.defaults(),
                watched.kubeVirts(),
                equipment.defaultFinalizer(),
                statusWriter,
                chronicle,
                changes,
                options,
                equipment.clusterTime());
        this.departure = new Departure(
                virtualMachines,
                equipment.finalizer(),
                statusWriter,
                chronicle,
                options.retryMax(),
                equipment.clusterTime());
        this.campaigns = new Campaigns(
                watched,
                virtualMachines,
                nodes::vendorOf,
                changes::exists,
                equipment.api(),
                new CampaignChronicle(equipment.events(), equipment.metrics()),
                options,
                equipment.clusterTime());
        this.pass = new BaselinePass(
                planner,
                nodes,
                virtualMachines,
                bindings,
                writtenDefault,
                departure::prepared,
                statusWriter,
                chronicle,
                options.evidenceGrace(),
                options.countWriteInterval(),
                equipment.clock(),
                equipment.clusterTime());
    }

    @Override
    public List<EventSource<?, ClusterCpuBaseline>> prepareEventSources(
            EventSourceContext<ClusterCpuBaseline> context) {
        changes.reconciling(
                () -> context.getPrimaryCache().keys().map(ResourceID::getName).toList());
        return List.of(changes);
    }

    /** Baselines are looked at when the framework asks for it; campaigns from now on. */
    @Override
    public void start() {
        campaigns.start();
    }

    /** Starts no further write: another operator may lead from now on. */
    @Override
    public void close() {
        campaigns.close();
        virtualMachines.close();
    }

    @Override
    public UpdateControl<ClusterCpuBaseline> reconcile(ClusterCpuBaseline seen, Context<ClusterCpuBaseline> context)
            throws IOException {
        if (context.isPrimaryResourceDeleted()) {
            forget(seen);
            changes.looksNoMoreAt(seen.getMetadata().getName());
            return again(null);
        }
        changes.looksAt(seen.getMetadata().getName(), seen.getMetadata().getUid());
        if (!nodes.settled()) {
            return again(BaselinePass.SOON);
        }
        ClusterCpuBaseline current = current(seen, context.getClient()).orElse(null);
        if (current == null) {
            return again(CACHE_FOLLOWS);
        }
        if (current.isMarkedForDeletion()) {
            virtualMachines.leaves(current.getMetadata().getName());
            if (!writtenDefault.left(current)) {
                return again(BaselinePass.SOON);
            }
            SpecReader.Intent intent = pass.intent(current);
            return again(departure.leave(
                    current, intent.virtualMachines(), intent.steering().paused()));
        }
        return again(pass.over(current));
    }

    private void forget(ClusterCpuBaseline gone) {
        virtualMachines.forget(gone.getMetadata().getName());
        bindings.forget(gone.getMetadata().getName());
        writtenDefault.forget(gone.getMetadata().getName());
        nodes.forget(gone.getMetadata().getName());
        departure.forget(gone);
        chronicle.forget(gone);
        statusWriter.forget(gone);
        pass.forget(gone);
        known.remove(gone.getMetadata().getUid());
    }

    /** What a leader before us wrote may not have reached our cache: the first look is at the API server itself. */
    private Optional<ClusterCpuBaseline> current(ClusterCpuBaseline seen, KubernetesClient client) {
        String uid = seen.getMetadata().getUid();
        if (known.contains(uid)) {
            return Optional.of(seen);
        }
        ClusterCpuBaseline fresh = client.resources(ClusterCpuBaseline.class)
                .withName(seen.getMetadata().getName())
                .get();
        if (fresh == null || !fresh.getMetadata().getUid().equals(uid)) {
            return Optional.empty();
        }
        known.add(uid);
        return Optional.of(fresh);
    }

    /** What was due in a moment may be due already: the framework's timer takes no negative delay, and would never come again. */
    static UpdateControl<ClusterCpuBaseline> again(@Nullable Duration delay) {
        UpdateControl<ClusterCpuBaseline> done = UpdateControl.noUpdate();
        return delay == null ? done : done.rescheduleAfter(delay.isNegative() ? Duration.ZERO : delay);
    }
}
