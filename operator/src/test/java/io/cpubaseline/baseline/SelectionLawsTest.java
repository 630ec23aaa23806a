package io.cpubaseline.baseline;

import static io.cpubaseline.baseline.PolicyBuilder.policy;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.cpubaseline.Reason;
import io.cpubaseline.baseline.SelectionRules.Group;
import io.cpubaseline.catalog.CatalogLoader;
import io.cpubaseline.cpu.AbiLevel;
import io.cpubaseline.cpu.CpuCatalog;
import io.cpubaseline.cpu.CpuModel;
import io.cpubaseline.cpu.FeatureSet;
import io.cpubaseline.fleet.CpuClass;
import io.cpubaseline.fleet.CpuEvidence;
import io.cpubaseline.fleet.Criteria;
import io.cpubaseline.fleet.NodeCpu;
import io.cpubaseline.fleet.Silicon;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What must hold for every fleet and every policy, over seeded random ones; a failure names its seed. */
class SelectionLawsTest {

    private static final Selection SELECTION = CatalogLoader.selection();
    private static final Planner PLANNER = new Planner(SELECTION);
    private static final CpuCatalog CATALOG = SELECTION.catalog();
    private static final SelectionRules RULES = SELECTION.rules();
    private static final FeatureSet LEAF_0XD = RULES.leaf0xDSet();

    private static final List<RandomFleet> FLEETS = RandomFleet.some(600);

    private static Answer select(RandomFleet fleet) {
        return SELECTION.select(fleet.classes(), fleet.policy());
    }

    private static AbiLevel level(Answer answer) {
        return answer.baseline().map(Baseline::level).orElse(AbiLevel.NONE);
    }

    private static FeatureSet common(List<NodeCpu> nodes) {
        return SELECTION.common(RandomFleet.classes(nodes)).usable();
    }

    private static void always(Consumer<RandomFleet> law) {
        for (RandomFleet fleet : FLEETS) {
            try {
                law.accept(fleet);
            } catch (AssertionError e) {
                throw new AssertionError(fleet + ": " + e.getMessage(), e);
            }
        }
    }

    private static void whereThereIsABaseline(BiConsumer<RandomFleet, Baseline> law) {
        always(fleet -> select(fleet).baseline().ifPresent(baseline -> law.accept(fleet, baseline)));
    }

    @Test
    void the_fleets_are_varied_enough_to_mean_something() {
        // Given
        Set<Object> seen = new HashSet<>();
        Set<String> models = new TreeSet<>();

        // When
        always(fleet -> {
            Answer answer = select(fleet);
            if (answer instanceof NoBaseline none) {
                seen.add(none.reason());
            } else if (answer instanceof Baseline baseline) {
                models.add(baseline.model().name());
                seen.add(baseline.level());
                seen.addAll(baseline.required().values());
                seen.add("foreign " + baseline.foreignVendor());
                seen.add("left out " + baseline.additionsLeftOut());
                seen.add("loses xsave " + baseline.model().losesXsave() + " " + baseline.level());
                seen.add("versioned " + baseline.model().versioned());
            }
        });

        // Then
        assertThat(seen)
                .contains(AbiLevel.V1, AbiLevel.V2, AbiLevel.V3, AbiLevel.V4)
                .contains((Object[]) Purpose.values())
                .contains(Reason.NoCommonModel, Reason.BelowMinimum)
                .contains("foreign true", "foreign false", "left out true", "left out false")
                .contains("loses xsave true x86-64-v2", "loses xsave true x86-64-v3", "versioned true");
        assertThat(models).hasSizeGreaterThan(30);
    }

    @Test
    void the_answer_is_that_of_the_slow_and_literal_selection() {
        SlowSelection slow = new SlowSelection();
        always(fleet -> {
            SlowSelection.Found expected =
                    slow.select(fleet.nodes().stream().map(NodeCpu::evidence).toList(), fleet.policy());
            SlowSelection.Found found = select(fleet)
                    .baseline()
                    .map(baseline -> new SlowSelection.Found(
                            baseline.model().name(),
                            baseline.required(),
                            baseline.level().label(),
                            baseline.foreignVendor(),
                            baseline.additionsLeftOut()))
                    .orElse(null);
            assertThat(found).isEqualTo(expected);
        });
    }

    @Test
    void the_order_of_nodes_never_matters() {
        Random random = new Random(3);
        always(fleet -> {
            List<NodeCpu> shuffled = new ArrayList<>(fleet.nodes());
            Collections.shuffle(shuffled, random);

            assertThat(SELECTION.select(RandomFleet.classes(shuffled), fleet.policy()))
                    .isEqualTo(select(fleet));
        });
    }

    @Test
    void a_node_equal_to_another_changes_nothing() {
        always(fleet -> {
            List<NodeCpu> more = new ArrayList<>(fleet.nodes());
            more.add(NodeCpu.healthy("twin", fleet.nodes().get(0).evidence()));

            assertThat(SELECTION.select(RandomFleet.classes(more), fleet.policy()))
                    .isEqualTo(select(fleet));
            assertThat(common(more)).isEqualTo(common(fleet.nodes()));
        });
    }

    @Test
    void one_more_node_never_raises_the_level_and_only_takes_common_flags_away() {
        always(fleet -> {
            List<NodeCpu> more = new ArrayList<>(fleet.nodes());
            more.add(fleet.newcomer());

            Answer with = SELECTION.select(RandomFleet.classes(more), fleet.policy());

            assertThat(level(with)).isLessThanOrEqualTo(level(select(fleet)));
            assertThat(common(fleet.nodes()).names()).containsAll(common(more).names());
        });
    }

    @Test
    void excluding_the_chosen_model_never_raises_the_level_and_chooses_another() {
        whereThereIsABaseline((fleet, baseline) -> {
            String excluded = baseline.model().name();
            List<String> names = new ArrayList<>(fleet.policy().excludedModels());
            names.add(excluded);

            Answer without = select(fleet.under(policy(fleet.policy()).excludeModels(names.toArray(String[]::new))));

            assertThat(level(without)).isLessThanOrEqualTo(baseline.level());
            assertThat(without.baseline().map(other -> other.model().family()))
                    .isNotEqualTo(Optional.of(baseline.model().family()));
        });
    }

    @Test
    void excluding_a_model_that_was_not_chosen_changes_nothing() {
        whereThereIsABaseline((fleet, baseline) -> {
            List<String> names = new ArrayList<>(fleet.policy().excludedModels());
            CATALOG.models().stream()
                    .filter(model -> !model.family().equals(baseline.model().family()))
                    .filter(model -> model.order() % 7 == fleet.seed() % 7)
                    .forEach(model -> names.add(model.name()));

            assertThat(select(fleet.under(policy(fleet.policy()).excludeModels(names.toArray(String[]::new)))))
                    .isEqualTo(baseline);
        });
    }

    @Test
    void a_lower_maximum_never_raises_the_level_and_is_obeyed() {
        always(fleet -> {
            AbiLevel before = level(select(fleet));
            for (AbiLevel maximum : AbiLevel.HIGHEST_FIRST) {
                if (fleet.policy().maximum().atLeast(maximum)) {
                    AbiLevel level =
                            level(select(fleet.under(policy(fleet.policy()).maximum(maximum))));

                    assertThat(level).isLessThanOrEqualTo(maximum).isLessThanOrEqualTo(before);
                }
            }
        });
    }

    @Test
    void a_higher_minimum_never_changes_an_answer_but_to_none() {
        whereThereIsABaseline((fleet, baseline) -> {
            for (AbiLevel minimum : AbiLevel.HIGHEST_FIRST) {
                if (minimum.atLeast(fleet.policy().minimum())) {
                    Answer answer = select(fleet.under(policy(fleet.policy()).minimum(minimum)));

                    if (baseline.level().atLeast(minimum)) {
                        assertThat(answer).isEqualTo(baseline);
                    } else {
                        assertThat(((NoBaseline) answer).reason()).isEqualTo(Reason.BelowMinimum);
                    }
                }
            }
        });
    }

    @Test
    void every_node_can_take_the_answer() {
        whereThereIsABaseline((fleet, baseline) -> {
            for (CpuClass cpuClass : fleet.classes()) {
                assertThat(cpuClass.offers(new Criteria.Pin(baseline.model().name(), baseline.requiredFeatures(), "")))
                        .isTrue();
            }
        });
    }

    @Test
    void libvirt_accepts_the_answer_on_every_node() {
        whereThereIsABaseline((fleet, baseline) -> {
            CpuModel model = baseline.model();
            FeatureSet wanted = model.libvirtRequires();
            if (!baseline.required().isEmpty()) {
                fleet.nodes()
                        .forEach(node -> assertThat(wanted.minus(counted(node.evidence())))
                                .isEqualTo(FeatureSet.empty()));
            } else {
                assertThat(baseline.additionsLeftOut() && wanted.isEmpty()).isFalse();
            }
        });
    }

    /** What is labelled, and on AMD's CPUs what no complete NodeFeature denies. */
    private static FeatureSet counted(CpuEvidence evidence) {
        boolean amd = evidence.vendor().equals("AMD") || evidence.vendor().equals("Hygon");
        boolean complete = evidence.silicon().source() == Silicon.Source.NODE_FEATURE;
        FeatureSet physical = RULES.nestedOfAmd()
                .filter(feature -> !complete
                        || evidence.silicon().present().contains("svm")
                                && (evidence.silicon().present().contains(feature)
                                        || !RULES.nestedNamedByNfd().contains(feature)));
        return amd ? evidence.labelledFeatures().union(physical) : evidence.labelledFeatures();
    }

    @Test
    void nested_virtualization_switched_off_on_amd_changes_nothing() {
        Set<String> models = new TreeSet<>();
        always(fleet -> {
            boolean amdAlone = fleet.nodes().stream()
                    .allMatch(node -> node.evidence().vendor().equals("AMD"));
            if (amdAlone) {
                List<NodeCpu> switchedOff = fleet.nodes().stream()
                        .map(node -> node.withEvidence(withoutNested(node.evidence())))
                        .toList();

                Answer answer = SELECTION.select(RandomFleet.classes(switchedOff), fleet.policy());

                assertThat(answer).isEqualTo(select(fleet));
                answer.baseline()
                        .filter(baseline -> !baseline.required().isEmpty())
                        .ifPresent(baseline -> models.add(baseline.model().name()));
            }
        });
        assertThat(models).contains("Opteron_G3", "Opteron_G4", "EPYC-Rome-v3", "EPYC-Milan-v2", "EPYC-Genoa");
    }

    private static CpuEvidence withoutNested(CpuEvidence evidence) {
        return new CpuEvidence(
                evidence.labelledFeatures().minus(RULES.nestedOfAmd()),
                evidence.labelledModels(),
                evidence.labelledVendors(),
                evidence.silicon());
    }

    @Test
    void nothing_is_required_that_the_model_has() {
        whereThereIsABaseline((fleet, baseline) -> assertThat(
                        baseline.requiredFeatures().intersect(baseline.model().features()))
                .isEqualTo(FeatureSet.empty()));
    }

    @Test
    void nothing_is_required_that_never_is_but_immunity_in_fleets_of_intel_alone() {
        whereThereIsABaseline((fleet, baseline) -> {
            boolean intelAlone = fleet.nodes().stream()
                    .allMatch(node -> node.evidence().vendor().equals("Intel"));
            FeatureSet never = baseline.requiredFeatures().filter(RULES.neverRequired());
            boolean mayBeImmune = intelAlone && fleet.policy().profile() == Policy.Profile.Performance;

            assertThat(never.minus(mayBeImmune ? RULES.group(Group.IMMUNITY) : FeatureSet.empty()))
                    .isEqualTo(FeatureSet.empty());
            assertThat(intelAlone || baseline.required().get("arch-capabilities") != Purpose.Performance)
                    .isTrue();
        });
    }

    @Test
    void the_level_is_the_guests() {
        whereThereIsABaseline((fleet, baseline) -> assertThat(
                        CATALOG.guestLevel(baseline.model(), baseline.requiredFeatures(), LEAF_0XD))
                .isEqualTo(baseline.level()));
    }

    @Test
    void every_feature_required_for_the_level_is_needed_for_it() {
        whereThereIsABaseline((fleet, baseline) -> {
            FeatureSet forLevelOrPolicy = baseline.requiredFeatures()
                    .filter(feature -> Set.of(Purpose.Level, Purpose.Policy)
                            .contains(requireNonNull(baseline.required().get(feature))));
            baseline.required().forEach((feature, purpose) -> {
                if (purpose == Purpose.Level) {
                    assertThat(CATALOG.guestLevel(
                                    baseline.model(), forLevelOrPolicy.minus(FeatureSet.of(feature)), LEAF_0XD))
                            .as(feature)
                            .isLessThan(baseline.level());
                }
            });
        });
    }

    @Test
    void guests_have_what_the_policy_requires_and_nothing_that_it_excludes() {
        whereThereIsABaseline((fleet, baseline) -> {
            assertThat(baseline.guestFeatures().names())
                    .containsAll(fleet.policy().required().names());
            assertThat(baseline.guestFeatures()
                            .intersect(fleet.policy().excludedFeatures())
                            .minus(FeatureSet.of("mpx")))
                    .isEqualTo(FeatureSet.empty());
        });
    }

    @Test
    void a_guest_can_use_what_is_required_of_avx_and_above() {
        whereThereIsABaseline((fleet, baseline) -> {
            if (!baseline.requiredFeatures().filter(RULES.needsXsaveState()).isEmpty()) {
                FeatureSet guest = baseline.guestFeatures();

                assertThat(guest.contains("xsave")).isTrue();
                assertThat(baseline.model().losesXsave()
                                && baseline.requiredFeatures()
                                        .intersect(LEAF_0XD)
                                        .isEmpty())
                        .isFalse();
            }
        });
    }

    @Test
    void profile_level_is_a_part_of_profile_performance() {
        always(fleet -> {
            Answer level = select(fleet.under(policy(fleet.policy()).profile(Policy.Profile.Level)));
            Answer performance = select(fleet.under(policy(fleet.policy()).profile(Policy.Profile.Performance)));

            assertThat(level.baseline().isPresent())
                    .isEqualTo(performance.baseline().isPresent());
            level.baseline().ifPresent(less -> {
                Baseline more = performance.baseline().orElseThrow();
                assertThat(more.model()).isEqualTo(less.model());
                assertThat(more.required()).containsAllEntriesOf(less.required());
                assertThat(more.required().values().stream()
                                .filter(purpose -> purpose != Purpose.Performance)
                                .count())
                        .isEqualTo(less.required().size());
            });
        });
    }

    @Test
    void a_model_that_the_catalog_lacks_is_reported_and_never_chosen() {
        always(fleet -> {
            List<NodeCpu> labelled = fleet.nodes().stream()
                    .map(node -> node.withEvidence(withModel(node.evidence(), RandomFleet.MODEL_OF_TOMORROW)))
                    .toList();

            Answer answer = SELECTION.select(RandomFleet.classes(labelled), fleet.policy());

            assertThat(answer).isEqualTo(select(fleet));
            if (fleet.seed() % 10 == 0) {
                assertThat(PLANNER.plan(PLANNER.assess(labelled, Policy.open(), null), Policy.open())
                                .explanation()
                                .unknownModels())
                        .containsExactly(RandomFleet.MODEL_OF_TOMORROW);
            }
        });
    }

    private static CpuEvidence withModel(CpuEvidence evidence, String model) {
        TreeSet<String> models = new TreeSet<>(evidence.labelledModels());
        models.add(model);
        return new CpuEvidence(evidence.labelledFeatures(), models, evidence.labelledVendors(), evidence.silicon());
    }

    @Test
    void a_model_of_the_fleets_own_vendor_is_foreign_to_nobody() {
        whereThereIsABaseline((fleet, baseline) -> {
            Set<String> vendors = new TreeSet<>();
            fleet.nodes().forEach(node -> vendors.add(node.evidence().vendor()));
            vendors.remove("");

            assertThat(baseline.foreignVendor())
                    .isEqualTo(vendors.size() == 1
                            && !vendors.contains(baseline.model().vendor()));
        });
    }

    @Test
    void a_revision_names_the_model_and_all_that_is_required() {
        Map<String, String> revisions = new HashMap<>();
        whereThereIsABaseline((fleet, baseline) -> {
            String content = baseline.model().name() + baseline.required().keySet();

            String before = revisions.put(baseline.revision(), content);

            assertThat(baseline.revision())
                    .matches(Pattern.quote(baseline.model().name()) + "-[0-9a-f]{10}");
            assertThat(before == null || before.equals(content)).isTrue();
        });
        assertThat(revisions.values()).doesNotHaveDuplicates();
    }

    @Test
    void a_model_is_behind_by_some_criterion_exactly_where_another_one_is_chosen_and_it_is_possible() {
        Set<Criterion> seen = new HashSet<>();
        whereThereIsABaseline((fleet, baseline) -> {
            for (String name : SELECTION.common(fleet.classes()).models()) {
                // When
                Optional<Criterion> behind = SELECTION.behind(name, fleet.classes(), fleet.policy());

                // Then: what is behind would be the answer without those before it, by hand, at no higher level
                behind.ifPresent(seen::add);
                assertThat(behind.isPresent() && name.equals(baseline.model().name()))
                        .as(name)
                        .isFalse();
                behind.ifPresent(criterion -> {
                    Answer byHand = SELECTION.select(
                            fleet.classes(), fleet.policy().withoutMinimum().withModel(name));
                    assertThat(byHand.baseline()).as(name).isPresent();
                    assertThat(baseline.level().atLeast(level(byHand))).isTrue();
                    assertThat(criterion == Criterion.LEVEL).as(name).isEqualTo(baseline.level() != level(byHand));
                });
            }
        });
        assertThat(seen).contains(Criterion.LEVEL, Criterion.VENDOR, Criterion.TSX, Criterion.FEWEST_REQUIRED);
    }
}
