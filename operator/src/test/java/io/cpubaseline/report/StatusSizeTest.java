package io.cpubaseline.report;

import static io.cpubaseline.change.Story.node;
import static io.cpubaseline.change.Story.nodes;
import static io.cpubaseline.change.Story.notReady;
import static io.cpubaseline.change.Story.unlabelled;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.cpubaseline.Fleets;
import io.cpubaseline.Reason;
import io.cpubaseline.api.v1alpha1.ClusterCpuBaselineStatus;
import io.cpubaseline.api.v1alpha1.Condition;
import io.cpubaseline.api.v1alpha1.EarlierBaseline;
import io.cpubaseline.baseline.Plan;
import io.cpubaseline.baseline.Policy;
import io.cpubaseline.baseline.Purpose;
import io.cpubaseline.change.Candidate;
import io.cpubaseline.change.Candidate.Direction;
import io.cpubaseline.change.Candidate.Trigger;
import io.cpubaseline.change.Decision;
import io.cpubaseline.change.Decision.Verdict;
import io.cpubaseline.change.Pin;
import io.cpubaseline.change.Remembered;
import io.cpubaseline.change.Story;
import io.cpubaseline.cpu.AbiLevel;
import io.cpubaseline.cpu.FeatureSet;
import io.cpubaseline.fleet.CpuEvidence;
import io.cpubaseline.fleet.Fleet;
import io.cpubaseline.fleet.GuestShape;
import io.cpubaseline.fleet.NodeCpu;
import io.cpubaseline.fleet.Placement;
import io.cpubaseline.fleet.SchedulingRules;
import io.cpubaseline.fleet.Silicon;
import io.cpubaseline.report.Observation.Mode;
import io.cpubaseline.virtualmachine.Action;
import io.cpubaseline.virtualmachine.FirstStarts;
import io.cpubaseline.virtualmachine.GuestCpu;
import io.cpubaseline.virtualmachine.Tally;
import io.cpubaseline.virtualmachine.Tally.State;
import io.cpubaseline.virtualmachine.Target;
import io.cpubaseline.virtualmachine.Targets;
import io.cpubaseline.virtualmachine.VirtualMachineBuilder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a status leaves out so that it stays small, whatever the cluster is like. */
class StatusSizeTest {

    static final int SIXTEEN_KB = 16_384;

    private static final String SKYLAKE = "xeon-gold-6130";
    private static final String NAPLES = "epyc-7601-32-core";
    private static final Target TARGET = Targets.of("all", "", "Skylake-Server");
    private static final ObjectMapper JSON = new ObjectMapper();

    static int sizeOf(ClusterCpuBaselineStatus status) {
        try {
            return JSON.writeValueAsString(status).getBytes(StandardCharsets.UTF_8).length;
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    static Stream<Integer> nameLengths() {
        return Stream.of(12, 63, 253);
    }

    @ParameterizedTest(name = "names of {0} characters")
    @MethodSource("nameLengths")
    void forty_kinds_of_nodes_5000_of_them_10000_machines_and_everything_going_wrong_take_16_kB(int nameLength) {
        // When
        ClusterCpuBaselineStatus status = everythingGoesWrong(nameLength, 16);

        // Then
        assertThat(sizeOf(status)).isBetween(13_000, SIXTEEN_KB);
        assertThat(status.history()).hasSize(10);
        assertThat(status.cpuClasses()).isNotEmpty();
        assertThat(status.limits()).isNotEmpty();
        assertThat(Objects.requireNonNull(status.nodes()).reasons()).hasSize(7);
        assertThat(Objects.requireNonNull(status.virtualMachines()).reasons()).hasSize(17);
    }

    @Test
    void machines_that_are_left_out_of_first_starts_take_their_room() {
        // Given as many names as there may be
        List<String> names =
                IntStream.range(0, 200).mapToObj("shop/vm-%03d"::formatted).toList();

        // When
        ClusterCpuBaselineStatus status = everythingGoesWrong(63, 16, null, new FirstStarts(true, names));

        // Then
        assertThat(sizeOf(status)).isBetween(13_000, SIXTEEN_KB);
        assertThat(Objects.requireNonNull(status.firstStarts()).except()).hasSize(200);
    }

    @Test
    void explanations_give_way_to_what_was_decided() {
        // When
        ClusterCpuBaselineStatus status = everythingGoesWrong(253, 40);

        // Then
        assertThat(sizeOf(status)).isLessThan(SIXTEEN_KB);
        assertThat(status.history()).hasSize(10);
        assertThat(Objects.requireNonNull(status.nodes()).selected()).isEqualTo(5_000);
        assertThat(Objects.requireNonNull(status.nodes()).reasons()).hasSize(7);
        assertThat(status.cpuClasses()).isEmpty();
    }

    @Test
    void of_earlier_pins_the_oldest_ones_go_first() {
        // When
        ClusterCpuBaselineStatus status = everythingGoesWrong(12, 60);

        // Then
        List<String> features = genoa();
        assertThat(status.history())
                .hasSizeLessThan(10)
                .extracting(EarlierBaseline::revision)
                .isEqualTo(IntStream.range(0, status.history().size())
                        .mapToObj(i -> pin(features.subList(i, i + 60)).revision())
                        .toList());
    }

    @Test
    void a_few_kinds_of_nodes_leave_room_for_all_earlier_pins() {
        // Given
        List<Pin> history = IntStream.range(0, 10)
                .mapToObj(i -> pin(genoa().subList(i, i + 16)))
                .toList();
        List<NodeCpu> nodes = nodes(SKYLAKE, SKYLAKE, "ice-lake-server");
        Plan plan = Story.PLANNER.plan(Story.PLANNER.assess(nodes, Policy.open(), null), Policy.open());
        Pin pinned = Pin.of(plan.answer().baseline().orElseThrow(), null, null, "2026.1.1");
        Decision decision = new Decision(
                new Remembered(pinned, null, history),
                null,
                null,
                new Verdict(Reason.UpToDate, "As it is."),
                null,
                null);

        // When
        ClusterCpuBaselineStatus status =
                StatusReport.of(ObservationBuilder.observation(plan, decision).build(), null);

        // Then
        assertThat(sizeOf(status)).isLessThan(SIXTEEN_KB);
        assertThat(status.history()).hasSize(10);
        assertThat(status.cpuClasses()).isNotEmpty();
        assertThat(status.commonFeatures()).hasSize(plan.explanation().common().size());
    }

    @Test
    void long_messages_leave_the_short_ones_whole() {
        // When
        ClusterCpuBaselineStatus status = everythingGoesWrong(12, 16, "x".repeat(2_000), FirstStarts.NONE);

        // Then
        assertThat(status.conditions().stream()
                        .mapToInt(condition -> condition.message().length())
                        .sum())
                .isBetween(3_400, 3_500);
        assertThat(status.conditions())
                .filteredOn(condition -> condition.type().equals("ApprovalAccepted"))
                .extracting(Condition::message)
                .containsExactly("m".repeat(300));
        assertThat(status.conditions())
                .filteredOn(condition -> condition.type().equals("Stalled"))
                .singleElement()
                .satisfies(condition ->
                        assertThat(condition.message()).hasSizeGreaterThan(300).endsWith("x …"));
    }

    @Test
    void the_command_line_has_room_for_more() {
        // Given
        Fleet fleet = Story.PLANNER.assess(manyNodes(12), Policy.open(), null);
        Plan plan = Story.PLANNER.plan(fleet, Policy.open());
        Decision decision = new Decision(
                Remembered.nothing(),
                null,
                new Verdict(Reason.WaitingForEvidence, "As it is."),
                new Verdict(Reason.UpToDate, "As it is."),
                null,
                null);

        // When
        ClusterCpuBaselineStatus status = StatusReport.of(
                ObservationBuilder.observation(plan, decision).outsideACluster().build(), null);

        // Then
        assertThat(sizeOf(status)).isLessThan(32_768);
        assertThat(status.cpuClasses()).hasSize(16);
    }

    /** A character of Chinese, Japanese or Korean takes three bytes. */
    @ParameterizedTest
    @ValueSource(strings = {"拒否されました。", "\"a\" \\ \"b\"\n", "🚫"})
    void words_of_a_webhook_take_the_room_of_their_bytes(String words) {
        // When
        ClusterCpuBaselineStatus status = everythingGoesWrong(63, 40, words.repeat(1_000), FirstStarts.NONE);

        // Then
        assertThat(sizeOf(status)).isBetween(12_000, SIXTEEN_KB);
        assertThat(status.conditions())
                .filteredOn(condition -> condition.type().equals("Stalled"))
                .extracting(Condition::message)
                .singleElement()
                .asString()
                .startsWith(words.repeat(10))
                .endsWith(" …")
                .doesNotContain("\uFFFD");
    }

    private static ClusterCpuBaselineStatus everythingGoesWrong(int nameLength, int featuresOfEarlierPins) {
        return everythingGoesWrong(nameLength, featuresOfEarlierPins, null, FirstStarts.NONE);
    }

    private static ClusterCpuBaselineStatus everythingGoesWrong(
            int nameLength, int featuresOfEarlierPins, @Nullable String forbidden, FirstStarts firstStarts) {
        List<String> features = genoa();
        Pin pinned = pin(features.subList(0, 45));
        List<Pin> history = IntStream.range(0, 10)
                .mapToObj(i -> pin(features.subList(i, i + featuresOfEarlierPins)))
                .toList();
        List<NodeCpu> nodes = manyNodes(nameLength);
        Fleet fleet = Story.PLANNER.assess(nodes, Policy.open(), pinned.criteria());
        Plan plan = Story.PLANNER.plan(fleet, Policy.open());
        Pin next = Pin.of(plan.answer().baseline().orElseThrow(), null, null, "2026.1.1");
        Candidate candidate = new Candidate(
                next, Direction.Sideways, Trigger.Evidence, Story.START, "r".repeat(400), "i".repeat(900));
        Decision decision = new Decision(
                new Remembered(pinned, candidate, history),
                null,
                null,
                new Verdict(Reason.HeldByApproval, "m".repeat(600)),
                new Verdict(Reason.NotACandidate, "m".repeat(300)),
                null);
        return StatusReport.of(
                ObservationBuilder.observation(plan, decision)
                        .virtualMachines(new Observation.VirtualMachines(
                                        Mode.PATCH,
                                        manyVirtualMachines(nameLength),
                                        null,
                                        forbidden,
                                        SchedulingRules.byDefault())
                                .giving(firstStarts))
                        .build(),
                null);
    }

    private static List<String> genoa() {
        return Story.PLANNER
                .catalog()
                .model("EPYC-Genoa")
                .orElseThrow()
                .features()
                .names();
    }

    private static Pin pin(List<String> features) {
        TreeMap<String, Purpose> required = new TreeMap<>();
        features.forEach(feature -> required.put(feature, Purpose.Performance));
        return new Pin("Skylake-Server-noTSX-IBRS", required, AbiLevel.V4, null, Story.START, "2026.1.1");
    }

    private static GuestShape ofType(String machineType) {
        return new GuestShape(
                machineType, Set.of(), false, false, 0, Set.of(), List.of(), List.of(), Placement.anywhere());
    }

    /** 40 kinds, the older ones in trouble of every kind. */
    private static List<NodeCpu> manyNodes(int nameLength) {
        List<String> hosts = List.of(
                SKYLAKE,
                "ice-lake-server",
                "node-i5-13500",
                "xeon-e5-2650-v4",
                NAPLES,
                "epyc-9334-32-core",
                "node-ryzen7-5700x",
                "xeon-bronze-3408u",
                "xeon-6731e",
                "xeon-e5-2650");
        Random random = new Random(1);
        List<NodeCpu> nodes = new ArrayList<>();
        for (int kind = 0; kind < 40; kind++) {
            CpuEvidence host = Fleets.host(hosts.get(kind % hosts.size()));
            List<String> features = new ArrayList<>(host.labelledFeatures().names());
            for (int i = 0; i < 3; i++) {
                features.remove(random.nextInt(features.size()));
            }
            CpuEvidence evidence = new CpuEvidence(
                    FeatureSet.copyOf(features), host.labelledModels(), host.labelledVendors(), Silicon.unknown());
            for (int i = 0; i < 125; i++) {
                NodeCpu node = node(name("node", kind * 125 + i, nameLength), evidence);
                nodes.add(
                        switch (i % 12) {
                            case 0 -> notReady(node);
                            case 1 -> Story.notSchedulable(node);
                            case 2 -> Story.frozen(node);
                            case 3 -> Story.rebooted(node);
                            case 4 -> Story.withoutKvm(node);
                            case 5 -> unlabelled(node);
                            default -> node;
                        });
            }
        }
        return nodes;
    }

    private static Tally manyVirtualMachines(int nameLength) {
        Tally tally = new Tally();
        List<Reason> reasons = List.of(
                Reason.Conflicting,
                Reason.Contended,
                Reason.Refused,
                Reason.Forbidden,
                Reason.ClaimedByOther,
                Reason.UserFeatures,
                Reason.HostPassthrough,
                Reason.NestedVirtualization,
                Reason.NoCpuTopology,
                Reason.Confidential,
                Reason.WaitAsReceiver,
                Reason.PoolOwned,
                Reason.NotAmd64,
                Reason.BeingDeleted,
                Reason.OptedOut);
        for (int i = 0; i < 10_000; i++) {
            String namespace = name("namespace", i, Math.min(nameLength, 63));
            String name = namespace + "/" + name("vm", i, nameLength);
            if (i % 2 == 0) {
                tally.count(State.APPLIED);
                tally.pendingRestart(name);
            } else {
                tally.count(State.SKIPPED, reasons.get(i % reasons.size()), name);
            }
            tally.runs(new GuestCpu("Model-" + i % 40, List.of(), "Intel"), 1);
            tally.guests()
                    .look(
                            VirtualMachineBuilder.vm(name("vm", i, nameLength))
                                    .namespace(namespace)
                                    .shape(ofType("machine-type-" + i % 40))
                                    .build(),
                            new Action.Apply(TARGET.fields()),
                            null,
                            TARGET);
        }
        return tally;
    }

    private static String name(String what, int number, int length) {
        String name = "%s%d".formatted(what, number);
        return name.length() >= length ? name : name + "-".repeat(length - name.length() - 1) + "x";
    }
}
