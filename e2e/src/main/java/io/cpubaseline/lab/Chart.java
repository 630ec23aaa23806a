package io.cpubaseline.lab;

import com.marcnuri.helm.Helm;
import com.marcnuri.helm.InstallCommand;
import com.marcnuri.helm.UpgradeCommand;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Supplier;

/** The project's Helm chart, installed into a lab as users install it. */
public final class Chart {
    /** The release's name, and that of the service account. */
    public static final String RELEASE = "cpu-baseline";

    /** Where the release is installed. */
    public static final String NAMESPACE = "cpu-baseline";

    /** The chart has none by default. Here none is pulled. */
    private static final String IMAGE = "image.repository";

    private Chart() {}

    /** The chart's folder in the checkout. */
    public static Path directory() {
        return Programs.e2eDirectory().resolveSibling("helm").resolve("cpu-baseline");
    }

    /**
     * Installs the chart with real Helm, without its definition, which the lab has already; returns at once.
     *
     * @param values chart values by their path, as for {@code helm --set}
     * @return a kubeconfig file for the chart's service account: the permissions of whoever runs with it are the chart's
     */
    public static Path install(Lab lab, Map<String, String> values) {
        InstallCommand install = installation(lab, values);
        // Helm would not take the lab's own over.
        call(install.set("crds.install", false)::call);
        return lab.kubeconfigFor(NAMESPACE, RELEASE);
    }

    /**
     * Installs the chart as users do, by {@code helm install --create-namespace --wait}: with its definition, and returns when its
     * deployment is ready. Only a full lab has kubelets for that, and it must not have the definition.
     *
     * @return as for {@link #install}
     */
    public static Path installReady(Lab lab, Map<String, String> values) {
        call(installation(lab, values).waitReady()::call);
        return lab.kubeconfigFor(NAMESPACE, RELEASE);
    }

    /** {@code helm upgrade --wait} with these values and no former ones. */
    public static void upgradeReady(Lab lab, Map<String, String> values) {
        UpgradeCommand upgrade = new Helm(directory())
                .upgrade()
                .withName(RELEASE)
                .withNamespace(NAMESPACE)
                .withKubeConfig(lab.kubeconfig())
                .resetValues()
                .set(IMAGE, RELEASE);
        values.forEach(upgrade::set);
        call(upgrade.waitReady()::call);
    }

    /** {@code helm uninstall}. */
    public static void uninstall(Lab lab) {
        call(Helm.uninstall(RELEASE).withNamespace(NAMESPACE).withKubeConfig(lab.kubeconfig())::call);
    }

    private static InstallCommand installation(Lab lab, Map<String, String> values) {
        InstallCommand install = new Helm(directory())
                .install()
                .withName(RELEASE)
                .withNamespace(NAMESPACE)
                .createNamespace()
                .withKubeConfig(lab.kubeconfig())
                .set(IMAGE, RELEASE);
        values.forEach(install::set);
        return install;
    }

    /** Runs Helm, and keeps Ctrl-C working: its library is Go, whose runtime takes signals over as soon as it installs something. */
    static <T> T call(Supplier<T> command) {
        return Signals.keptDuring(command);
    }
}
