package io.cpubaseline.operator.whynot;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.cpubaseline.fleet.NodeCapacity;
import io.cpubaseline.fleet.NodeCpu;
import io.cpubaseline.manifest.InputException;
import io.cpubaseline.manifest.ManifestTree;
import io.cpubaseline.operator.cluster.LauncherReader;
import io.cpubaseline.operator.cluster.LauncherReader.PodView;
import io.cpubaseline.scheduling.Room;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.BinaryOperator;
import org.jspecify.annotations.Nullable;

/** Reads what an answer needs from manifests as kubectl prints them. Of an object that is there twice, the later one counts. */
final class ManifestReading implements Reading {

    private static final String KUBEVIRT = "kubevirt.io";
    private static final String INSTANCETYPES = "instancetype.kubevirt.io";

    private final String namespace;
    private final String name;
    private final Progress progress;
    private final LauncherReader launchers = new LauncherReader();
    private final NodeTrees trees = new NodeTrees();

    /** By namespace; all have the name that is asked about. */
    private final Map<String, JsonNode> machines = new HashMap<>();

    private final Map<String, JsonNode> instances = new HashMap<>();

    /** {@code spec} by kind and name, those that are of a namespace with it before the name. */
    private final Map<String, JsonNode> types = new HashMap<>();

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
     * @throws InputException if anything can't be read, or there is no Node
     */
    ManifestReading(List<String> paths, InputStream standardInput, String namespace, String name, Progress progress) {
        this.namespace = namespace;
        this.name = name;
        this.progress = progress;
        ManifestTree.each(paths, standardInput, this::take);
        if (nodes.isEmpty()) {
            throw new InputException("%s: expected at least one Node among the objects, found none; add: %s"
                    .formatted(String.join(", ", paths), "kubectl get nodes -o yaml"));
        }
    }

    private void take(ManifestTree object) {
        if (object.is("", "Node")) {
            nodes.put(named(object), trees.read(object.root()));
            progress.read(nodes.size(), "nodes");
        } else if (object.is("", "Pod")) {
            PodView pod = launchers.read(namespaced(object));
            pods.put(pod.namespace() + "/" + pod.name(), pod);
            progress.read(pods.size(), "pods");
        } else if (object.is(KUBEVIRT, "VirtualMachine")) {
            keep(object, machines);
        } else if (object.is(KUBEVIRT, "VirtualMachineInstance")) {
            keep(object, instances);
        } else if (object.is(KUBEVIRT, "KubeVirt")) {
            kubeVirt = object.root();
        } else if (object.is(INSTANCETYPES, object.kind())) {
            JsonNode root = object.kind().startsWith("VirtualMachineCluster") ? object.root() : namespaced(object);
            types.put(
                    "%s %s/%s"
                            .formatted(
                                    object.kind(),
                                    root.at("/metadata/namespace").asText(),
                                    named(object)),
                    root.path("spec"));
        }
    }

    private void keep(ManifestTree object, Map<String, JsonNode> all) {
        if (named(object).equals(name)) {
            JsonNode root = namespaced(object);
            all.put(root.at("/metadata/namespace").asText(), root);
        }
    }

    private static String named(ManifestTree object) {
        if (object.name().isEmpty()) {
            throw object.mistake("metadata.name: expected the object's name, found none");
        }
        return object.name();
    }

    /** One that names no namespace is created in that of kubectl's context: in most files that is the default one. */
    private static JsonNode namespaced(ManifestTree object) {
        named(object);
        if (object.root().path("metadata") instanceof ObjectNode metadata && !metadata.has("namespace")) {
            metadata.put("namespace", "default");
        }
        return object.root();
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
        JsonNode expanded = machine == null
                ? null
                : expanded(
                        expanded(machine, where, "instancetype", Expansion::withInstancetype, unread),
                        where,
                        "preference",
                        Expansion::withPreference,
                        unread);
        return new Subject(where, wanted, machine, expanded, instance, own, !own.isEmpty(), unread);
    }

    /** The kind is the cluster-wide one where none is named (KubeVirt 1.8.4, pkg/instancetype/webhooks/vm). */
    private JsonNode expanded(
            JsonNode machine, String where, String field, BinaryOperator<JsonNode> expansion, List<String> unread) {
        String type = machine.at("/spec/" + field + "/name").asText();
        if (type.isEmpty()) {
            return machine;
        }
        String whole = field.equals("instancetype") ? "Instancetype" : "Preference";
        boolean ofNamespace =
                machine.at("/spec/" + field + "/kind").asText().equalsIgnoreCase("VirtualMachine" + whole);
        @Nullable
        JsonNode spec = types.get("VirtualMachine%s%s %s/%s"
                .formatted(ofNamespace ? "" : "Cluster", whole, ofNamespace ? where : "", type));
        if (spec == null) {
            unread.add("Its %s %s is not in the files: what it adds is left out".formatted(field, type));
            return machine;
        }
        return expansion.apply(machine, spec);
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
            throw new Unanswerable("No pods are in the files: how full nodes are isn't known");
        }
        Map<String, NodeCapacity> requested = new HashMap<>();
        pods.values().stream()
                .filter(PodView::takesRoom)
                .forEach(pod -> requested.merge(pod.nodeName(), pod.requests(), NodeCapacity::plus));
        return new Room(requested);
    }
}
