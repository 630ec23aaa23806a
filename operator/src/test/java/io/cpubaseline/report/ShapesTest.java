package io.cpubaseline.report;

import static io.cpubaseline.change.Story.node;
import static io.cpubaseline.virtualmachine.VirtualMachineBuilder.vm;
import static org.assertj.core.api.Assertions.assertThat;

import io.cpubaseline.Reason;
import io.cpubaseline.api.v1alpha1.ClusterCpuBaselineStatus;
import io.cpubaseline.api.v1alpha1.Condition;
import io.cpubaseline.api.v1alpha1.ReasonCount;
import io.cpubaseline.api.v1alpha1.ShapeReport;
import io.cpubaseline.fleet.GuestShape;
import io.cpubaseline.fleet.NodeCapacity;
import io.cpubaseline.fleet.NodeCpu;
import io.cpubaseline.fleet.NodeHost;
import io.cpubaseline.fleet.NodePlatform;
import io.cpubaseline.fleet.NodeSelection;
import io.cpubaseline.fleet.Placement;
import io.cpubaseline.fleet.SchedulingRules;
import io.cpubaseline.fleet.Taint;
import io.cpubaseline.fleet.Toleration;
import io.cpubaseline.fleet.Truth;
import io.cpubaseline.report.Observation.Mode;
import io.cpubaseline.virtualmachine.Action;
import io.cpubaseline.virtualmachine.InstanceBuilder;
import io.cpubaseline.virtualmachine.InstanceSnapshot;
import io.cpubaseline.virtualmachine.Tally;
import io.cpubaseline.virtualmachine.Target;
import io.cpubaseline.virtualmachine.Targets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the status says of virtual machines that ask for more than a CPU: on how many nodes each kind can land, and which can't leave theirs. */
class ShapesTest {

    private static final String SKYLAKE = "xeon-gold-6130";
    private static final String Q35 = "machine-type.node.kubevirt.io/q35";
    private static final String OLD = "machine-type.node.kubevirt.io/pc-q35-9.6";
    private static final String FAST = "scheduling.node.kubevirt.io/tsc-frequency-2800000000";
    private static final Target TARGET = Targets.of("all", "", "Skylake-Server");

    private static final List<NodeCpu> NODES =
            List.of(host("n0", Q35, OLD, FAST, "kubevirt.io/realtime"), host("n1", Q35), host("n2", Q35));

    private final Tally tally = new Tally();
    private final Reporting reporting = new Reporting();

    private static NodeCpu host(String name, String... labels) {
        return node(name, SKYLAKE)
                .on(new NodeHost(new NodePlatform(Set.of(labels), 0, false), NodeCapacity.none(), List.of()));
    }

    private static GuestShape ofType(String machineType) {
        return new GuestShape(
                machineType, Set.of(), false, false, 0, Set.of(), List.of(), List.of(), Placement.anywhere());
    }

    private static GuestShape fixedTsc(long hertz) {
        return new GuestShape(
                "",
                Set.of("reenlightenment"),
                false,
                true,
                hertz,
                Set.of(),
                List.of(),
                List.of(),
                Placement.anywhere());
    }

    private void stopped(String name, GuestShape shape) {
        tally.guests().look(vm(name).shape(shape).build(), new Action.Apply(TARGET.fields()), null, TARGET);
    }

    private ClusterCpuBaselineStatus report() {
        reporting.report(NODES);
        return reporting.virtualMachines(Mode.PATCH, tally).report(NODES);
    }

    private static String migration(ClusterCpuBaselineStatus status) {
        Condition condition = Reporting.condition(status, "MigrationPossible").orElseThrow();
        return "%s %s: %s".formatted(condition.status(), condition.reason(), condition.message());
    }

    private static Stream<String> shapes(ClusterCpuBaselineStatus status) {
        return Objects.requireNonNull(status.virtualMachines()).shapes().stream()
                .map(shape ->
                        "%s: %d on %d %s".formatted(shape.shape(), shape.count(), shape.nodes(), shape.examples()));
    }

    @Test
    void each_kind_is_counted_those_that_can_t_leave_their_node_first() {
        // Given
        stopped("a", GuestShape.plain());
        stopped("b", ofType("pc-q35-9.6"));
        stopped("c", ofType("q35"));
        stopped("d", ofType("pc-q35-9.6"));

        // When
        ClusterCpuBaselineStatus status = report();

        // Then
        assertThat(shapes(status))
                .containsExactly(
                        "machine type pc-q35-9.6: 2 on 1 [shop/b, shop/d]",
                        "machine type q35: 2 on 3 [shop/a, shop/c]");
        assertThat(migration(status))
                .isEqualTo(
                        "False SingleNodeShape: Of the virtual machines, 2 (shop/b, shop/d) ask for machine type pc-q35-9.6, which 1 of 3 nodes has: they can't leave their node. Give it to more nodes, or have them ask for less; status.virtualMachines.shapes counts nodes for each kind.");
        assertThat(Objects.requireNonNull(status.virtualMachines()).reasons())
                .containsExactly(new ReasonCount("SingleNodeShape", 2, List.of("shop/b", "shop/d")));
    }

    @Test
    void one_that_no_node_can_take_is_told_too() {
        stopped("a", ofType("pc-q35-2.1"));

        assertThat(migration(report()))
                .startsWith(
                        "False SingleNodeShape: Of the virtual machines, 1 (shop/a) asks for machine type pc-q35-2.1, which 0 of 3 nodes have");
    }

    @Test
    void a_fixed_frequency_of_the_time_stamp_counter_is_told_in_gigahertz() {
        stopped("windows", fixedTsc(2_800_000_000L));

        assertThat(migration(report()))
                .contains("1 (shop/windows) asks for a fixed TSC frequency of 2.8 GHz, which 1 of 3 nodes has");
    }

    @Test
    void one_that_doesn_t_run_will_get_the_cluster_s_frequency() {
        stopped("windows", fixedTsc(0));
        reporting.rules(SchedulingRules.of("", true, "", false, 2_800_000_000L));

        assertThat(shapes(report()))
                .containsExactly("machine type q35; a fixed TSC frequency of 2.8 GHz: 1 on 1 [shop/windows]");
    }

    @Test
    void where_no_node_tells_a_frequency_guests_with_a_fixed_one_are_not_migrated() {
        stopped("windows", fixedTsc(0));

        assertThat(migration(report())).contains("asks for a fixed TSC frequency, which no node tells");
    }

    @Test
    void two_wishes_that_no_second_node_fulfils_together_are_both_told() {
        // Given
        List<NodeCpu> nodes = List.of(host("n0", Q35, OLD), host("n1", Q35, OLD, FAST), host("n2", Q35, FAST));
        GuestShape both = new GuestShape(
                "pc-q35-9.6",
                Set.of(),
                false,
                true,
                2_800_000_000L,
                Set.of(),
                List.of(),
                List.of(),
                Placement.anywhere());
        stopped("a", both);
        reporting.report(nodes);

        // Then
        assertThat(migration(reporting.virtualMachines(Mode.PATCH, tally).report(nodes)))
                .contains(
                        "asks for machine type pc-q35-9.6, which 2 of 3 nodes have and a fixed TSC frequency of 2.8 GHz, which 2 of 3 nodes have");
    }

    @Test
    void more_than_three_kinds_are_summed_up() {
        // Given
        List.of("pc-q35-2.1", "pc-q35-2.2", "pc-q35-2.3", "pc-q35-2.4", "pc-q35-2.5")
                .forEach(type -> stopped("vm-of-" + type, ofType(type)));

        // Then
        assertThat(migration(report())).contains("which 0 of 3 nodes have; 2 more kinds: they can't leave");
        assertThat(Objects.requireNonNull(report().virtualMachines()).reasons())
                .containsExactly(new ReasonCount(
                        "SingleNodeShape",
                        5,
                        Stream.of("2.1", "2.2", "2.3", "2.4", "2.5")
                                .map("shop/vm-of-pc-q35-"::concat)
                                .toList()));
    }

    @Test
    void what_runs_with_the_baseline_counts_as_it_runs_and_what_does_not_as_it_will() {
        // Given
        InstanceSnapshot aligned = running("Skylake-Server", "pc-q35-9.6");
        InstanceSnapshot other = running("EPYC", "pc-q35-9.6");
        tally.guests().look(vm("aligned").build(), new Action.Nothing(), aligned, TARGET);
        tally.guests().look(vm("other").build(), new Action.Apply(TARGET.fields()), other, TARGET);
        tally.guests()
                .look(
                        vm("ended").build(),
                        new Action.Nothing(),
                        InstanceBuilder.instance("vm")
                                .cpu("Skylake-Server", List.of())
                                .phase("Failed")
                                .shape(ofType("x"))
                                .build(),
                        TARGET);

        // Then
        assertThat(shapes(report()))
                .containsExactly(
                        "machine type pc-q35-9.6: 1 on 1 [shop/aligned]",
                        "machine type q35: 2 on 3 [shop/ended, shop/other]");
    }

    private static InstanceSnapshot running(String model, String machineType) {
        return InstanceBuilder.instance("vm")
                .cpu(model, List.of())
                .shape(ofType(machineType))
                .build();
    }

    @Test
    void those_that_are_left_alone_are_counted_by_their_own_model_and_make_no_condition() {
        // Given
        Action skip = new Action.Skip(Reason.UserFeatures);
        tally.guests().look(vm("own").model("EPYC", "kubectl").build(), skip, null, TARGET);
        tally.guests().look(vm("default").build(), skip, null, TARGET);
        tally.guests().look(vm("arm").architecture("arm64").build(), skip, null, TARGET);
        tally.guests().look(vm("gone").deleting().build(), skip, null, TARGET);

        // When
        ClusterCpuBaselineStatus status = report();

        // Then
        assertThat(shapes(status))
                .containsExactly(
                        "CPU model EPYC; machine type q35: 1 on 0 [shop/own]",
                        "CPU model host-model; machine type q35: 1 on 3 [shop/default]");
        assertThat(migration(status)).startsWith("True Possible");
    }

    @Test
    void features_of_the_baseline_are_nobody_s_own_wish() {
        // Given
        Set<String> labelled =
                node("n0", SKYLAKE).evidence().labelledFeatures().stream().collect(Collectors.toSet());
        assertThat(labelled).contains("smap").doesNotContain("svm");
        stopped(
                "own",
                new GuestShape(
                        "",
                        Set.of(),
                        false,
                        false,
                        0,
                        Set.of("kubevirt.io/realtime"),
                        List.of("smap", "svm"),
                        List.of("3dnow"),
                        Placement.anywhere()));

        // Then
        assertThat(Objects.requireNonNull(report().virtualMachines()).shapes())
                .singleElement()
                .extracting(ShapeReport::shape)
                .asString()
                .startsWith("machine type q35; realtime; ")
                .contains("svm")
                .endsWith("; no CPU with 3dnow");
    }

    private static GuestShape placed(NodeSelection selection, Toleration... tolerations) {
        return new GuestShape(
                "",
                Set.of(),
                false,
                false,
                0,
                Set.of(),
                List.of(),
                List.of(),
                new Placement(selection, List.of(tolerations)));
    }

    private static NodeCpu tainted(String name, Taint... taints) {
        return node(name, SKYLAKE)
                .on(new NodeHost(new NodePlatform(Set.of(Q35), 0, false), NodeCapacity.none(), List.of(taints)));
    }

    @Test
    void taints_that_are_not_tolerated_are_told() {
        // Given
        Taint gpu = new Taint("gpu", "yes", "NoSchedule");
        List<NodeCpu> nodes = List.of(tainted("n0"), tainted("n1", gpu), tainted("n2", gpu));
        stopped("plain", GuestShape.plain());
        stopped("trainer", placed(NodeSelection.any(), new Toleration("gpu", "Exists", "", "")));
        reporting.report(nodes);

        // When
        ClusterCpuBaselineStatus status =
                reporting.virtualMachines(Mode.PATCH, tally).report(nodes);

        // Then
        assertThat(shapes(status))
                .containsExactly(
                        "machine type q35: 1 on 1 [shop/plain]",
                        "machine type q35; nodes with taints that it tolerates, too: gpu: 1 on 3 [shop/trainer]");
        assertThat(migration(status))
                .contains(
                        "1 (shop/plain) asks for a node without taints that they don't tolerate (gpu=yes:NoSchedule), which 1 of 3 nodes is: they can't leave their node.");
        assertThat(Objects.requireNonNull(status.nodes()).schedulable()).isEqualTo(3);
    }

    @Test
    void what_the_owner_selects_nodes_by_is_told() {
        // Given
        stopped("a", placed(NodeSelection.ofLabels(Map.of("zone", "a"))));
        stopped("b", placed(NodeSelection.ofLabels(Map.of("kubernetes.io/hostname", "n0"))));
        stopped("c", placed(NodeSelection.ofLabels(Map.of("kubernetes.io/hostname", "n1"))));
        List<NodeCpu> nodes = List.of(
                labelled("n0", Map.of("zone", "a", "kubernetes.io/hostname", "n0")),
                labelled("n1", Map.of("zone", "a", "kubernetes.io/hostname", "n1")),
                labelled("n2", Map.of("kubernetes.io/hostname", "n2")));
        reporting.report(nodes);

        // When
        ClusterCpuBaselineStatus status =
                reporting.virtualMachines(Mode.PATCH, tally).report(nodes);

        // Then
        assertThat(shapes(status))
                .containsExactly(
                        "machine type q35; the node selector kubernetes.io/hostname: 2 on 1 [shop/b, shop/c]",
                        "machine type q35; the node selector zone=a: 1 on 2 [shop/a]");
        assertThat(migration(status))
                .contains(
                        "2 (shop/b, shop/c) ask for the node selector kubernetes.io/hostname, which 1 of 3 nodes has");
    }

    private static NodeCpu labelled(String name, Map<String, String> labels) {
        return new NodeCpu(
                        name,
                        true,
                        node(name, SKYLAKE).evidence(),
                        null,
                        Truth.YES,
                        Truth.YES,
                        false,
                        false,
                        Truth.YES,
                        Instant.EPOCH,
                        labels)
                .on(new NodeHost(new NodePlatform(Set.of(Q35), 0, false), NodeCapacity.none(), List.of()));
    }

    @Test
    void kubevirt_s_own_node_selector_counts_for_all() {
        // Given
        stopped("a", GuestShape.plain());
        reporting.rules(SchedulingRules.byDefault().selecting(NodeSelection.ofLabels(Map.of("pool", "vms"))));

        // Then
        assertThat(shapes(report()))
                .containsExactly("machine type q35; KubeVirt's node selector pool=vms: 1 on 0 [shop/a]");
    }

    @Test
    void a_cluster_of_one_node_has_one_reason_only() {
        // Given
        List<NodeCpu> one = List.of(NODES.get(0));
        stopped("a", ofType("pc-q35-9.6"));
        reporting.report(one);

        // Then
        assertThat(migration(reporting.virtualMachines(Mode.PATCH, tally).report(one)))
                .startsWith("False SingleNodeDomain");
    }
}
