package io.cpubaseline.operator.process;

import io.cpubaseline.api.v1alpha1.ClusterCpuBaseline;
import io.cpubaseline.evidence.EvidenceReader;
import io.cpubaseline.operator.admission.BindingWriter;
import io.cpubaseline.operator.cluster.BaselineMark;
import io.cpubaseline.operator.cluster.BaselineMarkReader;
import io.cpubaseline.operator.cluster.ChangeSource;
import io.cpubaseline.operator.cluster.WatchedCluster;
import io.cpubaseline.operator.clusterdefault.DefaultWriter;
import io.cpubaseline.operator.controller.Equipment;
import io.cpubaseline.operator.kube.ApiServer;
import io.cpubaseline.operator.kube.WriteGate;
import io.cpubaseline.operator.machines.VirtualMachineWriter;
import io.cpubaseline.operator.options.RunOptions;
import io.cpubaseline.operator.telling.EventRecorder;
import io.cpubaseline.operator.telling.Metrics;
import io.cpubaseline.operator.telling.ReleaseFinalizer;
import io.cpubaseline.operator.telling.StatusWriter;
import io.cpubaseline.operator.watch.WatchedKind;
import io.cpubaseline.operator.watch.WatchedKind.State;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The operator as a process: it watches from the start, and reconciles while it leads and its own kind exists. Without that kind it idles,
 * ready for it to come.
 */
public final class OperatorProcess implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(OperatorProcess.class);
    private static final String BASELINES =
            "/apis/%s/%s/clustercpubaselines".formatted(ClusterCpuBaseline.GROUP, ClusterCpuBaseline.VERSION);

    /** How much later than our own watch of baselines the controller's may be. */
    private static final Duration CONTROLLERS_WATCH = Duration.ofSeconds(5);

    /** How long writes that are under way at the end may take before the Lease is given up. */
    private static final Duration LAST_WRITES = Duration.ofSeconds(3);

    private final KubernetesClient client;
    private final KubernetesClient leaseClient;
    private final WriteGate gate;
    private final RunOptions options;
    private final Runnable whenLeadershipIsLost;
    private final Function<Equipment, Reconciler<ClusterCpuBaseline>> controllers;
    private final ScheduledExecutorService timer = single("timer");
    private final ScheduledExecutorService election = single("lease");
    private final ScheduledExecutorService director = single("director");
    private final WatchedKind<BaselineMark> baselines;
    private final Equipment equipment;
    private final Leadership leadership;
    private final Metrics metrics;

    private @Nullable HealthServer health;
    private @Nullable Reconciling prepared;
    private @Nullable Reconciling running;
    private volatile boolean closing;

    /**
     * Works from {@link #start()} on. It owns its threads and both clients; {@link #close()} may be called by any thread, once.
     *
     * @param client for all requests but those about the Lease
     * @param leaseClient with connections of its own: whatever becomes of the others, the Lease is renewed. Both are closed with the process
     * @param whenLeadershipIsLost ends the process at once
     */
    OperatorProcess(
            KubernetesClient client,
            KubernetesClient leaseClient,
            RunOptions options,
            EvidenceReader evidence,
            Metrics metrics,
            Function<Equipment, Reconciler<ClusterCpuBaseline>> controllers,
            Runnable whenLeadershipIsLost) {
        this.client = client;
        this.leaseClient = leaseClient;
        this.options = options;
        this.metrics = metrics;
        this.controllers = controllers;
        this.whenLeadershipIsLost = whenLeadershipIsLost;
        leadership = new Leadership(
                new ApiServer(leaseClient, Leadership.requestTimeout(options.leaseDuration())),
                options,
                new Turn(),
                election);
        gate = new WriteGate(leadership::leading);
        ApiServer api = new ApiServer(client, options.requestTimeout(), gate);
        Clock clock = Clock.systemUTC();
        baselines = new WatchedKind<>(api, BASELINES, new BaselineMarkReader(), new Presence(), options, timer);
        ChangeSource changes = new ChangeSource(
                timer, () -> baselines.list().stream().map(BaselineMark::name).toList());
        equipment = new Equipment(
                api,
                new WatchedCluster(api, evidence, changes::wakeAll, options, timer),
                changes,
                new StatusWriter(api, options.countWriteInterval(), options.longestReadDelay()),
                new VirtualMachineWriter(api),
                new BindingWriter(api),
                new DefaultWriter(api),
                ReleaseFinalizer.ofClusterDefault(api),
                new ReleaseFinalizer(api),
                new EventRecorder(api, options.identity(), clock, options.eventInterval()),
                metrics,
                options,
                clock,
                api.time());
        metrics.watching(this::ages);
    }

    /**
     * Starts; returns at once.
     *
     * @throws IOException if the port for health and metrics can't be used
     */
    public void start() throws IOException {
        health = HealthServer.start(options.listenPort(), this::notAlive, this::notReady, metrics::scrape);
        baselines.start();
        leadership.start();
        equipment.cluster().start();
        // Hundreds of classes are loaded while the API server answers.
        director.execute(() -> prepare());
    }

    /** The port of health and metrics. */
    int port() {
        return health == null ? 0 : health.port();
    }

    private Optional<String> notAlive() {
        if (!leadership.alive()) {
            return Optional.of("the search for the Lease has stopped");
        }
        String deaf = watched()
                .filter(WatchedKind::deaf)
                .map(WatchedKind::name)
                .sorted()
                .collect(Collectors.joining(", "));
        return deaf.isEmpty() ? Optional.empty() : Optional.of("no answer from the API server about: " + deaf);
    }

    private Stream<WatchedKind<?>> watched() {
        return Stream.concat(Stream.of(baselines), equipment.cluster().kinds().stream());
    }

    /** By kind, how long ago something was heard about it; none of those that aren't watched. */
    private Map<String, Duration> ages() {
        Map<String, Duration> ages = new TreeMap<>();
        watched().forEach(kind -> kind.age().ifPresent(age -> ages.put(kind.name(), age)));
        return ages;
    }

    private Optional<String> notReady() {
        if (closing) {
            return Optional.of("stopping");
        }
        if (baselines.state() == State.ABSENT) {
            return Optional.empty();
        }
        if (baselines.state() != State.SYNCED) {
            return Optional.of("baselines: " + baselines.state() + " " + baselines.message());
        }
        if (!equipment.cluster().nodes().settled()) {
            return Optional.of("nodes: " + equipment.cluster().nodes().state());
        }
        return Optional.empty();
    }

    /** Starts or stops to reconcile, as it should be now. */
    private void direct() {
        boolean wanted = leadership.leading() && baselines.state() == State.SYNCED && !closing;
        try {
            if (wanted && running == null) {
                Reconciling starting = prepare();
                prepared = null;
                running = starting;
                starting.start();
                LOG.atInfo().log("Reconciling");
            } else if (running != null && (closing || baselines.state() == State.ABSENT)) {
                stopReconciling();
            }
        } catch (RuntimeException e) {
            LOG.atWarn().addKeyValue("message", ApiServer.reason(e)).log("Reconciling can't start, trying again");
            stopReconciling();
            soon(options.probeInterval());
        }
    }

    private Reconciling prepare() {
        Reconciling ready = prepared;
        if (ready == null) {
            ready = new Reconciling(client, controllers.apply(equipment), metrics, options, this::broken);
            prepared = ready;
        }
        return ready;
    }

    private void stopReconciling() {
        Reconciling stopping = running;
        running = null;
        if (stopping != null) {
            stopping.stop();
            equipment.cluster().stopMachines();
            // Baselines that go meanwhile are told to nobody.
            equipment.statuses().forgetAll();
            metrics.forgetBaselines();
            LOG.atInfo().log("Not reconciling any more");
        }
    }

    /** The watch of baselines never gives up by itself, unless one can't be decoded: then everything starts anew. */
    private void broken(Throwable failure) {
        if (!closing) {
            LOG.atWarn()
                    .addKeyValue("message", ApiServer.reason(failure))
                    .log("Watching baselines has failed, starting anew");
            director.execute(this::stopReconciling);
            soon(options.probeInterval());
        }
    }

    private void soon(Duration delay) {
        var unused = director.schedule(this::direct, delay.toMillis(), TimeUnit.MILLISECONDS);
    }

    /**
     * Starts no further write, stops reconciling, lets what is under way come to an end for a few seconds, and then gives the Lease up, so
     * that another operator can go on at once.
     */
    @Override
    public void close() {
        closing = true;
        try {
            var unused = director.submit(this::direct)
                    .get(2 * Reconciling.LAST_RECONCILIATION.toSeconds(), TimeUnit.SECONDS);
        } catch (Exception e) {
            LOG.atWarn().addKeyValue("message", ApiServer.reason(e)).log("Reconciling doesn't end in time");
        }
        equipment.cluster().stop();
        baselines.stop();
        awaitWrites();
        leadership.release();
        metrics.leader(false);
        if (health != null) {
            health.close();
        }
        timer.shutdownNow();
        election.shutdownNow();
        director.shutdownNow();
        leaseClient.close();
        client.close();
    }

    private void awaitWrites() {
        try {
            if (!gate.awaitQuiet(LAST_WRITES)) {
                LOG.atWarn().log("Some writes are not answered in time");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static ScheduledExecutorService single(String name) {
        ThreadFactory daemon = task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        };
        return Executors.newSingleThreadScheduledExecutor(daemon);
    }

    /** Follows the coming and going of our own kind, and compares it with what the controller's own watch has seen. */
    private final class Presence implements WatchedKind.Listener<BaselineMark> {

        @Override
        public void changed(@Nullable BaselineMark before, @Nullable BaselineMark after) {
            if (before != null && after == null) {
                metrics.forget(before.name());
            }
            if (before != null && after != null && after.hasSpecOf(before)) {
                later(() -> lookAtStatusOf(after.name()));
                return;
            }
            BaselineMark changed = after == null ? before : after;
            if (changed != null && (before == null || after == null)) {
                equipment.changes().cameOrWent(changed.name());
            }
            if (changed != null) {
                later(() -> compare(changed));
            }
        }

        @Override
        public void stateChanged(State state) {
            if (!director.isShutdown()) {
                director.execute(OperatorProcess.this::direct);
            }
        }
    }

    /** When the controller's watch has had the time to see what ours has. */
    private void later(Runnable task) {
        if (!director.isShutdown()) {
            var unused = director.schedule(task, CONTROLLERS_WATCH.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    /** Somebody else may have edited the status: the framework passes on no event of that. */
    private void lookAtStatusOf(String baseline) {
        baselines
                .get("", baseline)
                .filter(mark -> !equipment.statuses().hasWritten(mark.uid(), mark.resourceVersion()))
                .ifPresent(mark -> equipment.changes().wake(mark.name()));
    }

    /**
     * The controller's watch is the client library's, which notices a dead connection only when it replaces it after five to ten minutes.
     * Where it has not seen what ours has, everything starts anew. What it has seen is looked at once more: the framework drops the event of an
     * object that is created again while it still works on the deletion of the one before.
     */
    private void compare(BaselineMark changed) {
        boolean exists =
                baselines.get("", changed.name()).filter(changed::hasSpecOf).isPresent();
        boolean gone = baselines.get("", changed.name()).isEmpty();
        if (gone) {
            equipment.changes().forgets(changed.name());
        }
        Reconciling current = running;
        if (current != null
                && !closing
                && baselines.state() == State.SYNCED
                && (exists && !current.knows(changed) || gone && current.knows(changed))) {
            LOG.atWarn()
                    .addKeyValue("baseline", changed.name())
                    .log("The controller's watch has missed a change, starting anew");
            stopReconciling();
            direct();
        } else if (exists) {
            equipment.changes().wake(changed.name());
            later(() -> insist(changed));
        }
    }

    /**
     * The framework can lose a baseline for good that was created again while the end of the one before was worked on: it knows it, and passes no
     * event about it on any more. Starting anew is what helps.
     */
    private void insist(BaselineMark changed) {
        if (running != null
                && !closing
                && baselines.get("", changed.name()).filter(changed::hasSpecOf).isPresent()
                && equipment.changes().isPassedOver(changed.name(), changed.uid())) {
            LOG.atWarn()
                    .addKeyValue("baseline", changed.name())
                    .log("The controller passes over a baseline that was created again, starting anew");
            stopReconciling();
            direct();
        }
    }

    /** Follows the Lease. */
    private final class Turn implements Leadership.Listener {

        @Override
        public void gained() {
            metrics.leader(true);
            director.execute(OperatorProcess.this::direct);
        }

        @Override
        public void lost() {
            metrics.leader(false);
            whenLeadershipIsLost.run();
        }
    }
}
