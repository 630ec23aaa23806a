package io.cpubaseline.baseline;

import static io.cpubaseline.baseline.PolicyBuilder.policy;

import io.cpubaseline.Fleets;
import io.cpubaseline.catalog.CatalogLoader;
import io.cpubaseline.cpu.AbiLevel;
import io.cpubaseline.fleet.CpuEvidence;
import io.cpubaseline.fleet.NodeCpu;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** What a planner remembers is bounded, whatever the nodes did in former times. */
class PlannerMemoryTest {

    private final Planner planner = new Planner(CatalogLoader.selection());
    private final Policy policy = policy().minimum(AbiLevel.V2).build();

    @Test
    void nodes_that_are_gone_are_forgotten_though_their_answer_is_remembered() {
        // Given
        List<WeakReference<Object>> former = new ArrayList<>();

        // When
        for (int i = 0; i < 100; i++) {
            NodeCpu node = NodeCpu.healthy("node-" + i, Fleets.host("xeon-gold-6130"));
            plan(node);
            former.add(new WeakReference<>(node));
        }

        // Then
        atMostLeft(0, former);
    }

    @Test
    void of_evidence_that_nobody_has_any_more_only_the_last_answers_are_remembered() {
        // Given
        CpuEvidence host = Fleets.host("xeon-gold-6130");
        List<WeakReference<Object>> former = new ArrayList<>();

        // When: a node whose labels change their names all the time
        for (int i = 0; i < 1_000; i++) {
            CpuEvidence odd = new CpuEvidence(
                    host.labelledFeatures().with("odd-" + i),
                    host.labelledModels(),
                    host.labelledVendors(),
                    host.silicon());
            plan(NodeCpu.healthy("node", odd));
            former.add(new WeakReference<>(odd));
        }

        // Then
        atMostLeft(16, former);
    }

    private void plan(NodeCpu node) {
        planner.plan(planner.assess(List.of(node), policy, null), policy);
    }

    private static void atMostLeft(int most, List<WeakReference<Object>> former) {
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> {
            System.gc();
            return former.stream()
                            .map(WeakReference::get)
                            .filter(Objects::nonNull)
                            .count()
                    <= most;
        });
    }
}
