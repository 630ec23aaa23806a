package io.cpubaseline.report;

import static io.cpubaseline.change.Story.created;
import static io.cpubaseline.change.Story.node;
import static io.cpubaseline.change.Story.nodes;
import static io.cpubaseline.change.Story.notReady;
import static io.cpubaseline.change.Story.unlabelled;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import io.cpubaseline.Golden;
import io.cpubaseline.Reason;
import io.cpubaseline.api.v1alpha1.CandidateBaseline;
import io.cpubaseline.api.v1alpha1.CapacityReport;
import io.cpubaseline.api.v1alpha1.ClusterCpuBaselineStatus;
import io.cpubaseline.api.v1alpha1.CpuClassReport;
import io.cpubaseline.api.v1alpha1.EarlierBaseline;
import io.cpubaseline.api.v1alpha1.LimitReport;
import io.cpubaseline.api.v1alpha1.MigrationDomainReport;
import io.cpubaseline.api.v1alpha1.NodeCounts;
import io.cpubaseline.api.v1alpha1.PinnedBaseline;
import io.cpubaseline.api.v1alpha1.ReasonCount;
import io.cpubaseline.api.v1alpha1.RequiredFeature;
import io.cpubaseline.api.v1alpha1.VirtualMachineCounts;
import io.cpubaseline.baseline.Policy;
import io.cpubaseline.baseline.Purpose;
import io.cpubaseline.baseline.Revision;
import io.cpubaseline.change.Candidate;
import io.cpubaseline.change.Pin;
import io.cpubaseline.change.RandomCluster;
import io.cpubaseline.change.Remembered;
import io.cpubaseline.change.Story;
import io.cpubaseline.cpu.AbiLevel;
import io.cpubaseline.cpu.FeatureSet;
import io.cpubaseline.fleet.NodeCapacity;
import io.cpubaseline.fleet.NodeCpu;
import io.cpubaseline.fleet.NodeHost;
import io.cpubaseline.fleet.NodePlatform;
import io.cpubaseline.fleet.Taint;
import io.cpubaseline.report.Observation.Mode;
import io.cpubaseline.virtualmachine.Tally;
import io.cpubaseline.virtualmachine.Tally.State;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What was found and decided, as a status. */
class StatusReportTest {

    private static final String SKYLAKE = "xeon-gold-6130";
    private static final String NEHALEM = "xeon-w3520";
    private static final String NAPLES = "epyc-7601-32-core";

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory()
            .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
            .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
            .disable(YAMLGenerator.Feature.SPLIT_LINES));

    private static final Golden GOLDEN = new Golden("status");

    private final Tally tally = new Tally();
    private final Reporting reporting = new Reporting();

    // ---- golden answers

    private static final List<NodeCpu> HOME_LAB = List.of(
            node("prox01", "node-i5-13500"),
            node("prox02", "node-i5-13500"),
            node("prox03", "node-i9-13900h-a"),
            node("prox04", "node-i9-13900h-b"),
            node("prox05", "node-i9-12900h"),
            node("prox06", "node-ryzen7-5700x"),
            node("prox07", "node-ryzen7-8700g"));

    @Test
    void the_home_lab_over_both_vendors_has_the_golden_status() {
        // Given
        reporting.story.policy(Policy.open());
        tally.count(State.APPLIED);
        tally.count(State.APPLIED);
        tally.pendingRestart("shop/web");
        tally.count(State.SKIPPED, Reason.NestedVirtualization, "lab/nested");

        // When
        ClusterCpuBaselineStatus status =
                reporting.virtualMachines(Mode.PATCH, tally).report(HOME_LAB);

        // Then
        GOLDEN.assertThatItIs("home-lab-mixed.yaml", yaml(status));
    }

    @Test
    void the_home_lab_by_vendor_has_the_golden_status() {
        // When
        ClusterCpuBaselineStatus status = reporting.report(HOME_LAB);

        // Then
        GOLDEN.assertThatItIs("home-lab-single.yaml", yaml(status));
    }

    @Test
    void a_cluster_with_a_candidate_and_an_earlier_pin_has_the_golden_status() {
        // Given
        reporting.report(nodes(SKYLAKE, SKYLAKE));
        reporting.report(nodes(SKYLAKE, SKYLAKE, "xeon-e5-2650-v4"));
        reporting.story.approve(reporting.story.candidateRevision());
        reporting.report(nodes(SKYLAKE, SKYLAKE, "xeon-e5-2650-v4"));

        // When
        ClusterCpuBaselineStatus status = reporting.report(List.of(
                node("n0", SKYLAKE),
                node("n1", SKYLAKE),
                node("n2", NEHALEM),
                unlabelled(node("n3", SKYLAKE)),
                notReady(node("n4", SKYLAKE))));

        // Then
        GOLDEN.assertThatItIs("candidate.yaml", yaml(status));
    }

    @Test
    void no_golden_status_is_unused() {
        GOLDEN.assertThatItHasOnly("home-lab-mixed.yaml", "home-lab-single.yaml", "candidate.yaml");
    }

    /** Without what differs from day to day. */
    private static String yaml(ClusterCpuBaselineStatus status) {
        JsonNode tree = JSON.valueToTree(status);
        withoutTimesAndVersions(tree);
        try {
            String text = YAML.writeValueAsString(tree);
            assertThat(text)
                    .doesNotContainPattern("\\d\\d\\d\\d-\\d\\d-\\d\\d")
                    .doesNotContain(Story.PLANNER.catalog().version());
            return text;
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void withoutTimesAndVersions(JsonNode node) {
        if (node instanceof ObjectNode object) {
            object.remove(List.of("lastTransitionTime", "since", "catalogVersion"));
        }
        node.forEach(StatusReportTest::withoutTimesAndVersions);
    }

    // ---- what a status remembers

    /** What a candidate means for guests is told anew by each decision. */
    private static Remembered withoutImpact(Remembered remembered) {
        Candidate candidate = remembered.candidate();
        return candidate == null
                ? remembered
                : new Remembered(
                        remembered.pinned(),
                        new Candidate(
                                candidate.pin(),
                                candidate.direction(),
                                candidate.trigger(),
                                candidate.since(),
                                candidate.reason(),
                                ""),
                        remembered.history());
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7})
    void any_status_is_sound_small_and_remembers_what_was_decided(int seed) throws JsonProcessingException {
        // Given
        RandomCluster cluster = new RandomCluster(seed, reporting.story);

        for (int step = 0; step < 40; step++) {
            List<NodeCpu> nodes = cluster.somethingHappens();

            // When
            ClusterCpuBaselineStatus status = reporting.report(nodes);

            // Then
            Remembered remembered = reporting.story.remembered();
            assertThat(StatusReport.remembered(status)).isEqualTo(withoutImpact(remembered));
            ClusterCpuBaselineStatus read =
                    JSON.readValue(JSON.writeValueAsString(status), ClusterCpuBaselineStatus.class);
            assertThat(read).isEqualTo(status);
            assertThat(StatusReport.remembered(read)).isEqualTo(withoutImpact(remembered));
            assertThat(StatusSizeTest.sizeOf(status)).isLessThan(StatusSizeTest.SIXTEEN_KB);
            ConditionsTest.assertThatConditionsAreSound(status);
            assertThatNodesAddUp(Objects.requireNonNull(status.nodes()));
        }
    }

    private static void assertThatNodesAddUp(NodeCounts nodes) {
        assertThat(nodes.contributing() + nodes.unknown() + nodes.unfit()).isEqualTo(nodes.selected());
        assertThat(nodes.schedulable()).isLessThanOrEqualTo(nodes.selected());
        assertThat(nodes.reasons().stream().mapToInt(ReasonCount::count).sum())
                .isEqualTo(nodes.unknown() + nodes.unfit());
    }

    @Test
    void no_status_remembers_nothing() {
        assertThat(StatusReport.remembered(null)).isEqualTo(Remembered.nothing());
    }

    @Test
    void what_can_t_be_read_in_a_status_is_left_out() {
        // Given
        PinnedBaseline odd = new PinnedBaseline(
                Revision.of("Nehalem", FeatureSet.of("aes")),
                "Nehalem",
                "x86-64-v9",
                List.of(new RequiredFeature("aes", "Vanity")),
                null,
                "yesterday",
                null);
        PinnedBaseline nameless = new PinnedBaseline("", "", null, List.of(), null, null, null);
        CandidateBaseline timeless = new CandidateBaseline(
                "Nehalem-0123456789", "Nehalem", null, List.of(), null, null, "Upwards", "Whim", null, null);

        // When
        Remembered remembered = StatusReport.remembered(remembering(odd, timeless, nameless, odd));

        // Then
        Pin pinned = new Pin("Nehalem", new TreeMap<>(Map.of("aes", Purpose.Policy)), AbiLevel.NONE, null, null, "");
        assertThat(remembered).isEqualTo(new Remembered(pinned, null, List.of(pinned)));
    }

    @Test
    void a_pin_that_its_own_revision_contradicts_was_edited_by_somebody_and_is_none() {
        // Given
        String revision = Revision.of("Nehalem", FeatureSet.of("aes"));
        List<RequiredFeature> aes = List.of(new RequiredFeature("aes", "Performance"));

        for (PinnedBaseline edited : List.of(
                new PinnedBaseline(revision, "Conroe", "x86-64-v2", aes, "Intel", null, "1"),
                new PinnedBaseline(revision, "Nehalem", "x86-64-v2", List.of(), "Intel", null, "1"),
                new PinnedBaseline("Conroe-0123456789", "Nehalem", "x86-64-v2", aes, "Intel", null, "1"))) {
            // When
            Remembered remembered = StatusReport.remembered(remembering(edited, null));

            // Then
            assertThat(remembered).isEqualTo(Remembered.nothing());
        }
    }

    /** The model of an earlier pin is that of its revision, and so can't contradict it; but the features can. */
    @Test
    void an_earlier_pin_that_its_own_revision_contradicts_was_edited_by_somebody_and_is_none() {
        // Given
        List<RequiredFeature> aes = List.of(new RequiredFeature("aes", "Performance"));

        for (PinnedBaseline edited : List.of(
                new PinnedBaseline(
                        Revision.of("Nehalem", FeatureSet.of("aes")), "", "x86-64-v2", List.of(), "Intel", null, "1"),
                new PinnedBaseline("Conroe-0123456789", "", "x86-64-v2", aes, "Intel", null, "1"),
                new PinnedBaseline("-0123456789", "", "x86-64-v2", aes, "Intel", null, "1"),
                new PinnedBaseline("Conroe", "", "x86-64-v2", aes, "Intel", null, "1"))) {
            // When
            Remembered remembered = StatusReport.remembered(remembering(null, null, edited));

            // Then
            assertThat(remembered).isEqualTo(Remembered.nothing());
        }
    }

    /** A status that says nothing else. */
    private static ClusterCpuBaselineStatus remembering(
            @Nullable PinnedBaseline pinned, @Nullable CandidateBaseline candidate, PinnedBaseline... history) {
        return new ClusterCpuBaselineStatus(
                null,
                List.of(),
                pinned,
                candidate,
                List.of(),
                null,
                null,
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                null,
                null,
                Stream.of(history)
                        .map(earlier -> EarlierBaseline.of(earlier, pinned))
                        .toList());
    }

    // ---- single parts

    @Test
    void a_class_tells_what_the_others_could_have_without_it() {
        // When
        ClusterCpuBaselineStatus status = reporting.report(nodes(SKYLAKE, SKYLAKE, NEHALEM));

        // Then
        CpuClassReport skylakes = status.cpuClasses().get(0);
        CpuClassReport nehalem = status.cpuClasses().get(1);
        assertThat(skylakes.name()).isEqualTo("n0");
        assertThat(skylakes.nodes()).isEqualTo(2);
        assertThat(skylakes.vendor()).isEqualTo("Intel");
        assertThat(skylakes.lacks()).isEmpty();
        assertThat(skylakes.hostModelLoses()).isNotNull();
        assertThat(nehalem.abiLevel()).isEqualTo("x86-64-v2");
        assertThat(nehalem.lacks()).contains("avx", "avx2").isSorted();
        assertThat(Objects.requireNonNull(nehalem.without()).abiLevel()).isEqualTo("x86-64-v4");
        assertThat(Objects.requireNonNull(nehalem.without()).gains())
                .contains("avx")
                .isSorted();
    }

    @Test
    void the_only_class_has_no_others_and_one_whose_others_have_no_answer_says_so() {
        // When
        ClusterCpuBaselineStatus alone = reporting.report(nodes(SKYLAKE));
        ClusterCpuBaselineStatus withOld = new Reporting().report(nodes(SKYLAKE, "xeon-5110"));

        // Then
        assertThat(alone.cpuClasses().get(0).without()).isNull();
        CpuClassReport.Without without =
                Objects.requireNonNull(withOld.cpuClasses().get(0).without());
        assertThat(without.cpuModel()).isNull();
        assertThat(without.abiLevel()).isNull();
        assertThat(Objects.requireNonNull(withOld.cpuClasses().get(1).without()).cpuModel())
                .isEqualTo("Skylake-Server-noTSX-IBRS");
    }

    @Test
    void a_limit_is_a_sentence() {
        // When
        ClusterCpuBaselineStatus status = reporting.report(nodes(SKYLAKE, NEHALEM));

        // Then
        LimitReport limit = status.limits().get(0);
        assertThat(limit.abiLevel()).isEqualTo("x86-64-v4");
        assertThat(limit.cpuModel()).isEqualTo("Skylake-Server-noTSX-IBRS");
        assertThat(limit.nodes()).isEqualTo(1);
        assertThat(limit.message())
                .isEqualTo(
                        "Without n1: x86-64-v4 on Skylake-Server-noTSX-IBRS. It lacks abm avx avx2 bmi1 bmi2 f16c fma"
                                + " movbe xsave.");
    }

    @Test
    void vendors_are_shown_where_there_are_several() {
        // When
        ClusterCpuBaselineStatus status = reporting.report(nodes(SKYLAKE, SKYLAKE, NAPLES));

        // Then
        assertThat(status.vendorBaselines())
                .extracting(vendor -> "%s %d %s".formatted(vendor.vendor(), vendor.nodes(), vendor.cpuModel()))
                .containsExactly("AMD 1 EPYC", "Intel 2 Skylake-Server-noTSX-IBRS");
        assertThat(status.pinned()).isNull();
    }

    @Test
    void cores_and_memory_are_those_of_all_selected_nodes_and_of_those_where_a_guest_can_land_now() {
        // Given
        long gibibyte = 1L << 30;
        NodeCpu odd = node("n0", SKYLAKE).on(host(7_900, 30 * gibibyte + 1, false));
        NodeCpu even = node("n1", SKYLAKE).on(host(8_000, 31 * gibibyte, false));
        NodeCpu cordoned = node("n2", SKYLAKE).on(host(64_000, 100 * gibibyte, true));
        NodeCpu down = notReady(node("n3", SKYLAKE)).on(host(2_200, 4 * gibibyte, false));

        // When
        reporting.report(List.of(odd, even, cordoned));
        ClusterCpuBaselineStatus status = reporting.report(List.of(odd, even, cordoned, down));

        // Then
        assertThat(status.capacity()).isEqualTo(new CapacityReport(82, 15, "165Gi", "61Gi", null, null, null));
        assertThat(Objects.requireNonNull(status.nodes()).schedulable()).isEqualTo(2);
        assertThat(status.nodes().contributing()).isEqualTo(3);
        assertThat(status.migrationDomains()).containsExactly(new MigrationDomainReport("Intel", 2));
    }

    @Test
    void what_virtual_machines_ask_for_stands_beside_what_nodes_give() {
        // Given
        long gibibyte = 1L << 30;
        tally.count(State.APPLIED);
        tally.asks(new NodeCapacity(4_000, 8 * gibibyte), 10);
        tally.asks(new NodeCapacity(2_000, gibibyte), 3);
        tally.asks(NodeCapacity.none(), 2);

        // When
        ClusterCpuBaselineStatus status = reporting
                .virtualMachines(Mode.PATCH, tally)
                .report(List.of(node("n0", SKYLAKE).on(host(32_000, 64 * gibibyte, false))));

        // Then
        assertThat(status.capacity()).isEqualTo(new CapacityReport(32, 32, "64Gi", "64Gi", 46L, "83Gi", 2));
    }

    private static NodeHost host(long milliCores, long memory, boolean cordoned) {
        return new NodeHost(
                NodePlatform.unknown(),
                new NodeCapacity(milliCores, memory),
                cordoned ? List.of(Taint.CORDON) : List.of());
    }

    @Test
    void nodes_that_tell_no_resources_have_no_capacity() {
        assertThat(reporting.report(nodes(SKYLAKE, SKYLAKE)).capacity()).isNull();
    }

    @Test
    void nodes_are_counted_by_reason_with_five_names_or_fewer_where_these_are_long() {
        // Given
        String longName = "rack-7-of-the-second-hall-".repeat(3);
        List<NodeCpu> cluster = new ArrayList<>(nodes(SKYLAKE, SKYLAKE));
        IntStream.range(0, 8).forEach(i -> cluster.add(unlabelled(node("u" + i, SKYLAKE))));
        IntStream.range(0, 8).forEach(i -> cluster.add(notReady(node(longName + i, SKYLAKE))));

        // When
        ClusterCpuBaselineStatus status = reporting.report(cluster);

        // Then
        assertThat(Objects.requireNonNull(status.nodes()).reasons())
                .containsExactly(
                        new ReasonCount("KubeVirtLabelsMissing", 8, List.of("u0", "u1", "u2", "u3", "u4")),
                        new ReasonCount("NotReady", 8, List.of(longName + "0", longName + "1")));
    }

    @Test
    void virtual_machines_are_counted_by_reason() {
        // Given
        tally.count(State.APPLIED);
        tally.pendingRestart("shop/web");
        tally.count(State.PENDING);
        tally.count(State.REFUSED, Reason.Refused, "shop/db");
        tally.count(State.SKIPPED, Reason.OptedOut, "shop/z");
        tally.count(State.SKIPPED, Reason.OptedOut, "shop/a");

        // When
        VirtualMachineCounts counts = Objects.requireNonNull(reporting
                .virtualMachines(Mode.PATCH, tally)
                .report(nodes(SKYLAKE))
                .virtualMachines());

        // Then
        assertThat(counts)
                .isEqualTo(new VirtualMachineCounts(
                        5,
                        1,
                        1,
                        0,
                        1,
                        2,
                        1,
                        List.of(
                                new ReasonCount("PendingRestart", 1, List.of("shop/web")),
                                new ReasonCount("Refused", 1, List.of("shop/db")),
                                new ReasonCount("OptedOut", 2, List.of("shop/a", "shop/z"))),
                        List.of()));
    }

    @Test
    void a_young_cluster_shows_its_first_candidate() {
        // When
        ClusterCpuBaselineStatus status = reporting.report(List.of(created(node("n0", SKYLAKE), Story.START)));

        // Then
        CandidateBaseline candidate = Objects.requireNonNull(status.candidate());
        assertThat(candidate.direction()).isEqualTo("Raise");
        assertThat(candidate.reason()).isEqualTo("The first baseline.");
        assertThat(candidate.impact())
                .startsWith("Guests get x86-64-v4. At their next start guests of host-model lose ");
        assertThat(candidate.since()).isEqualTo("2026-01-01T00:00:00Z");
    }

    @Test
    void what_host_model_guests_lose_follows_the_pin_and_not_the_candidate() {
        // Given
        CpuClassReport before = reporting.report(nodes(SKYLAKE)).cpuClasses().get(0);

        // When: all nodes together could have much less
        ClusterCpuBaselineStatus status = reporting.report(nodes(SKYLAKE, "xeon-w3520"));

        // Then
        assertThat(Objects.requireNonNull(status.candidate()).abiLevel()).isEqualTo("x86-64-v2");
        assertThat(status.cpuClasses())
                .filteredOn(report -> report.name().equals("n0"))
                .extracting(CpuClassReport::hostModelLoses)
                .containsExactly(before.hostModelLoses());
    }
}
