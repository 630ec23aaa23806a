package io.cpubaseline.operator.verification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.cpubaseline.baseline.Purpose;
import io.cpubaseline.change.Pin;
import io.cpubaseline.cpu.AbiLevel;
import io.cpubaseline.operator.kube.ApiServer;
import io.cpubaseline.operator.kube.Json;
import io.cpubaseline.operator.testing.ManualClock;
import io.cpubaseline.operator.testing.ScriptedApiServer;
import io.cpubaseline.operator.testing.ScriptedApiServer.Call;
import io.cpubaseline.verification.Domain;
import io.cpubaseline.verification.Leg;
import io.cpubaseline.verification.Outcome;
import io.cpubaseline.verification.Place;
import io.cpubaseline.verification.Progress.Result;
import io.cpubaseline.verification.Rounds;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What becomes of a run whose Lease somebody deletes while it lives: Kubernetes deletes the rest, in any order. */
@Tag("thorough")
class CalledOffTest {

    private static final String LEASES = "/apis/coordination.k8s.io/v1/namespaces/verification/leases";
    private static final String KUBEVIRT = "/apis/kubevirt.io/v1/namespaces/verification/";
    private static final String MACHINES = KUBEVIRT + "virtualmachines";
    private static final String INSTANCES = KUBEVIRT + "virtualmachineinstances";
    private static final String MIGRATIONS = KUBEVIRT + "virtualmachineinstancemigrations";

    private static final Preparation PREPARATION = new Preparation(
            "all",
            new Pin("Haswell-noTSX-IBRS", new TreeMap<>(Map.of("abm", Purpose.Level)), AbiLevel.V3, "", null, ""),
            Domain.of(List.of(new Place("intel-1", "Intel", ""), new Place("intel-2", "Intel", "")), ""),
            new GuestManifest.Common(
                    "image", "", "Haswell-noTSX-IBRS", List.of("abm"), List.of("abm"), MissingNode.getInstance()),
            Map.of(),
            List.of());

    private final ScriptedApiServer server = new ScriptedApiServer();
    private final ApiServer api = new ApiServer(server.client(), Duration.ofSeconds(5));
    private final Set<String> machines = new ConcurrentSkipListSet<>();
    private final Interruption interruption = new Interruption();
    private volatile Lease lease = Lease.THERE;
    private volatile boolean instancesAreThere = true;

    private enum Lease {
        THERE,
        GOING,
        GONE
    }

    /** What goes first. */
    private enum First {
        INSTANCES,
        MIGRATION
    }

    @BeforeEach
    void serve() {
        server.on(
                "GET",
                "/api/v1/namespaces/verification",
                call -> call.answer(200, "{\"status\":{\"phase\":\"Active\"}}"));
        server.on("POST", "/api/v1/namespaces/verification/secrets", call -> call.answer(201, call.body()));
        server.on("POST", LEASES, this::makeLease);
        server.on("POST", MACHINES, this::makeMachine);
        server.on("GET", MACHINES, call -> call.answer(200, list(false)));
        server.on("GET", INSTANCES, call -> call.answer(200, instancesAreThere ? list(true) : list()));
    }

    @AfterEach
    void stop() {
        interruption.close();
        server.close();
    }

    private void makeLease(Call call) throws IOException {
        JsonNode made = Json.MAPPER.readTree(call.body());
        String path = LEASES + "/" + made.at("/metadata/name").asText();
        server.on("GET", path, this::answerLease);
        server.on("PATCH", path, this::answerLease);
        call.answer(201, "{\"metadata\":{\"uid\":\"lease\"}}");
    }

    private void answerLease(Call call) throws IOException {
        switch (lease) {
            case THERE -> call.answer(200, "{\"metadata\":{}}");
            case GOING -> call.answer(200, "{\"metadata\":{\"deletionTimestamp\":\"2026-01-01T00:00:00Z\"}}");
            case GONE -> call.refuse(404, "NotFound", "no such lease");
        }
    }

    private void makeMachine(Call call) throws IOException {
        String name = Json.MAPPER.readTree(call.body()).at("/metadata/name").asText();
        machines.add(name);
        server.on("DELETE", MACHINES + "/" + name, deletion -> {
            machines.remove(name);
            deletion.answer(200, "{}");
        });
        call.answer(201, call.body());
    }

    private static String list() {
        return "{\"items\":[]}";
    }

    /** The machines, or their instances. */
    private String list(boolean instances) {
        return machines.stream()
                .map(name -> """
                        {"metadata":{"name":"%s","uid":"%s-1","labels":{"%s":"%s"}}%s}""".formatted(
                                name,
                                name,
                                RunMarks.LABEL,
                                name.split("-")[3],
                                instances
                                        ? ",\"status\":{\"phase\":\"Running\",\"nodeName\":\"intel-1\",\"conditions\":[{\"type\":\"Ready\",\"status\":\"True\"}]}"
                                        : ""))
                .collect(Collectors.joining(",", "{\"items\":[", "]}"));
    }

    private Run run() {
        return new Run(
                api,
                "verification",
                PREPARATION,
                Rounds.of(1),
                new Run.Limits(Duration.ofMinutes(1), Duration.ofMinutes(1), Duration.ofSeconds(30)),
                interruption,
                new Teller(new PrintWriter(new StringWriter())));
    }

    @ParameterizedTest
    @EnumSource
    void it_ends_without_a_verdict_and_removes_what_is_left(First first) {
        // Given
        server.on("POST", MIGRATIONS, call -> {
            lease = Lease.GONE;
            instancesAreThere = first == First.MIGRATION;
            call.answer(201, "{\"metadata\":{\"uid\":\"m\"},\"spec\":{\"addedNodeSelector\":{}}}");
        });
        Run run = run();

        // When
        Outcome outcome = run.verify();

        // Then
        assertThat(run.isCalledOff()).isTrue();
        assertThat(outcome.failures())
                .singleElement()
                .asString()
                .matches("it was called off: somebody has deleted its Lease cpu-baseline-verify-[0-9a-f]{8}");
        assertThat(outcome.isConclusive()).isFalse();
        assertThat(outcome.legs()).extracting(Leg::result).containsExactly(Result.CalledOff);
        assertThat(machines).isEmpty();
    }

    @Test
    void so_it_does_where_a_migration_is_refused_for_a_guest_that_is_gone() {
        // Given
        server.on("POST", MIGRATIONS, call -> {
            lease = Lease.GOING;
            call.refuse(404, "NotFound", "there is no such instance");
        });
        Run run = run();

        // When
        Outcome outcome = run.verify();

        // Then
        assertThat(run.isCalledOff()).isTrue();
        assertThat(outcome.isConclusive()).isFalse();
    }

    @Test
    void a_guest_that_goes_while_the_lease_is_there_has_broken() {
        // Given
        server.on("POST", MIGRATIONS, call -> {
            instancesAreThere = false;
            call.answer(201, "{\"metadata\":{\"uid\":\"m\"},\"spec\":{\"addedNodeSelector\":{}}}");
        });
        Run run = run();

        // When
        Outcome outcome = run.verify();

        // Then
        assertThat(run.isCalledOff()).isFalse();
        assertThat(outcome.isConclusive()).isTrue();
        assertThat(outcome.failures()).contains("it was ended at the first guest that broke");
    }

    @ParameterizedTest
    @EnumSource(
            value = Lease.class,
            names = {"GONE", "GOING"})
    void where_nothing_is_missing_yet_it_is_noticed_at_the_next_renewal(Lease now)
            throws IOException, InterruptedException, Ended {
        // Given
        ManualClock clock = new ManualClock();
        RunLease of =
                RunLease.make(new RunObjects(api, "verification"), "0123abcd", "test", api.time(), clock::nanoTime);
        clock.pass(Duration.ofSeconds(16));
        of.renew();
        lease = now;
        of.renew();

        // When
        clock.pass(Duration.ofSeconds(16));

        // Then
        assertThatThrownBy(of::renew)
                .isInstanceOfSatisfying(
                        Ended.class, e -> assertThat(e.isCalledOff()).isTrue());
    }

    @ParameterizedTest
    @CsvSource({"true, true, false, 0", "true, false, false, 1", "false, true, false, 1", "false, true, true, 130"})
    void the_exit_code_is_that_of_a_run_that_was_interrupted(
            boolean passed, boolean recorded, boolean calledOff, int code) {
        assertThat(VerifyCommand.exitCode(passed, recorded, calledOff)).isEqualTo(code);
    }
}
