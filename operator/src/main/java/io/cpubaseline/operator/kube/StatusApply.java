package io.cpubaseline.operator.kube;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.cpubaseline.api.v1alpha1.ClusterCpuBaseline;
import io.cpubaseline.operator.kube.ApiServer.Answer;
import java.io.IOException;
import java.util.Map;

/**
 * Writes statuses of one kind by server-side apply: fields that are named have this owner from then on, and it owns no others.
 *
 * @param kind one of our own kinds
 * @param plural its plural, as in paths
 * @param fieldManager the owner
 */
public record StatusApply(String kind, String plural, String fieldManager) {

    /** The operator, as an owner of fields. */
    public static final String OPERATOR = "cpu-baseline";

    /**
     * Sends one.
     *
     * @param only of the object's metadata what must still be so, as {@code uid} or {@code resourceVersion}: nothing is written to another
     * @return the answer, whatever its code
     * @throws IOException if there is none
     */
    public Answer send(ApiServer api, String name, Map<String, String> only, ObjectNode status) throws IOException {
        ObjectNode body = Json.MAPPER
                .createObjectNode()
                .put("apiVersion", ClusterCpuBaseline.GROUP + "/" + ClusterCpuBaseline.VERSION)
                .put("kind", kind);
        only.forEach(body.putObject("metadata").put("name", name)::put);
        body.set("status", status);
        String path = "/apis/%s/%s/%s/%s/status"
                .formatted(ClusterCpuBaseline.GROUP, ClusterCpuBaseline.VERSION, plural, ApiServer.encoded(name));
        return ApiServer.await(api.apply(path, fieldManager, /* force= */ true, Json.text(body)));
    }
}
