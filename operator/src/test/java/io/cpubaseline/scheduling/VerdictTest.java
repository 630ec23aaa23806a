package io.cpubaseline.scheduling;

import static org.assertj.core.api.Assertions.assertThat;

import io.cpubaseline.fleet.NodeCapacity;
import io.cpubaseline.fleet.NodeCpu;
import io.cpubaseline.fleet.NodeHost;
import io.cpubaseline.fleet.NodePlatform;
import io.cpubaseline.fleet.NodeSelection.Requirement;
import io.cpubaseline.fleet.NodeSelection.Subject;
import io.cpubaseline.fleet.NodeSelection.Term;
import io.cpubaseline.fleet.Taint;
import io.cpubaseline.fleet.Toleration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Which nodes can take a pod, and what keeps it off the others, in which order. */
class VerdictTest {

    private static final Taint DATABASES = new Taint("dedicated", "db", "NoSchedule");
    private static final Taint NOT_READY = new Taint("node.kubernetes.io/not-ready", "", "NoSchedule");
    private static final NodeCapacity SMALL = new NodeCapacity(200, 1L << 30);
    private static final Background PLAIN = new Background(Places.guest("Haswell"), Places.RULES, null, true);

    private static LauncherPod pod(NodeCapacity requests, String... keys) {
        Map<String, String> selector = new TreeMap<>(Map.of("kubevirt.io/schedulable", "true"));
        for (String key : keys) {
            selector.put(key, "true");
        }
        return new LauncherPod(selector, List.of(), List.of(), requests, true);
    }

    private static Verdict verdict(LauncherPod pod, NodeCpu... nodes) {
        return Verdict.of(pod, PLAIN, Arrays.asList(nodes), Room.empty());
    }

    /** Each obstacle as its origin, the nodes and how many of them it blocks alone. */
    private static List<String> told(Verdict verdict) {
        return verdict.obstacles().stream()
                .map(obstacle -> "%s %s %d"
                        .formatted(
                                obstacle.origin(),
                                obstacle.nodes().stream().map(NodeCpu::name).toList(),
                                obstacle.alone()))
                .toList();
    }

    @Test
    void a_node_that_has_all_of_it_can_take_it() {
        Verdict verdict = verdict(pod(SMALL, "a"), Places.node("n2", "a", "b"), Places.node("n1", "a"));

        assertThat(verdict.open()).extracting(NodeCpu::name).containsExactly("n1", "n2");
        assertThat(verdict.obstacles()).isEmpty();
    }

    @Test
    void what_alone_keeps_it_off_most_nodes_comes_first_and_what_is_no_place_at_all_last() {
        // Given
        String model = "cpu-model.node.kubevirt.io/Haswell";
        String type = "machine-type.node.kubevirt.io/q35";

        // When
        Verdict verdict = verdict(
                pod(SMALL, model, type),
                Places.node("without-model-1", type),
                Places.node("without-model-2", type),
                Places.node("without-type", model),
                Places.node("without-both-1"),
                Places.node("without-both-2"),
                Places.node("without-both-3"),
                Places.labelled("control-1", Map.of(model, "true", type, "true")),
                Places.labelled("control-2", Map.of(model, "true", type, "true")),
                Places.labelled("control-3", Map.of(model, "true", type, "true")));

        // Then
        assertThat(told(verdict))
                .containsExactly(
                        "CpuModel [without-both-1, without-both-2, without-both-3, without-model-1, without-model-2] 2",
                        "MachineType [without-both-1, without-both-2, without-both-3, without-type] 1",
                        "NotOfKubeVirt [control-1, control-2, control-3] 3");
    }

    @Test
    void what_no_guest_finds_there_now_comes_first_where_it_keeps_most_nodes_away() {
        // Given
        String type = "machine-type.node.kubevirt.io/q35";

        // When
        Verdict verdict = verdict(
                pod(SMALL, type),
                Places.node("without-type"),
                Places.labelled("silent-1", Map.of("kubevirt.io/schedulable", "false", type, "true")),
                Places.labelled("silent-2", Map.of("kubevirt.io/schedulable", "false", type, "true")));

        // Then
        assertThat(told(verdict))
                .containsExactly("NotSchedulable [silent-1, silent-2] 2", "MachineType [without-type] 1");
    }

    @Test
    void labels_of_one_origin_are_one_obstacle_that_names_what_most_nodes_lack_first() {
        // Given
        Background background = new Background(Places.guest("Haswell", "aes", "vmx"), Places.RULES, null, true);
        String aes = "cpu-feature.node.kubevirt.io/aes";
        String vmx = "cpu-feature.node.kubevirt.io/vmx";

        // When
        Verdict verdict = Verdict.of(
                pod(SMALL, aes, vmx), background, List.of(Places.node("n1"), Places.node("n2", aes)), Room.empty());

        // Then
        assertThat(told(verdict)).containsExactly("RequiredFeatures [n1, n2] 2");
        assertThat(verdict.obstacles().get(0).names(KubeVirtLabels.FEATURE)).containsExactly("vmx", "aes");
    }

    @Test
    void a_value_that_differs_is_no_match() {
        NodeCpu node = Places.labelled("n1", Map.of("kubevirt.io/schedulable", "false", "a", "yes"));

        assertThat(told(verdict(pod(SMALL, "a"), node)))
                .containsExactlyInAnyOrder("Unexplained [n1] 0", "NotSchedulable [n1] 0");
    }

    @Test
    void each_taint_is_an_obstacle_of_its_own_and_every_way_to_cordon_is_one() {
        Verdict verdict = verdict(
                pod(SMALL),
                Places.tainted(Places.node("db"), DATABASES),
                Places.tainted(Places.node("cordoned"), Taint.CORDON),
                Places.tainted(Places.node("drained"), new Taint("kubevirt.io/drain", "", "NoSchedule")),
                Places.tainted(Places.node("gone"), NOT_READY));

        assertThat(told(verdict))
                .containsExactly("Cordon [cordoned, drained] 2", "Taint [db] 1", "NodeCondition [gone] 1");
    }

    @Test
    void a_taint_that_is_tolerated_is_none() {
        LauncherPod tolerant = new LauncherPod(
                Map.of("kubevirt.io/schedulable", "true"),
                List.of(),
                List.of(new Toleration("dedicated", "Exists", "", "")),
                SMALL,
                true);

        assertThat(verdict(tolerant, Places.tainted(Places.node("db"), DATABASES))
                        .open())
                .hasSize(1);
    }

    @Test
    void what_other_pods_request_is_not_left() {
        // Given
        List<NodeCpu> nodes = List.of(Places.node("busy"), Places.node("full"), Places.node("idle"));
        Room room = new Room(Map.of(
                "busy", new NodeCapacity(7000, 1L << 30),
                "full", new NodeCapacity(1000, 31L << 30)));

        // When
        Verdict verdict = Verdict.of(pod(new NodeCapacity(2000, 2L << 30)), PLAIN, nodes, room);

        // Then
        assertThat(verdict.open()).extracting(NodeCpu::name).containsExactly("idle");
        assertThat(told(verdict)).containsExactly("Cores [busy] 1", "Memory [full] 1");
    }

    @Test
    void a_pod_fits_exactly_and_a_node_that_does_not_say_what_it_has_is_taken_to_have_enough() {
        NodeCpu silent = Places.node("silent").on(NodeHost.unknown());

        assertThat(verdict(pod(new NodeCapacity(8000, 32L << 30)), Places.node("n1"), silent)
                        .open())
                .hasSize(2);
        assertThat(told(verdict(pod(new NodeCapacity(8001, 32L << 30)), Places.node("n1"), silent)))
                .containsExactly("Cores [n1] 1");
    }

    @Test
    void what_kubevirt_adds_to_an_affinity_is_told_apart_from_what_its_owner_wants() {
        // Given
        Guest guest = Places.guest("host-model");
        LauncherPod pod = new LauncherPod(
                Map.of(),
                List.of(new Term(List.of(
                        new Requirement(new Subject(false, "zone"), "In", List.of("true")),
                        new Requirement(
                                new Subject(false, NodePlatform.OBSOLETE_HOST_MODEL), "DoesNotExist", List.of())))),
                List.of(),
                SMALL,
                true);

        // When
        Verdict verdict = Verdict.of(
                pod,
                new Background(guest, Places.RULES, null, true),
                List.of(Places.node("elsewhere"), Places.node("obsolete", "zone", NodePlatform.OBSOLETE_HOST_MODEL)),
                Room.empty());

        // Then
        assertThat(told(verdict)).containsExactly("ObsoleteHostModel [obsolete] 1", "OwnAffinity [elsewhere] 1");
    }

    @Test
    void the_owners_own_absence_of_a_label_is_the_owners() {
        LauncherPod pod = new LauncherPod(
                Map.of(),
                List.of(new Term(List.of(new Requirement(
                        new Subject(false, "cpu-feature.node.kubevirt.io/hle"), "DoesNotExist", List.of())))),
                List.of(),
                SMALL,
                true);

        assertThat(told(verdict(pod, Places.node("n1", "cpu-feature.node.kubevirt.io/hle"))))
                .containsExactly("OwnAffinity [n1] 1");
    }

    /** Random pods and fleets: a node is open if nothing keeps the pod off it, and the order of nodes never matters. */
    @Test
    void open_nodes_and_obstacles_complete_each_other_in_any_order_of_nodes() {
        Random random = new Random(5);
        for (int round = 0; round < 200; round++) {
            // Given
            List<NodeCpu> nodes = new ArrayList<>();
            for (int i = 0; i < 12; i++) {
                String[] keys = random.ints(4, 0, 6).mapToObj(key -> "k" + key).toArray(String[]::new);
                NodeCpu node = Places.node("n" + i, keys);
                nodes.add(random.nextInt(4) == 0 ? Places.tainted(node, DATABASES) : node);
            }
            LauncherPod pod = pod(SMALL, "k" + random.nextInt(6), "k" + random.nextInt(6));

            // When
            Verdict verdict = Verdict.of(pod, PLAIN, nodes, Room.empty());
            Collections.shuffle(nodes, random);
            Verdict shuffled = Verdict.of(pod, PLAIN, nodes, Room.empty());

            // Then
            assertThat(told(shuffled)).isEqualTo(told(verdict));
            assertThat(shuffled.open()).isEqualTo(verdict.open());
            long kept = verdict.obstacles().stream()
                    .flatMap(obstacle -> obstacle.nodes().stream())
                    .distinct()
                    .count();
            assertThat(verdict.open().size() + kept).isEqualTo(nodes.size());
            assertThat(verdict.open())
                    .allSatisfy(node -> assertThat(node.labels().keySet())
                            .containsAll(pod.nodeSelector().keySet()));
        }
    }
}
