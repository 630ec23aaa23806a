package io.cpubaseline.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.cpubaseline.cpu.AbiLevel;
import io.cpubaseline.cpu.FeatureSet;
import io.cpubaseline.fleet.CpuEvidence;
import io.cpubaseline.fleet.NodeCpu;
import io.cpubaseline.fleet.Silicon;
import io.cpubaseline.fleet.Truth;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What one object says; texts are JSON with single quotes. */
class EvidenceReaderTest {

    private static final String V1 = "CMOV CMPXCHG8 X87 FXSR MMX SSE SSE2 SYSCALL SYSEE";
    private static final String V2 = "CX16 LAHF POPCNT SSE3 SSE4 SSE42 SSSE3";
    private static final String V3 = "AVX AVX2 BMI1 BMI2 F16C FMA3 LZCNT MOVBE XSAVE OSXSAVE";
    private static final String V4 = "AVX512F AVX512BW AVX512CD AVX512DQ AVX512VL";

    private final EvidenceReader reader = EvidenceFixtures.reader();

    // ---- labels

    @Test
    void only_the_value_true_counts_for_labels_about_the_CPU() {
        // When
        NodeFacts node = labelled(Map.of(
                "cpu-feature.node.kubevirt.io/avx2", "true",
                "cpu-feature.node.kubevirt.io/avx", "false",
                "cpu-feature.node.kubevirt.io/aes", "True",
                "cpu-feature.node.kubevirt.io/sse2", "",
                "cpu-feature.node.kubevirt.io/", "true",
                "cpu-model.node.kubevirt.io/Haswell", "true",
                "cpu-model.node.kubevirt.io/Broadwell", "no",
                "cpu-vendor.node.kubevirt.io/Intel", "true"));

        // Then
        assertThat(node.evidence().labelledFeatures()).isEqualTo(FeatureSet.of("avx2"));
        assertThat(node.evidence().labelledModels()).containsExactly("Haswell");
        assertThat(node.evidence().labelledVendors()).containsExactly("Intel");
    }

    @Test
    void labels_that_look_alike_say_nothing_about_the_CPU() {
        // When
        NodeFacts node = labelled(Map.of(
                "cpu-model-migration.node.kubevirt.io/Haswell", "true",
                "host-model-cpu.node.kubevirt.io/Haswell", "true",
                "host-model-required-features.node.kubevirt.io/avx2", "true",
                "feature.node.kubernetes.io/cpu-model-Haswell", "true",
                "feature.node.kubernetes.io/cpu-feature-avx2", "true",
                "example.com/cpu-feature.node.kubevirt.io", "true"));

        // Then
        assertThat(node.evidence()).isEqualTo(CpuEvidence.nothing());
    }

    @Test
    void a_stale_second_vendor_is_kept() {
        NodeFacts node = labelled(
                Map.of("cpu-vendor.node.kubevirt.io/Intel", "true", "cpu-vendor.node.kubevirt.io/AMD", "true"));

        assertThat(node.evidence().labelledVendors()).containsExactly("AMD", "Intel");
    }

    @Test
    void labels_of_node_feature_discovery_prove_what_they_show_and_nothing_by_absence() {
        // When
        NodeFacts node = labelled(Map.of(
                "feature.node.kubernetes.io/cpu-cpuid.AVX2", "true",
                "feature.node.kubernetes.io/cpu-cpuid.STIBP", "true",
                "feature.node.kubernetes.io/cpu-cpuid.FXSROPT", "true",
                "feature.node.kubernetes.io/cpu-cpuid.AVX10_VERSION", "2",
                "feature.node.kubernetes.io/cpu-cpuid.X86_64_V1", "true",
                "feature.node.kubernetes.io/cpu-cpuid.X86_64_V2", "true",
                "feature.node.kubernetes.io/cpu-cpuid.X86_64_V3", "true",
                "feature.node.kubernetes.io/cpu-model.vendor_id", "AMD"));

        // Then
        assertThat(node.evidence().silicon())
                .isEqualTo(new Silicon(Silicon.Source.LABELS, FeatureSet.of("avx2", "amd-stibp"), AbiLevel.V3, "AMD"));
    }

    @Test
    void every_label_stays_for_selectors() {
        // Given
        Map<String, String> labels = Map.of(
                "kubernetes.io/hostname", "a",
                "cpu-vendor.node.kubevirt.io/Intel", "true",
                "cpu-feature.node.kubevirt.io/avx2", "true",
                "cpu-timer.node.kubevirt.io/tsc-frequency", "2100000000",
                "feature.node.kubernetes.io/cpu-model.family", "6",
                "node-role.kubernetes.io/worker", "");

        // When
        NodeFacts node = labelled(labels);

        // Then
        assertThat(node.labels()).isEqualTo(labels).hasSize(6);
        assertThat(labels).isEqualTo(node.labels());
        assertThat(node.labels()).hasSameHashCodeAs(labels);
        assertThat(node.labels().get("no/such")).isNull();
        assertThat(node.labels().containsKey("node-role.kubernetes.io/worker")).isTrue();
    }

    @Test
    void nodes_of_a_kind_share_evidence_and_labels() {
        // When
        NodeFacts one = labelled(Map.of("kubernetes.io/hostname", "a", "cpu-feature.node.kubevirt.io/avx2", "true"));
        NodeFacts other = labelled(Map.of("kubernetes.io/hostname", "b", "cpu-feature.node.kubevirt.io/avx2", "true"));

        // Then
        assertThat(one.evidence()).isSameAs(other.evidence());
        assertThat(one.labels()).isNotEqualTo(other.labels());
    }

    // ---- the rest of a Node

    @ParameterizedTest
    @CsvSource(nullValues = "-", textBlock = """
                    True,    YES
                    False,   NO
                    Unknown, NO
                    true,    UNKNOWN
                    -,       UNKNOWN
                    """)
    void a_kubelet_that_is_not_heard_of_is_not_ready(@Nullable String status, Truth ready) {
        String conditions = status == null
                ? "[{'type': 'MemoryPressure', 'status': 'False'}]"
                : "[{'type': 'DiskPressure', 'status': 'True'}, {'status': '" + status
                        + "', 'lastTransitionTime': '2026-11-01T10:00:00Z', 'type': 'Ready'}]";

        NodeFacts node = node("{'status': {'conditions': " + conditions + "}}");

        assertThat(node.ready()).isEqualTo(ready);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    {'devices.kubevirt.io/kvm': '1k'}              | YES
                    {'devices.kubevirt.io/kvm': '110', 'cpu': '8'} | YES
                    {'devices.kubevirt.io/kvm': 1000}              | YES
                    {'devices.kubevirt.io/kvm': '1e3'}             | YES
                    {'devices.kubevirt.io/kvm': '0.5Ki'}           | YES
                    {'cpu': '8', 'devices.kubevirt.io/kvm': '0'}   | NO
                    {'devices.kubevirt.io/kvm': '0', 'cpu': '8'}   | NO
                    {'devices.kubevirt.io/kvm': 0}                 | NO
                    {'devices.kubevirt.io/kvm': '0k'}              | NO
                    {'devices.kubevirt.io/kvm': '0e9'}             | NO
                    {'cpu': '8', 'devices.kubevirt.io/tun': '1k'}  | NO
                    {'devices.kubevirt.io/kvm': 'many'}            | UNKNOWN
                    {'devices.kubevirt.io/kvm': {}}                | UNKNOWN
                    {'devices.kubevirt.io/kvm': null}              | UNKNOWN
                    {}                                             | UNKNOWN
                    null                                           | UNKNOWN
                    """)
    void kvm_is_missing_only_where_other_resources_are_reported(String allocatable, Truth kvm) {
        assertThat(node("{'status': {'allocatable': " + allocatable + "}}").kvm())
                .isEqualTo(kvm);
        assertThat(node("{'status': {}}").kvm()).isEqualTo(Truth.UNKNOWN);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
                    2026-11-01T09:59:59Z      | True  | true
                    2026-11-01T10:00:00Z      | True  | false
                    2026-11-01T10:59:59+01:00 | True  | true
                    2026-11-01T11:00:01+01:00 | True  | false
                    2026-11-01T09:59:59Z      | False | false
                    yesterday                 | True  | false
                    -                         | True  | false
                    """)
    void labels_are_older_than_the_boot_if_the_node_became_ready_after_the_last_heartbeat(
            @Nullable String heartbeat, String ready, boolean older) {
        String annotations = heartbeat == null ? "{}" : "{'kubevirt.io/heartbeat': '\\\"" + heartbeat + "\\\"'}";

        NodeFacts node = node("{'status': {'conditions': [{'type': 'Ready', 'status': '" + ready
                + "', 'lastTransitionTime': '2026-11-01T10:00:00Z'}]}, 'metadata': {'annotations': " + annotations
                + "}}");

        assertThat(node.labelsOlderThanBoot()).isEqualTo(older);
    }

    @Test
    void a_heartbeat_and_a_new_version_are_no_change_but_everything_else_is() {
        // Given
        NodeFacts before = beating("1", "10:00:00", "true");

        // Then
        assertThat(beating("2", "10:01:00", "true")).isEqualTo(before).hasSameHashCodeAs(before);
        assertThat(beating("2", "10:00:00", "false")).isNotEqualTo(before);
        assertThat(beating("2", "08:00:00", "true")).isNotEqualTo(before);
        assertThat(beating("2", "10:01:00", "true").resourceVersion()).isEqualTo("2");
    }

    @Test
    void reads_identity_and_marks() {
        // When
        NodeFacts node = node("""
                {'metadata': {'name': 'a', 'uid': 'u-1', 'resourceVersion': '7', 'creationTimestamp': '2026-11-01T00:00:00Z',
                  'managedFields': [{'fieldsV1': {'f:metadata': {'f:labels': {}}}}],
                  'annotations': {'node-labeller.kubevirt.io/skip-node': 'false'},
                  'labels': {'kubevirt.io/schedulable': 'false', 'kubernetes.io/arch': 'arm64'}},
                 'spec': {'unschedulable': true, 'features': {'flags': null}},
                 'status': {'images': [{'names': ['x']}], 'nodeInfo': {'architecture': 'amd64', 'bootID': 'b-1'}}}
                """);

        // Then
        assertThat(node.name()).isEqualTo("a");
        assertThat(node.uid()).isEqualTo("u-1");
        assertThat(node.created()).isEqualTo(Instant.parse("2026-11-01T00:00:00Z"));
        assertThat(node.bootId()).isEqualTo("b-1");
        assertThat(node.architecture()).isEqualTo("arm64");
        assertThat(node.amd64()).isFalse();
        assertThat(node.schedulable()).isEqualTo(Truth.NO);
        assertThat(node.frozen()).as("any value freezes").isTrue();
    }

    @Test
    void the_architecture_comes_from_the_label_then_from_the_kubelet_then_from_the_labels_about_the_CPU() {
        assertThat(node("{'status': {'nodeInfo': {'architecture': 'amd64'}}}").amd64())
                .isTrue();
        assertThat(node("{'status': {'nodeInfo': {'architecture': 's390x'}}}").amd64())
                .isFalse();
        assertThat(labelled(Map.of("cpu-feature.node.kubevirt.io/lm", "true")).amd64())
                .isTrue();
        assertThat(node("{}").amd64()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "[]",
                "1",
                "null",
                "'text'",
                "{'metadata': null, 'spec': null, 'status': null}",
                "{'metadata': [], 'spec': 'x', 'status': 7}",
                "{'metadata': {'name': 1, 'labels': [1], 'annotations': 'x', 'creationTimestamp': {}, 'uid': []}}",
                "{'metadata': {'labels': {'a': 1, 'b': null, 'cpu-feature.node.kubevirt.io/avx': true}}}",
                "{'metadata': {'annotations': {'kubevirt.io/heartbeat': 5, 'node-labeller.kubevirt.io/skip-node': []}}}",
                "{'status': {'conditions': {'type': 'Ready'}, 'nodeInfo': [], 'allocatable': [1]}}",
                "{'status': {'conditions': [1, null, [], {'type': 1, 'status': {}, 'lastTransitionTime': 0}]}}",
                "{'status': {'conditions': [{'type': 'Ready', 'status': 'True', 'lastTransitionTime': 'soon'}]}}",
                "{'spec': {'features': [1]}}",
                "{'spec': {'features': {'flags': 1, 'attributes': []}}}",
                "{'spec': {'features': {'flags': {'cpu.cpuid': [], 'x': 1}, 'attributes': {'cpu.model': 1}}}}",
                "{'spec': {'features': {'flags': {'cpu.cpuid': {'elements': [1]}}}}}",
                "{'spec': {'features': {'attributes': {'cpu.model': {'elements': {'vendor_id': 1, 'id': {}}}}}}}"
            })
    void odd_values_in_a_live_object_count_as_missing(String json) {
        assertThatCode(() -> {
                    NodeFacts node = node(json);
                    assertThat(node.evidence()).isEqualTo(CpuEvidence.nothing());
                    assertThat(node.kvm()).isIn(Truth.UNKNOWN, Truth.NO);
                    NodeFeatureFacts feature = feature(json);
                    assertThat(feature.silicon()).isEqualTo(Silicon.unknown());
                })
                .doesNotThrowAnyException();
    }

    // ---- NodeFeature

    @Test
    void levels_are_computed_from_the_flags() {
        assertThat(level(V1)).isEqualTo(AbiLevel.V1);
        assertThat(level(V1, V2)).isEqualTo(AbiLevel.V2);
        assertThat(level(V1, V2, V3)).isEqualTo(AbiLevel.V3);
        assertThat(level(V1, V2, V3, V4)).isEqualTo(AbiLevel.V4);
        assertThat(level(V2, V3, V4)).isEqualTo(AbiLevel.NONE);
        assertThat(level(V1, V3)).isEqualTo(AbiLevel.V1);
    }

    @Test
    void AVX_proves_that_the_kernel_switched_XSAVE_on_and_XSAVE_itself_proves_nothing() {
        // When
        String switchedOff = V3.replace("AVX ", "");
        String without = V3.replace(" XSAVE OSXSAVE", "");

        // Then
        assertThat(level(V1, V2, switchedOff)).isEqualTo(AbiLevel.V2);
        assertThat(level(V1, V2, without)).isEqualTo(AbiLevel.V3);
    }

    @Test
    void level_flags_of_the_worker_prove_nothing_beside_the_flags_themselves() {
        assertThat(level(V1, "X86_64_V1 X86_64_V2 X86_64_V3")).isEqualTo(AbiLevel.V1);
    }

    @Test
    void flags_are_translated_by_the_vendor_and_64_bit_is_certain() {
        assertThat(feature("nfd", "a", "a", "v0.19.0", "AMD", List.of("AVX2", "IBPB", "FXSROPT"))
                        .silicon()
                        .present())
                .isEqualTo(FeatureSet.of("avx2", "ibpb", "lm"));
        assertThat(feature("nfd", "a", "a", "v0.19.0", "VendorUnknown", List.of("AVX2", "IBPB"))
                        .silicon())
                .isEqualTo(new Silicon(Silicon.Source.NODE_FEATURE, FeatureSet.of("avx2", "lm"), AbiLevel.NONE, ""));
    }

    @Test
    void flags_of_another_architecture_say_nothing() {
        assertThat(feature("nfd", "a", "a", "v0.19.0", "ARM", List.of("ASIMD", "FP", "SVE", "SHA2"))
                        .silicon())
                .isEqualTo(Silicon.unknown());
    }

    // ---- joining

    @Test
    void a_NodeFeature_stands_in_for_the_labels_of_node_feature_discovery() {
        // Given
        NodeFacts node = named(
                "a",
                Map.of(
                        "cpu-feature.node.kubevirt.io/avx2", "true",
                        "feature.node.kubernetes.io/cpu-cpuid.AVX", "true"));

        // When
        NodeCpu cpu = reader.nodeCpu(
                node, NodeFeatures.of(List.of(feature("nfd", "a", "a", "v0.19.0", "Intel", List.of("AVX2"))), ""));

        // Then
        assertThat(cpu.evidence().labelledFeatures()).isEqualTo(FeatureSet.of("avx2"));
        assertThat(cpu.evidence().silicon().source()).isEqualTo(Silicon.Source.NODE_FEATURE);
        assertThat(cpu.evidence().silicon().present()).isEqualTo(FeatureSet.of("avx2", "lm"));
    }

    @Test
    void an_empty_NodeFeature_leaves_the_labels_in_force() {
        // Given
        NodeFacts node = named("a", Map.of("feature.node.kubernetes.io/cpu-cpuid.AVX", "true"));

        // When
        CpuEvidence evidence = reader.evidence(
                node, NodeFeatures.of(List.of(feature("nfd", "a", "a", "v0.19.0", "Intel", List.of())), ""));

        // Then
        assertThat(evidence).isSameAs(node.evidence());
    }

    private AbiLevel level(String... flags) {
        return feature("nfd", "a", "a", "v0.19.0", "Intel", union(flags))
                .silicon()
                .provenLevel();
    }

    private static List<String> union(String... flags) {
        return List.of(String.join(" ", flags).split(" +"));
    }

    private NodeFacts beating(String version, String heartbeat, String schedulable) {
        return node("""
                {'metadata': {'name': 'a', 'uid': 'u', 'resourceVersion': '%s',
                  'annotations': {'kubevirt.io/heartbeat': '\\"2026-11-01T%sZ\\"'},
                  'labels': {'kubevirt.io/schedulable': '%s', 'cpu-feature.node.kubevirt.io/avx2': 'true'}},
                 'status': {'conditions': [{'type': 'Ready', 'status': 'True', 'lastHeartbeatTime': '2026-11-01T%sZ',
                  'lastTransitionTime': '2026-11-01T09:00:00Z'}]}}
                """.formatted(version, heartbeat, schedulable, heartbeat));
    }

    private NodeFacts labelled(Map<String, String> labels) {
        return named("a", labels);
    }

    private NodeFacts named(String name, Map<String, String> labels) {
        String json = labels.entrySet().stream()
                .map(label -> "'" + label.getKey() + "': '" + label.getValue() + "'")
                .collect(Collectors.joining(", "));
        return node("{'metadata': {'labels': {" + json + "}, 'name': '" + name + "'}}");
    }

    private NodeFeatureFacts feature(
            String namespace, String name, String node, String worker, String vendor, List<String> flags) {
        String elements = flags.stream().map(flag -> "'" + flag + "': {}").collect(Collectors.joining(", "));
        String annotations = worker.isEmpty() ? "{}" : "{'nfd.node.kubernetes.io/worker.version': '" + worker + "'}";
        return feature("""
                {'metadata': {'namespace': '%s', 'name': '%s', 'annotations': %s,
                  'labels': {'nfd.node.kubernetes.io/node-name': '%s'}},
                 'spec': {'features': {'instances': {'pci.device': {'elements': [{'attributes': {'class': '0300'}}]}},
                   'flags': {'kernel.loadedmodule': {'elements': {'kvm': {}}}, 'cpu.cpuid': {'elements': {%s}}},
                   'attributes': {'kernel.config': {'elements': {'HZ': '250'}},
                     'cpu.model': {'elements': {'vendor_id': '%s', 'family': '6', 'id': '85', 'hypervisor': 'none'}}}}}}
                """.formatted(namespace, name, annotations, node, elements, vendor));
    }

    private NodeFacts node(String json) {
        return EvidenceFixtures.node(reader, json);
    }

    private NodeFeatureFacts feature(String json) {
        return EvidenceFixtures.nodeFeature(reader, json);
    }
}
