package io.cpubaseline.api.v1alpha1;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/**
 * One field of an OpenAPI schema.
 *
 * @param path where it is, e.g. {@code .status.conditions[].type}; {@code []} stands for a list's items, {@code {}} for a map's values
 * @param schema what the schema says about it
 * @param required whether its parent lists it as required
 */
record SchemaField(String path, JsonNode schema, boolean required) {

    /** All fields, items and values below a schema, parents before children. */
    static List<SchemaField> below(JsonNode schema) {
        var fields = new ArrayList<SchemaField>();
        collect("", schema, fields);
        return fields;
    }

    private static void collect(String path, JsonNode schema, List<SchemaField> fields) {
        var required = new ArrayList<String>();
        schema.path("required").forEach(name -> required.add(name.asText()));
        schema.path("properties")
                .properties()
                .forEach(property -> add(
                        path + "." + property.getKey(),
                        property.getValue(),
                        required.contains(property.getKey()),
                        fields));
        if (schema.has("items")) {
            add(path + "[]", schema.get("items"), false, fields);
        }
        if (schema.has("additionalProperties")) {
            add(path + "{}", schema.get("additionalProperties"), false, fields);
        }
    }

    private static void add(String path, JsonNode schema, boolean required, List<SchemaField> fields) {
        fields.add(new SchemaField(path, schema, required));
        collect(path, schema, fields);
    }

    /** As Kubernetes names it; {@code int-or-string} where it is either of the two. */
    String type() {
        return schema.path("x-kubernetes-int-or-string").asBoolean()
                ? "int-or-string"
                : schema.path("type").asText();
    }

    boolean isNamed() {
        return !path.endsWith("[]") && !path.endsWith("{}");
    }

    boolean isInSpec() {
        return path.startsWith(".spec.");
    }
}
