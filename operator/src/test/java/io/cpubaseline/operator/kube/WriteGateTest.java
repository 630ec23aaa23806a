package io.cpubaseline.operator.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cpubaseline.operator.testing.MockApiServer;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void nothingIsSentOnceTheLeadIsLostOnTheWayToTheConnection(int asked) {
        try (MockApiServer server = new MockApiServer()) {
            // Given a lead that ends after so many questions
            server.on("PATCH", MACHINE, call -> call.answer(200, "{\"metadata\":{\"resourceVersion\":\"7\"}}"));
            AtomicInteger questions = new AtomicInteger(asked);
            WriteGate closing = new WriteGate(() -> questions.getAndDecrement() > 0);
            ApiServer api = new ApiServer(server.client(), Duration.ofSeconds(10), closing);

            // When
            CompletableFuture<ApiServer.Answer> answer = api.apply(MACHINE, "cpu-baseline.main", false, "{}");

            // Then
            if (asked == 1) {
                assertThat(answer).failsWithin(Duration.ofSeconds(30));
                assertThat(server.requests("PATCH")).isEmpty();
            } else {
                assertThat(answer).succeedsWithin(Duration.ofSeconds(30));
                assertThat(server.requests("PATCH")).hasSize(1);
            }
        }
    }

    @Test
    void aBodyIsReadAgainWhenItIsSentAgain() throws IOException {
        // Given
        GatedBody body = gate.body("{\"größe\": 1}");

        // When, Then
        assertThat(body.readAllBytes()).hasSize((int) body.length()).isEqualTo(body.readAllBytes());
        assertThat(body.read()).isEqualTo('{');
        leads.set(false);
        assertThatThrownBy(body::read).hasMessageContaining("doesn't lead");
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
