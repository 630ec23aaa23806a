package io.cpubaseline.scheduling;

import static org.assertj.core.api.Assertions.assertThat;

import io.cpubaseline.fleet.NodeCapacity;
import io.cpubaseline.fleet.NodeCpu;
import io.cpubaseline.fleet.NodeSelection.Requirement;
import io.cpubaseline.fleet.NodeSelection.Subject;
import io.cpubaseline.fleet.NodeSelection.Term;
import io.cpubaseline.fleet.Taint;
import io.cpubaseline.fleet.Toleration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** A place for many pods: the answers of single verdicts, at the cost of kinds of pods and nodes. */
class SurveyTest {

    private static final NodeCapacity SMALL = new NodeCapacity(200, 1L << 30);
    private static final Taint DATABASES = new Taint("dedicated", "db", "NoSchedule");

    private static LauncherPod pod(NodeCapacity requests, String... keys) {
        Map<String, String> selector = new TreeMap<>(Map.of("kubevirt.io/schedulable", "true"));
        for (String key : keys) {
            selector.put(key, "true");
        }
        return new LauncherPod(selector, List.of(), List.of(), requests, true);
    }

    private static Background from(String node) {
        return new Background(
                Places.guest("Haswell"), Places.RULES, new Source(node, Map.of("of", node), Map.of("s", "t")), true);
    }

    @Test
    void the_node_that_it_would_leave_does_not_count() {
        Survey survey = new Survey(List.of(Places.node("n1", "a"), Places.node("n2")), Room.empty());

        assertThat(survey.look(pod(SMALL, "a"), from("n2"))).isEmpty();
        assertThat(survey.look(pod(SMALL, "a"), from("n1")))
                .hasValueSatisfying(blocked -> assertThat(blocked.decisive())
                        .isNotNull()
                        .extracting(decisive -> decisive.obstacle().origin())
                        .isEqualTo(Origin.AddedSelector));
    }

    @Test
    void where_there_is_no_other_node_nothing_decides() {
        Survey survey =
                new Survey(List.of(Places.node("n1"), Places.labelled("control", Map.of("a", "true"))), Room.empty());

        assertThat(survey.look(pod(SMALL), from("n1"))).hasValue(new Survey.Blocked(null));
        assertThat(survey.nodes()).isEqualTo(1);
    }

    @Test
    void room_on_the_only_other_node_decides() {
        // Given
        Room room = new Room(Map.of("n2", new NodeCapacity(7900, 0)));
        Survey survey = new Survey(List.of(Places.node("n1"), Places.node("n2")), room);

        // Then
        assertThat(survey.look(pod(SMALL), from("n1")))
                .hasValueSatisfying(blocked -> assertThat(blocked.decisive())
                        .isNotNull()
                        .extracting(decisive -> decisive.obstacle().origin())
                        .isEqualTo(Origin.Cores));
        assertThat(survey.look(pod(SMALL), from("n2"))).isEmpty();
    }

    @Test
    void equal_pods_are_held_once_against_each_kind_of_nodes() {
        // Given 600 nodes of four kinds, each with a name and a free core of its own
        List<NodeCpu> nodes = new ArrayList<>();
        Map<String, NodeCapacity> requested = new HashMap<>();
        for (int i = 0; i < 600; i++) {
            String name = "n%03d".formatted(i);
            NodeCpu node = i % 2 == 0 ? Places.node(name, "a", "host-" + i) : Places.node(name, "host-" + i);
            nodes.add(i % 3 == 0 ? Places.tainted(node, DATABASES) : node);
            requested.put(name, new NodeCapacity(i, i));
        }
        Survey survey = new Survey(nodes, new Room(requested));

        // When 3000 guests of three kinds and two sizes ask, from everywhere
        int blocked = 0;
        for (int i = 0; i < 3000; i++) {
            NodeCapacity requests = new NodeCapacity(100 + 100 * (i % 2), 1L << 30);
            LauncherPod pod = List.of(pod(requests), pod(requests, "a"), pod(requests, "nowhere"))
                    .get(i % 3);
            blocked += survey.look(pod, from("n%03d".formatted(i % 600))).isPresent() ? 1 : 0;
        }

        // Then
        assertThat(blocked).isEqualTo(1000);
        assertThat(survey.judgements())
                .as("each of three pods looks at one or two labels and the taints: two kinds of nodes, or four")
                .isEqualTo(2 + 4 + 2);
    }

    /** Random pods and fleets: a survey says of each pod what a verdict on that pod alone says. */
    @Test
    void it_says_what_a_verdict_on_each_pod_alone_says() {
        Random random = new Random(7);
        for (int round = 0; round < 100; round++) {
            // Given
            List<NodeCpu> nodes = new ArrayList<>();
            Map<String, NodeCapacity> requested = new HashMap<>();
            for (int i = 0; i < 8; i++) {
                String[] keys = random.ints(3, 0, 5).mapToObj(key -> "k" + key).toArray(String[]::new);
                NodeCpu node = Places.node("n" + i, keys);
                nodes.add(random.nextInt(4) == 0 ? Places.tainted(node, DATABASES) : node);
                requested.put("n" + i, new NodeCapacity(random.nextInt(8000), random.nextInt(4) << 28));
            }
            Room room = new Room(requested);
            Survey survey = new Survey(nodes, room);

            for (int i = 0; i < 20; i++) {
                String home = "n" + random.nextInt(10);
                LauncherPod plain = pod(
                        new NodeCapacity(random.nextInt(4000), 1L << 30),
                        "k" + random.nextInt(5),
                        "k" + random.nextInt(5));
                LauncherPod pod = new LauncherPod(
                        plain.nodeSelector(),
                        random.nextBoolean()
                                ? List.of()
                                : List.of(new Term(List.of(new Requirement(
                                        new Subject(true, "metadata.name"),
                                        "NotIn",
                                        List.of("n" + random.nextInt(8)))))),
                        random.nextBoolean() ? List.of() : List.of(new Toleration("dedicated", "Exists", "", "")),
                        plain.requests(),
                        true);

                // When
                Optional<Survey.Blocked> found = survey.look(pod, from(home));

                // Then
                Verdict alone = Verdict.of(
                        pod,
                        from(home),
                        nodes.stream().filter(node -> !node.name().equals(home)).toList(),
                        room);
                assertThat(found.isEmpty()).isEqualTo(!alone.open().isEmpty());
                found.ifPresent(blocked -> assertThat(blocked.decisive())
                        .isNotNull()
                        .extracting(
                                decisive -> decisive.obstacle().origin(),
                                decisive -> decisive.obstacle().alone())
                        .containsExactly(
                                alone.obstacles().get(0).origin(),
                                alone.obstacles().get(0).alone()));
            }
        }
    }
}
