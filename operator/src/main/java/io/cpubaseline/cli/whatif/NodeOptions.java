package io.cpubaseline.cli.whatif;

import io.cpubaseline.baseline.Planner;
import io.cpubaseline.cli.input.FleetInput;
import io.cpubaseline.fleet.NodeCpu;
import io.cpubaseline.manifest.InputException;
import io.cpubaseline.whatif.NodeChange;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which nodes are to come, to go, or to become others: a mixin. */
final class NodeOptions {

    private static final int MOST_ADDED = 100_000;

    @Option(
            names = "--add",
            paramLabel = "MODEL=COUNT[,CORES[,MEMORY]]",
            description =
                    "Hosts that come, each with all that a CPU model of the catalog has, as spec.plannedNodes assumes it. May be"
                            + " repeated.")
    private List<String> added = new ArrayList<>();

    @Option(
            names = "--add-file",
            paramLabel = "PATH",
            description = "Hosts that come: whatever -f reads. May be repeated.")
    private List<String> addedFiles = new ArrayList<>();

    @Option(
            names = "--remove",
            paramLabel = "NODES",
            description =
                    "Nodes that go: n3,n4 or by labels: rack=a,!gpu (key=value, key!=value or !key; the first must be one of"
                            + " these). May be repeated.")
    private List<String> removed = new ArrayList<>();

    @Option(
            names = "--replace",
            paramLabel = "NODES=MODEL[,CORES[,MEMORY]]",
            description =
                    "Nodes, named as for --remove, that become hosts of a CPU model; their labels stay, and their size unless it"
                            + " is said. May be repeated.")
    private List<String> replaced = new ArrayList<>();

    boolean isEmpty() {
        return added.isEmpty() && addedFiles.isEmpty() && removed.isEmpty() && replaced.isEmpty();
    }

    List<String> files() {
        return addedFiles;
    }

    boolean readsStandardInput() {
        return addedFiles.contains("-");
    }

    /**
     * What is asked for.
     *
     * @param nodes the nodes that there are
     * @param fromFiles what the files have that are to come; null if there are none
     * @param labels what new hosts have beside KubeVirt's labels, so that a baseline selects them
     * @throws InputException if it can't be understood, or one node is meant twice
     */
    List<NodeChange> changes(
            Collection<NodeCpu> nodes, @Nullable FleetInput fromFiles, Map<String, String> labels, Planner planner) {
        List<NodeChange> changes = new ArrayList<>();
        added.forEach(text -> changes.addAll(added(text, labels, planner)));
        if (fromFiles != null) {
            fromFiles.nodes().forEach(node -> changes.add(NodeChange.added(node, "of --add-file")));
        }
        for (String text : replaced) {
            int equals = text.lastIndexOf('=');
            if (equals < 1) {
                throw new InputException(
                        "--replace %s: expected nodes, = and a CPU model, such as n3,n4=EPYC-Genoa".formatted(text));
            }
            Hardware hardware = Hardware.read("--replace", text.substring(equals + 1), planner);
            NodeChoice.of("--replace", text.substring(0, equals), nodes)
                    .forEach(node -> changes.add(NodeChange.replaced(
                            node, hardware.inPlaceOf(node), hardware.model().name())));
        }
        for (String text : removed) {
            NodeChoice.of("--remove", text, nodes).forEach(node -> changes.add(NodeChange.removed(node)));
        }
        return checked(changes, nodes);
    }

    private static List<NodeChange> added(String text, Map<String, String> labels, Planner planner) {
        int equals = text.indexOf('=');
        List<String> parts = new ArrayList<>(List.of(text.substring(equals + 1).split(",", -1)));
        int count = count(equals < 1 ? "" : parts.get(0));
        if (count < 1) {
            throw new InputException(
                    "--add %s: expected a CPU model, = and a number of hosts, 1 to %d, such as EPYC-Genoa=12"
                            .formatted(text, MOST_ADDED));
        }
        parts.set(0, text.substring(0, equals));
        Hardware hardware = Hardware.of("--add", text, parts, planner);
        NodeCpu first = hardware.node("new", labels);
        List<NodeChange> changes = new ArrayList<>();
        for (int i = 1; i <= count; i++) {
            String name = "new-%s-%d".formatted(hardware.model().name(), i);
            Map<String, String> own = new HashMap<>(first.labels());
            own.put("kubernetes.io/hostname", name);
            // Of one evidence, so that a thousand are one class at once.
            changes.add(NodeChange.added(
                    first.called(name, Map.copyOf(own)), hardware.model().name()));
        }
        return changes;
    }

    /** 0 if it is no number of hosts. */
    private static int count(String text) {
        try {
            int count = Integer.parseInt(text);
            return count <= MOST_ADDED ? count : 0;
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    private static List<NodeChange> checked(List<NodeChange> changes, Collection<NodeCpu> nodes) {
        Set<String> taken = new HashSet<>();
        nodes.forEach(node -> taken.add(node.name()));
        Set<String> changed = new HashSet<>();
        for (NodeChange change : changes) {
            boolean comes = change.kind() == NodeChange.Kind.Added;
            if (comes && taken.contains(change.name())) {
                throw new InputException(
                        "a host that comes is called %s, as a node that is there already".formatted(change.name()));
            }
            if (!changed.add(change.name())) {
                throw new InputException(
                        "%s is asked to change twice; say once what becomes of it".formatted(change.name()));
            }
        }
        return changes;
    }
}
