package io.cpubaseline.operator.campaign;

import static io.cpubaseline.virtualmachine.InstanceBuilder.instance;
import static org.assertj.core.api.Assertions.assertThat;

import io.cpubaseline.campaign.Attempt;
import io.cpubaseline.campaign.Method;
import io.cpubaseline.operator.campaign.Restarts.Outcome;
import io.cpubaseline.operator.kube.ApiServer;
import io.cpubaseline.operator.testing.ScriptedApiServer;
import io.cpubaseline.virtualmachine.InstanceSnapshot;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How KubeVirt is asked for restarts, and what its answers mean. */
class RestartsTest {

    private static final String RESTART =
            "/apis/subresources.kubevirt.io/v1/namespaces/shop/virtualmachines/db/restart";
    private static final String SOFT_REBOOT =
            "/apis/subresources.kubevirt.io/v1/namespaces/shop/virtualmachineinstances/db/softreboot";

    private final ScriptedApiServer server = new ScriptedApiServer();
    private final Restarts restarts = new Restarts(new ApiServer(server.client(), Duration.ofSeconds(5)));

    @AfterEach
    void stop() {
        server.close();
    }

    private static Attempt attempt(Method method) {
        return new Attempt("shop", "db", Instant.parse("2026-11-29T12:00:00Z"), method, "");
    }

    private static InstanceSnapshot running(String uid) {
        return instance("db").namespace("shop").uid(uid).build();
    }

    @ParameterizedTest
    @CsvSource({"Restart, " + RESTART, "GuestReboot, " + SOFT_REBOOT})
    void eachMethodHasItsSubresource(Method method, String path) {
        server.on("PUT", path, call -> call.answer(202, ""));

        assertThat(restarts.ask(attempt(method), running("1"))).isInstanceOf(Outcome.Accepted.class);
        assertThat(server.requests("PUT")).singleElement().satisfies(request -> {
            assertThat(request.path()).isEqualTo(path);
            // Without a grace period of ours: the guest has its own.
            assertThat(request.body()).isEqualTo("{}");
        });
    }

    @ParameterizedTest
    @CsvSource({
        "401, Failed",
        "403, Forbidden",
        "404, Needless",
        "406, Refused",
        "408, Failed",
        "409, Failed",
        "422, Refused",
        "429, Failed",
        "500, Failed",
        "503, Failed"
    })
    void whatAnAnswerMeans(int code, String outcome) {
        server.on("PUT", RESTART, call -> call.refuse(code, "Why", "because"));

        assertThat(restarts.ask(attempt(Method.Restart), running("1"))
                        .getClass()
                        .getSimpleName())
                .isEqualTo(outcome);
    }

    @Test
    void theEndOfAnInstanceIsAskedForOnce() {
        server.on("PUT", RESTART, call -> call.answer(202, ""));

        restarts.ask(attempt(Method.Restart), running("1"));

        assertThat(restarts.isAsked(running("1"))).isTrue();
        assertThat(restarts.isAsked(running("2"))).isFalse();
        assertThat(restarts.ask(attempt(Method.Restart), running("1"))).isInstanceOf(Outcome.Needless.class);
        assertThat(restarts.ask(attempt(Method.Restart), running("2"))).isInstanceOf(Outcome.Accepted.class);
        assertThat(server.requests("PUT")).hasSize(2);
    }

    @Test
    void whatHasFailedMayBeAskedForAgain() {
        server.on("PUT", RESTART, call -> call.hangUp());
        assertThat(restarts.ask(attempt(Method.Restart), running("1"))).isInstanceOf(Outcome.Failed.class);
        assertThat(restarts.isAsked(running("1"))).isFalse();

        server.on("PUT", RESTART, call -> call.answer(202, ""));
        assertThat(restarts.ask(attempt(Method.Restart), running("1"))).isInstanceOf(Outcome.Accepted.class);

        restarts.forget(running("1"));
        assertThat(restarts.ask(attempt(Method.Restart), running("1"))).isInstanceOf(Outcome.Accepted.class);
    }
}
