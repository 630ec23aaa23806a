package io.cpubaseline.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cpubaseline.api.v1alpha1.ClusterCpuBaseline;
import io.cpubaseline.catalog.CatalogLoader;
import io.cpubaseline.catalog.FlagNames;
import io.cpubaseline.evidence.EvidenceReader;
import io.cpubaseline.operator.ScriptedApiServer.Watches;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OperatorProcessTest {

    private static final String BASELINES = "/apis/cpubaseline.io/v1alpha1/clustercpubaselines";
    private static final String NODES = "/api/v1/nodes";

    private final ScriptedApiServer server = new ScriptedApiServer();
    private final Watches presenceWatches = new Watches();
    private final Watches informerWatches = new Watches();
    private final Watches nodeWatches = new Watches();
    private final List<String> events = new CopyOnWriteArrayList<>();
    private final OperatorProcess process = new OperatorProcess(
            server.client(),
            Options.quick(),
            new EvidenceReader(CatalogLoader.catalog().levels(), FlagNames.shipped()),
            new Metrics("test", "test"),
            equipment -> new Recording(equipment, events),
            () -> events.add("lost"));

    /** A controller that only says what it is asked. */
    private record Recording(OperatorProcess.Equipment equipment, List<String> events)
            implements Reconciler<ClusterCpuBaseline>, AutoCloseable {

        @Override
        public UpdateControl<ClusterCpuBaseline> reconcile(
                ClusterCpuBaseline baseline, Context<ClusterCpuBaseline> context) {
            String name = baseline.getMetadata().getName();
            events.add((context.isPrimaryResourceDeleted() ? "gone " : "seen ") + name);
            return UpdateControl.noUpdate();
        }

        @Override
        public List<EventSource<?, ClusterCpuBaseline>> prepareEventSources(
                EventSourceContext<ClusterCpuBaseline> context) {
            return List.of(equipment.changes());
        }

        @Override
        public void close() {
            events.add("closed");
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

    private void serveBaselines() {
        server.on("GET", BASELINES, call -> call.answer(200, list(baseline("5"))));
        // The process watches baselines for itself; JOSDK's informer does, too, always for ten minutes.
        server.on("WATCH", BASELINES, call -> {
            boolean informers = call.query().contains("timeoutSeconds=600");
            (informers ? informerWatches : presenceWatches).handle(call);
        });
    }

    private int answer(String path) throws IOException {
        HttpURLConnection connection = (HttpURLConnection)
                URI.create("http://127.0.0.1:" + process.port() + path).toURL().openConnection();
        return connection.getResponseCode();
    }

    private static String baseline(String version) {
        return """
                {"apiVersion":"cpubaseline.io/v1alpha1","kind":"ClusterCpuBaseline","metadata":{"name":"main","uid":"u-1","generation":1,"resourceVersion":"%s"},"spec":{}}""".formatted(version);
    }

    private static String list(String... items) {
        return """
                {"kind":"List","apiVersion":"v1","metadata":{"resourceVersion":"10"},"items":[%s]}""".formatted(String.join(",", items));
    }
}
