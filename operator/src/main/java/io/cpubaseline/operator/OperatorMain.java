package io.cpubaseline.operator;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.cpubaseline.api.v1alpha1.ClusterCpuBaseline;
import io.cpubaseline.evidence.EvidenceReader;
import io.cpubaseline.operator.OperatorProcess.Equipment;
import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.jdkhttp.JdkHttpClientFactory;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
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
     * @param controllers makes the controller, anew whenever reconciling starts
     * @return an exit code
     */
    static int run(
            RunOptions options,
            @Nullable Path kubeconfig,
            EvidenceReader evidence,
            Metrics metrics,
            Function<Equipment, Reconciler<ClusterCpuBaseline>> controllers)
            throws IOException, InterruptedException {
        OperatorProcess process = new OperatorProcess(
                client(kubeconfig),
                options,
                evidence,
                metrics,
                controllers,
                // Nothing may run on, not even shutdown hooks: another operator acts from now on.
                () -> Runtime.getRuntime().halt(LEADERSHIP_LOST));
        Runtime.getRuntime().addShutdownHook(new Thread(process::close, "shutdown"));
        process.start();
        LOG.atInfo()
                .addKeyValue("port", process.port())
                .addKeyValue("identity", options.identity())
                .log("Started");
        new CountDownLatch(1).await();
        return 0;
    }

    /** A client that knows only the types that are read as objects: to look for all others would cost a quarter of the start. */
    static KubernetesClient client(@Nullable Path kubeconfig) {
        Config found = kubeconfig == null ? Config.autoConfigure(null) : Config.fromKubeconfig(kubeconfig.toFile());
        Config config = new ConfigBuilder(found).withUserAgent("cpu-baseline").build();
        KubernetesSerialization serialization = new KubernetesSerialization(new ObjectMapper(), false);
        serialization.registerKubernetesResource(ClusterCpuBaseline.class);
        serialization.registerKubernetesResource(Status.class);
        return new KubernetesClientBuilder()
                .withConfig(config)
                .withHttpClientFactory(new JdkHttpClientFactory())
                .withKubernetesSerialization(serialization)
                .build();
    }
}
