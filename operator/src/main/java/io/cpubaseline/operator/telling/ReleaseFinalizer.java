package io.cpubaseline.operator.telling;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.cpubaseline.api.v1alpha1.ClusterCpuBaseline;
import io.cpubaseline.operator.kube.ApiServer;
import io.cpubaseline.operator.kube.ApiServer.Answer;
import io.cpubaseline.operator.kube.Json;
import io.cpubaseline.operator.kube.StatusApply;
import java.io.IOException;
import java.util.List;

/**
 * A finalizer that keeps a deleted baseline until what it holds is released: in virtual machines, where its releasePolicy is Remove, or in KubeVirt's own
 * resource. It is there only while there may be something: without it a deletion is nobody's business but the user's.
 */
public final class ReleaseFinalizer {

    /** The name of the one for virtual machines, as in {@code metadata.finalizers}. */
    static final String NAME = "cpubaseline.io/release";

    private static final String OF_CLUSTER_DEFAULT = "cpubaseline.io/cluster-default";

    private final ApiServer api;
    private final String name;

    /** What has become of a change. */
    public sealed interface Outcome {

        /** It is as it should be: the API server's answer is there, a cache may not know it yet. */
        record Done() implements Outcome {}

        /** The object has changed since; look again. */
        record Stale() implements Outcome {}

        /** The operator may not change it. */
        record Forbidden(String message) implements Outcome {}
    }

    /** The one for virtual machines. */
    public ReleaseFinalizer(ApiServer api) {
        this(api, NAME);
    }

    private ReleaseFinalizer(ApiServer api, String name) {
        this.api = api;
        this.name = name;
    }

    /** The one for KubeVirt's own default model. */
    public static ReleaseFinalizer ofClusterDefault(ApiServer api) {
        return new ReleaseFinalizer(api, OF_CLUSTER_DEFAULT);
    }

    /** Whether a baseline has the one for virtual machines. */
    public static boolean isOn(ClusterCpuBaseline baseline) {
        return finalizers(baseline).contains(NAME);
    }

    /** Whether a baseline has this one. */
    public boolean has(ClusterCpuBaseline baseline) {
        return finalizers(baseline).contains(name);
    }

    private static List<String> finalizers(ClusterCpuBaseline baseline) {
        List<String> finalizers = baseline.getMetadata().getFinalizers();
        return finalizers == null ? List.of() : finalizers;
    }

    /**
     * Puts it on or takes it off.
     *
     * @param resourceVersion the newest that is known: nothing is changed in any other
     * @throws IOException if the API server can't be reached or is in trouble: try again
     */
    public Outcome set(ClusterCpuBaseline baseline, String resourceVersion, boolean on) throws IOException {
        ObjectNode body = Json.MAPPER.createObjectNode();
        ObjectNode metadata = body.putObject("metadata")
                .put("uid", baseline.getMetadata().getUid())
                .put("resourceVersion", resourceVersion);
        ArrayNode finalizers = metadata.putArray("finalizers");
        finalizers(baseline).stream().filter(other -> !other.equals(name)).forEach(finalizers::add);
        if (on) {
            finalizers.add(name);
        }
        Answer answer = ApiServer.await(api.merge(
                "/apis/%s/%s/clustercpubaselines/%s"
                        .formatted(
                                ClusterCpuBaseline.GROUP,
                                ClusterCpuBaseline.VERSION,
                                baseline.getMetadata().getName()),
                StatusApply.OPERATOR,
                Json.text(body)));
        return switch (answer.code()) {
            case 200, 404 -> new Outcome.Done();
            case 403 -> new Outcome.Forbidden(answer.message());
            case 409 -> new Outcome.Stale();
            default -> throw new IOException("The finalizer can't be changed: " + answer.message());
        };
    }
}
