package io.cpubaseline.operator.verification;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.cpubaseline.DocumentSchema;
import io.cpubaseline.baseline.Purpose;
import io.cpubaseline.change.Pin;
import io.cpubaseline.cpu.AbiLevel;
import io.cpubaseline.verification.Domain;
import io.cpubaseline.verification.Leg;
import io.cpubaseline.verification.Outcome;
import io.cpubaseline.verification.Place;
import io.cpubaseline.verification.Progress.Result;
import io.cpubaseline.verification.Pulse;
import io.cpubaseline.verification.Sighting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What {@code verify} prints at its end. */
class OutcomeReportTest {

    private static final Path PAGE = Path.of("").toAbsolutePath().resolveSibling("docs/verify.md");
    private static final Pattern SHOWN = Pattern.compile("```\n(NODE .*?)```", Pattern.DOTALL);

    private static final List<Domain> DOMAINS = Domain.of(
            List.of(
                    new Place("amd-1", "AMD", ""),
                    new Place("intel-1", "Intel", ""),
                    new Place("intel-2", "Intel", "kept off it by: CPU model Haswell-noTSX-IBRS"),
                    new Place("intel-3", "Intel", "")),
            "");

    private static final Preparation PREPARATION = new Preparation(
            "all",
            new Pin("Haswell-noTSX-IBRS", new TreeMap<>(Map.of("abm", Purpose.Level)), AbiLevel.V3, "", null, ""),
            DOMAINS,
            new GuestManifest.Common(
                    "image", "", "Haswell-noTSX-IBRS", List.of("abm"), List.of("abm"), MissingNode.getInstance()),
            Map.of(),
            List.of("Pods can't be listed (forbidden): how full nodes are isn't known"));

    private static Pulse pulse() {
        Pulse pulse = Pulse.begin(Duration.ofSeconds(30), sighting(0, true));
        return pulse.seen(sighting(5, false)).seen(sighting(8, true));
    }

    private static Sighting sighting(int second, boolean ready) {
        return new Sighting(Duration.ofSeconds(second), "u1", "intel-1", "Running", ready, "");
    }

    private static Outcome outcome(Leg... more) {
        List<Leg> legs = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            String guest = "cpu-baseline-verify-5f0c2a7e-intel-" + (i + 1);
            legs.add(leg(guest, "intel-1", "intel-3", Result.Succeeded, 12400, ""));
            legs.add(leg(guest, "intel-3", "intel-1", Result.Succeeded, 11800, ""));
        }
        legs.addAll(List.of(more));
        return new Outcome(DOMAINS, legs, Map.of("cpu-baseline-verify-5f0c2a7e-intel-1", pulse()), true, "");
    }

    private static Leg leg(String guest, String source, String target, Result result, int millis, String words) {
        return new Leg(1, guest, "Intel", source, target, result, Duration.ofMillis(millis), words);
    }

    @Test
    void the_page_shows_what_is_printed() throws IOException {
        // Given
        Matcher shown = SHOWN.matcher(Files.readString(PAGE));
        assertThat(shown.find()).isTrue();

        // Then
        assertThat(String.join("\n", OutcomeReport.table(PREPARATION, outcome(), Duration.ofSeconds(171))) + "\n")
                .isEqualTo(shown.group(1));
    }

    @Test
    void what_is_wrong_comes_before_the_verdict() {
        // When
        List<String> lines = OutcomeReport.table(
                PREPARATION,
                outcome(leg("vm-1", "intel-1", "intel-3", Result.Failed, 3000, "guest CPU doesn't match")),
                Duration.ofSeconds(171));

        // Then
        assertThat(lines)
                .endsWith("Wrong: vm-1 from intel-1 to intel-3: Failed, guest CPU doesn't match.", "Not verified.");
    }

    @Test
    void what_would_fail_is_told_before_with_what_could_not_be_looked_at() {
        assertThat(OutcomeReport.foreseen(PREPARATION))
                .containsExactly(
                        "amd-1 can't be visited: no other node with a CPU of AMD can take a guest: one that runs there can't leave",
                        "intel-2 can't be visited: kept off it by: CPU model Haswell-noTSX-IBRS",
                        "! Pods can't be listed (forbidden): how full nodes are isn't known");
    }

    @Test
    void the_document_has_the_same_for_programs() {
        // When
        JsonNode document = OutcomeReport.document(PREPARATION, outcome(), Duration.ofSeconds(171));

        // Then
        assertThat(document.path("verified").asBoolean()).isTrue();
        assertThat(document.path("seconds").asInt()).isEqualTo(171);
        assertThat(document.path("flags")).hasToString("[\"abm\"]");
        assertThat(document.at("/nodes/2/reason").asText()).startsWith("kept off it by");
        assertThat(document.at("/nodes/3"))
                .hasToString("{\"name\":\"intel-3\",\"vendor\":\"Intel\",\"visits\":2,\"slowestSeconds\":12.4}");
        assertThat(document.at("/guests/0/longestSilenceSeconds").asDouble()).isEqualTo(3.0);
        assertThat(document.path("migrations")).hasSize(4);
    }

    @Test
    void its_schema_describes_the_document_and_nothing_else() throws IOException {
        // Given
        DocumentSchema schema = DocumentSchema.named("verify");
        Outcome well = outcome();
        Outcome ill = outcome(
                leg("vm-1", "intel-1", "intel-3", Result.Failed, 3000, "guest CPU doesn't match"),
                leg("vm-1", "intel-1", "", Result.NoTarget, 3000, "no node took it"));
        Pulse broken = new Pulse(Duration.ofSeconds(30), "u1", Duration.ZERO, null, Duration.ZERO, "it was reset");
        List<JsonNode> documents = List.of(
                document(well),
                document(new Outcome(ill.domains(), ill.legs(), Map.of("vm-1", broken), false, "called off")),
                document(new Outcome(DOMAINS, List.of(), Map.of(), true, "no guest has started")));

        // Then
        assertThat(documents)
                .allSatisfy(document -> assertThat(schema.complaints(document)).isEmpty());
        assertThat(schema.absentFrom(documents)).isEmpty();
    }

    private static JsonNode document(Outcome outcome) {
        return OutcomeReport.document(PREPARATION, outcome, Duration.ofSeconds(171));
    }
}
