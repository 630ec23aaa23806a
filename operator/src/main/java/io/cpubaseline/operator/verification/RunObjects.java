package io.cpubaseline.operator.verification;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.cpubaseline.operator.kube.ApiServer;
import io.cpubaseline.operator.kube.ApiServer.Answer;
import io.cpubaseline.operator.kube.Json;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** Requests about the objects of runs, in one namespace. What fails for a moment is asked again. */
final class RunObjects {

    /** Kinds of objects, in the order in which they are deleted. */
    enum Kind {
        /** First: nothing can be deleted well in the middle of a migration. */
        MIGRATION("/apis/kubevirt.io/v1/", "virtualmachineinstancemigrations"),
        MACHINE("/apis/kubevirt.io/v1/", "virtualmachines"),
        SECRET("/api/v1/", "secrets"),
        /** Deleted by KubeVirt, with its machine. */
        INSTANCE("/apis/kubevirt.io/v1/", "virtualmachineinstances"),
        /** Last: as long as it is there, what is left belongs to a run. */
        LEASE("/apis/coordination.k8s.io/v1/", "leases");

        private final String group;
        private final String plural;

        Kind(String group, String plural) {
            this.group = group;
            this.plural = plural;
        }
    }

    private static final int NOT_FOUND = 404;
    private static final int CONFLICT = 409;
    private static final int TOO_MANY_REQUESTS = 429;
    private static final int SERVER_ERROR = 500;
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final ApiServer api;
    private final String namespace;

    RunObjects(ApiServer api, String namespace) {
        this.api = api;
        this.namespace = namespace;
    }

    String namespace() {
        return namespace;
    }

    private String path(Kind kind) {
        return "%snamespaces/%s/%s".formatted(kind.group, ApiServer.encoded(namespace), kind.plural);
    }

    private String path(Kind kind, String name) {
        return path(kind) + "/" + ApiServer.encoded(name);
    }

    /** Creates an object: the answer is for the caller to judge. */
    Answer create(Kind kind, JsonNode body) throws IOException, InterruptedException {
        return patiently(() -> api.create(path(kind), Json.text(body)));
    }

    /**
     * Creates an object that has to be.
     *
     * @throws Ended if it is refused
     */
    JsonNode made(Kind kind, JsonNode body) throws IOException, InterruptedException, Ended {
        String name = body.at("/metadata/name").asText();
        Answer answer = create(kind, body);
        if (answer.succeeded()) {
            return answer.body();
        }
        if (answer.code() == CONFLICT) {
            // Names are the run's own: an answer was lost, and this is the second request.
            JsonNode made = get(kind, name);
            if (!made.isMissingNode()) {
                return made;
            }
        }
        throw new Ended("%s can't be made: %s".formatted(name, answer.message()));
    }

    /** An object; a missing node if there is none. */
    JsonNode get(Kind kind, String name) throws IOException, InterruptedException {
        Answer answer = patiently(() -> api.get(path(kind, name)));
        return answer.code() == NOT_FOUND
                ? Json.MAPPER.missingNode()
                : succeeded(answer).body();
    }

    /**
     * The objects that runs have made.
     *
     * @param selector by their labels
     */
    List<JsonNode> list(Kind kind, String selector) throws IOException, InterruptedException {
        return items("%s?labelSelector=%s".formatted(path(kind), ApiServer.encoded(selector)));
    }

    /** The pods to which a migration may bring its guest. */
    List<JsonNode> targets(String migrationUid) throws IOException, InterruptedException {
        return items("/api/v1/namespaces/%s/pods?labelSelector=%s"
                .formatted(
                        ApiServer.encoded(namespace),
                        ApiServer.encoded("kubevirt.io/migrationJobUID=" + migrationUid)));
    }

    /** What kubelets say about probes that failed; nothing where it may not be read, or nobody knows any more. */
    List<JsonNode> failedProbes() throws IOException, InterruptedException {
        Answer answer = patiently(() -> api.get("/api/v1/namespaces/%s/events?fieldSelector=reason%%3DUnhealthy"
                .formatted(ApiServer.encoded(namespace))));
        List<JsonNode> events = new ArrayList<>();
        answer.body().path("items").forEach(events::add);
        return events;
    }

    private List<JsonNode> items(String path) throws IOException, InterruptedException {
        List<JsonNode> items = new ArrayList<>();
        Answer answer = patiently(() -> api.get(path));
        if (answer.code() != NOT_FOUND) {
            succeeded(answer).body().path("items").forEach(items::add);
        }
        return items;
    }

    /** Merges a part into an object; the answer is for the caller to judge. */
    Answer merge(Kind kind, String name, ObjectNode part) throws IOException, InterruptedException {
        return patiently(() -> api.merge(path(kind, name), "cpu-baseline-verify", Json.text(part)));
    }

    /** Deletes an object, if it is there. */
    void delete(Kind kind, String name) throws IOException, InterruptedException {
        Answer answer = patiently(() -> api.delete(path(kind, name)));
        if (answer.code() != NOT_FOUND) {
            succeeded(answer);
        }
    }

    /** Whether the namespace is gone, or going; where nobody may know it counts as there. */
    boolean isNamespaceGone() throws IOException, InterruptedException {
        Answer answer = patiently(() -> api.get("/api/v1/namespaces/" + ApiServer.encoded(namespace)));
        return answer.code() == NOT_FOUND
                || answer.body().at("/status/phase").asText().equals("Terminating");
    }

    private static Answer succeeded(Answer answer) throws IOException {
        if (!answer.succeeded()) {
            throw new IOException(answer.message());
        }
        return answer;
    }

    /** Asks until the API server is well: a run of hours outlives its upgrade. */
    private static Answer patiently(Supplier<CompletableFuture<Answer>> request)
            throws IOException, InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            boolean last = System.nanoTime() - end >= 0;
            try {
                Answer answer = ApiServer.await(request.get());
                if (last || answer.code() < SERVER_ERROR && answer.code() != TOO_MANY_REQUESTS) {
                    return answer;
                }
            } catch (InterruptedIOException e) {
                throw (InterruptedException) new InterruptedException().initCause(e);
            } catch (IOException e) {
                if (last) {
                    throw e;
                }
            }
            // An API server that is overloaded or restarting is given time.
            Thread.sleep(PAUSE.toMillis());
        }
    }
}
