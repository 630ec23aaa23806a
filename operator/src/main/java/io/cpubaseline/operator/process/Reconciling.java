package io.cpubaseline.operator.process;

import io.cpubaseline.api.v1alpha1.ClusterCpuBaseline;
import io.cpubaseline.operator.cluster.BaselineMark;
import io.cpubaseline.operator.controller.Working;
import io.cpubaseline.operator.options.RunOptions;
import io.cpubaseline.operator.telling.Metrics;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.Operator;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.monitoring.micrometer.MicrometerMetricsV2;
import io.javaoperatorsdk.operator.processing.Controller;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.controller.ControllerEventSource;
import io.javaoperatorsdk.operator.processing.retry.GenericRetry;
import java.time.Duration;
import java.util.function.Consumer;

/** One time of reconciling, by the Java Operator SDK: built ahead, started at most once, and stopped. */
final class Reconciling {

    /** How long reconciliations that are under way may take to end. */
    static final Duration LAST_RECONCILIATION = Duration.ofSeconds(5);

    private static final Duration CACHE_SYNC = Duration.ofMinutes(2);
    private static final long PAGE = 100;

    private final Operator operator;
    private final ControllerEventSource<ClusterCpuBaseline> watch;
    private final Reconciler<ClusterCpuBaseline> controller;
    private final Metrics metrics;

    /**
     * Builds, without a request to the API server: hundreds of classes are loaded here.
     *
     * @param whenBroken is told when the watch of baselines has ended by a failure and won't come back
     */
    Reconciling(
            KubernetesClient client,
            Reconciler<ClusterCpuBaseline> controller,
            Metrics metrics,
            RunOptions options,
            Consumer<Throwable> whenBroken) {
        this.controller = controller;
        this.metrics = metrics;
        this.operator = new Operator(o -> o.withKubernetesClient(client)
                .withCloseClientOnStop(false)
                .checkingCRDAndValidateLocalModel(false)
                .withConcurrentReconciliationThreads(2)
                .withReconciliationTerminationTimeout(LAST_RECONCILIATION)
                .withUseSSAToPatchPrimaryResource(true)
                .withCacheSyncTimeout(CACHE_SYNC)
                .withStopOnInformerErrorDuringStartup(true)
                .withInformerStoppedHandler((informer, failure) -> {
                    if (failure != null) {
                        whenBroken.accept(failure);
                    }
                })
                .withMetrics(MicrometerMetricsV2.newBuilder(metrics.registry()).build()));
        var registered = operator.register(
                controller,
                c -> c.withName("baselines")
                        .watchingAllNamespaces()
                        .withGenerationAware(true)
                        .withInformerListLimit(PAGE)
                        // Tells when a baseline is gone; a Cleaner would, too, but puts a finalizer on every one.
                        .withTriggerReconcilerOnAllEvents(true)
                        .withReconciliationMaxInterval(options.resyncInterval())
                        .withRetry(new GenericRetry()
                                .setInitialInterval(options.retryInitial().toMillis())
                                .setIntervalMultiplier(2)
                                .setMaxInterval(options.retryMax().toMillis())
                                .withoutMaxAttempts()));
        this.watch = ((Controller<ClusterCpuBaseline>) registered)
                .getEventSourceManager()
                .getControllerEventSource();
    }

    /** Whether its own watch has shown this baseline, with this spec or a newer one. */
    boolean knows(BaselineMark mark) {
        return watch.get(new ResourceID(mark.name()))
                .map(HasMetadata::getMetadata)
                .filter(known -> known.getUid().equals(mark.uid()) && known.getGeneration() >= mark.generation())
                .isPresent();
    }

    /** Starts; returns when the first baselines are known. */
    void start() {
        operator.start();
        if (controller instanceof Working working) {
            working.start();
        }
    }

    /** Ends the controller's own work if it has any, so that nothing new begins, and stops when what is under way has ended. */
    void stop() {
        if (controller instanceof Working working) {
            working.close();
        }
        operator.stop();
        metrics.forgetOperator();
    }
}
