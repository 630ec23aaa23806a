package io.cpubaseline.operator;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.cpubaseline.Version;
import io.cpubaseline.api.v1alpha1.ClusterCpuBaseline;
import io.cpubaseline.baseline.Planner;
import io.cpubaseline.baseline.Selection;
import io.cpubaseline.catalog.CatalogLoader;
import io.cpubaseline.catalog.FlagNames;
import io.cpubaseline.evidence.EvidenceReader;
import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts the operator's process and ends it. */
final class OperatorMain {

    private static final Logger LOG = LoggerFactory.getLogger(OperatorMain.class);
    private static final int LEADERSHIP_LOST = 1;

    private OperatorMain() {}

    /**
     * Runs until the process is told to stop.
     *
     * @param kubeconfig how to reach the API server; null: as the environment says
     * @return an exit code
     * @throws IOException if the port for health and metrics can't be used
     */
    static int run(RunOptions options, @Nullable Path kubeconfig) throws IOException, InterruptedException {
        // Nothing may run on, not even shutdown hooks: another operator acts from now on.
        OperatorProcess process =
                process(options, kubeconfig, () -> Runtime.getRuntime().halt(LEADERSHIP_LOST));
        Runtime.getRuntime().addShutdownHook(new Thread(process::close, "shutdown"));
        process.start();
        LOG.atInfo()
                .addKeyValue("version", Version.program())
                .addKeyValue("port", process.port())
                .addKeyValue("identity", options.identity())
                .log("Started");
        new CountDownLatch(1).await();
        return 0;
    }

    /** The process with all its parts, not started yet. */
    static OperatorProcess process(RunOptions options, @Nullable Path kubeconfig, Runnable whenLeadershipIsLost) {
        // Reading the tables and preparing the connections take their time: both at once.
        CompletableFuture<Selection> tables = CompletableFuture.supplyAsync(CatalogLoader::selection);
        KubernetesClient client = client(kubeconfig);
        KubernetesClient leaseClient = again(client);
        Selection selection = tables.join();
        EvidenceReader evidence = new EvidenceReader(selection.catalog().levels(), FlagNames.shipped());
        Planner planner = new Planner(selection);
        NodeMemory memory = new NodeMemory(evidence, options.nodeFeatureNamespace());
        return new OperatorProcess(
                client,
                leaseClient,
                options,
                evidence,
                new Metrics(Version.program(), CatalogLoader.version()),
                equipment -> new BaselineController(planner, memory, equipment),
                whenLeadershipIsLost);
    }

    /** The operator's client, see {@link #clientOf}. */
    static KubernetesClient client(@Nullable Path kubeconfig) {
        return clientOf(config(kubeconfig));
    }

    /**
     * A client that knows only the types that are read as objects: to look for all others would cost a quarter of the start. It speaks HTTP/1.1:
     * a connection that has died in silence is then given up with the request that finds out, see docs/decisions/0004.
     */
    static KubernetesClient clientOf(Config settings) {
        Config config = new ConfigBuilder(settings)
                .withUserAgent("cpu-baseline/" + Version.program())
                .withHttp2Disable(true)
                .build();
        KubernetesSerialization serialization =
                new KubernetesSerialization(new ObjectMapper().registerModule(BaselineDeserializer.module()), false);
        serialization.registerKubernetesResource(ClusterCpuBaseline.class);
        serialization.registerKubernetesResource(Status.class);
        return new KubernetesClientBuilder()
                .withConfig(config)
                .withHttpClientFactory(new QuickConnections())
                .withKubernetesSerialization(serialization)
                .build();
    }

    /** The same client with connections of its own. */
    private static KubernetesClient again(KubernetesClient client) {
        return new KubernetesClientBuilder()
                .withConfig(client.getConfiguration())
                .withHttpClientFactory(new QuickConnections())
                .withKubernetesSerialization(client.getKubernetesSerialization())
                .build();
    }

    private static Config config(@Nullable Path kubeconfig) {
        if (kubeconfig == null) {
            return Config.autoConfigure(null);
        }
        try {
            return Config.fromKubeconfig(kubeconfig.toFile());
        } catch (RuntimeException e) {
            throw new KubernetesClientException(ApiServer.reason(e), e);
        }
    }
}
