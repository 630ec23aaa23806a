package io.cpubaseline.operator.kube;

import com.fasterxml.jackson.databind.JsonNode;
import io.cpubaseline.operator.kube.ApiServer.Answer;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Consumer;

/** Collections of the API server that a command reads once, page by page. */
public final class Pages {

    private static final int SIZE = 100;

    private Pages() {}

    /**
     * Gives every item of a collection, in the API server's order; none where the kind isn't there.
     *
     * @param path of the collection, such as {@code /api/v1/nodes}
     * @throws IOException if it can't be read
     */
    public static void each(ApiServer api, String path, Consumer<JsonNode> consumer) throws IOException {
        each(api, path, "", consumer);
    }

    /**
     * The same for some items.
     *
     * @param selecting more of the query, such as {@code &fieldSelector=metadata.name%3Ddb}
     * @throws IOException if it can't be read
     */
    public static void each(ApiServer api, String path, String selecting, Consumer<JsonNode> consumer)
            throws IOException {
        Optional<String> next = Optional.of("");
        while (next.isPresent()) {
            Answer answer = ApiServer.await(api.get(path + "?limit=" + SIZE + selecting + next.get()));
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
