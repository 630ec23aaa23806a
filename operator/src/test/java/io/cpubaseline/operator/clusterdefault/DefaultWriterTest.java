package io.cpubaseline.operator.clusterdefault;

import static org.assertj.core.api.Assertions.assertThat;

import io.cpubaseline.operator.cluster.KubeVirtReader.Configuration;
import io.cpubaseline.operator.cluster.KubeVirtReader.KubeVirtView;
import io.cpubaseline.operator.clusterdefault.DefaultWriter.Place;
import io.cpubaseline.operator.kube.ApiServer;
import io.cpubaseline.operator.testing.MockApiServer;
import io.cpubaseline.operator.testing.MockApiServer.Request;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** In which resource KubeVirt's default model is written, and how: as what the API server is asked for. */
class DefaultWriterTest {

    private static final String KUBEVIRT = "/apis/kubevirt.io/v1/namespaces/kubevirt/kubevirts/kubevirt";

    private final MockApiServer server = new MockApiServer();
    private final DefaultWriter writer = new DefaultWriter(new ApiServer(server.client(), Duration.ofSeconds(5)));

    @AfterEach
    void close() {
        server.close();
    }

    private static KubeVirtView kubeVirt(String hyperConverged) {
        return new KubeVirtView(
                "kubevirt",
                "kubevirt",
                hyperConverged,
                "Deployed",
                "v1.8.4",
                "v1.8.4",
                "",
                "",
                null,
                new Configuration("", "", Set.of(), false, 0, Map.of(), false));
    }

    private Request only(String method) {
        List<Request> requests = server.requests(method);
        assertThat(requests).hasSize(1);
        return requests.get(0);
    }

    @Test
    void one_field_is_applied_as_the_baselines_manager_and_without_force() throws IOException {
        // Given
        server.on("PATCH", KUBEVIRT, call -> call.answer(200, "{}"));
        Place place = writer.place(kubeVirt("")).orElseThrow();

        // When
        writer.write(place, "web", "Broadwell-noTSX");

        // Then
        Request request = only("PATCH");
        assertThat(request.contentType()).contains("apply-patch");
        assertThat(request.query()).contains("fieldManager=cpu-baseline.web").contains("force=false");
        assertThat(request.body())
                .isEqualTo(
                        "{\"apiVersion\":\"kubevirt.io/v1\",\"kind\":\"KubeVirt\",\"metadata\":{\"name\":\"kubevirt\",\"namespace\":\"kubevirt\"},\"spec\":{\"configuration\":{\"cpuModel\":\"Broadwell-noTSX\"}}}");
        assertThat(place.words()).isEqualTo("spec.configuration.cpuModel of KubeVirt kubevirt/kubevirt");
    }

    @Test
    void it_is_given_back_by_applying_nothing() throws IOException {
        // Given
        server.on("PATCH", KUBEVIRT, call -> call.answer(200, "{}"));

        // When
        writer.write(writer.place(kubeVirt("")).orElseThrow(), "web", "");

        // Then
        assertThat(only("PATCH").body()).endsWith("\"spec\":{}}");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"version": "v1beta1"}                      | v1beta1 | "spec":{"defaultCPUModel":"Haswell"}
            {"version": "v1beta1"}, {"version": "v1"}   | v1      | "spec":{"virtualization":{"virtualMachineOptions":{"defaultCPUModel":"Haswell"}}}
            """)
    void where_the_hyperconverged_cluster_operator_manages_kubevirt_its_resource_is_written(
            String served, String version, String spec) throws IOException {
        // Given
        String path = "/apis/hco.kubevirt.io/%s/namespaces/kubevirt/hyperconvergeds/hco".formatted(version);
        server.on("GET", "/apis/hco.kubevirt.io", call -> call.answer(200, "{\"versions\": [" + served + "]}"));
        server.on("PATCH", path, call -> call.answer(200, "{}"));

        // When
        writer.write(writer.place(kubeVirt("hco")).orElseThrow(), "web", "Haswell");

        // Then
        assertThat(only("PATCH").path()).isEqualTo(path);
        assertThat(only("PATCH").body())
                .contains("\"apiVersion\":\"hco.kubevirt.io/" + version + "\"")
                .contains(spec);
    }

    @Test
    void versions_that_are_not_known_are_not_guessed() throws IOException {
        server.on("GET", "/apis/hco.kubevirt.io", call -> call.answer(200, "{\"versions\": [{\"version\": \"v2\"}]}"));
        assertThat(writer.place(kubeVirt("hco"))).isEmpty();
    }
}
