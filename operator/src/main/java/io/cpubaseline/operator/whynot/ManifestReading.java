package io.cpubaseline.operator.whynot;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.cpubaseline.fleet.NodeCpu;
import io.cpubaseline.manifest.ManifestTree;
import io.cpubaseline.operator.cluster.LauncherReader;
import io.cpubaseline.operator.cluster.LauncherReader.PodView;
import io.cpubaseline.operator.cluster.StoredManifests;
import io.cpubaseline.scheduling.Guest.OfBaseline;
import io.cpubaseline.scheduling.Room;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** Reads what an answer needs from manifests as kubectl prints them.  */
final class ManifestReading implements Reading {

    private final String namespace;
    private final String name;
    private final Progress progress;
    private final LauncherReader launchers = new LauncherReader();
    private final NodeTrees trees = new NodeTrees();

    /** By namespace; all have the name that is asked about. */
    private final Map<String, JsonNode> machines = new HashMap<>();

    private final Map<String, JsonNode> instances = new HashMap<>();

    private final Types types = ManifestObjects.types();

    private final Map<String, NodeCpu> nodes = new LinkedHashMap<>();
    private final Map<String, PodView> pods = new LinkedHashMap<>();
    private JsonNode kubeVirt = MissingNode.getInstance();

    /**
     * Reads files.
     *
     * @param paths files, directories, or {@code -}
     * @param standardInput what {@code -} stands for
     * @param namespace the virtual machine's; empty to look everywhere
     * @param name the virtual machine's
     * @throws io.cpubaseline.manifest.InputException if anything can't be read, or there is no Node
     */
    ManifestReading(List<String> paths, InputStream standardInput, String namespace, String name, Progress progress) {
        this.namespace = namespace;
        this.name = name;
        this.progress = progress;
        StoredManifests.each(paths, standardInput, this::take);
        if (nodes.isEmpty()) {
            throw ManifestObjects.noNode(paths);
        }
    }

    private void take(ManifestTree object) {
        if (object.is("", "Node")) {
            nodes.put(object.name(), trees.read(object.root()));
            progress.read(nodes.size(), "nodes");
        } else if (object.is("", "Pod")) {
            PodView pod = launchers.read(object.root());
            pods.put(pod.namespace() + "/" + pod.name(), pod);
            progress.read(pods.size(), "pods");
        } else if (object.is(ManifestObjects.KUBEVIRT, "VirtualMachine")) {
            keep(object, machines);
        } else if (object.is(ManifestObjects.KUBEVIRT, "VirtualMachineInstance")) {
            keep(object, instances);
        } else if (object.is(ManifestObjects.KUBEVIRT, "KubeVirt")) {
            kubeVirt = object.root();
        } else if (object.is(Types.GROUP, object.kind())) {
            types.add(object.kind(), object.root());
        }
    }

    private void keep(ManifestTree object, Map<String, JsonNode> all) {
        if (object.name().equals(name)) {
            JsonNode root = object.root();
            all.put(root.at("/metadata/namespace").asText(), root);
        }
    }

    @Override
    public Subject subject(String wanted) {
        TreeSet<String> all = new TreeSet<>(machines.keySet());
        all.addAll(instances.keySet());
        if (!namespace.isEmpty()) {
            all.retainAll(List.of(namespace));
        }
        String where = Homes.only(wanted, all);
        JsonNode machine = machines.get(where);
        JsonNode instance = instances.get(where);
        List<String> unread = new ArrayList<>();
        List<PodView> own = new ArrayList<>();
        if (instance != null) {
            String uid = instance.at("/metadata/uid").asText();
            pods.values().stream()
                    .filter(pod -> !uid.isEmpty() && pod.instance().equals(uid))
                    .forEach(own::add);
            if (own.isEmpty()) {
                unread.add("No pod of it is in the files: what an earlier migration has left in it isn't known");
            }
        }
        JsonNode expanded = machine == null ? null : types.expanded(machine, where, unread);
        return new Subject(
                where,
                wanted,
                machine == null ? OfBaseline.nothing() : MachineView.ofBaseline(machine),
                expanded == null ? null : MachineView.of(expanded),
                instance == null ? null : InstanceView.of(instance),
                own,
                !own.isEmpty(),
                unread);
    }

    @Override
    public JsonNode kubeVirt() {
        return kubeVirt;
    }

    @Override
    public List<NodeCpu> nodes() {
        return List.copyOf(nodes.values());
    }

    @Override
    public Room room(Collection<NodeCpu> of) {
        if (pods.isEmpty()) {
            throw new Unanswerable(ManifestObjects.NO_PODS);
        }
        Occupied occupied = new Occupied();
        pods.values().forEach(occupied::add);
        return occupied.room();
    }
}
