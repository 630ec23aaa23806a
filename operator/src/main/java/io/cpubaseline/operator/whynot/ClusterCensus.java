package io.cpubaseline.operator.whynot;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;
import io.cpubaseline.operator.cluster.LauncherReader;
import io.cpubaseline.operator.cluster.StoredObject;
import io.cpubaseline.operator.kube.ApiServer;
import io.cpubaseline.operator.kube.Json;
import io.cpubaseline.operator.kube.Pages;
import io.cpubaseline.operator.watch.ParallelList;
import io.cpubaseline.operator.watch.WholeList;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Lists a cluster's virtual machines, and what decides about them: each kind once. */
final class ClusterCensus {

    private static final String KUBEVIRT = "/apis/kubevirt.io/v1/";
    private static final String TYPES = "/apis/" + Types.GROUP + "/v1beta1/";
    private static final String PODS = "/api/v1/pods";
    private static final String LAUNCHERS = "?labelSelector=kubevirt.io%3Dvirt-launcher";
    private static final int NOT_FOUND = 404;

    /** Kinds by the names of their lists. */
    private static final List<Map.Entry<String, String>> KINDS_OF_TYPES = List.of(
            Map.entry("virtualmachineclusterinstancetypes", "VirtualMachineClusterInstancetype"),
            Map.entry("virtualmachineinstancetypes", "VirtualMachineInstancetype"),
            Map.entry("virtualmachineclusterpreferences", "VirtualMachineClusterPreference"),
            Map.entry("virtualmachinepreferences", "VirtualMachinePreference"));

    private final ApiServer api;
    private final Progress progress;
    private final Census census;
    private final String inNamespace;
    private int count;

    private interface Item {
        void read(JsonParser item) throws IOException;
    }

    private interface Listing {
        void read() throws IOException;
    }

    /**
     * Of this cluster.
     *
     * @param namespace of which virtual machines; empty for all
     */
    ClusterCensus(ApiServer api, String namespace, Progress progress) {
        this.api = api;
        this.progress = progress;
        this.census = new Census(namespace);
        this.inNamespace = namespace.isEmpty() ? "" : "namespaces/" + ApiServer.encoded(namespace) + "/";
    }

    /** @param withRoom whether to look at what all pods request; else only at those of guests */
    Census read(boolean withRoom) throws IOException {
        Pages.each(api, KUBEVIRT + "kubevirts", object -> census.kubeVirt(read("KubeVirt", object)));
        NodeTrees trees = new NodeTrees();
        list("/api/v1/nodes", "nodes", trees::read, census::node);
        pods(withRoom);
        // Of a virtual machine that runs less is kept: its instance says it all.
        list(
                KUBEVIRT + inNamespace + "virtualmachineinstances",
                "instances",
                item -> census.instance(read("VirtualMachineInstance", Json.MAPPER.readTree(item))));
        list(
                KUBEVIRT + inNamespace + "virtualmachines",
                "virtual machines",
                item -> census.machine(read("VirtualMachine", Json.MAPPER.readTree(item))));
        return census;
    }

    private void pods(boolean withRoom) throws IOException {
        LauncherReader launchers = new LauncherReader();
        try {
            list(withRoom ? PODS : PODS + LAUNCHERS, "pods", launchers::read, census::pod);
        } catch (ApiServer.Unsuccessful e) {
            census.remark(
                    "Pods can't be listed (%s): how full nodes are isn't known, nor what earlier migrations have left in them"
                            .formatted(e.getMessage()));
        }
    }

    /** Instancetypes and preferences, if some stopped virtual machine names one. */
    Types types() throws IOException {
        Types types = new Types("in the cluster", "");
        if (census.needsTypes()) {
            for (Map.Entry<String, String> kind : KINDS_OF_TYPES) {
                try {
                    list(
                            TYPES + kind.getKey(),
                            "types",
                            item -> types.add(kind.getValue(), read(kind.getValue(), Json.MAPPER.readTree(item))));
                } catch (ApiServer.Unsuccessful e) {
                    census.remark("%s can't be listed (%s)".formatted(kind.getValue(), e.getMessage()));
                }
            }
        }
        return types;
    }

    private JsonNode read(String kind, JsonNode object) {
        StoredObject.unreadable(kind, object).forEach(census::remark);
        return object;
    }

    private void list(String path, String plural, Item reader) throws IOException {
        count = 0;
        ifThere(() -> WholeList.each(api, path, item -> {
            reader.read(item);
            progress.read(++count, plural);
        }));
    }

    private <T> void list(String path, String plural, ParallelList.Reader<T> reader, Consumer<T> consumer)
            throws IOException {
        count = 0;
        ifThere(() -> ParallelList.each(api, path, reader, item -> {
            consumer.accept(item);
            progress.read(++count, plural);
        }));
    }

    /** A kind that isn't there has no objects. */
    private static void ifThere(Listing listing) throws IOException {
        try {
            listing.read();
        } catch (ApiServer.Unsuccessful e) {
            if (e.answer().code() != NOT_FOUND) {
                throw e;
            }
        }
    }
}
