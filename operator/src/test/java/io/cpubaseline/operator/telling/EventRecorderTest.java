package io.cpubaseline.operator.telling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.cpubaseline.Reason;
import io.cpubaseline.operator.kube.ApiServer;
import io.cpubaseline.operator.kube.Json;
import io.cpubaseline.operator.telling.EventRecorder.Severity;
import io.cpubaseline.operator.telling.EventRecorder.Subject;
import io.cpubaseline.operator.testing.MockApiServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class EventRecorderTest {

    private static final String OF_CLUSTER = "/apis/events.k8s.io/v1/namespaces/default/events";
    private static final String OF_SHOP = "/apis/events.k8s.io/v1/namespaces/shop/events";
    private static final Subject BASELINE =
            new Subject("cpubaseline.io/v1alpha1", "ClusterCpuBaseline", "", "main", "u-1");
    private static final Subject VM = new Subject("kubevirt.io/v1", "VirtualMachine", "shop", "web", "u-2");

    private final MockApiServer server = new MockApiServer();
    private final HandClock clock = new HandClock();
    private final EventRecorder events = new EventRecorder(
            new ApiServer(server.client(), Duration.ofSeconds(5)), "pod-1", clock, Duration.ofSeconds(1));

    @BeforeEach
    void acceptEverything() {
        server.on("POST", OF_CLUSTER, call -> call.answer(201, "{}"));
        server.on("POST", OF_SHOP, call -> call.answer(201, "{}"));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void anEventIsWrittenWhereItBelongs() throws IOException {
        // When
        events.record(BASELINE, Severity.Normal, Reason.PinMoved, "From a to b.");
        events.record(VM, Severity.Warning, Reason.Conflicting, "é".repeat(2000));

        // Then
        await().until(() -> server.requests("POST").size() == 2);
        JsonNode ofBaseline = body(OF_CLUSTER);
        assertThat(ofBaseline.get("reason").asText()).isEqualTo("PinMoved");
        assertThat(ofBaseline.get("type").asText()).isEqualTo("Normal");
        assertThat(ofBaseline.get("eventTime").asText()).isEqualTo("2026-01-01T00:00:00.000000Z");
        assertThat(ofBaseline.at("/metadata/name").asText()).startsWith("main.");
        assertThat(ofBaseline.at("/regarding/uid").asText()).isEqualTo("u-1");
        assertThat(body(OF_SHOP).at("/regarding/namespace").asText()).isEqualTo("shop");
        assertThat(body(OF_SHOP).get("note").asText().getBytes(StandardCharsets.UTF_8))
                .hasSizeBetween(1000, 1024);
    }

    @Test
    void theSameEventIsNotRepeatedWithinTenMinutes() {
        // When
        events.record(BASELINE, Severity.Normal, Reason.PinMoved, "From a to b.");
        clock.now = clock.now.plus(Duration.ofMinutes(9));
        events.record(BASELINE, Severity.Normal, Reason.PinMoved, "From a to b.");
        events.record(BASELINE, Severity.Normal, Reason.PinMoved, "From b to c.");
        clock.now = clock.now.plus(Duration.ofMinutes(2));
        events.record(BASELINE, Severity.Normal, Reason.PinMoved, "From a to b.");
        events.record(VM, Severity.Normal, Reason.PinMoved, "sentinel");

        // Then
        await().until(() -> !server.requests("POST").isEmpty()
                && server.requests("POST").stream()
                        .anyMatch(request -> request.path().equals(OF_SHOP)));
        await().until(() -> server.requests("POST").size() == 4);
    }

    @Test
    void movesBackAndForthAreAllTold() {
        // When: from a to b, back, and to b again within ten minutes
        for (String note : List.of("b is pinned. Before: a.", "a is pinned. Before: b.", "b is pinned. Before: a.")) {
            events.recordEach(BASELINE, Severity.Normal, Reason.PinMoved, note);
            clock.now = clock.now.plus(Duration.ofSeconds(1));
        }

        // Then: the newest names the pin in force
        await().until(() -> server.requests("POST").size() == 3);
        assertThat(server.requests("POST").stream()
                        .map(request -> note(request.body()))
                        .max(Comparator.naturalOrder()))
                .contains("2026-01-01T00:00:02.000000Z b is pinned. Before: a.");
    }

    @Test
    void whatIsToldOnceAboutEachOfManyIsCutOffForNone() {
        // Given: more than may be told in a burst
        int many = 200;

        // When
        for (int i = 0; i < many; i++) {
            events.announce(
                    new Subject("kubevirt.io/v1", "VirtualMachine", "shop", "vm-" + i, "u-" + i),
                    Reason.Aligned,
                    "Written.");
        }

        // Then
        await().until(() -> server.requests("POST").size() == many);
        assertThat(server.requests("POST").stream().map(request -> regarding(request.body())))
                .doesNotHaveDuplicates();
    }

    @Test
    void oneThatCannotBeToldKeepsNoneOfTheOthersBack() {
        // Given
        server.on("POST", OF_SHOP, call -> call.refuse(403, "Forbidden", "no"));

        // When
        events.announce(VM, Reason.Aligned, "Written.");
        events.announce(
                new Subject("kubevirt.io/v1", "VirtualMachine", "default", "db", "u-3"), Reason.Aligned, "Written.");

        // Then
        await().until(() -> server.requests("POST").stream()
                .anyMatch(request -> request.path().equals(OF_CLUSTER)));
    }

    private static String regarding(String body) {
        try {
            return Json.MAPPER.readTree(body).at("/regarding/name").asText();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String note(String body) {
        try {
            JsonNode event = Json.MAPPER.readTree(body);
            return event.get("eventTime").asText() + " " + event.get("note").asText();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void aFloodIsCutOffAndFlowsAgainLater() {
        // When
        for (int i = 0; i < 500; i++) {
            events.record(VM, Severity.Warning, Reason.Conflicting, "held by manager " + i);
        }
        clock.now = clock.now.plus(Duration.ofSeconds(1));
        events.record(BASELINE, Severity.Normal, Reason.PinMoved, "sentinel");

        // Then
        await().until(() -> server.requests("POST").stream()
                .anyMatch(request -> request.path().equals(OF_CLUSTER)));
        await().until(() -> server.requests("POST").size() == 51);
    }

    @Test
    void refusalsAndBrokenConnectionsAreNobodysProblem() {
        // Given
        server.on("POST", OF_CLUSTER, call -> call.refuse(403, "Forbidden", "no"));
        server.on("POST", OF_SHOP, MockApiServer.Call::hangUp);

        // When
        events.record(BASELINE, Severity.Normal, Reason.PinMoved, "a");
        await().until(() -> server.requests("POST").size() == 1);
        events.record(VM, Severity.Normal, Reason.PinMoved, "b");
        await().until(() -> server.requests("POST").size() == 2);
        server.awaitListening();
        events.record(BASELINE, Severity.Normal, Reason.PinMoved, "c");

        // Then
        await().until(() -> server.requests("POST").size() == 3);
    }

    private JsonNode body(String path) throws IOException {
        return Json.MAPPER.readTree(server.requests("POST").stream()
                .filter(request -> request.path().equals(path))
                .findFirst()
                .orElseThrow()
                .body());
    }

    private static final class HandClock extends Clock {
        private Instant now = Instant.parse("2026-01-01T00:00:00Z");

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return now;
        }
    }
}
