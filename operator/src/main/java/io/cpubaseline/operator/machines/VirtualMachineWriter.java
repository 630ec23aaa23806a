package io.cpubaseline.operator.machines;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.cpubaseline.operator.kube.ApiServer;
import io.cpubaseline.operator.kube.ApiServer.Answer;
import io.cpubaseline.operator.kube.Json;
import io.cpubaseline.virtualmachine.Action;
import io.cpubaseline.virtualmachine.OwnedFields;
import io.cpubaseline.virtualmachine.VirtualMachineSnapshot;
import io.cpubaseline.virtualmachine.WriteOutcome;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * Writes what baselines own in VirtualMachines by server-side apply: never forced, so nobody else's value is overwritten, and with the UID,
 * so no other VM of the same name is touched.
 */
public final class VirtualMachineWriter implements WriteQueue.Writes {

    /** As the API server names it: {@code conflict with "argocd-controller" using kubevirt.io/v1}, since 1.36 perhaps with more. */
    private static final Pattern MANAGER = Pattern.compile("conflict with \"((?:[^\"\\\\]|\\\\.)*)\"");

    /** KubeVirt's webhook (1.4 to 1.8): "VM field(s) spec.template.spec.nodeSelector conflicts with selected instance type". */
    private static final String INSTANCETYPE = "conflicts with selected instance type";

    /** What the API server (1.36) says, with code 422, to a JSON patch of which a test fails: it has changed since. */
    private static final String TEST_FAILED = "the server rejected our request due to an error in our request";

    /** What the API server asks for by itself when it has too many requests. */
    private static final Duration UNTOLD_PATIENCE = Duration.ofSeconds(1);

    private final ApiServer api;

    public VirtualMachineWriter(ApiServer api) {
        this.api = api;
    }

    @Override
    public CompletableFuture<WriteOutcome> apply(VirtualMachineSnapshot vm, String manager, OwnedFields fields) {
        return applied(vm, manager, fields).handle(VirtualMachineWriter::outcome);
    }

    /**
     * First an apply, which changes no value: then both own the fields, and the answer says who owns what. Then a patch of that, for this version
     * only: a forced apply would leave equal values co-owned, and a release would leave them in the virtual machine.
     */
    @Override
    public CompletableFuture<WriteOutcome> takeOver(VirtualMachineSnapshot vm, String manager, Action.TakeOver action) {
        return applied(vm, manager, action.fields())
                .thenCompose(answer -> answer.succeeded()
                        ? ManagedFields.without(answer.body().path("metadata"), action.from(), action.taken())
                                .map(patch -> api.patch(path(vm), manager, Json.text(patch)))
                                .orElse(CompletableFuture.completedFuture(answer))
                        : CompletableFuture.completedFuture(answer))
                .handle(VirtualMachineWriter::outcome);
    }

    private CompletableFuture<Answer> applied(VirtualMachineSnapshot vm, String manager, OwnedFields fields) {
        ObjectNode body = identity(vm);
        label(body, OwnedFields.BASELINE_LABEL, fields.baseline());
        label(body, OwnedFields.REVISION_LABEL, fields.revision());
        Map<String, Object> spec = fields.spec();
        if (!spec.isEmpty()) {
            body.set("spec", Json.MAPPER.valueToTree(spec));
        }
        return api.apply(path(vm), manager, false, Json.text(body));
    }

    private static void label(ObjectNode body, String name, String value) {
        if (!value.isEmpty()) {
            body.withObject("/metadata/labels").put(name, value);
        }
    }

    private static ObjectNode identity(VirtualMachineSnapshot vm) {
        ObjectNode body = Json.MAPPER.createObjectNode();
        body.put("apiVersion", "kubevirt.io/v1").put("kind", "VirtualMachine");
        body.putObject("metadata")
                .put("name", vm.name())
                .put("namespace", vm.namespace())
                .put("uid", vm.uid());
        return body;
    }

    /** Where it is. */
    public static String path(VirtualMachineSnapshot vm) {
        return "/apis/kubevirt.io/v1/namespaces/%s/virtualmachines/%s".formatted(vm.namespace(), vm.name());
    }

    private static WriteOutcome outcome(@Nullable Answer answer, @Nullable Throwable failure) {
        return failure == null
                ? outcome(Objects.requireNonNull(answer))
                : new WriteOutcome.Retry(null, ApiServer.reason(failure));
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
            case 422 -> {
                if (message.equals(TEST_FAILED)) {
                    yield new WriteOutcome.Retry(null, message);
                }
                if (isUid(answer)) {
                    yield new WriteOutcome.Replaced();
                }
                yield message.contains(INSTANCETYPE)
                        ? new WriteOutcome.Instancetype(message)
                        : new WriteOutcome.Refused(message);
            }
            case 429 ->
                new WriteOutcome.Retry(answer.retryAfter() == null ? UNTOLD_PATIENCE : answer.retryAfter(), message);
            case 401, 408 -> new WriteOutcome.Retry(answer.retryAfter(), message);
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
