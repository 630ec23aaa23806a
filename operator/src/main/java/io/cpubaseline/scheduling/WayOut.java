package io.cpubaseline.scheduling;

import io.cpubaseline.fleet.NodeCpu;
import io.cpubaseline.fleet.NodeSelection;
import io.cpubaseline.fleet.NodeSelection.Requirement;
import io.cpubaseline.fleet.NodeSelection.Term;
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
            case MachineType -> machineType(migrates, obstacle, nodes);
            case TscFrequency ->
                "set minimumClusterTSCFrequency before it starts, or give up invtsc and reenlightenment";
            case HyperV -> "switch that feature off, or the gate HypervStrictCheck unless it is evmcs";
            case ConfidentialComputing -> "more such nodes; KubeVirt doesn't migrate SEV and TDX guests at all";
            case Realtime -> "nodes with a real-time kernel; or drop realtime";
            case DedicatedCpus -> "the kubelet's CPU manager (static) on more nodes; or drop dedicatedCpuPlacement";
            case SourceVendor -> "restart it: it can start on another vendor's node, if its model is there";
            case BaselineVendor -> "let it belong to the other vendor's baseline, and restart it";
            case OwnSelector -> "label more nodes, or ask for a label that more nodes have";
            case OwnAffinity -> ofAffinity(obstacle, background) + ", or make it a preferred affinity";
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

    /** Of several terms one is enough: the first tells what to do. */
    private static String ofAffinity(Obstacle obstacle, Background background) {
        return background.guest().shape().placement().selection().terms().stream()
                .limit(1)
                .flatMap(term -> term.requirements().stream())
                .filter(requirement -> obstacle.nodes().stream()
                        .anyMatch(node ->
                                !new NodeSelection(Map.of(), List.of(new Term(List.of(requirement)))).matches(node)))
                .limit(1)
                .map(WayOut::ofRequirement)
                .findFirst()
                .orElse("label more nodes");
    }

    private static String ofRequirement(Requirement requirement) {
        String key = requirement.what().key();
        if (requirement.what().field()) {
            return key.equals("metadata.name")
                    ? "name other nodes"
                    : "Kubernetes knows no field %s of nodes".formatted(key);
        }
        String values = Named.few(requirement.values());
        return switch (requirement.operator()) {
            case "In" -> "label more nodes: %s is to be %s".formatted(key, values);
            case "NotIn" -> "give nodes another value of %s than %s".formatted(key, values);
            case "Exists" -> "label more nodes with " + key;
            case "DoesNotExist" -> "take the label %s off nodes".formatted(key);
            case "Gt", "Lt" ->
                isWholeNumber(requirement.values())
                        ? "label more nodes: %s is to be a whole number %s %s"
                                .formatted(key, requirement.operator().equals("Gt") ? "above" : "below", values)
                        : "%s compares with one whole number, and no node matches %s"
                                .formatted(requirement.operator(), values.isEmpty() ? "none" : values);
            default -> "use In, NotIn, Exists, DoesNotExist, Gt or Lt: no node matches another operator";
        };
    }

    private static boolean isWholeNumber(List<String> values) {
        return values.size() == 1 && values.get(0).matches("[+-]?\\d{1,18}");
    }

    private static String machineType(boolean migrates, Obstacle obstacle, Collection<NodeCpu> nodes) {
        List<String> asked = obstacle.names(KubeVirtLabels.MACHINE_TYPE);
        Map<String, Long> types = nodes.stream()
                .flatMap(node -> node.host().platform().selectable().stream())
                .filter(key -> key.startsWith(KubeVirtLabels.MACHINE_TYPE))
                .map(key -> key.substring(KubeVirtLabels.MACHINE_TYPE.length()))
                .filter(type -> !asked.contains(type))
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
