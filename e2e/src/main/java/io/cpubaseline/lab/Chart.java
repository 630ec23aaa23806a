package io.cpubaseline.lab;

import com.marcnuri.helm.Helm;
import com.marcnuri.helm.InstallCommand;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.nio.file.Path;
import java.util.Map;

/** The project's Helm chart, installed into a lab as users install it. */
public final class Chart {
    /** The release's name, and that of the service account. */
    public static final String RELEASE = "cpu-baseline";

    /** Where the release is installed. */
    public static final String NAMESPACE = "cpu-baseline";

    private Chart() {}

    /** The chart's folder in the checkout. */
    public static Path directory() {
        return Programs.e2eDirectory().resolveSibling("helm").resolve("cpu-baseline");
    }

    /**
     * Installs the chart with real Helm.
     *
     * @param values chart values by their path, as for {@code helm --set}
     * @return a kubeconfig file for the chart's service account: the permissions of whoever runs with it are the chart's
     */
    public static Path install(Lab lab, Map<String, String> values) {
        try {
            lab.client()
                    .namespaces()
                    .resource(new NamespaceBuilder()
                            .withNewMetadata()
                            .withName(NAMESPACE)
                            .endMetadata()
                            .build())
                    .create();
        } catch (KubernetesClientException e) {
            if (e.getCode() != HttpURLConnection.HTTP_CONFLICT) {
                throw e;
            }
        }
        InstallCommand install = new Helm(directory())
                .install()
                .withName(RELEASE)
                .withNamespace(NAMESPACE)
                // The lab has the definition already; Helm would not take it over.
                .set("crds.install", false)
                .withKubeConfig(lab.kubeconfig());
        values.forEach(install::set);
        install.call();
        return lab.kubeconfigFor(NAMESPACE, RELEASE);
    }
}
