package io.cpubaseline.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import io.cpubaseline.fleet.CpuEvidence;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What strangers write into nodes and NodeFeatures doesn't fill the memory, however often it changes. */
@Tag("thorough")
class GrowthTest {

    private static final String FEATURE = "cpu-feature.node.kubevirt.io/";
    private static final int MOST_UNKNOWN = 256;

    private final EvidenceReader reader = EvidenceFixtures.reader();

    @ParameterizedTest
    @ValueSource(strings = {FEATURE, "cpu-model.node.kubevirt.io/", "cpu-vendor.node.kubevirt.io/"})
    void of_the_names_that_nobody_knows_a_node_keeps_some_and_counts_the_others(String family) {
        // When
        CpuEvidence evidence = labelled(family, "true", 0, 8_000);

        // Then
        int names = evidence.labelledFeatures().size()
                + evidence.labelledModels().size()
                + evidence.labelledVendors().size();
        assertThat(names).isEqualTo(3 + MOST_UNKNOWN);
        assertThat(evidence.leftOut()).isEqualTo(8_000 - MOST_UNKNOWN);
        assertThat(evidence.labelledFeatures().contains("avx2")).isTrue();
        assertThat(evidence.labelledModels()).contains("Haswell");
        assertThat(evidence.labelledVendors()).contains("Intel");
    }

    @Test
    void of_the_labels_with_odd_values_a_node_keeps_some_too() {
        // When
        CpuEvidence evidence = labelled(FEATURE, "false", 0, 8_000);

        // Then
        assertThat(evidence.oddLabels()).hasSize(MOST_UNKNOWN);
        assertThat(evidence.leftOut()).isEqualTo(8_000 - MOST_UNKNOWN);
        assertThat(evidence.labelledFeatures().names()).containsExactly("avx2");
    }

    @Test
    void which_names_are_kept_depends_on_the_labels_alone() {
        // Given
        CpuEvidence evidence = labelled(FEATURE, "true", 0, 1_000);

        // When: others are seen meanwhile, by the same reader and by another one
        labelled(FEATURE, "true", 50_000, 1_000);
        EvidenceReader other = EvidenceFixtures.reader();

        // Then
        assertThat(labelled(FEATURE, "true", 0, 1_000)).isEqualTo(evidence);
        assertThat(labelled(other, FEATURE, "true", 0, 1_000)).isEqualTo(evidence);
    }

    @Test
    void labels_that_changed_are_forgotten() {
        // When: a hundred thousand names, a thousand at a time
        for (int update = 0; update < 100; update++) {
            labelled(FEATURE, "true", update * 1_000, 1_000);
        }

        // Then
        onlyAFewAreLeft();
    }

    @Test
    void a_worker_that_tells_something_else_every_time_leaves_nothing_behind() {
        // Given
        NodeFacts node = EvidenceFixtures.hostsNode(reader, "xeon-gold-6130");

        // When: 100,000 variants of what the CPU has, and strangers' flags beside
        List<String> flags = List.of(
                "AVX", "AVX2", "BMI1", "BMI2", "F16C", "FMA3", "LZCNT", "MOVBE", "AESNI", "ADX", "SHA", "RDRAND",
                "RDSEED", "SSE3", "SSE4", "SSE42", "SSSE3");
        for (int variant = 0; variant < 100_000; variant++) {
            int bits = variant;
            String elements = IntStream.range(0, flags.size())
                    .filter(i -> (bits & 1 << i) != 0)
                    .mapToObj(i -> "'%s': {}, ".formatted(flags.get(i)))
                    .collect(Collectors.joining());
            reader.evidence(node, NodeFeatures.of(List.of(worker(elements + "'ODD%d': {}".formatted(variant))), ""));
        }

        // Then
        onlyAFewAreLeft();
        assertThat(node.evidence().labelledFeatures().contains("avx2")).isTrue();
    }

    @Test
    void hosts_that_changed_are_forgotten() {
        for (int update = 0; update < 10_000; update++) {
            EvidenceFixtures.node(reader, """
                    {'metadata': {'name': 'n', 'labels': {'machine-type.node.kubevirt.io/odd-%1$d': 'true', 'odd-%1$d': 'odd-%1$d'}},
                     'status': {'allocatable': {'cpu': '%1$d', 'memory': '%1$dMi'}}}
                    """.formatted(update));
        }

        onlyAFewAreLeft();
    }

    private void onlyAFewAreLeft() {
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> {
            System.gc();
            return reader.size() < 20;
        });
    }

    private CpuEvidence labelled(String family, String value, int first, int count) {
        return labelled(reader, family, value, first, count);
    }

    private static CpuEvidence labelled(EvidenceReader by, String family, String value, int first, int count) {
        String odd = IntStream.range(first, first + count)
                .mapToObj(i -> "'%sodd-%d': '%s', ".formatted(family, i, value))
                .collect(Collectors.joining());
        return EvidenceFixtures.node(by, """
                {'metadata': {'name': 'n', 'labels': {%s 'cpu-feature.node.kubevirt.io/avx2': 'true',
                 'cpu-model.node.kubevirt.io/Haswell': 'true', 'cpu-vendor.node.kubevirt.io/Intel': 'true'}}}
                """.formatted(odd)).evidence();
    }

    private NodeFeatureFacts worker(String elements) {
        return EvidenceFixtures.nodeFeature(reader, """
                {'metadata': {'namespace': 'nfd', 'name': 'xeon-gold-6130', 'annotations': {'nfd.node.kubernetes.io/worker.version': 'v0.19.0'},
                  'labels': {'nfd.node.kubernetes.io/node-name': 'xeon-gold-6130'}},
                 'spec': {'features': {'flags': {'cpu.cpuid': {'elements': {%s}}}}}}
                """.formatted(elements));
    }
}
