package io.cpubaseline.operator.kube;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.cpubaseline.Version;
import io.cpubaseline.api.v1alpha1.ClusterCpuBaseline;
import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Makes the clients of the program. Whoever asks for one closes it. */
public final class Clients {

    private Clients() {}

    /**
     * The operator's client, see {@link #of(Config)}.
     *
     * @param kubeconfig how to reach the API server; null: as the environment says
     * @throws Kubeconfig.Unusable if nobody could be reached by it
     */
    public static KubernetesClient of(@Nullable Path kubeconfig) throws Kubeconfig.Unusable {
        return of(Kubeconfig.read(kubeconfig, null));
    }

    /**
     * A client that knows only the types that are read as objects: to look for all others would cost a quarter of the start. It speaks HTTP/1.1:
     * a connection that has died in silence is then given up with the request that finds out, see docs/decisions/0004.
     *
     * @throws Kubeconfig.Unusable if the settings name certificates or keys that can't be read
     */
    public static KubernetesClient of(Config settings) throws Kubeconfig.Unusable {
        Config config = new ConfigBuilder(settings)
                .withUserAgent("cpu-baseline/" + Version.program())
                .withHttp2Disable(true)
                .build();
        KubernetesSerialization serialization =
                new KubernetesSerialization(new ObjectMapper().registerModule(BaselineDeserializer.module()), false);
        serialization.registerKubernetesResource(ClusterCpuBaseline.class);
        serialization.registerKubernetesResource(Status.class);
        try {
            return new KubernetesClientBuilder()
                    .withConfig(config)
                    .withHttpClientFactory(new QuickConnections())
                    .withKubernetesSerialization(serialization)
                    .build();
        } catch (KubernetesClientException | IllegalArgumentException e) {
            throw new Kubeconfig.Unusable("the kubeconfig can't be used: " + Kubeconfig.why(e), e);
        }
    }

    /** What to say where a cluster doesn't answer. */
    public static String cantBeAsked(Config config, IOException failure) {
        return "the cluster can't be asked: "
                + (ApiServer.isRefusedConnection(failure)
                        ? "no connection to " + config.getMasterUrl()
                        : failure.getMessage());
    }

    /** The same client with connections of its own. */
    public static KubernetesClient again(KubernetesClient client) {
        return new KubernetesClientBuilder()
                .withConfig(client.getConfiguration())
                .withHttpClientFactory(new QuickConnections())
                .withKubernetesSerialization(client.getKubernetesSerialization())
                .build();
    }
}
