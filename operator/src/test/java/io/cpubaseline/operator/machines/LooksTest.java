package io.cpubaseline.operator.machines;

import static io.cpubaseline.virtualmachine.VirtualMachineBuilder.vm;
import static org.assertj.core.api.Assertions.assertThat;

import io.cpubaseline.Selector;
import io.cpubaseline.operator.machines.Herd.Wish;
import io.cpubaseline.report.SpecReader.VirtualMachineIntent;
import io.cpubaseline.virtualmachine.InstanceBuilder;
import io.cpubaseline.virtualmachine.InstanceSnapshot;
import io.cpubaseline.virtualmachine.Rollout;
import io.cpubaseline.virtualmachine.Target;
import io.cpubaseline.virtualmachine.Targets;
import io.cpubaseline.virtualmachine.VirtualMachineSnapshot;
import io.cpubaseline.virtualmachine.WriteOutcome;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** How many virtual machines are looked at when something changes: work is counted, not time. */
@Tag("thorough")
class LooksTest {

    private static final Target OF_A = Targets.of("a", "Intel", "IvyBridge-IBRS");

    private final Herd herd = new Herd();

    private static Wish wish(String baseline, String key, String value) {
        return new Wish(
                new VirtualMachineIntent(
                        Selector.everything(),
                        new Selector(Map.of(key, value), List.of()),
                        true,
                        false,
                        false,
                        Rollout.unlimited(),
                        Optional.of(Selector.everything())),
                Targets.of(baseline, "Intel", "IvyBridge-IBRS"),
                true);
    }

    private static VirtualMachineSnapshot machine(int i, long generation) {
        String baseline = List.of("a", "b", "c").get(i % 3);
        return vm("vm-" + i)
                .namespace("ns" + i % 10)
                .generation(generation)
                .templateLabels(Map.of("of", baseline))
                .carrying(Targets.of(baseline, "Intel", "IvyBridge-IBRS"))
                .build();
    }

    private static InstanceSnapshot instance(int i, String phase) {
        return InstanceBuilder.instance("vm-" + i)
                .namespace("ns" + i % 10)
                .phase(phase)
                .build();
    }

    /** Ten thousand virtual machines of three baselines, in ten namespaces. */
    @BeforeEach
    void settled() {
        for (int i = 0; i < 10; i++) {
            herd.namespace("ns" + i, Map.of());
        }
        for (int i = 0; i < 10_000; i++) {
            VirtualMachineSnapshot vm = machine(i, 1);
            herd.machine(vm.namespace(), vm.name(), vm);
            herd.instance(vm.namespace(), vm.name(), instance(i, "Running"));
        }
        for (String baseline : List.of("a", "b", "c")) {
            herd.baseline(baseline, wish(baseline, "of", baseline));
        }
        herd.settle();
        assertThat(herd.takeLooks()).isEqualTo(10_000);
    }

    @Test
    void a_baseline_that_comes_is_not_compared_with_machines_that_lack_its_label() {
        // Given: which namespace a machine is in is asked for each that may be selected
        herd.machine(
                "ns0",
                "new",
                vm("new").namespace("ns0").templateLabels(Map.of("of", "d")).build());
        herd.settle();
        herd.namespaces.takeGets();

        // When
        herd.baseline("d", wish("d", "of", "d"));
        herd.settle();

        // Then
        assertThat(herd.takeLooks()).isEqualTo(1);
        assertThat(herd.namespaces.takeGets()).isBetween(1, 20);
    }

    @Test
    void one_virtual_machine_that_changes_is_looked_at_once() {
        // When
        herd.machine("ns1", "vm-1", machine(1, 2));
        herd.settle();

        // Then
        assertThat(herd.takeLooks()).isEqualTo(1);
    }

    @Test
    void one_that_changes_and_its_write_cost_three_looks_and_no_other_is_looked_at() {
        // When: it lost its fields, was written, and the watch shows that
        herd.machine(
                "ns1",
                "vm-1",
                vm("vm-1")
                        .namespace("ns1")
                        .generation(2)
                        .templateLabels(Map.of("of", "b"))
                        .build());
        herd.settle();
        herd.writes.answer(new WriteOutcome.Applied("1", 3));
        herd.settle();
        herd.machine("ns1", "vm-1", machine(1, 3));
        herd.settle();

        // Then
        assertThat(herd.writes.sent()).hasSize(1);
        assertThat(herd.takeLooks()).isEqualTo(3);
    }

    @Test
    void one_instance_that_changes_is_one_look() {
        // When
        herd.instance("ns1", "vm-1", instance(1, "Succeeded"));
        herd.settle();

        // Then
        assertThat(herd.takeLooks()).isEqualTo(1);
        assertThat(herd.counted.get("b")).contains("pendingRestart 3332");
    }

    @Test
    void one_that_is_no_baselines_wakes_nobody() {
        // When
        herd.machine("ns1", "other", vm("other").namespace("ns1").build());
        herd.instance("ns1", "nobodys", null);
        herd.settle();

        // Then
        assertThat(herd.takeLooks()).isZero();
    }

    @Test
    void a_namespace_whose_labels_change_costs_a_look_at_each_of_its_own() {
        // When
        herd.namespace("ns1", Map.of("team", "x"));
        herd.settle();

        // Then
        assertThat(herd.takeLooks()).isEqualTo(1_000);
    }

    @Test
    void a_node_of_another_vendor_costs_a_look_at_what_runs_there() {
        // Given
        herd.instance(
                "ns1",
                "vm-1",
                InstanceBuilder.instance("vm-1").namespace("ns1").on("n1").build());
        herd.settle();
        herd.takeLooks();

        // When
        herd.node("n1", "AMD");
        herd.settle();

        // Then
        assertThat(herd.takeLooks()).isEqualTo(1);
        assertThat(herd.counted.get("b")).contains("ChangesVendor=1 [ns1/vm-1]");
    }

    @Test
    void of_two_baselines_that_select_everything_only_the_owner_looks_at_one_that_changes() {
        // Given
        for (String baseline : List.of("a", "b", "c")) {
            herd.baseline(
                    baseline,
                    new Wish(
                            new VirtualMachineIntent(
                                    Selector.everything(),
                                    Selector.everything(),
                                    true,
                                    false,
                                    false,
                                    Rollout.unlimited(),
                                    Optional.of(Selector.everything())),
                            Targets.of(baseline, "Intel", "IvyBridge-IBRS"),
                            true));
        }
        herd.settle();
        assertThat(herd.counted.get("b")).contains("APPLIED=3333", "ClaimedByOther=6667");
        herd.takeLooks();

        // When
        herd.machine("ns1", "vm-1", machine(1, 2));
        herd.instance("ns1", "vm-1", instance(1, "Succeeded"));
        herd.settle();

        // Then
        assertThat(herd.takeLooks()).isEqualTo(1);
        assertThat(herd.counted.get("b")).contains("pendingRestart 3332");

        // When its owner says otherwise
        herd.machine(
                "ns1",
                "vm-1",
                vm("vm-1")
                        .namespace("ns1")
                        .generation(3)
                        .carrying(Targets.of("b", "Intel", "IvyBridge-IBRS"))
                        .named("c")
                        .build());
        herd.settle();

        // Then the old owner, the new one and the third learn of it
        assertThat(herd.takeLooks()).isEqualTo(3);
        assertThat(herd.counted.get("b")).contains("APPLIED=3332");
        assertThat(herd.counted.get("a")).contains("ClaimedByOther=6666");
    }

    @Test
    void a_new_pin_costs_a_look_at_each_of_its_baseline() {
        // When
        herd.baseline("a", new Wish(wish("a", "of", "a").intent(), Targets.of("a", "Intel", "Nehalem"), true));
        herd.settle();

        // Then
        assertThat(herd.takeLooks()).isEqualTo(3_334);
    }

    @Test
    void a_baseline_that_is_looked_at_again_without_a_change_looks_at_none() {
        // When
        herd.baseline("a", wish("a", "of", "a"));
        herd.settle();

        // Then
        assertThat(herd.takeLooks()).isZero();
    }

    @Test
    void many_baselines_that_select_others_cost_nothing() {
        // Given
        for (int i = 0; i < 500; i++) {
            herd.baseline("other-" + i, wish("other-" + i, "of", "other-" + i));
        }
        herd.settle();
        herd.takeLooks();
        herd.counted.clear();

        // When
        herd.machine(
                "ns0",
                "vm-0",
                vm("vm-0")
                        .namespace("ns0")
                        .generation(2)
                        .templateLabels(Map.of("of", "a"))
                        .carrying(OF_A)
                        .build());
        herd.settle();

        // Then
        assertThat(herd.takeLooks()).isEqualTo(1);
        assertThat(herd.counted).containsOnlyKeys("a");
    }
}
