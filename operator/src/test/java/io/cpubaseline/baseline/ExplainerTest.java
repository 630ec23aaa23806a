package io.cpubaseline.baseline;

import static io.cpubaseline.baseline.PolicyBuilder.policy;
import static org.assertj.core.api.Assertions.assertThat;

import io.cpubaseline.Fleets;
import io.cpubaseline.Reason;
import io.cpubaseline.baseline.Explanation.ClassCost;
import io.cpubaseline.baseline.Explanation.Limit;
import io.cpubaseline.baseline.Explanation.VendorAnswer;
import io.cpubaseline.catalog.CatalogLoader;
import io.cpubaseline.cpu.AbiLevel;
import io.cpubaseline.cpu.CpuModel;
import io.cpubaseline.cpu.FeatureSet;
import io.cpubaseline.fleet.CpuClass;
import io.cpubaseline.fleet.CpuEvidence;
import io.cpubaseline.fleet.Criteria;
import io.cpubaseline.fleet.NodeCpu;
import io.cpubaseline.fleet.Silicon;
import io.cpubaseline.fleet.Truth;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ExplainerTest {

    private static final Selection SELECTION = CatalogLoader.selection();
    private static final Planner PLANNER = new Planner(SELECTION);

    private static final Path GOLDENS = Path.of("src/test/resources/explanations");

    private static final List<String> HOME_LAB = List.of(
            "node-i5-13500",
            "node-i5-13500",
            "node-i9-13900h-a",
            "node-i9-13900h-b",
            "node-i9-12900h",
            "node-ryzen7-5700x",
            "node-ryzen7-8700g");

    private static Plan plan(List<NodeCpu> nodes, PolicyBuilder policy, Criteria.@Nullable Pin pin) {
        Policy asked = policy.build();
        return PLANNER.plan(PLANNER.assess(nodes, asked, pin), asked);
    }

    private static Explanation explain(PolicyBuilder policy, String... hosts) {
        return plan(Fleets.nodes(List.of(hosts)), policy, null).explanation();
    }

    private static ClassCost cost(Explanation explanation, String node) {
        return explanation.classes().stream()
                .filter(cost -> cost.cpuClass().nodes().stream()
                        .anyMatch(member -> member.name().endsWith(node)))
                .findFirst()
                .orElseThrow();
    }

    private static Optional<Limit> limit(Explanation explanation, String model) {
        return explanation.limits().stream()
                .filter(limit -> limit.model().equals(model) || limit.similar().contains(model))
                .findFirst();
    }

    private static List<String> names(List<CpuClass> classes) {
        return classes.stream().map(CpuClass::name).toList();
    }

    @Test
    void what_a_class_costs_is_the_answer_of_all_others() {
        for (RandomFleet fleet : RandomFleet.some(150)) {
            // Given
            List<CpuClass> classes = fleet.classes();
            Explainer explainer = new Explainer(SELECTION);

            // When
            Explanation explanation =
                    explainer.explain(classes, classes, fleet.policy(), SELECTION.select(classes, fleet.policy()));

            // Then
            for (int i = 0; i < classes.size(); i++) {
                ClassCost cost = explanation.classes().get(i);
                List<CpuClass> others = new ArrayList<>(classes);
                others.remove(i);
                FeatureSet lacks = others.stream()
                        .map(CpuClass::usable)
                        .reduce(FeatureSet::intersect)
                        .orElse(FeatureSet.empty())
                        .minus(classes.get(i).usable())
                        .minus(SELECTION.catalog().nonMigratable())
                        .filter(feature -> !feature.startsWith("vmx-"));

                assertThat(cost.cpuClass()).isSameAs(classes.get(i));
                assertThat(cost.lacks()).as("%s class %d", fleet, i).isEqualTo(lacks);
                if (others.isEmpty()) {
                    assertThat(((NoBaseline) cost.without()).reason()).isEqualTo(Reason.NoContributingNodes);
                } else {
                    assertThat(cost.without())
                            .as("%s class %d", fleet, i)
                            .isEqualTo(SELECTION.select(others, fleet.policy().withoutMinimum()));
                }
            }
        }
    }

    @Test
    void a_single_old_class_is_what_the_fleet_pays_for() {
        // When
        Explanation explanation = explain(policy(), "ice-lake-server", "xeon-platinum-8268", "xeon-e5-2650");

        // Then
        assertThat(cost(explanation, "xeon-e5-2650").without().baseline().map(Baseline::level))
                .contains(AbiLevel.V4);
        assertThat(cost(explanation, "xeon-e5-2650").lacks().names()).contains("avx2", "bmi2", "smep");
        assertThat(cost(explanation, "xeon-e5-2650").ownLevel()).isEqualTo(AbiLevel.V2);
        assertThat(cost(explanation, "ice-lake-server").without().baseline().map(Baseline::level))
                .contains(AbiLevel.V2);
        assertThat(cost(explanation, "ice-lake-server").lacks()).isEqualTo(FeatureSet.empty());
    }

    @Test
    void the_home_labs_v3_models_are_blocked_by_ryzens_missing_pcid() {
        // When
        Explanation explanation = explain(policy(), HOME_LAB.toArray(String[]::new));

        // Then
        for (String model : List.of("Haswell-noTSX", "Haswell-noTSX-IBRS", "Broadwell-noTSX", "Skylake-Client-v4")) {
            assertThat(limit(explanation, model)).as(model).hasValueSatisfying(limit -> {
                assertThat(limit.level()).isEqualTo(AbiLevel.V3);
                assertThat(names(limit.blocking())).containsExactly("05-node-ryzen7-5700x", "06-node-ryzen7-8700g");
                assertThat(limit.missing()).isEqualTo(FeatureSet.of("pcid"));
                assertThat(limit.nodes()).isEqualTo(2);
            });
        }
        assertThat(limit(explanation, "EPYC"))
                .hasValueSatisfying(limit -> assertThat(limit.missing().names())
                        .contains("cr8legacy", "fxsr_opt", "misalignsse", "mmxext", "osvw", "sse4a"));
        assertThat(explanation.limits().get(0).level()).isEqualTo(AbiLevel.V4);
        assertThat(explanation.limits().get(0).missing())
                .isEqualTo(FeatureSet.of("avx512bw", "avx512cd", "avx512dq", "avx512f", "avx512vl"));
        assertThat(explanation.limits().get(1).nodes()).isEqualTo(2);
    }

    @Test
    void models_that_no_libvirt_knows_limit_nothing() {
        // Given
        Set<String> unknown = SELECTION.catalog().models().stream()
                .filter(model -> !model.namedByLibvirt())
                .map(CpuModel::name)
                .collect(Collectors.toSet());
        assertThat(unknown).isNotEmpty();

        for (RandomFleet fleet : RandomFleet.some(50)) {
            // When
            Explanation explanation = plan(fleet.nodes(), policy(), null).explanation();

            // Then
            Set<String> labelled = fleet.nodes().stream()
                    .flatMap(node -> node.evidence().labelledModels().stream())
                    .collect(Collectors.toSet());
            assertThat(explanation.limits().stream()
                            .flatMap(limit -> Stream.concat(Stream.of(limit.model()), limit.similar().stream()))
                            .filter(model -> !labelled.contains(model)))
                    .as(fleet.toString())
                    .doesNotContainAnyElementsOf(unknown);
        }
    }

    @Test
    void a_model_that_some_nodes_label_limits_the_others_however_new_it_is() {
        // Given
        CpuEvidence genoa = Fleets.host("epyc-9334-32-core");
        TreeSet<String> models = new TreeSet<>(genoa.labelledModels());
        models.add("EPYC-Genoa-v3");
        CpuEvidence newer = new CpuEvidence(genoa.labelledFeatures(), models, genoa.labelledVendors(), genoa.silicon());

        // When
        List<NodeCpu> nodes =
                List.of(NodeCpu.healthy("new", newer), NodeCpu.healthy("old", Fleets.host("node-ryzen7-5700x")));
        Explanation explanation = plan(nodes, policy(), null).explanation();

        // Then
        assertThat(limit(explanation, "EPYC-Genoa-v3"))
                .hasValueSatisfying(limit -> assertThat(names(limit.blocking())).containsExactly("old"));
    }

    @Test
    void a_limit_is_about_the_nearest_level_that_some_class_lacks() {
        // When
        Explanation explanation = explain(policy(), "xeon-e5-2650", "ice-lake-server");

        // Then
        Limit first = explanation.limits().get(0);
        assertThat(first.model()).isEmpty();
        assertThat(first.level()).isEqualTo(AbiLevel.V3);
        assertThat(names(first.blocking())).containsExactly("00-xeon-e5-2650");
        assertThat(first.missing()).isEqualTo(FeatureSet.of("abm", "avx2", "bmi1", "bmi2", "f16c", "fma", "movbe"));
    }

    @Test
    void nothing_limits_what_the_policy_does_not_want() {
        // Given
        String[] hosts = {"xeon-e5-2650", "ice-lake-server"};

        // When
        Explanation bounded = explain(policy().maximum(AbiLevel.V2), hosts);
        Explanation excluding = explain(policy().excludeModels("Haswell-noTSX").excludeFeatures("spec-ctrl"), hosts);
        Explanation open = explain(policy(), hosts);

        // Then
        assertThat(bounded.limits()).isEmpty();
        assertThat(limit(open, "Haswell-noTSX")).isPresent();
        assertThat(limit(open, "Haswell-noTSX-IBRS")).isPresent();
        assertThat(limit(excluding, "Haswell-noTSX")).isEmpty();
        assertThat(limit(excluding, "Haswell-noTSX-IBRS")).isEmpty();
        assertThat(limit(excluding, "Haswell")).isPresent();
        assertThat(limit(excluding, "Icelake-Server-noTSX")).isEmpty();
    }

    @Test
    void a_model_by_name_is_the_only_one_whose_blockers_are_told() {
        // When
        Explanation explanation =
                explain(policy().model("Haswell-noTSX"), "xeon-e5-2650", "ice-lake-server", "xeon-e7-8890-v3");

        // Then
        assertThat(explanation.limits()).singleElement().satisfies(limit -> {
            assertThat(limit.model()).isEqualTo("Haswell-noTSX");
            assertThat(names(limit.blocking())).containsExactly("00-xeon-e5-2650");
            assertThat(limit.missing().names()).contains("avx2");
        });
    }

    @Test
    void a_model_whose_features_are_all_there_is_blocked_by_its_label_alone() {
        // Given
        CpuEvidence host = Fleets.host("xeon-e7-8890-v3");
        CpuEvidence oldLabeller = new CpuEvidence(
                host.labelledFeatures(),
                host.labelledModels().headSet("Haswell"),
                host.labelledVendors(),
                host.silicon());
        List<NodeCpu> nodes = List.of(NodeCpu.healthy("new", host), NodeCpu.healthy("old", oldLabeller));

        // When
        Explanation explanation = plan(nodes, policy(), null).explanation();

        // Then
        assertThat(limit(explanation, "Haswell-noTSX")).hasValueSatisfying(limit -> {
            assertThat(names(limit.blocking())).containsExactly("old");
            assertThat(limit.missing()).isEqualTo(FeatureSet.empty());
        });
    }

    @Test
    void what_host_model_guests_lose_is_told_by_kind() {
        // When
        Plan plan = plan(Fleets.nodes(HOME_LAB), policy(), null);

        // Then
        assertThat(lost(plan, "node-i5-13500"))
                .isEqualTo(new HostModel(
                        FeatureSet.of("vmx"),
                        FeatureSet.of("md-clear"),
                        FeatureSet.of("invpcid", "pcid"),
                        FeatureSet.of(
                                "arch-capabilities",
                                "fbsdp-no",
                                "gds-no",
                                "mds-no",
                                "pschange-mc-no",
                                "psdp-no",
                                "rdctl-no",
                                "sbdr-ssdp-no")));
        assertThat(lost(plan, "node-ryzen7-8700g"))
                .isEqualTo(new HostModel(
                        FeatureSet.of("svm"),
                        FeatureSet.of("virt-ssbd"),
                        FeatureSet.of("invpcid"),
                        FeatureSet.empty()));
    }

    @Test
    void amd_guests_do_not_lose_what_only_means_something_on_intel() {
        // Given
        FeatureSet labelled = Fleets.host("node-ryzen7-8700g").labelledFeatures();
        assertThat(labelled.names()).contains("spec-ctrl", "stibp", "ssbd", "arch-capabilities", "rdctl-no");

        // When
        Plan plan = plan(nodes("node-ryzen7-8700g", "node-ryzen7-5700x"), policy(), null);

        // Then
        assertThat(lost(plan, "8700g").mitigations()).isEqualTo(FeatureSet.empty());
        assertThat(lost(plan, "8700g").immunity()).isEqualTo(FeatureSet.empty());
    }

    private static HostModel lost(Plan plan, String host) {
        Baseline baseline = plan.answer().baseline().orElseThrow();
        return cost(plan.explanation(), host).hostModel().minus(baseline.guestFeatures());
    }

    @Test
    void common_features_block_no_migration_and_have_nothing_nested() {
        // When
        FeatureSet common = explain(policy(), "xeon-6731e", "xeon-bronze-3408u").common();

        // Then
        assertThat(common.filter(feature -> feature.startsWith("vmx-"))).isEqualTo(FeatureSet.empty());
        assertThat(common.intersect(FeatureSet.of("invtsc", "xsaves"))).isEqualTo(FeatureSet.empty());
        assertThat(common.contains("avx2")).isTrue();
    }

    record Story(Reason reason, List<NodeCpu> nodes, PolicyBuilder policy, Criteria.@Nullable Pin pin) {

        @Override
        public String toString() {
            return reason.name();
        }
    }

    private static List<NodeCpu> nodes(String... hosts) {
        return Fleets.nodes(List.of(hosts));
    }

    private static NodeCpu notReady(String host) {
        NodeCpu node = NodeCpu.healthy(host, Fleets.host(host));
        return new NodeCpu(
                node.name(),
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

    static Stream<Story> stories() {
        Silicon contradicting = new Silicon(Silicon.Source.NODE_FEATURE, FeatureSet.empty(), AbiLevel.NONE, "Intel");
        return Stream.of(
                new Story(Reason.Pinned, Fleets.nodes(HOME_LAB), policy(), null),
                new Story(Reason.VendorsMixed, Fleets.nodes(HOME_LAB), policy().vendors(Policy.Vendors.Single), null),
                new Story(
                        Reason.NoContributingNodes,
                        List.of(
                                notReady("ice-lake-server"),
                                NodeCpu.healthy("new", CpuEvidence.nothing()),
                                NodeCpu.healthy(
                                        "odd", Fleets.host("xeon-e5-2650").withSilicon(contradicting))),
                        policy(),
                        null),
                new Story(Reason.NoCommonModel, nodes("pentium-p6100", "ice-lake-server"), policy(), null),
                new Story(
                        Reason.BelowMinimum, nodes("xeon-e5-2650", "xeon-w3520"), policy().minimum(AbiLevel.V3), null),
                new Story(Reason.UnknownModel, nodes("ice-lake-server"), policy().model("Icelake"), null),
                new Story(Reason.ForeignVendorModel, nodes("opteron-6234", "epyc-7601-32-core"), policy(), null),
                new Story(
                        Reason.LacksPinned,
                        nodes("xeon-e7-8890-v3", "xeon-e7-8890-v3", "xeon-e5-2650"),
                        policy(),
                        new Criteria.Pin("Haswell-noTSX", FeatureSet.empty(), "")));
    }

    /** {@code -Dgolden.rewrite=true} writes the explanations anew. */
    @ParameterizedTest
    @MethodSource("stories")
    void an_explanation_reads_as_the_golden_one(Story story) throws IOException {
        // Given
        Path golden = GOLDENS.resolve(story.reason() + ".txt");

        // When
        String text = text(plan(story.nodes(), story.policy(), story.pin()));

        // Then
        if (Boolean.getBoolean("golden.rewrite")) {
            Files.writeString(golden, text);
        }
        assertThat(golden).hasContent(text);
    }

    @Test
    void no_golden_explanation_is_unused() throws IOException {
        try (Stream<Path> files = Files.list(GOLDENS)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrderElementsOf(
                            stories().map(story -> story.reason() + ".txt").toList());
        }
    }

    private static String text(Plan plan) {
        Explanation explanation = plan.explanation();
        List<String> lines = new ArrayList<>();
        lines.add("answer: " + text(plan.answer()));
        lines.add("domains: " + explanation.domains());
        explanation.vendorBaselines().forEach(vendor -> lines.add(text(vendor)));
        for (ClassCost cost : explanation.classes()) {
            lines.add("");
            lines.add("class of %s: %s, %d nodes, alone %s"
                    .formatted(
                            cost.cpuClass().name(),
                            cost.cpuClass().vendor(),
                            cost.cpuClass().nodes().size(),
                            cost.ownLevel()));
            lines.add("  lacks: " + cost.lacks());
            lines.add("  without it: " + text(cost.without()));
            HostModel lost = plan.answer()
                    .baseline()
                    .map(baseline -> cost.hostModel().minus(baseline.guestFeatures()))
                    .orElse(HostModel.nothing());
            lines.add("  loses nesting: " + lost.nesting());
            lines.add("  loses mitigations: " + lost.mitigations());
            lines.add("  loses hardening: " + lost.hardening());
            lines.add("  loses immunity: " + lost.immunity());
        }
        lines.add("");
        explanation.limits().stream()
                .limit(6)
                .forEach(limit -> lines.add("limit: %s %s %s, blocked by %s, which lack %s"
                        .formatted(
                                limit.level(),
                                limit.model(),
                                limit.similar(),
                                names(limit.blocking()),
                                limit.missing())));
        return lines.stream()
                .map(String::stripTrailing)
                .map(line -> line.replace(PLANNER.catalog().version(), "<version>"))
                .collect(Collectors.joining("\n", "", "\n"));
    }

    private static String text(VendorAnswer vendor) {
        return "%s alone, %d nodes: %s".formatted(vendor.vendor(), vendor.nodes(), text(vendor.answer()));
    }

    private static String text(Answer answer) {
        return answer.baseline()
                .map(baseline -> "%s, %s%s, with %s%s"
                        .formatted(
                                baseline.model().name(),
                                baseline.level(),
                                baseline.foreignVendor() ? ", foreign" : "",
                                baseline.required(),
                                baseline.additionsLeftOut() ? ", additions left out" : ""))
                .orElseGet(() -> answer instanceof NoBaseline none ? none.reason() + ": " + none.message() : "");
    }
}
