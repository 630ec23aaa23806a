package io.cpubaseline.cli.plan;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.cpubaseline.baseline.Revision;
import io.cpubaseline.cpu.FeatureSet;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** {@code cpu-baseline plan --revision}: whether a guest of one cluster can land on the nodes of another. */
class PlanRevisionTest {

    private static final String PINNED = Revision.of("Haswell-noTSX", FeatureSet.of("aes", "vaes"));
    private static final String BEFORE = Revision.of("Nehalem", FeatureSet.empty());

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    private static String node(String name, String vendor, String... features) {
        StringBuilder labels = new StringBuilder();
        for (String feature : features) {
            labels.append("    cpu-feature.node.kubevirt.io/").append(feature).append(": \"true\"\n");
        }
        return """
                ---
                apiVersion: v1
                kind: Node
                metadata:
                  name: %s
                  labels:
                    kubernetes.io/arch: amd64
                    kubevirt.io/schedulable: "true"
                    cpu-model.node.kubevirt.io/Haswell-noTSX: "true"
                    cpu-model.node.kubevirt.io/Nehalem: "true"
                    cpu-vendor.node.kubevirt.io/%s: "true"
                """.formatted(name, vendor) + labels;
    }

    private static String baseline(String name, String pinned, String before) {
        return """
                ---
                apiVersion: cpubaseline.io/v1alpha1
                kind: ClusterCpuBaseline
                metadata: {name: %s}
                spec: {}
                status:
                  pinned: %s
                  history: [%s]
                """.formatted(name, pinned, before);
    }

    private static final String OURS = baseline(
            "ours",
            "{revision: %s, cpuModel: Haswell-noTSX, requiredFeatures: [{name: aes}, {name: vaes}], vendor: Intel}"
                    .formatted(PINNED),
            "{revision: %s, cpuModel: Nehalem}".formatted(BEFORE));

    private int plan(String other, String revision, String... more) throws IOException {
        Path ours = Files.writeString(directory.resolve("ours.yaml"), OURS);
        String[] arguments = Stream.concat(
                        Stream.of("-f", "-", "--revision", revision, "-b", ours.toString()), Stream.of(more))
                .toArray(String[]::new);
        return new CommandLine(new PlanCommand(
                        NoCluster.ASKED, new ByteArrayInputStream(other.getBytes(StandardCharsets.UTF_8))))
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }

    @Test
    void it_lands_where_model_features_and_vendor_are_labelled() throws IOException {
        // Given
        String other = node("whole", "Intel", "aes", "vaes")
                + node("old", "Intel", "aes")
                + node("foreign", "AMD", "aes", "vaes");

        // When
        int code = plan(other, PINNED, "-o", "json");

        // Then
        assertThat(code).as(err.toString()).isZero();
        JsonNode answer = new ObjectMapper().readTree(out.toString());
        assertThat(answer.path("possibleNodes")).extracting(JsonNode::asText).containsExactly("whole");
        assertThat(answer.path("obstacles"))
                .extracting(obstacle -> obstacle.path("origin").asText() + " "
                        + obstacle.at("/nodes/0").asText())
                .containsExactly("RequiredFeatures old", "SourceVendor foreign");
    }

    @Test
    void a_table_says_what_is_missing_where_and_which_revision_both_have() throws IOException {
        // Given
        String other = node("old", "Intel", "aes")
                + baseline("theirs", "{revision: %s, cpuModel: Nehalem}".formatted(BEFORE), "");

        // When
        int code = plan(other, PINNED);

        // Then
        assertThat(code).as(err.toString()).isEqualTo(1);
        assertThat(out.toString().lines())
                .contains(
                        "Revision    %s, pinned by ours".formatted(PINNED),
                        "Features    aes vaes",
                        "Vendor      Intel",
                        "Can land    on none of 1 nodes",
                        "Shared      " + BEFORE,
                        "  the CPU feature vaes: keeps it off old");
    }

    @Test
    void a_revision_that_was_pinned_before_and_a_model_alone_are_known() throws IOException {
        // Given
        String alone = Revision.of("Westmere", FeatureSet.empty());

        // Then
        assertThat(plan(node("amd", "AMD"), BEFORE)).as(err.toString()).isZero();
        assertThat(plan(node("amd", "AMD"), alone)).isEqualTo(1);
        assertThat(out.toString())
                .contains("pinned by ours before", "a model alone", "CPU model Westmere: keeps it off amd");
    }

    @Test
    void a_revision_of_the_other_cluster_is_found_there() throws IOException {
        // Given
        String theirs = Revision.of("Nehalem", FeatureSet.of("aes"));
        String other = node("n1", "Intel", "aes")
                + baseline(
                        "theirs",
                        "{revision: %s, cpuModel: Nehalem, requiredFeatures: [{name: aes}]}".formatted(theirs),
                        "");

        // Then
        assertThat(plan(other, theirs)).as(err.toString()).isZero();
        assertThat(out.toString()).contains("pinned by theirs", "no revision: after its next start there");
    }

    @Test
    void one_that_contradicts_its_model_and_features_is_none() throws IOException {
        // Given
        String other =
                node("n1", "Intel") + baseline("theirs", "{revision: Nehalem-0123456789, cpuModel: Nehalem}", "");

        // Then
        assertThat(plan(other, "Nehalem-0123456789")).isEqualTo(2);
        assertThat(err.toString())
                .contains("--revision Nehalem-0123456789: no baseline tells its model and features; known are: "
                        + PINNED);
    }

    @ParameterizedTest
    @CsvSource({"--batch, leave --batch out", "--all, leave --all out"})
    void an_option_that_would_change_nothing_is_a_mistake(String option, String message) throws IOException {
        assertThat(plan(node("n1", "Intel"), PINNED, option)).isEqualTo(2);
        assertThat(err.toString()).contains(message);
    }

    @Test
    void a_status_of_another_kind_shares_nothing() throws IOException {
        // Given
        String other = node("n1", "Intel", "aes", "vaes") + """
                ---
                apiVersion: cpubaseline.io/v1alpha1
                kind: ClusterCpuBaseline
                metadata: {name: theirs}
                status: [odd]
                """;

        // Then
        assertThat(plan(other, PINNED)).as(err.toString()).isZero();
        assertThat(List.of(out.toString().split("\n"))).anyMatch(line -> line.startsWith("Shared      not known"));
    }

    @Test
    void where_a_revision_tells_no_vendor_the_nodes_are_told_by_vendor_since_a_guest_stays_with_its_own()
            throws IOException {
        // Given a revision that stands for a model alone
        String other = node("i1", "Intel") + node("a1", "AMD") + node("i2", "Intel");

        // When
        int code = plan(other, BEFORE, "-o", "json");

        // Then
        assertThat(code).as(err.toString()).isZero();
        JsonNode answer = new ObjectMapper().readTree(out.toString());
        assertThat(answer.path("possibleNodes")).extracting(JsonNode::asText).containsExactly("a1", "i1", "i2");
        assertThat(answer.path("possibleNodesByVendor"))
                .isEqualTo(new ObjectMapper().readTree("{\"AMD\":[\"a1\"],\"Intel\":[\"i1\",\"i2\"]}"));
    }

    @Test
    void a_table_tells_nodes_by_vendor_too_where_there_are_several() throws IOException {
        // Given
        String other = node("i1", "Intel") + node("a1", "AMD");

        // Then
        assertThat(plan(other, BEFORE)).as(err.toString()).isZero();
        assertThat(out.toString().lines())
                .containsSubsequence(
                        "Vendor      not told: that of each guest's node counts, too",
                        "Can land    on 2 of 2 nodes: a1, i1",
                        "            of these from AMD on 1: a1",
                        "            of these from Intel on 1: i1");
    }

    @Test
    void of_one_vendor_alone_a_table_tells_nothing_apart() throws IOException {
        assertThat(plan(node("i1", "Intel"), BEFORE)).as(err.toString()).isZero();
        assertThat(out.toString()).contains("Can land    on 1 of 1 nodes: i1").doesNotContain("of these");
    }

    @Test
    void a_vendor_that_the_revision_tells_needs_no_nodes_by_vendor() throws IOException {
        // Given
        String other = node("i1", "Intel", "aes", "vaes") + node("a1", "AMD", "aes", "vaes");

        // Then
        assertThat(plan(other, PINNED, "-o", "json")).as(err.toString()).isZero();
        JsonNode answer = new ObjectMapper().readTree(out.toString());
        assertThat(answer.path("vendor").asText()).isEqualTo("Intel");
        assertThat(answer.has("possibleNodesByVendor")).isFalse();
    }
}
