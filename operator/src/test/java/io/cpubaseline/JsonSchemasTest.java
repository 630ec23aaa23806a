package io.cpubaseline;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The schemas in {@code docs/reference} describe what commands print by {@code -o json}, and refuse anything else. */
class JsonSchemasTest {

    private static final Path REPOSITORY =
            Path.of("").toAbsolutePath().resolve("..").normalize();
    private static final ObjectMapper JSON = new ObjectMapper();

    private static JsonSchema schema(String command) throws IOException {
        return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
                .getSchema(JSON.readTree(REPOSITORY
                        .resolve("docs/reference/%s.schema.json".formatted(command))
                        .toFile()));
    }

    private static JsonNode printed(String commandLine) throws IOException {
        String[] arguments = Stream.of(commandLine.split(" "))
                .map(argument ->
                        argument.contains("/") ? REPOSITORY.resolve(argument).toString() : argument)
                .toArray(String[]::new);
        StringWriter out = new StringWriter();
        Main.commandLine(arguments).setOut(new PrintWriter(out, true)).execute(arguments);
        return JSON.readTree(out.toString());
    }

    @ParameterizedTest
    @CsvSource({
        "compare, compare -f e2e/src/main/resources/homelab --virsh operator/src/test/resources/libvirt-9.0.0/virsh -o json",
        "compare, compare -f operator/src/test/resources/nodes/core2-q9500.yaml --virsh operator/src/test/resources/libvirt-9.0.0/virsh -o json",
        "compare, compare -f operator/src/test/resources/hosts/hardware --virsh operator/src/test/resources/libvirt-9.0.0/virsh -o json",
        "plan, plan -f e2e/src/main/resources/homelab -o json",
        "plan, plan -f operator/src/test/resources/nodes/core2-q9500.yaml -o json",
        "plan, plan -f operator/src/test/resources/hosts/hardware -o json",
        "plan, plan -f operator/src/test/resources/hosts/real-emulator -o json",
        "plan, plan -f operator/src/test/resources/hosts/two-vendors -o json"
    })
    void what_a_command_prints_is_what_its_schema_describes(String schema, String commandLine) throws IOException {
        // When
        JsonNode document = printed(commandLine);

        // Then
        assertThat(document.isObject()).isTrue();
        assertThat(schema(schema).validate(document)).isEmpty();
    }

    @Test
    void a_schema_refuses_what_the_command_never_prints() throws IOException {
        assertThat(schema("compare").validate(JSON.readTree("{\"asked\": \"x\", \"comparisons\": []}")))
                .isNotEmpty();
        assertThat(schema("plan").validate(JSON.readTree("{\"kind\": \"Node\"}")))
                .isNotEmpty();
    }

    @Test
    void every_schema_is_one_that_is_tested_here() throws IOException {
        // Given
        List<String> tested = Stream.of(JsonSchemasTest.class.getDeclaredMethods())
                .filter(method -> method.isAnnotationPresent(CsvSource.class))
                .flatMap(method ->
                        Stream.of(method.getAnnotation(CsvSource.class).value()))
                .map(row -> row.substring(0, row.indexOf(',')))
                .distinct()
                .toList();

        // Then
        try (Stream<Path> files = Files.list(REPOSITORY.resolve("docs/reference"))) {
            assertThat(files.map(file -> String.valueOf(file.getFileName()))
                            .filter(name -> name.endsWith(".schema.json"))
                            .map(name -> name.substring(0, name.indexOf('.'))))
                    .containsExactlyInAnyOrderElementsOf(tested);
        }
    }

    /** The definition has words of Kubernetes beside those of JSON Schema. */
    private static JsonNode withoutKubernetesWords(JsonNode schema) {
        if (schema instanceof ObjectNode object) {
            List<String> words = new ArrayList<>();
            object.fieldNames().forEachRemaining(words::add);
            words.stream().filter(word -> word.startsWith("x-kubernetes-")).forEach(object::remove);
        }
        schema.forEach(JsonSchemasTest::withoutKubernetesWords);
        return schema;
    }

    @Test
    void the_status_that_plan_prints_is_described_as_in_the_definition() throws IOException {
        // Given
        JsonNode definition = new YAMLMapper()
                .readTree(REPOSITORY
                        .resolve("crds/cpubaseline.io_clustercpubaselines.yaml")
                        .toFile());

        JsonNode status =
                withoutKubernetesWords(definition.at("/spec/versions/0/schema/openAPIV3Schema/properties/status"));

        // When: no time passes while files are read
        ArrayNode required = (ArrayNode) status.at("/properties/conditions/items/required");
        for (int i = required.size() - 1; i >= 0; i--) {
            if (required.get(i).asText().equals("lastTransitionTime")) {
                required.remove(i);
            }
        }

        // Then
        assertThat(JSON.readTree(REPOSITORY
                                .resolve("docs/reference/plan.schema.json")
                                .toFile())
                        .at("/properties/status"))
                .isEqualTo(status);
    }
}
