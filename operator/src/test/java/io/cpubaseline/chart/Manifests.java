package io.cpubaseline.chart;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.stream.Stream;

/** Kubernetes objects as Helm rendered them, found by kind and name. */
record Manifests(List<JsonNode> objects) {

    static Manifests parse(String yaml) {
        try (var documents = Chart.YAML.readerFor(JsonNode.class).<JsonNode>readValues(yaml)) {
            return new Manifests(
                    documents.readAll().stream().filter(JsonNode::isObject).toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String name(JsonNode object) {
        return object.at("/metadata/name").asText();
    }

    List<String> kinds() {
        return objects.stream()
                .map(object -> object.path("kind").asText())
                .sorted()
                .toList();
    }

    Stream<JsonNode> all(String kind) {
        return objects.stream().filter(object -> object.path("kind").asText().equals(kind));
    }

    /** The only object of this kind. */
    JsonNode the(String kind) {
        List<JsonNode> found = all(kind).toList();
        if (found.size() != 1) {
            throw new AssertionError("expected one " + kind + ", found " + found.size() + " of " + kinds());
        }
        return found.get(0);
    }

    JsonNode pod() {
        return the("Deployment").at("/spec/template");
    }

    JsonNode container() {
        return pod().at("/spec/containers/0");
    }

    List<String> arguments() {
        return Chart.YAML.convertValue(
                container().path("args"),
                Chart.YAML.getTypeFactory().constructCollectionType(List.class, String.class));
    }
}
