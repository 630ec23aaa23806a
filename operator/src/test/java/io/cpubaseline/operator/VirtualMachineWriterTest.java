package io.cpubaseline.operator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.cpubaseline.cpu.FeatureSet;
import io.cpubaseline.operator.MockApiServer.Call;
import io.cpubaseline.operator.MockApiServer.Handler;
import io.cpubaseline.operator.MockApiServer.Request;
import io.cpubaseline.virtualmachine.Target;
import io.cpubaseline.virtualmachine.VirtualMachineSnapshot;
import io.cpubaseline.virtualmachine.WriteOutcome;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class VirtualMachineWriterTest {

    private static final String PATH = "/apis/kubevirt.io/v1/namespaces/shop/virtualmachines/web";
    private static final Target TARGET = new Target("main", "Haswell", FeatureSet.of("aes", "abm"));

    private final MockApiServer server = new MockApiServer();
    private final VirtualMachineWriter writer =
            new VirtualMachineWriter(new ApiServer(server.client(), Duration.ofSeconds(10)));

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void anApplyHoldsOurFieldsAndNothingElse() throws IOException {
        // Given
        server.on(
                "PATCH", PATH, call -> call.answer(200, "{\"metadata\":{\"resourceVersion\":\"7\",\"generation\":3}}"));

        // When
        WriteOutcome outcome = writer.apply(vm(), TARGET).join();

        // Then
        assertThat(outcome).isEqualTo(new WriteOutcome.Applied("7", 3));
        Request request = server.requests("PATCH").get(0);
        assertThat(request.contentType()).isEqualTo("application/apply-patch+yaml");
        assertThat(request.query()).isEqualTo("fieldManager=cpu-baseline.main&force=false");
        JsonNode expected = ApiServer.JSON.readTree("""
                {"apiVersion":"kubevirt.io/v1","kind":"VirtualMachine",
                 "metadata":{"name":"web","namespace":"shop","uid":"u-1"},
                 "spec":{"template":{"spec":{"domain":{"cpu":{"model":"Haswell",
                   "features":[{"name":"abm","policy":"require"},{"name":"aes","policy":"require"}]}}}}}}""");
        assertThat(ApiServer.JSON.readTree(request.body())).isEqualTo(expected);
    }

    @Test
    void withoutFeaturesTheListIsNotOwned() {
        // Given
        server.on("PATCH", PATH, call -> call.answer(200, "{}"));

        // When
        writer.apply(vm(), new Target("main", "Haswell", FeatureSet.empty())).join();

        // Then
        assertThat(server.requests("PATCH").get(0).body()).contains("Haswell").doesNotContain("features");
    }

    @Test
    void aReleaseIsAnEmptyApply() throws IOException {
        // Given
        server.on("PATCH", PATH, call -> call.answer(200, "{}"));

        // When
        writer.release(vm(), TARGET).join();

        // Then
        JsonNode body = ApiServer.JSON.readTree(server.requests("PATCH").get(0).body());
        assertThat(body.has("spec")).isFalse();
        assertThat(body.at("/metadata/uid").asText()).isEqualTo("u-1");
    }

    @Test
    void aConflictNamesTheManagers() {
        // Given: as Kubernetes 1.36 words it
        String answer = """
                {"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure",
                 "message":"Apply failed with 2 conflicts: conflicts with \\"argo\\" using kubevirt.io/v1",
                 "reason":"Conflict","code":409,"details":{"causes":[
                   {"reason":"FieldManagerConflict","message":"conflict with \\"kubectl \\\\\\"x\\\\\\" edit\\" using kubevirt.io/v1 at 2026-01-01T00:00:00Z","field":".spec.template.spec.domain.cpu.features"},
                   {"reason":"FieldManagerConflict","message":"conflict with \\"argo\\" using kubevirt.io/v1","field":".spec.template.spec.domain.cpu.features"},
                   {"reason":"FieldManagerConflict","message":"conflict with \\"argo\\" using kubevirt.io/v1","field":".spec.template.spec.domain.cpu.model"}]}}""";

        // When
        WriteOutcome outcome = answered(call -> call.answer(409, answer));

        // Then
        assertThat(outcome)
                .isEqualTo(new WriteOutcome.Conflict(
                        List.of("argo", "kubectl \"x\" edit"),
                        "Apply failed with 2 conflicts: conflicts with \"argo\" using kubevirt.io/v1"));
    }

    @Test
    void aMissingVmIsGoneAndNeverCreated() {
        // Given: as Kubernetes 1.36 words it
        String message =
                "Operation cannot be fulfilled on virtualmachines.kubevirt.io \\\"web\\\": uid mismatch: the provided object specified uid u-1, and no existing object was found";

        // When
        WriteOutcome outcome = answered(call -> call.refuse(409, "Conflict", message));

        // Then
        assertThat(outcome).isEqualTo(new WriteOutcome.Gone());
        assertThat(answered(call -> call.answer(404, "404 page not found"))).isEqualTo(new WriteOutcome.Gone());
    }

    @Test
    void anotherVmOfTheSameNameIsNotTouched() {
        // Given: as Kubernetes 1.36 words it
        String answer = """
                {"kind":"Status","status":"Failure","reason":"Invalid","code":422,
                 "message":"VirtualMachine.kubevirt.io \\"web\\" is invalid: metadata.uid: Invalid value: \\"u-1\\": field is immutable",
                 "details":{"causes":[{"reason":"FieldValueInvalid","message":"Invalid value: \\"u-1\\": field is immutable","field":"metadata.uid"}]}}""";

        // When
        WriteOutcome outcome = answered(call -> call.answer(422, answer));

        // Then
        assertThat(outcome).isEqualTo(new WriteOutcome.Replaced());
    }

    @Test
    void refusalsAreToldFromMissingPermission() {
        assertThat(answered(call -> call.refuse(422, "Invalid", "conflicts with selected instance type")))
                .isEqualTo(new WriteOutcome.Refused("conflicts with selected instance type"));
        assertThat(answered(call -> call.refuse(403, "Forbidden", "admission webhook x denied the request: no")))
                .isEqualTo(new WriteOutcome.Refused("admission webhook x denied the request: no"));
        assertThat(answered(call -> call.refuse(
                        403, "Forbidden", "web is forbidden: User y cannot patch resource virtualmachines")))
                .isEqualTo(
                        new WriteOutcome.Forbidden("web is forbidden: User y cannot patch resource virtualmachines"));
    }

    @Test
    void whatMayPassIsRetriedWhenTheServerSaysSo() {
        assertThat(answered(
                        call -> call.refuse(429, "TooManyRequests", "too many").setHeader("Retry-After", "7")))
                .isEqualTo(new WriteOutcome.Retry(Duration.ofSeconds(7), "too many"));
        assertThat(answered(call -> call.answer(500, "oops")))
                .isEqualTo(new WriteOutcome.Retry(null, "the API server answered 500"));
        assertThat(answered(call -> call.refuse(409, "Conflict", "the object has been modified")))
                .isEqualTo(new WriteOutcome.Retry(null, "the object has been modified"));
    }

    @Test
    void aDroppedConnectionIsOneRequestAndARetry() {
        // When
        WriteOutcome outcome = answered(Call::hangUp);

        // Then
        assertThat(outcome).isInstanceOf(WriteOutcome.Retry.class);
        assertThat(server.requests("PATCH")).hasSize(1);
    }

    @Test
    void aServerThatNeverAnswersIsARetryInTime() {
        // Given
        server.on("PATCH", PATH, Call::neverAnswer);
        VirtualMachineWriter impatient =
                new VirtualMachineWriter(new ApiServer(server.client(), Duration.ofMillis(200)));

        // When
        CompletableFuture<WriteOutcome> outcome = impatient.apply(vm(), TARGET);

        // Then
        assertThat(outcome).succeedsWithin(Duration.ofSeconds(10)).isInstanceOf(WriteOutcome.Retry.class);
        assertThat(server.requests("PATCH")).hasSizeLessThanOrEqualTo(1);
    }

    private WriteOutcome answered(Handler handler) {
        server.on("PATCH", PATH, handler);
        return writer.apply(vm(), TARGET).join();
    }

    private static VirtualMachineSnapshot vm() {
        return new VirtualMachineSnapshot(
                "shop", "web", "u-1", 1, Map.of(), "amd64", "", List.of(), Set.of(), Set.of(), false, true, false,
                false, false, false, false, false);
    }
}
