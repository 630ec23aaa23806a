package io.cpubaseline.operator.whynot;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.cpubaseline.fleet.NodeCpu;
import io.cpubaseline.fleet.Placement;
import io.cpubaseline.operator.cluster.LauncherReader.PodView;
import io.cpubaseline.scheduling.Guest.OfBaseline;
import io.cpubaseline.scheduling.Room;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Everything that decides where the virtual machines of a cluster can go, each object looked at once: of a virtual machine some hundred bytes are
 * kept, of pods without a guest what they request together.
 */
final class Census {

    private final String namespace;
    private final Map<String, NodeCpu> nodes = new LinkedHashMap<>();
    private Occupied occupied = new Occupied();

    /** By the UID of their instance. */
    private final Map<String, List<PodView>> launchers = new HashMap<>();

    /** Equal placements are one object: virtual machines of a kind have equal ones. */
    private final Map<Placement, Placement> placements = new HashMap<>();

    private final Map<String, Machine> machines = new TreeMap<>();
    private final Map<String, InstanceView> instances = new TreeMap<>();
    private final List<String> remarks = new ArrayList<>();
    private JsonNode kubeVirt = MissingNode.getInstance();

    /**
     * A virtual machine.
     *
     * @param view where it can start; null where {@code tree} says it, or it runs
     * @param tree what is needed of it until its instancetype is known; null if it names none
     */
    record Machine(
            String namespace,
            String name,
            OfBaseline ofBaseline,
            @Nullable MachineView view,
            @Nullable JsonNode tree) {}

    /** @param namespace of which virtual machines; empty for all */
    Census(String namespace) {
        this.namespace = namespace;
    }

    void kubeVirt(JsonNode object) {
        kubeVirt = object;
    }

    void node(NodeCpu node) {
        nodes.put(node.name(), node);
    }

    void pod(PodView pod) {
        occupied.add(pod);
        if (!pod.instance().isEmpty() && !pod.over()) {
            Placement known = placements.computeIfAbsent(pod.placement(), placement -> placement);
            launchers.computeIfAbsent(pod.instance(), uid -> new ArrayList<>(1)).add(pod.with(known));
        }
    }

    void instance(JsonNode object) {
        InstanceView view = InstanceView.of(object);
        if (isMeant(view.snapshot().namespace())) {
            instances.put(view.snapshot().namespace() + "/" + view.snapshot().name(), view);
        }
    }

    /** Takes a virtual machine; of one whose instance has been taken before less is kept. */
    void machine(JsonNode object) {
        String of = object.at("/metadata/namespace").asText();
        if (!isMeant(of)) {
            return;
        }
        String name = object.at("/metadata/name").asText();
        OfBaseline ofBaseline = MachineView.ofBaseline(object);
        boolean typed = Types.areNamedBy(object);
        boolean runs = live(of + "/" + name).isPresent();
        machines.put(
                of + "/" + name,
                new Machine(
                        of,
                        name,
                        ofBaseline,
                        typed || runs ? null : MachineView.of(object),
                        typed && !runs ? withoutVolumes(object) : null));
    }

    private static JsonNode withoutVolumes(JsonNode machine) {
        ObjectNode kept = machine.deepCopy();
        kept.remove(List.of("status", "metadata"));
        kept.withObject("/spec").remove("dataVolumeTemplates");
        ObjectNode spec = kept.withObject("/spec/template/spec");
        spec.remove(List.of("volumes", "networks", "accessCredentials"));
        spec.withObject("/domain/devices").remove(List.of("disks", "interfaces", "filesystems", "inputs"));
        return kept;
    }

    private boolean isMeant(String of) {
        return namespace.isEmpty() || namespace.equals(of);
    }

    /** Takes a sentence about what could not be read. */
    void remark(String sentence) {
        remarks.add(sentence);
    }

    JsonNode kubeVirt() {
        return kubeVirt;
    }

    Map<String, NodeCpu> nodes() {
        return nodes;
    }

    Room room() {
        return occupied.room();
    }

    /** The pods of an instance, as far as they can still become or are its place. */
    List<PodView> pods(InstanceView instance) {
        return launchers.getOrDefault(instance.snapshot().uid(), List.of());
    }

    /** By namespace and name. */
    Map<String, Machine> machines() {
        return machines;
    }

    /** By namespace and name. */
    Map<String, InstanceView> instances() {
        return instances;
    }

    /** The instance of that namespace and name, if it hasn't ended. */
    Optional<InstanceView> live(String qualifiedName) {
        return Optional.ofNullable(instances.get(qualifiedName))
                .filter(instance -> instance.snapshot().live());
    }

    /** Whether a stopped one can't be judged without its instancetype or preference. */
    boolean needsTypes() {
        return machines.values().stream().anyMatch(machine -> machine.tree() != null);
    }

    /** As if no pod ran anywhere. */
    Census withoutRoom() {
        occupied = new Occupied();
        return this;
    }

    List<String> remarks() {
        return remarks;
    }
}
