package io.cpubaseline.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import io.cpubaseline.Fleets;
import io.cpubaseline.Reason;
import io.cpubaseline.baseline.Planner;
import io.cpubaseline.baseline.Policy;
import io.cpubaseline.catalog.CatalogLoader;
import io.cpubaseline.cpu.AbiLevel;
import io.cpubaseline.cpu.FeatureSet;
import io.cpubaseline.fleet.Eligibility.State;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Evidence that can't all be true, judged by the program's own tables. */
class ContradictionTest {

    private static final Planner PLANNER = new Planner(CatalogLoader.selection());
    private static final CpuEvidence BROADWELL = Fleets.host("xeon-e5-2650-v4");
    private static final NodeCpu GOOD = NodeCpu.healthy("good", BROADWELL);

    private static Fleet assess(NodeCpu... nodes) {
        return PLANNER.assess(List.of(nodes), Policy.open(), null);
    }

    private static CpuEvidence labelled(CpuEvidence evidence, FeatureSet features, String... vendors) {
        return new CpuEvidence(
                features, evidence.labelledModels(), new TreeSet<>(Arrays.asList(vendors)), evidence.silicon());
    }

    private static CpuEvidence by(CpuEvidence evidence, Silicon.Source source, String hardware) {
        return evidence.withSilicon(new Silicon(
                source,
                CatalogLoader.catalog().levels().all().union(evidence.labelledFeatures()),
                AbiLevel.V4,
                hardware));
    }

    /** What an emulator labels beside one another; the rest is as on any CPU. */
    private static CpuEvidence emulated(String old, String recent) {
        FeatureSet rest = BROADWELL.labelledFeatures().minus(FeatureSet.of("avx", "smep", "erms"));
        return new CpuEvidence(
                rest.union(FeatureSet.of(old, recent)),
                new TreeSet<>(List.of("Nehalem", "Penryn")),
                new TreeSet<>(List.of("AMD")),
                Silicon.unknown());
    }

    @ParameterizedTest
    @CsvSource({"3dnow, avx", "3dnow, smep", "3dnow, erms", "3dnowext, avx", "3dnowext, smep", "3dnowext, erms"})
    void labels_that_only_an_emulator_gives_are_a_contradiction_and_limit_nothing(String old, String recent) {
        // When
        Fleet fleet = assess(GOOD, NodeCpu.healthy("emulated", emulated(old, recent)));

        // Then
        assertThat(fleet.oddities().contradicted())
                .containsOnlyKeys(new Contradiction.Emulated(FeatureSet.of(old), FeatureSet.of(recent)));
        assertThat(fleet.byReason(State.UNKNOWN)).containsOnlyKeys(Reason.EvidenceConflict);
        assertThat(fleet.carried()).isEmpty();
    }

    @Test
    void an_emulators_labels_that_are_gone_limit_nothing_either() {
        // Given
        NodeCpu cleaned = NodeCpu.healthy("cleaned", CpuEvidence.nothing()).remembering(emulated("3dnow", "avx"));

        // When
        Fleet fleet = assess(GOOD, cleaned);

        // Then
        assertThat(fleet.byReason(State.UNKNOWN)).containsOnlyKeys(Reason.KubeVirtLabelsMissing);
        assertThat(fleet.carried()).isEmpty();
    }

    @Test
    void without_KVM_labels_of_an_emulator_are_as_they_should_be() {
        // Given
        NodeCpu healthy = NodeCpu.healthy("n", emulated("3dnow", "avx"));
        NodeCpu withoutKvm = new NodeCpu(
                "n",
                true,
                healthy.evidence(),
                null,
                Truth.YES,
                Truth.YES,
                false,
                false,
                Truth.NO,
                healthy.created(),
                healthy.labels());

        // Then
        assertThat(assess(withoutKvm).byReason(State.UNFIT)).containsOnlyKeys(Reason.NoKvm);
    }

    @Test
    void the_last_CPUs_with_3dnow_are_no_emulators() {
        assertThat(assess(NodeCpu.healthy("phenom", Fleets.host("phenom-b95"))).count(State.CONTRIBUTING))
                .isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({"Intel, AMD", "AMD, Intel", "Intel, Hygon"})
    void vendors_that_differ_are_a_contradiction_and_the_labels_limit_nothing(String labelled, String hardware) {
        for (Silicon.Source source : List.of(Silicon.Source.LABELS, Silicon.Source.NODE_FEATURE)) {
            // Given
            CpuEvidence evidence = by(labelled(BROADWELL, BROADWELL.labelledFeatures(), labelled), source, hardware);

            // When
            Fleet fleet = assess(GOOD, NodeCpu.healthy("n", evidence));

            // Then
            assertThat(fleet.oddities().contradicted()).containsOnlyKeys(new Contradiction.Vendors(labelled, hardware));
            assertThat(fleet.byReason(State.UNKNOWN)).containsOnlyKeys(Reason.EvidenceConflict);
            assertThat(fleet.carried()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Intel", ""})
    void a_vendor_that_is_the_same_or_not_told_contradicts_nothing(String hardware) {
        assertThat(assess(NodeCpu.healthy("n", by(BROADWELL, Silicon.Source.NODE_FEATURE, hardware)))
                        .count(State.CONTRIBUTING))
                .isEqualTo(1);
    }

    @Test
    void a_second_vendor_label_is_reported_and_the_node_contributes_as_what_its_hardware_is() {
        // Given
        CpuEvidence two = by(
                labelled(BROADWELL, BROADWELL.labelledFeatures(), "AMD", "Intel"),
                Silicon.Source.NODE_FEATURE,
                "Intel");

        // When
        Fleet fleet = assess(GOOD, NodeCpu.healthy("two", two));

        // Then
        assertThat(fleet.count(State.CONTRIBUTING)).isEqualTo(2);
        assertThat(fleet.oddities().severalVendors()).extracting(NodeCpu::name).containsExactly("two");
        assertThat(fleet.contributing()).extracting(CpuClass::vendor).containsOnly("Intel");
    }

    @Test
    void it_is_told_which_instruction_sets_are_claimed_and_not_there() {
        // Given
        FeatureSet claimed = FeatureSet.of("avx2", "sse4.2");
        CpuEvidence evidence = BROADWELL.withSilicon(new Silicon(
                Silicon.Source.NODE_FEATURE, BROADWELL.labelledFeatures().minus(claimed), AbiLevel.V1, "Intel"));

        // When
        Fleet fleet = assess(NodeCpu.healthy("n", evidence));

        // Then
        assertThat(fleet.oddities().contradicted()).containsOnlyKeys(new Contradiction.Instructions(claimed));
        assertThat(fleet.carried()).as("KubeVirt schedules by what is labelled").hasSize(1);
    }

    static Stream<String> hosts() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("src", "test", "resources", "nodes"))) {
            return files
                    .map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".yaml"))
                    .map(name -> name.substring(0, name.length() - ".yaml".length()))
                    .sorted()
                    .toList()
                    .stream();
        }
    }

    @ParameterizedTest
    @MethodSource("hosts")
    void no_real_host_contradicts_itself(String host) {
        assertThat(assess(NodeCpu.healthy(host, Fleets.host(host))).oddities().contradicted())
                .isEmpty();
    }
}
