package io.cpubaseline.operator.kube;

import static org.assertj.core.api.Assertions.assertThat;

import io.cpubaseline.operator.testing.MockApiServer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class WriteGateTest {

    private static final String MACHINE = "/apis/kubevirt.io/v1/namespaces/shop/virtualmachines/web";

    private final AtomicBoolean leads = new AtomicBoolean(true);
    private final WriteGate gate = new WriteGate(leads::get);

    @Test
    void nothingIsAppliedByWhoDoesNotLeadAnyMore() {
        try (MockApiServer server = new MockApiServer()) {
            // Given
            server.on("PATCH", MACHINE, call -> call.answer(200, "{\"metadata\":{\"resourceVersion\":\"7\"}}"));
            ApiServer api = new ApiServer(server.client(), Duration.ofSeconds(10), gate);
            assertThat(api.apply(MACHINE, "cpu-baseline.main", false, "{}")
                            .join()
                            .succeeded())
                    .isTrue();

            // When
            leads.set(false);

            // Then
            assertThat(api.apply(MACHINE, "cpu-baseline.main", false, "{}")).isCompletedExceptionally();
            assertThat(server.requests("PATCH")).hasSize(1);
        }
    }

    @Test
    void whatIsUnderWayIsAwaitedButNotForEver() throws InterruptedException {
        // Given
        CompletableFuture<String> answer = new CompletableFuture<>();
        CompletableFuture<String> seen = gate.pass(() -> answer);

        // When, Then
        assertThat(gate.awaitQuiet(Duration.ofMillis(20))).isFalse();
        CompletableFuture<Void> later = CompletableFuture.runAsync(() -> answer.complete("done"));
        assertThat(gate.awaitQuiet(Duration.ofSeconds(30))).isTrue();
        assertThat(seen.join()).isEqualTo("done");
        later.join();
    }

    @Test
    void failuresAreOver() throws InterruptedException {
        // When
        CompletableFuture<String> failed = gate.pass(() -> CompletableFuture.failedFuture(new IllegalStateException()));
        CompletableFuture<String> thrown = gate.pass(() -> {
            throw new IllegalStateException();
        });

        // Then
        assertThat(failed).isCompletedExceptionally();
        assertThat(thrown).isCompletedExceptionally();
        assertThat(gate.awaitQuiet(Duration.ZERO)).isTrue();
    }
}
