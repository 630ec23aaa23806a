package io.cpubaseline.models;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.MinimalPrettyPrinter;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.cpubaseline.cpu.AbiLevels;
import io.cpubaseline.cpu.CpuModel;
import io.cpubaseline.cpu.FeatureSet;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The catalog's {@code models.json}: a line per model, which is rewritten by what QEMU and libvirt say. */
final class ModelTable {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern VERSIONED = Pattern.compile("(.+)-v(\\d+)");

    /** Every physical CPU has these, where libvirt finds them, though KVM does not offer them by default. */
    private static final FeatureSet OF_EVERY_HOST = FeatureSet.of("acpi", "monitor");

    /** What stands for a model's features of Intel's nested virtualization, whose presence no label proves. */
    private static final String INTEL_NESTED = "vmx-*";

    private final AbiLevels levels;
    private final FeatureSet neverBlocks;
    private final Map<String, ObjectNode> rows = new LinkedHashMap<>();
    private String source;

    /**
     * Reads a table.
     *
     * @param text the text of {@code models.json}
     * @param levels which features make which x86-64 level
     * @param neverBlocks features that libvirt never wants on a host
     */
    ModelTable(String text, AbiLevels levels, FeatureSet neverBlocks) {
        this.levels = levels;
        this.neverBlocks = neverBlocks;
        try {
            JsonNode tree = JSON.readTree(text);
            source = tree.path("source").asText();
            tree.path("models").properties().forEach(row -> rows.put(row.getKey(), (ObjectNode) row.getValue()));
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The names in the table, older models first. */
    List<String> names() {
        return List.copyOf(rows.keySet());
    }

    /** The features of a model by the table. */
    FeatureSet features(String name) {
        List<String> features = new ArrayList<>();
        Objects.requireNonNull(rows.get(name), name)
                .path("features")
                .forEach(feature -> features.add(feature.asText()));
        return FeatureSet.copyOf(features);
    }

    /** Says in the table where its content is from. */
    void source(String text) {
        source = text;
    }

    /**
     * Takes over what a QEMU says. Of models that the table lacks only versions of those that it has are added: libvirt names the others
     * first, and no node is labelled with a model that libvirt has no name for.
     */
    void take(Map<String, QemuModel> models) {
        // A later version takes what only libvirt says from the one before it.
        Map<Integer, List<QemuModel>> byVersion = new TreeMap<>();
        models.values()
                .forEach(model -> byVersion
                        .computeIfAbsent(version(model.name()), v -> new ArrayList<>())
                        .add(model));
        byVersion
                .values()
                .forEach(same -> same.forEach(model -> {
                    if (!rows.containsKey(model.name())) {
                        addVersion(model.name());
                    }
                    ObjectNode row = rows.get(model.name());
                    if (row != null) {
                        row.put("from", "qemu");
                        write(row, model);
                    }
                }));
        Map<String, String> aliases = new LinkedHashMap<>();
        models.values().forEach(model -> aliases.put(model.aliasOf(), model.name()));
        models.keySet().forEach(name -> {
            ObjectNode row = rows.get(name);
            if (row != null && version(name) > 0) {
                row.put("aliasOf", aliases.get(name));
            }
        });
    }

    private void write(ObjectNode row, QemuModel model) {
        row.put("canonical", model.aliasOf().isEmpty() ? null : model.aliasOf());
        row.put("abiLevel", levels.of(model.features()).label());
        row.set("features", array(model.features()));
        row.put("cpuFamily", model.cpuFamily());
        if (model.cpuidLevel() < CpuModel.XSAVE_CPUID_LEVEL) {
            row.put("cpuidLevel", model.cpuidLevel());
        } else {
            row.remove("cpuidLevel");
        }
    }

    /** Puts a new version of a known model behind its last one, of which it has all that QEMU doesn't say. */
    private void addVersion(String name) {
        Matcher versioned = VERSIONED.matcher(name);
        String before = versioned.matches() ? lastOf(versioned.group(1)) : null;
        if (before != null) {
            insertAfter(before, name, Objects.requireNonNull(rows.get(before)).deepCopy());
        }
    }

    private void insertAfter(String before, String name, ObjectNode row) {
        Map<String, ObjectNode> reordered = new LinkedHashMap<>();
        if (before.isEmpty()) {
            reordered.put(name, row);
        }
        rows.forEach((known, knownRow) -> {
            reordered.put(known, knownRow);
            if (known.equals(before)) {
                reordered.put(name, row);
            }
        });
        rows.clear();
        rows.putAll(reordered);
    }

    private @Nullable String lastOf(String model) {
        String last = null;
        for (String name : rows.keySet()) {
            Matcher versioned = VERSIONED.matcher(name);
            last = versioned.matches() && versioned.group(1).equals(model) ? name : last;
        }
        return last;
    }

    /**
     * Adds the models that libvirt names and the table lacks, as libvirt describes them: a QEMU that has them too says it better, by
     * {@link #take(Map)} after this.
     */
    void addNew(CpuMap map) {
        String before = "";
        for (Map.Entry<String, CpuMap.Model> entry : map.models().entrySet()) {
            String name = entry.getKey();
            if (!rows.containsKey(name)) {
                CpuMap.Model model = entry.getValue();
                FeatureSet features = model.features()
                        .filter(feature -> !isIntelNested(feature))
                        .minus(OF_EVERY_HOST);
                ObjectNode row = JSON.createObjectNode();
                row.put("vendor", model.vendor().isEmpty() ? null : model.vendor());
                row.put("order", 0);
                row.put("versioned", version(name) > 0);
                row.putNull("canonical");
                row.putNull("aliasOf");
                row.put("obsolete", false);
                row.put("abiLevel", levels.of(features).label());
                row.put("from", "libvirt");
                row.set("features", array(features));
                insertAfter(before, name, row);
            }
            before = name;
        }
    }

    /**
     * Takes over what libvirt's map wants of a host beside what QEMU gives to a guest, and which names it has; for the end, when the features
     * are right.
     */
    void take(CpuMap map) {
        map.models().forEach((name, model) -> {
            ObjectNode row = Objects.requireNonNull(rows.get(name), name);
            FeatureSet more =
                    model.features().minus(features(name)).minus(neverBlocks).minus(OF_EVERY_HOST);
            FeatureSet wanted = more.filter(feature -> !isIntelNested(feature));
            boolean nested = !wanted.equals(more);
            row.remove("libvirtRequires");
            row.remove("libvirt");
            if (!more.isEmpty()) {
                row.set("libvirtRequires", array(nested ? wanted.with(INTEL_NESTED) : wanted));
            }
            if (!row.has("cpuFamily")) {
                row.put("cpuFamily", model.cpuFamily());
            }
        });
        // What libvirt does not know yet is as the version before it.
        String before = "";
        for (Map.Entry<String, ObjectNode> row : rows.entrySet()) {
            if (!map.models().containsKey(row.getKey())) {
                JsonNode wanted =
                        Objects.requireNonNull(rows.get(before), before).path("libvirtRequires");
                row.getValue().remove("libvirtRequires");
                row.getValue().put("libvirt", false);
                if (!wanted.isMissingNode()) {
                    row.getValue().set("libvirtRequires", wanted.deepCopy());
                }
            }
            before = row.getKey();
        }
    }

    private static boolean isIntelNested(String feature) {
        return feature.startsWith("vmx-");
    }

    private static ArrayNode array(FeatureSet features) {
        ArrayNode array = JSON.createArrayNode();
        features.names().forEach(array::add);
        return array;
    }

    private static int version(String name) {
        Matcher versioned = VERSIONED.matcher(name);
        return versioned.matches() ? Integer.parseInt(versioned.group(2)) : 0;
    }

    /** The table's text: a line per model, so that a change of one is a line in a diff. */
    String text() {
        int order = 0;
        List<String> lines = new ArrayList<>();
        for (Map.Entry<String, ObjectNode> row : rows.entrySet()) {
            row.getValue().put("order", order++);
            lines.add(line(JSON.getNodeFactory().textNode(row.getKey())) + ": " + line(row.getValue()));
        }
        return "{\"source\": " + line(JSON.getNodeFactory().textNode(source)) + ", \"models\": {\n"
                + String.join(",\n", lines) + "\n}}\n";
    }

    private static String line(JsonNode node) {
        try {
            return JSON.writer(new Spaced()).writeValueAsString(node);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** One line, with a space after each comma and colon. */
    private static final class Spaced extends MinimalPrettyPrinter {
        private static final long serialVersionUID = 1;

        @Override
        public void writeObjectFieldValueSeparator(JsonGenerator g) throws IOException {
            g.writeRaw(": ");
        }

        @Override
        public void writeObjectEntrySeparator(JsonGenerator g) throws IOException {
            g.writeRaw(", ");
        }

        @Override
        public void writeArrayValueSeparator(JsonGenerator g) throws IOException {
            g.writeRaw(", ");
        }
    }
}
