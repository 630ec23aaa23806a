package io.cpubaseline.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.cpubaseline.Reason;
import io.cpubaseline.Selector;
import io.cpubaseline.api.v1alpha1.AbiLevelBounds;
import io.cpubaseline.api.v1alpha1.CapacityPolicy;
import io.cpubaseline.api.v1alpha1.ChangePolicy;
import io.cpubaseline.api.v1alpha1.ClusterCpuBaselineSpec;
import io.cpubaseline.api.v1alpha1.ClusterDefaultPolicy;
import io.cpubaseline.api.v1alpha1.CpuModelPolicy;
import io.cpubaseline.api.v1alpha1.FeaturePolicy;
import io.cpubaseline.api.v1alpha1.LabelSelector;
import io.cpubaseline.api.v1alpha1.LabelSelector.Requirement;
import io.cpubaseline.api.v1alpha1.PlannedNode;
import io.cpubaseline.api.v1alpha1.RolloutPolicy;
import io.cpubaseline.api.v1alpha1.VirtualMachinePolicy;
import io.cpubaseline.baseline.Policy;
import io.cpubaseline.baseline.Policy.Profile;
import io.cpubaseline.baseline.Policy.Vendors;
import io.cpubaseline.catalog.CatalogLoader;
import io.cpubaseline.cpu.AbiLevel;
import io.cpubaseline.cpu.CpuCatalog;
import io.cpubaseline.cpu.FeatureSet;
import io.cpubaseline.report.SpecReader.Intent;
import io.cpubaseline.report.SpecReader.VirtualMachineIntent;
import io.cpubaseline.virtualmachine.Rollout;
import io.cpubaseline.virtualmachine.Share;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What a spec asks for, and what is odd about it. */
class SpecReaderTest {

    private static final CpuCatalog CATALOG = CatalogLoader.catalog();
    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

    /** Nodes of tomorrow. */
    private static final Set<String> LABELLED_MODELS = Set.of("Skylake-Server", "Nova-Lake");

    private static final FeatureSet LABELLED_FEATURES = FeatureSet.of("avx2", "avx20");

    private static Intent read(String yaml) {
        try {
            return read(YAML.readValue(yaml, ClusterCpuBaselineSpec.class));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Intent read(ClusterCpuBaselineSpec spec) {
        return SpecReader.read(spec, CATALOG, LABELLED_MODELS, LABELLED_FEATURES);
    }

    @Test
    void an_empty_spec_is_complete() {
        // When
        Intent intent = read("{}");

        // Then
        assertThat(intent.problems()).isEmpty();
        assertThat(intent.policy()).isEqualTo(Policy.open().withVendors(Vendors.Single));
        assertThat(intent.nodes()).isEqualTo(Selector.everything());
        assertThat(intent.virtualMachines()).isNull();
    }

    @Test
    void every_field_arrives_in_the_policy() {
        // When
        Intent intent = read("""
                nodeSelector:
                  matchLabels: {rack: r7}
                  matchExpressions:
                  - {key: example.com/tier, operator: In, values: [web, db]}
                  - {key: retired, operator: DoesNotExist}
                vendors: Mixed
                abiLevel: {minimum: x86-64-v2, maximum: x86-64-v3}
                cpuModel: {name: Skylake-Server-IBRS, exclude: [Nova-Lake]}
                features: {profile: Level, require: [sse4_1, avx20], exclude: [pclmulqdq]}
                virtualMachines:
                  namespaceSelector: {matchLabels: {team: shop}}
                  selector: {}
                  mode: Patch
                """);

        // Then
        assertThat(intent.problems()).isEmpty();
        assertThat(intent.policy())
                .isEqualTo(new Policy(
                        Vendors.Mixed,
                        AbiLevel.V2,
                        AbiLevel.V3,
                        "Skylake-Server-IBRS",
                        Set.of("Nova-Lake"),
                        Profile.Level,
                        FeatureSet.of("sse4.1", "avx20"),
                        FeatureSet.of("pclmuldq")));
        Selector nodes = Objects.requireNonNull(intent.nodes());
        assertThat(nodes.matches(Map.of("rack", "r7", "example.com/tier", "db")))
                .isTrue();
        assertThat(nodes.matches(Map.of("rack", "r7", "example.com/tier", "db", "retired", "")))
                .isFalse();
        assertThat(nodes.matches(Map.of("rack", "r7"))).isFalse();
        VirtualMachineIntent virtualMachines = Objects.requireNonNull(intent.virtualMachines());
        assertThat(virtualMachines.patch()).isTrue();
        assertThat(virtualMachines.namespaces().matches(Map.of("team", "shop"))).isTrue();
        assertThat(virtualMachines.namespaces().matches(Map.of())).isFalse();
        assertThat(virtualMachines.selector().matches(Map.of("any", "thing"))).isTrue();
    }

    @Test
    void mode_Observe_does_not_patch() {
        // When
        Intent intent = read("virtualMachines: {namespaceSelector: {}, selector: {}}");

        // Then
        assertThat(Objects.requireNonNull(intent.virtualMachines()).patch()).isFalse();
    }

    static Stream<Arguments> oddities() {
        String catalog = CATALOG.version();
        return Stream.of(
                arguments(
                        "abiLevel: {minimum: v3}",
                        Reason.InvalidSpec,
                        "spec.abiLevel.minimum: \"v3\" is not a level; expected x86-64-v1, x86-64-v2, x86-64-v3 or x86-64-v4."),
                arguments(
                        "abiLevel: {maximum: none}",
                        Reason.InvalidSpec,
                        "spec.abiLevel.maximum: \"none\" is not a level; expected x86-64-v1, x86-64-v2, x86-64-v3 or x86-64-v4."),
                arguments(
                        "abiLevel: {minimum: x86-64-v4, maximum: x86-64-v2}",
                        Reason.InvalidSpec,
                        "spec.abiLevel: minimum x86-64-v4 is above maximum x86-64-v2; lower the minimum or raise the maximum."),
                arguments(
                        "vendors: Intel",
                        Reason.InvalidSpec,
                        "spec.vendors: \"Intel\" is not known here; expected Single or Mixed."),
                arguments(
                        "features: {profile: performance}",
                        Reason.InvalidSpec,
                        "spec.features.profile: \"performance\" is not known here; expected Performance or Level."),
                arguments(
                        "features: {require: [sse4.1], exclude: [sse4_1]}",
                        Reason.InvalidSpec,
                        "spec.features: sse4.1 is required and excluded at once; remove it from one of the lists."),
                arguments(
                        "cpuModel: {name: EPYC, exclude: [EPYC]}",
                        Reason.InvalidSpec,
                        "spec.cpuModel: EPYC is named and excluded at once; remove it from exclude, or name another."),
                arguments(
                        "capacity: {minimum: half}",
                        Reason.InvalidSpec,
                        "spec.capacity.minimum: \"half\" is no share; expected a whole percentage from 0% to 100%."),
                arguments(
                        "plannedNodes: [{name: rack-7, model: EPYC-Genua}]",
                        Reason.UnknownModel,
                        "spec.plannedNodes[rack-7].model: there is no CPU model \"EPYC-Genua\" in catalog "
                                + CATALOG.version()
                                + ", nor on any node. Did you mean EPYC-Genoa? Correct it or take it out."),
                arguments(
                        "plannedNodes: [{name: rack-7, model: EPYC-Genoa, count: 0}]",
                        Reason.InvalidSpec,
                        "spec.plannedNodes[rack-7].count: 0 is no number of nodes; expected 1 or more."),
                arguments(
                        "changes: {raise: {policy: ExtrasOnly}}",
                        Reason.InvalidSpec,
                        "spec.changes.raise.policy: ExtrasOnly drops features, which no raise does; expected Manual or Automatic."),
                arguments(
                        "changes: {lower: {policy: Always}}",
                        Reason.InvalidSpec,
                        "spec.changes.lower.policy: \"Always\" is not known here; expected Manual or ExtrasOnly or Automatic."),
                arguments(
                        "changes: {raise: {stabilizationSeconds: -1}}",
                        Reason.InvalidSpec,
                        "spec.changes.raise.stabilizationSeconds: -1 is negative; 0 means at once."),
                arguments(
                        "changes: {lower: {stabilizationSeconds: -5}}",
                        Reason.InvalidSpec,
                        "spec.changes.lower.stabilizationSeconds: -5 is negative; 0 means at once."),
                arguments(
                        "cpuModel: {name: skylake-srver}",
                        Reason.UnknownModel,
                        "spec.cpuModel.name: there is no CPU model \"skylake-srver\" in catalog " + catalog
                                + ", nor on any node. Did you mean Skylake-Server? Correct it or take it out."),
                arguments(
                        "cpuModel: {name: host-model}",
                        Reason.UnknownModel,
                        "spec.cpuModel.name: there is no CPU model \"host-model\" in catalog " + catalog
                                + ", nor on any node. Names are libvirt's, for example Haswell-noTSX-IBRS; correct it or take it out."),
                arguments(
                        "cpuModel: {name: Nova-Lake}",
                        Reason.UnknownModel,
                        "spec.cpuModel.name: nodes have the CPU model Nova-Lake, but catalog " + catalog
                                + " doesn't, so what guests would get is not known. Name another model, or use a newer version of this program."),
                arguments(
                        "cpuModel: {exclude: [EPYC-Romme]}",
                        Reason.UnknownModel,
                        "spec.cpuModel.exclude: there is no CPU model \"EPYC-Romme\" in catalog " + catalog
                                + ", nor on any node. Did you mean EPYC-Rome? Correct it or take it out."),
                arguments(
                        "cpuModel: {name: Broadwel-noTSX}",
                        Reason.UnknownModel,
                        "spec.cpuModel.name: there is no CPU model \"Broadwel-noTSX\" in catalog " + catalog
                                + ", nor on any node. Did you mean Broadwell-noTSX? Correct it or take it out."),
                arguments(
                        "cpuModel: {name: Sapphire}",
                        Reason.UnknownModel,
                        "spec.cpuModel.name: there is no CPU model \"Sapphire\" in catalog " + catalog
                                + ", nor on any node. Did you mean SapphireRapids? Correct it or take it out."),
                arguments(
                        "cpuModel: {name: EPYC-Genoa-v33}",
                        Reason.UnknownModel,
                        "spec.cpuModel.name: there is no CPU model \"EPYC-Genoa-v33\" in catalog " + catalog
                                + ", nor on any node. Did you mean EPYC-Genoa-v1? Correct it or take it out."),
                arguments(
                        "features: {require: [pclmulqqd]}",
                        Reason.UnknownFeature,
                        "spec.features.require: there is no CPU feature \"pclmulqqd\" in catalog " + catalog
                                + ", nor on any node. Did you mean pclmuldq? Correct it or take it out."),
                arguments(
                        "features: {require: [AVX2, AVX2]}",
                        Reason.UnknownFeature,
                        "spec.features.require: there is no CPU feature \"AVX2\" in catalog " + catalog
                                + ", nor on any node. Did you mean avx2? Correct it or take it out."),
                arguments(
                        "features: {exclude: [avx9000]}",
                        Reason.UnknownFeature,
                        "spec.features.exclude: there is no CPU feature \"avx9000\" in catalog " + catalog
                                + ", nor on any node. Names are libvirt's, for example avx2, sse4.1 or lahf_lm; correct it or take it out."),
                arguments(
                        "nodeSelector: {matchLabels: {'rack 7': r7}}",
                        Reason.InvalidSelector,
                        "spec.nodeSelector.matchLabels: \"rack 7\" is not a label's name; write [prefix/]name of letters, digits, '-', '_' and '.', for example example.com/tier."),
                arguments(
                        "nodeSelector: {matchLabels: {rack: 'r 7'}}",
                        Reason.InvalidSelector,
                        "spec.nodeSelector.matchLabels[rack]: \"r 7\" is not a label's value; write at most 63 letters, digits, '-', '_' and '.'."),
                arguments(
                        "nodeSelector: {matchExpressions: [{key: rack, operator: in, values: [r7]}]}",
                        Reason.InvalidSelector,
                        "spec.nodeSelector.matchExpressions[0].operator: \"in\" is not known; expected In, NotIn, Exists or DoesNotExist."),
                arguments(
                        "nodeSelector: {matchExpressions: [{key: a, operator: Exists}, {key: rack, operator: NotIn}]}",
                        Reason.InvalidSelector,
                        "spec.nodeSelector.matchExpressions[1]: operator NotIn needs values; name at least one, or use Exists or DoesNotExist."),
                arguments(
                        "nodeSelector: {matchExpressions: [{key: rack, operator: Exists, values: [r7]}]}",
                        Reason.InvalidSelector,
                        "spec.nodeSelector.matchExpressions[0]: operator Exists takes no values; remove them, or use In or NotIn."),
                arguments(
                        "virtualMachines: {selector: {}}",
                        Reason.InvalidSelector,
                        "spec.virtualMachines: namespaceSelector and selector must both be given; {} selects everything."),
                arguments(
                        "virtualMachines: {namespaceSelector: {}, selector: {}, mode: Enforce}",
                        Reason.InvalidSpec,
                        "spec.virtualMachines.mode: \"Enforce\" is not known here; expected Observe, Patch or Admission."),
                arguments(
                        "virtualMachines: {namespaceSelector: {}, selector: {}, releasePolicy: Delete}",
                        Reason.InvalidSpec,
                        "spec.virtualMachines.releasePolicy: \"Delete\" is not known here; expected Retain or Remove."));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("oddities")
    void an_oddity_is_told_with_field_finding_and_what_to_do(String yaml, Reason reason, String message) {
        assertThat(read(yaml).problems()).containsExactly(new Problem(reason, message));
    }

    @Test
    void a_selector_that_can_t_be_evaluated_selects_nothing_rather_than_everything() {
        // When
        Intent nodes = read("nodeSelector: {matchExpressions: [null]}");
        Intent namespaces = read(
                "virtualMachines: {namespaceSelector: {matchExpressions: [{key: a, operator: What}]}, selector: {}}");
        Intent selector = read("virtualMachines: {namespaceSelector: {}, selector: {matchLabels: {'': a}}}");
        Intent forgotten = read("virtualMachines: {namespaceSelector: {}}");

        // Then
        assertThat(nodes.nodes()).isNull();
        assertThat(namespaces.virtualMachines()).isNull();
        assertThat(selector.virtualMachines()).isNull();
        assertThat(forgotten.virtualMachines()).isNull();
        assertThat(Stream.of(nodes, namespaces, selector, forgotten).flatMap(intent -> intent.problems().stream()))
                .extracting(Problem::reason)
                .containsOnly(Reason.InvalidSelector);
    }

    @Test
    void an_unknown_mode_writes_nothing_and_gives_nothing_back() {
        // When
        Intent intent =
                read("virtualMachines: {namespaceSelector: {}, selector: {}, mode: patch, releasePolicy: Remove}");

        // Then
        VirtualMachineIntent virtualMachines = Objects.requireNonNull(intent.virtualMachines());
        assertThat(virtualMachines.patch()).isFalse();
        assertThat(virtualMachines.remove()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"Retain, false", "Remove, true", "remove, false"})
    void only_Remove_gives_back(String policy, boolean remove) {
        // When
        Intent intent = read("virtualMachines: {namespaceSelector: {}, selector: {}, releasePolicy: " + policy + "}");

        // Then
        assertThat(Objects.requireNonNull(intent.virtualMachines()).remove()).isEqualTo(remove);
    }

    @Test
    void all_oddities_of_a_spec_are_told() {
        // When
        Intent intent = read("""
                vendors: all
                abiLevel: {minimum: high}
                cpuModel: {exclude: [b-model, a-model]}
                features: {require: [this], exclude: [that]}
                nodeSelector: {matchLabels: {'?': '!'}}
                """);

        // Then
        assertThat(intent.problems()).hasSize(8);
    }

    // ---- garbage

    private static final List<String> ODD_TEXTS = List.of(
            "",
            " ",
            "\n",
            "%s %d %",
            "$1 \\",
            "{}",
            "\"",
            "\u0000",
            "\u0130\u0130\u0130\u0130",
            "\ud83d\ude00",
            "a".repeat(400),
            "x86-64-v3",
            "none",
            "Single",
            "Observe",
            "In",
            "avx2",
            "EPYC",
            "host-passthrough",
            "example.com/tier");

    private static String text(Random random) {
        return ODD_TEXTS.get(random.nextInt(ODD_TEXTS.size()));
    }

    private static @Nullable String textOrNothing(Random random) {
        return random.nextInt(4) == 0 ? null : text(random);
    }

    private static List<String> texts(Random random) {
        List<String> texts = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            texts.add(text(random));
        }
        return texts;
    }

    private static LabelSelector selector(Random random) {
        Map<String, String> labels = new HashMap<>();
        List<Requirement> terms = new ArrayList<>();
        for (int i = random.nextInt(3); i > 0; i--) {
            labels.put(text(random), text(random));
            terms.add(new Requirement(text(random), text(random), texts(random)));
        }
        return new LabelSelector(labels, terms);
    }

    private static ClusterCpuBaselineSpec spec(Random random) {
        return new ClusterCpuBaselineSpec(
                random.nextBoolean(),
                selector(random),
                text(random),
                random.nextBoolean() ? null : new AbiLevelBounds(textOrNothing(random), textOrNothing(random)),
                random.nextBoolean() ? null : new CpuModelPolicy(textOrNothing(random), texts(random)),
                new FeaturePolicy(text(random), texts(random), texts(random)),
                List.of(new PlannedNode(text(random), text(random), random.nextInt())),
                new CapacityPolicy(text(random)),
                new ChangePolicy(
                        new ChangePolicy.Raise(text(random), random.nextInt()),
                        new ChangePolicy.Lower(text(random), random.nextInt())),
                textOrNothing(random),
                random.nextBoolean()
                        ? null
                        : new VirtualMachinePolicy(
                                random.nextInt(4) == 0 ? null : selector(random),
                                random.nextInt(4) == 0 ? null : selector(random),
                                text(random),
                                text(random),
                                random.nextBoolean() ? RolloutPolicy.DEFAULT : rollout(random)),
                new ClusterDefaultPolicy(text(random)));
    }

    @ParameterizedTest
    @CsvSource({
        "Always, 100%, 10%, 60, 10, false, 100%",
        "WhenStopped, 25, 3, 0, 0, true, 25",
    })
    void limits_of_a_roll_out_are_read(
            String when,
            String maxUpdated,
            String maxUnproven,
            int perMinute,
            int failures,
            boolean whenStopped,
            String share)
            throws IOException {
        // When
        Intent intent = read(rollingOut(new RolloutPolicy(when, maxUpdated, maxUnproven, perMinute, failures)));

        // Then
        assertThat(Objects.requireNonNull(intent.virtualMachines()).rollout())
                .isEqualTo(new Rollout(
                        whenStopped,
                        Share.parse(share).orElseThrow(),
                        Share.parse(maxUnproven).orElseThrow(),
                        perMinute,
                        failures));
        assertThat(intent.problems()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "Never, 100%, 10%, 60, 10, when",
        "Always, 110%, 10%, 60, 10, maxUpdated",
        "Always, some, 10%, 60, 10, maxUpdated",
        "Always, 100%, 10%, -1, 10, maxPerMinute",
        "Always, 100%, 10%, 60, -1, maxFailures",
        "Always, 100%, 0%, 60, 10, maxUnproven",
        "Always, 100%, few, 60, 10, maxUnproven",
    })
    void where_the_limits_cannot_be_told_nothing_is_written_and_nothing_given_back(
            String when, String maxUpdated, String maxUnproven, int perMinute, int failures, String field)
            throws IOException {
        // When
        Intent intent = read(rollingOut(new RolloutPolicy(when, maxUpdated, maxUnproven, perMinute, failures)));

        // Then
        VirtualMachineIntent wanted = Objects.requireNonNull(intent.virtualMachines());
        assertThat(wanted.patch()).isFalse();
        assertThat(wanted.remove()).isFalse();
        assertThat(intent.problems()).singleElement().satisfies(problem -> {
            assertThat(problem.reason()).isEqualTo(Reason.InvalidSpec);
            assertThat(problem.message()).startsWith("spec.virtualMachines.rollout." + field + ":");
        });
    }

    private static ClusterCpuBaselineSpec rollingOut(RolloutPolicy rollout) throws IOException {
        ObjectMapper json = new ObjectMapper();
        ObjectNode spec = json.createObjectNode();
        ObjectNode machines = spec.putObject("virtualMachines");
        machines.putObject("namespaceSelector");
        machines.putObject("selector");
        machines.put("mode", "Patch").put("releasePolicy", "Remove").set("rollout", json.valueToTree(rollout));
        return json.treeToValue(spec, ClusterCpuBaselineSpec.class);
    }

    private static RolloutPolicy rollout(Random random) {
        return new RolloutPolicy(
                text(random),
                random.nextBoolean() ? Integer.toString(random.nextInt()) : text(random),
                random.nextBoolean() ? Integer.toString(random.nextInt()) : text(random),
                random.nextInt(),
                random.nextInt());
    }

    @Test
    void whatever_a_spec_holds_it_is_read_and_every_oddity_names_its_field() {
        for (int seed = 0; seed < 600; seed++) {
            // Given
            ClusterCpuBaselineSpec spec = spec(new Random(seed));

            // When
            Intent intent = read(spec);

            // Then
            assertThat(read(spec)).isEqualTo(intent);
            assertThat(intent.problems()).doesNotHaveDuplicates();
            for (Problem problem : intent.problems()) {
                assertThat(problem.message()).startsWith("spec.").endsWith(".");
                assertThat(problem.reason())
                        .isIn(Reason.InvalidSpec, Reason.InvalidSelector, Reason.UnknownModel, Reason.UnknownFeature);
            }
            boolean oddSelector =
                    intent.problems().stream().anyMatch(p -> p.message().startsWith("spec.nodeSelector"));
            assertThat(intent.nodes() == null).isEqualTo(oddSelector);
            assertThat(intent.policy().required().containsAll(FeatureSet.of("avx2")))
                    .isEqualTo(spec.features().require().contains("avx2"));
        }
    }
}
