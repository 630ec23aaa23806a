package io.cpubaseline.operator.kube;

import io.cpubaseline.console.ClusterAddress;
import io.cpubaseline.console.Console;
import java.io.IOException;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which cluster a command asks, and about which namespace: a mixin of the commands that talk to an API server and end. */
public final class ClusterOptions {

    private static final String EXCLUSIVE = "-n and -A exclude each other";

    @Option(
            names = {"-n", "--namespace"},
            paramLabel = "NAME",
            description = "The VirtualMachines of this namespace. Default: the context's.")
    private @Nullable String namespace;

    @Option(
            names = {"-A", "--all-namespaces"},
            description = "The VirtualMachines of all namespaces.")
    private boolean allNamespaces;

    @Mixin
    private final ClusterAddress address = new ClusterAddress();

    /** What a command does with the cluster. */
    @FunctionalInterface
    public interface Job {

        /**
         * Does it.
         *
         * @param namespace of which virtual machines; empty for all
         * @return the exit code
         * @throws IOException if the API server can't be asked
         */
        int on(ApiServer api, String namespace) throws IOException, InterruptedException;
    }

    /**
     * Connects, does the job, and takes the connection down.
     *
     * @return the job's exit code
     * @throws picocli.CommandLine.ParameterException where the options contradict each other, or the cluster can't be asked
     */
    public int run(Console console, Job job) throws InterruptedException {
        return run(console, job, this::namespace);
    }

    /** The same for a job that is about all namespaces, unless one is named. */
    public int runEverywhere(Console console, Job job) throws InterruptedException {
        return run(console, job, context -> Objects.requireNonNullElse(namespace, ""));
    }

    private int run(Console console, Job job, UnaryOperator<String> byDefault) throws InterruptedException {
        if (namespace != null && allNamespaces) {
            throw console.wrong(EXCLUSIVE);
        }
        return ClusterConnection.run(
                console, address, (api, context) -> job.on(api, allNamespaces ? "" : byDefault.apply(context)));
    }

    /**
     * The namespace where no cluster is asked, but files.
     *
     * @return of which virtual machines; empty for all, which is the default there
     * @throws picocli.CommandLine.ParameterException where options are given that only mean something with a cluster
     */
    public String withoutCluster(Console console) {
        address.mustBeUnset(console);
        if (namespace != null && allNamespaces) {
            throw console.wrong(EXCLUSIVE);
        }
        return namespace == null ? "" : namespace;
    }

    private String namespace(String context) {
        return Objects.requireNonNullElse(namespace, context);
    }
}
