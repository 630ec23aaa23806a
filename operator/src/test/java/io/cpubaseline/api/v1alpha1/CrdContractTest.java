package io.cpubaseline.api.v1alpha1;

import static java.util.Comparator.comparingInt;
import static java.util.Map.entry;
import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.cpubaseline.catalog.CatalogLoader;
import io.cpubaseline.cpu.CpuModel;
import io.fabric8.crdv2.generator.CRDGenerator;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Holds the Java types and the hand-written custom resource definitions to each other. */
@ParameterizedClass
@EnumSource
class CrdContractTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** Required by the schema, but null in Java, each for the reason that its record gives. */
    private static final Set<String> REQUIRED_BUT_NULLABLE = Set.of(
            ".status.conditions[].lastTransitionTime",
            ".spec.virtualMachines.namespaceSelector",
            ".spec.virtualMachines.selector");

    /** The columns of {@code kubectl get} without {@code -o wide}, each with its widest cell. */
    private static final Map<CrdFiles, Map<String, String>> COLUMNS = Map.of(
            CrdFiles.BASELINES,
            inOrder(
                    entry("Ready", "False"),
                    entry("Level", "x86-64-v4"),
                    entry(
                            "Model",
                            CatalogLoader.selection().catalog().models().stream()
                                    .filter(model -> !model.obsolete())
                                    .map(CpuModel::name)
                                    .max(comparingInt(String::length))
                                    .orElseThrow()),
                    entry("Candidate", "Sideways"),
                    entry("Restarts", "10000")),
            CrdFiles.CAMPAIGNS,
            inOrder(
                    entry("Ready", "False"),
                    entry("Due", "10000"),
                    entry("Restarting", "100"),
                    entry("Restarted", "10000"),
                    entry("Failed", "100")));

    /** Columns that {@code -o wide} must not lose. */
    private static final Map<CrdFiles, List<String>> WIDE = Map.of(
            CrdFiles.BASELINES, List.of(".spec.paused", ".status.nodes.schedulable", ".status.candidate.revision"),
            CrdFiles.CAMPAIGNS, List.of(".spec.paused", ".status.waitingForConsent", ".status.nextWindow"));

    @Parameter
    @SuppressWarnings("NullAway.Init")
    private CrdFiles definition;

    @TempDir
    private Path directory;

    @Test
    void javaAndTheSchemaHaveTheSameFieldsOfTheSameTypes() {
        // Given
        var generated = generatedCrd().at("/spec/versions/0/schema/openAPIV3Schema");

        // When
        var java = typesByPath(generated);
        var schema = typesByPath(definition.schema());
        // What may be a number or a text is read as a text.
        schema.replaceAll((path, type) -> type.equals("int-or-string") ? "string" : type);
        schema.keySet().removeAll(Set.of(".apiVersion", ".kind", ".metadata"));

        // Then
        assertThat(schema).isEqualTo(java);
    }

    @Test
    void javaAndTheDefinitionHaveTheSameNames() {
        // Given
        var generated = generatedCrd();
        var written = definition.crd();

        // When, Then
        for (var field : List.of(
                "/metadata/name",
                "/spec/group",
                "/spec/scope",
                "/spec/names/kind",
                "/spec/names/plural",
                "/spec/names/singular",
                "/spec/names/shortNames",
                "/spec/versions/0/name",
                "/spec/versions/0/served",
                "/spec/versions/0/storage",
                "/spec/versions/0/subresources/status")) {
            assertThat(written.at(field)).as(field).isEqualTo(generated.at(field));
        }
        assertThat(written.at("/spec/versions")).hasSize(1);
    }

    @Test
    void aJavaValueIsNullableExactlyWhereTheSchemaLetsItBeAbsentAndHasNoDefault() {
        // Given
        var schema = SchemaField.below(definition.schema()).stream().collect(toMap(SchemaField::path, field -> field));
        var wrong = new ArrayList<String>();

        // When
        var components = new TreeMap<String, RecordComponent>();
        collectComponents(".spec", definition.spec(), components);
        collectComponents(".status", definition.status(), components);
        components.forEach((path, component) -> {
            var field = requireNonNull(schema.get(path), path);
            var mayBeAbsent = !field.required() && !field.schema().has("default");
            var hasEmptyValue = component.getType().isPrimitive()
                    || component.getType() == List.class
                    || component.getType() == Map.class;
            var nullable = component.getAnnotatedType().isAnnotationPresent(Nullable.class);
            if (!REQUIRED_BUT_NULLABLE.contains(path) && nullable != (mayBeAbsent && !hasEmptyValue)) {
                wrong.add(path);
            }
        });

        // Then
        assertThat(wrong).isEmpty();
    }

    @Test
    void everyFieldIsExplained() {
        // Given
        var fields = SchemaField.below(definition.schema());

        // When
        var unexplained = fields.stream()
                .filter(SchemaField::isNamed)
                .filter(field -> field.schema().path("description").asText().isBlank())
                .map(SchemaField::path);

        // Then: the API server allows no description of metadata
        assertThat(unexplained).containsExactly(".metadata");
    }

    @Test
    void everyListIsBoundedAndSaysHowItMerges() {
        // Given
        var lists = SchemaField.below(definition.schema()).stream()
                .filter(field -> field.type().equals("array"));

        // When, Then
        assertThat(lists).isNotEmpty().allSatisfy(list -> {
            assertThat(list.schema().path("maxItems").asInt()).as(list.path()).isBetween(1, 512);
            assertThat(list.schema().path("x-kubernetes-list-type").asText())
                    .as(list.path())
                    .isIn("atomic", "set", "map");
        });
    }

    @Test
    void everySpecValueIsBounded() {
        // Given
        var fields = SchemaField.below(definition.schema()).stream().filter(SchemaField::isInSpec);

        // When, Then: the checks' cost is limited, and no number is too large for Java
        assertThat(fields).isNotEmpty().allSatisfy(field -> {
            switch (field.type()) {
                case "string" ->
                    assertThat(field.schema().has("enum") || field.schema().has("maxLength"))
                            .as(field.path())
                            .isTrue();
                case "integer" ->
                    assertThat(field.schema().has("minimum") && field.schema().has("maximum"))
                            .as(field.path())
                            .isTrue();
                case "int-or-string" ->
                    assertThat(Stream.of("pattern", "maxLength", "minimum", "maximum"))
                            .as(field.path())
                            .allMatch(field.schema()::has);
                case "object" ->
                    assertThat(field.schema().has("properties")
                                    || field.schema().has("maxProperties"))
                            .as(field.path())
                            .isTrue();
                default -> assertThat(field.type()).isIn("boolean", "array");
            }
        });
    }

    @Test
    void conditionsMergeByTypeSoThatServerSideApplyKeepsThemApart() {
        // Given
        var conditions = definition.schema().at("/properties/status/properties/conditions");

        // When
        var keys = conditions.path("x-kubernetes-list-map-keys");

        // Then
        assertThat(conditions.path("x-kubernetes-list-type").asText()).isEqualTo("map");
        assertThat(keys).extracting(JsonNode::asText).containsExactly("type");
    }

    @Test
    void javaFillsInTheSchemasDefaults() {
        assertThat(definition.samples("valid")).isNotEmpty().allSatisfy(sample -> {
            // Given
            var written = (ObjectNode) CrdFiles.read(sample);

            // When
            var spec = JSON.treeToValue(
                    written.path("spec").isMissingNode() ? JSON.createObjectNode() : written.get("spec"),
                    definition.spec());

            // Then
            var defaulted = withDefaults(written, definition.schema()).path("spec");
            assertThat(JSON.<JsonNode>valueToTree(spec)).isEqualTo(withoutEmptyNames(defaulted));
        });
    }

    @Test
    void everyFieldIsInTheSampleThatClaimsSo() {
        // Given
        var fields = SchemaField.below(definition.schema()).stream()
                .filter(field -> !field.path().startsWith(".metadata"))
                .map(SchemaField::path);

        // When
        var sample = definition.everyField();

        // Then
        assertThat(fields)
                .allSatisfy(path -> assertThat(isIn(sample, path)).as(path).isTrue());
    }

    @Test
    void everyRuleRefusesASample() {
        // Given
        var messages = definition.samples("invalid").stream()
                .map(CrdFiles::expectedMessage)
                .toList();

        // When
        var rules = definition.schema().findValues("x-kubernetes-validations").stream()
                .flatMap(rulesOfOneField -> rulesOfOneField.valueStream())
                .toList();

        // Then
        assertThat(rules)
                .isNotEmpty()
                .allSatisfy(
                        rule -> assertThat(messages).anyMatch(messageOf(rule).asPredicate()));
    }

    @Test
    void everyColumnShowsAFieldThatExists() {
        // Given
        var paths = SchemaField.below(definition.schema()).stream()
                .map(SchemaField::path)
                .toList();

        // When
        var columns = definition.crd().at("/spec/versions/0/additionalPrinterColumns");

        // Then
        assertThat(columns)
                .isNotEmpty()
                .filteredOn(column -> !column.path("jsonPath").asText().startsWith(".metadata."))
                .allSatisfy(column -> assertThat(paths)
                        .contains(column.path("jsonPath").asText().replaceAll("\\[\\?.*]", "[]")));
        assertThat(columns)
                .filteredOn(column -> column.path("priority").asInt() == 0)
                .extracting(column -> column.path("name").asText())
                .containsExactlyElementsOf(
                        requireNonNull(COLUMNS.get(definition)).keySet());
        assertThat(columns)
                .extracting(column -> column.path("jsonPath").asText())
                .containsAll(requireNonNull(WIDE.get(definition)));
    }

    /** kubectl makes a column as wide as its widest cell, with three spaces between two. */
    @Test
    void aLineOfKubectlGetHasAtMost80Columns() {
        // Given
        var widest = requireNonNull(COLUMNS.get(definition));

        // When
        int width = "nine-long".length();
        for (var column : definition.crd().at("/spec/versions/0/additionalPrinterColumns")) {
            String name = column.path("name").asText();
            if (column.path("priority").asInt() == 0) {
                width += 3
                        + Math.max(name.length(), widest.getOrDefault(name, "?").length());
            }
        }

        // Then
        assertThat(width).isLessThanOrEqualTo(80);
    }

    private JsonNode generatedCrd() {
        var generator =
                new CRDGenerator().customResourceClasses(definition.resource()).inOutputDir(directory.toFile());
        assertThat(generator.generate()).isOne();
        return CrdFiles.read(directory.resolve(definition.plural() + ".cpubaseline.io-v1.yml"));
    }

    @SafeVarargs
    private static Map<String, String> inOrder(Map.Entry<String, String>... entries) {
        var map = new LinkedHashMap<String, String>();
        for (var entry : entries) {
            map.put(entry.getKey(), entry.getValue());
        }
        return map;
    }

    private static Map<String, String> typesByPath(JsonNode schema) {
        return SchemaField.below(schema).stream()
                .collect(toMap(SchemaField::path, SchemaField::type, (first, second) -> first, TreeMap::new));
    }

    private static void collectComponents(String path, Type type, Map<String, RecordComponent> components) {
        if (type instanceof ParameterizedType list && list.getRawType() == List.class) {
            collectComponents(path + "[]", list.getActualTypeArguments()[0], components);
        } else if (type instanceof Class<?> component && component.isRecord()) {
            for (var child : component.getRecordComponents()) {
                components.put(path + "." + child.getName(), child);
                collectComponents(path + "." + child.getName(), child.getGenericType(), components);
            }
        }
    }

    /** What the API server does before it stores an object: fills in defaults from the outside in. A number that could be a text becomes one, as in Java. */
    private static JsonNode withDefaults(JsonNode value, JsonNode schema) {
        if (value instanceof ObjectNode object) {
            schema.path("properties").properties().forEach(property -> {
                var fallback = property.getValue().get("default");
                if (fallback != null && !object.has(property.getKey())) {
                    object.set(property.getKey(), fallback.deepCopy());
                }
                if (property.getValue().path("x-kubernetes-int-or-string").asBoolean()
                        && object.has(property.getKey())) {
                    object.put(property.getKey(), object.get(property.getKey()).asText());
                }
                if (object.has(property.getKey())) {
                    withDefaults(object.get(property.getKey()), property.getValue());
                }
            });
        } else if (value.isArray()) {
            value.forEach(item -> withDefaults(item, schema.path("items")));
        }
        return value;
    }

    /** Java takes an empty name for none. */
    private static JsonNode withoutEmptyNames(JsonNode spec) {
        ((ObjectNode) spec).properties().removeIf(field -> field.getValue().equals(TextNode.valueOf("")));
        if (spec.get("cpuModel") instanceof ObjectNode cpuModel) {
            cpuModel.properties().removeIf(field -> field.getValue().equals(TextNode.valueOf("")));
        }
        return spec;
    }

    private static boolean isIn(JsonNode value, String path) {
        if (path.isEmpty()) {
            return true;
        }
        if (path.startsWith("[]") || path.startsWith("{}")) {
            return value.valueStream().anyMatch(item -> isIn(item, path.substring(2)));
        }
        var name = path.substring(1).split("[.\\[{]", 2)[0];
        return value.has(name) && isIn(value.get(name), path.substring(1 + name.length()));
    }

    /** A rule's message as a pattern: its literal parts, with anything in place of the values between them. */
    private static Pattern messageOf(JsonNode rule) {
        if (rule.has("message")) {
            return Pattern.compile(Pattern.quote(rule.get("message").asText()));
        }
        var literals = Pattern.compile("\"([^\"]*)\"")
                .matcher(rule.path("messageExpression").asText());
        return Pattern.compile(literals.results()
                .map(literal -> Pattern.quote(literal.group(1)))
                .collect(joining(".*")));
    }
}
