package io.cpubaseline.operator.listing;

import io.cpubaseline.Reason;
import io.cpubaseline.console.Console;
import io.cpubaseline.operator.kube.ApiServer;
import io.cpubaseline.operator.kube.Clients;
import io.cpubaseline.operator.kube.Kubeconfig;
import io.cpubaseline.operator.listing.Listing.Line;
import io.cpubaseline.operator.logging.LogFormat;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code cpu-baseline vms}: every selected virtual machine, with its state, why, and what to do. */
@Command(
        name = "vms",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Lists the VirtualMachines that ClusterCpuBaselines select: whose each is,",
            "whether it carries the baseline, why not, and what to do. It decides by the",
            "rules of the operator and writes nothing. What only the operator knows is not",
            "listed: writes that were refused, fields that are lost again and again."
        },
        footer = {
            "",
            "Examples:",
            "  cpu-baseline vms -A",
            "  cpu-baseline vms -A --reason PendingRestart",
            "  cpu-baseline vms -b intel -n shop -o json",
            "",
            "It needs the permission to list virtualmachines and virtualmachineinstances",
            "(kubevirt.io), clustercpubaselines (cpubaseline.io), namespaces and nodes.",
            "Exit codes: 0 listed, 2 bad input, 70 internal error."
        })
public final class VmsCommand implements Callable<Integer> {

    private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(30);

    @Option(
            names = {"-b", "--baseline"},
            paramLabel = "NAME",
            description =
                    "Those that this baseline selects, others' among them. Default: all, each as its own baseline sees it.")
    private @Nullable String baseline;

    @Option(names = "--reason", paramLabel = "REASON", description = "Only those with this reason.")
    private @Nullable String reason;

    @Option(
            names = {"-n", "--namespace"},
            paramLabel = "NAME",
            description = "The VirtualMachines of this namespace. Default: the context's.")
    private @Nullable String namespace;

    @Option(
            names = {"-A", "--all-namespaces"},
            description = "The VirtualMachines of all namespaces.")
    private boolean allNamespaces;

    @Option(
            names = "--kubeconfig",
            paramLabel = "FILE",
            description = "How to reach the API server. Default: as kubectl.")
    private @Nullable Path kubeconfig;

    @Option(
            names = "--context",
            paramLabel = "NAME",
            description = "The context of the kubeconfig. Default: its current one.")
    private @Nullable String context;

    @Mixin
    private final Console console = new Console();

    @Override
    public Integer call() {
        if (namespace != null && allNamespaces) {
            throw console.wrong("-n and -A exclude each other");
        }
        Optional<Reason> only = only();
        LogFormat.silence();
        Config config = config();
        try (KubernetesClient client = Clients.of(config)) {
            String where = allNamespaces
                    ? ""
                    : Objects.requireNonNullElse(
                            namespace, Objects.requireNonNullElse(config.getNamespace(), "default"));
            Listing listing = new Listing(Snapshot.of(new ApiServer(client, REQUEST_TIMEOUT), where));
            if (baseline != null && !listing.names().contains(baseline)) {
                throw console.wrong("there is no ClusterCpuBaseline %s; there is: %s"
                        .formatted(
                                baseline,
                                listing.names().isEmpty()
                                        ? "none"
                                        : String.join(
                                                ", ",
                                                listing.names().stream()
                                                        .sorted()
                                                        .toList())));
            }
            List<Line> lines = listing.lines(Optional.ofNullable(baseline)).stream()
                    .filter(line -> only.map(line.reasons()::contains).orElse(true))
                    .toList();
            ListingReport.print(console, lines);
            return 0;
        } catch (Kubeconfig.Unusable e) {
            throw console.wrong(e.getMessage());
        } catch (IOException e) {
            throw console.wrong("the cluster can't be asked: "
                    + (ApiServer.isRefusedConnection(e)
                            ? "no connection to " + config.getMasterUrl()
                            : e.getMessage()));
        }
    }

    private Optional<Reason> only() {
        if (reason == null) {
            return Optional.empty();
        }
        return Optional.of(Stream.of(Reason.values())
                .filter(known -> known.name().equalsIgnoreCase(reason))
                .findFirst()
                .orElseThrow(() -> console.wrong(
                        "--reason: there is no reason %s; they are in docs/troubleshooting.md, for example PendingRestart"
                                .formatted(reason))));
    }

    private Config config() {
        try {
            return Kubeconfig.read(kubeconfig, context);
        } catch (Kubeconfig.Unusable e) {
            throw console.wrong(e.getMessage());
        }
    }
}
