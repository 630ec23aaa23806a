package io.cpubaseline.api.v1alpha1;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.equivalentTo;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whatever is stored under our kinds decodes: one odd object must not stop the operator for all others. */
class ToleranceTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final KubernetesSerialization CLIENT = new KubernetesSerialization();

    @ParameterizedTest
    @EnumSource
    void fieldsOfALaterVersionAreIgnoredEverywhere(CrdFiles definition) {
        // Given
        var everyField = definition.everyField();
        var expected = decode(everyField, definition);

        // When
        var later = everyField.<JsonNode>deepCopy();
        objectsIn(later.get("spec"))
                .forEach(object -> object.putObject("fieldOfALaterVersion").put("a", 1));
        objectsIn(later.get("status"))
                .forEach(object -> object.putArray("fieldOfALaterVersion").add(1));
        later.findValues("matchLabels").forEach(labels -> ((ObjectNode) labels).remove("fieldOfALaterVersion"));
        var decoded = decode(later, definition);

        // Then
        assertThat(decoded.getSpec()).isEqualTo(expected.getSpec());
        assertThat(decoded.getStatus()).isEqualTo(expected.getStatus());
    }

    @ParameterizedTest
    @EnumSource
    void nullDecodesWhereverItStands(CrdFiles definition) {
        // Given
        var everyField = definition.everyField();
        var pointers = new ArrayList<String>();
        collectPointers("", everyField, pointers);

        // When, Then
        assertThat(pointers)
                .hasSizeGreaterThan(definition == CrdFiles.BASELINES ? 200 : 80)
                .allSatisfy(pointer -> {
                    var object = everyField.<JsonNode>deepCopy();
                    replace(object, pointer, NullNode.getInstance());
                    var decoded = decode(object, definition);
                    assertThatCode(() -> CLIENT.asJson(decoded)).doesNotThrowAnyException();
                });
    }

    @ParameterizedTest
    @EnumSource
    void wordsThatNoVersionKnowsDecode(CrdFiles definition) {
        // Given
        var everyField = definition.everyField();
        var pointers = new ArrayList<String>();
        collectPointers("", everyField, pointers);
        var texts = pointers.stream()
                .filter(pointer -> pointer.startsWith("/spec") || pointer.startsWith("/status"))
                .filter(pointer -> everyField.at(pointer).isTextual())
                .toList();

        // When, Then
        assertThat(texts)
                .hasSizeGreaterThan(definition == CrdFiles.BASELINES ? 100 : 40)
                .allSatisfy(pointer -> {
                    var object = everyField.<JsonNode>deepCopy();
                    replace(object, pointer, TextNode.valueOf("Nonsense"));
                    var decoded = CLIENT.convertValue(decode(object, definition), JsonNode.class);
                    assertThat(decoded.toString()).contains("Nonsense");
                });
    }

    @Test
    void aTermOfASelectorIsNeverDropped() throws Exception {
        // Given
        var written = """
                {"matchLabels": {"rack": null}, "matchExpressions": [null, {"operator": "In", "values": [null]}]}
                """;

        // When
        var selector = JSON.readValue(written, LabelSelector.class);

        // Then: it would select more than was meant
        assertThat(selector)
                .isEqualTo(new LabelSelector(
                        Map.of("rack", ""),
                        List.of(
                                new LabelSelector.Requirement("", "", List.of()),
                                new LabelSelector.Requirement("", "In", List.of("")))));
    }

    @Test
    void aSpecThatIsNotThereIsAnEmptyOne() throws Exception {
        assertThat(JSON.readValue("{}", ClusterCpuBaselineSpec.class)).isEqualTo(ClusterCpuBaselineSpec.defaults());
    }

    @Test
    void aForgottenSelectorIsNotAnEmptyOne() throws Exception {
        // Given
        var written = "{\"namespaceSelector\": {}}";

        // When
        var virtualMachines = JSON.readValue(written, VirtualMachinePolicy.class);

        // Then
        assertThat(virtualMachines.namespaceSelector()).isEqualTo(LabelSelector.EVERYTHING);
        assertThat(virtualMachines.selector()).isNull();
    }

    @ParameterizedTest
    @EnumSource
    void whatIsWrittenReadsTheSame(CrdFiles definition) throws Exception {
        // Given
        var sample = definition.everyField();

        // When
        var status = JSON.treeToValue(sample.get("status"), definition.status());
        var spec = JSON.treeToValue(sample.get("spec"), definition.spec());

        // Then
        assertThat(JSON.readTree(JSON.writeValueAsString(status))).isEqualTo(sample.get("status"));
        assertThat(JSON.readTree(JSON.writeValueAsString(spec))).isEqualTo(sample.get("spec"));
    }

    @Test
    void emptyListsAreLeftOutButNotThoseThatAreAnAnswer() throws Exception {
        // Given
        var pinned = new PinnedBaseline("Haswell-0123456789", "Haswell", "x86-64-v3", List.of(), null, null, null);

        // When
        var status = new ClusterCpuBaselineStatus(
                null, List.of(), pinned, null, List.of(), null, null, List.of(), List.of(), List.of(), List.of(),
                List.of(), null, null, List.of());

        // Then
        assertThat(JSON.writeValueAsString(status))
                .isEqualTo("{\"pinned\":{\"revision\":\"Haswell-0123456789\",\"cpuModel\":\"Haswell\","
                        + "\"abiLevel\":\"x86-64-v3\",\"requiredFeatures\":[]}}");
    }

    @Test
    void listsCannotBeChangedAfterwards() {
        // Given
        var names = new ArrayList<>(List.of("Haswell"));

        // When
        var policy = new CpuModelPolicy(null, names);
        names.clear();

        // Then
        assertThat(policy.exclude()).containsExactly("Haswell");
        assertThatThrownBy(() -> policy.exclude().add("Broadwell")).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void anObjectForServerSideApplyOwnsOnlyWhatIsSet() {
        // Given
        var object = new ClusterCpuBaseline();

        // When
        var written = CLIENT.convertValue(object, JsonNode.class);

        // Then
        assertThat(written.has("spec")).isFalse();
        assertThat(written.has("status")).isFalse();
    }

    @Test
    void onlyTheResourcesThemselvesKnowTheClient() {
        // Given
        var classes = new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .importPackagesOf(ClusterCpuBaseline.class);

        // When, Then: plan prints specs and statuses without loading the client
        noClasses()
                .that()
                .doNotBelongToAnyOf(ClusterCpuBaseline.class, ClusterRestartCampaign.class)
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.fabric8..")
                .orShould()
                .dependOnClassesThat(
                        equivalentTo(ClusterCpuBaseline.class).or(equivalentTo(ClusterRestartCampaign.class)))
                .check(classes);
    }

    private static CustomResource<?, ?> decode(JsonNode object, CrdFiles definition) {
        return CLIENT.unmarshal(object.toString(), definition.resource());
    }

    private static List<ObjectNode> objectsIn(JsonNode value) {
        var objects = new ArrayList<ObjectNode>();
        if (value instanceof ObjectNode object) {
            objects.add(object);
        }
        value.forEach(child -> objects.addAll(objectsIn(child)));
        return objects;
    }

    private static void collectPointers(String pointer, JsonNode value, List<String> pointers) {
        if (value instanceof ObjectNode object) {
            object.properties().forEach(field -> {
                var child = pointer + "/" + field.getKey().replace("~", "~0").replace("/", "~1");
                pointers.add(child);
                collectPointers(child, field.getValue(), pointers);
            });
        } else if (value instanceof ArrayNode list) {
            for (int i = 0; i < list.size(); i++) {
                pointers.add(pointer + "/" + i);
                collectPointers(pointer + "/" + i, list.get(i), pointers);
            }
        }
    }

    private static void replace(JsonNode object, String pointer, JsonNode value) {
        var at = pointer.lastIndexOf('/');
        var parent = object.at(pointer.substring(0, at));
        var last = pointer.substring(at + 1).replace("~1", "/").replace("~0", "~");
        if (parent instanceof ArrayNode list) {
            list.set(Integer.parseInt(last), value);
        } else {
            ((ObjectNode) parent).set(last, value);
        }
    }
}
