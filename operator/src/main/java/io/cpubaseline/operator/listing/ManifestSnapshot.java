package io.cpubaseline.operator.listing;

import io.cpubaseline.api.v1alpha1.ClusterCpuBaseline;
import io.cpubaseline.manifest.InputException;
import io.cpubaseline.manifest.ManifestTree;
import io.cpubaseline.operator.cluster.InstanceReader;
import io.cpubaseline.operator.cluster.NamespaceReader;
import io.cpubaseline.operator.cluster.NamespaceReader.NamespaceView;
import io.cpubaseline.operator.cluster.StoredManifests;
import io.cpubaseline.operator.cluster.VirtualMachineReader;
import io.cpubaseline.operator.kube.BaselineDeserializer;
import io.cpubaseline.virtualmachine.InstanceSnapshot;
import io.cpubaseline.virtualmachine.VirtualMachineSnapshot;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** All that decides about virtual machines, read from manifests as kubectl prints them. */
final class ManifestSnapshot {

    private static final String KUBEVIRT = "kubevirt.io";
    private static final int NAMED = 3;

    private final String namespace;
    private final Map<String, ClusterCpuBaseline> baselines = new TreeMap<>();
    private final Map<String, VirtualMachineSnapshot> machines = new LinkedHashMap<>();
    private final Map<String, InstanceSnapshot> instances = new LinkedHashMap<>();
    private final Map<String, NamespaceView> namespaces = new TreeMap<>();
    private final Map<String, Map<String, String>> nodes = new TreeMap<>();
    private final VirtualMachineReader ofMachines = new VirtualMachineReader();
    private final InstanceReader ofInstances = new InstanceReader();
    private final NamespaceReader ofNamespaces = new NamespaceReader();

    private ManifestSnapshot(String namespace) {
        this.namespace = namespace;
    }

    /**
     * What was read.
     *
     * @param warnings what is missing in the files, and what that means
     */
    record Read(Snapshot snapshot, List<String> warnings) {

        /** Makes the list immutable. */
        Read {
            warnings = List.copyOf(warnings);
        }
    }

    /**
     * Reads files.
     *
     * @param paths files, directories, or {@code -}
     * @param standardInput what {@code -} stands for
     * @param namespace of which virtual machines; empty for all
     * @throws InputException if anything can't be read, or there is no baseline
     */
    static Read read(List<String> paths, InputStream standardInput, String namespace) {
        ManifestSnapshot manifests = new ManifestSnapshot(namespace);
        StoredManifests.each(paths, standardInput, manifests::take);
        return manifests.finished(String.join(", ", paths));
    }

    private void take(ManifestTree object) {
        if (object.is(ClusterCpuBaseline.GROUP, "ClusterCpuBaseline")) {
            baselines.put(object.name(), baseline(object));
        } else if (object.is(KUBEVIRT, "VirtualMachine")) {
            VirtualMachineSnapshot machine = ofMachines.read(object.root());
            if (isMeant(machine.namespace())) {
                machines.put(machine.namespace() + "/" + machine.name(), machine);
            }
        } else if (object.is(KUBEVIRT, "VirtualMachineInstance")) {
            InstanceSnapshot instance = ofInstances.read(object.root());
            if (isMeant(instance.namespace())) {
                instances.put(instance.namespace() + "/" + instance.name(), instance);
            }
        } else if (object.is("", "Namespace")) {
            namespaces.put(object.name(), ofNamespaces.read(object.root()));
        } else if (object.is("", "Node")) {
            nodes.put(object.name(), Snapshot.labels(object.root()));
        }
    }

    private static ClusterCpuBaseline baseline(ManifestTree object) {
        ClusterCpuBaseline baseline;
        try {
            baseline = Snapshot.baseline(object.root());
        } catch (IllegalArgumentException e) {
            throw object.mistake("metadata: expected that of a Kubernetes object, found something else");
        }
        BaselineDeserializer.unreadableSpec(baseline)
                .or(() -> BaselineDeserializer.unreadableStatus(baseline))
                .ifPresent(problem -> {
                    throw object.mistake(problem);
                });
        return baseline;
    }

    private boolean isMeant(String of) {
        return namespace.isEmpty() || namespace.equals(of);
    }

    private Read finished(String paths) {
        if (baselines.isEmpty()) {
            throw new InputException("%s: expected a ClusterCpuBaseline among the objects, found none; add: %s"
                    .formatted(paths, "kubectl get clustercpubaselines -o yaml"));
        }
        List<String> warnings = new ArrayList<>();
        Set<String> unknownNamespaces = new TreeSet<>();
        machines.values().stream()
                .map(VirtualMachineSnapshot::namespace)
                .filter(of -> !namespaces.containsKey(of))
                .forEach(unknownNamespaces::add);
        if (!unknownNamespaces.isEmpty()) {
            warnings.add("no Namespace %s in the files: it counts as one without labels of its own"
                    .formatted(named(unknownNamespaces)));
            // Kubernetes gives each this label.
            unknownNamespaces.forEach(of ->
                    namespaces.put(of, new NamespaceView(of, Map.of("kubernetes.io/metadata.name", of), false, "")));
        }
        Set<String> unknownNodes = new TreeSet<>();
        instances.values().stream()
                .map(InstanceSnapshot::nodeName)
                .filter(node -> !node.isEmpty() && !nodes.containsKey(node))
                .forEach(unknownNodes::add);
        if (!unknownNodes.isEmpty()) {
            warnings.add(
                    "no Node %s in the files: of what runs there it isn't known on which CPU vendor, or on whose nodes"
                            .formatted(named(unknownNodes)));
        }
        return new Read(
                new Snapshot(
                        List.copyOf(baselines.values()), List.copyOf(machines.values()), instances, namespaces, nodes),
                warnings);
    }

    private static String named(Set<String> names) {
        String first = String.join(", ", names.stream().limit(NAMED).toList());
        return names.size() > NAMED ? "%s and %d more".formatted(first, names.size() - NAMED) : first;
    }
}
