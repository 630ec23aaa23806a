package io.cpubaseline.operator.listing;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.cpubaseline.api.v1alpha1.ClusterCpuBaseline;
import io.cpubaseline.operator.cluster.InstanceReader;
import io.cpubaseline.operator.cluster.VirtualMachineReader;
import io.cpubaseline.operator.kube.ApiServer;
import io.cpubaseline.operator.kube.ApiServer.Answer;
import io.cpubaseline.operator.kube.BaselineDeserializer;
import io.cpubaseline.operator.kube.Json;
import io.cpubaseline.operator.watch.ObjectReader;
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
 * @param namespaces labels by name
 * @param nodes labels by name
 */
record Snapshot(
        List<ClusterCpuBaseline> baselines,
        List<VirtualMachineSnapshot> machines,
        Map<String, InstanceSnapshot> instances,
        Map<String, Map<String, String>> namespaces,
        Map<String, Map<String, String>> nodes) {

    private static final int PAGE = 250;
    private static final ObjectMapper BASELINES = new ObjectMapper().registerModule(BaselineDeserializer.module());
    private static final TypeReference<Map<String, String>> LABELS = new TypeReference<>() {};

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
     * @throws IOException if something can't be read
     */
    static Snapshot of(ApiServer api, String namespace) throws IOException {
        List<ClusterCpuBaseline> baselines = new ArrayList<>();
        each(
                api,
                "/apis/%s/%s/clustercpubaselines".formatted(ClusterCpuBaseline.GROUP, ClusterCpuBaseline.VERSION),
                item -> baselines.add(BASELINES.convertValue(item, ClusterCpuBaseline.class)));
        String kubeVirt = "/apis/kubevirt.io/v1/"
                + (namespace.isEmpty() ? "" : "namespaces/" + ApiServer.encoded(namespace) + "/");
        List<VirtualMachineSnapshot> machines = new ArrayList<>();
        VirtualMachineReader ofMachines = new VirtualMachineReader();
        each(api, kubeVirt + "virtualmachines", item -> machines.add(read(ofMachines, item)));
        Map<String, InstanceSnapshot> instances = new HashMap<>();
        InstanceReader ofInstances = new InstanceReader();
        each(api, kubeVirt + "virtualmachineinstances", item -> {
            InstanceSnapshot instance = read(ofInstances, item);
            instances.put(instance.namespace() + "/" + instance.name(), instance);
        });
        return new Snapshot(
                baselines, machines, instances, labels(api, "/api/v1/namespaces"), labels(api, "/api/v1/nodes"));
    }

    private static Map<String, Map<String, String>> labels(ApiServer api, String path) throws IOException {
        Map<String, Map<String, String>> labels = new HashMap<>();
        each(
                api,
                path,
                item -> labels.put(
                        item.at("/metadata/name").asText(),
                        item.at("/metadata").has("labels")
                                ? Json.MAPPER.convertValue(item.at("/metadata/labels"), LABELS)
                                : Map.of()));
        return labels;
    }

    private static <V> V read(ObjectReader<V> reader, JsonNode item) {
        try (JsonParser parser = item.traverse(Json.MAPPER)) {
            parser.nextToken();
            return reader.read(parser);
        } catch (IOException e) {
            throw new IllegalStateException("a tree in memory can't be read", e);
        }
    }

    /** Every item of a collection, page by page. */
    private static void each(ApiServer api, String path, Consumer<JsonNode> consumer) throws IOException {
        Optional<String> next = Optional.of("");
        while (next.isPresent()) {
            Answer answer = ApiServer.await(api.get(path + "?limit=" + PAGE + next.get()));
            if (answer.code() == 404) {
                return;
            }
            if (!answer.succeeded()) {
                throw new IOException(answer.message());
            }
            answer.body().path("items").forEach(consumer);
            String more = answer.body().at("/metadata/continue").asText();
            next = more.isEmpty() ? Optional.empty() : Optional.of("&continue=" + ApiServer.encoded(more));
        }
    }
}
