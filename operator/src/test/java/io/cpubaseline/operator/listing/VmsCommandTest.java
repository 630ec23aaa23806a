package io.cpubaseline.operator.listing;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.cpubaseline.baseline.Revision;
import io.cpubaseline.cpu.FeatureSet;
import io.cpubaseline.operator.kube.Json;
import io.cpubaseline.operator.testing.MockApiServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
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
                  "pinned":{"revision":"%s-0123456789","cpuModel":"%s","abiLevel":"x86-64-v2","requiredFeatures":[],
                   "vendor":"%s","since":"2026-11-01T00:00:00Z"}}}""".formatted(name, vendor, mode, vendor.length(), model, model, vendor);
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
        String[] all = Stream.concat(Stream.of("--kubeconfig=" + kubeconfig), Arrays.stream(arguments))
                .toArray(String[]::new);
        return new CommandLine(new VmsCommand())
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
                        "shop        abroad    amd        pending       would be written; the baseline observes, or is paused",
                        "shop        new       intel      pending       AssignedByCapacity: to be written as spec.virtualMachines.rollout allows",
                        "shop        own       intel      conflicting   Conflicting, AssignedByCapacity: The CPU model is Nehalem, set by a manager that is not recorded; it stays as it is.",
                        "shop        written   intel      applied       PendingRestart",
                        "",
                        "PendingRestart (1): restart it when it suits; until then it runs with its old CPU.",
                        "Conflicting (1): take out what the other manager has set, or annotate it: cpubaseline.io/adopt=true.",
                        "AssignedByCapacity (2): nothing to do, or annotate it: cpubaseline.io/baseline=NAME.");
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
}
