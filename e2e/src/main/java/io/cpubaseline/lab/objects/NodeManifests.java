package io.cpubaseline.lab.objects;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.cpubaseline.lab.process.Directories;
import io.cpubaseline.lab.process.LabException;
import io.cpubaseline.lab.process.Wait;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.NodeCondition;
import io.fabric8.kubernetes.api.model.NodeConditionBuilder;
import io.fabric8.kubernetes.api.model.NodeStatus;
import io.fabric8.kubernetes.api.model.NodeStatusBuilder;
import io.fabric8.kubernetes.api.model.NodeSystemInfo;
import io.fabric8.kubernetes.api.model.NodeSystemInfoBuilder;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Nodes and their NodeFeature objects, read from manifests: single objects, lists, or several documents in a file.
 *
 * <p>Manifests hold what describes a CPU. What any kubelet, virt-handler and device plugin add is filled in where it is missing:
 * resources, the node's system information, the times of the Ready condition, KubeVirt's label and heartbeat. A value that a manifest
 * has is never changed, but for what belongs to another cluster in what kubectl has printed there. So {@code devices.kubevirt.io/kvm: "0"} makes a node without KVM.
 */
public final class NodeManifests {
    /** KubeVirt puts VMs only on nodes where this label is {@code true}. */
    public static final String SCHEDULABLE = "kubevirt.io/schedulable";

    /** When virt-handler was last alive: RFC 3339, whole seconds (pkg/virt-handler/heartbeat in KubeVirt). */
    public static final String HEARTBEAT = "kubevirt.io/heartbeat";

    /** Annotation of a node and its pods: {@code off} on a machine without power, of which nothing is heard any more. */
    public static final String POWER = "lab.cpubaseline.io/power";

    private static final Map<String, String> RESOURCES = Map.of(
            "cpu", "16",
            "memory", "64Gi",
            "pods", "110",
            "ephemeral-storage", "100Gi",
            "devices.kubevirt.io/kvm", "1k",
            "devices.kubevirt.io/tun", "1k",
            "devices.kubevirt.io/vhost-net", "1k");

    private static final List<String> ENDINGS = List.of(".yaml", ".yml", ".json");

    /** How long before its application a node has become ready. */
    private static final Duration READY_SINCE = Duration.ofMinutes(10);

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final List<Node> nodes;
    private final List<GenericKubernetesResource> nodeFeatures;

    private NodeManifests(List<Node> nodes, List<GenericKubernetesResource> nodeFeatures) {
        this.nodes = List.copyOf(nodes);
        this.nodeFeatures = List.copyOf(nodeFeatures);
    }

    /** The mixed home lab: five Intel and two AMD machines, {@code prox01} and {@code prox03} to {@code prox08}. */
    public static NodeManifests homelab() {
        List<HasMetadata> objects = new ArrayList<>();
        for (String name : List.of("homelab/nodes.yaml", "homelab/nodefeatures.yaml")) {
            objects.addAll(Yaml.objects(name, Yaml.resource(name)));
        }
        return of(objects);
    }

    /**
     * Reads manifests.
     *
     * @param paths files, or directories whose YAML and JSON files are read
     * @throws LabException when there is no such file or directory, or something in them is neither a Node nor a NodeFeature
     */
    public static NodeManifests read(Path... paths) {
        List<HasMetadata> objects = new ArrayList<>();
        for (Path path : paths) {
            if (!Files.exists(path)) {
                throw new LabException("there is no file or directory " + path);
            }
            List<Path> files = Files.isDirectory(path) ? Directories.filesIn(path, ENDINGS) : List.of(path);
            if (files.isEmpty()) {
                throw new LabException(
                        "the directory " + path + " has no file that ends in " + String.join(", ", ENDINGS));
            }
            for (Path file : files) {
                objects.addAll(Yaml.objects(file.toString(), Directories.text(file)));
            }
        }
        return of(objects);
    }

    private static NodeManifests of(List<HasMetadata> objects) {
        List<Node> nodes = new ArrayList<>();
        List<GenericKubernetesResource> nodeFeatures = new ArrayList<>();
        for (HasMetadata object : objects) {
            forgetOtherCluster(object);
            if (object instanceof Node node) {
                nodes.add(node);
            } else if (object instanceof GenericKubernetesResource other
                    && other.getKind().equals("NodeFeature")) {
                nodeFeatures.add(other);
            } else {
                throw new LabException("expected a Node or a NodeFeature, found the " + object.getKind() + " "
                        + object.getMetadata().getName());
            }
        }
        return new NodeManifests(nodes, nodeFeatures);
    }

    /**
     * Takes from an object that kubectl has printed what belongs to the cluster that it comes from: its identity, its owners, and times that
     * would be long ago.
     */
    private static void forgetOtherCluster(HasMetadata object) {
        ObjectMeta metadata = object.getMetadata();
        if (metadata.getUid() == null) {
            return;
        }
        metadata.setUid(null);
        metadata.setResourceVersion(null);
        metadata.setManagedFields(List.of());
        metadata.setOwnerReferences(List.of());
        if (object instanceof Node node) {
            metadata.getAnnotations().remove(HEARTBEAT);
            node.getStatus().getConditions().forEach(condition -> {
                condition.setLastHeartbeatTime(null);
                condition.setLastTransitionTime(null);
            });
        }
    }

    /** The nodes, as the manifests have them. */
    public List<Node> nodes() {
        return nodes;
    }

    /** The NodeFeature objects, as the manifests have them. */
    public List<GenericKubernetesResource> nodeFeatures() {
        return nodeFeatures;
    }

    /** Those of the named nodes only. */
    public NodeManifests only(String... names) {
        Set<String> wanted = Set.of(names);
        return new NodeManifests(
                nodes.stream()
                        .filter(node -> wanted.contains(node.getMetadata().getName()))
                        .toList(),
                nodeFeatures.stream()
                        .filter(feature -> wanted.contains(feature.getMetadata().getName()))
                        .toList());
    }

    /** Machines with the CPU of the only node, one under each of these names, with their NodeFeature objects. */
    public NodeManifests copies(String... names) {
        if (nodes.size() != 1) {
            throw new LabException("expected one node to copy, found " + nodes.size());
        }
        return new NodeManifests(
                Stream.of(names).map(name -> copy(nodes.get(0), name)).toList(),
                Stream.of(names)
                        .flatMap(name -> nodeFeatures.stream().map(feature -> copy(feature, name)))
                        .toList());
    }

    private static Node copy(Node node, String name) {
        return new NodeBuilder(node)
                .editMetadata()
                .withName(name)
                .addToLabels("kubernetes.io/hostname", name)
                .endMetadata()
                .build();
    }

    private static GenericKubernetesResource copy(GenericKubernetesResource nodeFeature, String name) {
        return new GenericKubernetesResourceBuilder(nodeFeature)
                .editMetadata()
                .withName(name)
                .addToLabels("nfd.node.kubernetes.io/node-name", name)
                .endMetadata()
                .build();
    }

    /** With every node as this makes it; NodeFeature objects stay. */
    public NodeManifests withNodes(UnaryOperator<Node> change) {
        return new NodeManifests(nodes.stream().map(change).toList(), nodeFeatures);
    }

    /** Without the NodeFeature objects: a cluster that has only KubeVirt's and NFD's labels. */
    public NodeManifests withoutNodeFeatures() {
        return new NodeManifests(nodes, List.of());
    }

    /** Without the nodes themselves. */
    public NodeManifests onlyNodeFeatures() {
        return new NodeManifests(List.of(), nodeFeatures);
    }

    /** Creates all of it in a cluster, or replaces what exists there by what the manifests say. */
    public void applyTo(KubernetesClient client) {
        Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
        for (Node node : nodes) {
            apply(client, complete(node, now));
        }
        nodeFeatures.stream()
                .map(feature -> feature.getMetadata().getNamespace())
                .distinct()
                .forEach(namespace -> client.resource(new NamespaceBuilder()
                                .withNewMetadata()
                                .withName(namespace)
                                .endMetadata()
                                .build())
                        .serverSideApply());
        for (GenericKubernetesResource feature : nodeFeatures) {
            client.resource(feature).forceConflicts().serverSideApply();
        }
    }

    /** A kubelet registers its node with its status in one request; for a node that exists the status is a second one. */
    private static void apply(KubernetesClient client, Node node) {
        if (!succeeds(() -> client.resource(node).create())) {
            // Controllers write nodes all the time.
            Wait.until(
                    () -> succeeds(() -> {
                        client.resource(node).update();
                        client.resource(node).updateStatus();
                    }),
                    PATIENCE,
                    () -> "others keep writing the node " + node.getMetadata().getName());
        }
    }

    private static boolean succeeds(Runnable write) {
        try {
            write.run();
            return true;
        } catch (KubernetesClientException e) {
            if (e.getCode() == HttpURLConnection.HTTP_CONFLICT) {
                return false;
            }
            throw e;
        }
    }

    /** The node with what its kubelet, virt-handler and device plugins would add to it. */
    public static Node complete(Node node, Instant now) {
        Map<String, String> labels = new TreeMap<>(node.getMetadata().getLabels());
        labels.putIfAbsent(SCHEDULABLE, "true");
        Map<String, String> annotations = new TreeMap<>(node.getMetadata().getAnnotations());
        annotations.putIfAbsent(HEARTBEAT, now.toString());
        NodeStatus status = node.getStatus() == null ? new NodeStatus() : node.getStatus();
        Map<String, Quantity> capacity = withResources(status.getCapacity());
        return new NodeBuilder(node)
                .editMetadata()
                .withLabels(labels)
                .withAnnotations(annotations)
                .endMetadata()
                .withStatus(new NodeStatusBuilder(status)
                        .withCapacity(capacity)
                        .withAllocatable(withResources(status.getAllocatable()))
                        .withNodeInfo(complete(
                                status.getNodeInfo(), node.getMetadata().getName()))
                        .withConditions(withReady(status.getConditions(), now))
                        .build())
                .build();
    }

    private static Map<String, Quantity> withResources(Map<String, Quantity> given) {
        Map<String, Quantity> resources = new TreeMap<>(given);
        RESOURCES.forEach((name, amount) -> resources.putIfAbsent(name, new Quantity(amount)));
        return resources;
    }

    /** Ids are made from the node's name, so that a node is the same machine in every run. */
    private static NodeSystemInfo complete(@Nullable NodeSystemInfo given, String name) {
        NodeSystemInfo known = given == null ? new NodeSystemInfo() : given;
        return new NodeSystemInfoBuilder()
                .withArchitecture(or(known.getArchitecture(), "amd64"))
                .withBootID(or(known.getBootID(), id(name + "/boot/1")))
                .withContainerRuntimeVersion(or(known.getContainerRuntimeVersion(), "containerd://2.1.4"))
                .withKernelVersion(or(known.getKernelVersion(), "6.12.48"))
                .withKubeProxyVersion(or(known.getKubeProxyVersion(), ""))
                .withKubeletVersion(or(known.getKubeletVersion(), "v1.36.2"))
                .withMachineID(or(known.getMachineID(), id(name + "/machine")))
                .withOperatingSystem(or(known.getOperatingSystem(), "linux"))
                .withOsImage(or(known.getOsImage(), "Debian GNU/Linux 13 (trixie)"))
                .withSystemUUID(or(known.getSystemUUID(), id(name + "/system")))
                .build();
    }

    private static String or(@Nullable String given, String otherwise) {
        return given == null || given.isEmpty() ? otherwise : given;
    }

    private static String id(String of) {
        return UUID.nameUUIDFromBytes(of.getBytes(UTF_8)).toString();
    }

    private static List<NodeCondition> withReady(List<NodeCondition> given, Instant now) {
        List<NodeCondition> conditions = new ArrayList<>();
        NodeCondition ready =
                new NodeConditionBuilder().withType("Ready").withStatus("True").build();
        for (NodeCondition condition : given) {
            if (condition.getType().equals("Ready")) {
                ready = condition;
            } else {
                conditions.add(condition);
            }
        }
        conditions.add(new NodeConditionBuilder(ready)
                .withReason(
                        or(ready.getReason(), ready.getStatus().equals("True") ? "KubeletReady" : "KubeletNotReady"))
                .withMessage(or(ready.getMessage(), "reported by the lab"))
                .withLastHeartbeatTime(or(ready.getLastHeartbeatTime(), now.toString()))
                .withLastTransitionTime(
                        or(ready.getLastTransitionTime(), now.minus(READY_SINCE).toString()))
                .build());
        return conditions;
    }
}
