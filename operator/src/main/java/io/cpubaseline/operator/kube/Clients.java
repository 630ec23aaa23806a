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
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Makes the clients of the program. Whoever asks for one closes it. */
public final class Clients {

    private Clients() {}

    /**
     * The operator's client, see {@link #of(Config)}.
     *
     * @param kubeconfig how to reach the API server; null: as the environment says
     */
    public static KubernetesClient of(@Nullable Path kubeconfig) {
        return of(config(kubeconfig));
    }

    /**
     * A client that knows only the types that are read as objects: to look for all others would cost a quarter of the start. It speaks HTTP/1.1:
     * a connection that has died in silence is then given up with the request that finds out, see docs/decisions/0004.
     */
    public static KubernetesClient of(Config settings) {
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
    public static KubernetesClient again(KubernetesClient client) {
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
