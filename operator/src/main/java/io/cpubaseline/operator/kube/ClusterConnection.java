package io.cpubaseline.operator.kube;

import io.cpubaseline.console.ClusterAddress;
import io.cpubaseline.console.Console;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.time.Duration;
import java.util.Objects;

/** Connects a command to the cluster that it was told, and says in words why that can't be. */
public final class ClusterConnection {

    private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(30);

    private ClusterConnection() {}

    /** What a command does with the cluster. */
    @FunctionalInterface
    public interface Job {

        /**
         * Does it.
         *
         * @param namespace the context's
         * @return the exit code
         * @throws IOException if the API server can't be asked
         */
        int on(ApiServer api, String namespace) throws IOException, InterruptedException;
    }

    /**
     * Connects, does the job, and takes the connection down.
     *
     * @return the job's exit code
     * @throws picocli.CommandLine.ParameterException where the cluster can't be asked
     */
    public static int run(Console console, ClusterAddress address, Job job) throws InterruptedException {
        PreparedClient.Connected connected;
        try {
            connected = PreparedClient.to(address.kubeconfig(), address.context());
        } catch (Kubeconfig.Unusable e) {
            throw console.wrong(e.getMessage());
        }
        Config config = connected.config();
        try (KubernetesClient client = connected.client()) {
            return job.on(
                    new ApiServer(client, REQUEST_TIMEOUT),
                    Objects.requireNonNullElse(config.getNamespace(), "default"));
        } catch (IOException e) {
            throw console.wrong(Clients.cantBeAsked(config, e));
        }
    }
}
