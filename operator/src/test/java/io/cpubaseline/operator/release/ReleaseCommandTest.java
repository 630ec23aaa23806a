package io.cpubaseline.operator.release;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.cpubaseline.DocumentSchema;
import io.cpubaseline.operator.kube.Json;
import io.cpubaseline.operator.testing.MockApiServer;
import io.cpubaseline.operator.testing.MockApiServer.Request;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** {@code cpu-baseline release} against an API server that is scripted. */
class ReleaseCommandTest {

    private static final String BASELINES = "/apis/cpubaseline.io/v1alpha1/clustercpubaselines";
    private static final String MACHINES = "/apis/kubevirt.io/v1/virtualmachines";
    private static final String DONE = "{\"metadata\":{\"resourceVersion\":\"7\",\"generation\":3}}";

    private final MockApiServer server = new MockApiServer();
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    @SuppressWarnings("NullAway.Init")
    private Path kubeconfig;

    @BeforeEach
    void aClusterWithTheBaselineRack() throws IOException {
        kubeconfig = server.kubeconfig(directory);
        server.on("GET", BASELINES, call -> call.answer(200, list("", "{\"metadata\":{\"name\":\"rack\"}}")));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private int release(String... arguments) {
        String[] all = Stream.concat(Stream.of("--kubeconfig=" + kubeconfig), Arrays.stream(arguments))
                .toArray(String[]::new);
        return new CommandLine(new ReleaseCommand())
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(all);
    }

    private List<String> printed() {
        return out.toString().lines().toList();
    }

    private static String list(String next, String... items) {
        return "{\"metadata\":{\"continue\":\"%s\"},\"items\":[%s]}".formatted(next, String.join(",", items));
    }

    /** A virtual machine with avx2 required, whose fields these managers own: {@code manager=model}, {@code manager=model+features}. */
    private static String machine(String name, String... owners) {
        String managedFields = Arrays.stream(owners)
                .map(owner -> owner.split("="))
                .map(owner ->
                        "{\"manager\":\"%s\",\"fieldsV1\":{\"f:spec\":{\"f:template\":{\"f:spec\":{\"f:domain\":{\"f:cpu\":{%s}}}}}}}"
                                .formatted(
                                        owner[0],
                                        Arrays.stream(owner[1].split("\\+"))
                                                .map("\"f:%s\":{}"::formatted)
                                                .collect(Collectors.joining(","))))
                .collect(Collectors.joining(","));
        return """
                {"metadata":{"namespace":"shop","name":"%1$s","uid":"u-%1$s","managedFields":[%2$s]},
                 "spec":{"template":{"spec":{"domain":{"cpu":{"model":"Haswell","features":[{"name":"avx2","policy":"require"}]}}}}}}""".formatted(name, managedFields);
    }

    private static String path(String machine) {
        return "/apis/kubevirt.io/v1/namespaces/shop/virtualmachines/" + machine;
    }

    @Test
    void what_baselines_that_no_longer_exist_hold_is_released_by_an_apply_as_them_that_holds_nothing()
            throws IOException {
        // Given
        server.on(
                "GET",
                MACHINES,
                call -> call.request().query().contains("continue=p%2F2")
                        ? call.answer(200, list("", machine("web", "cpu-baseline.old-rack=model+features")))
                        : call.answer(
                                200,
                                list(
                                        "p/2",
                                        machine("db", "cpu-baseline.gone=model+features", "kubectl=cores"),
                                        machine("kept", "cpu-baseline.rack=model+features"),
                                        machine("others", "terraform=model+features"))));
        for (String name : List.of("db", "web")) {
            server.on("PATCH", path(name), call -> call.answer(200, DONE));
        }

        // When
        int code = release("-A");

        // Then
        assertThat(code).isZero();
        assertThat(printed())
                .containsExactly(
                        "NAMESPACE   NAME   BASELINE   RESULT",
                        "shop        db     gone       released",
                        "shop        web    old-rack   released",
                        "",
                        "2 released, 0 keep their model, 0 failed.",
                        "Running ones keep their CPU until their next start; until then they show RestartRequired.",
                        "1 are held by baselines that exist, and were left alone.");
        Request first = server.requests("PATCH").get(0);
        assertThat(server.requests("PATCH")).hasSize(2);
        assertThat(first.query()).isEqualTo("fieldManager=cpu-baseline.gone&force=false");
        assertThat(Json.MAPPER.readTree(first.body())).isEqualTo(Json.MAPPER.readTree("""
                        {"apiVersion":"kubevirt.io/v1","kind":"VirtualMachine",
                         "metadata":{"name":"db","namespace":"shop","uid":"u-db"}}"""));
    }

    @Test
    void the_model_stays_with_features_that_somebody_else_requires() throws IOException {
        // Given
        server.on(
                "GET",
                path("").replaceAll("/$", ""),
                call -> call.answer(200, list("", machine("web", "cpu-baseline.gone=model", "terraform=features"))));

        // When, Then: the namespace is the context's
        assertThat(release()).isEqualTo(1);
        assertThat(printed())
                .anyMatch(line -> line.startsWith("shop        web    gone       keeps its model: ")
                        && line.contains("terraform requires CPU features"))
                .contains("0 released, 1 keep their model, 0 failed.");
        assertThat(server.requests("PATCH")).isEmpty();
    }

    @Test
    void of_two_baselines_that_are_gone_the_one_with_the_features_lets_go_first() throws IOException {
        // Given
        AtomicInteger writes = new AtomicInteger();
        String before = machine("web", "cpu-baseline.a=model", "cpu-baseline.b=features");
        String after = machine("web", "cpu-baseline.a=model").replaceAll(",\"features\":\\[.*?]", "");
        server.on("GET", MACHINES, call -> call.answer(200, list("", before)));
        server.on("GET", path("web"), call -> call.answer(200, writes.get() == 0 ? before : after));
        server.on("PATCH", path("web"), call -> {
            writes.incrementAndGet();
            return call.answer(200, DONE);
        });

        // When
        int code = release("-A");

        // Then
        assertThat(code).isZero();
        assertThat(server.requests("PATCH").stream().map(Request::query))
                .containsExactly("fieldManager=cpu-baseline.b&force=false", "fieldManager=cpu-baseline.a&force=false");
    }

    @Test
    void a_dry_run_writes_nothing_and_says_so_in_json_too() throws IOException {
        // Given
        server.on(
                "GET",
                MACHINES,
                call -> call.answer(200, list("", machine("web", "cpu-baseline.gone=model+features"))));

        // When
        int code = release("--all-namespaces", "--dry-run", "-o", "json");

        // Then
        assertThat(code).isZero();
        JsonNode report = Json.MAPPER.readTree(out.toString());
        assertThat(report).isEqualTo(Json.MAPPER.readTree("""
                {"dryRun": true, "released": 1, "modelKept": 0, "failed": 0, "ofExistingBaselines": 0,
                 "virtualMachines": [{"namespace": "shop", "name": "web", "baseline": "gone", "result": "released"}]}"""));
        assertThat(server.requests("PATCH")).isEmpty();
    }

    @Test
    void its_schema_describes_what_is_printed_and_nothing_else() throws IOException {
        // Given
        DocumentSchema schema = DocumentSchema.named("release");
        server.on(
                "GET",
                MACHINES,
                call -> call.answer(
                        200,
                        list(
                                "",
                                machine("db", "cpu-baseline.gone=model+features"),
                                machine("kept", "cpu-baseline.gone=model", "terraform=features"),
                                machine("web", "cpu-baseline.gone=model+features"))));
        server.on("PATCH", path("db"), call -> call.answer(200, DONE));
        server.on("PATCH", path("web"), call -> call.refuse(403, "Forbidden", "jane cannot patch"));

        // When
        release("-A", "-o", "json");
        JsonNode document = Json.MAPPER.readTree(out.toString());

        // Then
        assertThat(schema.complaints(document)).isEmpty();
        assertThat(schema.absentFrom(List.of(document))).isEmpty();
        assertThat(schema.root()
                        .at("/properties/virtualMachines/items/properties/result/enum")
                        .toString())
                .isEqualTo(Json.MAPPER.valueToTree(Releasing.Result.values()).toString());
        assertThat(document.findValuesAsText("result")).containsExactlyInAnyOrder("released", "modelKept", "failed");
    }

    @Test
    void the_same_is_printed_as_yaml() throws IOException {
        // Given
        server.on(
                "GET",
                MACHINES,
                call -> call.answer(200, list("", machine("web", "cpu-baseline.gone=model+features"))));

        // When
        release("--all-namespaces", "--dry-run", "-o", "yaml");

        // Then
        assertThat(out.toString()).startsWith("dryRun: true\nreleased: 1\n").contains("- namespace: shop\n");
    }

    @Test
    void a_baseline_that_exists_is_refused_with_what_to_do_instead() {
        // When, Then
        assertThat(release("-A", "--baseline", "rack")).isEqualTo(1);
        assertThat(err.toString())
                .contains("the ClusterCpuBaseline rack exists")
                .contains("releasePolicy: Remove")
                .contains("cpubaseline.io/skip=true");
        assertThat(server.requests("PATCH")).isEmpty();
    }

    @Test
    void only_one_baseline_is_released_where_one_is_named_and_none_where_there_is_none() {
        // Given
        server.on("GET", BASELINES, call -> call.refuse(404, "NotFound", "not found"));
        server.on(
                "GET",
                MACHINES,
                call -> call.answer(
                        200,
                        list(
                                "",
                                machine("web", "cpu-baseline.gone=model+features"),
                                machine("db", "cpu-baseline.a=model+features"))));
        server.on("PATCH", path("db"), call -> call.answer(200, DONE));

        // When, Then
        assertThat(release("-A", "--baseline", "a")).isZero();
        assertThat(server.requests("PATCH")).hasSize(1);

        // When, Then: KubeVirt is not there
        assertThat(release("-n", "elsewhere")).isZero();
        assertThat(printed())
                .contains("No virtual machine in namespace elsewhere is held by a baseline that no longer exists.");
    }

    @Test
    void what_is_refused_is_told_and_the_others_go_on() {
        // Given
        server.on(
                "GET",
                MACHINES,
                call -> call.answer(
                        200,
                        list(
                                "",
                                machine("web", "cpu-baseline.gone=model+features"),
                                machine("db", "cpu-baseline.gone=model+features"))));
        server.on(
                "PATCH",
                path("web"),
                call -> call.refuse(403, "Forbidden", "jane cannot patch resource virtualmachines"));
        AtomicInteger tries = new AtomicInteger();
        server.on(
                "PATCH",
                path("db"),
                call -> tries.getAndIncrement() == 0
                        ? call.refuse(429, "TooManyRequests", "later").setHeader("Retry-After", "0")
                        : call.answer(200, DONE));

        // When, Then
        assertThat(release("-A")).isEqualTo(1);
        assertThat(printed())
                .contains(
                        "shop        web    gone       failed: jane cannot patch resource virtualmachines",
                        "shop        db     gone       released",
                        "1 released, 0 keep their model, 1 failed.");
    }

    @ParameterizedTest
    @CsvSource({
        "-n shop -A, -n and -A exclude each other",
        "--context nowhere, --context: the kubeconfig has none of the name nowhere",
        "-o xml, 'expected one of [table, json, yaml]'"
    })
    void wrong_options_are_told_and_nothing_is_asked(String options, String message) {
        // When, Then
        assertThat(release(options.split(" "))).isEqualTo(2);
        assertThat(err.toString()).contains(message);
        assertThat(server.requests("GET")).isEmpty();
    }

    @Test
    void a_kubeconfig_that_is_not_there_is_told() {
        // Given
        kubeconfig = directory.resolve("missing");

        // When, Then
        assertThat(release("-A")).isEqualTo(2);
        assertThat(err.toString()).contains("--kubeconfig: " + kubeconfig + " can't be read");
    }

    @Test
    void where_baselines_or_virtual_machines_can_not_be_listed_nothing_is_released() {
        // Given
        server.on("GET", BASELINES, call -> call.refuse(403, "Forbidden", "jane cannot list clustercpubaselines"));

        // When, Then
        assertThat(release("-A")).isEqualTo(2);
        assertThat(err.toString()).contains("the cluster can't be asked: jane cannot list clustercpubaselines");
    }
}
