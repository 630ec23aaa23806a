package io.cpubaseline.operator.listing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.type.LogicalType;
import io.cpubaseline.api.v1alpha1.ClusterCpuBaseline;
import io.cpubaseline.operator.cluster.InstanceReader;
import io.cpubaseline.operator.cluster.NamespaceReader;
import io.cpubaseline.operator.cluster.NamespaceReader.NamespaceView;
import io.cpubaseline.operator.cluster.StoredObject;
import io.cpubaseline.operator.cluster.VirtualMachineReader;
import io.cpubaseline.operator.kube.ApiServer;
import io.cpubaseline.operator.kube.BaselineDeserializer;
import io.cpubaseline.operator.kube.Pages;
import io.cpubaseline.virtualmachine.InstanceSnapshot;
import io.cpubaseline.virtualmachine.VirtualMachineSnapshot;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * All that decides about virtual machines, read once.
 *
 * @param baselines all that there are
 * @param machines in the order of the API server's list
 * @param instances by namespace and name, with a slash between
 * @param namespaces by name
 * @param nodes labels by name
 */
record Snapshot(
        List<ClusterCpuBaseline> baselines,
        List<VirtualMachineSnapshot> machines,
        Map<String, InstanceSnapshot> instances,
        Map<String, NamespaceView> namespaces,
        Map<String, Map<String, String>> nodes) {

    private static final ObjectMapper BASELINES = strict();

    /** A number is no string: the API server takes it for none either. */
    private static ObjectMapper strict() {
        ObjectMapper mapper = JsonMapper.builder()
                .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
                .addModule(BaselineDeserializer.module())
                .build();
        mapper.coercionConfigFor(LogicalType.Textual)
                .setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
                .setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
                .setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail);
        return mapper;
    }

    /** Makes the collections immutable. */
    Snapshot {
        baselines = List.copyOf(baselines);
        machines = List.copyOf(machines);
        instances = Map.copyOf(instances);
        namespaces = Map.copyOf(namespaces);
        nodes = Map.copyOf(nodes);
    }

    /**
     * Reads a cluster. A kind that isn't there has no objects.
     *
     * @param namespace where to look for virtual machines; empty for everywhere
     * @param unread takes a sentence about each field that can't be read
     * @throws IOException if something can't be read
     */
    static Snapshot of(ApiServer api, String namespace, Consumer<String> unread) throws IOException {
        List<ClusterCpuBaseline> baselines = new ArrayList<>();
        Pages.each(
                api,
                "/apis/%s/%s/clustercpubaselines".formatted(ClusterCpuBaseline.GROUP, ClusterCpuBaseline.VERSION),
                item -> {
                    ClusterCpuBaseline baseline = baseline(item);
                    Optional<String> problem = BaselineDeserializer.unreadableSpec(baseline)
                            .or(() -> BaselineDeserializer.unreadableStatus(baseline));
                    problem.ifPresentOrElse(
                            words -> unread.accept("ClusterCpuBaseline %s can't be read and is left out: %s"
                                    .formatted(baseline.getMetadata().getName(), words)),
                            () -> baselines.add(baseline));
                });
        String kubeVirt = "/apis/kubevirt.io/v1/"
                + (namespace.isEmpty() ? "" : "namespaces/" + ApiServer.encoded(namespace) + "/");
        List<VirtualMachineSnapshot> machines = new ArrayList<>();
        VirtualMachineReader ofMachines = new VirtualMachineReader();
        Pages.each(api, kubeVirt + "virtualmachines", item -> {
            StoredObject.unreadable("VirtualMachine", item).forEach(unread);
            machines.add(ofMachines.read(item));
        });
        Map<String, InstanceSnapshot> instances = new HashMap<>();
        InstanceReader ofInstances = new InstanceReader();
        Pages.each(api, kubeVirt + "virtualmachineinstances", item -> {
            StoredObject.unreadable("VirtualMachineInstance", item).forEach(unread);
            InstanceSnapshot instance = ofInstances.read(item);
            instances.put(instance.namespace() + "/" + instance.name(), instance);
        });
        Map<String, NamespaceView> namespaces = new HashMap<>();
        NamespaceReader ofNamespaces = new NamespaceReader();
        Pages.each(api, "/api/v1/namespaces", item -> {
            NamespaceView view = ofNamespaces.read(item);
            namespaces.put(view.name(), view);
        });
        return new Snapshot(baselines, machines, instances, namespaces, labels(api, "/api/v1/nodes"));
    }

    private static Map<String, Map<String, String>> labels(ApiServer api, String path) throws IOException {
        Map<String, Map<String, String>> labels = new HashMap<>();
        Pages.each(api, path, item -> labels.put(item.at("/metadata/name").asText(), labels(item)));
        return labels;
    }

    /** A baseline from its tree; what can't be read of it is a problem of its own. */
    static ClusterCpuBaseline baseline(JsonNode object) {
        return BASELINES.convertValue(object, ClusterCpuBaseline.class);
    }

    /** The labels of an object; what is no text is none. */
    static Map<String, String> labels(JsonNode object) {
        Map<String, String> labels = new HashMap<>();
        object.at("/metadata/labels").properties().forEach(label -> {
            if (label.getValue().isTextual()) {
                labels.put(label.getKey(), label.getValue().asText());
            }
        });
        return labels;
    }
}
