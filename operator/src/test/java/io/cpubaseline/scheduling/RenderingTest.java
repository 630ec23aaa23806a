package io.cpubaseline.scheduling;

import static org.assertj.core.api.Assertions.assertThat;

import io.cpubaseline.fleet.GuestShape;
import io.cpubaseline.fleet.NodeCapacity;
import io.cpubaseline.fleet.NodeSelection;
import io.cpubaseline.fleet.NodeSelection.Requirement;
import io.cpubaseline.fleet.NodeSelection.Subject;
import io.cpubaseline.fleet.NodeSelection.Term;
import io.cpubaseline.fleet.Placement;
import io.cpubaseline.fleet.SchedulingRules;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The selectors of pods that don't exist yet. What KubeVirt itself renders is compared in the lab. */
class RenderingTest {

    private static final NodeCapacity ANY = NodeCapacity.none();
    private static final Rendering RENDERING = new Rendering(Places.RULES);

    private static final Map<String, String> ICELAKE = Map.of(
            "cpu-vendor.node.kubevirt.io/Intel", "true",
            "host-model-cpu.node.kubevirt.io/Icelake-Server", "true",
            "host-model-required-features.node.kubevirt.io/vaes", "true",
            "host-model-required-features.node.kubevirt.io/vmx", "true");

    /** Keys without those that every guest has. */
    private static Set<String> beside(LauncherPod pod) {
        Set<String> keys = new TreeSet<>(pod.nodeSelector().keySet());
        keys.removeAll(Set.of("kubevirt.io/schedulable", "kubernetes.io/arch", "machine-type.node.kubevirt.io/q35"));
        return keys;
    }

    private static LauncherPod target(Guest guest, Map<String, String> selector) {
        return RENDERING.target(guest, ANY, new Source("n1", ICELAKE, selector), true);
    }

    @Test
    void a_start_selects_by_what_every_guest_needs_the_model_and_the_features() {
        assertThat(new TreeMap<>(
                        RENDERING.start(Places.guest("Haswell", "vmx"), ANY).nodeSelector()))
                .isEqualTo(new TreeMap<>(Map.of(
                        "kubevirt.io/schedulable", "true",
                        "kubernetes.io/arch", "amd64",
                        "machine-type.node.kubevirt.io/q35", "true",
                        "cpu-model.node.kubevirt.io/Haswell", "true",
                        "cpu-feature.node.kubevirt.io/vmx", "true")));
    }

    @Test
    void neither_host_model_nor_host_passthrough_is_a_label() {
        assertThat(beside(RENDERING.start(Places.guest(""), ANY))).isEmpty();
        assertThat(beside(RENDERING.start(Places.guest("host-passthrough"), ANY)))
                .isEmpty();
    }

    @Test
    void what_a_guest_has_beside_its_model_is_selected_by_too() {
        // Given
        GuestShape shape = new GuestShape(
                "pc-q35-9.6",
                Set.of("vpindex"),
                true,
                true,
                2_800_000_000L,
                Set.of("kubevirt.io/sev"),
                List.of("vmx"),
                List.of(),
                Placement.anywhere());
        SchedulingRules strict = SchedulingRules.of("", true, "", true, 0)
                .selecting(NodeSelection.ofLabels(Map.of("example.com/pool", "vms")));

        // When
        LauncherPod pod = new Rendering(strict).start(Places.guest("Haswell", shape), ANY);

        // Then
        assertThat(beside(pod))
                .containsExactly(
                        "cpu-feature.node.kubevirt.io/vmx",
                        "cpu-model.node.kubevirt.io/Haswell",
                        "cpu-vendor.node.kubevirt.io/Intel",
                        "example.com/pool",
                        "hyperv.node.kubevirt.io/vpindex",
                        "kubevirt.io/sev",
                        "machine-type.node.kubevirt.io/pc-q35-9.6",
                        "scheduling.node.kubevirt.io/tsc-frequency-2800000000");
    }

    @Test
    void a_version_before_1_6_selects_by_no_machine_type() {
        LauncherPod pod =
                new Rendering(SchedulingRules.of("", false, "", false, 0)).start(Places.guest("Haswell"), ANY);

        assertThat(pod.nodeSelector()).doesNotContainKey("machine-type.node.kubevirt.io/q35");
    }

    @Test
    void a_guest_of_its_host_model_avoids_obsolete_ones_in_each_term_of_its_owner() {
        // Given
        Term one = new Term(List.of(new Requirement(new Subject(false, "zone"), "In", List.of("a"))));
        Term other = new Term(List.of(new Requirement(new Subject(false, "zone"), "In", List.of("b"))));
        Guest guest = Places.guest(
                "host-model", Places.shape(new NodeSelection(Map.of(), List.of(one, other)), List.of("hle")));

        // When
        List<Term> terms = RENDERING.start(guest, ANY).terms();

        // Then
        assertThat(terms).hasSize(2).allSatisfy(term -> {
            List<String> keys = new ArrayList<>();
            term.requirements()
                    .forEach(requirement -> keys.add(requirement.what().key()));
            assertThat(keys)
                    .containsExactly(
                            "zone",
                            "node-labeller.kubevirt.io/obsolete-host-model",
                            "cpu-feature.node.kubevirt.io/hle");
        });
    }

    @Test
    void a_first_migration_of_a_host_model_asks_for_what_its_node_labels() {
        assertThat(beside(target(Places.guest("host-model"), Map.of())))
                .containsExactly(
                        "cpu-feature.node.kubevirt.io/vaes",
                        "cpu-feature.node.kubevirt.io/vmx",
                        "cpu-model-migration.node.kubevirt.io/Icelake-Server",
                        "cpu-vendor.node.kubevirt.io/Intel");
    }

    @Test
    void a_later_one_asks_for_what_the_first_has_left_in_its_pod() {
        assertThat(beside(target(
                        Places.guest("host-model"),
                        Map.of(
                                "cpu-model-migration.node.kubevirt.io/Skylake-Server", "true",
                                "cpu-feature.node.kubevirt.io/hle", "true",
                                "example.com/other", "true"))))
                .containsExactly(
                        "cpu-feature.node.kubevirt.io/hle",
                        "cpu-model-migration.node.kubevirt.io/Skylake-Server",
                        "cpu-vendor.node.kubevirt.io/Intel");
    }

    @Test
    void a_required_feature_makes_kubevirt_forget_the_host_model() {
        assertThat(beside(target(
                        Places.guest("host-model", "pcid"), Map.of("cpu-feature.node.kubevirt.io/pcid", "true"))))
                .containsExactly("cpu-feature.node.kubevirt.io/pcid", "cpu-vendor.node.kubevirt.io/Intel");
    }

    @Test
    void a_node_without_a_host_model_makes_it_forget_its_features() {
        // When
        LauncherPod pod = RENDERING.target(
                Places.guest("host-model"),
                ANY,
                new Source("n1", Map.of("host-model-required-features.node.kubevirt.io/vmx", "true"), Map.of()),
                true);

        // Then
        assertThat(beside(pod)).isEmpty();
    }

    @Test
    void a_version_that_crosses_vendors_pins_none() {
        LauncherPod pod = RENDERING.target(Places.guest("Haswell"), ANY, new Source("n1", ICELAKE, Map.of()), false);

        assertThat(beside(pod)).containsExactly("cpu-model.node.kubevirt.io/Haswell");
    }

    @Test
    void a_vendor_that_is_selected_already_is_left() {
        // Given
        Guest confined = Places.guest(
                "Haswell",
                Places.shape(NodeSelection.ofLabels(Map.of("cpu-vendor.node.kubevirt.io/AMD", "true")), List.of()));

        // Then
        assertThat(beside(target(confined, Map.of())))
                .containsExactly("cpu-model.node.kubevirt.io/Haswell", "cpu-vendor.node.kubevirt.io/AMD");
    }
}
