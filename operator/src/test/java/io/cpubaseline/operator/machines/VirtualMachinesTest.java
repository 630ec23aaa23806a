package io.cpubaseline.operator.machines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cpubaseline.Reason;
import io.cpubaseline.Selector;
import io.cpubaseline.baseline.Purpose;
import io.cpubaseline.catalog.CatalogLoader;
import io.cpubaseline.catalog.FlagNames;
import io.cpubaseline.change.Pin;
import io.cpubaseline.change.Remembered;
import io.cpubaseline.cpu.AbiLevel;
import io.cpubaseline.evidence.EvidenceReader;
import io.cpubaseline.operator.cluster.ChangeSource;
import io.cpubaseline.operator.cluster.WatchedCluster;
import io.cpubaseline.operator.kube.ApiServer;
import io.cpubaseline.operator.options.RunOptions;
import io.cpubaseline.operator.testing.Options;
import io.cpubaseline.operator.testing.ScriptedApiServer;
import io.cpubaseline.operator.testing.ScriptedApiServer.Watches;
import io.cpubaseline.operator.watch.WatchedKind;
import io.cpubaseline.operator.watch.WatchedKind.State;
import io.cpubaseline.report.Observation;
import io.cpubaseline.report.Problem;
import io.cpubaseline.report.SpecReader.VirtualMachineIntent;
import io.cpubaseline.virtualmachine.OwnedFields;
import io.cpubaseline.virtualmachine.Rollout;
import io.cpubaseline.virtualmachine.VirtualMachineSnapshot;
import io.cpubaseline.virtualmachine.WriteOutcome;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Virtual machines over an API server that doesn't show all of them. */
class VirtualMachinesTest {

    private static final String KUBEVIRT = "/apis/kubevirt.io/v1/";
    private static final int MACHINES = 40;

    private static final VirtualMachineIntent ALL = new VirtualMachineIntent(
            Selector.everything(),
            Selector.everything(),
            /* patch= */ true,
            false,
            false,
            Rollout.unlimited(),
            Optional.of(Selector.everything()));

    private static final Pin PIN = new Pin(
            "Nehalem", new TreeMap<>(Map.of("aes", Purpose.Level)), AbiLevel.V2, "Intel", Instant.EPOCH, "2026.1.1");
    private static final Remembered REMEMBERED = new Remembered(PIN, null, List.of());

    private final ScriptedApiServer server = new ScriptedApiServer();
    private final Map<String, Watches> watches = new HashMap<>();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private final WatchedCluster watched = watching(Options.quick());
    private final ScriptedWrites writes = new ScriptedWrites();
    private final VirtualMachines machines = machines(watched, Options.quick());

    private WatchedCluster watching(RunOptions options) {
        return new WatchedCluster(
                new ApiServer(server.client(), Duration.ofSeconds(5)),
                new EvidenceReader(CatalogLoader.catalog(), FlagNames.shipped()),
                () -> {},
                options,
                timer);
    }

    private VirtualMachines machines(WatchedCluster cluster, RunOptions options) {
        return new VirtualMachines(
                cluster,
                writes,
                new SilentNotices(),
                new ChangeSource(timer, () -> List.of("main")),
                options,
                CatalogLoader.catalog(),
                node -> "",
                node -> Map.of(),
                InstantSource.system());
    }

    private static final class SilentNotices implements VirtualMachineAligner.Notices {
        @Override
        public void trouble(String baseline, VirtualMachineSnapshot vm, Reason reason, String message) {}

        @Override
        public void written(String baseline, VirtualMachineSnapshot vm, OwnedFields fields, WriteOutcome outcome) {}
    }

    @BeforeEach
    void serve() {
        serve("/api/v1/namespaces", "{\"metadata\":{\"name\":\"shop\",\"resourceVersion\":\"1\"}}");
        serve(KUBEVIRT + "kubevirts", "");
        serve(KUBEVIRT + "virtualmachineinstances", "");
        serve(
                KUBEVIRT + "virtualmachines",
                IntStream.range(0, MACHINES)
                        .mapToObj(VirtualMachinesTest::machine)
                        .collect(Collectors.joining(",")));
        watched.start();
    }

    @AfterEach
    void stop() {
        machines.close();
        watched.stop();
        timer.shutdownNow();
        server.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"virtualmachines", "virtualmachineinstances", "namespaces"})
    void whereAKindMayNotBeReadNothingIsWrittenAndNothingCounted(String kind) {
        // Given
        server.on("GET", path(kind), call -> call.refuse(403, "Forbidden", "User x cannot list"));
        settle();

        // When
        Observation.VirtualMachines observed = align();

        // Then
        assertThat(writes.sent()).isEmpty();
        assertThat(problem(observed).reason()).isEqualTo(Reason.Forbidden);
        assertThat(problem(observed).message()).contains("may not read " + kind);
        assertThat(problem(machines.foresee("main", ALL, REMEMBERED, false, null)))
                .isEqualTo(problem(observed));

        // When the permission comes
        serve();
        await().until(() -> watched.kinds().stream().noneMatch(each -> each.state() == State.FORBIDDEN));

        // Then
        assertThat(align().unreadable()).isNull();
        assertThat(writes.sent()).isNotEmpty();
    }

    @Test
    void writesThatWaitAreDroppedWhenTheirViewsAreOfThePast() {
        // Given
        settle();
        assertThat(align().tally().selected()).isEqualTo(MACHINES);
        int underWay = writes.sent().size();
        assertThat(underWay).isBetween(1, MACHINES - 1);

        // When reading is forbidden
        server.on("WATCH", path("virtualmachineinstances"), call -> call.refuse(403, "Forbidden", "no"));
        server.on("GET", path("virtualmachineinstances"), call -> call.refuse(403, "Forbidden", "no"));
        Objects.requireNonNull(watches.get(path("virtualmachineinstances"))).end();
        await().until(() -> watched.instances().state() == State.FORBIDDEN);
        assertThat(problem(align()).reason()).isEqualTo(Reason.Forbidden);
        writes.answer(new WriteOutcome.Applied("2", 2));

        // Then
        assertThat(writes.sent()).hasSize(underWay);
    }

    @Test
    void whereNothingIsHeardOfAKindNoBaselineThatNeedsItIsDecided() {
        // Given
        RunOptions impatient = Options.watching(Duration.ofMillis(300));
        WatchedCluster cluster = watching(impatient);
        VirtualMachines its = machines(cluster, impatient);
        cluster.start();
        await().until(() -> its.settled("main", ALL));

        // When the API server answers, but not about instances
        server.on("GET", path("virtualmachineinstances"), call -> call.answer(500, "{}"));
        server.on("WATCH", path("virtualmachineinstances"), call -> call.answer(500, "{}"));

        // Then
        await().until(() -> !its.settled("main", ALL));
        await().until(() -> its.settled("of-nodes-alone", null));

        // When it does again
        serve();

        // Then
        await().until(() -> its.settled("main", ALL));
        its.close();
        cluster.stop();
    }

    @Test
    void kindsThatOnlyBaselinesWantAreWatchedNoLongerThanTheController() {
        // Given
        settle();

        // When
        machines.close();
        watched.stopMachines();

        // Then
        assertThat(List.of(watched.virtualMachines(), watched.instances(), watched.namespaces()))
                .extracting(WatchedKind::state)
                .containsOnly(State.STOPPED);
        assertThat(watched.nodes().state()).isNotEqualTo(State.STOPPED);
    }

    private void settle() {
        await().until(() -> machines.settled("main", ALL));
    }

    private Observation.VirtualMachines align() {
        return Objects.requireNonNull(
                machines.align("main", ALL, REMEMBERED, /* paused= */ false, null, /* firstStarts= */ false)
                        .observed());
    }

    private static Problem problem(Observation.@Nullable VirtualMachines observed) {
        return Objects.requireNonNull(Objects.requireNonNull(observed).unreadable());
    }

    private void serve(String path, String items) {
        server.on("GET", path, call -> call.answer(200, """
                {"kind":"List","apiVersion":"v1","metadata":{"resourceVersion":"10"},"items":[%s]}""".formatted(items)));
        server.on("WATCH", path, watches.computeIfAbsent(path, each -> new Watches()));
    }

    private static String path(String kind) {
        return (kind.equals("namespaces") ? "/api/v1/" : KUBEVIRT) + kind;
    }

    private static String machine(int number) {
        return """
                {"metadata":{"namespace":"shop","name":"vm-%1$d","uid":"u-%1$d","resourceVersion":"1","generation":1},
                 "spec":{"template":{"spec":{"architecture":"amd64","domain":{"cpu":{"cores":2}}}}}}""".formatted(number);
    }
}
