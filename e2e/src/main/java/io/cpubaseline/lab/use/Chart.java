package io.cpubaseline.lab.use;

import io.cpubaseline.lab.Lab;
import io.cpubaseline.lab.process.Programs;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The project's Helm chart, installed into a lab as users install it. */
public final class Chart {
    /** The release's name, and that of the service account. */
    public static final String RELEASE = "cpu-baseline";

    /** Where the release is installed. */
    public static final String NAMESPACE = "cpu-baseline";

    /** The chart has no image by default. Here none is pulled. */
    private static final Map<String, String> IMAGE = Map.of("image.repository", RELEASE);

    private static final List<String> READY = List.of("--wait", "--timeout=90s");

    private Chart() {}

    /** The chart's folder in the checkout. */
    public static Path directory() {
        return Programs.e2eDirectory().resolveSibling("helm").resolve("cpu-baseline");
    }

    /**
     * Installs the chart with Helm 3, without its definition, which the lab has already; returns at once.
     *
     * @param values chart values by their path, as for {@code helm --set}
     * @return a kubeconfig file for the chart's service account: the permissions of whoever runs with it are the chart's
     */
    public static Path install(Lab lab, Map<String, String> values) {
        Map<String, String> all = new TreeMap<>(values);
        // Helm would not take the lab's own over.
        all.put("crds.install", "false");
        run(Helm.three(lab), RELEASE, List.of("install", "--create-namespace"), all);
        return account(lab);
    }

    /**
     * Installs the chart once more, beside {@link #install}.
     *
     * @param release the second release's name, and that of its namespace
     * @return as for {@link #install}
     */
    public static Path installBeside(Lab lab, String release, Map<String, String> values) {
        Map<String, String> all = new TreeMap<>(values);
        all.put("crds.install", "false");
        run(Helm.three(lab), release, List.of("install", "--create-namespace"), all);
        return lab.kubeconfigFor(release, release + "-" + RELEASE);
    }

    /**
     * Installs the chart as users do, by {@code helm install --create-namespace --wait}: with its definition, and returns when its
     * deployment is ready. Only a full lab has kubelets for that, and it must not have the definition.
     *
     * @return as for {@link #install}
     */
    public static Path installReady(Helm helm, Map<String, String> values) {
        run(helm, RELEASE, with(READY, "install", "--create-namespace"), values);
        return account(helm.lab());
    }

    /** {@code helm upgrade --wait} with these values and no former ones. */
    public static void upgradeReady(Helm helm, Map<String, String> values, String... options) {
        List<String> command = with(READY, "upgrade", "--reset-values");
        command.addAll(List.of(options));
        run(helm, RELEASE, command, values);
    }

    /** {@code helm rollback --wait} to an earlier revision of the release. */
    public static void rollBackReady(Helm helm, int revision) {
        List<String> command = with(READY, "rollback", RELEASE, Integer.toString(revision), "--namespace", NAMESPACE);
        helm.run(command.toArray(String[]::new));
    }

    /** {@code helm uninstall}, also where nothing is installed. */
    public static void uninstall(Helm helm) {
        helm.run("uninstall", RELEASE, "--namespace", NAMESPACE, "--ignore-not-found");
    }

    private static Path account(Lab lab) {
        return lab.kubeconfigFor(NAMESPACE, RELEASE);
    }

    /** A release and its namespace have the same name. */
    private static void run(Helm helm, String release, List<String> verb, Map<String, String> values) {
        List<String> command = new ArrayList<>(verb);
        command.addAll(List.of(release, directory().toString(), "--namespace", release));
        Map<String, String> all = new TreeMap<>(IMAGE);
        all.putAll(values);
        all.forEach((name, value) -> command.addAll(List.of("--set", name + "=" + value)));
        helm.run(command.toArray(String[]::new));
    }

    private static List<String> with(List<String> options, String... verb) {
        List<String> command = new ArrayList<>(List.of(verb));
        command.addAll(options);
        return command;
    }
}
