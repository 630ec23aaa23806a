package io.cpubaseline.operator.whynot;

import com.fasterxml.jackson.databind.JsonNode;
import io.cpubaseline.fleet.NodeCapacity;
import io.cpubaseline.fleet.NodeCpu;
import io.cpubaseline.fleet.SchedulingRules;
import io.cpubaseline.fleet.Truth;
import io.cpubaseline.operator.cluster.KubeVirtReader;
import io.cpubaseline.operator.cluster.KubeVirtReader.KubeVirtView;
import io.cpubaseline.operator.cluster.LauncherReader.PodView;
import io.cpubaseline.scheduling.Background;
import io.cpubaseline.scheduling.Guest;
import io.cpubaseline.scheduling.LauncherPod;
import io.cpubaseline.scheduling.Rendering;
import io.cpubaseline.scheduling.Source;
import io.cpubaseline.virtualmachine.KubeVirtVersion;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Finds out what would have to be placed: a start, a start that waits, a migration, or a migration that waits. */
final class Situations {

    private final SchedulingRules rules;
    private final boolean keepsVendor;
    private final JsonNode kubeVirt;
    private final Map<String, NodeCpu> nodes = new HashMap<>();

    /**
     * In this cluster.
     *
     * @param kubeVirt the KubeVirt resource; a missing node if there is none
     */
    Situations(JsonNode kubeVirt, Collection<NodeCpu> nodes) {
        this.kubeVirt = kubeVirt;
        nodes.forEach(node -> this.nodes.put(node.name(), node));
        KubeVirtView view = new KubeVirtReader().read(kubeVirt);
        Optional<KubeVirtVersion> version = KubeVirtVersion.of(view.observedVersion());
        this.rules = view.configuration()
                .rules(version.map(KubeVirtVersion::selectsMachineType).orElse(true), this::lowestTscFrequency);
        this.keepsVendor = version.map(KubeVirtVersion::keepsVendor).orElse(true);
    }

    /** Among the nodes on which guests can start (pkg/virt-controller/watch/topology/hinter.go in KubeVirt 1.8.4). */
    private long lowestTscFrequency() {
        return nodes.values().stream()
                .filter(node -> node.schedulable() == Truth.YES)
                .mapToLong(node -> node.host().platform().tscFrequency())
                .filter(frequency -> frequency > 0)
                .min()
                .orElse(0);
    }

    Situation of(Subject subject) {
        InstanceView instance = subject.instance();
        if (instance == null || !instance.snapshot().live()) {
            return start(subject);
        }
        Guest guest = new Guest(
                        instance.architecture(),
                        instance.snapshot().model(),
                        instance.snapshot().shape(),
                        subject.ofBaseline())
                .withDefaults(rules);
        NodeCapacity requests = instance.requests().in(kubeVirt);
        PodView source = placed(subject, instance.snapshot().nodeName());
        String known = instance.snapshot().nodeName();
        String node = !known.isEmpty() || source == null ? known : source.nodeName();
        PodView waiting = waiting(subject, !node.isEmpty());
        return node.isEmpty()
                ? starting(subject, instance, guest, requests, waiting)
                : migration(instance, guest, requests, node, source, waiting);
    }

    private Situation start(Subject subject) {
        MachineView machine = subject.machine();
        if (machine == null) {
            throw new Reading.Unanswerable(
                    subject.qualifiedName() + " has ended, and no VirtualMachine starts it again");
        }
        Guest guest = new Guest(machine.architecture(), machine.model(), machine.shape(), subject.ofBaseline())
                .withDefaults(rules);
        return new Situation(
                "does not run",
                "",
                "",
                "",
                new Rendering(rules)
                        .start(guest, machine.requests().in(kubeVirt))
                        .with(machine.requests().devices()),
                new Background(guest, rules, null, keepsVendor),
                List.of(),
                false,
                machine.beyond(),
                List.of());
    }

    private Situation starting(
            Subject subject, InstanceView instance, Guest guest, NodeCapacity requests, @Nullable PodView waiting) {
        return new Situation(
                started(subject, waiting),
                "",
                waiting == null ? "" : waiting.name(),
                "",
                waiting == null
                        ? new Rendering(rules)
                                .start(guest, requests)
                                .with(instance.requests().devices())
                        : pod(waiting),
                new Background(guest, rules, null, keepsVendor),
                List.of(),
                false,
                beyond(instance, waiting),
                waiting == null ? instance.startTroubles() : List.of());
    }

    /** KubeVirt makes no pod before volumes are there, and none that a quota refuses: then no node is what it waits for. */
    private static String started(Subject subject, @Nullable PodView waiting) {
        if (waiting != null) {
            return "is started and waits for a node";
        }
        return subject.allPods() ? "is started and has no pod yet" : "is started and has no node yet";
    }

    private Situation migration(
            InstanceView instance,
            Guest guest,
            NodeCapacity requests,
            String node,
            @Nullable PodView source,
            @Nullable PodView waiting) {
        Source from = new Source(
                node,
                labels(node),
                source == null ? Map.of() : source.placement().selection().labels());
        List<String> remarks = new ArrayList<>();
        if (from.labels().isEmpty()) {
            remarks.add("Nothing is known of %s, where it runs: what KubeVirt copies from its labels is left out"
                    .formatted(node));
        }
        instance.lastMigration().forEach(failure -> remarks.add(failure.sentence()));
        return new Situation(
                "runs on " + node,
                node,
                waiting == null ? "" : waiting.name(),
                waiting == null ? "" : waiting.migration(),
                waiting == null
                        ? new Rendering(rules)
                                .target(guest, source == null ? requests : source.requests(), from, keepsVendor)
                                .with(source == null ? instance.requests().devices() : source.devices())
                        : pod(waiting),
                new Background(guest, rules, from, keepsVendor),
                instance.refusals(),
                instance.lastMigration().stream().anyMatch(Troubles.Failure::otherCpu),
                beyond(instance, waiting == null ? source : waiting),
                remarks);
    }

    private static List<String> beyond(InstanceView instance, @Nullable PodView pod) {
        return pod == null ? instance.beyond() : Beyond.of(pod.aboutOtherPods(), pod.scheduler());
    }

    private Map<String, String> labels(String name) {
        NodeCpu node = nodes.get(name);
        return node == null ? Map.of() : node.labels();
    }

    private static LauncherPod pod(PodView pod) {
        return new LauncherPod(
                pod.placement().selection().labels(),
                pod.placement().selection().terms(),
                pod.placement().tolerations(),
                pod.requests(),
                pod.devices(),
                pod.kvm());
    }

    /** The pod in which it runs, or is about to. */
    private static @Nullable PodView placed(Subject subject, String node) {
        return subject.pods().stream()
                .filter(pod -> !pod.over() && !pod.nodeName().isEmpty())
                .filter(pod -> node.isEmpty() || pod.nodeName().equals(node))
                .findFirst()
                .orElse(null);
    }

    /** The pod for which the scheduler looks for a node. */
    private static @Nullable PodView waiting(Subject subject, boolean ofMigration) {
        return subject.pods().stream()
                .filter(pod -> !pod.over() && pod.nodeName().isEmpty())
                .filter(pod -> pod.migration().isEmpty() != ofMigration)
                .findFirst()
                .orElse(null);
    }
}
