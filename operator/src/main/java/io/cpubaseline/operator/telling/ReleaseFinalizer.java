package io.cpubaseline.operator.telling;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.cpubaseline.api.v1alpha1.ClusterCpuBaseline;
import io.cpubaseline.operator.kube.ApiServer;
import io.cpubaseline.operator.kube.ApiServer.Answer;
import io.cpubaseline.operator.kube.Json;
import java.io.IOException;
import java.util.List;

/**
 * The finalizer that keeps a deleted baseline until what it holds in virtual machines is released. It is there only while the baseline's
 * releasePolicy is Remove: without it a deletion is nobody's business but the user's.
 */
public final class ReleaseFinalizer {

    /** Its name, as in {@code metadata.finalizers}. */
    static final String NAME = "cpubaseline.io/release";

    private final ApiServer api;

    /** What has become of a change. */
    public sealed interface Outcome {

        /** It is as it should be: the API server's answer is there, a cache may not know it yet. */
        record Done() implements Outcome {}

        /** The object has changed since; look again. */
        record Stale() implements Outcome {}

        /** The operator may not change it. */
        record Forbidden(String message) implements Outcome {}
    }

    public ReleaseFinalizer(ApiServer api) {
        this.api = api;
    }

    /** Whether a baseline has it. */
    public static boolean isOn(ClusterCpuBaseline baseline) {
        return finalizers(baseline).contains(NAME);
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
        finalizers(baseline).stream().filter(name -> !name.equals(NAME)).forEach(finalizers::add);
        if (on) {
            finalizers.add(NAME);
        }
        Answer answer = ApiServer.await(api.merge(
                "/apis/%s/%s/clustercpubaselines/%s"
                        .formatted(
                                ClusterCpuBaseline.GROUP,
                                ClusterCpuBaseline.VERSION,
                                baseline.getMetadata().getName()),
                StatusWriter.FIELD_MANAGER,
                Json.text(body)));
        return switch (answer.code()) {
            case 200, 404 -> new Outcome.Done();
            case 403 -> new Outcome.Forbidden(answer.message());
            case 409 -> new Outcome.Stale();
            default -> throw new IOException("The finalizer can't be changed: " + answer.message());
        };
    }
}
