package io.cpubaseline.evidence;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.cpubaseline.fleet.CpuEvidence;
import io.cpubaseline.fleet.Truth;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One pass over a Kubernetes object. Field by field, in whatever order they come, it keeps what a Node or a NodeFeature has for CPU
 * baselines; which of the two it is may turn out at the end, since {@code kind} may be the last field.
 */
public final class ObjectDraft {

    private static final String ARCHITECTURE = "kubernetes.io/arch";
    private static final String SYSTEM = "kubernetes.io/os";
    private static final String LINUX = "linux";
    private static final String TRUE = "true";
    private static final String SCHEDULABLE = "kubevirt.io/schedulable";
    private static final String NODE_NAME = "nfd.node.kubernetes.io/node-name";

    /** Written by virt-handler every minute; the text of a JSON string, quotes included (pkg/virt-handler/heartbeat). */
    private static final String HEARTBEAT = "kubevirt.io/heartbeat";

    private static final String SKIP_NODE = "node-labeller.kubevirt.io/skip-node";
    private static final String WORKER_VERSION = "nfd.node.kubernetes.io/worker.version";

    /** Of the CPU, each with its value. */
    private static final int USUAL_LABELS = 2 * 400;

    private final EvidenceReader reader;
    private final Values values;
    private final HostDraft host;

    private String name = "";
    private String namespace = "";
    private String uid = "";
    private String resourceVersion = "";
    private Instant created = Instant.EPOCH;
    private Labels labels = Labels.of(List.of());
    private CpuEvidence evidence = CpuEvidence.nothing();
    private String workerVersion = "";
    private boolean frozen;
    private @Nullable Instant heartbeat;

    private String bootId = "";
    private String architecture = "";
    private String system = LINUX;
    private Truth ready = Truth.UNKNOWN;
    private Instant readySince = Instant.EPOCH;

    private final List<String> flags = new ArrayList<>();
    private String vendor = "";
    private String family = "";
    private String model = "";

    ObjectDraft(EvidenceReader reader, OddValues odd) {
        this.reader = reader;
        this.values = new Values(odd);
        this.host = new HostDraft(values, reader.readsDevices());
    }

    /**
     * Reads one field of the object; fields that don't matter are passed over.
     *
     * @param field the field's name
     * @param value a parser that stands at the first token of the field's value; afterwards it stands at the last one
     * @throws IOException if the text is not well-formed
     */
    public void field(String field, JsonParser value) throws IOException {
        switch (field) {
            case "metadata" -> metadata(value);
            case "spec" -> spec(value);
            case "status" -> status(value);
            default -> value.skipChildren();
        }
    }

    /** The object's name; empty if it has none, or none yet. */
    public String name() {
        return name;
    }

    /** The object's namespace; empty if it has none, or none yet. */
    public String namespace() {
        return namespace;
    }

    /** What was read, taken as a Node. */
    public NodeFacts node() {
        return new NodeFacts(
                name,
                uid,
                resourceVersion,
                created,
                bootId,
                labels.getOrDefault(ARCHITECTURE, architecture),
                labels.getOrDefault(SYSTEM, system).equals(LINUX),
                evidence,
                ready,
                readySince,
                schedulable(labels.get(SCHEDULABLE)),
                frozen,
                ready == Truth.YES && heartbeat != null && heartbeat.isBefore(readySince),
                host.kvm(),
                reader.shared(host.finished()),
                labels);
    }

    /** What was read, taken as a NodeFeature. */
    public NodeFeatureFacts nodeFeature() {
        return new NodeFeatureFacts(
                namespace,
                name,
                resourceVersion,
                created,
                labels.getOrDefault(NODE_NAME, ""),
                workerVersion,
                reader.silicon(flags, vendor),
                family,
                model);
    }

    private void metadata(JsonParser p) throws IOException {
        if (!values.isObject(p, "metadata")) {
            return;
        }
        for (String field = p.nextFieldName(); field != null; field = p.nextFieldName()) {
            p.nextToken();
            switch (field) {
                case "name" -> name = text(p, "metadata.name");
                case "namespace" -> namespace = text(p, "metadata.namespace").intern();
                case "uid" -> uid = text(p, "metadata.uid");
                case "resourceVersion" -> resourceVersion = text(p, "metadata.resourceVersion");
                case "creationTimestamp" -> {
                    Instant time = time(text(p, "metadata.creationTimestamp"));
                    created = time == null ? Instant.EPOCH : time;
                }
                case "labels" -> labels(p);
                case "annotations" -> annotations(p);
                default -> p.skipChildren();
            }
        }
    }

    private void labels(JsonParser p) throws IOException {
        if (!values.isObject(p, "metadata.labels")) {
            return;
        }
        List<String> cpu = new ArrayList<>(USUAL_LABELS);
        List<String> others = new ArrayList<>();
        for (String told = p.nextFieldName(); told != null; told = p.nextFieldName()) {
            // Nearly all are of the CPU, and KubeVirt's own.
            String key = reader.isOfCpu(told) ? told : reader.kubeVirts(told);
            JsonToken token = p.nextToken();
            // Of the most frequent value there need not be hundreds.
            String value = isTrue(p, token) ? TRUE : values.text(p, "metadata.labels", key);
            if (value == null && token != JsonToken.VALUE_NULL) {
                continue;
            }
            // A label without a value has the empty one.
            String text = value == null ? "" : value;
            if (reader.isOfCpu(key)) {
                cpu.add(key);
                cpu.add(text);
            } else {
                // Most keys and values recur on every node; the JVM's own table shares them and lets go of the rest.
                others.add(key.intern());
                others.add(text.intern());
                host.label(key, text);
                if (!key.equals(told)) {
                    // Selectors of that product name it so, and it tells whose node this is.
                    others.add(told.intern());
                    others.add(text.intern());
                }
            }
        }
        CpuLabels.Understood understood = reader.understand(cpu);
        labels = Labels.of(others).over(understood.labels());
        evidence = understood.evidence();
        host.cpuLabels(understood.selectable());
    }

    /** Whether it is the text {@code true}, without making one. */
    private static boolean isTrue(JsonParser p, JsonToken token) throws IOException {
        if (token != JsonToken.VALUE_STRING || p.getTextLength() != TRUE.length()) {
            return false;
        }
        char[] text = p.getTextCharacters();
        int begin = p.getTextOffset();
        return text[begin] == 't' && text[begin + 1] == 'r' && text[begin + 2] == 'u' && text[begin + 3] == 'e';
    }

    private void annotations(JsonParser p) throws IOException {
        if (!values.isObject(p, "metadata.annotations")) {
            return;
        }
        for (String told = p.nextFieldName(); told != null; told = p.nextFieldName()) {
            String key = reader.kubeVirts(told);
            p.nextToken();
            switch (key) {
                case SKIP_NODE -> {
                    frozen = true;
                    values.skipText(p, "metadata.annotations", key);
                }
                case HEARTBEAT -> heartbeat = time(unquoted(text(p, "metadata.annotations", key)));
                case WORKER_VERSION ->
                    workerVersion = text(p, "metadata.annotations", key).intern();
                default -> values.skipText(p, "metadata.annotations", key);
            }
        }
    }

    private void spec(JsonParser p) throws IOException {
        if (!values.isObject(p, "spec")) {
            return;
        }
        for (String field = p.nextFieldName(); field != null; field = p.nextFieldName()) {
            p.nextToken();
            switch (field) {
                case "features" -> features(p);
                case "unschedulable" -> host.unschedulable(p);
                case "taints" -> host.taints(p);
                default -> p.skipChildren();
            }
        }
    }

    private void features(JsonParser p) throws IOException {
        if (!values.isObject(p, "spec.features")) {
            return;
        }
        for (String kind = p.nextFieldName(); kind != null; kind = p.nextFieldName()) {
            p.nextToken();
            switch (kind) {
                case "flags" -> featureElements(p, "spec.features.flags", "cpu.cpuid");
                case "attributes" -> featureElements(p, "spec.features.attributes", "cpu.model");
                default -> p.skipChildren();
            }
        }
    }

    /** Reads {@code elements} of one feature among the many of a kind. */
    private void featureElements(JsonParser p, String field, String wanted) throws IOException {
        if (!values.isObject(p, field)) {
            return;
        }
        for (String feature = p.nextFieldName(); feature != null; feature = p.nextFieldName()) {
            p.nextToken();
            String path = field + "[" + feature + "]";
            if (!feature.equals(wanted) || !values.isObject(p, path)) {
                p.skipChildren();
                continue;
            }
            for (String part = p.nextFieldName(); part != null; part = p.nextFieldName()) {
                p.nextToken();
                if (!part.equals("elements")) {
                    p.skipChildren();
                } else if (feature.equals("cpu.cpuid")) {
                    cpuidFlags(p, path + ".elements");
                } else {
                    cpuModel(p, path + ".elements");
                }
            }
        }
    }

    private void cpuidFlags(JsonParser p, String path) throws IOException {
        if (!values.isObject(p, path)) {
            return;
        }
        for (String flag = p.nextFieldName(); flag != null; flag = p.nextFieldName()) {
            // A flag is set by being there; its value is an empty object.
            p.nextToken();
            p.skipChildren();
            flags.add(flag);
        }
    }

    private void cpuModel(JsonParser p, String path) throws IOException {
        if (!values.isObject(p, path)) {
            return;
        }
        for (String attribute = p.nextFieldName(); attribute != null; attribute = p.nextFieldName()) {
            p.nextToken();
            switch (attribute) {
                case "vendor_id" -> vendor = text(p, path, attribute).intern();
                case "family" -> family = text(p, path, attribute).intern();
                case "id" -> model = text(p, path, attribute).intern();
                default -> values.skipText(p, path, attribute);
            }
        }
    }

    private void status(JsonParser p) throws IOException {
        if (!values.isObject(p, "status")) {
            return;
        }
        for (String field = p.nextFieldName(); field != null; field = p.nextFieldName()) {
            p.nextToken();
            switch (field) {
                case "allocatable" -> host.allocatable(p);
                case "conditions" -> conditions(p);
                case "nodeInfo" -> nodeInfo(p);
                default -> p.skipChildren();
            }
        }
    }

    private void conditions(JsonParser p) throws IOException {
        if (!values.isList(p, "status.conditions")) {
            return;
        }
        for (int i = 0; more(p); i++) {
            String path = "status.conditions[" + i + "]";
            if (values.isObject(p, path)) {
                condition(p, path);
            }
        }
    }

    private void condition(JsonParser p, String path) throws IOException {
        String type = "";
        String status = "";
        String transition = "";
        for (String field = p.nextFieldName(); field != null; field = p.nextFieldName()) {
            p.nextToken();
            switch (field) {
                case "type" -> type = text(p, path + ".type");
                case "status" -> status = text(p, path + ".status");
                case "lastTransitionTime" -> transition = text(p, path + ".lastTransitionTime");
                default -> p.skipChildren();
            }
        }
        if (type.equals("Ready")) {
            ready = switch (status) {
                case "True" -> Truth.YES;
                case "False", "Unknown" -> Truth.NO;
                default -> Truth.UNKNOWN;
            };
            Instant since = time(transition);
            readySince = since == null ? Instant.EPOCH : since;
        }
    }

    private void nodeInfo(JsonParser p) throws IOException {
        if (!values.isObject(p, "status.nodeInfo")) {
            return;
        }
        for (String field = p.nextFieldName(); field != null; field = p.nextFieldName()) {
            p.nextToken();
            switch (field) {
                case "architecture" ->
                    architecture = text(p, "status.nodeInfo.architecture").intern();
                case "operatingSystem" -> {
                    String running = text(p, "status.nodeInfo.operatingSystem");
                    system = running.isEmpty() ? LINUX : running.intern();
                }
                case "bootID" -> bootId = text(p, "status.nodeInfo.bootID");
                default -> p.skipChildren();
            }
        }
    }

    private String text(JsonParser p, String field) throws IOException {
        String text = values.text(p, field);
        return text == null ? "" : text;
    }

    private String text(JsonParser p, String map, String key) throws IOException {
        String text = values.text(p, map, key);
        return text == null ? "" : text;
    }

    /** Moves to a list's next element, unless it ends; a text that ends in the middle of a list ends the list. */
    private static boolean more(JsonParser p) throws IOException {
        JsonToken token = p.nextToken();
        return token != null && token != JsonToken.END_ARRAY;
    }

    /** Pods of virtual machines ask for the value {@code true}: with any other they can't land. */
    private static Truth schedulable(@Nullable String label) {
        return label == null ? Truth.UNKNOWN : Truth.of(label.equals("true"));
    }

    private static String unquoted(String text) {
        return text.length() >= 2 && text.startsWith("\"") && text.endsWith("\"")
                ? text.substring(1, text.length() - 1)
                : text;
    }

    private static @Nullable Instant time(String text) {
        if (text.isEmpty()) {
            return null;
        }
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException e) {
            return null;
        }
    }
}
