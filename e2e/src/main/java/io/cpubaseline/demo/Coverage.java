package io.cpubaseline.demo;

import com.fasterxml.jackson.databind.JsonNode;
import io.cpubaseline.lab.Lab;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Where a baseline lets VMs go, by the labels of KubeVirt's node-labeller. It is made from the pinned model and features and the nodes alone,
 * so that it can judge a migration without asking the operator.
 */
final class Coverage {
    /** What a node's label for its CPU vendor starts with. */
    static final String VENDOR = "cpu-vendor.node.kubevirt.io/";

    private final List<String> demanded;
    private final SortedMap<String, Map<String, String>> nodes;

    /**
     * What a pinned baseline demands of these nodes.
     *
     * @param pinned {@code status.pinned} of a ClusterCpuBaseline
     * @param nodes the nodes' labels by the nodes' names
     */
    Coverage(JsonNode pinned, SortedMap<String, Map<String, String>> nodes) {
        List<String> all = new ArrayList<>();
        all.add("cpu-model.node.kubevirt.io/" + pinned.path("cpuModel").asText());
        pinned.path("requiredFeatures")
                .forEach(feature -> all.add(
                        "cpu-feature.node.kubevirt.io/" + feature.path("name").asText()));
        this.demanded = List.copyOf(all);
        this.nodes = nodes;
    }

    /** The same of the nodes that a lab has now. */
    static Coverage now(JsonNode pinned, Lab lab) {
        SortedMap<String, Map<String, String>> nodes = new TreeMap<>();
        lab.client()
                .nodes()
                .list()
                .getItems()
                .forEach(node -> nodes.put(
                        node.getMetadata().getName(), node.getMetadata().getLabels()));
        return new Coverage(pinned, nodes);
    }

    /** The nodes' names, sorted. */
    Set<String> nodes() {
        return nodes.keySet();
    }

    /**
     * The labels that a node lacks as the target of a VM: those of the baseline, and that of the CPU vendor, which KubeVirt never leaves.
     *
     * @param source the node that the VM runs on
     */
    List<String> missing(String source, String target) {
        List<String> all = new ArrayList<>(demanded);
        of(source).keySet().stream().filter(label -> label.startsWith(VENDOR)).forEach(all::add);
        return all.stream()
                .filter(label -> !"true".equals(of(target).get(label)))
                .toList();
    }

    /** The nodes that the baseline covers, by CPU vendor: KubeVirt migrates within a vendor only. A vendor without such a node is not in it. */
    SortedMap<String, SortedSet<String>> byVendor() {
        SortedMap<String, SortedSet<String>> byVendor = new TreeMap<>();
        nodes.forEach((node, labels) -> {
            if (demanded.stream().allMatch(label -> "true".equals(labels.get(label)))) {
                labels.keySet().stream()
                        .filter(label -> label.startsWith(VENDOR))
                        .forEach(label -> byVendor.computeIfAbsent(
                                        label.substring(VENDOR.length()), vendor -> new TreeSet<>())
                                .add(node));
            }
        });
        return byVendor;
    }

    private Map<String, String> of(String node) {
        return nodes.getOrDefault(node, Map.of());
    }
}
