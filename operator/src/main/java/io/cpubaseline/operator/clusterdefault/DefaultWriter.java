package io.cpubaseline.operator.clusterdefault;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.cpubaseline.operator.cluster.KubeVirtReader.KubeVirtView;
import io.cpubaseline.operator.kube.ApiServer;
import io.cpubaseline.operator.kube.ApiServer.Answer;
import io.cpubaseline.operator.kube.Json;
import io.cpubaseline.virtualmachine.Target;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Writes the one field that is KubeVirt's default CPU model, by server-side apply as the baseline's field manager and never by force: in KubeVirt's own
 * resource, or in that of the HyperConverged Cluster Operator where this manages KubeVirt's and would write it back.
 */
public final class DefaultWriter {

    private static final String HCO = "hco.kubevirt.io";

    /** The versions in which it is known, the newest first, and where each has the field. */
    private static final List<Version> HCO_VERSIONS = List.of(
            new Version("v1", "/spec/virtualization/virtualMachineOptions", "defaultCPUModel"),
            new Version("v1beta1", "/spec", "defaultCPUModel"));

    private static final Version KUBEVIRT = new Version("v1", "/spec/configuration", "cpuModel");

    private final ApiServer api;

    /** A version of a resource, and where it has the default model. */
    private record Version(String name, String parent, String field) {}

    /**
     * Where a cluster's default is written.
     *
     * @param path of the object
     */
    record Place(
            String path, String apiVersion, String kind, String namespace, String name, String parent, String field) {

        /** For people. */
        String words() {
            return "%s.%s of %s %s/%s".formatted(parent.substring(1).replace('/', '.'), field, kind, namespace, name);
        }
    }

    public DefaultWriter(ApiServer api) {
        this.api = api;
    }

    /**
     * Where the default of this installation of KubeVirt is written; nothing if the resource that manages it is not served in a version that is known.
     *
     * @throws IOException if there is no answer
     */
    Optional<Place> place(KubeVirtView kubeVirt) throws IOException {
        if (kubeVirt.hyperConverged().isEmpty()) {
            return Optional.of(
                    place("kubevirt.io", "kubevirts", "KubeVirt", kubeVirt.namespace(), kubeVirt.name(), KUBEVIRT));
        }
        Answer group = ApiServer.await(api.get("/apis/" + HCO));
        List<String> served = new ArrayList<>();
        for (JsonNode version : group.body().path("versions")) {
            served.add(version.path("version").asText());
        }
        return HCO_VERSIONS.stream()
                .filter(version -> served.contains(version.name()))
                .findFirst()
                .map(version -> place(
                        HCO,
                        "hyperconvergeds",
                        "HyperConverged",
                        kubeVirt.namespace(),
                        kubeVirt.hyperConverged(),
                        version));
    }

    private static Place place(
            String group, String plural, String kind, String namespace, String name, Version version) {
        return new Place(
                "/apis/%s/%s/namespaces/%s/%s/%s".formatted(group, version.name(), namespace, plural, name),
                group + "/" + version.name(),
                kind,
                namespace,
                name,
                version.parent(),
                version.field());
    }

    /**
     * Writes the model.
     *
     * @param model empty: the field is given back
     * @throws IOException if there is no answer
     */
    Answer write(Place place, String baseline, String model) throws IOException {
        ObjectNode body = Json.MAPPER.createObjectNode();
        body.put("apiVersion", place.apiVersion()).put("kind", place.kind());
        body.putObject("metadata").put("name", place.name()).put("namespace", place.namespace());
        if (model.isEmpty()) {
            body.putObject("spec");
        } else {
            body.withObject(place.parent()).put(place.field(), model);
        }
        return ApiServer.await(api.apply(place.path(), Target.manager(baseline), /* force= */ false, Json.text(body)));
    }
}
