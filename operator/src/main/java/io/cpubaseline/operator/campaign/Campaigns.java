package io.cpubaseline.operator.campaign;

import io.cpubaseline.operator.cluster.CampaignView;
import io.cpubaseline.operator.cluster.WatchedCluster;
import io.cpubaseline.operator.kube.ApiServer;
import io.cpubaseline.operator.machines.VirtualMachines;
import io.cpubaseline.operator.options.RunOptions;
import io.cpubaseline.operator.telling.CampaignChronicle;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at all restart campaigns, each at regular intervals and soon after an edit, on a thread of its own while this process leads. {@link #start()}
 * and {@link #close()} may be called by any thread, each once.
 */
public final class Campaigns implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Campaigns.class);

    /** Edits that come one after the other are looked at together. */
    private static final Duration EDITS = Duration.ofMillis(500);

    /** Within which Prometheus has to answer as a whole: no campaign is looked at meanwhile. */
    private static final Duration PROMETHEUS = Duration.ofSeconds(10);

    private final WatchedCluster watched;
    private final VirtualMachines machines;
    private final CampaignPass.World world;
    private final Restarts restarts;
    private final Duration interval;
    private @Nullable ScheduledExecutorService thread;

    /** When the work began, by {@link System#nanoTime()}; written before the thread begins. */
    private long begun;

    /** By UID; used by the thread alone, as is what follows. */
    private final Map<String, Looked> passes = new HashMap<>();

    private Set<String> baselines = Set.of();

    /** A campaign that has been looked at. */
    private static final class Looked {
        private final String name;
        private final CampaignPass pass;
        private long generation;
        private long at;

        Looked(String name, CampaignPass pass) {
            this.name = name;
            this.pass = pass;
        }
    }

    /**
     * Looks at none yet.
     *
     * @param vendorOfNode a node's CPU vendor by its name; empty if it isn't known
     * @param exists whether there is a baseline of that name
     * @param clusterTime the time by the API server's clock, or earlier
     */
    public Campaigns(
            WatchedCluster watched,
            VirtualMachines machines,
            UnaryOperator<String> vendorOfNode,
            Predicate<String> exists,
            ApiServer api,
            CampaignChronicle chronicle,
            RunOptions options,
            InstantSource clusterTime) {
        this.watched = watched;
        this.machines = machines;
        this.restarts = new Restarts(api);
        this.interval = options.restartInterval();
        this.world = new CampaignPass.World(
                watched,
                machines::carriers,
                machines::hasKubeVirt,
                vendorOfNode,
                exists,
                new CampaignStatuses(api),
                chronicle,
                new Prometheus(options.prometheus(), interval.dividedBy(2), PROMETHEUS, System::nanoTime)::alerts,
                options.restartVirtualMachines(),
                options.retryMax(),
                clusterTime);
    }

    /**
     * Begins. The first look is an interval later: what a leader before us has asked for has reached our views by then, and nothing is asked for twice.
     */
    public synchronized void start() {
        ThreadFactory daemon = task -> {
            Thread started = new Thread(task, "campaigns");
            started.setDaemon(true);
            return started;
        };
        ScheduledExecutorService working = Executors.newSingleThreadScheduledExecutor(daemon);
        thread = working;
        begun = System.nanoTime();
        var unused = working.scheduleWithFixedDelay(
                this::lookAtAll, 0, Math.min(interval.toMillis(), EDITS.toMillis()), TimeUnit.MILLISECONDS);
    }

    /** Begins nothing new; what is asked for at this moment comes to its end. */
    @Override
    public synchronized void close() {
        if (thread != null) {
            thread.shutdownNow();
        }
    }

    private void lookAtAll() {
        try {
            List<CampaignView> all = watched.campaigns().list().stream()
                    .filter(campaign -> !campaign.deleting())
                    .toList();
            follow(all);
            restarts.forgetGone(watched.instances());
            forgetGone(all);
            if (System.nanoTime() - begun < interval.toNanos()) {
                return;
            }
            all.forEach(this::look);
        } catch (RuntimeException e) {
            LOG.atWarn().setCause(e).log("Campaigns can't be looked at, trying again");
        }
    }

    private void forgetGone(List<CampaignView> all) {
        if (!watched.campaigns().current()) {
            return;
        }
        Set<String> uids = all.stream().map(CampaignView::uid).collect(Collectors.toSet());
        passes.entrySet().removeIf(entry -> {
            boolean gone = !uids.contains(entry.getKey());
            if (gone) {
                world.chronicle().forget(entry.getValue().name);
            }
            return gone;
        });
    }

    private void follow(List<CampaignView> all) {
        Set<String> wanted = new HashSet<>();
        for (CampaignView campaign : all) {
            if (campaign.spec() != null) {
                wanted.add(campaign.spec().baselineName());
            }
        }
        if (!wanted.equals(baselines)) {
            machines.follow(wanted);
            baselines = wanted;
        }
    }

    private void look(CampaignView campaign) {
        Looked looked = passes.computeIfAbsent(
                campaign.uid(),
                uid -> new Looked(campaign.name(), new CampaignPass(campaign.name(), uid, world, restarts)));
        long now = System.nanoTime();
        boolean edited = looked.generation != campaign.generation();
        if (!edited && now - looked.at < interval.toNanos()) {
            return;
        }
        try {
            if (looked.pass.over(campaign)) {
                looked.generation = campaign.generation();
                looked.at = now;
            }
        } catch (IOException | RuntimeException e) {
            // One that can't be looked at keeps no other from it.
            looked.at = now;
            LOG.atWarn()
                    .addKeyValue("campaign", campaign.name())
                    .addKeyValue("message", ApiServer.reason(e))
                    .log("The campaign can't be looked at, trying again");
        }
    }
}
