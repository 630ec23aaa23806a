package io.cpubaseline.operator.machines;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.cpubaseline.operator.kube.ApiServer;
import io.cpubaseline.operator.kube.Json;
import io.cpubaseline.operator.testing.MockApiServer;
import io.cpubaseline.operator.testing.MockApiServer.Call;
import io.cpubaseline.operator.testing.MockApiServer.Handler;
import io.cpubaseline.operator.testing.MockApiServer.Request;
import io.cpubaseline.virtualmachine.Action;
import io.cpubaseline.virtualmachine.OwnedFields;
import io.cpubaseline.virtualmachine.Target;
import io.cpubaseline.virtualmachine.Targets;
import io.cpubaseline.virtualmachine.VirtualMachineBuilder;
import io.cpubaseline.virtualmachine.VirtualMachineSnapshot;
import io.cpubaseline.virtualmachine.WriteOutcome;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class VirtualMachineWriterTest {

    private static final String PATH = "/apis/kubevirt.io/v1/namespaces/shop/virtualmachines/web";
    private static final Target TARGET = Targets.of("main", "Intel", "Haswell", "aes", "abm");

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
        WriteOutcome outcome = apply(TARGET).join();

        // Then
        assertThat(outcome).isEqualTo(new WriteOutcome.Applied("7", 3));
        Request request = server.requests("PATCH").get(0);
        assertThat(request.contentType()).isEqualTo("application/apply-patch+yaml");
        assertThat(request.query()).isEqualTo("fieldManager=cpu-baseline.main&force=false");
        JsonNode expected = Json.MAPPER.readTree("""
                {"apiVersion":"kubevirt.io/v1","kind":"VirtualMachine",
                 "metadata":{"name":"web","namespace":"shop","uid":"u-1",
                  "labels":{"cpubaseline.io/baseline":"main","cpubaseline.io/revision":"Haswell-0123456789"}},
                 "spec":{"template":{"spec":{
                  "nodeSelector":{"cpu-vendor.node.kubevirt.io/Intel":"true"},
                  "domain":{"cpu":{"model":"Haswell",
                   "features":[{"name":"abm","policy":"require"},{"name":"aes","policy":"require"}]}}}}}}""");
        assertThat(Json.MAPPER.readTree(request.body())).isEqualTo(expected);
    }

    @Test
    void withoutFeaturesTheListIsNotOwnedAndWithSeveralVendorsNoKeyIs() {
        // Given
        server.on("PATCH", PATH, call -> call.answer(200, "{}"));

        // When
        apply(Targets.mixed("main", "Haswell")).join();

        // Then
        assertThat(server.requests("PATCH").get(0).body())
                .contains("Haswell")
                .doesNotContain("features")
                .doesNotContain("nodeSelector");
    }

    @Test
    void aReleaseIsAnEmptyApply() throws IOException {
        // Given
        server.on("PATCH", PATH, call -> call.answer(200, "{}"));

        // When
        writer.apply(vm(), TARGET.manager(), OwnedFields.NONE).join();

        // Then
        JsonNode body = Json.MAPPER.readTree(server.requests("PATCH").get(0).body());
        assertThat(body.has("spec")).isFalse();
        assertThat(body.at("/metadata").has("labels")).isFalse();
        assertThat(body.at("/metadata/uid").asText()).isEqualTo("u-1");
    }

    private static final String CO_OWNED = """
            {"metadata":{"resourceVersion":"7","generation":3,"managedFields":[
              {"manager":"cpu-baseline.main","operation":"Apply","fieldsV1":{"f:spec":{"f:template":{"f:spec":{"f:domain":{"f:cpu":{"f:model":{}}}}}}}},
              {"manager":"backup","operation":"Update","fieldsV1":{"f:metadata":{"f:labels":{"f:cpubaseline.io/revision":{},"f:team":{}}},
                "f:spec":{"f:runStrategy":{},"f:template":{"f:spec":{"f:nodeSelector":{"f:cpu-vendor.node.kubevirt.io/Intel":{}},"f:domain":{"f:cpu":{"f:model":{}}}}}}}},
              {"manager":"backup","operation":"Update","subresource":"status","fieldsV1":{"f:status":{"f:ready":{}}}},
              {"manager":"other","operation":"Update","fieldsV1":{"f:spec":{"f:template":{"f:spec":{"f:domain":{"f:cpu":{"f:model":{}}}}}}}}]}}""";

    private WriteOutcome takeOver(OwnedFields taken) {
        return writer.takeOver(vm(), TARGET.manager(), new Action.TakeOver(TARGET.fields(), taken, List.of("backup")))
                .join();
    }

    @Test
    void whatIsTakenOverIsAppliedFirstAndThenTakenFromTheOthersEntryAlone() throws IOException {
        // Given
        server.on(
                "PATCH",
                PATH,
                call -> call.answer(
                        200,
                        server.requests("PATCH").size() == 1
                                ? CO_OWNED
                                : "{\"metadata\":{\"resourceVersion\":\"8\",\"generation\":3}}"));

        // When
        WriteOutcome outcome = takeOver(TARGET.fields());

        // Then
        assertThat(outcome).isEqualTo(new WriteOutcome.Applied("8", 3));
        List<Request> requests = server.requests("PATCH");
        assertThat(requests).hasSize(2);
        assertThat(requests.get(0).query()).isEqualTo("fieldManager=cpu-baseline.main&force=false");
        assertThat(requests.get(1).contentType()).isEqualTo("application/json-patch+json");
        assertThat(Json.MAPPER.readTree(requests.get(1).body())).isEqualTo(Json.MAPPER.readTree("""
                [{"op":"test","path":"/metadata/resourceVersion","value":"7"},
                 {"op":"replace","path":"/metadata/managedFields","value":[
                  {"manager":"cpu-baseline.main","operation":"Apply","fieldsV1":{"f:spec":{"f:template":{"f:spec":{"f:domain":{"f:cpu":{"f:model":{}}}}}}}},
                  {"manager":"backup","operation":"Update","fieldsV1":{"f:metadata":{"f:labels":{"f:team":{}}},"f:spec":{"f:runStrategy":{}}}},
                  {"manager":"backup","operation":"Update","subresource":"status","fieldsV1":{"f:status":{"f:ready":{}}}},
                  {"manager":"other","operation":"Update","fieldsV1":{"f:spec":{"f:template":{"f:spec":{"f:domain":{"f:cpu":{"f:model":{}}}}}}}}]}]"""));
    }

    @Test
    void whereTheOthersOwnNothingOfItAnApplyIsEnough() {
        // Given
        server.on("PATCH", PATH, call -> call.answer(200, CO_OWNED.replace("\"backup\"", "\"nobody\"")));

        // When
        WriteOutcome outcome = takeOver(TARGET.fields());

        // Then
        assertThat(outcome).isEqualTo(new WriteOutcome.Applied("7", 3));
        assertThat(server.requests("PATCH")).hasSize(1);
    }

    @Test
    void whatIsNotAppliedIsTakenFromNobody() {
        // Given
        server.on("PATCH", PATH, call -> call.answer(404, "{}"));

        // When
        WriteOutcome outcome = takeOver(TARGET.fields());

        // Then
        assertThat(outcome).isEqualTo(new WriteOutcome.Gone());
        assertThat(server.requests("PATCH")).hasSize(1);
    }

    @Test
    void whatHasChangedBetweenIsTriedAgain() {
        // Given: as Kubernetes 1.36 words it
        String stale = "the server rejected our request due to an error in our request";
        server.on(
                "PATCH",
                PATH,
                call -> server.requests("PATCH").size() == 1
                        ? call.answer(200, CO_OWNED)
                        : call.refuse(422, "Invalid", stale));

        // When
        WriteOutcome outcome = takeOver(TARGET.fields());

        // Then
        assertThat(outcome).isEqualTo(new WriteOutcome.Retry(null, stale));
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
        assertThat(answered(call -> call.refuse(422, "Invalid", "Unsupported value: bogus")))
                .isEqualTo(new WriteOutcome.Refused("Unsupported value: bogus"));
        assertThat(answered(call -> call.refuse(403, "Forbidden", "admission webhook x denied the request: no")))
                .isEqualTo(new WriteOutcome.Refused("admission webhook x denied the request: no"));
        assertThat(answered(call -> call.refuse(
                        403, "Forbidden", "web is forbidden: User y cannot patch resource virtualmachines")))
                .isEqualTo(
                        new WriteOutcome.Forbidden("web is forbidden: User y cannot patch resource virtualmachines"));
    }

    @Test
    void whatAnInstancetypeSetsItselfIsToldFromOtherRefusals() {
        // As KubeVirt 1.8.4 words it
        String words = "admission webhook denied the request:"
                + " VM field(s) spec.template.spec.nodeSelector conflicts with selected instance type";
        assertThat(answered(call -> call.refuse(422, "Invalid", words)))
                .isEqualTo(new WriteOutcome.Instancetype(words));
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
        CompletableFuture<WriteOutcome> outcome = impatient.apply(vm(), TARGET.manager(), TARGET.fields());

        // Then
        assertThat(outcome).succeedsWithin(Duration.ofSeconds(10)).isInstanceOf(WriteOutcome.Retry.class);
        assertThat(server.requests("PATCH")).hasSizeLessThanOrEqualTo(1);
    }

    private WriteOutcome answered(Handler handler) {
        server.on("PATCH", PATH, handler);
        return apply(TARGET).join();
    }

    private CompletableFuture<WriteOutcome> apply(Target target) {
        return writer.apply(vm(), target.manager(), target.fields());
    }

    private static VirtualMachineSnapshot vm() {
        return VirtualMachineBuilder.vm("web").uid("u-1").build();
    }
}
