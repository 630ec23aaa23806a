package io.cpubaseline;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.cpubaseline.baseline.Criterion;
import io.cpubaseline.baseline.Policy;
import io.cpubaseline.cli.planning.HostsTold;
import io.cpubaseline.comparison.Difference;
import io.cpubaseline.cpu.AbiLevel;
import io.cpubaseline.explain.FlagAccount;
import io.cpubaseline.explain.Gain;
import io.cpubaseline.explain.Lack;
import io.cpubaseline.explain.Standing;
import io.cpubaseline.fleet.Eligibility;
import io.cpubaseline.fleet.Silicon;
import io.cpubaseline.fleet.Truth;
import io.cpubaseline.scheduling.Origin;
import io.cpubaseline.verification.Progress;
import io.cpubaseline.virtualmachine.Tally;
import io.cpubaseline.whatif.Moves;
import io.cpubaseline.whatif.NodeChange;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** The schemas in {@code docs/reference} describe what commands print by {@code -o json}, all of it, and refuse anything else. */
class JsonSchemasTest {

    private static final Path REPOSITORY =
            Path.of("").toAbsolutePath().resolve("..").normalize();
    private static final Path COMMANDS = REPOSITORY.resolve("operator/src/test/resources/schemas/commands.csv");
    private static final ObjectMapper JSON = new ObjectMapper();

    /** They need a cluster: OutcomeReportTest and ReleaseCommandTest have their documents. */
    private static final Set<String> OF_A_CLUSTER = Set.of("verify", "release");

    /** Of the resource itself, which a cluster has more of than files: CustomResourceTest. */
    private static final String OF_THE_RESOURCE = "/properties/status/";

    /** Lists of words that are no enum of the code. */
    private static final Set<Set<String>> PLAIN_WORDS = Set.of(
            Set.of("start", "migrate"),
            Set.of("cores", "nodes"),
            Set.of("system", "language", "library", "program"),
            Set.of("needs", "prefers", "can"),
            Set.of("True", "False", "Unknown"),
            Set.of("QEMU", "Linux", "node-feature-discovery"));

    /** What a command printed. */
    private static final Map<String, JsonNode> PRINTED = new ConcurrentHashMap<>();

    private static JsonNode printed(String command) throws IOException {
        JsonNode known = PRINTED.get(command);
        if (known != null) {
            return known;
        }
        String[] arguments = Stream.concat(Stream.of(command.split(" ")), Stream.of("-o", "json"))
                .map(argument ->
                        argument.contains("/") ? REPOSITORY.resolve(argument).toString() : argument)
                .toArray(String[]::new);
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int code = Main.commandLine(arguments)
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
        assertThat(code).as(command + ": " + err).isBetween(0, 1);
        JsonNode document = JSON.readTree(out.toString());
        PRINTED.put(command, document);
        return document;
    }

    @ParameterizedTest
    @CsvFileSource(files = "src/test/resources/schemas/commands.csv")
    void what_a_command_prints_is_what_its_schema_describes(String schema, String command) throws IOException {
        // When
        JsonNode document = printed(command);

        // Then
        assertThat(document.isObject()).isTrue();
        assertThat(DocumentSchema.named(schema).complaints(document)).isEmpty();
    }

    static Set<String> schemas() throws IOException {
        return DocumentSchema.names();
    }

    /** Those that print without a cluster. */
    static Set<String> ofFiles() throws IOException {
        Set<String> names = schemas();
        names.removeAll(OF_A_CLUSTER);
        return names;
    }

    private static List<String> commands(String schema) throws IOException {
        return Files.readAllLines(COMMANDS).stream()
                .filter(line -> line.startsWith(schema + ","))
                .map(line -> line.substring(line.indexOf(',') + 1).replace("\"", ""))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("ofFiles")
    void whatever_a_schema_describes_is_printed(String name) throws IOException {
        // Given
        List<JsonNode> documents = new ArrayList<>();
        for (String command : commands(name)) {
            documents.add(printed(command));
        }

        // When
        Set<String> absent = DocumentSchema.named(name).absentFrom(documents);
        absent.removeIf(property -> name.equals("plan") && property.startsWith(OF_THE_RESOURCE));

        // Then
        assertThat(absent).as("described, and in no output").isEmpty();
    }

    @ParameterizedTest
    @MethodSource("ofFiles")
    void a_schema_refuses_a_document_that_has_more_or_less(String name) throws IOException {
        // Given
        DocumentSchema schema = DocumentSchema.named(name);
        ObjectNode document = printed(commands(name).get(0)).deepCopy();

        // When
        ObjectNode more = document.deepCopy().put("another", true);

        // Then
        assertThat(schema.complaints(more)).isNotEmpty();
        assertThat(schema.complaints(JSON.createObjectNode())).isNotEmpty();
        assertThat(schema.open()).as("objects that may have anything").allMatch(place -> name.equals("plan"));
    }

    @ParameterizedTest
    @MethodSource("schemas")
    void a_schema_says_in_words_what_it_is_of_and_what_each_property_is(String name) throws IOException {
        // Given
        DocumentSchema schema = DocumentSchema.named(name);

        // Then
        assertThat(schema.root().path("title").asText())
                .startsWith("cpu-baseline ")
                .endsWith(" -o json");
        assertThat(schema.root().path("$id").asText()).endsWith("/" + name + ".schema.json");
        assertThat(schema.root().path("description").asText())
                .endsWith("Fields may be added; none changes its meaning.");
        assertThat(schema.properties())
                .filteredOn(
                        property -> !isExplained(schema.root(), schema.root().at(property)))
                .as("without a description")
                .isEmpty();
    }

    private static boolean isExplained(JsonNode root, JsonNode property) {
        return property.has("description")
                || property.has("const")
                || root.at(property.path("$ref").asText().replace("#", "")).has("description");
    }

    /** Every enum of which documents have words, as they print them. */
    private static Stream<Set<String>> enums() {
        return Stream.concat(
                Stream.of(
                                Eligibility.State.values(),
                                Lack.By.values(),
                                Gain.What.values(),
                                Standing.Proof.values(),
                                FlagAccount.Part.Kind.values(),
                                Criterion.values(),
                                Truth.values(),
                                Silicon.Source.values(),
                                Policy.Vendors.values(),
                                HostsTold.Proof.values(),
                                NodeChange.Kind.values(),
                                Moves.Fate.values(),
                                Origin.values(),
                                Progress.Result.values(),
                                Difference.Kind.values())
                        .map(values -> words(values, Enum::name)),
                Stream.of(
                        words(Tally.State.values(), state -> state.name().toLowerCase(Locale.ROOT)),
                        words(AbiLevel.values(), AbiLevel::label)));
    }

    /** The reasons of which documents have some: of a virtual machine, of a node, and of an answer that is none. */
    private static Stream<Set<String>> reasons() {
        Set<Reason> ofMachines = EnumSet.range(Reason.ExtraFeatures, Reason.OptedOut);
        ofMachines.addAll(Set.of(Reason.PendingRestart, Reason.Conflicting, Reason.Refused, Reason.Contended));
        Set<Reason> ofNodes = EnumSet.range(Reason.NotReady, Reason.LacksPinned);
        ofNodes.addAll(Set.of(Reason.KubeVirtLabelsMissing, Reason.BelowMinimum));
        Set<Reason> ofAnswers = EnumSet.of(
                Reason.NoContributingNodes,
                Reason.NoCommonModel,
                Reason.BelowMinimum,
                Reason.VendorsMixed,
                Reason.UnknownModel,
                Reason.UnknownFeature,
                Reason.InvalidSelector,
                Reason.InvalidSpec);
        return Stream.of(ofMachines, ofNodes, ofAnswers).map(some -> words(some.toArray(Reason[]::new), Reason::name));
    }

    private static <E extends Enum<?>> Set<String> words(E[] values, Function<? super E, String> word) {
        return Stream.of(values).map(word).collect(Collectors.toUnmodifiableSet());
    }

    @ParameterizedTest
    @MethodSource("schemas")
    void a_list_of_words_is_one_that_the_code_has(String name) throws IOException {
        // Given
        Set<Set<String>> known = Stream.concat(enums(), reasons()).collect(Collectors.toSet());
        known.addAll(PLAIN_WORDS);
        Set<String> origins = words(Origin.values(), Origin::name);

        for (JsonNode list : DocumentSchema.named(name).words()) {
            // When
            Set<String> words = new TreeSet<>();
            list.forEach(word -> words.add(word.asText()));

            // Then: WhyNotAllTest has those of a check-up, ReleaseCommandTest those of a release
            assertThat(known.contains(words) || words.containsAll(origins) || name.equals("release"))
                    .as("%s: %s", name, words)
                    .isTrue();
        }
    }

    @Test
    void a_definition_is_the_same_wherever_its_name_is() throws IOException {
        Map<String, JsonNode> definitions = new TreeMap<>();
        for (String name : List.of("plan", "plan-revision", "pools", "what-if", "explain")) {
            JsonNode own = DocumentSchema.named(name).root().path("$defs");
            for (String shared : List.of("names", "features", "abiLevel", "capacity", "evidence")) {
                if (own.has(shared)) {
                    JsonNode first = definitions.computeIfAbsent(shared, own::path);
                    assertThat(own.path(shared)).as("%s: %s", name, shared).isEqualTo(first);
                }
            }
        }
        assertThat(definitions).hasSize(5);
    }

    private static boolean printsJson(OptionSpec option) {
        Iterable<String> words = option.completionCandidates();
        return words != null && StreamSupport.stream(words.spliterator(), false).anyMatch("json"::equals);
    }

    @Test
    void every_command_that_prints_json_has_a_schema_and_every_schema_a_command() throws IOException {
        // Given
        Map<String, CommandLine> commands = Main.commandLine().getSubcommands();
        Collection<String> printing = new TreeSet<>();
        commands.forEach((name, command) -> {
            OptionSpec format = command.getCommandSpec().findOption("-o");
            if (format != null && printsJson(format)) {
                printing.add(name);
            }
        });

        // When
        Collection<String> described = new TreeSet<>();
        for (String schema : schemas()) {
            described.add(
                    DocumentSchema.named(schema).root().path("title").asText().split(" ")[1]);
        }

        // Then
        assertThat(printing).contains("plan", "vms");
        assertThat(described).isEqualTo(printing);
    }

    @ParameterizedTest
    @MethodSource("schemas")
    void the_page_of_the_command_line_names_each(String name) throws IOException {
        // Given
        String title = DocumentSchema.named(name).root().path("title").asText();
        String command = title.replace("cpu-baseline ", "").replace(" -o json", "");

        // Then
        assertThat(Files.readString(REPOSITORY.resolve("docs/command-line.md")))
                .contains("| `%s` | [%s.schema.json](reference/%s.schema.json)".formatted(command, name, name));
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
        assertThat(DocumentSchema.named("plan").root().at("/properties/status")).isEqualTo(status);
    }
}
