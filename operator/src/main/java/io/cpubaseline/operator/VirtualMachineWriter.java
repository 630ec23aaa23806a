package io.cpubaseline.operator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.cpubaseline.operator.ApiServer.Answer;
import io.cpubaseline.virtualmachine.Target;
import io.cpubaseline.virtualmachine.VirtualMachineSnapshot;
import io.cpubaseline.virtualmachine.WriteOutcome;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * Writes the CPU fields of VirtualMachines by server-side apply: never forced, so nobody else's value is overwritten, and with the UID,
 * so no other VM of the same name is touched.
 */
final class VirtualMachineWriter implements VirtualMachineAligner.Writes {

    /** As the API server names it: {@code conflict with "argocd-controller" using kubevirt.io/v1}, since 1.36 perhaps with more. */
    private static final Pattern MANAGER = Pattern.compile("conflict with \"((?:[^\"\\\\]|\\\\.)*)\"");

    private final ApiServer api;

    VirtualMachineWriter(ApiServer api) {
        this.api = api;
    }

    @Override
    public CompletableFuture<WriteOutcome> apply(VirtualMachineSnapshot vm, Target target) {
        ObjectNode body = identity(vm);
        ObjectNode cpu = body.putObject("spec")
                .putObject("template")
                .putObject("spec")
                .putObject("domain")
                .putObject("cpu");
        cpu.put("model", target.cpuModel());
        if (!target.required().isEmpty()) {
            ArrayNode features = cpu.putArray("features");
            for (String name : target.required().names()) {
                features.addObject().put("name", name).put("policy", "require");
            }
        }
        return send(vm, target.manager(), body);
    }

    @Override
    public CompletableFuture<WriteOutcome> release(VirtualMachineSnapshot vm, Target target) {
        return send(vm, target.manager(), identity(vm));
    }

    private static ObjectNode identity(VirtualMachineSnapshot vm) {
        ObjectNode body = ApiServer.JSON.createObjectNode();
        body.put("apiVersion", "kubevirt.io/v1").put("kind", "VirtualMachine");
        body.putObject("metadata")
                .put("name", vm.name())
                .put("namespace", vm.namespace())
                .put("uid", vm.uid());
        return body;
    }

    private CompletableFuture<WriteOutcome> send(VirtualMachineSnapshot vm, String fieldManager, ObjectNode body) {
        String path = "/apis/kubevirt.io/v1/namespaces/%s/virtualmachines/%s".formatted(vm.namespace(), vm.name());
        return api.apply(path, fieldManager, false, ApiServer.text(body))
                .handle((answer, failure) -> failure == null
                        ? outcome(Objects.requireNonNull(answer))
                        : new WriteOutcome.Retry(null, ApiServer.reason(failure)));
    }

    private static WriteOutcome outcome(Answer answer) {
        String message = answer.message();
        return switch (answer.code()) {
            case 200, 201 -> {
                JsonNode metadata = answer.body().path("metadata");
                yield new WriteOutcome.Applied(
                        metadata.path("resourceVersion").asText(),
                        metadata.path("generation").asLong());
            }
            case 403 -> ofAdmission(message) ? new WriteOutcome.Refused(message) : new WriteOutcome.Forbidden(message);
            case 404 -> new WriteOutcome.Gone();
            case 409 -> conflict(answer, message);
            case 422 -> isUid(answer) ? new WriteOutcome.Replaced() : new WriteOutcome.Refused(message);
            case 401, 408, 429 -> new WriteOutcome.Retry(answer.retryAfter(), message);
            default ->
                answer.code() >= 500
                        ? new WriteOutcome.Retry(answer.retryAfter(), message)
                        : new WriteOutcome.Refused(message);
        };
    }

    private static WriteOutcome conflict(Answer answer, String message) {
        List<String> managers = causes(answer)
                .filter(cause -> cause.path("reason").asText().equals("FieldManagerConflict"))
                .map(cause -> MANAGER.matcher(cause.path("message").asText()))
                .filter(Matcher::find)
                .map(found -> found.group(1).replaceAll("\\\\(.)", "$1"))
                .distinct()
                .sorted()
                .toList();
        if (!managers.isEmpty()) {
            return new WriteOutcome.Conflict(managers, message);
        }
        // An apply that names a UID never creates: "uid mismatch: the provided object specified uid …, and no existing
        // object was found".
        return message.contains("no existing object was found")
                ? new WriteOutcome.Gone()
                : new WriteOutcome.Retry(answer.retryAfter(), message);
    }

    /** Webhooks and policies may refuse one object with the code that otherwise means missing permission. */
    private static boolean ofAdmission(String message) {
        return !message.contains("cannot patch resource");
    }

    /** The object of this name has another UID: "metadata.uid: Invalid value: …: field is immutable". */
    private static boolean isUid(Answer answer) {
        return causes(answer).anyMatch(cause -> cause.path("field").asText().equals("metadata.uid"));
    }

    private static Stream<JsonNode> causes(Answer answer) {
        return StreamSupport.stream(answer.body().path("details").path("causes").spliterator(), false);
    }
}
