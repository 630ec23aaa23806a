package io.cpubaseline.host;

import com.fasterxml.jackson.core.JsonGenerator;
import io.cpubaseline.manifest.InputException;
import io.cpubaseline.manifest.Place;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One node while {@code kubectl describe} tells of it. */
final class NodeDescription {

    private static final String LABELS = "Labels";
    private static final String NONE = "<none>";

    /** Some annotations hold whole documents, whose lines look like anything: only KubeVirt's, in whatever product, are of interest. */
    private static final String INTERESTING = "kubevirt";

    private static final String SKIP_NODE = "/skip-node";

    private final Place place;
    private final Map<String, String> labels = new LinkedHashMap<>();
    private final Map<String, String> annotations = new LinkedHashMap<>();
    private final Map<String, String> allocatable = new LinkedHashMap<>();
    private final List<String> taints = new ArrayList<>();
    private String name = "";
    private String created = "";
    private String unschedulable = "";
    private String architecture = "";
    private String system = "";
    private String bootId = "";
    private @Nullable String ready;
    private String readySince = "";
    private String last = "";

    NodeDescription(Place place) {
        this.place = place;
    }

    /** Takes a field and what stands in its line. */
    void field(String field, String value) {
        last = field;
        switch (field) {
            case "Name" -> name = value;
            case "CreationTimestamp" -> created = value;
            case "Unschedulable" -> unschedulable = value;
            default -> {
                if (!value.isEmpty()) {
                    further(field, value);
                }
            }
        }
    }

    /** Takes a further line of a field. */
    void further(String field, String value) {
        if (value.equals(NONE)) {
            return;
        }
        switch (field) {
            case LABELS -> put(labels, value, '=');
            case "Annotations" -> annotation(value);
            case "Taints" -> taints.add(value);
            case "Conditions" -> condition(value);
            case "Allocatable" -> put(allocatable, value, ':');
            case "System Info" -> systemInfo(value);
            default -> {
                // Nothing about the CPU.
            }
        }
    }

    /** What follows is missing: all that is told after the labels may be, but they must be whole. */
    void cutOff() {
        if (last.equals(LABELS)) {
            throw new InputException(
                    place,
                    "Node %s: expected a description to its end, found one that ends among the labels: was it cut off?"
                            .formatted(name));
        }
    }

    private static void put(Map<String, String> map, String line, char separator) {
        int at = line.indexOf(separator);
        if (at > 0) {
            map.put(line.substring(0, at).strip(), line.substring(at + 1).strip());
        }
    }

    /** {@code key: value}; before Kubernetes 1.13 {@code key=value}. */
    private void annotation(String line) {
        if (line.contains(INTERESTING) || line.contains(SKIP_NODE)) {
            int colon = line.indexOf(": ");
            int equals = line.indexOf('=');
            put(annotations, line, equals > 0 && (colon < 0 || equals < colon) ? '=' : ':');
        }
    }

    /** Type, Status, LastHeartbeatTime, LastTransitionTime, Reason and Message, in columns. */
    private void condition(String line) {
        String[] cells = line.split("\\s{2,}", -1);
        if (cells.length > 3 && cells[0].equals("Ready")) {
            ready = cells[1];
            readySince = cells[3];
        }
    }

    private void systemInfo(String line) {
        int colon = line.indexOf(':');
        if (colon > 0) {
            String value = line.substring(colon + 1).strip();
            switch (line.substring(0, colon)) {
                case "Architecture" -> architecture = value;
                case "Operating System" -> system = value;
                case "Boot ID" -> bootId = value;
                default -> {
                    // Versions.
                }
            }
        }
    }

    /**
     * Writes the Node.
     *
     * @throws InputException if no labels were told: without them nothing is known of the CPU
     */
    void write(JsonGenerator json) throws IOException {
        if (labels.isEmpty()) {
            throw new InputException(
                    place,
                    "Node %s: expected its Labels as kubectl describe node prints them, found none: was something left out?"
                            .formatted(name));
        }
        json.writeStartObject();
        json.writeStringField("apiVersion", "v1");
        json.writeStringField("kind", "Node");
        json.writeObjectFieldStart("metadata");
        json.writeStringField("name", name);
        time(json, "creationTimestamp", created);
        texts(json, "labels", labels);
        texts(json, "annotations", annotations);
        json.writeEndObject();
        json.writeObjectFieldStart("spec");
        json.writeBooleanField("unschedulable", unschedulable.equals("true"));
        json.writeArrayFieldStart("taints");
        for (String taint : taints) {
            taint(json, taint);
        }
        json.writeEndArray();
        json.writeEndObject();
        status(json);
        json.writeEndObject();
    }

    private void status(JsonGenerator json) throws IOException {
        json.writeObjectFieldStart("status");
        texts(json, "allocatable", allocatable);
        json.writeObjectFieldStart("nodeInfo");
        json.writeStringField("architecture", architecture);
        json.writeStringField("operatingSystem", system);
        json.writeStringField("bootID", bootId);
        json.writeEndObject();
        json.writeArrayFieldStart("conditions");
        if (ready != null) {
            json.writeStartObject();
            json.writeStringField("type", "Ready");
            json.writeStringField("status", ready);
            time(json, "lastTransitionTime", readySince);
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    private static void texts(JsonGenerator json, String field, Map<String, String> texts) throws IOException {
        json.writeObjectFieldStart(field);
        for (Map.Entry<String, String> text : texts.entrySet()) {
            json.writeStringField(text.getKey(), text.getValue());
        }
        json.writeEndObject();
    }

    /** {@code key=value:Effect} or {@code key:Effect}. */
    private static void taint(JsonGenerator json, String taint) throws IOException {
        int colon = taint.lastIndexOf(':');
        if (colon > 0) {
            String key = taint.substring(0, colon);
            int equals = key.indexOf('=');
            json.writeStartObject();
            json.writeStringField("key", equals < 0 ? key : key.substring(0, equals));
            json.writeStringField("value", equals < 0 ? "" : key.substring(equals + 1));
            json.writeStringField("effect", taint.substring(colon + 1));
            json.writeEndObject();
        }
    }

    /** By RFC 1123, as kubectl prints times; one that is none is left out. */
    private static void time(JsonGenerator json, String field, String text) throws IOException {
        try {
            Instant time = OffsetDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toInstant();
            json.writeStringField(field, time.toString());
        } catch (DateTimeException e) {
            // "<unset>", or in words of another version.
        }
    }
}
