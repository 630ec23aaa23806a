package io.cpubaseline.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import io.cpubaseline.catalog.CatalogLoader;
import io.cpubaseline.catalog.FlagNames;
import io.cpubaseline.fleet.NodeCapacity;
import io.cpubaseline.fleet.NodeHost;
import io.cpubaseline.fleet.NodePlatform;
import io.cpubaseline.fleet.Taint;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a Node says of itself as a place for guests, beside its CPU. */
class NodeHostTest {

    private final EvidenceReader reader = new EvidenceReader(CatalogLoader.catalog(), FlagNames.shipped());

    private NodeHost host(String json) {
        return EvidenceFixtures.node(reader, json).host();
    }

    @Test
    void the_labels_that_kubevirt_selects_nodes_by_are_kept_where_they_are_true() {
        // When
        NodeHost host = host("""
                {'metadata': {'name': 'a', 'labels': {
                  'kubernetes.io/hostname': 'a',
                  'cpu-feature.node.kubevirt.io/avx2': 'true',
                  'machine-type.node.kubevirt.io/q35': 'true',
                  'machine-type.node.kubevirt.io/pc-q35-9.6': 'false',
                  'hyperv.node.kubevirt.io/vpindex': 'true',
                  'hyperv.node.kubevirt.io/ipi': '',
                  'cpu-timer.node.kubevirt.io/tsc-frequency': '2800000000',
                  'cpu-timer.node.kubevirt.io/tsc-scalable': 'true',
                  'scheduling.node.kubevirt.io/tsc-frequency-2500000000': 'true',
                  'scheduling.node.kubevirt.io/tsc-frequency-3000000000': 'false',
                  'kubevirt.io/sev': '', 'kubevirt.io/tdx': 'true', 'kubevirt.io/realtime': 'true'}}}
                """);

        // Then
        assertThat(host.platform())
                .isEqualTo(new NodePlatform(
                        Set.of(
                                "machine-type.node.kubevirt.io/q35",
                                "hyperv.node.kubevirt.io/vpindex",
                                "scheduling.node.kubevirt.io/tsc-frequency-2500000000",
                                "kubevirt.io/tdx",
                                "kubevirt.io/realtime"),
                        2_800_000_000L,
                        true));
    }

    @Test
    void its_room_is_what_it_gives_to_pods() {
        assertThat(host("""
                        {'status': {'capacity': {'cpu': '16', 'memory': '64Gi'},
                          'allocatable': {'cpu': '15900m', 'memory': '65011712Ki', 'pods': '110'}}}
                        """).capacity()).isEqualTo(new NodeCapacity(15_900, 65_011_712L << 10));
        assertThat(host("{'status': {'allocatable': {'cpu': 'many', 'memory': '-1'}}}"))
                .isEqualTo(NodeHost.unknown());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    {}                                                                           | false
                    {'unschedulable': true}                                                      | true
                    {'unschedulable': false}                                                     | false
                    {'unschedulable': null}                                                      | false
                    {'unschedulable': 'true'}                                                    | false
                    {'taints': [{'key': 'kubevirt.io/drain', 'effect': 'NoSchedule'}]}           | true
                    {'taints': [{'effect': 'NoExecute', 'key': 'kubevirt.io/drain'}]}            | true
                    {'taints': [{'key': 'kubevirt.io/drain', 'effect': 'PreferNoSchedule'}]}     | false
                    {'taints': [{'key': 'dedicated', 'value': 'vms', 'effect': 'NoSchedule'}]}   | false
                    {'taints': [1, null, {'key': {}}], 'unschedulable': true}                    | true
                    {'taints': {}}                                                               | false
                    """)
    void nothing_new_lands_on_a_node_that_is_cordoned_or_that_kubevirt_drains(String spec, boolean cordoned) {
        assertThat(host("{'spec': " + spec + "}").cordoned()).isEqualTo(cordoned);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "none", textBlock = """
                    {'unschedulable': true}                                                                       | node.kubernetes.io/unschedulable:NoSchedule
                    {'taints': [{'key': 'b', 'effect': 'NoExecute', 'timeAdded': '2026-01-01T00:00:00Z'}, {'key': 'a', 'value': 'x', 'effect': 'NoSchedule'}]} | a=x:NoSchedule b:NoExecute
                    {'taints': [{'key': 'a', 'effect': 'NoExecute'}, {'key': 'a', 'effect': 'NoExecute'}]}        | a:NoExecute
                    {'taints': [{'key': 'a', 'effect': 'PreferNoSchedule'}]}                                      | none
                    {'taints': [{'key': 'node.kubernetes.io/unreachable', 'effect': 'NoExecute'}]}                | none
                    {'taints': [{'key': 'node.kubernetes.io/not-ready', 'effect': 'NoSchedule'}]}                 | node.kubernetes.io/not-ready:NoSchedule
                    """)
    void taints_that_keep_pods_away_are_kept(String spec, @Nullable String taints) {
        assertThat(host("{'spec': " + spec + "}").taints())
                .map(Taint::toString)
                .containsExactly(taints == null ? new String[0] : taints.split(" "));
    }

    @Test
    void nodes_of_other_capacities_share_their_taints() {
        // Given
        String node =
                "{'spec': {'taints': [{'key': 'a', 'effect': 'NoSchedule'}]}, 'status': {'allocatable': {'cpu': '%d'}}}";

        // Then
        assertThat(host(node.formatted(8)).taints())
                .isSameAs(host(node.formatted(16)).taints());
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-5", "fast", "2.8", "", "99999999999999999999"})
    void a_frequency_that_is_none_is_not_known(String frequency) {
        assertThat(host("{'metadata': {'labels': {'cpu-timer.node.kubevirt.io/tsc-frequency': '" + frequency + "'}}}")
                        .platform())
                .isEqualTo(NodePlatform.unknown());
    }

    @Test
    void nodes_of_a_kind_share_one_object_and_its_platform_is_shared_with_others_capacities() {
        // Given
        String node = """
                {'metadata': {'name': '%s', 'labels': {'machine-type.node.kubevirt.io/q35': 'true', 'kubevirt.io/sev': 'true'}},
                 'status': {'allocatable': {'cpu': '%s'}}}
                """;

        // When
        NodeHost one = host(node.formatted("a", "8"));
        NodeHost other = host(node.formatted("b", "8"));
        NodeHost bigger = host(node.formatted("c", "16"));

        // Then
        assertThat(other).isSameAs(one);
        assertThat(bigger).isNotEqualTo(one);
        assertThat(bigger.platform()).isSameAs(one.platform());
    }
}
