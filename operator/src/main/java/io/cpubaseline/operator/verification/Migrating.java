package io.cpubaseline.operator.verification;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.cpubaseline.operator.kube.ApiServer.Answer;
import io.cpubaseline.operator.kube.Json;
import io.cpubaseline.operator.verification.RunObjects.Kind;
import io.cpubaseline.verification.Progress;
import io.cpubaseline.verification.Progress.Result;
import io.cpubaseline.verification.Progress.Verdict;
import java.io.IOException;
import java.time.Duration;

/** Migrates one guest, and watches all of them meanwhile. Used by one thread. */
final class Migrating {

    /** Often enough for times of seconds. */
    private static final Duration LOOK = Duration.ofMillis(500);

    /** Nodes that are full for a moment, or being rebooted, are waited for. */
    private static final Duration UNSCHEDULABLE = Duration.ofSeconds(30);

    private static final String IN_FLIGHT = "in-flight migration";

    private final RunObjects objects;
    private final RunLease lease;
    private final Guests guests;
    private final Duration limit;
    private int made;
    private boolean steered = true;

    /** @param limit how long a migration may take */
    Migrating(RunObjects objects, RunLease lease, Guests guests, Duration limit) {
        this.objects = objects;
        this.lease = lease;
        this.guests = guests;
        this.limit = limit;
    }

    /**
     * Whether KubeVirt could be told where to migrate to. {@code addedNodeSelector} is in KubeVirt 1.6 and later (its pull request 12725); in an
     * earlier one the API server drops the field, since the definition has none of that name.
     */
    boolean isSteered() {
        return steered;
    }

    /** Waits for a moment, and looks at all guests. */
    void pause() throws IOException, InterruptedException, Ended {
        // KubeVirt and kubelet take seconds: two looks a second miss nothing that counts.
        Thread.sleep(LOOK.toMillis());
        guests.look();
    }

    /** How one migration went. */
    record Ending(Result result, Duration took, String node, String explanation) {}

    /**
     * Migrates a guest.
     *
     * @param hostname the label of the node to migrate to
     * @param node that node
     * @throws Ended if a guest has broken, or nothing can be made any more
     */
    Ending migrate(String guest, String node, String hostname) throws IOException, InterruptedException, Ended {
        String source = guests.last(guest).node();
        long begun = System.nanoTime();
        String name = "%s-%d".formatted(guest, ++made);
        JsonNode asked = create(name, guest, hostname, begun);
        String uid = asked.at("/metadata/uid").asText();
        long placed = System.nanoTime();
        while (true) {
            pause();
            // In this order: the instance is then never older than the migration.
            JsonNode migration = objects.get(Kind.MIGRATION, name);
            JsonNode instance = objects.get(Kind.INSTANCE, guest);
            String unschedulable = unschedulable(uid);
            long now = System.nanoTime();
            if (unschedulable.isEmpty()) {
                placed = now;
            }
            Duration took = Duration.ofNanos(now - begun);
            Verdict verdict = new Progress(
                            migration.at("/status/phase").asText(),
                            migration.isMissingNode(),
                            failure(migration, instance, uid),
                            unschedulable,
                            instance.at("/status/nodeName").asText(),
                            took,
                            Duration.ofNanos(now - placed))
                    .of(source, steered ? node : "", UNSCHEDULABLE, limit);
            Result result = verdict.result();
            if (result != null) {
                if (result != Result.Succeeded && lease.isGone()) {
                    throw lease.calledOff();
                }
                objects.delete(Kind.MIGRATION, name);
                awaitGone(name, begun);
                return new Ending(result, took, instance.at("/status/nodeName").asText(), verdict.explanation());
            }
        }
    }

    /** One that somebody else has started, such as an evacuation, is waited for. */
    private JsonNode create(String name, String guest, String hostname, long begun)
            throws IOException, InterruptedException, Ended {
        ObjectNode migration = Json.MAPPER
                .createObjectNode()
                .put("apiVersion", "kubevirt.io/v1")
                .put("kind", "VirtualMachineInstanceMigration");
        lease.marks().mark(migration, name);
        ObjectNode spec = migration.putObject("spec").put("vmiName", guest);
        spec.putObject("addedNodeSelector").put("kubernetes.io/hostname", hostname);
        while (true) {
            Answer answer = objects.create(Kind.MIGRATION, migration);
            if (answer.succeeded()) {
                steered =
                        steered && !answer.body().at("/spec/addedNodeSelector").isMissingNode();
                return answer.body();
            }
            boolean late = System.nanoTime() - begun > limit.toNanos();
            if (late || !answer.message().contains(IN_FLIGHT)) {
                throw refused(guest, answer.message());
            }
            pause();
        }
    }

    private Ended refused(String guest, String why) throws IOException, InterruptedException {
        if (lease.isGone()) {
            return lease.calledOff();
        }
        return objects.isNamespaceGone()
                ? new Ended("the namespace %s is gone, or going".formatted(objects.namespace()))
                : new Ended("a migration of %s is refused: %s".formatted(guest, why));
    }

    private void awaitGone(String name, long begun) throws IOException, InterruptedException, Ended {
        while (!objects.get(Kind.MIGRATION, name).isMissingNode()) {
            if (System.nanoTime() - begun > 2 * limit.toNanos()) {
                throw new Ended("the migration %s does not go away".formatted(name));
            }
            pause();
        }
    }

    private static String failure(JsonNode migration, JsonNode instance, String uid) {
        String own = migration.at("/status/migrationState/failureReason").asText();
        JsonNode state = instance.at("/status/migrationState");
        boolean ofThis = state.path("migrationUid").asText().equals(uid);
        return !own.isEmpty() || !ofThis ? own : state.path("failureReason").asText();
    }

    private String unschedulable(String uid) throws IOException, InterruptedException {
        for (JsonNode pod : objects.targets(uid)) {
            for (JsonNode condition : pod.at("/status/conditions")) {
                if (condition.path("type").asText().equals("PodScheduled")
                        && condition.path("status").asText().equals("False")) {
                    return condition.path("message").asText("the scheduler says no reason");
                }
            }
        }
        return "";
    }
}
