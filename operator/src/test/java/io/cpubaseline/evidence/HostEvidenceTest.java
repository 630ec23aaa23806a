package io.cpubaseline.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.cpubaseline.Fleets;
import io.cpubaseline.fleet.CpuEvidence;
import io.cpubaseline.fleet.NodeCpu;
import io.cpubaseline.fleet.Silicon;
import io.cpubaseline.fleet.Truth;
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

/** What 42 real CPUs say about themselves. */
class HostEvidenceTest {

    private final EvidenceReader reader = EvidenceFixtures.reader();

    record Host(String name, String vendor, int family, int model, String abiLevel) {

        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Host> hosts() throws IOException {
        ObjectMapper json = new ObjectMapper();
        List<Host> hosts = new ArrayList<>();
        try (var lines = new BufferedReader(new InputStreamReader(
                Objects.requireNonNull(HostEvidenceTest.class.getResourceAsStream("/reference/hosts.jsonl")),
                StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                JsonNode host = json.readTree(line);
                hosts.add(new Host(
                        host.path("node").asText(),
                        host.path("vendor").asText(),
                        host.path("family").asInt(),
                        host.path("model").asInt(),
                        host.path("abiLevel").asText()));
            }
        }
        return hosts.stream();
    }

    @Test
    void all_42_hosts_are_there() throws IOException {
        assertThat(hosts()).hasSize(42);
    }

    @ParameterizedTest
    @MethodSource("hosts")
    void a_NodeFeature_tells_level_vendor_family_and_model(Host host) {
        // When
        NodeFeatureFacts feature = EvidenceFixtures.hostsNodeFeature(reader, host.name());

        // Then
        assertThat(feature.nodeName()).isEqualTo(host.name());
        assertThat(feature.workerVersion()).isEqualTo("v0.19.0");
        assertThat(feature.family()).isEqualTo(Integer.toString(host.family()));
        assertThat(feature.model()).isEqualTo(Integer.toString(host.model()));
        assertThat(feature.silicon().source()).isEqualTo(Silicon.Source.NODE_FEATURE);
        assertThat(feature.silicon().vendor()).isEqualTo(host.vendor());
        assertThat(feature.silicon().provenLevel().label()).isEqualTo(host.abiLevel());
    }

    @ParameterizedTest
    @MethodSource("hosts")
    void labels_tell_what_an_independent_reader_finds_in_them(Host host) {
        // When
        NodeFacts node = EvidenceFixtures.hostsNode(reader, host.name());

        // Then
        CpuEvidence expected = Fleets.host(host.name());
        assertThat(node.evidence().labelledFeatures()).isEqualTo(expected.labelledFeatures());
        assertThat(node.evidence().labelledModels()).isEqualTo(expected.labelledModels());
        assertThat(node.evidence().labelledVendors()).containsExactly(host.vendor());
        assertThat(node.evidence().silicon().source()).isEqualTo(Silicon.Source.LABELS);
        assertThat(node.evidence().silicon().provenLevel().label()).isEqualTo(host.abiLevel());
        assertThat(node.name()).isEqualTo(host.name());
        assertThat(node.architecture()).isEqualTo("amd64");
        assertThat(node.ready()).isEqualTo(Truth.YES);
        assertThat(node.schedulable()).isEqualTo(Truth.YES);
        assertThat(node.kvm()).isEqualTo(Truth.YES);
    }

    @ParameterizedTest
    @MethodSource("hosts")
    void labels_and_NodeFeature_join_in_one_evidence(Host host) {
        // Given
        NodeFacts node = EvidenceFixtures.hostsNode(reader, host.name());
        NodeFeatureFacts feature = EvidenceFixtures.hostsNodeFeature(reader, host.name());

        // When
        NodeCpu cpu = reader.nodeCpu(node, NodeFeatures.of(List.of(feature), ""));

        // Then
        assertThat(cpu.evidence()).isEqualTo(node.evidence().withSilicon(feature.silicon()));
        assertThat(cpu.amd64()).isTrue();
        assertThat(cpu.labels()).containsEntry("kubernetes.io/hostname", host.name());
    }

    @Test
    void equal_CPUs_share_one_evidence() {
        // Given
        NodeFacts one = EvidenceFixtures.hostsNode(reader, "node-i9-13900h-a");
        NodeFacts other = EvidenceFixtures.hostsNode(reader, "node-i9-13900h-b");

        // When
        CpuEvidence joinedOne = reader.evidence(
                one, NodeFeatures.of(List.of(EvidenceFixtures.hostsNodeFeature(reader, "node-i9-13900h-a")), ""));
        CpuEvidence joinedOther = reader.evidence(
                other, NodeFeatures.of(List.of(EvidenceFixtures.hostsNodeFeature(reader, "node-i9-13900h-b")), ""));

        // Then
        assertThat(one.evidence()).isSameAs(other.evidence());
        assertThat(joinedOne).isSameAs(joinedOther);
    }
}
