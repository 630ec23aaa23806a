package io.cpubaseline.baseline;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.cpubaseline.Fleets;
import io.cpubaseline.catalog.CatalogLoader;
import io.cpubaseline.cpu.CpuModel;
import io.cpubaseline.cpu.FeatureSet;
import io.cpubaseline.fleet.CpuEvidence;
import io.cpubaseline.fleet.NodeCpu;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The 150 host sets with known right answers. */
class ReferenceSetsTest {

    private static final Selection SELECTION = CatalogLoader.selection();
    private static final Planner PLANNER = new Planner(SELECTION);

    /** The references know no profile, which has a say where libvirt would refuse what it adds. */
    private static final Planner WITHOUT_PROFILE =
            new Planner(new Selection(SELECTION.catalog(), withoutAdditions(SELECTION.rules())));

    private static SelectionRules withoutAdditions(SelectionRules rules) {
        return new SelectionRules(
                rules.neverRequired(),
                rules.nested(),
                rules.nestedOfAmd(),
                rules.nestedNamedByNfd(),
                rules.tsx(),
                rules.notCounted(),
                rules.leaf0xD(),
                rules.needsXsaveState(),
                rules.neverContradicted(),
                rules.droppedEarly(),
                rules.cameLater(),
                List.of(),
                rules.missing());
    }

    record HostSet(String id, List<String> hosts, JsonNode expected) {

        @Override
        public String toString() {
            return id;
        }
    }

    static Stream<HostSet> sets() throws IOException {
        ObjectMapper json = new ObjectMapper();
        List<HostSet> sets = new ArrayList<>();
        try (var reader = new BufferedReader(new InputStreamReader(
                Objects.requireNonNull(ReferenceSetsTest.class.getResourceAsStream("/reference/sets.jsonl")),
                StandardCharsets.UTF_8))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                JsonNode set = json.readTree(line);
                List<String> hosts = new ArrayList<>();
                set.path("nodes").forEach(host -> hosts.add(host.asText()));
                sets.add(new HostSet(set.path("id").asText(), hosts, set));
            }
        }
        return sets.stream();
    }

    @Test
    void all_150_sets_are_there() throws IOException {
        assertThat(sets()).hasSize(150);
    }

    @ParameterizedTest
    @MethodSource("sets")
    void level_model_and_features_for_the_level_are_the_references(HostSet set) {
        // Given
        List<NodeCpu> nodes = Fleets.nodes(set.hosts());
        JsonNode recommended = set.expected().path("recommended");

        // When
        Plan plan = WITHOUT_PROFILE.plan(WITHOUT_PROFILE.assess(nodes, Policy.open(), null), Policy.open());

        // Then
        if (recommended.isNull()) {
            assertThat(plan.answer()).isInstanceOf(NoBaseline.class);
            return;
        }
        assertThat(plan.answer()).isInstanceOf(Baseline.class);
        Baseline baseline = (Baseline) plan.answer();
        assertThat(baseline.level().label())
                .isEqualTo(recommended.path("abiLevel").asText());
        assertThat(baseline.model().name())
                .isEqualTo(recommended.path("cpuModel").asText());
        assertThat(baseline.required().entrySet().stream()
                        .filter(entry -> entry.getValue() == Purpose.Level)
                        .map(entry -> entry.getKey()))
                .containsExactlyInAnyOrderElementsOf(texts(recommended.path("requiredFeatures")));
        assertThat(baseline.foreignVendor())
                .isEqualTo(recommended.path("foreignVendor").asBoolean());
    }

    @ParameterizedTest
    @MethodSource("sets")
    void common_features_are_the_references(HostSet set) {
        // Given
        List<NodeCpu> nodes = Fleets.nodes(set.hosts());

        // When
        Plan plan = PLANNER.plan(PLANNER.assess(nodes, Policy.open(), null), Policy.open());

        // Then
        assertThat(plan.explanation().common().names())
                .containsExactlyInAnyOrderElementsOf(texts(set.expected().path("commonFeatures")));
    }

    @ParameterizedTest
    @MethodSource("sets")
    void every_node_of_the_set_can_take_the_answer_and_libvirt_accepts_it(HostSet set) {
        // Given
        List<NodeCpu> nodes = Fleets.nodes(set.hosts());

        // When
        Answer answer = PLANNER.plan(PLANNER.assess(nodes, Policy.open(), null), Policy.open())
                .answer();

        // Then
        answer.baseline().ifPresent(baseline -> {
            CpuModel model = baseline.model();
            FeatureSet required = baseline.requiredFeatures();
            for (NodeCpu node : nodes) {
                assertThat(node.evidence().labelledModels()).contains(model.name());
                assertThat(node.evidence().labelledFeatures().names()).containsAll(required.names());
                // AMD's CPUs have what libvirt wants of an AMD model, labelled or not.
                if (!required.isEmpty() && !node.evidence().vendor().equals("AMD")) {
                    assertThat(node.evidence().labelledFeatures().names())
                            .containsAll(model.libvirtRequires().names());
                }
            }
        });
    }

    static Stream<HostSet> setsOfAmd() throws IOException {
        return sets().filter(set ->
                set.hosts().stream().allMatch(host -> Fleets.host(host).vendor().equals("AMD")));
    }

    @ParameterizedTest
    @MethodSource("setsOfAmd")
    void nested_virtualization_switched_off_changes_no_answer_of_amd(HostSet set) {
        // Given
        List<NodeCpu> nodes = Fleets.nodes(set.hosts());
        List<NodeCpu> switchedOff = nodes.stream()
                .map(node -> node.withEvidence(withoutNested(node.evidence())))
                .toList();

        // When
        Answer answer = PLANNER.plan(PLANNER.assess(switchedOff, Policy.open(), null), Policy.open())
                .answer();

        // Then
        assertThat(answer.baseline().map(Baseline::revision))
                .isEqualTo(PLANNER.plan(PLANNER.assess(nodes, Policy.open(), null), Policy.open())
                        .answer()
                        .baseline()
                        .map(Baseline::revision));
    }

    /** The labels under kvm_amd's nested=0: none of CPUID leaf 8000000A, and no svm. */
    private static CpuEvidence withoutNested(CpuEvidence evidence) {
        return new CpuEvidence(
                evidence.labelledFeatures().minus(SELECTION.rules().nestedOfAmd()),
                evidence.labelledModels(),
                evidence.labelledVendors(),
                evidence.silicon());
    }

    private static List<String> texts(JsonNode list) {
        List<String> texts = new ArrayList<>();
        list.forEach(item -> texts.add(item.asText()));
        return texts;
    }
}
