package io.cpubaseline.operator.telling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.cpubaseline.Reason;
import io.cpubaseline.api.v1alpha1.ClusterCpuBaseline;
import io.cpubaseline.api.v1alpha1.ClusterCpuBaselineStatus;
import io.cpubaseline.api.v1alpha1.Condition;
import io.cpubaseline.operator.kube.ApiServer;
import io.cpubaseline.operator.kube.Json;
import io.cpubaseline.operator.testing.MockApiServer;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is told of a transition, and how loudly. */
class ChronicleTest {

    private static final String EVENTS = "/apis/events.k8s.io/v1/namespaces/default/events";

    private final MockApiServer server = new MockApiServer();
    private final Chronicle chronicle = new Chronicle(
            new EventRecorder(
                    new ApiServer(server.client(), Duration.ofSeconds(5)),
                    "pod-1",
                    Clock.systemUTC(),
                    Duration.ofSeconds(1)),
            new Metrics("1.2.3", "2026.1"));

    @BeforeEach
    void acceptEverything() {
        server.on("POST", EVENTS, call -> call.answer(201, "{}"));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private record Told(Condition condition, String eventType) {

        @Override
        public String toString() {
            return "%s=%s/%s is %s".formatted(condition.type(), condition.status(), condition.reason(), eventType);
        }
    }

    private static Told warns(String type, String status, Reason reason) {
        return new Told(condition(type, status, reason), "Warning");
    }

    private static Told tells(String type, String status, Reason reason) {
        return new Told(condition(type, status, reason), "Normal");
    }

    static Stream<Told> transitions() {
        return Stream.of(
                tells("Ready", "True", Reason.Pinned),
                tells("Ready", "False", Reason.WaitingForEvidence),
                warns("Ready", "False", Reason.VendorsMixed),
                warns("Ready", "False", Reason.NowhereSchedulable),
                tells("Reconciling", "True", Reason.ApplyingToVirtualMachines),
                warns("Stalled", "True", Reason.BelowMinimum),
                tells("CandidatePending", "True", Reason.Stabilizing),
                tells("CandidatePending", "False", Reason.UpToDate),
                warns("CandidatePending", "True", Reason.AwaitingApproval),
                warns("CandidatePending", "True", Reason.HeldByApproval),
                warns("ApprovalAccepted", "False", Reason.NotACandidate),
                warns("EvidenceComplete", "False", Reason.NodesUnknown),
                tells("EvidenceComplete", "False", Reason.NodeFeaturesMissing),
                warns("PinnedSchedulable", "False", Reason.Partly),
                warns("MigrationPossible", "False", Reason.SingleNodeDomain),
                tells("VirtualMachinesAligned", "False", Reason.Applying),
                tells("VirtualMachinesAligned", "False", Reason.PendingRestart),
                tells("VirtualMachinesAligned", "False", Reason.Paused),
                tells("VirtualMachinesAligned", "Unknown", Reason.Observing),
                warns("VirtualMachinesAligned", "False", Reason.Conflicting),
                warns("VirtualMachinesAligned", "False", Reason.Refused));
    }

    @ParameterizedTest
    @MethodSource("transitions")
    void an_event_warns_only_where_someone_has_to_act(Told told) {
        // When
        chronicle.statusWritten(baseline(), status(), status(told.condition()));

        // Then
        await().until(() -> !server.requests("POST").isEmpty());
        assertThat(event(0).get("reason").asText()).isEqualTo(told.condition().reason());
        assertThat(event(0).get("type").asText()).isEqualTo(told.eventType());
    }

    @Test
    void nodes_that_the_first_adoption_waits_for_need_nobody() {
        // When
        chronicle.statusWritten(
                baseline(),
                status(condition("Ready", "False", Reason.WaitingForEvidence)),
                status(
                        condition("Ready", "False", Reason.WaitingForEvidence),
                        condition("EvidenceComplete", "False", Reason.NodesUnknown)));

        // Then
        await().until(() -> !server.requests("POST").isEmpty());
        assertThat(event(0).get("reason").asText()).isEqualTo("NodesUnknown");
        assertThat(event(0).get("type").asText()).isEqualTo("Normal");
    }

    private JsonNode event(int index) {
        try {
            return Json.MAPPER.readTree(server.requests("POST").get(index).body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Condition condition(String type, String status, Reason reason) {
        return new Condition(type, status, 1L, "2026-01-01T00:00:00Z", reason.name(), "Something is so.");
    }

    private static ClusterCpuBaselineStatus status(Condition... conditions) {
        return new ClusterCpuBaselineStatus(
                1L,
                List.of(conditions),
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
    }

    private static ClusterCpuBaseline baseline() {
        ClusterCpuBaseline baseline = new ClusterCpuBaseline();
        baseline.setMetadata(
                new ObjectMetaBuilder().withName("main").withUid("u-1").build());
        return baseline;
    }
}
