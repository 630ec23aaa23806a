package io.cpubaseline.operator.cluster;

import static io.cpubaseline.operator.cluster.FieldType.listOf;
import static io.cpubaseline.operator.cluster.FieldType.mapOf;
import static io.cpubaseline.operator.cluster.FieldType.number;
import static io.cpubaseline.operator.cluster.FieldType.object;
import static io.cpubaseline.operator.cluster.FieldType.oneOf;
import static io.cpubaseline.operator.cluster.FieldType.quantity;
import static io.cpubaseline.operator.cluster.FieldType.text;
import static io.cpubaseline.operator.cluster.FieldType.truth;

import com.fasterxml.jackson.databind.JsonNode;
import io.cpubaseline.api.v1alpha1.ClusterCpuBaseline;
import io.cpubaseline.manifest.ManifestTree;
import io.cpubaseline.operator.cluster.FieldType.Fields;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Every field that commands read of stored objects, with its type. Readers take a value of another type for a missing one: right for the operator, which
 * must go on whatever it meets; but whoever asks a question must not get an answer that rests on it. In a file it is a mistake, and of a cluster it is said.
 */
public final class StoredObject {

    private static final Fields METADATA = object().with(
                    text(), "name", "namespace", "uid", "resourceVersion", "creationTimestamp", "deletionTimestamp")
            .with("generation", number())
            .with(mapOf(text()), "labels", "annotations")
            .with(
                    "ownerReferences",
                    listOf(object().with(text(), "apiVersion", "kind", "name").with("controller", truth())))
            .with(
                    "managedFields",
                    listOf(object().with(text(), "manager", "operation").with("fieldsV1", object())));

    private static final Fields REQUIREMENT = object().with("key", text())
            .with("operator", oneOf("In", "NotIn", "Exists", "DoesNotExist", "Gt", "Lt"))
            .with("values", listOf(text()));

    private static final String REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution";

    private static final FieldType OF_OTHER_PODS = object().with(
                    REQUIRED, listOf(object().with("labelSelector", object().with("matchLabels", mapOf(text())))));

    private static final FieldType EFFECT = oneOf("NoSchedule", "PreferNoSchedule", "NoExecute");

    /** Of a pod, a template, an instance. */
    private static final Fields PLACEMENT = object().with("nodeSelector", mapOf(text()))
            .with(
                    "affinity",
                    object().with(
                                    "nodeAffinity",
                                    object().with(
                                                    REQUIRED,
                                                    object().with(
                                                                    "nodeSelectorTerms",
                                                                    listOf(object().with(
                                                                                    listOf(REQUIREMENT),
                                                                                    "matchExpressions",
                                                                                    "matchFields")))))
                            .with(OF_OTHER_PODS, "podAffinity", "podAntiAffinity"))
            .with(
                    "tolerations",
                    listOf(object().with(text(), "key", "value")
                            .with("operator", oneOf("Exists", "Equal", "Lt", "Gt"))
                            .with("effect", EFFECT)))
            .with("topologySpreadConstraints", listOf(object().with("whenUnsatisfiable", text())))
            .with("schedulerName", text());

    private static final FieldType FEATURES = listOf(
            object().with("name", text()).with("policy", oneOf("force", "require", "optional", "disable", "forbid")));

    private static final FieldType HYPERV = mapOf(object().with("enabled", truth()));

    private static final FieldType SECURITY = object().with(
                    "sev", object().with("policy", object().with("encryptedState", truth())))
            .with(object(), "snp", "tdx");

    private static final Fields RESOURCES = object().with(mapOf(quantity()), "requests", "limits");

    private static final Fields MEMORY =
            object().with("guest", quantity()).with("hugepages", object().with("pageSize", quantity()));

    private static final FieldType DEVICES = listOf(object().with("deviceName", text()));

    private static final Fields GUEST = PLACEMENT
            .with("architecture", text())
            .with(
                    "domain",
                    object().with(
                                    "cpu",
                                    object().with("model", text())
                                            .with("features", FEATURES)
                                            .with(number(), "cores", "sockets", "threads")
                                            .with("dedicatedCpuPlacement", truth())
                                            .with("realtime", object()))
                            .with("machine", object().with("type", text()))
                            .with("memory", MEMORY)
                            .with("resources", RESOURCES)
                            .with("features", object().with("hyperv", HYPERV))
                            .with("launchSecurity", SECURITY)
                            .with("devices", object().with(DEVICES, "gpus", "hostDevices")));

    private static final FieldType NAMED_TYPE = object().with(text(), "name", "kind");

    private static final FieldType CONDITIONS =
            listOf(object().with(text(), "type", "status", "reason", "message", "lastTransitionTime"));

    private static final Fields MACHINE = object().with("metadata", METADATA)
            .with(
                    "spec",
                    object().with(NAMED_TYPE, "instancetype", "preference")
                            .with("runStrategy", text())
                            .with(
                                    "template",
                                    object().with("metadata", object().with(mapOf(text()), "labels", "annotations"))
                                            .with("spec", GUEST)));

    private static final Fields INSTANCE = object().with("metadata", METADATA)
            .with("spec", GUEST)
            .with(
                    "status",
                    object().with(text(), "phase", "nodeName")
                            .with("machine", object().with("type", text()))
                            .with("topologyHints", object().with("tscFrequency", number()))
                            .with("conditions", CONDITIONS)
                            .with(
                                    "migrationState",
                                    object().with("failed", truth()).with(text(), "failureReason", "targetNode"))
                            .with(
                                    "phaseTransitionTimestamps",
                                    listOf(object().with(text(), "phase", "phaseTransitionTimestamp"))));

    private static final FieldType CONTAINERS =
            listOf(object().with("restartPolicy", text()).with("resources", RESOURCES));

    private static final Fields POD = object().with("metadata", METADATA)
            .with(
                    "spec",
                    PLACEMENT
                            .with("nodeName", text())
                            .with(CONTAINERS, "containers", "initContainers")
                            .with("resources", RESOURCES)
                            .with("overhead", mapOf(quantity())))
            .with("status", object().with("phase", text()));

    private static final Fields NODE = object().with("metadata", METADATA)
            .with(
                    "spec",
                    object().with("unschedulable", truth())
                            .with(
                                    "taints",
                                    listOf(object().with(text(), "key", "value").with("effect", EFFECT))))
            .with(
                    "status",
                    object().with("allocatable", mapOf(quantity()))
                            .with("conditions", CONDITIONS)
                            .with("nodeInfo", object().with(text(), "architecture", "operatingSystem", "bootID")));

    private static final Fields KUBEVIRT = object().with("metadata", METADATA)
            .with(
                    "spec",
                    object().with(
                                    "configuration",
                                    object().with(text(), "machineType", "cpuModel")
                                            .with("obsoleteCPUModels", mapOf(truth()))
                                            .with(
                                                    "architectureConfiguration",
                                                    object().with("amd64", object().with("machineType", text())))
                                            .with(
                                                    "developerConfiguration",
                                                    object().with(
                                                                    number(),
                                                                    "minimumClusterTSCFrequency",
                                                                    "cpuAllocationRatio",
                                                                    "memoryOvercommit")
                                                            .with("useEmulation", truth())
                                                            .with("nodeSelectors", mapOf(text()))
                                                            .with("featureGates", listOf(text())))))
            .with(
                    "status",
                    object().with(
                                    text(),
                                    "phase",
                                    "observedKubeVirtVersion",
                                    "targetKubeVirtVersion",
                                    "observedDeploymentID",
                                    "targetDeploymentID")
                            .with("conditions", CONDITIONS));

    private static final Fields INSTANCETYPE = object().with("metadata", METADATA)
            .with(
                    "spec",
                    object().with(
                                    "cpu",
                                    object().with("guest", number())
                                            .with("model", text())
                                            .with("dedicatedCPUPlacement", truth())
                                            .with("realtime", object()))
                            .with("memory", MEMORY)
                            .with("launchSecurity", SECURITY)
                            .with("nodeSelector", mapOf(text()))
                            .with("schedulerName", text())
                            .with(DEVICES, "gpus", "hostDevices"));

    private static final Fields PREFERENCE = object().with("metadata", METADATA)
            .with(
                    "spec",
                    object().with("machine", object().with("preferredMachineType", text()))
                            .with("preferredArchitecture", text())
                            .with("cpu", object().with("preferredCPUFeatures", FEATURES))
                            .with("features", object().with("preferredHyperv", HYPERV)));

    /** @param group its API group; empty for Kubernetes' own */
    private record Kind(String group, boolean ofNamespace, Fields fields) {}

    private static final String BASELINE_KIND = "ClusterCpuBaseline";
    private static final String KUBEVIRT_GROUP = "kubevirt.io";
    private static final String TYPES_GROUP = "instancetype.kubevirt.io";

    private static final Map<String, Kind> KINDS = Map.of(
            "VirtualMachine", new Kind(KUBEVIRT_GROUP, true, MACHINE),
            "VirtualMachineInstance", new Kind(KUBEVIRT_GROUP, true, INSTANCE),
            "KubeVirt", new Kind(KUBEVIRT_GROUP, true, KUBEVIRT),
            "Pod", new Kind("", true, POD),
            "Node", new Kind("", false, NODE),
            "Namespace", new Kind("", false, object().with("metadata", METADATA)),
            "VirtualMachineClusterInstancetype", new Kind(TYPES_GROUP, false, INSTANCETYPE),
            "VirtualMachineInstancetype", new Kind(TYPES_GROUP, true, INSTANCETYPE),
            "VirtualMachineClusterPreference", new Kind(TYPES_GROUP, false, PREFERENCE),
            "VirtualMachinePreference", new Kind(TYPES_GROUP, true, PREFERENCE));

    /** What is not of the others' kinds, but read. */
    private static final Kind BASELINE = new Kind(ClusterCpuBaseline.GROUP, false, object().with("metadata", METADATA));

    private StoredObject() {}

    private static Optional<Kind> kind(String name) {
        return Optional.ofNullable(name.equals(BASELINE_KIND) ? BASELINE : KINDS.get(name));
    }

    /** Whether commands read objects of its kind. */
    static boolean isRead(ManifestTree object) {
        return kind(object.kind())
                .filter(kind -> object.is(kind.group(), object.kind()))
                .isPresent();
    }

    /** Whether objects of its kind are in namespaces. */
    static boolean isOfNamespace(ManifestTree object) {
        return kind(object.kind()).filter(Kind::ofNamespace).isPresent();
    }

    /**
     * Makes sure that an object of a file is as an API server would store it, as far as it is read.
     *
     * @throws io.cpubaseline.manifest.InputException for the first mistake, with its place
     */
    public static void check(ManifestTree object) {
        kind(object.kind())
                .ifPresent(kind -> kind.fields().check(object.root(), FieldPath.WHOLE, (path, problem) -> {
                    throw object.mistake(path.pointer(), path.words() + ": " + problem);
                }));
        if (object.name().isEmpty()) {
            throw object.mistake("metadata.name: expected the object's name, found none");
        }
    }

    /**
     * What of a cluster's object counts as missing, since it can't be read: a sentence for each field, without a full stop.
     *
     * @param kind its kind, which lists leave out
     */
    public static List<String> unreadable(String kind, JsonNode object) {
        List<String> sentences = new ArrayList<>();
        if (object.isMissingNode()) {
            return sentences;
        }
        String namespace = object.at("/metadata/namespace").asText();
        String name = object.at("/metadata/name").asText();
        kind(kind)
                .ifPresent(known -> known.fields()
                        .check(
                                object,
                                FieldPath.WHOLE,
                                (path, problem) -> sentences.add("%s of %s %s can't be read and is left out: %s"
                                        .formatted(
                                                path.words(),
                                                kind,
                                                namespace.isEmpty() ? name : namespace + "/" + name,
                                                problem))));
        return sentences;
    }
}
