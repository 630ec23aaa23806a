package io.cpubaseline.baseline;

import static io.cpubaseline.baseline.PolicyBuilder.policy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.cpubaseline.Fleets;
import io.cpubaseline.Reason;
import io.cpubaseline.baseline.Explanation.ClassCost;
import io.cpubaseline.baseline.Explanation.VendorAnswer;
import io.cpubaseline.catalog.CatalogLoader;
import io.cpubaseline.cpu.AbiLevel;
import io.cpubaseline.cpu.FeatureSet;
import io.cpubaseline.fleet.CpuClass;
import io.cpubaseline.fleet.CpuEvidence;
import io.cpubaseline.fleet.Criteria;
import io.cpubaseline.fleet.Eligibility.State;
import io.cpubaseline.fleet.NodeCpu;
import io.cpubaseline.fleet.Silicon;
import io.cpubaseline.fleet.Truth;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** From nodes to an answer: who counts, what several vendors mean, and the worked example of a mixed home lab. */
class PlannerTest {

    private static final Planner PLANNER = new Planner(CatalogLoader.selection());

    private static final List<String> HOME_LAB = List.of(
            "node-i5-13500",
            "node-i5-13500",
            "node-i9-13900h-a",
            "node-i9-13900h-b",
            "node-i9-12900h",
            "node-ryzen7-5700x",
            "node-ryzen7-8700g");

    private static Plan plan(List<NodeCpu> nodes, PolicyBuilder policy) {
        return plan(nodes, policy, null);
    }

    private static Plan plan(List<NodeCpu> nodes, PolicyBuilder policy, Criteria.@Nullable Pin pin) {
        Policy asked = policy.build();
        return PLANNER.plan(PLANNER.assess(nodes, asked, pin), asked);
    }

    private static Plan cautious(List<NodeCpu> nodes, PolicyBuilder policy) {
        Policy asked = policy.build();
        return PLANNER.cautious(PLANNER.assess(nodes, asked, null), asked);
    }

    private static Baseline baseline(Plan plan) {
        return plan.answer().baseline().orElseThrow();
    }

    private static NoBaseline refusal(Plan plan) {
        assertThat(plan.answer()).isInstanceOf(NoBaseline.class);
        return (NoBaseline) plan.answer();
    }

    private static NodeCpu notReady(String name, String host) {
        NodeCpu node = NodeCpu.healthy(name, Fleets.host(host));
        return new NodeCpu(
                name,
                true,
                node.evidence(),
                null,
                Truth.NO,
                node.schedulable(),
                false,
                false,
                node.kvm(),
                node.created(),
                Map.of());
    }

    private static List<NodeCpu> nodes(String... hosts) {
        return Fleets.nodes(List.of(hosts));
    }

    /**
     * v3 is common, but no v3 model is (client Ryzen has no pcid); IvyBridge-IBRS needs the fewest features beside it. It already has
     * spec-ctrl, smep, fsgsbase, xsaveopt, aes, pclmuldq and rdrand. Ryzen has no md-clear and no pcid, without which invpcid means
     * nothing; Intel has no virt-ssbd; the 5700X no gfni; immunity bits are for Intel alone.
     */
    @Test
    void the_home_lab_as_one_is_ivy_bridge_with_level_hardening_and_performance_flags() {
        // When
        Plan plan = plan(Fleets.nodes(HOME_LAB), policy());

        // Then
        Baseline baseline = baseline(plan);
        assertThat(baseline.model().name()).isEqualTo("IvyBridge-IBRS");
        assertThat(baseline.level()).isEqualTo(AbiLevel.V3);
        assertThat(baseline.required())
                .isEqualTo(required(
                        "abm avx2 bmi1 bmi2 fma movbe",
                        "amd-ssbd amd-stibp ibpb pdpe1gb smap ssbd stibp umip",
                        "adx sha-ni vaes vpclmulqdq"));
        assertThat(baseline.foreignVendor()).isFalse();
        assertThat(baseline.additionsLeftOut()).isFalse();
        assertThat(plan.explanation().domains()).containsExactly(Map.entry("AMD", 2), Map.entry("Intel", 5));
    }

    @Test
    void the_home_lab_by_vendor_has_no_answer_but_shows_one_per_vendor() {
        // When
        Plan plan = plan(Fleets.nodes(HOME_LAB), policy().vendors(Policy.Vendors.Single));

        // Then
        assertThat(refusal(plan).reason()).isEqualTo(Reason.VendorsMixed);
        assertThat(refusal(plan).message()).contains("2 AMD, 5 Intel");
        assertThat(plan.explanation().vendorBaselines())
                .extracting(VendorAnswer::vendor, VendorAnswer::nodes)
                .containsExactly(tuple("AMD", 2), tuple("Intel", 5));
        Baseline amd = vendorBaseline(plan, "AMD");
        Baseline intel = vendorBaseline(plan, "Intel");
        assertThat(amd).isEqualTo(baseline(plan(nodes("node-ryzen7-5700x", "node-ryzen7-8700g"), policy())));
        assertThat(intel).isEqualTo(baseline(plan(Fleets.nodes(HOME_LAB.subList(0, 5)), policy())));
        assertThat(amd.model().name()).isEqualTo("EPYC-Rome-v3");
        assertThat(amd.required()).isEqualTo(required("", "virt-ssbd", "vaes vpclmulqdq"));
        assertThat(intel.model().name()).isEqualTo("Skylake-Client-noTSX-IBRS");
        assertThat(intel.required())
                .isEqualTo(
                        required(
                                "",
                                "md-clear pdpe1gb ssbd stibp umip",
                                "arch-capabilities fbsdp-no gds-no gfni mds-no pschange-mc-no psdp-no rdctl-no sbdr-ssdp-no sha-ni vaes vpclmulqdq"));
    }

    /** As if KubeVirt had not labelled its vendor. */
    private static NodeCpu withoutVendor(String name, String host, Silicon silicon) {
        CpuEvidence evidence = Fleets.host(host);
        return NodeCpu.healthy(
                name,
                new CpuEvidence(
                        evidence.labelledFeatures(), evidence.labelledModels(), Collections.emptySortedSet(), silicon));
    }

    private static Silicon silicon(String vendor) {
        return new Silicon(Silicon.Source.LABELS, FeatureSet.empty(), AbiLevel.NONE, vendor);
    }

    @Test
    void a_node_that_does_not_tell_its_vendor_limits_the_answer_but_proves_no_second_vendor() {
        // Given
        List<NodeCpu> known = nodes("xeon-gold-6130", "xeon-gold-6130");
        List<NodeCpu> all = new ArrayList<>(known);
        all.add(withoutVendor("silent", "xeon-w3520", Silicon.unknown()));
        List<NodeCpu> sameButKnown = nodes("xeon-gold-6130", "xeon-gold-6130", "xeon-w3520");

        // When
        Plan plan = plan(all, policy().vendors(Policy.Vendors.Single));

        // Then
        assertThat(baseline(plan).revision())
                .isEqualTo(baseline(plan(sameButKnown, policy().vendors(Policy.Vendors.Single)))
                        .revision())
                .isNotEqualTo(baseline(plan(known, policy().vendors(Policy.Vendors.Single)))
                        .revision());
        assertThat(plan.explanation().vendorBaselines()).isEmpty();

        // And it is nobody's migration target
        assertThat(plan.explanation().domains()).containsExactly(Map.entry("", 1), Map.entry("Intel", 2));
    }

    @Test
    void the_hardware_tells_a_vendor_that_kube_virt_does_not_but_makes_no_migration_target() {
        // Given
        List<NodeCpu> same = new ArrayList<>(nodes("xeon-gold-6130"));
        same.add(withoutVendor("silent", "xeon-gold-6130", silicon("Intel")));
        List<NodeCpu> other = new ArrayList<>(nodes("xeon-gold-6130"));
        other.add(withoutVendor("silent", "epyc-7601-32-core", silicon("AMD")));

        // When
        Plan one = plan(same, policy().vendors(Policy.Vendors.Single));
        Plan two = plan(other, policy().vendors(Policy.Vendors.Single));

        // Then
        assertThat(one.answer().baseline()).isPresent();
        assertThat(one.explanation().domains()).containsExactly(Map.entry("", 1), Map.entry("Intel", 1));
        assertThat(refusal(two).reason()).isEqualTo(Reason.VendorsMixed);
    }

    @Test
    void a_node_that_does_not_tell_its_vendor_opens_no_fleet_to_foreign_models() {
        // Given
        List<NodeCpu> known = nodes("epyc-7601-32-core", "epyc-7601-32-core");
        List<NodeCpu> all = new ArrayList<>(known);
        all.add(withoutVendor("silent", "epyc-7601-32-core", Silicon.unknown()));

        // When
        Baseline baseline = baseline(plan(all, policy().vendors(Policy.Vendors.Single)));

        // Then
        assertThat(baseline.model().name())
                .isEqualTo(baseline(plan(known, policy())).model().name())
                .startsWith("EPYC");
        assertThat(baseline.foreignVendor()).isFalse();
    }

    @Test
    void what_is_asked_for_and_lacking_is_said_with_the_nodes_that_lack_it() {
        // Given
        List<NodeCpu> nodes = List.of(
                NodeCpu.healthy("new", Fleets.host("ice-lake-server")),
                NodeCpu.healthy("old-1", Fleets.host("xeon-w3520")),
                NodeCpu.healthy("old-2", Fleets.host("xeon-w3520")));

        // When
        NoBaseline feature = refusal(plan(nodes, policy().require("gfni")));
        NoBaseline model = refusal(plan(nodes, policy().model("Haswell-noTSX-IBRS")));

        // Then
        assertThat(feature.reason()).isEqualTo(Reason.NoCommonModel);
        assertThat(feature.message())
                .contains("cpu-feature.node.kubevirt.io/gfni")
                .endsWith("Missing on 2 of 3: old-1, old-2.");
        assertThat(model.message()).contains("Haswell-noTSX-IBRS").endsWith("Missing on 2 of 3: old-1, old-2.");

        // When others have the same CPUs
        List<NodeCpu> renamed = nodes.stream()
                .map(node -> NodeCpu.healthy("x" + node.name(), node.evidence()))
                .toList();

        // Then those are named
        assertThat(refusal(plan(renamed, policy().require("gfni"))).message())
                .endsWith("Missing on 2 of 3: xold-1, xold-2.");
    }

    private static SortedMap<String, Purpose> required(String level, String hardening, String performance) {
        SortedMap<String, Purpose> required = new TreeMap<>();
        Map.of(Purpose.Level, level, Purpose.Hardening, hardening, Purpose.Performance, performance)
                .forEach((purpose, features) -> {
                    for (String feature : features.split(" ", -1)) {
                        if (!feature.isEmpty()) {
                            required.put(feature, purpose);
                        }
                    }
                });
        return required;
    }

    private static Baseline vendorBaseline(Plan plan, String vendor) {
        return plan.explanation().vendorBaselines().stream()
                .filter(answer -> answer.vendor().equals(vendor))
                .findFirst()
                .flatMap(answer -> answer.answer().baseline())
                .orElseThrow();
    }

    @Test
    void one_vendor_needs_no_rule_about_several() {
        // Given
        List<NodeCpu> intel = Fleets.nodes(HOME_LAB.subList(0, 5));

        // When
        Plan single = plan(intel, policy().vendors(Policy.Vendors.Single));

        // Then
        assertThat(single.answer()).isEqualTo(plan(intel, policy()).answer());
        assertThat(single.explanation().vendorBaselines()).isEmpty();
    }

    @Test
    void a_node_below_the_minimum_no_longer_holds_the_others_back() {
        // Given
        List<NodeCpu> nodes = nodes("xeon-e7-8890-v3", "xeon-e5-2650");

        // When
        Plan open = plan(nodes, policy());
        Plan bounded = plan(nodes, policy().minimum(AbiLevel.V3));

        // Then
        assertThat(baseline(open).level()).isEqualTo(AbiLevel.V2);
        assertThat(baseline(bounded).level()).isEqualTo(AbiLevel.V3);
        assertThat(bounded.fleet().byReason(State.UNFIT)).containsOnlyKeys(Reason.BelowMinimum);
    }

    @Test
    void a_model_by_name_that_a_node_lacks_does_not_make_that_node_look_old() {
        // Given
        List<NodeCpu> nodes = nodes("xeon-e7-8890-v3", "node-i5-13500", "node-ryzen7-8700g");

        // When
        Plan plan = plan(nodes, policy().model("Haswell-noTSX").minimum(AbiLevel.V3));

        // Then
        assertThat(plan.fleet().byReason(State.UNFIT)).isEmpty();
        assertThat(refusal(plan).reason()).isEqualTo(Reason.NoCommonModel);
        assertThat(refusal(plan).message()).contains("Haswell-noTSX is not usable on every contributing node");
    }

    @Test
    void a_required_feature_that_a_node_lacks_does_not_make_that_node_look_old() {
        // Given
        List<NodeCpu> nodes = nodes("node-i5-13500", "xeon-e7-8890-v3");

        // When
        Plan plan = plan(nodes, policy().require("gfni").minimum(AbiLevel.V3));

        // Then
        assertThat(plan.fleet().byReason(State.UNFIT)).isEmpty();
        assertThat(refusal(plan).reason()).isEqualTo(Reason.NoCommonModel);
        assertThat(refusal(plan).message()).contains("cpu-feature.node.kubevirt.io/gfni");
    }

    @Test
    void an_excluded_feature_can_make_a_node_too_old() {
        // When
        Plan plan =
                plan(nodes("xeon-e7-8890-v3"), policy().excludeFeatures("avx2").minimum(AbiLevel.V3));

        // Then
        assertThat(plan.fleet().byReason(State.UNFIT)).containsOnlyKeys(Reason.BelowMinimum);
        assertThat(refusal(plan).reason()).isEqualTo(Reason.BelowMinimum);
    }

    @Test
    void nodes_that_are_all_below_the_minimum_are_no_missing_evidence() {
        // Given
        List<NodeCpu> old = nodes("xeon-e5-2650", "xeon-w3520");

        // When
        NoBaseline known = refusal(plan(old, policy().minimum(AbiLevel.V4)));
        List<NodeCpu> oneAway = new ArrayList<>(old);
        oneAway.add(notReady("away", "ice-lake-server"));
        NoBaseline partlyUnknown = refusal(plan(oneAway, policy().minimum(AbiLevel.V4)));

        // Then
        assertThat(known.reason()).isEqualTo(Reason.BelowMinimum);
        assertThat(known.message()).contains("x86-64-v4", "none of the 2 selected nodes");
        assertThat(partlyUnknown.reason()).isEqualTo(Reason.NoContributingNodes);
        assertThat(partlyUnknown.message()).contains("None of the 3 selected nodes", "NotReady 1", "BelowMinimum 2");
    }

    @Test
    void no_selected_node_is_said_so() {
        assertThat(refusal(plan(List.of(), policy())))
                .satisfies(refusal -> assertThat(refusal.reason()).isEqualTo(Reason.NoContributingNodes))
                .satisfies(refusal -> assertThat(refusal.message()).startsWith("No amd64 node is selected."));
    }

    @Test
    void labels_that_an_unknown_node_still_carries_limit_the_cautious_answer_alone() {
        // Given
        List<NodeCpu> nodes = new ArrayList<>(nodes("xeon-e7-8890-v3", "xeon-e7-8890-v3"));
        nodes.add(notReady("away", "xeon-e5-2650"));

        // When
        Plan plan = plan(nodes, policy());
        Plan cautious = cautious(nodes, policy());

        // Then
        assertThat(baseline(plan).level()).isEqualTo(AbiLevel.V3);
        assertThat(baseline(cautious).level()).isEqualTo(AbiLevel.V2);
        assertThat(cautious.explanation().domains()).containsExactly(Map.entry("Intel", 2));
    }

    @Test
    void an_unknown_node_that_would_be_below_the_minimum_does_not_hold_the_cautious_answer_back() {
        // Given
        List<NodeCpu> nodes = new ArrayList<>(nodes("xeon-e7-8890-v3"));
        nodes.add(notReady("away", "xeon-e5-2650"));

        // When
        Plan cautious = cautious(nodes, policy().minimum(AbiLevel.V3));

        // Then
        assertThat(cautious.answer())
                .isEqualTo(plan(nodes, policy().minimum(AbiLevel.V3)).answer());
        assertThat(baseline(cautious).level()).isEqualTo(AbiLevel.V3);
    }

    @Test
    void a_contradicted_node_limits_the_cautious_answer_since_kubevirt_schedules_by_its_labels() {
        // Given
        Silicon lacksEverything = new Silicon(Silicon.Source.NODE_FEATURE, FeatureSet.empty(), AbiLevel.NONE, "Intel");
        List<NodeCpu> nodes = new ArrayList<>(nodes("xeon-e7-8890-v3"));
        nodes.add(NodeCpu.healthy("contradicted", Fleets.host("xeon-e5-2650").withSilicon(lacksEverything)));

        // When
        Plan cautious = cautious(nodes, policy());

        // Then
        assertThat(cautious.fleet().byReason(State.UNKNOWN)).containsOnlyKeys(Reason.EvidenceConflict);
        assertThat(baseline(cautious).level()).isEqualTo(AbiLevel.V2);
    }

    @Test
    void without_a_known_node_there_is_no_cautious_answer() {
        assertThat(refusal(cautious(List.of(notReady("away", "xeon-e5-2650")), policy()))
                        .reason())
                .isEqualTo(Reason.NoContributingNodes);
    }

    @Test
    void ready_and_unknown_nodes_of_one_cpu_are_one_class_in_the_cautious_explanation() {
        // Given
        List<NodeCpu> nodes = new ArrayList<>(nodes("xeon-e5-2650", "ice-lake-server", "ice-lake-server"));
        nodes.add(notReady("away", "xeon-e5-2650"));

        // When
        Plan cautious = cautious(nodes, policy());

        // Then
        assertThat(cautious.explanation().classes())
                .extracting(cost -> cost.cpuClass().nodes().size())
                .containsExactly(2, 2);
        assertThat(cautious.explanation().classes())
                .filteredOn(cost -> cost.cpuClass().nodes().contains(nodes.get(0)))
                .singleElement()
                .satisfies(cost -> assertThat(
                                cost.without().baseline().orElseThrow().level())
                        .isEqualTo(AbiLevel.V4));
    }

    @Test
    void nodes_that_lack_the_pin_decide_the_candidate_but_are_no_migration_targets() {
        // Given
        List<NodeCpu> nodes = nodes("xeon-e7-8890-v3", "xeon-e5-2650", "xeon-e5-2650");
        Criteria.Pin pin = new Criteria.Pin("Haswell-noTSX", FeatureSet.empty(), "");

        // When
        Plan plan = plan(nodes, policy(), pin);

        // Then
        assertThat(baseline(plan).level()).isEqualTo(AbiLevel.V2);
        assertThat(plan.explanation().classes())
                .extracting(ClassCost::cpuClass)
                .extracting(cpuClass -> cpuClass.nodes().size())
                .containsExactly(2, 1);
        assertThat(plan.explanation().domains()).containsExactly(Map.entry("Intel", 1));
    }

    @Test
    void thousands_of_nodes_cost_what_their_classes_cost() {
        // Given
        List<NodeCpu> nodes = new ArrayList<>();
        for (int i = 0; i < 5_000; i++) {
            nodes.add(NodeCpu.healthy("node-%05d".formatted(i), Fleets.host(HOME_LAB.get(i % HOME_LAB.size()))));
        }

        // When
        Plan plan = plan(nodes, policy());

        // Then
        assertThat(plan.explanation().classes().stream()
                        .map(ClassCost::cpuClass)
                        .map(CpuClass::nodes)
                        .map(List::size))
                .hasSize(5)
                .satisfies(sizes -> assertThat(
                                sizes.stream().mapToInt(Integer::intValue).sum())
                        .isEqualTo(5_000));
        assertThat(plan.answer())
                .isEqualTo(plan(Fleets.nodes(HOME_LAB), policy()).answer());
    }

    @Test
    void a_node_without_evidence_changes_no_answer() {
        // Given
        List<NodeCpu> nodes = new ArrayList<>(Fleets.nodes(HOME_LAB));
        Answer before = plan(nodes, policy()).answer();
        nodes.add(NodeCpu.healthy("new", CpuEvidence.nothing()));

        // When
        Plan plan = plan(nodes, policy());

        // Then
        assertThat(plan.answer()).isEqualTo(before);
        assertThat(plan.fleet().byReason(State.UNKNOWN)).containsOnlyKeys(Reason.KubeVirtLabelsMissing);
    }

    @Test
    void the_order_of_nodes_does_not_show_in_the_explanation() {
        // Given
        List<NodeCpu> nodes = new ArrayList<>(Fleets.nodes(HOME_LAB));
        Explanation expected = plan(nodes, policy()).explanation();

        // When
        Collections.reverse(nodes);

        // Then
        assertThat(plan(nodes, policy()).explanation()).isEqualTo(expected);
    }
}
