package io.cpubaseline.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import io.cpubaseline.Fleets;
import io.cpubaseline.Reason;
import io.cpubaseline.catalog.CatalogLoader;
import io.cpubaseline.cpu.AbiLevel;
import io.cpubaseline.cpu.CpuCatalog;
import io.cpubaseline.cpu.FeatureSet;
import io.cpubaseline.fleet.Eligibility.State;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class FleetTest {

    private static final CpuCatalog CATALOG = CatalogLoader.catalog();
    private static final Contradiction.Rules CONTRADICTIONS = new Contradiction.Rules(
            CATALOG.levels().all().minus(FeatureSet.of("movbe", "lm")), FeatureSet.of("3dnow"), FeatureSet.of("smep"));

    private static final CpuEvidence HASWELL = Fleets.host("xeon-e7-8890-v3");
    private static final CpuEvidence SANDY_BRIDGE = Fleets.host("xeon-e5-2650");

    private static final Criteria.Pin HASWELL_PIN = new Criteria.Pin("Haswell-noTSX", FeatureSet.of("pcid"), "");

    /** A node of which every check finds something wrong; a check is reached by repairing what those before it look at. */
    private static final NodeCpu BROKEN = new NodeCpu(
            "broken",
            true,
            CpuEvidence.nothing(),
            null,
            Truth.NO,
            Truth.NO,
            true,
            true,
            Truth.NO,
            Instant.EPOCH,
            Map.of());

    record Step(Reason finding, UnaryOperator<NodeCpu> repair) {

        @Override
        public String toString() {
            return finding.name();
        }
    }

    /** The checks in their order, each with what makes it pass. */
    private static final List<Step> STEPS = List.of(
            new Step(Reason.NotReady, node -> with(node, Truth.YES, node.schedulable(), true, true, node.kvm())),
            new Step(
                    Reason.KubeVirtLabelsMissing,
                    node -> node.withEvidence(SANDY_BRIDGE.withSilicon(completeNodeFeature(FeatureSet.empty())))),
            new Step(Reason.NotSchedulable, node -> with(node, Truth.YES, Truth.YES, true, true, node.kvm())),
            new Step(Reason.LabelsFrozen, node -> with(node, Truth.YES, Truth.YES, false, true, node.kvm())),
            new Step(Reason.LabelsOlderThanBoot, node -> with(node, Truth.YES, Truth.YES, false, false, node.kvm())),
            new Step(Reason.NoKvm, node -> with(node, Truth.YES, Truth.YES, false, false, Truth.YES)),
            new Step(Reason.EvidenceConflict, node -> node.withEvidence(SANDY_BRIDGE)),
            new Step(Reason.BelowMinimum, node -> node.withEvidence(Fleets.host("node-ryzen7-5700x"))),
            new Step(Reason.LacksPinned, node -> node.withEvidence(HASWELL)));

    private static NodeCpu with(
            NodeCpu node, Truth ready, Truth schedulable, boolean frozen, boolean olderThanBoot, Truth kvm) {
        return new NodeCpu(
                node.name(),
                node.amd64(),
                node.linux(),
                node.evidence(),
                node.lastKnown(),
                ready,
                schedulable,
                frozen,
                olderThanBoot,
                kvm,
                node.created(),
                node.host(),
                node.leftovers(),
                node.labels());
    }

    private static NodeCpu named(String name, NodeCpu node) {
        return remembering(name, node, node.lastKnown());
    }

    private static NodeCpu remembering(String name, NodeCpu node, @Nullable CpuEvidence lastKnown) {
        return new NodeCpu(
                name,
                node.amd64(),
                node.linux(),
                node.evidence(),
                lastKnown,
                node.ready(),
                node.schedulable(),
                node.frozen(),
                node.labelsOlderThanBoot(),
                node.kvm(),
                node.created(),
                node.host(),
                node.leftovers(),
                node.labels());
    }

    private static NodeCpu notReady(String name, CpuEvidence evidence) {
        return with(NodeCpu.healthy(name, evidence), Truth.NO, Truth.YES, false, false, Truth.YES);
    }

    private static Silicon completeNodeFeature(FeatureSet present) {
        return new Silicon(Silicon.Source.NODE_FEATURE, present, AbiLevel.NONE, "Intel");
    }

    private static Criteria anything() {
        return criteria(AbiLevel.NONE, null);
    }

    /** Judges a class by the level of its flags: simpler than the real selection, which is not of interest here. */
    private static Criteria criteria(AbiLevel minimum, Criteria.@Nullable Pin pin) {
        return new Criteria(
                minimum, cpuClass -> CATALOG.levels().of(cpuClass.usable()), CONTRADICTIONS, pin, Instant.MAX);
    }

    private static Fleet assess(Criteria criteria, NodeCpu... nodes) {
        return Fleet.assess(List.of(nodes), CATALOG, criteria);
    }

    private static @Nullable Reason finding(NodeCpu node, Criteria criteria) {
        Fleet fleet = assess(criteria, node);
        return Stream.of(State.UNKNOWN, State.UNFIT)
                .flatMap(state -> fleet.byReason(state).keySet().stream())
                .findFirst()
                .orElse(null);
    }

    static List<Step> steps() {
        return STEPS;
    }

    @ParameterizedTest
    @MethodSource("steps")
    void the_first_check_that_fails_names_the_reason(Step step) {
        // Given
        NodeCpu node = BROKEN;
        for (Step before : STEPS.subList(0, STEPS.indexOf(step))) {
            node = before.repair().apply(node);
        }
        Criteria criteria = criteria(AbiLevel.V3, HASWELL_PIN);

        // When
        Reason finding = finding(node, criteria);

        // Then
        assertThat(finding).isEqualTo(step.finding());
        assertThat(finding(step.repair().apply(node), criteria)).isNotEqualTo(step.finding());
    }

    @Test
    void a_node_that_passes_all_checks_contributes() {
        // Given
        NodeCpu node = BROKEN;
        for (Step step : STEPS) {
            node = step.repair().apply(node);
        }

        // When
        Fleet fleet = assess(criteria(AbiLevel.V3, HASWELL_PIN), node);

        // Then
        assertThat(fleet.contributing()).singleElement().satisfies(cpuClass -> {
            assertThat(cpuClass.name()).isEqualTo("broken");
            assertThat(cpuClass.vendor()).isEqualTo("Intel");
        });
    }

    @Test
    void what_is_not_known_of_a_nodes_health_is_not_held_against_it() {
        NodeCpu node =
                with(NodeCpu.healthy("file", HASWELL), Truth.UNKNOWN, Truth.UNKNOWN, false, false, Truth.UNKNOWN);

        assertThat(finding(node, anything())).isNull();
    }

    @Test
    void a_node_of_another_architecture_is_left_out_of_everything() {
        // Given
        NodeCpu arm64 = new NodeCpu(
                "arm",
                false,
                CpuEvidence.nothing(),
                HASWELL,
                Truth.NO,
                Truth.NO,
                true,
                true,
                Truth.NO,
                Instant.EPOCH,
                Map.of());

        // When
        Fleet fleet = assess(anything(), arm64, NodeCpu.healthy("amd", HASWELL));

        // Then
        assertThat(fleet.selected()).isEqualTo(1);
        assertThat(fleet.count(State.UNKNOWN)).isZero();
        assertThat(fleet.carried()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(names = {"NONE", "LABELS"})
    void only_a_complete_node_feature_contradicts_labels(Silicon.Source source) {
        // Given
        Silicon lacksEverything = new Silicon(source, FeatureSet.empty(), AbiLevel.NONE, "Intel");

        // When
        Reason finding = finding(NodeCpu.healthy("a", HASWELL.withSilicon(lacksEverything)), anything());

        // Then
        assertThat(finding).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"avx2", "sse4.2", "abm", "cmov"})
    void a_labelled_instruction_set_that_the_silicon_lacks_is_a_conflict(String feature) {
        // Given
        Silicon silicon = completeNodeFeature(HASWELL.labelledFeatures().minus(FeatureSet.of(feature)));

        // When
        Reason finding = finding(NodeCpu.healthy("a", HASWELL.withSilicon(silicon)), anything());

        // Then
        assertThat(finding).isEqualTo(Reason.EvidenceConflict);
    }

    @Test
    void an_instruction_set_that_only_a_labelled_model_claims_can_conflict_too() {
        // Given
        CpuEvidence modelsAlone = new CpuEvidence(
                HASWELL.labelledFeatures().minus(FeatureSet.of("avx2")),
                HASWELL.labelledModels(),
                HASWELL.labelledVendors(),
                completeNodeFeature(HASWELL.labelledFeatures().minus(FeatureSet.of("avx2"))));

        // When, Then
        assertThat(finding(NodeCpu.healthy("a", modelsAlone), anything())).isEqualTo(Reason.EvidenceConflict);
    }

    @ParameterizedTest
    @ValueSource(strings = {"movbe", "lm", "pcid", "spec-ctrl", "umip", "x2apic"})
    void what_kvm_emulates_or_nfd_has_no_word_for_or_no_level_needs_never_conflicts(String feature) {
        // Given
        FeatureSet labelled = HASWELL.labelledFeatures().with(feature);
        CpuEvidence evidence = new CpuEvidence(
                labelled,
                HASWELL.labelledModels(),
                HASWELL.labelledVendors(),
                completeNodeFeature(labelled.minus(FeatureSet.of(feature))));

        // When, Then
        assertThat(finding(NodeCpu.healthy("a", evidence), anything())).isNull();
    }

    @Test
    void a_node_that_lacks_the_pin_counts_for_the_candidate_alone() {
        // Given
        NodeCpu lacksTheModel = NodeCpu.healthy("model", Fleets.host("node-ryzen7-5700x"));
        NodeCpu lacksTheFeature = NodeCpu.healthy(
                "feature",
                new CpuEvidence(
                        HASWELL.labelledFeatures().minus(FeatureSet.of("pcid")),
                        HASWELL.labelledModels(),
                        HASWELL.labelledVendors(),
                        HASWELL.silicon()));

        // When
        Fleet fleet = assess(
                criteria(AbiLevel.NONE, HASWELL_PIN), lacksTheModel, NodeCpu.healthy("fits", HASWELL), lacksTheFeature);

        // Then
        assertThat(fleet.contributing()).extracting(CpuClass::name).containsExactly("fits");
        assertThat(fleet.lackingPinned()).extracting(CpuClass::name).containsExactly("feature", "model");
        assertThat(fleet.byReason(State.UNFIT)).containsOnlyKeys(Reason.LacksPinned);
        assertThat(fleet.carried()).isEmpty();
    }

    @Test
    void a_node_below_the_minimum_is_in_no_class() {
        // When
        Fleet fleet = assess(
                criteria(AbiLevel.V3, null), NodeCpu.healthy("new", HASWELL), NodeCpu.healthy("old", SANDY_BRIDGE));

        // Then
        assertThat(fleet.contributing()).extracting(CpuClass::name).containsExactly("new");
        assertThat(fleet.lackingPinned()).isEmpty();
        assertThat(fleet.carried()).isEmpty();
        assertThat(fleet.byReason(State.UNFIT).get(Reason.BelowMinimum))
                .extracting(NodeCpu::name)
                .containsExactly("old");
    }

    static List<NodeCpu> unknownNodesWithLabels() {
        NodeCpu healthy = NodeCpu.healthy("", SANDY_BRIDGE);
        return List.of(
                named("not-ready", with(healthy, Truth.NO, Truth.YES, false, false, Truth.YES)),
                named("not-schedulable", with(healthy, Truth.YES, Truth.NO, false, false, Truth.YES)),
                named("frozen", with(healthy, Truth.YES, Truth.YES, true, false, Truth.YES)),
                named("rebooted", with(healthy, Truth.YES, Truth.YES, false, true, Truth.YES)),
                named(
                        "contradicted",
                        healthy.withEvidence(SANDY_BRIDGE.withSilicon(completeNodeFeature(FeatureSet.of("sse"))))));
    }

    @ParameterizedTest
    @MethodSource("unknownNodesWithLabels")
    void the_labels_that_an_unknown_node_still_carries_are_kept_apart(NodeCpu unknown) {
        // When
        Fleet fleet = assess(anything(), unknown, NodeCpu.healthy("z", HASWELL));

        // Then
        assertThat(fleet.contributing()).extracting(CpuClass::name).containsExactly("z");
        assertThat(fleet.count(State.UNKNOWN)).isEqualTo(1);
        assertThat(fleet.carried()).singleElement().satisfies(carried -> {
            assertThat(carried.nodes()).containsExactly(unknown);
            assertThat(carried.usable()).isEqualTo(SANDY_BRIDGE.labelledFeatures());
        });
    }

    @Test
    void a_node_without_labels_carries_what_was_last_known_of_it() {
        // Given
        NodeCpu forgotten = NodeCpu.healthy("forgotten", CpuEvidence.nothing());
        NodeCpu remembered = remembering("remembered", forgotten, SANDY_BRIDGE);
        NodeCpu away = remembering("away", notReady("away", CpuEvidence.nothing()), SANDY_BRIDGE);

        // When
        Fleet fleet = assess(anything(), forgotten, remembered, away);

        // Then
        assertThat(fleet.byReason(State.UNKNOWN).get(Reason.KubeVirtLabelsMissing))
                .containsExactly(forgotten, remembered);
        assertThat(fleet.byReason(State.UNKNOWN).get(Reason.NotReady)).containsExactly(away);
        assertThat(fleet.carried())
                .singleElement()
                .satisfies(carried -> assertThat(carried.nodes()).containsExactly(away, remembered));
    }

    @Test
    void a_node_whose_labels_are_there_carries_these_and_not_older_ones() {
        // Given
        NodeCpu changed = remembering("changed", notReady("changed", HASWELL), SANDY_BRIDGE);

        // When
        Fleet fleet = assess(anything(), changed);

        // Then
        assertThat(fleet.carried())
                .singleElement()
                .satisfies(carried -> assertThat(carried.evidence()).isEqualTo(HASWELL));
    }

    @Test
    void a_cordon_changes_nothing_but_where_a_guest_can_land_now() {
        // Given
        NodeCpu open = NodeCpu.healthy("a", HASWELL);
        NodeCpu cordoned = NodeCpu.healthy("b", HASWELL)
                .on(new NodeHost(NodePlatform.unknown(), NodeCapacity.none(), List.of(Taint.CORDON)));

        // When
        Fleet fleet = assess(criteria(AbiLevel.NONE, HASWELL_PIN), open, cordoned);

        // Then
        assertThat(fleet.count(State.CONTRIBUTING)).isEqualTo(2);
        assertThat(fleet.schedulable(HASWELL_PIN)).isEqualTo(1);
        assertThat(fleet.targets().cordoned(HASWELL_PIN)).isEqualTo(1);
    }

    @Test
    void an_unknown_node_that_would_be_below_the_minimum_limits_nothing() {
        // Given
        NodeCpu old = notReady("old", SANDY_BRIDGE);

        // When
        Fleet fleet = assess(criteria(AbiLevel.V3, null), old, NodeCpu.healthy("new", HASWELL));

        // Then
        assertThat(fleet.byReason(State.UNKNOWN)).containsOnlyKeys(Reason.NotReady);
        assertThat(fleet.carried()).isEmpty();
    }

    @Test
    void nodes_with_equal_evidence_are_one_class_and_the_biggest_class_comes_first() {
        // Given
        CpuEvidence copy = new CpuEvidence(
                HASWELL.labelledFeatures(), HASWELL.labelledModels(), HASWELL.labelledVendors(), HASWELL.silicon());

        // When
        Fleet fleet = assess(
                anything(),
                NodeCpu.healthy("d", HASWELL),
                NodeCpu.healthy("a", SANDY_BRIDGE),
                NodeCpu.healthy("c", copy),
                NodeCpu.healthy("b", Fleets.host("fx-8150")));

        // Then
        assertThat(fleet.contributing())
                .extracting(
                        cpuClass -> cpuClass.nodes().stream().map(NodeCpu::name).toList())
                .containsExactly(List.of("c", "d"), List.of("a"), List.of("b"));
    }

    @Test
    void silicon_and_vendor_labels_tell_classes_apart() {
        // Given
        CpuEvidence otherSilicon =
                HASWELL.withSilicon(new Silicon(Silicon.Source.LABELS, FeatureSet.of("avx2"), AbiLevel.NONE, "Intel"));
        CpuEvidence otherVendor = new CpuEvidence(
                HASWELL.labelledFeatures(),
                HASWELL.labelledModels(),
                new TreeSet<>(List.of("AMD", "Intel")),
                HASWELL.silicon());

        // When
        Fleet fleet = assess(
                anything(),
                NodeCpu.healthy("a", HASWELL),
                NodeCpu.healthy("b", otherSilicon),
                NodeCpu.healthy("c", otherVendor));

        // Then
        assertThat(fleet.contributing()).hasSize(3);
        assertThat(otherVendor.vendor()).isEmpty();
    }

    @Test
    void counts_add_up_and_the_order_of_nodes_never_matters() {
        // Given
        List<NodeCpu> nodes = new ArrayList<>(unknownNodesWithLabels());
        NodeCpu broken = BROKEN;
        for (Step step : STEPS) {
            nodes.add(named("broken-" + step, broken));
            broken = step.repair().apply(broken);
        }
        nodes.add(broken);
        nodes.addAll(Fleets.nodes(List.of("xeon-e7-8890-v3", "xeon-e7-8890-v3", "xeon-e5-2650", "pentium-p6100")));
        Criteria criteria = criteria(AbiLevel.V2, HASWELL_PIN);
        String expected = describe(Fleet.assess(nodes, CATALOG, criteria));
        Random random = new Random(11);

        for (int i = 0; i < 20; i++) {
            // When
            Collections.shuffle(nodes, random);
            Fleet fleet = Fleet.assess(nodes, CATALOG, criteria);

            // Then
            assertThat(describe(fleet)).isEqualTo(expected);
            assertThat(fleet.selected())
                    .isEqualTo(nodes.size())
                    .isEqualTo(fleet.count(State.CONTRIBUTING) + fleet.count(State.UNKNOWN) + fleet.count(State.UNFIT));
            assertThat(fleet.count(State.CONTRIBUTING)).isEqualTo(3);
        }
    }

    private static String describe(Fleet fleet) {
        StringBuilder text = new StringBuilder();
        Stream.of(fleet.contributing(), fleet.lackingPinned(), fleet.carried()).forEach(classes -> {
            classes.forEach(cpuClass ->
                    text.append(cpuClass.nodes().stream().map(NodeCpu::name).toList()));
            text.append('\n');
        });
        for (State state : State.values()) {
            fleet.byReason(state)
                    .forEach((reason, nodes) -> text.append(reason)
                            .append(nodes.stream().map(NodeCpu::name).toList()));
        }
        return text.toString();
    }

    @Test
    void a_class_is_judged_once_however_many_nodes_it_has() {
        // Given
        List<CpuClass> judged = new ArrayList<>();
        Criteria counting = new Criteria(
                AbiLevel.V2,
                cpuClass -> {
                    judged.add(cpuClass);
                    return AbiLevel.V3;
                },
                CONTRADICTIONS,
                null,
                Instant.MAX);
        List<NodeCpu> nodes = Fleets.nodes(Collections.nCopies(500, "xeon-e7-8890-v3"));

        // When
        Fleet fleet = Fleet.assess(nodes, CATALOG, counting);

        // Then
        assertThat(fleet.count(State.CONTRIBUTING)).isEqualTo(500);
        assertThat(judged).hasSize(1);
    }

    @Test
    void a_pin_is_schedulable_where_a_healthy_node_has_all_its_labels() {
        // Given
        NodeCpu healthy = NodeCpu.healthy("", HASWELL);

        // When
        Fleet fleet = assess(
                criteria(AbiLevel.NONE, HASWELL_PIN),
                named("healthy", healthy),
                named("frozen", with(healthy, Truth.YES, Truth.YES, true, false, Truth.YES)),
                named("rebooted", with(healthy, Truth.YES, Truth.YES, false, true, Truth.YES)),
                named("not-ready", with(healthy, Truth.NO, Truth.YES, false, false, Truth.YES)),
                named("not-schedulable", with(healthy, Truth.YES, Truth.NO, false, false, Truth.YES)),
                named("no-kvm", with(healthy, Truth.YES, Truth.YES, false, false, Truth.NO)),
                NodeCpu.healthy("other", SANDY_BRIDGE));

        // Then
        assertThat(fleet.schedulable(HASWELL_PIN)).isEqualTo(3);
    }
}
