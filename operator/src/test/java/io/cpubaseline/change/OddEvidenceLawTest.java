package io.cpubaseline.change;

import static org.assertj.core.api.Assertions.assertThat;

import io.cpubaseline.Reason;
import io.cpubaseline.api.v1alpha1.ClusterCpuBaselineStatus;
import io.cpubaseline.baseline.Plan;
import io.cpubaseline.baseline.Policy;
import io.cpubaseline.cpu.AbiLevel;
import io.cpubaseline.cpu.FeatureSet;
import io.cpubaseline.fleet.CpuEvidence;
import io.cpubaseline.fleet.Eligibility.State;
import io.cpubaseline.fleet.Fleet;
import io.cpubaseline.fleet.NodeCpu;
import io.cpubaseline.fleet.Silicon;
import io.cpubaseline.fleet.Truth;
import io.cpubaseline.report.ObservationBuilder;
import io.cpubaseline.report.StatusReport;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Clusters in which every kind of odd evidence comes together, at random: nothing fails, no pin moves, counts add up, the order of nodes does
 * not matter, and no node is called a target whose labels KubeVirt's own selectors would not match.
 */
@Tag("thorough")
class OddEvidenceLawTest {

    private static final int NODES = 12;
    private static final int STEPS = 25;
    private static final Instant NEW_SINCE = Story.START.minusSeconds(600);

    private static final List<String> HOSTS = List.of(
            "xeon-gold-6130", "ice-lake-server", "xeon-e5-2650-v4", "core-i7-5600u", "epyc-7601-32-core", "xeon-5110");

    /** What can happen to a node; several at once, too. */
    private static final List<BiFunction<NodeCpu, Random, NodeCpu>> ODDITIES = List.of(
            (node, random) -> Story.frozen(node),
            (node, random) -> Story.notReady(node),
            (node, random) -> Story.notSchedulable(node),
            (node, random) -> Story.rebooted(node),
            (node, random) -> Story.withoutKvm(node),
            (node, random) -> Story.unlabelled(node),
            (node, random) -> Story.unlabelledSince(node),
            OddEvidenceLawTest::emulated,
            OddEvidenceLawTest::someLabelsGone,
            OddEvidenceLawTest::otherValues,
            OddEvidenceLawTest::vendors,
            OddEvidenceLawTest::silicon,
            (node, random) -> looks(node, true, node.schedulable(), List.of("former/" + node.name())),
            (node, random) -> looks(node, false, node.schedulable(), node.leftovers()),
            (node, random) -> looks(Story.unlabelled(node), true, Truth.UNKNOWN, node.leftovers()),
            (node, random) -> Story.created(
                    looks(Story.unlabelled(node), true, Truth.UNKNOWN, node.leftovers()),
                    Story.START.minusSeconds(random.nextInt(1200))));

    private static NodeCpu emulated(NodeCpu node, Random random) {
        CpuEvidence evidence = node.evidence();
        FeatureSet old = random.nextBoolean() ? FeatureSet.of("3dnow") : FeatureSet.of("3dnow", "3dnowext");
        return labelled(
                node,
                evidence.labelledFeatures().union(old).with("smep"),
                evidence.labelledModels(),
                random.nextBoolean() ? new TreeSet<>(List.of("AMD")) : evidence.labelledVendors());
    }

    private static NodeCpu someLabelsGone(NodeCpu node, Random random) {
        CpuEvidence evidence = node.evidence();
        TreeSet<String> models = new TreeSet<>(evidence.labelledModels());
        models.removeIf(model -> random.nextInt(3) == 0);
        return labelled(
                node,
                evidence.labelledFeatures().filter(feature -> random.nextInt(5) > 0),
                models,
                random.nextBoolean() ? evidence.labelledVendors() : Collections.emptySortedSet());
    }

    private static NodeCpu otherValues(NodeCpu node, Random random) {
        CpuEvidence evidence = node.evidence();
        TreeMap<String, String> odd = new TreeMap<>(evidence.oddLabels());
        TreeSet<String> models = new TreeSet<>(evidence.labelledModels());
        for (String model : evidence.labelledModels()) {
            if (random.nextInt(4) == 0) {
                odd.put("cpu-model.node.kubevirt.io/" + model, random.nextBoolean() ? "" : "false");
                models.remove(model);
            }
        }
        return node.withEvidence(new CpuEvidence(
                evidence.labelledFeatures(), models, evidence.labelledVendors(), odd, 0, evidence.silicon()));
    }

    private static NodeCpu vendors(NodeCpu node, Random random) {
        TreeSet<String> vendors = new TreeSet<>();
        for (String vendor : List.of("AMD", "Intel", "Hygon")) {
            if (random.nextInt(2) == 0) {
                vendors.add(vendor);
            }
        }
        return labelled(
                node, node.evidence().labelledFeatures(), node.evidence().labelledModels(), vendors);
    }

    private static NodeCpu silicon(NodeCpu node, Random random) {
        FeatureSet present = Story.PLANNER
                .catalog()
                .levels()
                .all()
                .union(node.evidence().labelledFeatures())
                .filter(feature -> random.nextInt(40) > 0);
        return node.withEvidence(node.evidence()
                .withSilicon(new Silicon(
                        random.nextBoolean() ? Silicon.Source.NODE_FEATURE : Silicon.Source.LABELS,
                        present,
                        AbiLevel.NONE,
                        List.of("Intel", "AMD", "").get(random.nextInt(3)))));
    }

    private static NodeCpu labelled(
            NodeCpu node, FeatureSet features, SortedSet<String> models, SortedSet<String> vendors) {
        return node.withEvidence(new CpuEvidence(
                features,
                models,
                vendors,
                node.evidence().oddLabels(),
                0,
                node.evidence().silicon()));
    }

    private static NodeCpu looks(NodeCpu node, boolean linux, Truth schedulable, List<String> leftovers) {
        return new NodeCpu(
                node.name(),
                node.amd64(),
                linux,
                node.evidence(),
                node.lastKnown(),
                node.ready(),
                schedulable,
                node.frozen(),
                node.labelsOlderThanBoot(),
                node.kvm(),
                node.created(),
                node.host(),
                leftovers,
                node.labels());
    }

    static IntStream seeds() {
        return IntStream.range(0, 40);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void odd_evidence_lowers_no_pin_claims_no_target_and_adds_up(int seed) {
        // Given
        Random random = new Random(seed);
        Story story = new Story();
        List<NodeCpu> healthy = IntStream.range(0, NODES)
                .mapToObj(i -> Story.node("n%02d".formatted(i), HOSTS.get(random.nextInt(HOSTS.size()))))
                .toList();
        story.policy(random.nextBoolean() ? Story.SINGLE : Policy.open());
        story.decide(random.nextBoolean() ? healthy : odd(healthy, random));

        for (int step = 0; step < STEPS; step++) {
            List<NodeCpu> nodes = new ArrayList<>(odd(healthy, random));
            Pin before = story.remembered().pinned();

            // When
            Decision decision = story.decide(nodes);

            // Then
            if (before != null) {
                assertThat(decision.moved()).isNull();
                assertThat(decision.next().pinned()).isEqualTo(before);
            }
            Pin pinned = decision.next().pinned();
            Fleet fleet =
                    Story.PLANNER.assess(nodes, story.policy(), pinned == null ? null : pinned.criteria(), NEW_SINCE);
            assertThatCountsAddUp(fleet, nodes);
            assertThatOnlyTargetsAreCounted(fleet, pinned, nodes);
            assertThatTheOrderDoesNotMatter(story, nodes, pinned, random);
            assertThatTheReportIsReadable(story, fleet, decision);
        }
    }

    private static List<NodeCpu> odd(List<NodeCpu> healthy, Random random) {
        return healthy.stream()
                .map(node -> {
                    NodeCpu odd = node;
                    for (int i = random.nextInt(4); i > 0; i--) {
                        odd = ODDITIES.get(random.nextInt(ODDITIES.size())).apply(odd, random);
                    }
                    return odd;
                })
                .toList();
    }

    private static void assertThatCountsAddUp(Fleet fleet, List<NodeCpu> nodes) {
        assertThat(fleet.count(State.CONTRIBUTING) + fleet.count(State.UNKNOWN) + fleet.count(State.UNFIT))
                .isEqualTo(fleet.selected());
        assertThat(fleet.selected() + fleet.withoutKubeVirt().size()).isEqualTo(nodes.size());
        assertThat(fleet.oddities().contradicted().values().stream()
                        .mapToInt(List::size)
                        .sum())
                .isEqualTo(fleet.byReason(State.UNKNOWN)
                        .getOrDefault(Reason.EvidenceConflict, List.of())
                        .size());
        assertThat(fleet.contributing())
                .allSatisfy(cpuClass ->
                        assertThat(cpuClass.evidence().hasKubeVirtLabels()).isTrue());
    }

    /** KubeVirt selects by labels, and runs nowhere but on ready Linux nodes that it has marked as schedulable. */
    private static void assertThatOnlyTargetsAreCounted(Fleet fleet, @Nullable Pin pinned, List<NodeCpu> nodes) {
        if (pinned != null) {
            long targets = nodes.stream()
                    .filter(node -> node.linux() && node.schedulable() == Truth.YES && node.ready() != Truth.NO)
                    .filter(node -> node.evidence().labelledModels().contains(pinned.cpuModel()))
                    .filter(node -> node.evidence().labelledFeatures().containsAll(pinned.requiredFeatures()))
                    .count();
            assertThat(fleet.schedulable(pinned.criteria())).isLessThanOrEqualTo((int) targets);
        }
    }

    private static void assertThatTheOrderDoesNotMatter(
            Story story, List<NodeCpu> nodes, @Nullable Pin pinned, Random random) {
        List<NodeCpu> shuffled = new ArrayList<>(nodes);
        Collections.shuffle(shuffled, random);
        Fleet one = Story.PLANNER.assess(nodes, story.policy(), pinned == null ? null : pinned.criteria(), NEW_SINCE);
        Fleet other =
                Story.PLANNER.assess(shuffled, story.policy(), pinned == null ? null : pinned.criteria(), NEW_SINCE);
        assertThat(other.oddities()).isEqualTo(one.oddities());
        assertThat(other.withoutKubeVirt()).isEqualTo(one.withoutKubeVirt());
        for (State state : State.values()) {
            assertThat(other.byReason(state)).isEqualTo(one.byReason(state));
        }
        assertThat(Story.PLANNER.cautious(other, story.policy()).answer())
                .isEqualTo(Story.PLANNER.cautious(one, story.policy()).answer());
    }

    private static void assertThatTheReportIsReadable(Story story, Fleet fleet, Decision decision) {
        Plan plan = Story.PLANNER.plan(fleet, story.policy());
        ClusterCpuBaselineStatus status = StatusReport.of(
                ObservationBuilder.observation(plan, decision).at(story.now()).build(), null);
        assertThat(status.conditions())
                .allSatisfy(condition -> assertThat(condition.message())
                        .hasSizeLessThanOrEqualTo(1024)
                        .doesNotContain("null", "  ", "Optional", "FeatureSet@"));
        Map<String, Integer> byCondition = new TreeMap<>();
        status.conditions().forEach(condition -> byCondition.merge(condition.type(), 1, Integer::sum));
        assertThat(byCondition.values()).containsOnly(1);
    }
}
