package io.cpubaseline.operator.listing;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.cpubaseline.baseline.Revision;
import io.cpubaseline.cpu.FeatureSet;
import io.cpubaseline.operator.kube.Json;
import io.cpubaseline.operator.testing.MockApiServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** {@code cpu-baseline vms} against an API server that is scripted: two baselines over all virtual machines, one per vendor. */
class VmsCommandTest {

    private static final String KUBEVIRT = "/apis/kubevirt.io/v1/";

    private final MockApiServer server = new MockApiServer();
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    @SuppressWarnings("NullAway.Init")
    private Path kubeconfig;

    @BeforeEach
    void aCluster() throws IOException {
        kubeconfig = server.kubeconfig(directory);
        list(
                "/apis/cpubaseline.io/v1alpha1/clustercpubaselines",
                baseline("intel", "Intel", "Haswell-noTSX", "Patch"),
                baseline("amd", "AMD", "EPYC", "Observe"));
        list("/api/v1/namespaces", "{\"metadata\":{\"name\":\"shop\"}}");
        list("/api/v1/nodes", node("n1", "Intel"), node("n2", "AMD"));
        List.of("", "namespaces/shop/").forEach(where -> {
            list(
                    KUBEVIRT + where + "virtualmachines",
                    machine("written", carrying("intel", "Haswell-noTSX", "Intel")),
                    machine("new", "{}"),
                    machine("abroad", "{}"),
                    machine("own", "{\"model\":\"Nehalem\"}"));
            list(KUBEVIRT + where + "virtualmachineinstances", instance("written", "n1"), instance("abroad", "n2"));
        });
    }

    private void list(String path, String... items) {
        server.on(
                "GET", path, call -> call.answer(200, "{\"metadata\":{},\"items\":[" + String.join(",", items) + "]}"));
    }

    private static String baseline(String name, String vendor, String model, String mode) {
        return """
                {"metadata":{"name":"%s","uid":"u","generation":1},
                 "spec":{"nodeSelector":{"matchLabels":{"cpu-vendor.node.kubevirt.io/%s":"true"}},
                  "virtualMachines":{"namespaceSelector":{},"selector":{},"mode":"%s"}},
                 "status":{"observedGeneration":1,"capacity":{"cores":64,"schedulableCores":%d,"memory":"1Gi","schedulableMemory":"1Gi"},
                  "pinned":{"revision":"%s","cpuModel":"%s","abiLevel":"x86-64-v2","requiredFeatures":[],
                   "vendor":"%s","since":"2026-11-01T00:00:00Z"}}}""".formatted(
                        name, vendor, mode, vendor.length(), Revision.of(model, FeatureSet.empty()), model, vendor);
    }

    private static String node(String name, String vendor) {
        return "{\"metadata\":{\"name\":\"%s\",\"labels\":{\"cpu-vendor.node.kubevirt.io/%s\":\"true\"}}}"
                .formatted(name, vendor);
    }

    private static String machine(String name, String cpu) {
        return cpu.startsWith("{\"metadata")
                ? cpu.replace("NAME", name)
                : """
                {"metadata":{"namespace":"shop","name":"%s","uid":"u-%s"},
                 "spec":{"template":{"spec":{"domain":{"cpu":%s}}}}}""".formatted(name, name, cpu.replace("}", cpu.equals("{}") ? "\"cores\":2}" : ",\"cores\":2}"));
    }

    private static String carrying(String baseline, String model, String vendor) {
        String revision = Revision.of(model, FeatureSet.empty());
        return """
                {"metadata":{"namespace":"shop","name":"NAME","uid":"u-NAME",
                  "labels":{"cpubaseline.io/baseline":"%1$s","cpubaseline.io/revision":"%4$s"},
                  "managedFields":[{"manager":"cpu-baseline.%1$s","fieldsV1":{
                   "f:metadata":{"f:labels":{"f:cpubaseline.io/baseline":{},"f:cpubaseline.io/revision":{}}},
                   "f:spec":{"f:template":{"f:spec":{"f:domain":{"f:cpu":{"f:model":{}}},
                    "f:nodeSelector":{"f:cpu-vendor.node.kubevirt.io/%3$s":{}}}}}}}]},
                 "spec":{"template":{"spec":{"nodeSelector":{"cpu-vendor.node.kubevirt.io/%3$s":"true"},
                  "domain":{"cpu":{"cores":2,"model":"%2$s"}}}}}}""".formatted(baseline, model, vendor, revision);
    }

    private static String instance(String name, String node) {
        return """
                {"metadata":{"namespace":"shop","name":"%1$s","uid":"i-%1$s",
                  "ownerReferences":[{"kind":"VirtualMachine","name":"%1$s","controller":true}]},
                 "spec":{"domain":{"cpu":{"model":"host-model"}}},
                 "status":{"phase":"Running","nodeName":"%2$s"}}""".formatted(name, node);
    }

    private int vms(String... arguments) {
        return run(
                "",
                Stream.concat(Stream.of("--kubeconfig=" + kubeconfig), Arrays.stream(arguments))
                        .toArray(String[]::new));
    }

    private int run(String input, String... all) {
        return new CommandLine(new VmsCommand(new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8))))
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(all);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void each_is_listed_once_as_its_own_baseline_sees_it_with_what_to_do() {
        // When
        int code = vms("-A");

        // Then
        assertThat(code).as(err.toString()).isZero();
        assertThat(out.toString().lines().toList())
                .containsExactly(
                        "NAMESPACE   NAME      BASELINE   STATE         REASON",
                        "shop        abroad    amd        pending       would be written; the baseline",
                        "    observes, or is paused",
                        "shop        new       intel      pending       AssignedByCapacity: to be written",
                        "    as spec.virtualMachines.rollout allows",
                        "shop        own       intel      conflicting   Conflicting, AssignedByCapacity:",
                        "    The CPU model is Nehalem, set by a manager that is not recorded; it stays as",
                        "    it is.",
                        "shop        written   intel      applied       PendingRestart",
                        "",
                        "PendingRestart (1): restart it when it suits; until then it runs with its old",
                        "    CPU.",
                        "Conflicting (1): take out what the other manager has set, or annotate it:",
                        "    cpubaseline.io/adopt=true.",
                        "AssignedByCapacity (2): nothing to do, or annotate it:",
                        "    cpubaseline.io/baseline=NAME.");
    }

    @Test
    void what_only_a_try_shows_is_what_the_operator_has_reported() {
        // Given
        String reasons = """
                "virtualMachines":{"selected":4,"applied":1,"pending":1,"conflicting":0,"refused":2,"skipped":0,"pendingRestart":0,
                 "reasons":[{"reason":"Refused","count":2,"examples":["shop/new","shop/written"]}]},""";
        list(
                "/apis/cpubaseline.io/v1alpha1/clustercpubaselines",
                baseline("intel", "Intel", "Haswell-noTSX", "Patch").replace("\"pinned\":", reasons + "\"pinned\":"));

        // When
        int code = vms("-A");

        // Then: one that has been written since is no longer refused
        assertThat(code).as(err.toString()).isZero();
        assertThat(out.toString().lines().toList())
                .contains(
                        "shop        new       intel      refused       Refused",
                        "shop        written   intel      applied       PendingRestart",
                        "Refused (1): see why in its event; it is tried again when it changes, else once",
                        "    an hour.");
    }

    @Test
    void of_one_baseline_the_machines_of_others_are_listed_too_and_a_reason_selects() throws IOException {
        // When: the namespace is the context's
        int code = vms("-b", "amd", "--reason", "claimedbyother", "-o", "json");

        // Then
        assertThat(code).as(err.toString()).isZero();
        JsonNode machines = Json.MAPPER.readTree(out.toString()).path("virtualMachines");
        assertThat(machines.findValuesAsText("name")).containsExactly("new", "own", "written");
        assertThat(machines.get(2)).isEqualTo(Json.MAPPER.readTree("""
                {"namespace": "shop", "name": "written", "baseline": "amd", "state": "skipped",
                 "reasons": [{"reason": "ClaimedByOther",
                  "remedy": "nothing to do; to have it here, annotate it: cpubaseline.io/baseline=NAME"}],
                 "message": "it belongs to intel"}"""));
        assertThat(server.requests("PATCH")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "-n shop -A, -n and -A exclude each other",
        "-b nowhere, 'there is no ClusterCpuBaseline nowhere; there is: amd, intel'",
        "--reason Tired, there is no reason Tired",
        "-o xml, 'expected one of [table, json, yaml]'"
    })
    void wrong_options_are_told(String options, String message) {
        // When, Then
        assertThat(vms(options.split(" "))).isEqualTo(2);
        assertThat(err.toString()).contains(message);
    }

    @Test
    void where_something_can_not_be_read_that_is_told() {
        // Given
        server.on("GET", "/api/v1/nodes", call -> call.refuse(403, "Forbidden", "jane cannot list nodes"));

        // When, Then
        assertThat(vms("-A")).isEqualTo(2);
        assertThat(err.toString()).contains("the cluster can't be asked: jane cannot list nodes");
    }

    // ---- from files

    /** As kubectl prints them together. */
    private static String together(String... objects) {
        return "{\"apiVersion\":\"v1\",\"items\":[" + String.join(",", objects) + "],\"kind\":\"List\"}";
    }

    private static String of(String apiVersion, String kind, String object) {
        return "{\"apiVersion\":\"%s\",\"kind\":\"%s\",%s"
                .formatted(apiVersion, kind, object.strip().substring(1));
    }

    private static String ccb(String object) {
        return of("cpubaseline.io/v1alpha1", "ClusterCpuBaseline", object);
    }

    private static String vm(String object) {
        return of("kubevirt.io/v1", "VirtualMachine", object);
    }

    private static final List<String> OBJECTS = List.of(
            ccb(baseline("intel", "Intel", "Haswell-noTSX", "Patch")),
            ccb(baseline("amd", "AMD", "EPYC", "Observe")),
            of("v1", "Namespace", "{\"metadata\":{\"name\":\"shop\"}}"),
            of("v1", "Node", node("n1", "Intel")),
            of("v1", "Node", node("n2", "AMD")),
            of("v1", "Secret", "{\"metadata\":{\"name\":\"s\"}}"),
            vm(machine("written", carrying("intel", "Haswell-noTSX", "Intel"))),
            vm(machine("new", "{}")),
            vm(machine("abroad", "{}")),
            vm(machine("own", "{\"model\":\"Nehalem\"}")),
            of("kubevirt.io/v1", "VirtualMachineInstance", instance("written", "n1")),
            of("kubevirt.io/v1", "VirtualMachineInstance", instance("abroad", "n2")));

    private static String objects() {
        return together(OBJECTS.toArray(String[]::new));
    }

    @Test
    void files_give_the_same_listing_as_the_cluster_that_they_are_of() {
        // Given
        vms("-A");
        String ofTheCluster = out.toString();
        out.getBuffer().setLength(0);

        // When
        int code = run(objects(), "-f", "-");

        // Then
        assertThat(code).as(err.toString()).isZero();
        assertThat(err.toString()).isEmpty();
        assertThat(out.toString()).isEqualTo(ofTheCluster).isNotEmpty();
    }

    @Test
    void a_directory_of_single_objects_in_yaml_is_read_too() throws IOException {
        // Given
        Path manifests = Files.createDirectories(directory.resolve("manifests/below"));
        for (int i = 0; i < OBJECTS.size(); i++) {
            String yaml = new YAMLMapper().writeValueAsString(Json.MAPPER.readTree(OBJECTS.get(i)));
            Files.writeString(manifests.resolve(i + ".yaml"), yaml + "---\n");
        }

        // When
        int code = run("", "-f", directory.resolve("manifests").toString(), "-n", "shop", "-b", "intel");

        // Then
        assertThat(code).as(err.toString()).isZero();
        assertThat(out.toString()).contains("written   intel      applied       PendingRestart");
        assertThat(server.requests("GET")).isEmpty();
    }

    @Test
    void what_a_list_says_of_its_items_counts_and_what_is_missing_is_told() {
        // Given: an API server's own lists, without namespaces and nodes
        String machines = "{\"apiVersion\":\"kubevirt.io/v1\",\"items\":["
                + machine("written", carrying("intel", "Haswell-noTSX", "Intel"))
                + "],\"kind\":\"VirtualMachineList\"}";
        String instances = "{\"kind\":\"VirtualMachineInstanceList\",\"apiVersion\":\"kubevirt.io/v1\",\"items\":["
                + instance("written", "n1") + "]}";

        // When
        int code = run(ccb(baseline("intel", "Intel", "Haswell-noTSX", "Patch")) + machines + instances, "-f", "-");

        // Then
        assertThat(code).as(err.toString()).isZero();
        assertThat(out.toString()).contains("written   intel      applied   PendingRestart");
        assertThat(err.toString().lines())
                .containsExactly(
                        "warning: no Namespace shop in the files: it counts as one without labels of its own",
                        "warning: no Node n1 in the files: of what runs there it isn't known on which CPU vendor, or on whose nodes");
    }

    @Test
    void what_they_ask_for_is_told_for_each_and_for_all_of_a_baseline() throws IOException {
        // Given
        String sized = vm("""
                {"metadata":{"name":"big"},"spec":{"template":{"spec":{"domain":{"cpu":{"cores":2,"sockets":4},
                  "memory":{"guest":"16Gi"}}}}}}""");
        String small = vm("""
                {"metadata":{"name":"small","namespace":"shop"},"spec":{"instancetype":{"name":"u1.small"},"template":{"spec":{"domain":{}}}}}""");
        String running = of("kubevirt.io/v1", "VirtualMachineInstance", """
                {"metadata":{"namespace":"shop","name":"small","ownerReferences":[{"kind":"VirtualMachine","name":"small","controller":true}]},
                 "spec":{"domain":{"cpu":{"cores":1},"memory":{"guest":"2Gi"}}},"status":{"phase":"Running"}}""");
        String unknown = vm("""
                {"metadata":{"name":"stopped","namespace":"shop"},"spec":{"instancetype":{"name":"u1.small"},"template":{"spec":{"domain":{}}}}}""");
        String input = together(
                ccb(baseline("intel", "Intel", "Haswell-noTSX", "Patch")),
                of("v1", "Namespace", "{\"metadata\":{\"name\":\"shop\"}}"),
                of("v1", "Namespace", "{\"metadata\":{\"name\":\"default\"}}"),
                sized,
                small,
                running,
                unknown);

        // When
        int code = run(input, "-f", "-");
        String table = out.toString();
        out.getBuffer().setLength(0);
        run(input, "-f", "-", "-o", "json");

        // Then
        assertThat(code).as(err.toString()).isZero();
        assertThat(table.lines())
                .endsWith("intel: these 3 ask for 9 virtual CPUs and 18Gi of memory; of 1 it isn't known.");
        JsonNode machines = Json.MAPPER.readTree(out.toString()).path("virtualMachines");
        assertThat(machines.get(0).path("namespace").asText()).isEqualTo("default");
        assertThat(machines.get(0).path("cores").asInt()).isEqualTo(8);
        assertThat(machines.get(0).path("memory").asText()).isEqualTo("16Gi");
        assertThat(machines.get(2).has("cores")).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "7 | standard input:1:1: expected a Kubernetes object, found something else",
                "{\"kind\":\"List\",\"items\":[8]} | standard input:1:25: expected a Kubernetes object, found something else",
                "{\"kind\": | standard input:1:9: not valid JSON: the text ends in the middle of a value; it may have been cut off",
                "--- | standard input: expected Kubernetes objects, found none",
                "{\"apiVersion\":\"v1\",\"kind\":\"Node\",\"metadata\":{\"name\":\"n\"}} | -: expected a ClusterCpuBaseline among the objects, found none; add: kubectl get clustercpubaselines -o yaml",
                "{\"apiVersion\":\"kubevirt.io/v1\",\"kind\":\"VirtualMachine\"} | standard input:1:1: VirtualMachine: metadata.name: expected the object's name, found none",
                "{\"apiVersion\":\"cpubaseline.io/v1alpha1\",\"kind\":\"ClusterCpuBaseline\",\"metadata\":{\"name\":\"a\",\"labels\":7}} | standard input:1:92: ClusterCpuBaseline a: metadata.labels: expected an object, found the number 7",
            })
    void bad_input_is_one_line_that_says_where(String input, String message) {
        assertThat(run(input, "-f", "-")).isEqualTo(2);
        assertThat(err.toString().strip()).isEqualTo("cpu-baseline: " + message);
    }

    @Test
    void odd_values_of_a_clusters_objects_are_said_change_nothing_and_crash_nothing() {
        // Given
        String odd = """
                {"metadata":{"name":"odd","namespace":"shop","labels":7,"managedFields":{}},"spec":{"template":{"spec":{"domain":
                  {"cpu":{"cores":99999999999999999999,"features":"x","model":[]},"memory":8,"resources":{"requests":[]}}}}}}""";
        list(KUBEVIRT + "virtualmachines", machine("new", "{}"), odd);
        list(
                "/apis/cpubaseline.io/v1alpha1/clustercpubaselines",
                baseline("intel", "Intel", "Haswell-noTSX", "Patch"),
                "{\"metadata\":{\"name\":\"older\"},\"spec\":{\"nodeSelector\":{\"matchLabels\":{\"pool\":7}}}}");

        // When
        int code = vms("-A");

        // Then
        assertThat(code).as(err.toString()).isZero();
        assertThat(out.toString()).contains("odd ");
        assertThat(err.toString())
                .contains(
                        "warning: metadata.labels of VirtualMachine shop/odd can't be read and is left out: expected an object")
                .contains("spec.template.spec.domain.cpu.cores of VirtualMachine shop/odd can't be read")
                .contains("warning: ClusterCpuBaseline older can't be read and is left out: spec.nodeSelector");
    }

    @Test
    void odd_values_of_a_file_are_refused() {
        // Given
        String odd = vm("""
                {"metadata":{"name":"odd","namespace":"shop"},"spec":{"template":{"spec":{"domain":{"cpu":{"cores":"2"}}}}}}""");

        // Then
        assertThat(run(objects().replace("],\"kind\":\"List\"", "," + odd + "],\"kind\":\"List\""), "-f", "-"))
                .isEqualTo(2);
        assertThat(err.toString())
                .contains("VirtualMachine odd: spec.template.spec.domain.cpu.cores: expected a whole number");
    }

    @ParameterizedTest
    @CsvSource({
        "--kubeconfig=x, '-f asks no cluster: leave --kubeconfig and --context out'",
        "-n shop -A, -n and -A exclude each other"
    })
    void options_that_mean_nothing_with_files_are_told(String options, String message) {
        String[] arguments = ("-f - " + options).split(" ");
        assertThat(run(objects(), arguments)).isEqualTo(2);
        assertThat(err.toString()).contains(message);
    }
}
