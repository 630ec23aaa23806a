package io.cpubaseline.whatif;

import static org.assertj.core.api.Assertions.assertThat;

import io.cpubaseline.Fleets;
import io.cpubaseline.fleet.GuestShape;
import io.cpubaseline.fleet.NodeCpu;
import io.cpubaseline.fleet.NodeHost;
import io.cpubaseline.fleet.Placement;
import io.cpubaseline.fleet.Taint;
import io.cpubaseline.scheduling.Guest;
import io.cpubaseline.scheduling.RunningGuest;
import io.cpubaseline.whatif.Moves.Fate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What becomes of virtual machines that run when nodes change. */
class MovesTest {

    private static final String V4 = "xeon-platinum-8268";
    private static final String V3 = "xeon-e5-2630-v4";
    private static final String AMD = "epyc-9334-32-core";

    private static NodeCpu node(String name, String host, String... more) {
        NodeCpu node = NodeCpu.healthy(name, Fleets.host(host));
        Map<String, String> labels =
                new HashMap<>(Map.of("kubernetes.io/arch", "amd64", "kubevirt.io/schedulable", "true"));
        node.evidence()
                .labelledVendors()
                .forEach(vendor -> labels.put("cpu-vendor.node.kubevirt.io/" + vendor, "true"));
        node.evidence().labelledModels().forEach(model -> labels.put("cpu-model.node.kubevirt.io/" + model, "true"));
        node.evidence().labelledFeatures().stream()
                .forEach(feature -> labels.put("cpu-feature.node.kubevirt.io/" + feature, "true"));
        for (String label : more) {
            labels.put(label, "true");
        }
        return node.called(name, labels);
    }

    private static RunningGuest guest(String name, String node, String model, String... features) {
        GuestShape shape = new GuestShape(
                "", Set.of(), false, false, 0, Set.of(), List.of(features), List.of(), Placement.anywhere());
        return new RunningGuest("shop", name, node, new Guest("amd64", model, shape, Guest.OfBaseline.nothing()));
    }

    private static Map<Fate, List<String>> fates(
            List<RunningGuest> guests, List<NodeCpu> nodes, List<NodeChange> changes) {
        Map<Fate, List<String>> names = new HashMap<>();
        Moves.of(guests, nodes, NodeChange.apply(nodes, changes), changes)
                .byFate()
                .forEach((fate, moves) -> names.put(
                        fate, moves.stream().map(move -> move.guest().name()).toList()));
        return names;
    }

    @Test
    void one_whose_node_goes_moves_where_it_can_and_else_must_be_restarted() {
        // Given
        List<NodeCpu> nodes = List.of(node("a", V4), node("b", V4), node("c", V3));
        List<RunningGuest> guests = List.of(
                guest("wide", "a", "Nehalem"),
                guest("new", "a", "Skylake-Server-noTSX-IBRS"),
                guest("far", "z", "Nehalem"));

        // Then
        assertThat(fates(guests, nodes, List.of(NodeChange.removed(nodes.get(0)), NodeChange.removed(nodes.get(1)))))
                .isEqualTo(Map.of(Fate.MustMove, List.of("wide"), Fate.MustRestart, List.of("new")));
        assertThat(Moves.of(guests, nodes, nodes, List.of()).elsewhere()).isEqualTo(1);
        assertThat(Moves.of(guests, nodes, nodes, List.of()).byFate()).isEmpty();
    }

    @Test
    void one_whose_node_stays_gains_and_loses_targets() {
        // Given
        List<NodeCpu> nodes = List.of(node("a", V4), node("b", V4), node("c", V3));
        List<RunningGuest> guests =
                List.of(guest("wide", "c", "Nehalem"), guest("new", "a", "Skylake-Server-noTSX-IBRS", "avx512f"));
        List<NodeChange> change = List.of(NodeChange.removed(nodes.get(1)));

        // Then
        assertThat(fates(guests, nodes, change))
                .isEqualTo(Map.of(Fate.LosesTargets, List.of("wide"), Fate.LosesAllTargets, List.of("new")));
        assertThat(fates(guests, NodeChange.apply(nodes, change), List.of(NodeChange.added(nodes.get(1), "new"))))
                .isEqualTo(Map.of(Fate.GainsTargets, List.of("wide"), Fate.GainsFirstTarget, List.of("new")));
    }

    @Test
    void another_vendor_and_a_taint_make_no_target() {
        // Given
        List<NodeCpu> nodes = List.of(node("a", V4));
        NodeCpu tainted = node("t", V4);
        tainted = tainted.on(new NodeHost(
                tainted.host().platform(), tainted.host().capacity(), List.of(new Taint("only", "", "NoSchedule"))));
        List<NodeChange> come =
                new ArrayList<>(List.of(NodeChange.added(node("x", AMD), "new"), NodeChange.added(tainted, "new")));

        // Then
        assertThat(fates(List.of(guest("web", "a", "Nehalem")), nodes, come)).isEmpty();
    }

    @Test
    void one_of_host_model_asks_for_what_its_node_has() {
        // Given
        String host = "host-model-cpu.node.kubevirt.io/Cascadelake-Server";
        NodeCpu from = node("a", V4, host, "host-model-required-features.node.kubevirt.io/avx512f");
        NodeCpu alike = node("b", V4, "cpu-model-migration.node.kubevirt.io/Cascadelake-Server");
        NodeCpu older = node("c", V3, "cpu-model-migration.node.kubevirt.io/Broadwell");

        // Then
        assertThat(fates(
                        List.of(guest("web", "a", Guest.HOST_MODEL)),
                        List.of(from, alike, older),
                        List.of(NodeChange.removed(alike))))
                .isEqualTo(Map.of(Fate.LosesAllTargets, List.of("web")));
    }
}
