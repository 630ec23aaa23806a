package io.cpubaseline.operator.whynot;

import com.fasterxml.jackson.databind.JsonNode;
import io.cpubaseline.operator.kube.Json;
import io.cpubaseline.operator.testing.MockApiServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** A scripted cluster of three nodes with the stopped virtual machine shop/db, and {@code why-not}, which is asked about it. */
abstract class WhyNotFixture {

    static final String KUBEVIRT = "/apis/kubevirt.io/v1/";
    static final String MACHINE = KUBEVIRT + "namespaces/shop/virtualmachines/db";
    static final String INSTANCE = KUBEVIRT + "namespaces/shop/virtualmachineinstances/db";

    final MockApiServer server = new MockApiServer();
    final StringWriter out = new StringWriter();
    final StringWriter err = new StringWriter();

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @SuppressWarnings("NullAway.Init")
    Path kubeconfig;

    @BeforeEach
    void aCluster() throws IOException {
        kubeconfig = server.kubeconfig(directory);
        server.on("GET", MACHINE, call -> call.answer(200, machine("\"model\":\"Haswell\"")));
        list("/api/v1/nodes", node("n1", "Haswell"), node("n2", "Haswell"), node("n3", "EPYC"));
        list(KUBEVIRT + "kubevirts", "{\"status\":{\"observedKubeVirtVersion\":\"v1.8.4\"}}");
        list("/api/v1/pods");
        list("/api/v1/namespaces/shop/pods");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    void list(String path, String... items) {
        server.on(
                "GET",
                path,
                call -> call.answer(
                        200, "{\"metadata\":{\"resourceVersion\":\"1\"},\"items\":[" + String.join(",", items) + "]}"));
    }

    static String machine(String cpu) {
        return """
                {"metadata":{"namespace":"shop","name":"db","uid":"u"},
                 "spec":{"template":{"spec":{"domain":{"cpu":{"cores":2,%s},"memory":{"guest":"4Gi"}}}}}}""".formatted(cpu);
    }

    static String instance(String cpu, String status) {
        return """
                {"metadata":{"namespace":"shop","name":"db","uid":"i"},
                 "spec":{"architecture":"amd64","domain":{"cpu":{%s},"machine":{"type":"q35"},"memory":{"guest":"4Gi"}}},
                 "status":{"phase":"Running",%s}}""".formatted(cpu, status);
    }

    static String node(String name, String model) {
        return """
                {"metadata":{"name":"%s","labels":{"kubernetes.io/arch":"amd64","kubevirt.io/schedulable":"true",
                  "cpu-model.node.kubevirt.io/%s":"true","machine-type.node.kubevirt.io/q35":"true",
                  "cpu-vendor.node.kubevirt.io/Intel":"true"}},
                 "status":{"allocatable":{"cpu":"4","memory":"8Gi","devices.kubevirt.io/kvm":"1000"}}}""".formatted(name, model);
    }

    static String pod(String name, String node, String more, String memory) {
        return """
                {"metadata":{"namespace":"shop","name":"%s","labels":{"kubevirt.io/created-by":"i"}%s},
                 "spec":{"nodeName":"%s","containers":[{"resources":{"requests":{"cpu":"100m","memory":"%s"}}}]},
                 "status":{"phase":"Running"}}""".formatted(name, more, node, memory);
    }

    int whyNot(String... arguments) {
        return run("", Stream.concat(Stream.of("--kubeconfig=" + kubeconfig, "-n", "shop"), Arrays.stream(arguments)));
    }

    int files(String input, String... arguments) {
        return run(input, Arrays.stream(arguments));
    }

    int run(String input, Stream<String> arguments) {
        return new CommandLine(new WhyNotCommand(new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8))))
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments.toArray(String[]::new));
    }

    List<String> possible() throws IOException {
        JsonNode answer = Json.MAPPER.readTree(out.toString());
        return Json.MAPPER.convertValue(
                answer.path("possibleNodes"),
                Json.MAPPER.getTypeFactory().constructCollectionType(List.class, String.class));
    }
}
