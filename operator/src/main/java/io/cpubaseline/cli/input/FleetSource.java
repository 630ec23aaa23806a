package io.cpubaseline.cli.input;

import io.cpubaseline.console.ClusterAddress;
import io.cpubaseline.console.Terminal;
import io.cpubaseline.manifest.InputException;
import io.cpubaseline.manifest.LiveCluster;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Where a command finds its nodes: in files, or in a cluster. A mixin. */
public final class FleetSource {

    @Option(
            names = {"-f", "--filename"},
            paramLabel = "PATH",
            description =
                    "File or directory (*.yaml, *.yml, *.json and what hosts tell, with subdirectories), or - for standard"
                            + " input, instead of a cluster. May be repeated.")
    private List<String> paths = new ArrayList<>();

    private final boolean guests;

    @Mixin
    private final ClusterAddress address = new ClusterAddress();

    /** One for a command that looks at nodes alone. */
    public FleetSource() {
        this(false);
    }

    /** @param guests whether a cluster is asked for its virtual machines, too; in files they are read anyway */
    public FleetSource(boolean guests) {
        this.guests = guests;
    }

    /** What {@code -f} names; empty if a cluster is to be asked. */
    public List<String> paths() {
        return List.copyOf(paths);
    }

    /** Whether files or a cluster are named. */
    public boolean namesAnything() {
        return !paths.isEmpty() || address.kubeconfig() != null || address.context() != null;
    }

    /** Whether {@code -f} names standard input. */
    public boolean readsStandardInput() {
        return paths.contains("-");
    }

    /**
     * Refuses a cluster that is named beside files, since it would not be asked.
     *
     * @throws picocli.CommandLine.ParameterException if there is one
     */
    public void check(Terminal terminal) {
        if (!paths.isEmpty()) {
            address.mustBeUnset(terminal);
        }
    }

    /**
     * Reads the nodes.
     *
     * @throws InputException if anything is not as it should be, the cluster can't be asked, or there is no node
     */
    public FleetInput read(FleetReader reader, LiveCluster cluster) throws IOException {
        return paths.isEmpty()
                ? reader.read(cluster, new LiveCluster.Address(address.kubeconfig(), address.context(), guests))
                : reader.read(paths);
    }
}
