package io.cpubaseline.report;

import static org.assertj.core.api.Assertions.as;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import io.cpubaseline.Fleets;
import io.cpubaseline.api.v1alpha1.LimitReport;
import io.cpubaseline.baseline.NoBaseline;
import io.cpubaseline.baseline.Plan;
import io.cpubaseline.baseline.Policy;
import io.cpubaseline.change.Story;
import io.cpubaseline.cpu.AbiLevel;
import io.cpubaseline.cpu.FeatureSet;
import io.cpubaseline.fleet.CpuEvidence;
import io.cpubaseline.fleet.NodeCpu;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Which limits are told, and in which order. */
class LimitsTest {

    private static final String SKYLAKE = "xeon-gold-6130";
    private static final String SANDY_BRIDGE = "xeon-e5-2650";

    private static List<LimitReport> limits(Policy policy, List<NodeCpu> nodes) {
        return Limits.of(Story.PLANNER.plan(Story.PLANNER.assess(nodes, policy, null), policy), Extent.STATUS)
                .toList();
    }

    private static NodeCpu node(String name, String host) {
        return NodeCpu.healthy(name, Fleets.host(host));
    }

    @Test
    void a_node_without_which_the_level_would_be_higher_comes_first_and_is_told_once() {
        // When
        List<LimitReport> limits =
                limits(Story.SINGLE, List.of(node("a", SKYLAKE), node("b", SKYLAKE), node("old-xeon", SANDY_BRIDGE)));

        // Then
        assertThat(limits.get(0).message())
                .isEqualTo("Without old-xeon: x86-64-v4 on Skylake-Server-noTSX-IBRS. It lacks abm avx2 bmi1 bmi2 f16c"
                        + " fma movbe.");
        assertThat(limits.get(0).nodes()).isEqualTo(1);
        assertThat(limits.get(0).examples()).containsExactly("old-xeon");
        assertThat(limits).hasSize(2);
        assertThat(limits.get(1).message()).startsWith("On none of the 3 nodes: ");
    }

    @Test
    void models_that_the_same_nodes_block_are_one_line_and_what_no_node_can_give_is_one_line() {
        // When
        List<LimitReport> limits = limits(
                Policy.open(),
                Fleets.nodes(List.of(
                        "node-i5-13500",
                        "node-i5-13500",
                        "node-i9-13900h-a",
                        "node-i9-13900h-b",
                        "node-i9-12900h",
                        "node-ryzen7-5700x",
                        "node-ryzen7-8700g")));

        // Then
        assertThat(limits)
                .extracting(LimitReport::message)
                .satisfiesExactly(
                        level -> assertThat(level).startsWith("x86-64-v4 is not possible on 6 nodes "),
                        ryzen -> assertThat(ryzen)
                                .contains(" (x86-64-v3; likewise ")
                                .endsWith("they lack pcid."),
                        intel -> assertThat(intel)
                                .startsWith("Dhyana-v2 (x86-64-v3; likewise ")
                                .contains(" on 5 nodes "),
                        none -> assertThat(none)
                                .startsWith("On none of the 7 nodes: ")
                                .endsWith(" more."));
    }

    @Test
    void a_node_that_lacks_only_the_label_is_not_said_to_lack_what_another_lacks() {
        // Given: one node whose KubeVirt is older than the model, one without a flag of it, one that gives it
        CpuEvidence genoa = Fleets.host("epyc-9334-32-core");
        NodeCpu unlabelled = node("unlabelled", genoa, "EPYC-Genoa", "");
        NodeCpu lacking = node("lacking", genoa, "EPYC-Genoa", "la57");

        // When
        List<LimitReport> limits = limits(Policy.open(), List.of(NodeCpu.healthy("whole", genoa), unlabelled, lacking));

        // Then
        assertThat(limits)
                .filteredOn(limit -> "EPYC-Genoa".equals(limit.cpuModel()))
                .singleElement()
                .extracting(LimitReport::message, as(STRING))
                .startsWith(
                        "EPYC-Genoa (x86-64-v4) is not possible on 2 nodes (lacking, unlabelled): 1 of them lacks la57;"
                                + " for the rest, KubeVirt does not label it there though all its flags are");
    }

    /** A node without the label of this model, of its aliases, and of whatever else needs the feature. */
    private static NodeCpu node(String name, CpuEvidence like, String model, String withoutFeature) {
        TreeSet<String> models = new TreeSet<>(like.labelledModels());
        models.removeIf(label -> label.startsWith(model)
                || Story.PLANNER
                        .catalog()
                        .model(label)
                        .filter(known -> known.features().contains(withoutFeature))
                        .isPresent());
        return NodeCpu.healthy(
                name,
                new CpuEvidence(
                        like.labelledFeatures().minus(FeatureSet.of(withoutFeature)),
                        models,
                        like.labelledVendors(),
                        like.silicon()));
    }

    @Test
    void models_under_the_minimum_are_not_told() {
        // Given
        Policy open = Policy.open();
        Policy policy = new Policy(
                open.vendors(),
                AbiLevel.V4,
                open.maximum(),
                null,
                open.excludedModels(),
                open.profile(),
                FeatureSet.of("vaes"),
                FeatureSet.empty());
        List<NodeCpu> nodes = List.of(node("a", SKYLAKE));

        // When
        Plan plan = Story.PLANNER.plan(Story.PLANNER.assess(nodes, policy, null), policy);

        // Then
        assertThat(plan.answer()).isInstanceOf(NoBaseline.class);
        assertThat(Limits.of(plan, Extent.STATUS))
                .isNotEmpty()
                .extracting(LimitReport::abiLevel)
                .containsOnly("x86-64-v4");
    }
}
