package io.cpubaseline;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** A schema of {@code docs/reference}, with what a test asks of it beside whether a document is valid. */
public final class DocumentSchema {

    private static final Path FOLDER =
            Path.of("").toAbsolutePath().resolveSibling("docs/reference").normalize();
    private static final String FILE = ".schema.json";

    private final JsonNode root;
    private final JsonSchema schema;

    private DocumentSchema(JsonNode root) {
        this.root = root;
        this.schema =
                JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012).getSchema(root);
    }

    /** The one with that name. */
    public static DocumentSchema named(String name) throws IOException {
        return new DocumentSchema(
                new ObjectMapper().readTree(FOLDER.resolve(name + FILE).toFile()));
    }

    /** The names of all. */
    static Set<String> names() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            Set<String> names = new TreeSet<>();
            files.map(file -> String.valueOf(file.getFileName()))
                    .filter(file -> file.endsWith(FILE))
                    .map(file -> file.substring(0, file.length() - FILE.length()))
                    .forEach(names::add);
            return names;
        }
    }

    /** The schema as it is written. */
    public JsonNode root() {
        return root;
    }

    /** What is wrong with a document; nothing if it is valid. */
    public Set<ValidationMessage> complaints(JsonNode document) {
        return schema.validate(document);
    }

    /** All lists of words that it has. */
    List<JsonNode> words() {
        return root.findValues("enum");
    }

    /** The properties that it describes and that no document has, each by its place in the schema. */
    public Set<String> absentFrom(Collection<JsonNode> documents) {
        Set<String> absent = properties();
        documents.forEach(document -> absent.removeAll(occurring(document)));
        return absent;
    }

    /** All properties that it describes. */
    Set<String> properties() {
        Set<String> properties = new TreeSet<>();
        collect(root, "", properties);
        return properties;
    }

    private static void collect(JsonNode node, String place, Set<String> properties) {
        node.path("properties").fieldNames().forEachRemaining(name -> properties.add(property(place, name)));
        node.properties().forEach(field -> collect(field.getValue(), place + "/" + field.getKey(), properties));
        for (int i = 0; node.isArray() && i < node.size(); i++) {
            collect(node.get(i), place + "/" + i, properties);
        }
    }

    private static String property(String place, String name) {
        return place + "/properties/" + name;
    }

    private Set<String> occurring(JsonNode document) {
        Set<String> occurring = new TreeSet<>();
        walk(root, document, "", occurring);
        return occurring;
    }

    private void walk(JsonNode node, JsonNode document, String place, Set<String> occurring) {
        JsonNode kind = node.at("/properties/kind/const");
        if (!kind.isMissingNode() && !kind.equals(document.path("kind"))) {
            return;
        }
        String reference = node.path("$ref").asText();
        if (!reference.isEmpty()) {
            String to = reference.substring(1);
            walk(root.at(to), document, to, occurring);
        }
        JsonNode choices = node.path("oneOf");
        for (int i = 0; i < choices.size(); i++) {
            walk(choices.get(i), document, place + "/oneOf/" + i, occurring);
        }
        document.properties().forEach(field -> {
            JsonNode described = node.path("properties").path(field.getKey());
            String at = property(place, field.getKey());
            if (described.isMissingNode()) {
                walk(node.path("additionalProperties"), field.getValue(), place + "/additionalProperties", occurring);
            } else {
                occurring.add(at);
                walk(described, field.getValue(), at, occurring);
            }
        });
        if (document.isArray()) {
            document.forEach(item -> walk(node.path("items"), item, place + "/items", occurring));
        }
    }

    /** The objects in it that don't say that they have no other property. */
    List<String> open() {
        List<String> open = new ArrayList<>();
        collectOpen(root, "", open);
        return open;
    }

    private static void collectOpen(JsonNode node, String place, List<String> open) {
        if (node.path("type").asText().equals("object") && !node.has("additionalProperties")) {
            open.add(place);
        }
        node.properties().forEach(field -> collectOpen(field.getValue(), place + "/" + field.getKey(), open));
        for (int i = 0; node.isArray() && i < node.size(); i++) {
            collectOpen(node.get(i), place + "/" + i, open);
        }
    }
}
