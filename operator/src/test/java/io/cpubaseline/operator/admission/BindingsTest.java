package io.cpubaseline.operator.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.cpubaseline.Reason;
import io.cpubaseline.Selector;
import io.cpubaseline.api.v1alpha1.ClusterCpuBaseline;
import io.cpubaseline.catalog.CatalogLoader;
import io.cpubaseline.catalog.FlagNames;
import io.cpubaseline.evidence.EvidenceReader;
import io.cpubaseline.operator.admission.Admissions.Result;
import io.cpubaseline.operator.cluster.ChangeSource;
import io.cpubaseline.operator.cluster.WatchedCluster;
import io.cpubaseline.operator.kube.ApiServer;
import io.cpubaseline.operator.options.RunOptions;
import io.cpubaseline.operator.testing.Options;
import io.cpubaseline.operator.testing.ScriptedApiServer;
import io.cpubaseline.operator.testing.ScriptedApiServer.Watches;
import io.cpubaseline.report.Observation.Admitted;
import io.cpubaseline.report.SpecReader.VirtualMachineIntent;
import io.cpubaseline.virtualmachine.Admission;
import io.cpubaseline.virtualmachine.Rollout;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** When a baseline's binding is written, left as it is and taken away, and what the status says of it. */
class BindingsTest {

    private static final String ADMISSION = "/apis/admissionregistration.k8s.io/v1/";
    private static final String POLICIES = ADMISSION + "mutatingadmissionpolicies";
    private static final String BINDINGS = ADMISSION + "mutatingadmissionpolicybindings";
    private static final Instant NOW = Instant.parse("2026-11-01T00:00:00Z");
    private static final RunOptions OPTIONS = Options.admitting("cpu-baseline");

    private final ScriptedApiServer server = new ScriptedApiServer();
    private final Map<String, Watches> watches = new HashMap<>();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private final ApiServer api = new ApiServer(server.client(), Duration.ofSeconds(5));
    private final WatchedCluster watched = watching(OPTIONS);
    private Instant now = NOW;
    private final Bindings bindings = bindings(watched, OPTIONS);

    private WatchedCluster watching(RunOptions options) {
        return new WatchedCluster(
                api, new EvidenceReader(CatalogLoader.catalog(), FlagNames.shipped()), () -> {}, options, timer);
    }

    private Bindings bindings(WatchedCluster cluster, RunOptions options) {
        return new Bindings(
                new BindingWriter(api),
                cluster,
                new ChangeSource(timer, () -> List.of("old", "young")),
                options,
                () -> now);
    }

    @BeforeEach
    void serve() {
        serve(POLICIES, policy("true"));
        serve(BINDINGS, "");
        List.of("old", "young").forEach(baseline -> {
            server.on("PATCH", BINDINGS + "/cpu-baseline." + baseline, call -> call.answer(200, "{}"));
            server.on("DELETE", BINDINGS + "/cpu-baseline." + baseline, call -> call.answer(200, "{}"));
        });
    }

    /** @param firstStarts whether it says that it keeps to what a status says of them */
    private static String policy(String firstStarts) {
        return "{\"metadata\":{\"name\":\"cpu-baseline\",\"resourceVersion\":\"1\",\"annotations\":{\"cpubaseline.io/first-starts\":\"%s\"}}}"
                .formatted(firstStarts);
    }

    private void serve(String path, String items) {
        server.on("WATCH", path, watches.computeIfAbsent(path, kind -> new Watches()));
        server.on(
                "GET",
                path,
                call -> call.answer(200, "{\"metadata\":{\"resourceVersion\":\"10\"},\"items\":[" + items + "]}"));
    }

    @AfterEach
    void stop() {
        watched.stop();
        timer.shutdownNow();
        server.close();
    }

    private void start() {
        watched.start();
        await().until(() -> bindings.settled(intent("")));
    }

    private static ClusterCpuBaseline baseline(String name) {
        ClusterCpuBaseline baseline = new ClusterCpuBaseline();
        baseline.setMetadata(new ObjectMetaBuilder()
                .withName(name)
                .withUid("u-" + name)
                .withCreationTimestamp(name.equals("old") ? "2026-01-01T00:00:00Z" : "2026-02-01T00:00:00Z")
                .build());
        return baseline;
    }

    /** Of virtual machines with this tier; empty for all. */
    private static VirtualMachineIntent intent(String tier) {
        return intent(tier, /* admission= */ true);
    }

    private static VirtualMachineIntent intent(String tier, boolean admission) {
        return intent(tier, /* patch= */ false, admission);
    }

    private static VirtualMachineIntent patching(String tier) {
        return intent(tier, /* patch= */ true, /* admission= */ false);
    }

    private static VirtualMachineIntent intent(String tier, boolean patch, boolean admission) {
        return new VirtualMachineIntent(
                Selector.everything(),
                tier.isEmpty() ? Selector.everything() : new Selector(Map.of("tier", tier), List.of()),
                patch,
                false,
                admission,
                Rollout.byDefault(),
                Optional.empty());
    }

    private Result bind(String name, VirtualMachineIntent intent) throws IOException {
        return bindings.bind(baseline(name), intent, /* paused= */ false);
    }

    private static Admitted told(Result result) {
        return Objects.requireNonNull(result.told());
    }

    /** As the API server stores what was written: with what it fills in. */
    private static String stored(String name, String uid, String tier) {
        return """
                {"metadata":{"name":"cpu-baseline.%1$s","resourceVersion":"5","creationTimestamp":"2026-03-01T00:00:00Z",
                  "ownerReferences":[{"uid":"%2$s"}]},
                 "spec":{"policyName":"cpu-baseline","paramRef":{"parameterNotFoundAction":"Allow","name":"%1$s"},
                  "matchResources":{"namespaceSelector":{},"objectSelector":%3$s,"matchPolicy":"Equivalent","resourceRules":[]}}}""".formatted(name, uid, tier.isEmpty() ? "{}" : "{\"matchLabels\":{\"tier\":\"%s\"}}".formatted(tier))
                // An event is one line.
                .replace("\n", "");
    }

    private List<String> written() {
        return server.requests("PATCH").stream()
                .map(ScriptedApiServer.Request::path)
                .toList();
    }

    @Test
    void nothing_is_settled_before_the_views_are_there() {
        // Given
        assertThat(bindings.settled(intent(""))).isFalse();
        assertThat(bindings.settled(null)).isTrue();

        // When, Then
        start();
    }

    @Test
    void a_binding_is_written_once_and_holds_from_then_on() throws IOException {
        // Given
        start();

        // When
        Result first = bind("old", intent("web"));
        Result second = bind("old", intent("web"));

        // Then
        assertThat(written()).containsExactly(BINDINGS + "/cpu-baseline.old");
        assertThat(first.admission()).isEqualTo(new Admission(true, NOW.getEpochSecond()));
        assertThat(second.admission()).isEqualTo(first.admission());
        assertThat(told(second))
                .isEqualTo(
                        new Admitted(
                                true,
                                Reason.PolicyBound,
                                "Instances get the pinned baseline when they are created: MutatingAdmissionPolicy cpu-baseline is bound by cpu-baseline.old."));
    }

    @Test
    void one_that_is_there_already_is_left_alone_and_holds_since_it_was_created() throws IOException {
        // Given
        serve(BINDINGS, stored("old", "u-old", "web"));
        start();

        // When
        Result result = bind("old", intent("web"));

        // Then
        assertThat(written()).isEmpty();
        assertThat(result.admission())
                .isEqualTo(new Admission(
                        true, Instant.parse("2026-03-01T00:00:00Z").getEpochSecond()));
    }

    @ParameterizedTest
    @CsvSource({"u-old, db", "u-of-one-before, web"})
    void one_that_says_something_else_or_is_another_ones_is_written_anew(String owner, String tier) throws IOException {
        // Given
        serve(BINDINGS, stored("old", owner, tier));
        start();

        // When
        bind("old", intent("web"));
        bind("old", intent("web"));

        // Then
        assertThat(written()).hasSize(1);
    }

    @Test
    void one_that_is_lost_again_is_written_again() throws IOException {
        // Given
        serve(BINDINGS, stored("old", "u-old", "web"));
        start();
        bind("old", intent("web"));

        // When somebody deletes it
        Objects.requireNonNull(watches.get(BINDINGS)).send("DELETED", stored("old", "u-old", "web"));
        await().until(() -> watched.admissionBindings().list().isEmpty());
        bind("old", intent("web"));

        // Then
        assertThat(written()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({
        "403, Forbidden, Forbidden, For the permission set the chart's admission.enabled to true",
        "422, Invalid, Refused, no such field"
    })
    void what_is_refused_is_told_and_not_tried_again_before_its_time_or_another_spec(
            int code, String status, Reason reason, String words) throws IOException {
        // Given
        server.on("PATCH", BINDINGS + "/cpu-baseline.old", call -> call.refuse(code, status, "no such field"));
        start();

        // When
        Result refused = bind("old", intent("web"));
        Result again = bind("old", intent("web"));

        // Then
        assertThat(told(refused).bound()).isFalse();
        assertThat(told(refused).reason()).isEqualTo(reason);
        assertThat(told(refused).message()).contains("cpu-baseline.old", "no such field", words);
        assertThat(refused.admission()).isEqualTo(Admission.NONE);
        assertThat(Objects.requireNonNull(refused.next())).isPositive();
        assertThat(told(again)).isEqualTo(told(refused));
        assertThat(written()).hasSize(1);

        // When the spec is another one
        bind("old", intent("db"));

        // Then
        assertThat(written()).hasSize(2);

        // When the time has passed, and the API server has thought better of it
        server.on("PATCH", BINDINGS + "/cpu-baseline.old", call -> call.answer(200, "{}"));
        now = now.plus(OPTIONS.longestReadDelay()).plusMillis(1);

        // Then
        assertThat(told(bind("old", intent("db"))).bound()).isTrue();
    }

    @Test
    void trouble_with_taking_one_away_is_the_callers_to_try_again() {
        // Given
        server.on("DELETE", BINDINGS + "/cpu-baseline.young", call -> call.refuse(500, "InternalError", "still away"));
        serve(BINDINGS, stored("young", "u-young", ""));
        start();

        // When, Then
        assertThatThrownBy(() -> bind("young", intent("", /* admission= */ false)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("cpu-baseline.young can't be deleted: still away");
    }

    @Test
    void so_is_trouble_with_a_write() {
        // Given
        server.on("PATCH", BINDINGS + "/cpu-baseline.old", call -> call.refuse(500, "InternalError", "etcd is away"));
        start();

        // When, Then
        assertThatThrownBy(() -> bind("old", intent("web")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("etcd is away");
    }

    @ParameterizedTest
    @CsvSource({"200, 1", "404, 1"})
    void in_another_mode_the_binding_is_taken_away(int code, int deleted) throws IOException {
        // Given
        server.on("DELETE", BINDINGS + "/cpu-baseline.old", call -> call.refuse(code, "x", "x"));
        serve(BINDINGS, stored("old", "u-old", ""));
        start();

        // When
        Result result = bind("old", intent("", /* admission= */ false));

        // Then
        assertThat(result).isEqualTo(Result.NONE);
        assertThat(server.requests("DELETE")).hasSize(deleted);
    }

    @Test
    void where_there_is_no_binding_none_is_taken_away() throws IOException {
        // Given
        start();

        // When, Then
        assertThat(bind("old", intent("", /* admission= */ false))).isEqualTo(Result.NONE);
        assertThat(server.requests("DELETE")).isEmpty();
    }

    @Test
    void while_paused_nothing_is_bound_and_what_is_bound_stays() throws IOException {
        // Given
        serve(BINDINGS, stored("old", "u-old", ""));
        start();

        // When
        Result result = bindings.bind(baseline("old"), intent(""), /* paused= */ true);

        // Then
        assertThat(told(result).reason()).isEqualTo(Reason.Paused);
        assertThat(written()).isEmpty();
        assertThat(server.requests("DELETE")).isEmpty();
    }

    @Test
    void of_two_that_may_select_the_same_the_younger_gives_its_binding_away() throws IOException {
        // Given
        serve(BINDINGS, stored("young", "u-young", ""));
        start();
        assertThat(told(bind("young", intent(""))).bound()).isTrue();

        // When the older one comes
        Result older = bind("old", intent("web"));
        Result younger = bind("young", intent(""));

        // Then it waits for the younger one's to be gone
        assertThat(told(older).reason()).isEqualTo(Reason.Overlapping);
        assertThat(told(younger).reason()).isEqualTo(Reason.Overlapping);
        assertThat(told(younger).message()).contains("Baseline old may select the same virtual machines");
        assertThat(server.requests("DELETE"))
                .extracting(ScriptedApiServer.Request::path)
                .containsExactly(BINDINGS + "/cpu-baseline.young");
    }

    @Test
    void a_missing_policy_and_an_api_server_without_the_kind_are_told() throws IOException {
        // Given
        serve(POLICIES, "{\"metadata\":{\"name\":\"another\",\"resourceVersion\":\"1\"}}");
        start();

        // When, Then
        assertThat(told(bind("old", intent(""))).reason()).isEqualTo(Reason.PolicyMissing);
        assertThat(told(bindings(watched, Options.quick()).bind(baseline("old"), intent(""), false))
                        .message())
                .startsWith("The operator is installed without its MutatingAdmissionPolicy");
        assertThat(written()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "404, NotFound, Unsupported, which came with Kubernetes 1.36",
        "403, Forbidden, Forbidden, may not read mutatingadmissionpolicies"
    })
    void kinds_that_can_t_be_read_are_told(int code, String status, Reason reason, String words) throws IOException {
        // Given
        server.on("GET", POLICIES, call -> call.refuse(code, status, "no"));
        start();

        // When
        Admitted told = told(bind("old", intent("")));

        // Then
        assertThat(told.reason()).isEqualTo(reason);
        assertThat(told.message()).contains(words);
        assertThat(written()).isEmpty();
    }

    // ---- mode Patch: first starts

    @Test
    void trouble_with_a_binding_ends_first_starts_and_nothing_else() throws IOException {
        // Given
        start();
        bind("young", intent("other"));
        server.on("PATCH", BINDINGS + "/cpu-baseline.old", call -> call.refuse(500, "InternalError", "no"));

        // When
        Result result = bind("old", patching("web"));

        // Then
        assertThat(result.firstStarts()).isFalse();
        assertThat(result.told()).isNull();
        assertThat(result.next()).isEqualTo(OPTIONS.retryInitial());

        // When it is there, and can't be deleted once another baseline may select the same
        server.on("PATCH", BINDINGS + "/cpu-baseline.old", call -> call.answer(200, "{}"));
        server.on("DELETE", BINDINGS + "/cpu-baseline.old", call -> call.refuse(500, "InternalError", "no"));
        assertThat(bind("old", patching("web")).firstStarts()).isTrue();
        bind("young", intent(""));
        result = bind("old", patching("web"));

        // Then
        assertThat(result.firstStarts()).isFalse();
        assertThat(result.next()).isEqualTo(OPTIONS.retryInitial());
    }

    @Test
    void one_that_writes_virtual_machines_is_bound_for_their_first_starts_and_nothing_is_told() throws IOException {
        // Given
        start();
        bind("young", intent("db", /* admission= */ false));

        // When
        Result result = bind("old", patching("web"));

        // Then
        assertThat(result).isEqualTo(new Result(null, null, /* firstStarts= */ true, null));
        assertThat(written()).containsExactly(BINDINGS + "/cpu-baseline.old");
    }

    @Test
    void it_is_not_bound_before_all_baselines_are_known() throws IOException {
        // Given
        start();

        // When, Then
        assertThat(bind("old", patching("web"))).isEqualTo(Result.NONE);

        // When the other one selects nothing
        bindings.bind(baseline("young"), null, false);

        // Then
        assertThat(bind("old", patching("web")).firstStarts()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"true, false", "false, true", "false, false"})
    void it_is_not_bound_beside_any_other_that_may_select_the_same(boolean patch, boolean admission)
            throws IOException {
        // Given a binding from before
        serve(BINDINGS, stored("old", "u-old", ""));
        start();
        bindings.bind(baseline("young"), null, false);
        assertThat(bind("old", patching("")).firstStarts()).isTrue();

        // When
        Result younger = bind("young", intent("web", patch, admission));
        Result older = bind("old", patching(""));

        // Then whose a new virtual machine is doesn't show in its instance
        assertThat(younger.firstStarts()).isFalse();
        assertThat(older).isEqualTo(Result.NONE);
        assertThat(server.requests("DELETE"))
                .extracting(ScriptedApiServer.Request::path)
                .containsExactly(BINDINGS + "/cpu-baseline.old");
        assertThat(written()).isEmpty();

        // When, Then one with mode Admission has the binding as soon as the other one's is gone
        Objects.requireNonNull(watches.get(BINDINGS)).send("DELETED", stored("old", "u-old", ""));
        await().until(() -> watched.admissionBindings().list().isEmpty());
        if (admission) {
            assertThat(told(bind("young", intent("web", patch, admission))).bound())
                    .isTrue();
        }
    }

    @ParameterizedTest
    @CsvSource({"false", "True", "''"})
    void it_is_not_bound_to_a_policy_that_does_not_say_that_it_keeps_to_the_status(String says) throws IOException {
        // Given the policy of a release before
        serve(POLICIES, policy(says));
        serve(BINDINGS, stored("old", "u-old", ""));
        start();
        bindings.bind(baseline("young"), null, false);

        // When, Then
        assertThat(bind("old", patching(""))).isEqualTo(Result.NONE);
        assertThat(server.requests("DELETE")).hasSize(1);
    }

    @Test
    void without_a_policy_or_with_a_refusal_nothing_is_told() throws IOException {
        // Given
        server.on("PATCH", BINDINGS + "/cpu-baseline.old", call -> call.refuse(403, "Forbidden", "no"));
        start();
        bindings.bind(baseline("young"), null, false);

        // When, Then
        Result refused = bind("old", patching(""));
        assertThat(refused.firstStarts()).isFalse();
        assertThat(refused.told()).isNull();
        assertThat(refused.admission()).isNull();
        assertThat(Objects.requireNonNull(refused.next())).isPositive();
        Bindings none = bindings(watched, Options.quick());
        assertThat(none.bind(baseline("old"), patching(""), false)).isEqualTo(Result.NONE);
    }
}
