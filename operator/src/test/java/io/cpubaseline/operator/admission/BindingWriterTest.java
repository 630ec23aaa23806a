package io.cpubaseline.operator.admission;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.cpubaseline.Selector;
import io.cpubaseline.Selector.Expression;
import io.cpubaseline.Selector.Operator;
import io.cpubaseline.api.v1alpha1.ClusterCpuBaseline;
import io.cpubaseline.operator.kube.ApiServer;
import io.cpubaseline.operator.kube.Json;
import io.cpubaseline.operator.testing.MockApiServer;
import io.cpubaseline.operator.testing.MockApiServer.Request;
import io.cpubaseline.report.SpecReader.VirtualMachineIntent;
import io.cpubaseline.virtualmachine.Rollout;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a binding says, and how it is written: as what the API server is asked for. */
class BindingWriterTest {

    private static final String PATH =
            "/apis/admissionregistration.k8s.io/v1/mutatingadmissionpolicybindings/cpu-baseline.web";

    private final MockApiServer server = new MockApiServer();
    private final BindingWriter writer = new BindingWriter(new ApiServer(server.client(), Duration.ofSeconds(5)));

    @AfterEach
    void close() {
        server.close();
    }

    private static ClusterCpuBaseline baseline() {
        ClusterCpuBaseline baseline = new ClusterCpuBaseline();
        baseline.setMetadata(
                new ObjectMetaBuilder().withName("web").withUid("u-1").build());
        return baseline;
    }

    private static ObjectNode spec(Selector namespaces, Selector selector) {
        return BindingWriter.spec(
                "cpu-baseline",
                "web",
                new VirtualMachineIntent(
                        namespaces, selector, false, false, true, Rollout.byDefault(), Optional.empty()));
    }

    @Test
    void a_binding_lets_instances_through_where_its_baseline_is_gone() throws JsonProcessingException {
        assertThat(spec(Selector.everything(), Selector.everything())).isEqualTo(Json.MAPPER.readTree("""
                {"policyName": "cpu-baseline",
                 "paramRef": {"name": "web", "parameterNotFoundAction": "Allow"},
                 "matchResources": {"matchPolicy": "Equivalent", "namespaceSelector": {}, "objectSelector": {}}}"""));
    }

    @Test
    void its_selectors_are_the_baselines_in_an_order_of_their_own() throws JsonProcessingException {
        // When
        ObjectNode spec = spec(
                new Selector(Map.of("zone", "x", "team", "shop"), List.of()),
                new Selector(
                        Map.of(),
                        List.of(
                                new Expression("tier", Operator.In, Set.of("web", "api")),
                                new Expression("legacy", Operator.DoesNotExist, Set.of()))));

        // Then
        assertThat(Json.text((ObjectNode) spec.at("/matchResources/namespaceSelector")))
                .isEqualTo("{\"matchLabels\":{\"team\":\"shop\",\"zone\":\"x\"}}");
        assertThat(spec.at("/matchResources/objectSelector")).isEqualTo(Json.MAPPER.readTree("""
                {"matchExpressions": [{"key": "tier", "operator": "In", "values": ["api", "web"]},
                  {"key": "legacy", "operator": "DoesNotExist"}]}"""));
    }

    @Test
    void it_is_applied_and_goes_with_its_baseline() throws IOException {
        // Given
        server.on("PATCH", PATH, call -> call.answer(200, "{}"));

        // When
        ApiServer.Answer answer = writer.apply(baseline(), spec(Selector.everything(), Selector.everything()));

        // Then
        assertThat(answer.succeeded()).isTrue();
        Request request = server.requests("PATCH").get(0);
        assertThat(request.contentType()).contains("apply-patch");
        assertThat(request.query()).contains("fieldManager=cpu-baseline").contains("force=true");
        assertThat(Json.MAPPER.readTree(request.body()).at("/metadata")).isEqualTo(Json.MAPPER.readTree("""
                {"name": "cpu-baseline.web", "ownerReferences": [
                  {"apiVersion": "cpubaseline.io/v1alpha1", "kind": "ClusterCpuBaseline", "name": "web", "uid": "u-1"}]}"""));
        assertThat(Json.MAPPER.readTree(request.body()).path("kind").asText())
                .isEqualTo("MutatingAdmissionPolicyBinding");
    }

    @Test
    void it_is_deleted_by_its_baselines_name() throws IOException {
        // Given
        server.on("DELETE", PATH, call -> call.answer(200, "{}"));

        // When, Then
        assertThat(writer.delete("web").succeeded()).isTrue();
        assertThat(writer.delete("other").code()).isEqualTo(404);
    }

    @Test
    void a_bindings_name_tells_its_baseline() {
        assertThat(BindingWriter.baselineOf(BindingWriter.nameOf("a.b"))).isEqualTo("a.b");
        assertThat(BindingWriter.isOfBaseline(BindingWriter.nameOf("web"))).isTrue();
        assertThat(BindingWriter.isOfBaseline("cpu-baseline")).isFalse();
    }
}
