package io.cpubaseline.operator.campaign;

import io.cpubaseline.campaign.Attempt;
import io.cpubaseline.campaign.Method;
import io.cpubaseline.operator.kube.ApiServer;
import io.cpubaseline.operator.kube.ApiServer.Answer;
import io.cpubaseline.operator.watch.ObjectName;
import io.cpubaseline.operator.watch.Views;
import io.cpubaseline.virtualmachine.InstanceSnapshot;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/**
 * Asks KubeVirt for restarts, each once for an instance, whichever campaign wants it. One at a time: whether a restart may still begin is looked at just before it is asked for. Used
 * by one thread.
 */
final class Restarts {

    private static final int UNAUTHORIZED = 401;
    private static final int FORBIDDEN = 403;
    private static final int NOT_FOUND = 404;
    private static final int TIMEOUT = 408;
    private static final int CONFLICT = 409;
    private static final int TOO_MANY = 429;
    private static final int OF_THE_SERVER = 500;

    private final ApiServer api;

    /** The instances whose end has been asked for, by UID, and what they are called. */
    private final Map<String, ObjectName> asked = new HashMap<>();

    /** What has become of a request. */
    sealed interface Outcome {

        /** KubeVirt has taken it up. */
        record Accepted() implements Outcome {}

        /** The operator may not do that. */
        record Forbidden(String message) implements Outcome {}

        /** KubeVirt won't do that to this virtual machine. */
        record Refused(String message) implements Outcome {}

        /** It may be tried again. */
        record Failed(String message) implements Outcome {}

        /** It was asked for already, or its virtual machine is gone. */
        record Needless() implements Outcome {}
    }

    Restarts(ApiServer api) {
        this.api = api;
    }

    /** Asks for the restart of what runs in this instance. */
    Outcome ask(Attempt attempt, InstanceSnapshot instance) {
        ObjectName name = new ObjectName(instance.namespace(), instance.name());
        if (asked.putIfAbsent(instance.uid(), name) != null) {
            return new Outcome.Needless();
        }
        Outcome outcome = send(attempt);
        if (!(outcome instanceof Outcome.Accepted)) {
            asked.remove(instance.uid());
        }
        return outcome;
    }

    /** Whether the end of an instance has been asked for. */
    boolean isAsked(InstanceSnapshot instance) {
        return asked.containsKey(instance.uid());
    }

    /** What was asked for has not come: it may be asked for again. */
    void forget(InstanceSnapshot instance) {
        asked.remove(instance.uid());
    }

    /** Forgets the instances that are gone. */
    void forgetGone(Views<InstanceSnapshot> instances) {
        asked.entrySet()
                .removeIf(entry -> instances
                        .get(entry.getValue().namespace(), entry.getValue().name())
                        .filter(instance -> instance.uid().equals(entry.getKey()))
                        .isEmpty());
    }

    /** KubeVirt's subresources (1.8.4: {@code lifecycle.go}, RestartVMRequestHandler and SoftRebootVMIRequestHandler). */
    private Outcome send(Attempt attempt) {
        String path = "/apis/subresources.kubevirt.io/v1/namespaces/%s/%s"
                .formatted(
                        ApiServer.encoded(attempt.namespace()),
                        attempt.method() == Method.GuestReboot
                                ? "virtualmachineinstances/%s/softreboot".formatted(ApiServer.encoded(attempt.name()))
                                : "virtualmachines/%s/restart".formatted(ApiServer.encoded(attempt.name())));
        try {
            return outcome(ApiServer.await(api.act(path, "{}")));
        } catch (IOException e) {
            return new Outcome.Failed(ApiServer.reason(e));
        }
    }

    private static Outcome outcome(Answer answer) {
        if (answer.succeeded()) {
            return new Outcome.Accepted();
        }
        return switch (answer.code()) {
            case FORBIDDEN -> new Outcome.Forbidden(answer.message());
            case NOT_FOUND -> new Outcome.Needless();
            // A token that is just replaced; a server that is busy; a change of the machine in the same moment.
            case UNAUTHORIZED, TIMEOUT, CONFLICT, TOO_MANY -> new Outcome.Failed(answer.message());
            default ->
                answer.code() < OF_THE_SERVER
                        ? new Outcome.Refused(answer.message())
                        : new Outcome.Failed(answer.message());
        };
    }
}
