package io.cpubaseline.operator.process;

import io.cpubaseline.operator.kube.Kubeconfig;
import io.cpubaseline.operator.logging.LogFormat;
import io.cpubaseline.operator.options.DurationText;
import io.cpubaseline.operator.options.PrometheusOptions;
import io.cpubaseline.operator.options.RunOptions;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code cpu-baseline run}: the operator. */
@Command(
        name = "run",
        mixinStandardHelpOptions = true,
        showDefaultValues = true,
        sortOptions = false,
        description = {
            "Runs the operator: reconciles ClusterCpuBaselines until it is told to stop.",
            "",
            "Outside of a pod it uses --kubeconfig, or what kubectl would use. Durations: 500ms, 30s, 10m, 1h30m or ISO 8601 (PT30S).",
            "",
            "  cpu-baseline run                        in a pod, as the chart starts it",
            "  cpu-baseline run --kubeconfig lab.yaml  from a desk; writes no VirtualMachine",
            "",
            "To only look, cpu-baseline plan asks the same cluster, and changes nothing."
        })
public final class RunCommand implements Callable<Integer> {

    @Spec
    private @Nullable CommandSpec spec;

    @Option(names = "--kubeconfig", paramLabel = "FILE", description = "How to reach the API server.")
    private @Nullable Path kubeconfig;

    @Option(
            names = "--listen-port",
            paramLabel = "PORT",
            defaultValue = "8080",
            description = "Port of /livez, /readyz and /metrics.")
    private int listenPort;

    @Option(
            names = "--log-format",
            paramLabel = "FORMAT",
            defaultValue = "text",
            description = "How log lines look: ${COMPLETION-CANDIDATES}.")
    private LogFormat logFormat = LogFormat.text;

    @Option(
            names = "--write-virtual-machines",
            paramLabel = "true|false",
            arity = "1",
            defaultValue = "true",
            description = "Whether VirtualMachines may be written at all, whatever a baseline's mode says.")
    private boolean writeVirtualMachines;

    @Option(
            names = "--trusted-managers",
            paramLabel = "NAME",
            split = ",",
            description =
                    "Field managers that write copies of VirtualMachines only, as backup tools do, separated by commas: what they have copied is taken back.")
    private Set<String> trustedManagers = Set.of();

    @Option(
            names = "--write-cluster-default",
            paramLabel = "true|false",
            arity = "1",
            defaultValue = "false",
            description =
                    "Whether KubeVirt's own default CPU model may be written, whatever a baseline's clusterDefault says.")
    private boolean writeClusterDefault;

    @Option(
            names = "--restart-virtual-machines",
            paramLabel = "true|false",
            arity = "1",
            defaultValue = "false",
            description = "Whether ClusterRestartCampaigns may restart VirtualMachines.")
    private boolean restartVirtualMachines;

    @Option(
            names = "--prometheus-url",
            paramLabel = "URL",
            description =
                    "Where Prometheus answers, which knows the alerts of a ClusterRestartCampaign's blockers; what precedes /api/v1.",
            showDefaultValue = picocli.CommandLine.Help.Visibility.NEVER)
    private @Nullable URI prometheusUrl;

    @Option(
            names = "--prometheus-token-file",
            paramLabel = "FILE",
            description = "The bearer token for --prometheus-url, which must be https; it is read anew each time.",
            showDefaultValue = picocli.CommandLine.Help.Visibility.NEVER)
    private @Nullable Path prometheusTokenFile;

    @Option(
            names = "--prometheus-ca-file",
            paramLabel = "FILE",
            description = "The certificates (PEM) of those who may vouch for --prometheus-url; by default Java's.",
            showDefaultValue = picocli.CommandLine.Help.Visibility.NEVER)
    private @Nullable Path prometheusCaFile;

    @Option(
            names = "--node-feature-namespace",
            paramLabel = "NAME",
            defaultValue = "",
            description =
                    "Namespace of node-feature-discovery: no NodeFeature of another one counts; by default where most nodes have their newest nfd-worker's.",
            showDefaultValue = picocli.CommandLine.Help.Visibility.NEVER)
    private String nodeFeatureNamespace = "";

    @Option(
            names = "--admission-policy",
            paramLabel = "NAME",
            defaultValue = "",
            description =
                    "The chart's MutatingAdmissionPolicy, which is bound for baselines with mode Admission; without it there is none.",
            showDefaultValue = picocli.CommandLine.Help.Visibility.NEVER)
    private String admissionPolicy = "";

    @Option(
            names = "--leader-elect",
            paramLabel = "true|false",
            arity = "1",
            defaultValue = "true",
            description = "Whether to act only while holding the Lease cpu-baseline.")
    private boolean leaderElection;

    @Option(
            names = "--lease-namespace",
            paramLabel = "NAME",
            description = "Namespace of the Lease; by default $POD_NAMESPACE, else default.",
            showDefaultValue = picocli.CommandLine.Help.Visibility.NEVER)
    private @Nullable String leaseNamespace;

    @Option(
            names = "--lease-duration",
            converter = DurationText.class,
            paramLabel = "TIME",
            defaultValue = "30s",
            description = "How long others wait for a leader that has stopped renewing the Lease.")
    private Duration leaseDuration = Duration.ZERO;

    @Option(
            names = "--evidence-grace",
            converter = DurationText.class,
            paramLabel = "TIME",
            defaultValue = "10m",
            description =
                    "How long an unknown node is waited for before the first baseline is adopted without it, and a new node for KubeVirt's labels.")
    private Duration evidenceGrace = Duration.ZERO;

    @Option(
            names = "--count-write-interval",
            converter = DurationText.class,
            paramLabel = "TIME",
            defaultValue = "30s",
            description = "At most one status write per baseline in this time where only counts changed.")
    private Duration countWriteInterval = Duration.ZERO;

    @Option(
            names = "--restart-interval",
            converter = DurationText.class,
            paramLabel = "TIME",
            defaultValue = "10s",
            description = "How often a ClusterRestartCampaign is looked at, and its status written at most.")
    private Duration restartInterval = Duration.ZERO;

    @Option(
            names = "--retry-initial",
            converter = DurationText.class,
            paramLabel = "TIME",
            defaultValue = "1s",
            description = "First delay after a failure; it doubles.")
    private Duration retryInitial = Duration.ZERO;

    @Option(
            names = "--retry-max",
            converter = DurationText.class,
            paramLabel = "TIME",
            defaultValue = "5m",
            description = "Longest delay between two tries.")
    private Duration retryMax = Duration.ZERO;

    @Option(
            names = "--refusal-retry",
            converter = DurationText.class,
            paramLabel = "TIME",
            defaultValue = "1h",
            description =
                    "How long a refused write of a VirtualMachine is not repeated while neither it nor the baseline changes.")
    private Duration refusalRetry = Duration.ZERO;

    @Option(
            names = "--probe-interval",
            converter = DurationText.class,
            paramLabel = "TIME",
            defaultValue = "10s",
            description =
                    "How often to look for KubeVirt's and node-feature-discovery's resources while they are absent.")
    private Duration probeInterval = Duration.ZERO;

    @Option(
            names = "--reapply-delay",
            converter = DurationText.class,
            paramLabel = "TIME",
            defaultValue = "10s",
            description =
                    "First delay before a VirtualMachine's lost fields are written again; it doubles with every loss.")
    private Duration reapplyDelay = Duration.ZERO;

    @Option(
            names = "--contention-window",
            converter = DurationText.class,
            paramLabel = "TIME",
            defaultValue = "1h",
            description = "The third loss of a VirtualMachine's fields within this time ends the attempts.")
    private Duration contentionWindow = Duration.ZERO;

    @Option(
            names = "--conflict-delay",
            converter = DurationText.class,
            paramLabel = "TIME",
            defaultValue = "10s",
            description =
                    "How long a conflict over a VirtualMachine's fields must hold before there is an event about it, and how long a new one is left to start where its instance gets the pin by itself.")
    private Duration conflictDelay = Duration.ZERO;

    @Option(
            names = "--proof-time",
            converter = DurationText.class,
            paramLabel = "TIME",
            defaultValue = "5m",
            description =
                    "How long a guest must run with a revision before more than rollout.maxUnproven VirtualMachines get it.")
    private Duration proofTime = Duration.ZERO;

    @Option(
            names = "--request-timeout",
            converter = DurationText.class,
            paramLabel = "TIME",
            defaultValue = "15s",
            description = "How long one request to the API server may take.")
    private Duration requestTimeout = Duration.ZERO;

    @Option(
            names = "--watch-idle-limit",
            converter = DurationText.class,
            paramLabel = "TIME",
            defaultValue = "45s",
            description = "How long a watch may be silent before its connection is replaced; at least 10s.")
    private Duration watchIdleLimit = Duration.ZERO;

    @Option(
            names = "--watch-retry-max",
            converter = DurationText.class,
            paramLabel = "TIME",
            defaultValue = "30s",
            description = "Longest delay between two tries to read a kind of objects.")
    private Duration watchRetryMax = Duration.ZERO;

    @Option(
            names = "--resync-interval",
            converter = DurationText.class,
            paramLabel = "TIME",
            defaultValue = "10m",
            description = "How often a baseline is looked at though nothing has changed.")
    private Duration resyncInterval = Duration.ZERO;

    @Option(
            names = "--event-interval",
            converter = DurationText.class,
            paramLabel = "TIME",
            defaultValue = "1s",
            description = "In the long run events are this far apart; fifty may come at once.")
    private Duration eventInterval = Duration.ZERO;

    @Override
    public Integer call() throws IOException, InterruptedException {
        RunOptions options = options();
        logFormat.use();
        try {
            return OperatorMain.run(options, kubeconfig);
        } catch (BindException e) {
            throw wrong("--listen-port: " + listenPort + " can't be used: " + e.getMessage());
        } catch (Kubeconfig.Unusable e) {
            throw wrong(e.getMessage());
        }
    }

    private RunOptions options() {
        if (listenPort < 0 || listenPort > 65_535) {
            throw wrong("--listen-port: expected 0 to 65535, found " + listenPort);
        }
        if (retryMax.compareTo(retryInitial) < 0) {
            throw wrong("--retry-max: expected at least --retry-initial");
        }
        for (Duration positive : new Duration[] {
            restartInterval, retryInitial, probeInterval, requestTimeout, watchRetryMax, resyncInterval, eventInterval
        }) {
            if (positive.isZero()) {
                throw wrong(
                        "--restart-interval, --retry-initial, --probe-interval, --request-timeout, --watch-retry-max,"
                                + " --resync-interval and --event-interval must be longer than 0s");
            }
        }
        if (leaseDuration.compareTo(Duration.ofSeconds(1)) < 0) {
            throw wrong("--lease-duration: expected at least 1s");
        }
        if (watchIdleLimit.compareTo(Duration.ofSeconds(10)) < 0) {
            throw wrong("--watch-idle-limit: expected at least 10s");
        }
        return new RunOptions(
                listenPort,
                leaderElection,
                leaseNamespace == null ? environment("POD_NAMESPACE", "default") : leaseNamespace,
                environment("POD_NAME", uniqueName()),
                writeVirtualMachines,
                trustedManagers,
                writeClusterDefault,
                restartVirtualMachines,
                prometheus(),
                nodeFeatureNamespace,
                admissionPolicy,
                evidenceGrace,
                countWriteInterval,
                restartInterval,
                retryInitial,
                retryMax,
                refusalRetry,
                probeInterval,
                reapplyDelay,
                contentionWindow,
                conflictDelay,
                proofTime,
                requestTimeout,
                leaseDuration,
                watchIdleLimit,
                watchRetryMax,
                resyncInterval,
                eventInterval);
    }

    private PrometheusOptions prometheus() {
        if (prometheusUrl == null) {
            if (prometheusTokenFile != null || prometheusCaFile != null) {
                throw wrong("--prometheus-token-file and --prometheus-ca-file belong to --prometheus-url");
            }
            return PrometheusOptions.NONE;
        }
        String scheme = String.valueOf(prometheusUrl.getScheme());
        if (!Set.of("http", "https").contains(scheme)
                || prometheusUrl.getHost() == null
                || prometheusUrl.getQuery() != null
                || prometheusUrl.getFragment() != null
                || prometheusUrl.getUserInfo() != null) {
            throw wrong("--prometheus-url: expected a URL such as http://prometheus.monitoring:9090, found "
                    + prometheusUrl);
        }
        if (prometheusTokenFile != null && !scheme.equals("https")) {
            throw wrong("--prometheus-token-file: a token is sent to an https URL only, found " + prometheusUrl);
        }
        return new PrometheusOptions(
                Optional.of(prometheusUrl),
                Optional.ofNullable(prometheusTokenFile),
                Optional.ofNullable(prometheusCaFile));
    }

    private ParameterException wrong(String message) {
        if (spec == null) {
            throw new IllegalStateException("a command runs inside of a command line");
        }
        return new ParameterException(spec.commandLine(), message);
    }

    private static String environment(String name, String otherwise) {
        String value = System.getenv(name);
        return value == null || value.isEmpty() ? otherwise : value;
    }

    /** Outside of a pod two operators may run on one host. */
    private static String uniqueName() {
        long process = ProcessHandle.current().pid();
        try {
            return InetAddress.getLocalHost().getHostName() + "-" + process;
        } catch (UnknownHostException e) {
            return "cpu-baseline-" + process;
        }
    }
}
