package io.cpubaseline.scheduling;

import io.cpubaseline.fleet.NodeCpu;
import io.cpubaseline.fleet.Taint;
import io.cpubaseline.fleet.Truth;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;

/** All that a pod asks of its node, one by one. */
final class Asks {

    /** Set by Kubernetes' node controller (well-known taints of Kubernetes 1.36) while a node isn't well. */
    private static final String OF_CONDITIONS = "node.kubernetes.io/";

    private Asks() {}

    /**
     * Lists them.
     *
     * @param nodes whose taints count
     * @param room what is left on them
     */
    static List<Ask> of(LauncherPod pod, Background background, Collection<NodeCpu> nodes, Room room) {
        List<Ask> asks = ofLabels(pod, background, nodes);
        asks.addAll(room.asks(pod.requests(), pod.devices()));
        return asks;
    }

    /** Those that don't depend on what other pods request: labels, affinity, taints, KVM. */
    static List<Ask> ofLabels(LauncherPod pod, Background background, Collection<NodeCpu> nodes) {
        List<Ask> asks = new ArrayList<>();
        new TreeMap<>(pod.nodeSelector()).forEach((key, value) -> {
            Origin origin = OriginRule.of(key, background);
            switch (origin) {
                case NotSchedulable -> asks.addAll(ofKubeVirt(key, value));
                case DedicatedCpus -> asks.add(cpuManager(key, value));
                default -> asks.add(Ask.label(origin, key, value));
            }
        });
        asks.addAll(Affinity.of(pod.terms(), background.guest()).asks());
        asks.addAll(taints(pod, nodes));
        if (pod.kvm()) {
            asks.add(new Ask(
                    Origin.NoKvm,
                    "devices.kubevirt.io/kvm",
                    "",
                    // Where KubeVirt has never been there is none; that is said of the node already.
                    node -> node.kvm() != Truth.NO || node.schedulable() == Truth.UNKNOWN));
        }
        return asks;
    }

    /** A node without the label is none of KubeVirt's; with another value, virt-handler is not heard of. */
    private static List<Ask> ofKubeVirt(String key, String value) {
        return List.of(
                new Ask(Origin.NotSchedulable, key + "=" + value, "", node -> {
                    String found = node.labels().get(key);
                    return found == null || found.equals(value);
                }),
                new Ask(Origin.NotOfKubeVirt, key, "", node -> node.labels().containsKey(key)));
    }

    private static Ask cpuManager(String key, String value) {
        return new Ask(
                Origin.DedicatedCpus,
                key + "=" + value,
                "",
                node -> value.equals(node.labels().get(KubeVirtLabels.CPU_MANAGER))
                        || value.equals(node.labels().get(KubeVirtLabels.OTHER_CPU_MANAGER)));
    }

    /** An ask for each taint of any node that the pod doesn't tolerate: that the node doesn't have it. */
    private static List<Ask> taints(LauncherPod pod, Collection<NodeCpu> nodes) {
        TreeSet<Taint> taints = new TreeSet<>(Comparator.comparing(Taint::toString));
        nodes.forEach(node -> taints.addAll(node.host().taints()));
        return taints.stream()
                .filter(taint -> pod.tolerations().stream().noneMatch(toleration -> toleration.tolerates(taint)))
                .map(taint -> new Ask(
                        origin(taint),
                        taint.toString(),
                        taint.cordons() ? "" : taint.toString(),
                        node -> !node.host().taints().contains(taint)))
                .toList();
    }

    private static Origin origin(Taint taint) {
        if (taint.cordons()) {
            return Origin.Cordon;
        }
        return taint.key().startsWith(OF_CONDITIONS) ? Origin.NodeCondition : Origin.Taint;
    }
}
