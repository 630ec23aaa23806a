package io.cpubaseline.operator.machines;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.cpubaseline.operator.kube.Json;
import io.cpubaseline.virtualmachine.OwnedFields;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** Who owns which fields of an object: {@code metadata.managedFields}, whose entries are trees of field names with {@code f:} before each. */
final class ManagedFields {

    private static final String TEMPLATE_SPEC = "f:spec f:template f:spec ";
    private static final String CPU = TEMPLATE_SPEC + "f:domain f:cpu ";
    private static final String LABELS = "f:metadata f:labels ";

    private ManagedFields() {}

    /**
     * A JSON patch that takes fields from some managers: it changes no field, and fails on any other version of the object.
     *
     * @param metadata the object's
     * @param managers from whom they are taken
     * @param taken which, by their values being there
     * @return nothing if none of them owns any
     */
    static Optional<JsonNode> without(JsonNode metadata, Collection<String> managers, OwnedFields taken) {
        ArrayNode left = Json.MAPPER.createArrayNode();
        boolean changed = false;
        for (JsonNode entry : metadata.path("managedFields")) {
            if (!managers.contains(entry.path("manager").asText())) {
                left.add(entry);
                continue;
            }
            ObjectNode kept = entry.deepCopy();
            for (String path : paths(taken)) {
                changed |= remove(kept.path("fieldsV1"), path.split(" "), 0);
            }
            if (!kept.path("fieldsV1").isEmpty()) {
                left.add(kept);
            }
        }
        if (!changed) {
            return Optional.empty();
        }
        ArrayNode patch = Json.MAPPER.createArrayNode();
        patch.addObject()
                .put("op", "test")
                .put("path", "/metadata/resourceVersion")
                .put("value", metadata.path("resourceVersion").asText());
        patch.addObject()
                .put("op", "replace")
                .put("path", "/metadata/managedFields")
                .set("value", left);
        return Optional.of(patch);
    }

    private static List<String> paths(OwnedFields fields) {
        List<String> paths = new ArrayList<>();
        add(paths, CPU + "f:model", fields.cpuModel().isEmpty());
        add(paths, CPU + "f:features", fields.features().isEmpty());
        add(
                paths,
                TEMPLATE_SPEC + "f:nodeSelector f:" + OwnedFields.VENDOR_KEY + fields.vendor(),
                fields.vendor().isEmpty());
        add(paths, LABELS + "f:" + OwnedFields.BASELINE_LABEL, fields.baseline().isEmpty());
        add(paths, LABELS + "f:" + OwnedFields.REVISION_LABEL, fields.revision().isEmpty());
        return paths;
    }

    private static void add(List<String> paths, String path, boolean absent) {
        if (!absent) {
            paths.add(path);
        }
    }

    /** Removes a name, and what is empty without it: an empty tree would own the whole field. */
    private static boolean remove(JsonNode tree, String[] path, int depth) {
        if (!(tree instanceof ObjectNode fields) || !fields.has(path[depth])) {
            return false;
        }
        if (depth == path.length - 1) {
            fields.remove(path[depth]);
            return true;
        }
        JsonNode below = fields.path(path[depth]);
        boolean removed = remove(below, path, depth + 1);
        if (removed && below.isEmpty()) {
            fields.remove(path[depth]);
        }
        return removed;
    }
}
