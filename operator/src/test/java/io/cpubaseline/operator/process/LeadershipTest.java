package io.cpubaseline.operator.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.cpubaseline.operator.kube.ApiServer;
import io.cpubaseline.operator.kube.Json;
import io.cpubaseline.operator.testing.MockApiServer;
import io.cpubaseline.operator.testing.Options;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("thorough")
class LeadershipTest {

    private static final String LEASES = "/apis/coordination.k8s.io/v1/namespaces/default/leases";
    private static final String LEASE = LEASES + "/cpu-baseline";

    private final MockApiServer server = new MockApiServer();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private final List<String> moments = new CopyOnWriteArrayList<>();
    private final AtomicLong time = new AtomicLong();
    private final Leadership leadership = new Leadership(
            new ApiServer(server.client(), Duration.ofSeconds(2)),
            Options.electing("me", Duration.ofSeconds(1)),
            new Leadership.Listener() {
                @Override
                public void gained() {
                    moments.add("gained");
                }

                @Override
                public void lost() {
                    moments.add("lost");
                }
            },
            timer,
            Clock.fixed(Instant.parse("2026-01-01T00:00:00Z"), ZoneOffset.UTC),
            time::get);

    /** The stored Lease. */
    private volatile @Nullable ObjectNode lease;

    @BeforeEach
    void serve() {
        server.on("GET", LEASE, call -> {
            ObjectNode stored = lease;
            return stored == null ? call.refuse(404, "NotFound", "not found") : call.answer(200, stored.toString());
        });
        server.on("POST", LEASES, call -> {
            store(call.body(), "1");
            return call.answer(201, String.valueOf(lease));
        });
        server.on("PUT", LEASE, call -> {
            ObjectNode stored = lease;
            String version =
                    stored == null ? "" : stored.at("/metadata/resourceVersion").asText();
            JsonNode wanted = Json.MAPPER.readTree(call.body());
            if (!wanted.at("/metadata/resourceVersion").asText().equals(version)) {
                return call.refuse(409, "Conflict", "the object has been modified");
            }
            store(call.body(), version + "1");
            return call.answer(200, String.valueOf(lease));
        });
    }

    @AfterEach
    void stop() {
        leadership.release();
        timer.shutdownNow();
        server.close();
    }

    @Test
    void aMissingLeaseIsCreatedAndRenewed() {
        // When
        leadership.start();

        // Then
        await().until(() -> server.requests("PUT").size() >= 2);
        assertThat(moments).containsExactly("gained");
        assertThat(leadership.leading()).isTrue();
        assertThat(field("holderIdentity")).isEqualTo("me");
        assertThat(field("leaseTransitions")).isEqualTo("1");
        assertThat(field("renewTime")).isEqualTo("2026-01-01T00:00:00.000000Z");
    }

    @Test
    void aRestartedContainerTakesItsOwnLeaseUpAtOnce() throws IOException {
        // Given
        store(held("me", "2020-01-01T00:00:00.000000Z"), "7");

        // When
        leadership.start();

        // Then
        await().until(leadership::leading);
        assertThat(field("leaseTransitions")).isEqualTo("4");
    }

    @Test
    void anotherHoldersLeaseIsTakenOnlyAfterItsWholeTimeHasPassedHere() throws IOException {
        // Given: by its own words it ran out years ago
        store(held("other", "2020-01-01T00:00:00.000000Z"), "7");
        leadership.start();
        await().until(() -> server.requests("GET").size() >= 3);
        assertThat(leadership.leading()).isFalse();
        assertThat(leadership.holder()).isEqualTo("other");

        // When: half of its time, a renewal, and half of its time again
        time.addAndGet(Duration.ofMillis(600).toNanos());
        store(held("other", "2020-01-01T00:00:00.000000Z"), "8");
        int seen = server.requests("GET").size();
        await().until(() -> server.requests("GET").size() >= seen + 2);
        time.addAndGet(Duration.ofMillis(600).toNanos());
        int seenAgain = server.requests("GET").size();
        await().until(() -> server.requests("GET").size() >= seenAgain + 2);

        // Then
        assertThat(leadership.leading()).isFalse();

        // When
        time.addAndGet(Duration.ofMillis(600).toNanos());

        // Then
        await().until(leadership::leading);
        assertThat(field("leaseTransitions")).isEqualTo("5");
    }

    @Test
    void aReleasedLeaseIsTakenAtOnce() throws IOException {
        // Given
        store(held("", "2026-01-01T00:00:00.000000Z"), "7");

        // When
        leadership.start();

        // Then
        await().until(leadership::leading);
    }

    @Test
    void releasingLeavesTheLeaseToNobody() {
        // Given
        leadership.start();
        await().until(leadership::leading);

        // When
        leadership.release();

        // Then
        assertThat(field("holderIdentity")).isEmpty();
        assertThat(moments).containsExactly("gained");
    }

    @Test
    void faultsAreSurvivedUntilTheTimeIsUp() {
        // Given
        leadership.start();
        await().until(leadership::leading);

        // When: the API server fails for less than two thirds of the time
        server.on("GET", LEASE, MockApiServer.Call::hangUp);
        int before = server.requests("GET").size();
        time.addAndGet(Duration.ofMillis(600).toNanos());
        await().until(() -> server.requests("GET").size() >= before + 2);

        // Then
        assertThat(leadership.leading()).isTrue();

        // When
        time.addAndGet(Duration.ofMillis(100).toNanos());

        // Then
        await().until(() -> moments.contains("lost"));
        assertThat(leadership.leading()).isFalse();
    }

    @Test
    void aLeaseTakenByAnotherIsLostAtOnce() throws IOException {
        // Given
        leadership.start();
        await().until(leadership::leading);

        // When
        store(held("other", "2026-01-01T00:00:00.000000Z"), "99");

        // Then
        await().until(() -> moments.contains("lost"));
    }

    @Test
    void whoWasStoppedForTooLongDoesNotLeadFromTheFirstMomentOn() {
        // Given
        leadership.start();
        await().until(leadership::leading);
        server.on("GET", LEASE, MockApiServer.Call::neverAnswer);
        int before = server.requests("GET").size();
        await().until(() -> server.requests("GET").size() > before);

        // When: two times of the Lease pass, in which no thread of this process runs
        time.addAndGet(Duration.ofSeconds(2).toNanos());

        // Then: that the search for the Lease finds out comes later
        assertThat(leadership.leading()).isFalse();
        assertThat(moments).doesNotContain("lost");
    }

    @Test
    void aLeaseThatHasChangedMeanwhileIsReleasedNonetheless() {
        // Given
        leadership.start();
        await().until(leadership::leading);
        AtomicInteger conflicts = new AtomicInteger(1);
        server.on("PUT", LEASE, call -> {
            boolean release = Json.MAPPER
                    .readTree(call.body())
                    .at("/spec/holderIdentity")
                    .asText()
                    .isEmpty();
            if (release && conflicts.getAndDecrement() > 0) {
                return call.refuse(409, "Conflict", "the object has been modified");
            }
            store(call.body(), "9");
            return call.answer(200, String.valueOf(lease));
        });

        // When
        boolean released = leadership.release();

        // Then
        assertThat(released).isTrue();
        assertThat(field("holderIdentity")).isEmpty();
    }

    @Test
    void aReleaseThatIsRefusedIsNotTakenForOne() {
        // Given
        leadership.start();
        await().until(leadership::leading);
        server.on("PUT", LEASE, call -> call.refuse(409, "Conflict", "the object has been modified"));

        // When
        boolean released = leadership.release();

        // Then
        assertThat(released).isFalse();
        assertThat(field("holderIdentity")).isEqualTo("me");
        assertThat(leadership.leading()).isFalse();
    }

    @Test
    void withoutPermissionItIsTriedAgain() {
        // Given
        server.on("POST", LEASES, call -> call.refuse(403, "Forbidden", "leases is forbidden"));
        leadership.start();
        await().until(() -> server.requests("POST").size() >= 2);

        // When
        serve();

        // Then
        await().until(leadership::leading);
        assertThat(leadership.alive()).isTrue();
    }

    @Test
    void withoutElectionItLeads() {
        // Given
        Leadership alone = new Leadership(
                new ApiServer(server.client(), Duration.ofSeconds(2)),
                Options.quick(),
                new Leadership.Listener() {
                    @Override
                    public void gained() {
                        moments.add("gained");
                    }

                    @Override
                    public void lost() {}
                },
                timer);

        // When
        alone.start();

        // Then
        await().until(() -> moments.contains("gained"));
        assertThat(server.requests("GET")).isEmpty();
    }

    private String field(String name) {
        return lease == null ? "" : lease.path("spec").path(name).asText();
    }

    private synchronized void store(String text, String version) throws IOException {
        ObjectNode stored = (ObjectNode) Json.MAPPER.readTree(text);
        stored.withObject("/metadata").put("resourceVersion", version);
        lease = stored;
    }

    private static String held(String holder, String renewed) {
        return """
                {"apiVersion":"coordination.k8s.io/v1","kind":"Lease","metadata":{"name":"cpu-baseline","namespace":"default","labels":{"kept":"yes"}},
                 "spec":{"holderIdentity":"%s","leaseDurationSeconds":1,"renewTime":"%s","leaseTransitions":4}}""".formatted(holder, renewed);
    }
}
