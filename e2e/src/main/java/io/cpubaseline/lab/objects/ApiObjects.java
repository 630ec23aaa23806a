package io.cpubaseline.lab.objects;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.cpubaseline.lab.process.LabException;
import io.cpubaseline.lab.process.Wait;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/**
 * All that an API server holds, whatever its kind: what it serves and which objects there are. Only metadata is fetched, so that
 * looking at everything takes a fraction of a second.
 */
public final class ApiObjects {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String METADATA_ONLY = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1";
    private static final String ALL_RESOURCES = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";

    private final KubernetesClient client;

    public ApiObjects(KubernetesClient client) {
        this.client = client;
    }

    /**
     * A served resource.
     *
     * @param prefix {@code /api/v1} or {@code /apis/GROUP/VERSION}
     * @param group empty for the core group
     * @param plural for instance {@code nodes}
     */
    public record Resource(String prefix, String group, String plural, boolean namespaced, List<String> verbs) {
        public boolean canBeCleared() {
            return verbs.contains("list") && verbs.contains("delete");
        }

        public boolean isNamespace() {
            return qualifiedName().equals("namespaces");
        }

        public boolean isDefinition() {
            return qualifiedName().equals("customresourcedefinitions.apiextensions.k8s.io");
        }

        /** {@code PLURAL.GROUP}, which is also the name of its definition where it is a custom resource. */
        public String qualifiedName() {
            return group.isEmpty() ? plural : plural + "." + group;
        }
    }

    /**
     * An object.
     *
     * @param path its address on the server
     */
    public record Found(
            Resource resource, String path, String namespace, String name, String uid, boolean hasFinalizers) {}

    /** Every resource that is served now, once per group: in the version that the server prefers. */
    public List<Resource> resources() {
        List<Resource> resources = new ArrayList<>();
        for (String root : List.of("/api", "/apis")) {
            for (JsonNode group : await(getAsync(root, ALL_RESOURCES)).path("items")) {
                String name = group.path("metadata").path("name").asText();
                // The first one is the preferred one.
                JsonNode version = group.path("versions").path(0);
                String prefix = root
                        + (name.isEmpty() ? "/" : "/" + name + "/")
                        + version.path("version").asText();
                for (JsonNode resource : version.path("resources")) {
                    resources.add(new Resource(
                            prefix,
                            name,
                            resource.path("resource").asText(),
                            resource.path("scope").asText().equals("Namespaced"),
                            StreamSupport.stream(resource.path("verbs").spliterator(), false)
                                    .map(JsonNode::asText)
                                    .toList()));
                }
            }
        }
        return resources;
    }

    /** The names of all custom resource definitions. */
    public Set<String> definitions() {
        return list(resources().stream().filter(Resource::isDefinition).toList()).stream()
                .map(Found::name)
                .collect(Collectors.toSet());
    }

    /**
     * Waits until the custom resources of these definitions are served.
     *
     * @throws LabException when some are not in time
     */
    public void awaitServed(Set<String> definitions) {
        Set<String> missing = new HashSet<>(definitions);
        Wait.until(
                () -> {
                    missing.removeAll(
                            resources().stream().map(Resource::qualifiedName).collect(Collectors.toSet()));
                    return missing.isEmpty();
                },
                PATIENCE,
                () -> "the API server does not serve " + missing);
    }

    /** Every object of these resources, in all namespaces; in the order of the resources, which are asked for at the same time. */
    public List<Found> list(Collection<Resource> resources) {
        List<CompletableFuture<List<Found>>> answers = resources.stream()
                .map(resource -> getAsync(resource.prefix() + "/" + resource.plural(), METADATA_ONLY)
                        .thenApply(list -> objects(resource, list)))
                .toList();
        return answers.stream().flatMap(answer -> await(answer).stream()).toList();
    }

    private static List<Found> objects(Resource resource, JsonNode list) {
        List<Found> found = new ArrayList<>();
        for (JsonNode item : list.path("items")) {
            JsonNode metadata = item.path("metadata");
            String namespace = metadata.path("namespace").asText();
            String name = metadata.path("name").asText();
            String path = resource.prefix()
                    + (namespace.isEmpty() ? "" : "/namespaces/" + namespace)
                    + "/" + resource.plural() + "/" + name;
            found.add(new Found(
                    resource,
                    path,
                    namespace,
                    name,
                    metadata.path("uid").asText(),
                    !metadata.path("finalizers").isEmpty()));
        }
        return found;
    }

    /** Deletes the object for good: finalizers are taken off it, and a namespace is finalized. What is gone already is no error. */
    public void delete(Found object) {
        send(
                "DELETE",
                object.path(),
                "{\"gracePeriodSeconds\":0,\"propagationPolicy\":\"Background\"}",
                "application/json");
        if (object.resource().isNamespace()) {
            String namespace =
                    "{\"apiVersion\":\"v1\",\"kind\":\"Namespace\",\"metadata\":{\"name\":\"%s\"},\"spec\":{}}"
                            .formatted(object.name());
            send("PUT", object.path() + "/finalize", namespace, "application/json");
        } else if (object.hasFinalizers()) {
            send("PATCH", object.path(), "{\"metadata\":{\"finalizers\":null}}", "application/merge-patch+json");
        }
    }

    private CompletableFuture<JsonNode> getAsync(String path, String accept) {
        return sendAsync(request(path).header("Accept", accept).build()).thenApply(response -> {
            // A resource whose definition is just being deleted.
            if (response.code() == 404) {
                return JSON.createObjectNode();
            }
            if (!response.isSuccessful()) {
                throw new LabException("GET " + path + ": " + response.code() + " " + response.body());
            }
            try {
                return JSON.readTree(response.body());
            } catch (IOException e) {
                throw new LabException("GET " + path + ": not JSON", e);
            }
        });
    }

    private void send(String method, String path, String body, String contentType) {
        HttpResponse<String> response =
                await(sendAsync(request(path).method(method, contentType, body).build()));
        if (!response.isSuccessful() && response.code() != 404 && response.code() != 409) {
            throw new LabException(method + " " + path + ": " + response.code() + " " + response.body());
        }
    }

    private HttpRequest.Builder request(String path) {
        return client.getHttpClient()
                .newHttpRequestBuilder()
                .uri(URI.create(client.getMasterUrl().toString()).resolve(path));
    }

    private CompletableFuture<HttpResponse<String>> sendAsync(HttpRequest request) {
        return client.getHttpClient().sendAsync(request, String.class);
    }

    private static <T> T await(CompletableFuture<T> answer) {
        try {
            return answer.get();
        } catch (ExecutionException e) {
            throw new LabException("no answer from the API server", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LabException("interrupted", e);
        }
    }
}
