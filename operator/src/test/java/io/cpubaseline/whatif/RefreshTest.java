package io.cpubaseline.whatif;

import static org.assertj.core.api.Assertions.assertThat;

import io.cpubaseline.Fleets;
import io.cpubaseline.baseline.Answer;
import io.cpubaseline.baseline.Planner;
import io.cpubaseline.baseline.Policy;
import io.cpubaseline.catalog.CatalogLoader;
import io.cpubaseline.catalog.GuestNeeds;
import io.cpubaseline.fleet.NodeCpu;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What changes of nodes make of a fleet, and in which order they are done. */
class RefreshTest {

    private static final Planner PLANNER = new Planner(CatalogLoader.selection());

    private static final String V4 = "xeon-platinum-8268";
    private static final String V3 = "xeon-e5-2630-v4";
    private static final String V2 = "xeon-e5-2650";
    private static final String OLDER = "xeon-w3520";

    private static NodeCpu node(String name, String host) {
        return NodeCpu.healthy(name, Fleets.host(host));
    }

    private static List<String> names(List<List<NodeChange>> steps) {
        return steps.stream()
                .map(step ->
                        String.join(" ", step.stream().map(NodeChange::name).toList()))
                .toList();
    }

    @Test
    void what_comes_is_first_and_then_what_limits_most() {
        // Given
        List<NodeChange> changes = new ArrayList<>(List.of(
                NodeChange.removed(node("b", V3)),
                NodeChange.replaced(node("d", V2), node("d", V4), "new"),
                NodeChange.replaced(node("c", V2), node("c", V4), "new"),
                NodeChange.replaced(node("z", OLDER), node("z", V4), "new"),
                NodeChange.added(node("y2", V4), "new"),
                NodeChange.added(node("y1", V4), "new")));

        // When
        List<String> steps = names(Refresh.steps(PLANNER, Policy.open(), changes));
        Collections.shuffle(changes, new Random(7));
        List<String> shuffled = names(Refresh.steps(PLANNER, Policy.open(), changes));

        // Then
        assertThat(steps).containsExactly("y1 y2", "z", "c", "d", "b").isEqualTo(shuffled);
    }

    @Test
    void of_many_changes_a_kind_is_one_step() {
        // Given
        List<NodeChange> changes = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            changes.add(NodeChange.removed(node("a" + i, V2)));
            changes.add(NodeChange.replaced(node("b" + i, V2), node("b" + i, V4), "new"));
        }

        // When
        List<List<NodeChange>> steps = Refresh.steps(PLANNER, Policy.open(), changes);

        // Then: those that are replaced come before those that go
        assertThat(steps).extracting(List::size).containsExactly(20, 20);
        assertThat(steps.get(0)).allMatch(change -> change.kind() == NodeChange.Kind.Replaced);
    }

    @Test
    void changes_are_applied_to_the_nodes_that_they_name() {
        // Given
        List<NodeCpu> nodes = List.of(node("a", V2), node("b", V3), node("c", V4));
        List<NodeChange> changes = List.of(
                NodeChange.removed(nodes.get(0)),
                NodeChange.replaced(nodes.get(1), node("b", V4), "new"),
                NodeChange.added(node("d", V3), "new"));

        // Then
        assertThat(NodeChange.apply(nodes, changes)).containsExactly(node("b", V4), node("c", V4), node("d", V3));
        assertThat(NodeChange.during(nodes, changes)).containsExactly(node("c", V4));
        assertThat(NodeChange.apply(nodes, List.of())).isEqualTo(nodes);
    }

    @Test
    void what_one_answer_gains_the_other_way_round_is_lost() {
        // Given
        Answer old = answer(V2, V3);
        Answer young = answer(V3);

        // When
        Difference up = Difference.of(old, young, PLANNER.rules());
        Difference down = Difference.of(young, old, PLANNER.rules());

        // Then
        assertThat(up.gained()).isEqualTo(down.lost());
        assertThat(up.lost()).isEqualTo(down.gained());
        assertThat(up.gained().others().names()).contains("avx2");
        assertThat(up.gained().hardening().names()).contains("smep");
        assertThat(up.runThen(GuestNeeds.known()))
                .isEqualTo(down.runNoMore(GuestNeeds.known()))
                .isNotEmpty();
        assertThat(Difference.of(old, old, PLANNER.rules()).gained().isEmpty()).isTrue();
    }

    private static Answer answer(String... hosts) {
        return PLANNER.plan(PLANNER.assess(Fleets.nodes(List.of(hosts)), Policy.open(), null), Policy.open())
                .answer();
    }
}
