package io.cpubaseline.operator.planning;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.cpubaseline.Main;
import io.cpubaseline.operator.testing.MockApiServer;
import io.cpubaseline.operator.testing.MockApiServer.Handler;
import io.cpubaseline.operator.testing.MockApiServer.Request;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** {@code plan} of a cluster, by its API server's own answers. */
class ListedClusterTest {

    private static final String NODES = "/api/v1/nodes";
    private static final String NODE_FEATURES = "/apis/nfd.k8s-sigs.io/v1alpha1/nodefeatures";
    private static final String BASELINES = "/apis/cpubaseline.io/v1alpha1/clustercpubaselines";

    private static final String INSTANCES = "/apis/kubevirt.io/v1/virtualmachineinstances";

    private final MockApiServer server = new MockApiServer();
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    Path directory;

    @AfterEach
    void close() {
        server.close();
    }

    private int plan(String... more) throws IOException {
        return run("plan", more);
    }

    private int run(String name, String... more) throws IOException {
        String kubeconfig = server.kubeconfig(directory).toString();
        CommandLine command =
                Main.commandLine(name).setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
        return command.execute(Stream.concat(Stream.of(name, "--kubeconfig", kubeconfig), Stream.of(more))
                .toArray(String[]::new));
    }

    /** As the API server lists: what an item is stands at the list, and where it goes on before the items. */
    private static String list(String apiVersion, String kind, String more, String... items) {
        return """
                {"kind": "%s", "apiVersion": "%s", "metadata": {"resourceVersion": "1", "continue": "%s"}, "items": [%s]}
                """.formatted(kind, apiVersion, more, String.join(",", items));
    }

    private static String node(String name, String model) {
        return """
                {"metadata": {"name": "%s", "uid": "%s", "labels": {
                  "kubernetes.io/arch": "amd64", "kubernetes.io/os": "linux", "kubevirt.io/schedulable": "true",
                  "cpu-vendor.node.kubevirt.io/Intel": "true", "cpu-model.node.kubevirt.io/%s": "true",
                  "cpu-model.node.kubevirt.io/Nehalem": "true", "cpu-feature.node.kubevirt.io/aes": "true"}},
                 "status": {"conditions": [{"type": "Ready", "status": "True"}]}}
                """.formatted(name, name, model);
    }

    private static Handler nodes() {
        return call -> call.request().query().contains("continue=2")
                ? call.answer(200, list("v1", "NodeList", "", node("old", "Westmere")))
                : call.answer(200, list("v1", "NodeList", "2", node("new", "Haswell-noTSX")));
    }

    @Test
    void all_pages_are_read_and_kinds_that_are_not_there_are_passed_over() throws IOException {
        // Given
        server.on("GET", NODES, nodes());

        // When
        int code = plan("-o", "json");

        // Then
        assertThat(code).as(err.toString()).isZero();
        JsonNode status = new ObjectMapper().readTree(out.toString()).path("status");
        assertThat(status.at("/nodes/contributing").asInt()).isEqualTo(2);
        assertThat(status.at("/pinned/cpuModel").asText()).isEqualTo("Nehalem");
        assertThat(err.toString()).isEmpty();
        assertThat(server.requests("GET")).extracting(Request::path).contains(NODE_FEATURES, BASELINES);
        assertThat(server.requests("GET"))
                .allSatisfy(request -> assertThat(request.query()).contains("limit="));
    }

    @Test
    void virtual_machines_are_listed_for_what_if_and_not_for_plan() throws IOException {
        // Given
        server.on("GET", NODES, nodes());
        server.on(
                "GET",
                INSTANCES,
                call -> call.answer(200, list("kubevirt.io/v1", "VirtualMachineInstanceList", "", """
                        {"metadata": {"namespace": "shop", "name": "web"},
                         "spec": {"domain": {"cpu": {"model": "Haswell-noTSX"}}},
                         "status": {"nodeName": "new", "phase": "Running"}}
                        """)));

        // When
        plan();
        boolean askedByPlan = server.requests("GET").stream()
                .anyMatch(request -> request.path().equals(INSTANCES));
        int code = run("what-if", "--remove", "new");

        // Then
        assertThat(askedByPlan).isFalse();
        assertThat(code).as(err.toString()).isZero();
        assertThat(out.toString().replaceAll("\\s+", " "))
                .contains("1 must be restarted: their node goes, and no other can take them: shop/web");
    }

    @Test
    void a_revision_is_looked_up_in_the_baselines_of_the_cluster() throws IOException {
        // Given
        server.on("GET", NODES, nodes());
        server.on(
                "GET",
                BASELINES,
                call -> call.answer(200, list("cpubaseline.io/v1alpha1", "ClusterCpuBaselineList", "", """
                        {"metadata": {"name": "theirs"}, "spec": {}, "status": {"pinned": {
                          "revision": "Nehalem-687ea79abd", "cpuModel": "Nehalem",
                          "requiredFeatures": [{"name": "aes", "purpose": "Performance"}]}}}
                        """)));

        // When
        int code = plan("--revision", "Nehalem-687ea79abd");

        // Then
        assertThat(code).as(err.toString()).isZero();
        assertThat(out.toString()).contains("pinned by theirs").contains("on 2 of 2 nodes");
    }

    @Test
    void what_may_not_be_listed_is_told_and_nodes_are_needed() throws IOException {
        // Given
        server.on("GET", NODES, nodes());
        server.on("GET", NODE_FEATURES, call -> call.refuse(403, "Forbidden", "nodefeatures is forbidden: no"));

        // When, Then
        assertThat(plan()).as(err.toString()).isZero();
        assertThat(err.toString())
                .contains(
                        "warning: NodeFeatures are left out, since the cluster doesn't list them: nodefeatures is forbidden");

        // When, Then
        server.on("GET", NODES, call -> call.refuse(403, "Forbidden", "nodes is forbidden: no"));
        assertThat(plan()).isEqualTo(2);
        assertThat(err.toString()).contains("the cluster doesn't list its nodes: nodes is forbidden");
    }

    @Test
    void a_cluster_that_nobody_answers_for_and_one_without_nodes_are_bad_input() throws IOException {
        // Given
        server.on("GET", NODES, call -> call.answer(200, list("v1", "NodeList", "")));

        // When, Then
        assertThat(plan()).isEqualTo(2);
        assertThat(err.toString()).contains("the cluster: expected at least one Node");

        // When, Then
        server.close();
        assertThat(plan()).isEqualTo(2);
        assertThat(err.toString()).contains("the cluster can't be asked: no connection to", "-f reads files instead");
        assertThat(plan("--context", "nowhere")).isEqualTo(2);
        assertThat(err.toString()).contains("--context: the kubeconfig has none of the name nowhere");
    }

    @Test
    void files_and_a_cluster_exclude_each_other() throws IOException {
        assertThat(plan("-f", "-")).isEqualTo(2);
        assertThat(err.toString()).contains("-f asks no cluster: leave --kubeconfig and --context out");
    }
}
