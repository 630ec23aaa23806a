package io.cpubaseline.cli.plan;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/** What {@code plan} prints, and how it ends. */
class PlanCommandTest {

    private static final Path RESOURCES = Path.of(System.getProperty("basedir", "."), "src/test/resources");
    private static final String HOME_LAB = RESOURCES.resolve("homelab").toString();
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final ObjectMapper YAML = new YAMLMapper();

    private record Ended(int code, String out, String err) {

        List<String> lines() {
            return List.of(out.split("\n"));
        }
    }

    private static Ended run(String... arguments) {
        return runOn("", arguments);
    }

    private static Ended runOn(String input, String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int code = new CommandLine(new PlanCommand(
                        NoCluster.ASKED, new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8))))
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
        return new Ended(code, out.toString(), err.toString());
    }

    private static String host(String name) {
        return RESOURCES.resolve("nodes/%s.yaml".formatted(name)).toString();
    }

    @Test
    void nodes_of_two_vendors_get_a_baseline_each_and_then_one_for_all_and_its_cost() {
        // When
        Ended plan = run("-f", HOME_LAB);

        // Then
        assertThat(plan.code()).isZero();
        assertThat(plan.lines().stream().filter(line -> line.startsWith("===")))
                .containsExactly(
                        "=== AMD ===",
                        "=== Intel ===",
                        "=== One for all (vendors: Mixed) ===",
                        "=== AMD, in detail ===",
                        "=== Intel, in detail ===");
        assertThat(plan.lines().stream().filter(line -> line.startsWith("CPU model")))
                .containsExactly(
                        "CPU model   EPYC-Rome-v3",
                        "CPU model   Skylake-Client-noTSX-IBRS",
                        "CPU model   IvyBridge-IBRS");
        assertThat(plan.out())
                .contains("What one for all costs\n"
                        + "  AMD: IvyBridge-IBRS (x86-64-v3) instead of EPYC-Rome-v3 (x86-64-v3);");
    }

    @Test
    void the_answer_for_a_vendor_is_that_of_a_baseline_that_selects_its_nodes(@TempDir Path folder) throws IOException {
        // Given
        Path baseline = Files.writeString(folder.resolve("intel.yaml"), """
                apiVersion: cpubaseline.io/v1alpha1
                kind: ClusterCpuBaseline
                metadata: {name: intel}
                spec: {nodeSelector: {matchLabels: {cpu-vendor.node.kubevirt.io/Intel: "true"}}}
                """);

        // When
        Ended both = run("-f", HOME_LAB);
        Ended alone = run("-f", HOME_LAB, "-b", baseline.toString());

        // Then
        String answer = alone.out().substring(0, alone.out().indexOf("Migration"));
        assertThat(both.out()).contains("=== Intel ===\n" + answer);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            NotSchedulable | {labels: {kubevirt.io/schedulable: "false"}} | kubectl -n kubevirt get pods -o wide -l kubevirt.io=virt-handler --field-selector spec.nodeName=odd
            KubeVirtLabelsMissing | {labels: {kubevirt.io/schedulable: "true"}} | kubectl -n kubevirt get pods -o wide -l kubevirt.io=virt-handler --field-selector spec.nodeName=odd
            LabelsFrozen | {annotations: {node-labeller.kubevirt.io/skip-node: "true"}} | kubectl annotate node odd node-labeller.kubevirt.io/skip-node-
            NoKvm | {labels: {kubevirt.io/schedulable: "true"}} | /dev/kvm
            """)
    void what_to_do_about_a_node_that_does_not_count_is_told_with_it(String reason, String metadata, String remedy)
            throws IOException {
        // Given a node beside a healthy one
        JsonNode node = YAML.readTree(Files.newInputStream(Path.of(host("xeon-gold-6130"))));
        ObjectNode meta = (ObjectNode) node.path("metadata");
        meta.put("name", "odd");
        JsonNode own = YAML.readTree(metadata);
        if (reason.equals("KubeVirtLabelsMissing")) {
            meta.set("labels", own.path("labels"));
        } else {
            ((ObjectNode) meta.path("labels")).setAll(own.withObjectProperty("labels"));
            own.path("annotations")
                    .properties()
                    .forEach(entry -> meta.withObjectProperty("annotations").set(entry.getKey(), entry.getValue()));
        }
        if (reason.equals("NoKvm")) {
            ((ObjectNode) node).withObjectProperty("status").set("allocatable", YAML.readTree("{cpu: \"8\"}"));
        }

        // When
        Ended plan = runOn(YAML.writeValueAsString(node), "-f", host("xeon-platinum-8268"), "-f", "-");

        // Then
        assertThat(plan.out()).contains(reason + ": 1 (odd)");
        assertThat(plan.out().replaceAll("\\s+", " "))
                .contains(reason + ", odd: ")
                .contains(remedy);
    }

    @Test
    void nodes_that_are_still_to_come_are_told_beside_the_answer_and_do_not_change_it(@TempDir Path folder)
            throws IOException {
        // Given
        Path baseline = Files.writeString(folder.resolve("rack.yaml"), """
                apiVersion: cpubaseline.io/v1alpha1
                kind: ClusterCpuBaseline
                metadata: {name: rack}
                spec: {plannedNodes: [{name: rack-7, model: Broadwell-noTSX-IBRS, count: 12}]}
                """);

        // When
        Ended without = run("-f", host("xeon-gold-6130"));
        Ended with = run("-f", host("xeon-gold-6130"), "-b", baseline.toString());
        Ended json = run("-f", host("xeon-gold-6130"), "-b", baseline.toString(), "-o", "json");

        // Then
        String answer = without.out().substring(0, without.out().indexOf("Nodes "));
        assertThat(with.out())
                .startsWith(answer + "Planned     With the planned nodes rack-7 (12 x Broadwell-noTSX-IBRS), assumed");
        assertThat(JSON.readTree(json.out()).at("/status/candidate/trigger").asText())
                .isEqualTo("PlannedNodes");
        assertThat(JSON.readTree(json.out()).at("/status/candidate/since").isMissingNode())
                .isTrue();
    }

    @Test
    void nodes_of_one_vendor_get_just_that_one() {
        // When
        Ended plan = run("-f", host("xeon-gold-6130"), "-f", host("xeon-platinum-8268"));

        // Then
        assertThat(plan.code()).isZero();
        assertThat(plan.out())
                .startsWith("Baseline    Skylake-Server-noTSX-IBRS-")
                .doesNotContain("===", "Mixed");
    }

    @Test
    void as_json_it_is_the_one_for_all_with_each_vendor_s_own() throws IOException {
        // When
        Ended plan = run("-f", HOME_LAB, "-o", "json");

        // Then
        JsonNode document = JSON.readTree(plan.out());
        assertThat(document.at("/kind").asText()).isEqualTo("ClusterCpuBaseline");
        assertThat(document.at("/spec/vendors").asText()).isEqualTo("Mixed");
        assertThat(document.at("/status/pinned/cpuModel").asText()).isEqualTo("IvyBridge-IBRS");
        assertThat(document.at("/status/vendorBaselines").findValuesAsText("cpuModel"))
                .containsExactly("EPYC-Rome-v3", "Skylake-Client-noTSX-IBRS");
    }

    @Test
    void vendors_without_a_common_baseline_may_have_one_of_their_own() {
        // When
        Ended plan = run("-f", host("xeon-w3520"), "-f", host("phenom-b95"));

        // Then
        assertThat(plan.out()).contains("=== One for all (vendors: Mixed) ===\nBaseline    none: ");
        assertThat(plan.code()).isZero();
    }

    static Stream<List<String>> sets() throws IOException {
        List<List<String>> sets = new ArrayList<>();
        try (var reader = new BufferedReader(new InputStreamReader(
                Objects.requireNonNull(PlanCommandTest.class.getResourceAsStream("/reference/sets.jsonl")),
                StandardCharsets.UTF_8))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                List<String> files = new ArrayList<>();
                JSON.readTree(line).path("nodes").forEach(name -> files.add(host(name.asText())));
                sets.add(files.stream().distinct().toList());
            }
        }
        return Stream.concat(Stream.of(List.of(HOME_LAB)), sets.stream());
    }

    @ParameterizedTest
    @MethodSource("sets")
    void nothing_is_wider_than_80_columns(List<String> files) {
        // Given
        String[] arguments =
                files.stream().flatMap(file -> Stream.of("-f", file)).toArray(String[]::new);
        String[] all = Arrays.copyOf(arguments, arguments.length + 1);
        all[arguments.length] = "--all";

        // When
        Stream<String> lines = Stream.of(run(arguments), run(all)).flatMap(plan -> plan.lines().stream());

        // Then
        assertThat(lines).allMatch(line -> line.length() <= 80);
    }

    @Test
    void node_names_of_any_length_stay_within_80_columns() {
        // Given
        String name = "n".repeat(250) + ".x";
        String node = """
                {"apiVersion":"v1","kind":"Node","metadata":{"name":"%s","labels":{"kubernetes.io/arch":"amd64",
                "kubevirt.io/schedulable":"false","cpu-feature.node.kubevirt.io/avx":"true"}}}
                """.formatted(name);

        // When
        Ended plan = runOn(node, "-f", "-");

        // Then
        assertThat(plan.lines()).allMatch(line -> line.length() <= 80);
    }

    @Test
    void a_list_of_nodes_and_nodefeatures_is_read_as_kubectl_prints_it() throws IOException {
        // Given
        ObjectNode list = JSON.createObjectNode().put("apiVersion", "v1").put("kind", "List");
        ArrayNode items = list.putArray("items");
        YAMLMapper yaml = new YAMLMapper();
        for (String file : List.of("nodes.yaml", "nodefeatures.yaml")) {
            try (MappingIterator<JsonNode> documents = yaml.readerFor(JsonNode.class)
                    .readValues(Path.of(HOME_LAB, file).toFile())) {
                documents.forEachRemaining(items::add);
            }
        }

        // When
        Ended plan = runOn(list.toString(), "-f", "-");

        // Then
        assertThat(plan.err()).isEmpty();
        assertThat(plan.out()).isEqualTo(run("-f", HOME_LAB).out()).doesNotContain("NodeFeaturesMissing");
    }

    @Test
    void a_batch_ends_with_2_when_a_set_can_t_be_read_and_still_has_a_line_for_each(@TempDir Path folder)
            throws IOException {
        // Given
        Files.createDirectories(folder.resolve("good"));
        Files.copy(Path.of(host("xeon-gold-6130")), folder.resolve("good/node.yaml"));
        Ended good = run("-f", folder.toString(), "--batch");
        Files.createDirectories(folder.resolve("bad"));
        Files.writeString(folder.resolve("bad/node.yaml"), "kind: Node\n");

        // When
        Ended batch = run("-f", folder.toString(), "--batch");

        // Then
        assertThat(good.code()).isZero();
        assertThat(batch.code()).isEqualTo(2);
        assertThat(JSON.readTree(batch.lines().get(0)).path("error").asText()).contains("apiVersion");
        assertThat(JSON.readTree(batch.lines().get(1))
                        .at("/status/pinned/cpuModel")
                        .asText())
                .isEqualTo("Skylake-Server-noTSX-IBRS");
    }

    @Test
    void a_batch_has_one_answer_for_all_vendors() throws IOException {
        // When
        Ended batch = run("-f", RESOURCES.toString(), "--batch");

        // Then
        JsonNode homeLab = batch.lines().stream()
                .map(PlanCommandTest::json)
                .filter(line -> line.path("set").asText().equals("homelab"))
                .findFirst()
                .orElseThrow();
        assertThat(homeLab.at("/status/pinned/cpuModel").asText()).isEqualTo("IvyBridge-IBRS");
    }

    private static JsonNode json(String line) {
        try {
            return JSON.readTree(line);
        } catch (IOException e) {
            throw new AssertionError(line, e);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "--batch -o yaml, '--batch prints JSON lines: leave -o yaml out'",
        "--batch -o table, '--batch prints JSON lines: leave -o table out'",
        "--batch --all, '--all is for -o table: --batch prints everything'",
        "-o json --all, '--all is for -o table: -o json prints everything'"
    })
    void an_option_that_would_change_nothing_is_refused(String options, String message) {
        // When
        Ended plan = run(Stream.concat(Stream.of("-f", HOME_LAB), Stream.of(options.split(" ")))
                .toArray(String[]::new));

        // Then
        assertThat(plan.code()).isEqualTo(2);
        assertThat(plan.err()).startsWith(message);
        assertThat(plan.out()).isEmpty();
    }

    // ---- what the resource says about moves of the pin

    private static Path baseline(Path folder, String rest) throws IOException {
        return Files.writeString(folder.resolve("all.yaml"), """
                apiVersion: cpubaseline.io/v1alpha1
                kind: ClusterCpuBaseline
                metadata: {name: all}
                """ + rest);
    }

    private static String revision(Ended plan) {
        return plan.lines().get(0).replace("Baseline    ", "");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            paused: true                               | Paused           | no baseline is adopted while spec.paused is true
            approvedRevision: Nehalem-0123456789       | HeldByApproval   | spec.approvedRevision is Nehalem-0123456789, the nodes say
            """)
    void what_would_not_be_adopted_is_told_as_a_candidate(
            String spec, String reason, String words, @TempDir Path folder) throws IOException {
        // Given
        String[] nodes = {"-f", host("xeon-gold-6130"), "-f", host("xeon-platinum-8268")};
        String revision = revision(run(nodes));
        Path file = baseline(folder, "spec: {" + spec + "}\n");

        // When
        Ended plan = run(nodes[0], nodes[1], nodes[2], nodes[3], "-b", file.toString());
        Ended json = run(nodes[0], nodes[1], nodes[2], nodes[3], "-b", file.toString(), "-o", "json");

        // Then
        assertThat(plan.code()).isZero();
        assertThat(plan.out()).startsWith("Baseline    none: " + reason);
        assertThat(plan.out().replaceAll("\\s+", " ")).contains(words, "Candidate " + revision + " (x86-64-v4)");
        assertThat(JSON.readTree(json.out()).at("/status/pinned").isMissingNode())
                .isTrue();
        assertThat(JSON.readTree(json.out()).at("/status/candidate/revision").asText())
                .isEqualTo(revision);
    }

    @Test
    void an_answer_that_too_few_nodes_could_take_is_not_adopted(@TempDir Path folder) throws IOException {
        // Given: of three nodes two are below the minimum
        String[] nodes = {"-f", host("xeon-gold-6130"), "-f", host("xeon-w3520"), "-f", host("xeon-e5-2650")};
        String sized = "";
        for (int i = 1; i < nodes.length; i += 2) {
            ObjectNode node = (ObjectNode) YAML.readTree(Files.newInputStream(Path.of(nodes[i])));
            node.withObjectProperty("status")
                    .set("allocatable", YAML.readTree("{cpu: \"8\", memory: 16Gi, devices.kubevirt.io/kvm: 1k}"));
            sized += YAML.writeValueAsString(node);
        }

        // When
        Path half = baseline(folder, "spec: {abiLevel: {minimum: x86-64-v3}}\n");
        Ended held = runOn(sized, "-f", "-", "-b", half.toString());
        Path third = baseline(folder, "spec: {abiLevel: {minimum: x86-64-v3}, capacity: {minimum: 33%}}\n");
        Ended adopted = runOn(sized, "-f", "-", "-b", third.toString());

        // Then
        assertThat(held.out()).startsWith("Baseline    none: HeldByCapacity");
        assertThat(held.out().replaceAll("\\s+", " "))
                .contains("only 8 of 24 cores and 16Gi of 48Gi of memory of the selected nodes could take it");
        assertThat(held.code()).isZero();
        assertThat(adopted.out()).startsWith("Baseline    Skylake-Server");
    }

    @Test
    void what_is_pinned_in_the_file_stays_until_it_says_otherwise(@TempDir Path folder) throws IOException {
        // Given a baseline of both nodes, as kubectl prints it
        Ended both = run("-f", host("xeon-gold-6130"), "-f", host("xeon-w3520"));
        ObjectNode resource =
                (ObjectNode) JSON.readTree(run("-f", host("xeon-gold-6130"), "-f", host("xeon-w3520"), "-o", "json")
                        .out());
        resource.set("spec", JSON.createObjectNode());
        Path file = Files.writeString(folder.resolve("all.json"), resource.toString());

        // When the older node has left
        Ended plan = run("-f", host("xeon-gold-6130"), "-b", file.toString());
        String candidate = JSON.readTree(run("-f", host("xeon-gold-6130"), "-b", file.toString(), "-o", "json")
                        .out())
                .at("/status/candidate/revision")
                .asText();

        // Then
        assertThat(plan.code()).isZero();
        assertThat(revision(plan)).isEqualTo(revision(both));
        assertThat(candidate).startsWith("Skylake-Server");
        assertThat(plan.out().replaceAll("\\s+", " "))
                .contains("Candidate " + candidate + " (x86-64-v4) All contributing nodes can give more")
                .contains("To take it: spec.approvedRevision: " + candidate);

        // When it is approved
        resource.putObject("spec").put("approvedRevision", candidate);
        Files.writeString(file, resource.toString());
        Ended approved = run("-f", host("xeon-gold-6130"), "-b", file.toString());

        // Then
        assertThat(revision(approved)).isEqualTo(candidate);
        assertThat(approved.out()).doesNotContain("Candidate");

        // When something else is approved
        resource.putObject("spec").put("approvedRevision", "Nehalem-0123456789");
        Files.writeString(file, resource.toString());
        Ended wrong = run("-f", host("xeon-gold-6130"), "-b", file.toString());

        // Then
        assertThat(revision(wrong)).isEqualTo(revision(both));
        assertThat(wrong.out()).contains("NotACandidate: ");
    }

    @Test
    void what_the_policy_of_changes_lets_through_is_pinned_as_the_operator_would_do_it_in_time(@TempDir Path folder)
            throws IOException {
        // Given a baseline of both nodes, as kubectl prints it, that follows nodes upwards
        ObjectNode resource =
                (ObjectNode) JSON.readTree(run("-f", host("xeon-gold-6130"), "-f", host("xeon-w3520"), "-o", "json")
                        .out());
        String before = resource.at("/status/pinned/revision").asText();
        resource.set("spec", JSON.readTree("{\"changes\": {\"raise\": {\"policy\": \"Automatic\"}}}"));
        resource.withObject("/metadata").put("generation", 2);
        resource.withObject("/status").put("observedGeneration", 2);
        Path file = Files.writeString(folder.resolve("all.json"), resource.toString());

        // When the older node has left
        JsonNode status = JSON.readTree(run("-f", host("xeon-gold-6130"), "-b", file.toString(), "-o", "json")
                        .out())
                .path("status");

        // Then
        assertThat(status.at("/pinned/cpuModel").asText()).startsWith("Skylake-Server");
        assertThat(status.at("/history/0/revision").asText()).isEqualTo(before);
        assertThat(status.path("candidate").isMissingNode()).isTrue();

        // When the spec was edited since the operator has looked: then it may be the edit that brings the candidate up
        resource.withObject("/metadata").put("generation", 3);
        Files.writeString(file, resource.toString());
        status = JSON.readTree(run("-f", host("xeon-gold-6130"), "-b", file.toString(), "-o", "json")
                        .out())
                .path("status");

        // Then
        assertThat(status.at("/pinned/revision").asText()).isEqualTo(before);
        assertThat(status.at("/candidate/trigger").asText()).isEqualTo("Policy");

        // When it follows them downwards alone
        resource.set("spec", JSON.readTree("{\"changes\": {\"lower\": {\"policy\": \"Automatic\"}}}"));
        resource.withObject("/metadata").put("generation", 2);
        Files.writeString(file, resource.toString());
        status = JSON.readTree(run("-f", host("xeon-gold-6130"), "-b", file.toString(), "-o", "json")
                        .out())
                .path("status");

        // Then
        assertThat(status.at("/pinned/revision").asText()).isEqualTo(before);
        assertThat(status.at("/candidate/cpuModel").asText()).startsWith("Skylake-Server");
    }

    @Test
    void a_status_that_is_none_is_bad_input(@TempDir Path folder) throws IOException {
        // Given
        Path file = baseline(folder, "status: {pinned: 7}\n");

        // When
        Ended plan = run("-f", host("xeon-gold-6130"), "-b", file.toString());

        // Then
        assertThat(plan.code()).isEqualTo(2);
        assertThat(plan.err()).contains("all.yaml:4:1: status: expected one as the operator writes it");
    }
}
