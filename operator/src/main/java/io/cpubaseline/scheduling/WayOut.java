package io.cpubaseline.scheduling;

import io.cpubaseline.fleet.NodeCpu;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What can be done about an obstacle, in a line. */
final class WayOut {

    private WayOut() {}

    static String of(Obstacle obstacle, Background background, Collection<NodeCpu> nodes) {
        boolean migrates = background.source().isPresent();
        return switch (obstacle.origin()) {
            case CpuModel ->
                nowhere(obstacle, nodes).isEmpty()
                        ? "choose a model that these have, too: cpu-baseline plan finds the best one"
                        : "no node labels it: choose a model that they label, cpu-baseline plan finds the best one";
            case RequiredFeatures ->
                nowhere(obstacle, nodes).isEmpty()
                        ? "drop it; or restart virt-handler, if those nodes have it: it labels at its start alone"
                        : "drop %s, which no node labels; virt-handler labels at its start alone: restart it once"
                                .formatted(Named.few(nowhere(obstacle, nodes)));
            case ForbiddenFeatures -> "disable it in place of forbid: then nodes with it can take the guest";
            case HostModel ->
                "give it a model that all nodes have (a baseline does), and restart it; until then newer nodes alone";
            case StickyHostModel ->
                nowhere(obstacle, nodes).isEmpty()
                        ? "restart it: only a new start forgets it. A named model, as of a baseline, doesn't stick"
                        : "restart it: no node labels %s any more, and only a new start forgets it"
                                .formatted(Named.few(nowhere(obstacle, nodes)));
            case ObsoleteHostModel -> "give it a named model, or take the node's out of obsoleteCPUModels";
            case MachineType -> machineType(migrates, nodes);
            case TscFrequency ->
                "set minimumClusterTSCFrequency before it starts, or give up invtsc and reenlightenment";
            case HyperV -> "switch that feature off, or the gate HypervStrictCheck unless it is evmcs";
            case ConfidentialComputing -> "more such nodes; KubeVirt doesn't migrate SEV and TDX guests at all";
            case Realtime -> "nodes with a real-time kernel; or drop realtime";
            case DedicatedCpus -> "the kubelet's CPU manager (static) on more nodes; or drop dedicatedCpuPlacement";
            case SourceVendor -> "restart it: it can start on another vendor's node, if its model is there";
            case BaselineVendor -> "let it belong to the other vendor's baseline, and restart it";
            case OwnSelector -> "label more nodes, or ask for a label that more nodes have";
            case OwnAffinity -> "label more nodes, or make it a preferred affinity";
            case KubeVirtSelector -> "label the nodes, or change the KubeVirt resource";
            case AddedSelector -> "start a migration without it";
            case Unexplained -> "look for who writes pods: kubectl get mutatingwebhookconfigurations";
            case Taint -> "add a toleration to spec.template.spec.tolerations, or remove the taint";
            case Cordon -> "kubectl uncordon, when the maintenance is over";
            case NodeCondition -> "Kubernetes removes it when the node is well: kubectl describe node";
            case Cores -> "move others away, or give it fewer cores; cpuAllocationRatio says what it requests";
            case Memory -> "move others away, or give it less memory";
            case Device -> "free some there, or nodes that offer more: kubectl describe node";
            case NoKvm -> "switch on virtualization in the firmware, and look at virt-handler there";
            case NotSchedulable -> "look at virt-handler there: kubectl -n kubevirt get pods -o wide";
            case Architecture -> "nothing: a guest runs on its own architecture";
            case NotOfKubeVirt -> "nothing, where virt-handler isn't meant to run";
        };
    }

    /** What of it no node has at all: then it isn't the nodes' difference. */
    private static List<String> nowhere(Obstacle obstacle, Collection<NodeCpu> nodes) {
        return obstacle.lacking().stream()
                .map(Obstacle.Lacking::ask)
                .filter(ask -> nodes.stream().noneMatch(ask::isMetBy))
                .map(ask -> ask.key().substring(ask.key().indexOf('/') + 1))
                .toList();
    }

    private static String machineType(boolean migrates, Collection<NodeCpu> nodes) {
        Map<String, Long> types = nodes.stream()
                .flatMap(node -> node.host().platform().selectable().stream())
                .filter(key -> key.startsWith(KubeVirtLabels.MACHINE_TYPE))
                .map(key -> key.substring(KubeVirtLabels.MACHINE_TYPE.length()))
                .collect(Collectors.groupingBy(type -> type, TreeMap::new, Collectors.counting()));
        String choice = types.entrySet().stream()
                // Of equal ones the alias, which outlives an upgrade: it is the shortest.
                .max(Map.Entry.<String, Long>comparingByValue()
                        .thenComparing(type -> -type.getKey().length()))
                .map(type -> "%s, which %d of %d nodes have".formatted(type.getKey(), type.getValue(), nodes.size()))
                .orElse("one that more nodes have");
        return migrates
                ? "finish KubeVirt's upgrade; or restart it with " + choice
                : "finish KubeVirt's upgrade; or set " + choice;
    }
}
