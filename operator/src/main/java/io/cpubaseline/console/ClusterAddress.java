package io.cpubaseline.console;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which cluster a command asks, in kubectl's words: a mixin. */
public final class ClusterAddress {

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

    /** The kubeconfig; null: the one that kubectl would take. */
    public @Nullable Path kubeconfig() {
        return kubeconfig;
    }

    /** The kubeconfig's context; null: its current one. */
    public @Nullable String context() {
        return context;
    }

    /**
     * For a command that reads files instead.
     *
     * @throws picocli.CommandLine.ParameterException if a cluster is named all the same
     */
    public void mustBeUnset(Terminal terminal) {
        if (kubeconfig != null || context != null) {
            throw terminal.wrong("-f asks no cluster: leave --kubeconfig and --context out");
        }
    }
}
