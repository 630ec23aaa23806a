package io.cpubaseline.operator.verification;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.cpubaseline.operator.kube.ApiServer.Answer;
import io.cpubaseline.operator.kube.Json;
import io.cpubaseline.operator.verification.RunObjects.Kind;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.function.LongSupplier;

/**
 * The Lease of a run, which says that it lives. It is made before all else and deleted after all else: what carries a run's label and has no Lease
 * that is renewed was left by a run that was killed. Used by one thread.
 */
final class RunLease {

    /** A run that has not renewed for so long is dead. It renews six times as often. */
    private static final Duration DURATION = Duration.ofSeconds(90);

    private static final Duration RENEWAL = DURATION.dividedBy(6);

    private static final DateTimeFormatter MICRO_TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

    private static final int NOT_FOUND = 404;

    private final RunObjects objects;
    private final RunMarks marks;
    private final InstantSource time;
    private final LongSupplier nanoTime;
    private long renewed;

    private RunLease(RunObjects objects, RunMarks marks, InstantSource time, LongSupplier nanoTime) {
        this.objects = objects;
        this.marks = marks;
        this.time = time;
        this.nanoTime = nanoTime;
        this.renewed = nanoTime.getAsLong();
    }

    /**
     * Makes the Lease of a new run.
     *
     * @param time by the API server's clock
     * @throws Ended if it is refused
     */
    static RunLease make(RunObjects objects, String run, String holder, InstantSource time, LongSupplier nanoTime)
            throws IOException, InterruptedException, Ended {
        RunMarks marks = new RunMarks(run, objects.namespace(), "");
        ObjectNode lease = Json.MAPPER
                .createObjectNode()
                .put("apiVersion", "coordination.k8s.io/v1")
                .put("kind", "Lease");
        marks.mark(lease, marks.name());
        String now = MICRO_TIME.format(time.instant());
        lease.putObject("spec")
                .put("holderIdentity", holder)
                .put("leaseDurationSeconds", DURATION.toSeconds())
                .put("acquireTime", now)
                .put("renewTime", now);
        JsonNode made = objects.made(Kind.LEASE, lease);
        return new RunLease(objects, marks.ownedBy(made.at("/metadata/uid").asText()), time, nanoTime);
    }

    RunMarks marks() {
        return marks;
    }

    /**
     * Renews it, if it is time.
     *
     * @throws Ended if somebody has deleted it, or it can't be renewed
     */
    void renew() throws IOException, InterruptedException, Ended {
        if (nanoTime.getAsLong() - renewed < RENEWAL.toNanos()) {
            return;
        }
        ObjectNode part = Json.MAPPER.createObjectNode();
        part.putObject("spec").put("renewTime", MICRO_TIME.format(time.instant()));
        Answer answer = objects.merge(Kind.LEASE, marks.name(), part);
        if (answer.code() == NOT_FOUND || isGoing(answer.body())) {
            throw calledOff();
        }
        if (!answer.succeeded()) {
            throw new Ended("its Lease %s can't be renewed: %s".formatted(marks.name(), answer.message()));
        }
        renewed = nanoTime.getAsLong();
    }

    /** Whether somebody has deleted it: Kubernetes deletes all that the run has made, then. */
    boolean isGone() throws IOException, InterruptedException {
        JsonNode lease = objects.get(Kind.LEASE, marks.name());
        return lease.isMissingNode() || isGoing(lease);
    }

    private static boolean isGoing(JsonNode lease) {
        return lease.at("/metadata").hasNonNull("deletionTimestamp");
    }

    /** The end of a run whose Lease is gone. */
    Ended calledOff() {
        return Ended.calledOff("it was called off: somebody has deleted its Lease %s".formatted(marks.name()));
    }

    /** Whether a Lease says that its run lives. */
    static boolean isAlive(JsonNode lease, Instant now) {
        try {
            Instant renewed = Instant.parse(lease.at("/spec/renewTime").asText());
            return renewed.plusSeconds(lease.at("/spec/leaseDurationSeconds").asLong())
                    .isAfter(now);
        } catch (DateTimeException e) {
            return false;
        }
    }
}
