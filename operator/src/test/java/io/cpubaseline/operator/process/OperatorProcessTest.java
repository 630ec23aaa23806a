package io.cpubaseline.operator.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cpubaseline.api.v1alpha1.ClusterCpuBaseline;
import io.cpubaseline.api.v1alpha1.ClusterCpuBaselineStatus;
import io.cpubaseline.api.v1alpha1.Condition;
import io.cpubaseline.catalog.CatalogLoader;
import io.cpubaseline.catalog.FlagNames;
import io.cpubaseline.evidence.EvidenceReader;
import io.cpubaseline.operator.controller.Equipment;
import io.cpubaseline.operator.controller.Working;
import io.cpubaseline.operator.options.RunOptions;
import io.cpubaseline.operator.telling.Metrics;
import io.cpubaseline.operator.testing.Options;
import io.cpubaseline.operator.testing.ScriptedApiServer;
import io.cpubaseline.operator.testing.ScriptedApiServer.Watches;
import io.cpubaseline.virtualmachine.Targets;
import io.cpubaseline.virtualmachine.VirtualMachineBuilder;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("thorough")
class OperatorProcessTest {

    private static final String BASELINES = "/apis/cpubaseline.io/v1alpha1/clustercpubaselines";
    private static final String NODES = "/api/v1/nodes";

    private static final ClusterCpuBaselineStatus READY = new ClusterCpuBaselineStatus(
            1L,
            List.of(new Condition("Ready", "True", 1L, null, "Pinned", "")),
            null,
            null,
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
            List.of());

    private static final String READY_MAIN =
            "cpu_baseline_condition{baseline=\"main\",reason=\"Pinned\",status=\"True\",type=\"Ready\"}";

    private final ScriptedApiServer server = new ScriptedApiServer();
    private final Watches presenceWatches = new Watches();
    private final Watches informerWatches = new Watches();
    private final Watches nodeWatches = new Watches();
    private final List<String> events = new CopyOnWriteArrayList<>();
    private final OperatorProcess process = process(Options.quick(), equipment -> new Recording(equipment, events));

    private OperatorProcess process(
            RunOptions options, Function<Equipment, Reconciler<ClusterCpuBaseline>> controllers) {
        return new OperatorProcess(
                server.anotherClient(),
                server.anotherClient(),
                options,
                new EvidenceReader(CatalogLoader.catalog(), FlagNames.shipped()),
                new Metrics("test", "test"),
                controllers,
                () -> events.add("lost"));
    }

    /** A controller that only says what it is asked. */
    private record Recording(Equipment equipment, List<String> events)
            implements Reconciler<ClusterCpuBaseline>, Working {

        @Override
        public UpdateControl<ClusterCpuBaseline> reconcile(
                ClusterCpuBaseline baseline, Context<ClusterCpuBaseline> context) {
            String name = baseline.getMetadata().getName();
            equipment.metrics().observed(name, new Metrics.Observed(READY, Map.of(), Map.of()));
            events.add((context.isPrimaryResourceDeleted() ? "gone " : "seen ") + name);
            return UpdateControl.noUpdate();
        }

        @Override
        public List<EventSource<?, ClusterCpuBaseline>> prepareEventSources(
                EventSourceContext<ClusterCpuBaseline> context) {
            return List.of(equipment.changes());
        }

        @Override
        public void start() {}

        @Override
        public void close() {
            events.add("closed");
        }
    }

    /** A controller whose reconciliation lasts until it is closed. */
    private static final class Lasting implements Reconciler<ClusterCpuBaseline>, Working {
        private final List<String> events;
        private final CountDownLatch closed = new CountDownLatch(1);

        Lasting(List<String> events) {
            this.events = events;
        }

        @Override
        public UpdateControl<ClusterCpuBaseline> reconcile(
                ClusterCpuBaseline baseline, Context<ClusterCpuBaseline> context) {
            events.add("seen");
            try {
                closed.await();
                events.add("ended");
            } catch (InterruptedException e) {
                events.add("interrupted");
            }
            return UpdateControl.noUpdate();
        }

        @Override
        public void start() {}

        @Override
        public void close() {
            events.add("closed");
            closed.countDown();
        }
    }

    @BeforeEach
    void serveNodes() throws IOException {
        server.on("GET", NODES, call -> call.answer(200, list()));
        server.on("WATCH", NODES, nodeWatches);
        process.start();
    }

    @AfterEach
    void stop() {
        process.close();
        server.close();
    }

    @Test
    void withoutOurKindItIdlesReadyAndComesAndGoesWithIt() throws IOException {
        // Given
        await().until(() -> answer("/readyz") == 200);
        assertThat(answer("/livez")).isEqualTo(200);

        // When: the definition is installed
        serveBaselines();

        // Then
        await().until(() -> events.contains("seen main"));

        // When: it is removed
        server.on("GET", BASELINES, call -> call.answer(404, "404 page not found"));
        server.on("WATCH", BASELINES, call -> call.answer(404, "404 page not found"));
        presenceWatches.end();
        informerWatches.end();

        // Then
        await().until(() -> events.contains("closed"));
        assertThat(answer("/readyz")).isEqualTo(200);

        // When: it is installed again
        events.clear();
        serveBaselines();

        // Then
        await().until(() -> events.contains("seen main"));
    }

    @Test
    void whatWasSaidOfBaselinesGoesWithTheirKind() throws IOException {
        // Given
        serveBaselines();
        await().until(() -> events.contains("seen main"));
        assertThat(metric(process, READY_MAIN)).isEqualTo(1);

        // When
        server.on("GET", BASELINES, call -> call.answer(404, "404 page not found"));
        server.on("WATCH", BASELINES, call -> call.answer(404, "404 page not found"));
        presenceWatches.end();
        informerWatches.end();

        // Then
        await().until(() -> events.contains("closed"));
        await().untilAsserted(() -> assertThat(metric(process, READY_MAIN)).isNegative());
    }

    @Test
    void aChangeOfANodeWakesTheBaselines() {
        // Given
        serveBaselines();
        await().until(() -> events.contains("seen main"));
        await().until(() -> server.requests("WATCH").stream()
                .anyMatch(request -> request.path().equals(NODES)));
        events.clear();

        // When
        nodeWatches.send("ADDED", "{\"metadata\":{\"name\":\"n1\",\"uid\":\"u\",\"resourceVersion\":\"11\"}}");

        // Then
        await().until(() -> events.contains("seen main"));
    }

    @Test
    void aDeletedBaselineIsTold() {
        // Given
        serveBaselines();
        await().until(() -> events.contains("seen main"));

        // When: both watches of baselines hear of it
        String gone = baseline("12");
        presenceWatches.send("DELETED", gone);
        informerWatches.send("DELETED", gone);

        // Then
        await().until(() -> events.contains("gone main"));
    }

    @Test
    void anEditThatOnlyOurOwnWatchHasSeenStartsTheControllersWatchAnew() {
        // Given
        serveBaselines();
        await().until(() -> events.contains("seen main"));
        events.clear();
        server.on("GET", BASELINES, call -> call.answer(200, list(baseline("12", 2))));

        // When: the controller's connection is dead, so its watch stays silent
        presenceWatches.send("MODIFIED", baseline("12", 2));

        // Then
        await().atMost(Duration.ofSeconds(30)).until(() -> events.contains("seen main"));
        assertThat(events).startsWith("closed");
    }

    @Test
    void aBaselineThatOnlyOurOwnWatchHasSeenGoIsForgotten() {
        // Given
        serveBaselines();
        await().until(() -> events.contains("seen main"));
        server.on("GET", BASELINES, call -> call.answer(200, list()));

        // When
        presenceWatches.send("DELETED", baseline("12", 1));

        // Then
        await().atMost(Duration.ofSeconds(30)).until(() -> events.contains("closed"));
    }

    @Test
    void atTheEndNothingNewBeginsBeforeWhatIsUnderWayIsAwaited() throws IOException {
        // Given
        serveBaselines();
        List<String> last = new CopyOnWriteArrayList<>();
        OperatorProcess ending = process(Options.quick(), equipment -> new Lasting(last));
        ending.start();
        await().until(() -> last.contains("seen"));

        // When
        ending.close();

        // Then
        assertThat(last).containsExactly("seen", "closed", "ended");
    }

    @Test
    void theLeaseIsGivenUpWhenTheLastWritesAreAnswered() throws IOException {
        // Given: a leader whose write is under way
        serveBaselines();
        List<String> order = new CopyOnWriteArrayList<>();
        AtomicReference<String> lease = new AtomicReference<>("");
        String leases = "/apis/coordination.k8s.io/v1/namespaces/default/leases";
        server.on("POST", leases, call -> {
            lease.set(call.body());
            call.answer(201, call.body());
        });
        server.on("GET", leases + "/cpu-baseline", call -> {
            String stored = String.valueOf(lease.get());
            if (stored.isEmpty()) {
                call.refuse(404, "NotFound", "not found");
            } else {
                call.answer(200, stored);
            }
        });
        server.on("PUT", leases + "/cpu-baseline", call -> {
            lease.set(call.body());
            if (call.body().contains("\"holderIdentity\":\"\"")) {
                order.add("given up");
            }
            call.answer(200, call.body());
        });
        AtomicLong ending = new AtomicLong(Long.MAX_VALUE);
        server.on("PATCH", "/apis/kubevirt.io/v1/namespaces/shop/virtualmachines/web", call -> {
            order.add("write");
            await().until(() -> System.nanoTime() > ending.get());
            order.add("answer");
            call.answer(200, "{}");
        });
        AtomicReference<Equipment> tools = new AtomicReference<>();
        OperatorProcess leader = process(Options.electing("me", Duration.ofSeconds(10)), equipment -> {
            tools.set(equipment);
            return new Recording(equipment, events);
        });
        leader.start();
        await().until(() -> metric(leader, "cpu_baseline_leader") == 1);
        var unused = Objects.requireNonNull(tools.get())
                .virtualMachines()
                .apply(
                        VirtualMachineBuilder.vm("web").build(),
                        "cpu-baseline.main",
                        Targets.of("main", "Intel", "Haswell", "aes").fields());
        await().until(() -> order.contains("write"));

        // When
        ending.set(System.nanoTime() + Duration.ofSeconds(1).toNanos());
        leader.close();

        // Then
        assertThat(order).containsExactly("write", "answer", "given up");
    }

    @Test
    void aKindOfWhichNothingIsHeardIsToldByItsAge() throws IOException {
        // When
        await().until(() -> answer("/readyz") == 200);

        // Then
        assertThat(metric(process, "cpu_baseline_watch_age_seconds{kind=\"nodes\"}"))
                .isBetween(0.0, 60.0);
        assertThat(answer("/livez")).isEqualTo(200);
    }

    private void serveBaselines() {
        server.on("GET", BASELINES, call -> call.answer(200, list(baseline("5"))));
        // The process watches baselines for itself; JOSDK's informer does, too, always for ten minutes.
        server.on("WATCH", BASELINES, call -> {
            boolean informers = call.query().contains("timeoutSeconds=600");
            (informers ? informerWatches : presenceWatches).handle(call);
        });
    }

    private int answer(String path) throws IOException {
        return get(process, path).getResponseCode();
    }

    /** The value of a metric's series; negative if it isn't there. */
    private static double metric(OperatorProcess process, String series) throws IOException {
        try (InputStream text = get(process, "/metrics").getInputStream()) {
            return new String(text.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> line.startsWith(series + " "))
                    .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                    .findFirst()
                    .orElse(-1);
        }
    }

    private static HttpURLConnection get(OperatorProcess process, String path) throws IOException {
        return (HttpURLConnection)
                URI.create("http://127.0.0.1:" + process.port() + path).toURL().openConnection();
    }

    private static String baseline(String version) {
        return baseline(version, 1);
    }

    private static String baseline(String version, int generation) {
        return """
                {"apiVersion":"cpubaseline.io/v1alpha1","kind":"ClusterCpuBaseline","metadata":{"name":"main","uid":"u-1","generation":%d,"resourceVersion":"%s"},"spec":{}}""".formatted(generation, version);
    }

    private static String list(String... items) {
        return """
                {"kind":"List","apiVersion":"v1","metadata":{"resourceVersion":"10"},"items":[%s]}""".formatted(String.join(",", items));
    }
}
