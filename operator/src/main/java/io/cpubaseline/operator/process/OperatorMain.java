package io.cpubaseline.operator.process;

import io.cpubaseline.Version;
import io.cpubaseline.baseline.Planner;
import io.cpubaseline.baseline.Selection;
import io.cpubaseline.catalog.CatalogLoader;
import io.cpubaseline.catalog.FlagNames;
import io.cpubaseline.evidence.EvidenceReader;
import io.cpubaseline.operator.cluster.NodeMemory;
import io.cpubaseline.operator.controller.BaselineController;
import io.cpubaseline.operator.kube.Clients;
import io.cpubaseline.operator.kube.Kubeconfig;
import io.cpubaseline.operator.options.RunOptions;
import io.cpubaseline.operator.telling.Metrics;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts the operator's process and ends it. */
public final class OperatorMain {

    private static final Logger LOG = LoggerFactory.getLogger(OperatorMain.class);
    private static final int LEADERSHIP_LOST = 1;

    private OperatorMain() {}

    /**
     * Runs until the process is told to stop.
     *
     * @param kubeconfig how to reach the API server; null: as the environment says
     * @return an exit code
     * @throws IOException if the port for health and metrics can't be used
     * @throws Kubeconfig.Unusable if the kubeconfig can't be
     */
    public static int run(RunOptions options, @Nullable Path kubeconfig) throws IOException, InterruptedException {
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
    public static OperatorProcess process(RunOptions options, @Nullable Path kubeconfig, Runnable whenLeadershipIsLost)
            throws Kubeconfig.Unusable {
        // Reading the tables and preparing the connections take their time: both at once.
        CompletableFuture<Selection> tables = CompletableFuture.supplyAsync(CatalogLoader::selection);
        KubernetesClient client = Clients.of(kubeconfig);
        KubernetesClient leaseClient = Clients.again(client);
        Selection selection = tables.join();
        EvidenceReader evidence = new EvidenceReader(selection.catalog(), FlagNames.shipped());
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
}
