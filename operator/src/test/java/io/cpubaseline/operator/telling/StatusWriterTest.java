package io.cpubaseline.operator.telling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.cpubaseline.api.v1alpha1.ClusterCpuBaseline;
import io.cpubaseline.api.v1alpha1.ClusterCpuBaselineStatus;
import io.cpubaseline.api.v1alpha1.Condition;
import io.cpubaseline.api.v1alpha1.FirstStartsReport;
import io.cpubaseline.api.v1alpha1.NodeCounts;
import io.cpubaseline.api.v1alpha1.VerificationReport;
import io.cpubaseline.operator.kube.ApiServer;
import io.cpubaseline.operator.kube.Json;
import io.cpubaseline.operator.telling.StatusWriter.Outcome;
import io.cpubaseline.operator.testing.MockApiServer;
import io.cpubaseline.operator.testing.MockApiServer.Request;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class StatusWriterTest {

    private static final String PATH = "/apis/cpubaseline.io/v1alpha1/clustercpubaselines/main/status";

    private final MockApiServer server = new MockApiServer();
    private final AtomicLong time = new AtomicLong(1);
    private final StatusWriter writer = new StatusWriter(
            new ApiServer(server.client(), Duration.ofSeconds(10)),
            Duration.ofSeconds(30),
            Duration.ofSeconds(20),
            time::get);

    @BeforeEach
    void acceptEverything() {
        AtomicInteger version = new AtomicInteger(100);
        server.on(
                "PATCH",
                PATH,
                call -> call.answer(
                        200, "{\"metadata\":{\"resourceVersion\":\"%d\"}}".formatted(version.incrementAndGet())));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void theBodyHoldsTheStatusAndTheVersionThatItAnswers() throws IOException {
        // When
        Outcome outcome = writer.write(baseline("10", null), status("True", 3));

        // Then
        assertThat(outcome).isEqualTo(new Outcome.Written());
        Request request = server.requests("PATCH").get(0);
        assertThat(request.query()).isEqualTo("fieldManager=cpu-baseline&force=true");
        JsonNode body = Json.MAPPER.readTree(request.body());
        assertThat(body.get("metadata").toString()).isEqualTo("{\"name\":\"main\",\"resourceVersion\":\"10\"}");
        assertThat(body.has("spec")).isFalse();
        assertThat(body.at("/status/nodes/selected").asInt()).isEqualTo(3);
    }

    /** Applied by us it would be ours, and a run that records anew would take it from us. */
    @Test
    void whatAVerificationHasRecordedIsLeftToItsOwner() throws IOException {
        // Given
        ClusterCpuBaselineStatus counts = status("True", 3);
        VerificationReport recorded =
                new VerificationReport("Haswell-0123456789", true, "2026-01-01T00:00:00Z", 1, 9, 6, null);
        ClusterCpuBaselineStatus status = new ClusterCpuBaselineStatus(
                counts.observedGeneration(),
                counts.conditions(),
                null,
                null,
                List.of(),
                counts.nodes(),
                null,
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                null,
                null,
                List.of(),
                recorded);

        // When
        writer.write(baseline("10", null), status);

        // Then
        JsonNode body = Json.MAPPER.readTree(server.requests("PATCH").get(0).body());
        assertThat(body.at("/status").has("nodes")).isTrue();
        assertThat(body.at("/status").has("verification")).isFalse();
    }

    @Test
    void anEqualStatusIsNotWritten() throws IOException {
        // When
        Outcome outcome = writer.write(baseline("10", status("True", 3)), status("True", 3));

        // Then
        assertThat(outcome).isEqualTo(new Outcome.Unchanged());
        assertThat(server.requests("PATCH")).isEmpty();
    }

    @Test
    void itsOwnVersionIsKnownFromThoseOfOthers() throws IOException {
        // Given
        ClusterCpuBaseline baseline = baseline("10", null);
        String uid = baseline.getMetadata().getUid();

        // When
        writer.write(baseline, status("True", 3));

        // Then: the next version is somebody else's, and so is an object that was created again
        assertThat(writer.hasWritten(uid, "101")).isTrue();
        assertThat(writer.hasWritten(uid, "102")).isFalse();
        assertThat(writer.hasWritten("another", "101")).isFalse();
    }

    @Test
    void countsWaitForTheirTurnAndConditionsDoNot() throws IOException {
        // Given
        writer.write(baseline("10", null), status("True", 3));

        // When
        time.addAndGet(Duration.ofSeconds(10).toNanos());
        Outcome counts = writer.write(baseline("101", status("True", 3)), status("True", 4));
        Outcome condition = writer.write(baseline("101", status("True", 3)), status("False", 4));

        // Then
        assertThat(counts).isEqualTo(new Outcome.TooEarly(Duration.ofSeconds(20)));
        assertThat(condition).isEqualTo(new Outcome.Written());

        // When
        time.addAndGet(Duration.ofSeconds(31).toNanos());
        Outcome later = writer.write(baseline("102", status("False", 4)), status("False", 5));

        // Then
        assertThat(later).isEqualTo(new Outcome.Written());
    }

    @Test
    void conditionsThatFlipWithoutEndSoonWaitForTheirTurn() throws IOException {
        // Given
        ClusterCpuBaseline cached = baseline("10", null);
        writer.write(cached, status("True", 3));

        // When: a node flaps once a second for an hour
        int written = 0;
        for (int second = 1; second <= 3600; second++) {
            time.addAndGet(Duration.ofSeconds(1).toNanos());
            Outcome outcome = writer.write(cached, status(second % 2 == 0 ? "True" : "False", 3));
            written += outcome instanceof Outcome.Written ? 1 : 0;
            // Then the first few are seen at once
            if (second <= 5) {
                assertThat(outcome).isEqualTo(new Outcome.Written());
            }
        }

        // Then
        assertThat(written).isBetween(100, 3600 / 30 + 5);
    }

    @Test
    void aConditionThatTurnsGoodIsWrittenAtOnceEvenAfterManyFlips() throws IOException {
        // Given: so many flips that the next one has to wait
        ClusterCpuBaseline cached = baseline("10", null);
        for (int i = 0; i < 6; i++) {
            writer.write(cached, status(i % 2 == 0 ? "True" : "False", 3));
        }
        assertThat(writer.latest(cached).status()).isEqualTo(status("False", 3));

        // When
        Outcome good = writer.write(cached, status("True", 3));
        Outcome bad = writer.write(cached, status("False", 3));

        // Then: what was on credit is paid back by what turns bad
        assertThat(good).isEqualTo(new Outcome.Written());
        assertThat(bad).isEqualTo(new Outcome.TooEarly(Duration.ofSeconds(60)));
    }

    @Test
    void theEndOfARollOutIsWrittenAtOnce() throws IOException {
        // Given: Reconciling has come and gone too often
        ClusterCpuBaseline cached = baseline("10", null);
        for (int i = 0; i < 6; i++) {
            writer.write(cached, i % 2 == 0 ? status("True", 3) : with(REFUSED, RECONCILING));
        }

        // When: it goes, whatever else is said about the machines
        Outcome end = writer.write(cached, with(RESTARTS));

        // Then
        assertThat(end).isEqualTo(new Outcome.Written());
    }

    private static final Condition RECONCILING = condition("Reconciling", "True", "ApplyingToVirtualMachines");
    private static final Condition REFUSED = condition("VirtualMachinesAligned", "False", "Refused");
    private static final Condition RESTARTS = condition("VirtualMachinesAligned", "False", "PendingRestart");

    private static Condition condition(String type, String status, String reason) {
        return new Condition(type, status, 1L, "2026-01-01T00:00:00Z", reason, "");
    }

    private static ClusterCpuBaselineStatus with(Condition... more) {
        ClusterCpuBaselineStatus status = status("True", 3);
        List<Condition> conditions =
                Stream.concat(status.conditions().stream(), Stream.of(more)).toList();
        return new ClusterCpuBaselineStatus(
                status.observedGeneration(),
                conditions,
                null,
                null,
                List.of(),
                status.nodes(),
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

    @Test
    void aDecisionIsWrittenAtOnceWhateverWasWrittenBefore() throws IOException {
        // Given: too many changes in a row
        ClusterCpuBaseline cached = baseline("10", null);
        for (int i = 0; i < 10; i++) {
            writer.write(cached, status(i % 2 == 0 ? "True" : "False", 3));
        }
        Outcome flip = writer.write(cached, status("Unknown", 3));

        // When
        Outcome edit = writer.write(cached, status(2, "Unknown", 3));

        // Then
        assertThat(flip).isInstanceOf(Outcome.TooEarly.class);
        assertThat(edit).isEqualTo(new Outcome.Written());

        // When it has waited for as long as it was told
        time.addAndGet(((Outcome.TooEarly) flip).remaining().toNanos());

        // Then
        assertThat(writer.write(cached, status(2, "True", 3))).isEqualTo(new Outcome.Written());
    }

    @Test
    void whatInstancesMustNotGetAnyMoreIsWrittenAtOnceAndWhatTheyMayGetIsNoUrgency() throws IOException {
        // Given: too many changes in a row, after which instances may get the pin
        ClusterCpuBaseline cached = baseline("10", null);
        writer.write(cached, giving("shop/a"));
        for (int i = 0; i < 10; i++) {
            writer.write(cached, giving());
            writer.write(cached, giving("shop/a"));
        }

        // When, Then: one exception more, and none at all
        assertThat(writer.write(cached, giving("shop/a", "shop/b"))).isEqualTo(new Outcome.Written());
        assertThat(writer.write(cached, status("True", 3))).isEqualTo(new Outcome.Written());
        for (int i = 0; i < 10; i++) {
            writer.write(cached, giving());
            writer.write(cached, status("True", 3));
        }
        assertThat(writer.write(cached, giving())).isInstanceOf(Outcome.TooEarly.class);
    }

    /** @param except virtual machines whose instances don't get it */
    private static ClusterCpuBaselineStatus giving(String... except) {
        ClusterCpuBaselineStatus status = status("True", 3);
        return new ClusterCpuBaselineStatus(
                status.observedGeneration(),
                status.conditions(),
                null,
                null,
                List.of(),
                status.nodes(),
                null,
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                null,
                new FirstStartsReport("Haswell-0123456789", List.of(except)),
                List.of());
    }

    @Test
    void aCacheThatLagsBehindDoesNotMislead() throws IOException {
        // Given: two writes, and a cache that still shows the version before both
        ClusterCpuBaseline cached = baseline("10", null);
        writer.write(cached, status("True", 3));
        writer.write(cached, status("False", 3));

        // When
        StatusWriter.Known latest = writer.latest(cached);
        Outcome again = writer.write(cached, status("False", 3));

        // Then
        assertThat(latest).isEqualTo(new StatusWriter.Known("102", status("False", 3)));
        assertThat(again).isEqualTo(new Outcome.Unchanged());
        assertThat(server.requests("PATCH").get(1).body()).contains("\"resourceVersion\":\"101\"");

        // When: somebody else writes, and the cache catches up
        StatusWriter.Known theirs = writer.latest(baseline("110", status("True", 9)));

        // Then
        assertThat(theirs).isEqualTo(new StatusWriter.Known("110", status("True", 9)));
    }

    @Test
    void aFieldThatOthersHoldIsNotWrittenAgainAndAgain() throws IOException {
        // Given: after our write the object still has what another manager owns
        writer.write(baseline("10", status("True", 9)), status("True", 3));
        time.addAndGet(Duration.ofMinutes(5).toNanos());

        // When
        Outcome outcome = writer.write(baseline("101", status("True", 9)), status("True", 3));

        // Then
        assertThat(outcome).isEqualTo(new Outcome.Unchanged());
    }

    @Test
    void refusalsHaveNames() throws IOException {
        // Given
        ClusterCpuBaseline current = baseline("10", null);

        // When, Then
        server.on("PATCH", PATH, call -> call.refuse(409, "Conflict", "the object has been modified"));
        assertThat(writer.write(current, status("True", 3))).isEqualTo(new Outcome.Stale());
        server.on("PATCH", PATH, call -> call.refuse(404, "NotFound", "not found"));
        assertThat(writer.write(current, status("True", 3))).isEqualTo(new Outcome.Gone());
        server.on("PATCH", PATH, call -> call.refuse(403, "Forbidden", "no"));
        assertThat(writer.write(current, status("True", 3)))
                .isEqualTo(new Outcome.Forbidden("no", Duration.ofSeconds(20)));
        time.addAndGet(Duration.ofSeconds(20).toNanos());
        server.on("PATCH", PATH, call -> call.refuse(500, "InternalError", "etcdserver: no leader"));
        assertThatThrownBy(() -> writer.write(current, status("True", 3)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("etcdserver: no leader");
        server.on("PATCH", PATH, MockApiServer.Call::hangUp);
        assertThatThrownBy(() -> writer.write(current, status("True", 3))).isInstanceOf(IOException.class);
    }

    @Test
    void nothingIsRememberedOfBaselinesThatNobodyReconciles() throws IOException {
        // Given one that was written and one that may not be
        writer.write(baseline("10", null), status("True", 3));
        server.on("PATCH", PATH, call -> call.refuse(403, "Forbidden", "no"));
        writer.write(baseline("20", null), status("True", 4));

        // When
        writer.forgetAll();

        // Then
        assertThat(writer.remembered()).isZero();
        assertThat(writer.latest(baseline("10", null)).resourceVersion()).isEqualTo("10");
    }

    @Test
    void aLackOfPermissionIsNotAskedAboutAgainForAWhile() throws IOException {
        // Given
        server.on("PATCH", PATH, call -> call.refuse(403, "Forbidden", "no"));
        assertThat(writer.write(baseline("10", null), status("True", 3))).isInstanceOf(Outcome.Forbidden.class);

        // When: changes come one after the other
        time.addAndGet(Duration.ofSeconds(5).toNanos());
        for (int nodes = 4; nodes < 20; nodes++) {
            assertThat(writer.write(baseline("10", null), status("True", nodes)))
                    .isEqualTo(new Outcome.Forbidden("no", Duration.ofSeconds(15)));
        }

        // Then
        assertThat(server.requests("PATCH")).hasSize(1);

        // When
        acceptEverything();
        time.addAndGet(Duration.ofSeconds(15).toNanos());

        // Then
        assertThat(writer.write(baseline("10", null), status("True", 20))).isEqualTo(new Outcome.Written());
    }

    private static ClusterCpuBaseline baseline(String version, @Nullable ClusterCpuBaselineStatus status) {
        ClusterCpuBaseline baseline = new ClusterCpuBaseline();
        baseline.setMetadata(new ObjectMetaBuilder()
                .withName("main")
                .withUid("u-1")
                .withResourceVersion(version)
                .withGeneration(1L)
                .build());
        if (status != null) {
            baseline.setStatus(status);
        }
        return baseline;
    }

    private static ClusterCpuBaselineStatus status(String ready, int nodes) {
        return status(1, ready, nodes);
    }

    private static ClusterCpuBaselineStatus status(long generation, String ready, int nodes) {
        return new ClusterCpuBaselineStatus(
                generation,
                List.of(new Condition(
                        "Ready", ready, generation, "2026-01-01T00:00:00Z", "Pinned", "on " + nodes + " nodes")),
                null,
                null,
                List.of(),
                new NodeCounts(nodes, nodes, nodes, 0, 0, 0, List.of()),
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
}
