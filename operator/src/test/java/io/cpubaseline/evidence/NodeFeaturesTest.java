package io.cpubaseline.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import io.cpubaseline.cpu.AbiLevel;
import io.cpubaseline.cpu.FeatureSet;
import io.cpubaseline.fleet.CpuEvidence;
import io.cpubaseline.fleet.Silicon;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which of several NodeFeatures tells what a node's CPU is. */
class NodeFeaturesTest {

    private static final Instant LAST_YEAR = Instant.parse("2025-01-01T00:00:00Z");
    private static final Instant TODAY = Instant.parse("2026-01-01T00:00:00Z");

    private static NodeFeatureFacts worker(String namespace, String node, Instant created, String... flags) {
        return feature(namespace, node, node, "v0.19.0", created, flags);
    }

    private static NodeFeatureFacts feature(
            String namespace, String name, String node, String worker, Instant created, String... flags) {
        return new NodeFeatureFacts(namespace, name, "1", created, node, worker, silicon(flags), "6", "85");
    }

    private static Silicon silicon(String... flags) {
        return new Silicon(Silicon.Source.NODE_FEATURE, FeatureSet.of(flags), AbiLevel.NONE, "Intel");
    }

    private static NodeFeatures sorted(NodeFeatureFacts... features) {
        return sorted("", features);
    }

    /** Whatever their order, the same. */
    private static NodeFeatures sorted(String namespace, NodeFeatureFacts... features) {
        List<NodeFeatureFacts> shuffled = new ArrayList<>(List.of(features));
        Collections.shuffle(shuffled, new Random(features.length));
        return NodeFeatures.of(shuffled, namespace);
    }

    @Test
    void where_a_worker_was_moved_the_newest_ones_counts_and_the_one_that_it_left_behind_is_named() {
        // When
        NodeFeatures features = sorted(
                worker("former", "n1", LAST_YEAR, "avx"),
                worker("former", "n2", LAST_YEAR, "avx"),
                worker("nfd", "n1", TODAY, "avx", "avx2"),
                worker("nfd", "n2", TODAY, "avx", "avx2"),
                worker("nfd", "n3", TODAY, "avx", "avx2"));

        // Then
        assertThat(features.silicon("n1")).isEqualTo(silicon("avx", "avx2"));
        assertThat(features.leftovers("n1")).containsExactly("former/n1");
        assertThat(features.leftovers("n3")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a-former", "z-former"})
    void on_a_single_node_the_newest_workers_counts_whatever_the_namespaces_are_called(String former) {
        // When
        NodeFeatures features =
                sorted(worker(former, "n1", LAST_YEAR, "avx"), worker("nfd", "n1", TODAY, "avx", "avx2"));

        // Then
        assertThat(features.silicon("n1")).isEqualTo(silicon("avx", "avx2"));
        assertThat(features.leftovers("n1")).containsExactly(former + "/n1");
    }

    @Test
    void third_parties_objects_never_count() {
        // When
        NodeFeatures features = sorted(
                feature("vendor", "extra-n1", "n1", "", TODAY, "avx512f"),
                feature("vendor", "n1", "n1", "", TODAY, "avx512f"),
                feature("nfd", "extra-n1", "n1", "v0.19.0", TODAY, "avx512f"),
                feature("nfd", "nameless", "", "v0.19.0", TODAY, "avx512f"));

        // Then
        assertThat(features.silicon("n1")).isEqualTo(Silicon.unknown());
        assertThat(features.leftovers("n1")).isEmpty();
    }

    @Test
    void an_object_that_looks_like_a_workers_in_somebodys_namespace_counts_for_no_node() {
        // When
        NodeFeatures features = sorted(
                worker("nfd", "n1", LAST_YEAR, "avx", "avx2"),
                worker("nfd", "n2", LAST_YEAR, "avx", "avx2"),
                worker("nfd", "n3", LAST_YEAR, "avx", "avx2"),
                worker("nfd", "n4", LAST_YEAR, "avx", "avx2"),
                worker("team-a", "n1", TODAY, "mmx"),
                worker("team-a", "n5", TODAY, "mmx"));

        // Then
        assertThat(features.silicon("n1")).isEqualTo(silicon("avx", "avx2"));
        assertThat(features.silicon("n5")).isEqualTo(Silicon.unknown());
    }

    @Test
    void where_the_namespace_is_given_no_other_counts() {
        // When
        NodeFeatures features = sorted(
                "nfd",
                worker("nfd", "n1", LAST_YEAR, "avx", "avx2"),
                worker("team-a", "n1", TODAY, "mmx"),
                worker("team-a", "n2", TODAY, "mmx"));

        // Then
        assertThat(features.silicon("n1")).isEqualTo(silicon("avx", "avx2"));
        assertThat(features.silicon("n2")).isEqualTo(Silicon.unknown());
        assertThat(features.leftovers("n1")).containsExactly("team-a/n1");
    }

    @Test
    void a_time_that_is_left_out_speaks_against_no_object() {
        // When
        NodeFeatures features = sorted(
                worker("former", "n1", LAST_YEAR, "avx"),
                worker("nfd", "n1", Instant.EPOCH, "avx", "avx2"),
                worker("nfd", "n2", Instant.EPOCH, "avx", "avx2"));

        // Then
        assertThat(features.silicon("n1")).isEqualTo(silicon("avx", "avx2"));
        assertThat(features.leftovers("n1")).containsExactly("former/n1");
    }

    @Test
    void a_worker_that_says_nothing_of_the_CPU_leaves_the_labels_in_force() {
        // Given
        EvidenceReader reader = EvidenceFixtures.reader();
        NodeFacts node = EvidenceFixtures.hostsNode(reader, "xeon-gold-6130");
        NodeFeatureFacts trimmed =
                new NodeFeatureFacts("nfd", node.name(), "1", TODAY, node.name(), "v0.19.0", Silicon.unknown(), "", "");

        // Then
        assertThat(reader.evidence(node, sorted(trimmed))).isSameAs(node.evidence());
    }

    @Test
    void what_a_node_was_joined_with_is_forgotten_when_it_changes() {
        // Given: the labels stay the same for ever, one NodeFeature changes
        EvidenceReader reader = EvidenceFixtures.reader();
        NodeFacts node = EvidenceFixtures.hostsNode(reader, "xeon-gold-6130");
        WeakReference<CpuEvidence> before = new WeakReference<>(reader.evidence(node, sorted(parsed(reader, "AVX"))));

        // When
        CpuEvidence now = reader.evidence(node, sorted(parsed(reader, "AVX2")));

        // Then
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> {
            System.gc();
            return before.get() == null;
        });
        assertThat(reader.evidence(node, sorted(parsed(reader, "AVX2")))).isSameAs(now);
    }

    private static NodeFeatureFacts parsed(EvidenceReader reader, String flag) {
        return EvidenceFixtures.nodeFeature(reader, """
                {'metadata': {'namespace': 'nfd', 'name': 'xeon-gold-6130', 'annotations': {'nfd.node.kubernetes.io/worker.version': 'v0.19.0'},
                  'labels': {'nfd.node.kubernetes.io/node-name': 'xeon-gold-6130'}},
                 'spec': {'features': {'flags': {'cpu.cpuid': {'elements': {'%s': {}}}},
                   'attributes': {'cpu.model': {'elements': {'vendor_id': 'Intel'}}}}}}
                """.formatted(flag));
    }
}
