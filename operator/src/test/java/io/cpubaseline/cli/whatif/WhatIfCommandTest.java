package io.cpubaseline.cli.whatif;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.cpubaseline.Main;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code what-if} prints, and that it says before the change what {@code plan} says after it. */
class WhatIfCommandTest {

    private static final Path BASE = Path.of(System.getProperty("basedir", "."));
    private static final String FLEET =
            BASE.resolve("../docs/samples/mixed-fleet/nodes.yaml").toString();
    private static final Path HOSTS = BASE.resolve("src/test/resources/nodes");
    private static final ObjectMapper JSON = new ObjectMapper();

    private static final String V4 = "xeon-platinum-8268";
    private static final String V3 = "xeon-e5-2630-v4";
    private static final String V2 = "xeon-e5-2650";

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    private record Ended(int code, String out, String err) {}

    private static Ended run(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int code = Main.commandLine(arguments)
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
        return new Ended(code, out.toString(), err.toString());
    }

    private static Ended run(List<String> hosts, String... arguments) {
        List<String> all = new ArrayList<>(List.of("what-if"));
        hosts.forEach(host -> all.addAll(List.of("-f", host(host))));
        all.addAll(List.of(arguments));
        return run(all.toArray(String[]::new));
    }

    private static String host(String name) {
        return HOSTS.resolve(name + ".yaml").toString();
    }

    private static JsonNode plan(String... hosts) throws IOException {
        List<String> all = new ArrayList<>(List.of("plan", "-o", "json"));
        Stream.of(hosts).forEach(host -> all.addAll(List.of("-f", host(host))));
        return JSON.readTree(run(all.toArray(String[]::new)).out).at("/status/pinned");
    }

    private static JsonNode whatIf(List<String> hosts, String... arguments) throws IOException {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("-o", "json"));
        return JSON.readTree(run(hosts, all.toArray(String[]::new)).out).at("/answers/0");
    }

    private Path baseline(String spec) throws IOException {
        return Files.writeString(
                folder.resolve("baseline-%d.yaml".formatted(spec.hashCode())),
                "apiVersion: cpubaseline.io/v1alpha1\nkind: ClusterCpuBaseline\nmetadata: {name: all}\nspec: " + spec);
    }

    @Test
    void before_and_after_are_what_plan_says_of_the_nodes_before_and_after() throws IOException {
        // Given
        JsonNode old = plan(V2, V3, V4);
        JsonNode young = plan(V3, V4);

        // When
        JsonNode removed = whatIf(List.of(V2, V3, V4), "--remove", V2);
        JsonNode added = whatIf(List.of(V3, V4), "--add-file", host(V2));

        // Then
        assertThat(removed.at("/before/revision")).isEqualTo(old.path("revision"));
        assertThat(removed.at("/after/revision")).isEqualTo(young.path("revision"));
        assertThat(added.at("/before/revision")).isEqualTo(young.path("revision"));
        assertThat(added.at("/after/revision")).isEqualTo(old.path("revision"));
        assertThat(added.at("/lost")).isEqualTo(removed.at("/gained"));
        assertThat(added.at("/guestsOfBefore/noTargets").toString()).isEqualTo("[\"%s\"]".formatted(V2));
        assertThat(removed.at("/guestsOfBefore/targetsAfter").asInt()).isEqualTo(2);
    }

    @Test
    void hosts_that_come_by_their_model_are_what_planned_nodes_are() throws IOException {
        // Given
        Path planned = baseline("{plannedNodes: [{name: soon, model: SandyBridge-IBRS, count: 3}]}");
        JsonNode candidate = JSON.readTree(
                        run("plan", "-f", host(V3), "-f", host(V4), "-b", planned.toString(), "-o", "json").out)
                .at("/status/candidate/revision");

        // When
        JsonNode added = whatIf(List.of(V3, V4), "--add", "SandyBridge-IBRS=3");
        JsonNode byBaseline = whatIf(List.of(V3, V4), "-b", planned.toString(), "--add", "SandyBridge-IBRS=3");

        // Then: what the spec plans itself doesn't count here
        assertThat(candidate.asText()).isNotEmpty();
        assertThat(added.at("/after/revision")).isEqualTo(candidate);
        assertThat(byBaseline.at("/after/revision")).isEqualTo(candidate);
        assertThat(byBaseline.at("/before/revision")).isEqualTo(plan(V3, V4).path("revision"));
        assertThat(added.at("/after/nodesSelected").asInt()).isEqualTo(5);
    }

    @Test
    void a_node_that_is_replaced_keeps_its_labels_and_its_size() throws IOException {
        // Given
        Path baseline = baseline("{nodeSelector: {matchLabels: {kubernetes.io/os: linux}}}");

        // When
        JsonNode answer = JSON.readTree(run(
                                "what-if",
                                "-f",
                                FLEET,
                                "-b",
                                baseline("{nodeSelector: {matchLabels: {cpu-vendor.node.kubevirt.io/Intel: \"true\"}}}")
                                        .toString(),
                                "--replace",
                                "rack-d1,rack-c1=EPYC-Genoa",
                                "-o",
                                "json")
                        .out)
                .at("/answers/0");
        Ended kept = run("what-if", "-f", FLEET, "-b", baseline.toString(), "--replace", "rack-f1=EPYC-Genoa");

        // Then: two nodes are Intel's no more
        assertThat(answer.at("/before/nodesSelected").asInt()).isEqualTo(19);
        assertThat(answer.at("/after/nodesSelected").asInt()).isEqualTo(17);
        assertThat(answer.at("/after/capacity/cores").asInt()).isEqualTo(1144 - 8 - 32);
        assertThat(kept.out).contains("VendorsMixed", "Cores       0 of 1704");
    }

    @Test
    void a_lower_bound_leaves_nodes_out_and_an_upper_one_takes_features_away() throws IOException {
        // When
        JsonNode minimum = whatIf(List.of(V2, V3, V4), "--minimum", "x86-64-v3");
        JsonNode maximum = whatIf(List.of(V4), "--maximum", "x86-64-v3", "--exclude-feature", "aes");

        // Then
        assertThat(minimum.at("/after/nodesTakingIt").asInt()).isEqualTo(2);
        assertThat(minimum.at("/after/abiLevel").asText()).isEqualTo("x86-64-v3");
        assertThat(maximum.at("/after/abiLevel").asText()).isEqualTo("x86-64-v3");
        assertThat(maximum.at("/lost/others").toString()).contains("avx512f", "aes");
    }

    @Test
    void options_are_added_to_what_the_baseline_asks_for_or_to_another_one() throws IOException {
        // Given
        Path before = baseline("{cpuModel: {exclude: [Cascadelake-Server-noTSX]}}");
        Path after = baseline("{abiLevel: {maximum: x86-64-v3}}");
        JsonNode pinned = plan(V4);

        // When
        JsonNode changed = whatIf(
                List.of(V4),
                "-b",
                before.toString(),
                "--exclude-model",
                pinned.path("cpuModel").asText(),
                "--profile",
                "Level");
        JsonNode other = whatIf(List.of(V4), "-b", before.toString(), "--baseline-after", after.toString());

        // Then
        assertThat(changed.at("/after/cpuModel").asText())
                .isNotEqualTo(pinned.path("cpuModel").asText())
                .isNotEqualTo("Cascadelake-Server-noTSX");
        assertThat(other.at("/after/abiLevel").asText()).isEqualTo("x86-64-v3");
        assertThat(other.at("/before/abiLevel").asText()).isEqualTo("x86-64-v4");
    }

    @Test
    void where_one_answer_is_for_all_each_vendor_is_compared_with_it() {
        // When
        Ended ended = run("what-if", "-f", FLEET, "--vendors", "Mixed");

        // Then
        assertThat(ended.code).isZero();
        assertThat(ended.out)
                .contains("=== AMD ===", "=== Intel ===", "Migration   AMD among 7 -> AMD among 7, Intel among 19");
    }

    @Test
    void the_last_step_of_a_sequence_is_what_is_there_after_all_changes() throws IOException {
        // When
        JsonNode document = JSON.readTree(run(
                        "what-if",
                        "-f",
                        FLEET,
                        "--replace",
                        "rack-c1,rack-c2,rack-c3,rack-c4,rack-d1=SapphireRapids",
                        "--add",
                        "SapphireRapids=2",
                        "--sequence",
                        "-o",
                        "json")
                .out);

        // Then
        JsonNode steps = document.path("steps");
        JsonNode last = steps.get(steps.size() - 1);
        assertThat(steps).hasSize(7);
        assertThat(last.at("/answers/1/revision")).isEqualTo(document.at("/answers/1/after/revision"));
        assertThat(steps.get(0).at("/answers/1/revision")).isEqualTo(document.at("/answers/1/before/revision"));
    }

    @Test
    void what_is_pinned_is_told_beside_the_answer() throws IOException {
        // Given
        Path baseline = folder.resolve("pinned.yaml");
        Ended planned =
                run("plan", "-f", host(V2), "-f", host(V4), "-b", baseline("{}").toString(), "-o", "yaml");
        Files.writeString(baseline, planned.out);
        String pinned = new YAMLMapper()
                .readTree(planned.out)
                .at("/status/pinned/revision")
                .asText();

        // When
        Ended ended = run(List.of(V4), "-b", baseline.toString(), "--remove", V4);

        // Then
        assertThat(ended.code).isEqualTo(1);
        assertThat(ended.out.replaceAll("\\s+", " "))
                .contains("Guests with %s, which is pinned,: 1 nodes can take them, then 0.".formatted(pinned))
                .contains("They can neither start nor migrate then, until they get another baseline.");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                                             | expected a change: --add, --add-file
            --sequence --minimum x86-64-v3   | --sequence tells how nodes change
            --add EPYC-Genoa                 | --add EPYC-Genoa: expected a CPU model, = and a number of hosts
            --add EPYC-Genoa=0               | expected a CPU model, = and a number of hosts, 1 to 100000
            --add EPYC-Genoa=2,many          | expected cores, such as 64, found "many"
            --add EPYC-Genoa=2,8,-1          | expected memory, such as 256Gi, found "-1"
            --add EPYC-Genoa=2,8,1Gi,4       | expected at most cores and memory behind it, found "4"
            --add EPYC-Genua=2               | there is no CPU model "EPYC-Genua"
            --add =2                         | expected a CPU model
            --remove rack-a11                | there is no node "rack-a11"; did you mean rack-a1?
            --remove a=b                     | --remove a=b: no node has these labels
            --remove a=b=c                   | found "a=b=c"
            --replace rack-a1                | --replace rack-a1: expected nodes, = and a CPU model
            --replace rack-a1=Gemoa          | there is no CPU model "Gemoa"
            --remove rack-a1 --replace rack-a1=EPYC-Genoa | rack-a1 is asked to change twice
            --minimum v3                     | spec.abiLevel.minimum: "v3" is not a level
            --exclude-feature avx3           | spec.features.exclude
            --baseline-after x.yaml          | --baseline-after replaces what -b asks for: name that, too
            --minimum x86-64-v3 --all -o yaml | --all is for -o table
            --add-file /no/such/file         | /no/such/file
            """)
    void what_can_not_be_meant_is_refused(@Nullable String arguments, String complaint) {
        // When
        Ended ended = run(("what-if -f " + FLEET + (arguments == null ? "" : " " + arguments)).split(" "));

        // Then
        assertThat(ended.code).isEqualTo(2);
        assertThat(ended.err).contains(complaint).doesNotContain("Exception");
        assertThat(ended.out).isEmpty();
    }

    @Test
    void a_host_that_is_there_already_can_not_come() {
        assertThat(run(List.of(V4), "--add-file", host(V4)).err)
                .contains("a host that comes is called %s, as a node that is there already".formatted(V4));
    }

    @Test
    void hosts_that_the_baseline_does_not_select_are_warned_of() throws IOException {
        // Given
        Path intel = baseline("{nodeSelector: {matchLabels: {cpu-vendor.node.kubevirt.io/Intel: \"true\"}}}");

        // Then
        assertThat(run(List.of(V4), "-b", intel.toString(), "--add", "EPYC-Genoa=3").err)
                .contains("3 of 3 hosts that come are not selected");
        assertThat(run(List.of(V4), "-b", intel.toString(), "--add", "SapphireRapids=3").err)
                .isEmpty();
    }

    @Test
    void no_line_is_wider_than_a_terminal() {
        assertThat(run("what-if", "-f", FLEET, "--replace", "!gpu=GraniteRapids-v2", "--sequence")
                        .out
                        .lines())
                .isNotEmpty()
                .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80));
    }

    @Test
    void what_becomes_of_virtual_machines_that_run_is_told_by_name() throws IOException {
        // Given
        String folderOfAll = Path.of(FLEET).resolveSibling("").toString();

        // When
        JsonNode touched = JSON.readTree(run(
                                "what-if",
                                "-f",
                                folderOfAll,
                                "--remove",
                                "rack-c1,rack-c2,rack-d1,rack-e1,rack-e3,rack-e4",
                                "-o",
                                "json")
                        .out)
                .path("virtualMachines");

        // Then: one that has ended is none, and one whose owner names its node has no other
        assertThat(touched.path("looked").asInt()).isEqualTo(5);
        assertThat(touched.path("touched"))
                .extracting(move ->
                        move.path("name").asText() + " " + move.path("fate").asText())
                .containsExactly("queue MustRestart", "analytics LosesAllTargets", "cache MustMove", "web MustMove");
    }
}
