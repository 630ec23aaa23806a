package io.cpubaseline.operator.kube;

import static io.cpubaseline.virtualmachine.VirtualMachineBuilder.vm;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.cpubaseline.Reason;
import io.cpubaseline.operator.cluster.NamespaceReader;
import io.cpubaseline.operator.cluster.NamespaceReader.NamespaceView;
import io.cpubaseline.operator.machines.Passes;
import io.cpubaseline.operator.machines.VirtualMachineAligner;
import io.cpubaseline.operator.machines.VirtualMachineWriter;
import io.cpubaseline.operator.machines.WriteQueue;
import io.cpubaseline.operator.testing.ManualClock;
import io.cpubaseline.operator.testing.MockApiServer;
import io.cpubaseline.operator.testing.MockApiServer.Call;
import io.cpubaseline.operator.testing.MockApiServer.Handler;
import io.cpubaseline.operator.testing.Options;
import io.cpubaseline.operator.testing.ScriptedApiServer;
import io.cpubaseline.operator.watch.WatchedKind;
import io.cpubaseline.operator.watch.WatchedKind.State;
import io.cpubaseline.virtualmachine.OwnedFields;
import io.cpubaseline.virtualmachine.Tally;
import io.cpubaseline.virtualmachine.Target;
import io.cpubaseline.virtualmachine.Targets;
import io.cpubaseline.virtualmachine.VirtualMachineSnapshot;
import io.cpubaseline.virtualmachine.WriteOutcome;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the API server may answer to a write or a watch is retried or reported, never lost, and never repeated in a tight loop. */
@Tag("thorough")
class ApiServerFaultsTest {

    private static final String MACHINE = "/apis/kubevirt.io/v1/namespaces/shop/virtualmachines/web";
    private static final String NAMESPACES = "/api/v1/namespaces";
    private static final Target TARGET = Targets.of("main", "Intel", "Haswell", "aes");
    private static final VirtualMachineSnapshot WEB = vm("web").build();

    private final MockApiServer server = new MockApiServer();
    private final ApiServer api = new ApiServer(server.client(), Duration.ofSeconds(10));
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private final ManualClock clock = new ManualClock();
    private final List<String> events = new CopyOnWriteArrayList<>();
    private final AtomicInteger answers = new AtomicInteger();
    private final WriteQueue writes = new WriteQueue(new VirtualMachineWriter(api), clock::nanoTime);
    private final VirtualMachineAligner aligner = new VirtualMachineAligner(
            writes,
            new VirtualMachineAligner.Notices() {
                @Override
                public void trouble(String baseline, VirtualMachineSnapshot vm, Reason reason, String message) {
                    events.add(reason + ": " + message);
                }

                @Override
                public void written(
                        String baseline, VirtualMachineSnapshot vm, OwnedFields fields, WriteOutcome outcome) {}
            },
            baseline -> answers.incrementAndGet(),
            Options.quick());

    /** An answer that is no success. */
    record Fault(String name, Handler answer) {

        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Fault> passing() {
        return Stream.of(
                new Fault(
                        "409, changed meanwhile", call -> call.refuse(409, "Conflict", "the object has been modified")),
                new Fault("422 by a webhook", call -> call.refuse(422, "Invalid", "admission webhook: no")),
                new Fault("403 by a policy", call -> call.refuse(403, "Forbidden", "admission policy: no")),
                new Fault("429", call -> call.refuse(429, "TooManyRequests", "too many")),
                new Fault(
                        "429, come back in a minute",
                        call -> call.refuse(429, "TooManyRequests", "too many").setHeader("Retry-After", "60")),
                new Fault("500", call -> call.refuse(500, "InternalError", "etcdserver: leader changed")),
                new Fault("503 by a proxy", call -> call.answer(503, "<html>no backend</html>")),
                new Fault("a dropped connection", Call::hangUp));
    }

    @AfterEach
    void stop() {
        writes.close();
        timer.shutdownNow();
        server.close();
    }

    @Test
    void that_nobody_listens_is_said_with_the_address() {
        // Given
        String address = "http://127.0.0.1:1";
        try (KubernetesClient client = new KubernetesClientBuilder()
                .withConfig(new ConfigBuilder().withMasterUrl(address).build())
                .build()) {
            ApiServer nobody = new ApiServer(client, Duration.ofSeconds(10));

            // When, Then
            assertThatThrownBy(() -> ApiServer.await(nobody.get(NAMESPACES)))
                    .hasMessageContaining("no connection to " + address);
            assertThatThrownBy(() -> nobody.ask(NAMESPACES, Duration.ofSeconds(10)).stream(body -> {}))
                    .hasMessageContaining("no connection to " + address);
        }
    }

    @ParameterizedTest
    @MethodSource("passing")
    void a_write_is_repeated_when_its_delay_is_over_and_not_before(Fault fault) {
        // Given
        server.on("PATCH", MACHINE, fault.answer());
        align();
        await().until(() -> answers.get() == 1);

        // When: others wake the baseline again and again
        for (int i = 0; i < 20; i++) {
            align();
        }

        // Then
        Duration delay = Objects.requireNonNull(align().next());
        assertThat(server.requests("PATCH")).hasSize(1);
        assertThat(delay).isBetween(Options.quick().retryInitial(), Duration.ofSeconds(61));

        // When
        server.on(
                "PATCH",
                MACHINE,
                call -> call.answer(200, "{\"metadata\":{\"resourceVersion\":\"7\",\"generation\":2}}"));
        server.awaitListening();
        clock.pass(delay);
        align();
        await().until(() -> answers.get() == 2);

        // Then
        assertThat(align().tally().in(Tally.State.APPLIED)).isEqualTo(1);
        assertThat(server.requests("PATCH")).hasSize(2);
    }

    @ParameterizedTest
    @MethodSource("passing")
    void what_lasts_is_tried_ever_more_slowly_and_reported_once(Fault fault) {
        // Given
        server.on("PATCH", MACHINE, fault.answer());

        // When
        List<Duration> delays = new ArrayList<>();
        for (int tries = 1; tries <= 6; tries++) {
            align();
            int expected = tries;
            await().until(() -> answers.get() == expected);
            Duration delay = Objects.requireNonNull(align().next());
            delays.add(delay);
            server.awaitListening();
            clock.pass(delay);
        }

        // Then
        assertThat(delays).isSorted();
        assertThat(delays.get(5)).isGreaterThanOrEqualTo(Options.quick().retryMax());
        assertThat(events).hasSizeLessThanOrEqualTo(1);
        Tally tally = align().tally();
        assertThat(tally.in(Tally.State.PENDING) + tally.in(Tally.State.REFUSED))
                .isEqualTo(1);
        assertThat(tally.in(Tally.State.REFUSED)).isEqualTo(events.size());
    }

    @Test
    void a_manager_that_holds_the_field_is_named_and_not_asked_again() {
        // Given
        server.on("PATCH", MACHINE, call -> call.answer(409, """
            {"kind":"Status","status":"Failure","reason":"Conflict","code":409,"message":"Apply failed with 1 conflict: conflict with \\"argo\\"",
             "details":{"causes":[{"reason":"FieldManagerConflict","message":"conflict with \\"argo\\" using kubevirt.io/v1",
             "field":".spec.template.spec.domain.cpu.model"}]}}\
            """));

        // When
        align();
        await().until(() -> answers.get() == 1);
        for (int i = 0; i < 20; i++) {
            clock.pass(Duration.ofMinutes(1));
            align();
        }

        // Then
        assertThat(server.requests("PATCH")).hasSize(1);
        assertThat(events)
                .hasSize(1)
                .first()
                .asString()
                .startsWith("Conflicting:")
                .contains("argo");
        assertThat(align().tally().in(Tally.State.CONFLICTING)).isEqualTo(1);
    }

    static Stream<Fault> oldVersions() {
        return Stream.of(
                new Fault("410", call -> call.refuse(410, "Expired", "too old resource version: 10 (25)")),
                new Fault(
                        "an event that says so",
                        call -> call.answer(
                                200,
                                "{\"type\":\"ERROR\",\"object\":%s}\n"
                                        .formatted(ScriptedApiServer.status(
                                                410, "Expired", "too old resource version: 10 (25)")))),
                new Fault("an end without a word", call -> call.answer(200, "")));
    }

    @ParameterizedTest
    @MethodSource("oldVersions")
    void an_old_version_on_a_watch_leads_to_a_new_list_after_a_delay(Fault fault) {
        // Given
        List<Long> lists = new CopyOnWriteArrayList<>();
        server.on("GET", NAMESPACES, call -> {
            if (call.request().query().contains("watch=true")) {
                return fault.answer().answer(call);
            }
            lists.add(System.nanoTime());
            return call.answer(200, """
                {"metadata":{"resourceVersion":"%d"},"items":[{"metadata":{"name":"n%d"}}]}\
                """.formatted(lists.size(), lists.size()));
        });
        WatchedKind<NamespaceView> namespaces =
                new WatchedKind<>(api, NAMESPACES, new NamespaceReader(), new Quiet<>(), Options.quick(), timer);

        // When
        namespaces.start();
        await().until(() -> lists.size() >= 8);
        namespaces.stop();

        // Then: the delays have grown to the longest, which may be a quarter shorter
        for (int i = 5; i < 8; i++) {
            assertThat(Duration.ofNanos(lists.get(i) - lists.get(i - 1)))
                    .isGreaterThanOrEqualTo(
                            Options.quick().retryMax().multipliedBy(3).dividedBy(4));
        }
    }

    private VirtualMachineAligner.Result align() {
        return Passes.overAll(aligner, List.of(WEB), TARGET);
    }

    private static final class Quiet<V> implements WatchedKind.Listener<V> {
        @Override
        public void changed(@Nullable V before, @Nullable V after) {}

        @Override
        public void stateChanged(State state) {}
    }
}
