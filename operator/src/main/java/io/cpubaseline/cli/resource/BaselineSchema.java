package io.cpubaseline.cli.resource;

import com.fasterxml.jackson.databind.JsonNode;
import io.cpubaseline.evidence.Found;
import io.cpubaseline.manifest.InputException;
import io.cpubaseline.manifest.LocatedTree;
import io.cpubaseline.manifest.ManifestFile;
import io.cpubaseline.manifest.ManifestParser;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Holds a document to the schema of ClusterCpuBaseline as an API server does, by the custom resource definition itself, so that a file
 * which {@code plan} takes can be applied. Of the schema's language it knows what that definition uses.
 */
final class BaselineSchema {

    private static final String INT_OR_STRING = "x-kubernetes-int-or-string";
    private static final String DEFINITION = "cpubaseline.io_clustercpubaselines.yaml";

    private final JsonNode schema;

    private BaselineSchema(JsonNode schema) {
        this.schema = schema;
    }

    /** The schema of the definition that ships with the program, loaded on first use. */
    static BaselineSchema shipped() {
        return Shipped.SCHEMA;
    }

    private static BaselineSchema load() {
        InputStream stream = BaselineSchema.class.getResourceAsStream(DEFINITION);
        if (stream == null) {
            throw new IllegalStateException("the program lacks its definition " + DEFINITION);
        }
        try (ManifestParser parser = ManifestFile.resource(DEFINITION, stream).open()) {
            parser.nextToken();
            return new BaselineSchema(LocatedTree.read(parser).root().at("/spec/versions/0/schema/openAPIV3Schema"));
        } catch (IOException e) {
            throw new IllegalStateException("the program's definition " + DEFINITION + " can't be read", e);
        }
    }

    /** The schema's tree. */
    JsonNode tree() {
        return schema;
    }

    /**
     * Checks a document.
     *
     * @throws InputException for the first value that the schema forbids
     */
    void check(LocatedTree document) {
        new Check(document).value(document.root(), schema, new Path("", ""));
    }

    /** Where a value is: for the tree, and for people. */
    private record Path(String pointer, String field) {

        Path field(String name) {
            return new Path(LocatedTree.child(pointer, name), field.isEmpty() ? name : field + "." + name);
        }

        Path entry(String key) {
            return new Path(LocatedTree.child(pointer, key), field + "[" + key + "]");
        }
    }

    /** One pass over one document. */
    private record Check(LocatedTree document) {

        void value(JsonNode value, JsonNode schema, Path path) {
            switch (type(schema)) {
                case "object" -> object(value, schema, path);
                case "array" -> list(value, schema, path);
                case "string" -> string(value, schema, path);
                case "integer" -> integer(value, schema, path);
                case INT_OR_STRING -> intOrString(value, schema, path);
                case "boolean" -> require(value.isBoolean(), path, "expected true or false, found " + found(value));
                default -> throw new IllegalStateException("the schema has a type that is not known here: " + schema);
            }
            for (JsonNode rule : schema.path("x-kubernetes-validations")) {
                BaselineRules.violation(rule, value).ifPresent(message -> {
                    throw mistake(path, message);
                });
            }
        }

        private void object(JsonNode value, JsonNode schema, Path path) {
            require(value.isObject(), path, "expected an object, found " + found(value));
            JsonNode properties = schema.path("properties");
            JsonNode entries = schema.path("additionalProperties");
            for (Map.Entry<String, JsonNode> field : value.properties()) {
                if (properties.has(field.getKey())) {
                    value(field.getValue(), properties.path(field.getKey()), path.field(field.getKey()));
                } else if (entries.isObject()) {
                    value(field.getValue(), entries, path.entry(field.getKey()));
                } else if (properties.isObject()) {
                    throw mistake(path.field(field.getKey()), "unknown field; expected one of " + names(properties));
                }
            }
            for (JsonNode name : schema.path("required")) {
                require(
                        value.has(name.asText()),
                        path,
                        "expected the field " + name.asText() + " in it, found "
                                + (value.isEmpty() ? "none" : names(value)));
            }
            int most = schema.path("maxProperties").asInt(Integer.MAX_VALUE);
            require(value.size() <= most, path, "expected at most " + most + " entries, found " + value.size());
        }

        private void list(JsonNode value, JsonNode schema, Path path) {
            require(value.isArray(), path, "expected a list, found " + found(value));
            int most = schema.path("maxItems").asInt(Integer.MAX_VALUE);
            require(value.size() <= most, path, "expected at most " + most + " entries, found " + value.size());
            boolean unique = schema.path("x-kubernetes-list-type").asText().equals("set");
            List<String> keys = texts(schema.path("x-kubernetes-list-map-keys"));
            Set<JsonNode> seen = new HashSet<>();
            Set<List<String>> named = new HashSet<>();
            for (int i = 0; i < value.size(); i++) {
                Path entry = path.entry(Integer.toString(i));
                value(value.get(i), schema.path("items"), entry);
                require(
                        !unique || seen.add(value.get(i)),
                        entry,
                        found(value.get(i)) + " is in the list twice; remove one of the two");
                JsonNode element = value.get(i);
                List<String> key =
                        keys.stream().map(name -> element.path(name).asText()).toList();
                require(
                        keys.isEmpty() || named.add(key),
                        entry,
                        "\"" + String.join(" ", key) + "\" is in the list twice; remove one of the two");
            }
        }

        private void string(JsonNode value, JsonNode schema, Path path) {
            require(value.isTextual(), path, "expected a string, found " + found(value) + quoting(value));
            JsonNode allowed = schema.path("enum");
            List<String> choices = texts(allowed);
            require(
                    choices.isEmpty() || choices.contains(value.asText()),
                    path,
                    "expected " + (choices.size() == 1 ? "" : "one of ") + String.join(", ", choices) + ", found "
                            + found(value));
            int length = value.asText().codePointCount(0, value.asText().length());
            int least = schema.path("minLength").asInt(0);
            int most = schema.path("maxLength").asInt(Integer.MAX_VALUE);
            require(length >= least, path, "expected at least " + least + " character, found an empty string");
            require(length <= most, path, "expected at most " + most + " characters, found " + length);
        }

        private void integer(JsonNode value, JsonNode schema, Path path) {
            require(value.isIntegralNumber(), path, "expected a whole number, found " + found(value));
            JsonNode least = schema.path("minimum");
            JsonNode most = schema.path("maximum");
            require(
                    least.isMissingNode() || value.bigIntegerValue().compareTo(least.bigIntegerValue()) >= 0,
                    path,
                    "expected at least " + least.asText() + ", found " + value.asText());
            require(
                    most.isMissingNode() || value.bigIntegerValue().compareTo(most.bigIntegerValue()) <= 0,
                    path,
                    "expected at most " + most.asText() + ", found " + value.asText());
        }

        private void intOrString(JsonNode value, JsonNode schema, Path path) {
            if (value.isNumber()) {
                integer(value, schema, path);
                return;
            }
            String pattern = schema.path("pattern").asText();
            require(
                    value.isTextual() && value.asText().matches(pattern),
                    path,
                    "expected a number or a percentage (" + pattern + "), found " + found(value));
        }

        private void require(boolean condition, Path path, String problem) {
            if (!condition) {
                throw mistake(path, problem);
            }
        }

        private InputException mistake(Path path, String problem) {
            return new InputException(
                    document.place(path.pointer()), path.field().isEmpty() ? problem : path.field() + ": " + problem);
        }

        private static String names(JsonNode object) {
            return object.properties().stream().map(Map.Entry::getKey).collect(Collectors.joining(", "));
        }
    }

    private static String type(JsonNode schema) {
        return schema.path(INT_OR_STRING).asBoolean()
                ? INT_OR_STRING
                : schema.path("type").asText();
    }

    static List<String> texts(JsonNode list) {
        return Stream.iterate(0, i -> i < list.size(), i -> i + 1)
                .map(i -> list.get(i).asText())
                .toList();
    }

    /** What a value is, in a few words. */
    static String found(JsonNode value) {
        return switch (value.getNodeType()) {
            case OBJECT -> "an object";
            case ARRAY -> "a list";
            case BOOLEAN -> "the boolean " + value.asText();
            case NUMBER -> "the number " + Found.abbreviated(value.asText());
            case STRING -> "the string \"" + Found.abbreviated(value.asText()) + "\"";
            default -> "nothing";
        };
    }

    private static String quoting(JsonNode value) {
        return value.isValueNode() && !value.isNull() ? "; put it in quotes: \"" + value.asText() + "\"" : "";
    }

    private static final class Shipped {
        private static final BaselineSchema SCHEMA = load();

        private Shipped() {}
    }
}
