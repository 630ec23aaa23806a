package io.cpubaseline.operator.whynot;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.cpubaseline.fleet.NodeCpu;
import io.cpubaseline.operator.cluster.LauncherReader;
import io.cpubaseline.operator.cluster.LauncherReader.PodView;
import io.cpubaseline.operator.cluster.StoredObject;
import io.cpubaseline.operator.kube.ApiServer;
import io.cpubaseline.operator.kube.ApiServer.Answer;
import io.cpubaseline.operator.kube.Pages;
import io.cpubaseline.operator.watch.ParallelList;
import io.cpubaseline.operator.watch.WholeList;
import io.cpubaseline.scheduling.Guest.OfBaseline;
import io.cpubaseline.scheduling.Room;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads what an answer needs from an API server, and no more: the pods of single nodes where few nodes are left. Nodes, which take longest, are read from the
 * begin on, beside everything else.
 */
final class ClusterReading implements Reading, AutoCloseable {

    private static final String KUBEVIRT = "/apis/kubevirt.io/v1/";
    private static final String SUBRESOURCES = "/apis/subresources.kubevirt.io/v1/";
    private static final String PODS = "/api/v1/pods";

    /** For more nodes than that one list of all pods is less work than one for each node. */
    private static final int NODES_ONE_BY_ONE = 20;

    private final ApiServer api;
    private final String namespace;
    private final Progress progress;
    private final LauncherReader launchers = new LauncherReader();
    private final ParallelList<NodeCpu> nodes;

    /**
     * Reads from there.
     *
     * @param namespace the virtual machine's; empty to look everywhere
     */
    ClusterReading(ApiServer api, String namespace, Progress progress) {
        this.api = api;
        this.namespace = namespace;
        this.progress = progress;
        this.nodes = ParallelList.begin(api, "/api/v1/nodes", new NodeTrees()::read);
    }

    @Override
    public void close() {
        nodes.close();
    }

    @Override
    public Subject subject(String name) throws IOException {
        String where = namespace.isEmpty() ? home(name) : namespace;
        JsonNode machine = found(path(KUBEVIRT, where, "virtualmachines", name));
        JsonNode instance = found(path(KUBEVIRT, where, "virtualmachineinstances", name));
        if (machine == null && instance == null) {
            throw new Unanswerable("there is no VirtualMachine %s in the namespace %s".formatted(name, where));
        }
        List<String> unread = new ArrayList<>();
        if (machine != null) {
            unread.addAll(StoredObject.unreadable("VirtualMachine", machine));
        }
        if (instance != null) {
            unread.addAll(StoredObject.unreadable("VirtualMachineInstance", instance));
        }
        JsonNode expanded = machine == null ? null : expanded(machine, where, name, unread);
        Optional<List<PodView>> pods = instance == null ? Optional.of(List.of()) : pods(where, instance, unread);
        return new Subject(
                where,
                name,
                machine == null ? OfBaseline.nothing() : MachineView.ofBaseline(machine),
                expanded == null ? null : MachineView.of(expanded),
                instance == null ? null : InstanceView.of(instance),
                pods.orElse(List.of()),
                pods.isPresent(),
                unread);
    }

    /** The namespace that has it. */
    private String home(String name) throws IOException {
        List<String> homes = new ArrayList<>();
        for (String kind : new String[] {"virtualmachines", "virtualmachineinstances"}) {
            if (homes.isEmpty()) {
                Pages.each(
                        api,
                        KUBEVIRT + kind,
                        "&fieldSelector=metadata.name%3D" + ApiServer.encoded(name),
                        item -> homes.add(item.at("/metadata/namespace").asText()));
            }
        }
        return Homes.only(name, homes);
    }

    private static String path(String group, String namespace, String kind, String name) {
        return "%snamespaces/%s/%s/%s".formatted(group, ApiServer.encoded(namespace), kind, ApiServer.encoded(name));
    }

    private @Nullable JsonNode found(String path) throws IOException {
        Answer answer = ApiServer.await(api.get(path));
        if (answer.code() == 404) {
            return null;
        }
        if (!answer.succeeded()) {
            throw new IOException(answer.message());
        }
        return answer.body();
    }

    /** KubeVirt itself says what an instancetype and a preference add: they are kept in revisions that nobody else need read. */
    private JsonNode expanded(JsonNode machine, String where, String name, List<String> unread) throws IOException {
        if (!machine.at("/spec/instancetype").isObject()
                && !machine.at("/spec/preference").isObject()) {
            return machine;
        }
        Answer answer = ApiServer.await(api.get(path(SUBRESOURCES, where, "virtualmachines", name) + "/expand-spec"));
        if (answer.succeeded()) {
            return answer.body();
        }
        unread.add("What its instancetype and its preference add is left out: KubeVirt doesn't say it (%s)"
                .formatted(answer.message()));
        return machine;
    }

    /** Nothing if they can't be listed. */
    private Optional<List<PodView>> pods(String where, JsonNode instance, List<String> unread) throws IOException {
        String uid = instance.at("/metadata/uid").asText();
        List<PodView> pods = new ArrayList<>();
        try {
            WholeList.each(
                    api,
                    "/api/v1/namespaces/%s/pods?labelSelector=%s%%3D%s"
                            .formatted(
                                    ApiServer.encoded(where),
                                    ApiServer.encoded("kubevirt.io/created-by"),
                                    ApiServer.encoded(uid)),
                    item -> pods.add(launchers.read(item)));
        } catch (ApiServer.Unsuccessful e) {
            unread.add("Its pods can't be listed (%s): what an earlier migration has left in them isn't known"
                    .formatted(e.getMessage()));
            return Optional.empty();
        }
        return Optional.of(pods);
    }

    @Override
    public JsonNode kubeVirt() throws IOException {
        List<JsonNode> found = new ArrayList<>();
        Pages.each(api, KUBEVIRT + "kubevirts", found::add);
        return found.isEmpty() ? MissingNode.getInstance() : found.get(0);
    }

    @Override
    public List<NodeCpu> nodes() throws IOException {
        List<NodeCpu> all = new ArrayList<>();
        nodes.each(node -> {
            all.add(node);
            progress.read(all.size(), "nodes");
        });
        return all;
    }

    @Override
    public Room room(Collection<NodeCpu> nodes) throws IOException {
        List<String> paths = nodes.size() <= NODES_ONE_BY_ONE
                ? nodes.stream()
                        .map(node -> PODS + "?fieldSelector=spec.nodeName%3D" + ApiServer.encoded(node.name()))
                        .toList()
                : List.of(PODS);
        Occupied occupied = new Occupied();
        int[] count = {0};
        try {
            for (String path : paths) {
                ParallelList.each(api, path, launchers::read, pod -> {
                    occupied.add(pod);
                    progress.read(++count[0], "pods");
                });
            }
        } catch (ApiServer.Unsuccessful e) {
            throw new Unanswerable(
                    "Pods can't be listed (%s): how full nodes are isn't known".formatted(e.getMessage()));
        }
        return occupied.room();
    }
}
