package io.cpubaseline.operator.telling;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.cpubaseline.Reason;
import io.cpubaseline.api.v1alpha1.ClusterCpuBaseline;
import io.cpubaseline.operator.kube.ApiServer;
import io.cpubaseline.operator.kube.Json;
import io.cpubaseline.virtualmachine.VirtualMachineSnapshot;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes events for people, about baselines and VirtualMachines. Events may get lost: the same one isn't repeated soon, many at once are
 * cut off, and failures to write one change nothing.
 */
public final class EventRecorder {

    private static final Logger LOG = LoggerFactory.getLogger(EventRecorder.class);

    private static final Duration REPEAT = Duration.ofMinutes(10);
    private static final Duration COMPLAIN = Duration.ofMinutes(1);
    private static final int REMEMBERED = 1_000;
    private static final int BURST = 50;
    private static final int MOST_ANNOUNCEMENTS = 20_000;
    private static final int LONGEST_NOTE = 1024;
    private static final DateTimeFormatter MICROSECONDS =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

    /** Whether somebody should look at it. */
    enum Severity {
        Normal,
        Warning
    }

    /**
     * What an event is about.
     *
     * @param namespace empty for cluster-scoped kinds
     */
    record Subject(String apiVersion, String kind, String namespace, String name, String uid) {

        static Subject of(ClusterCpuBaseline baseline) {
            return new Subject(
                    ClusterCpuBaseline.GROUP + "/" + ClusterCpuBaseline.VERSION,
                    ClusterCpuBaseline.KIND,
                    "",
                    baseline.getMetadata().getName(),
                    baseline.getMetadata().getUid());
        }

        static Subject of(VirtualMachineSnapshot vm) {
            return new Subject("kubevirt.io/v1", "VirtualMachine", vm.namespace(), vm.name(), vm.uid());
        }
    }

    private record Announcement(Subject about, Reason reason, String note) {}

    private record Said(String uid, Reason reason, String note) {}

    private final ApiServer api;
    private final String instance;
    private final Clock clock;
    private final Duration interval;

    /** When each event was written last, oldest first. */
    private final Map<Said, Instant> said = new LinkedHashMap<>();

    /** Guarded by this object, as is whether one is on its way. */
    private final Queue<Announcement> announcements = new ArrayDeque<>();

    private boolean announcing;
    private double tokens = BURST;
    private Instant refilled;
    private Instant complained = Instant.MIN;

    /**
     * Records events.
     *
     * @param instance which operator reports, the pod's name
     * @param interval after fifty at once, how far apart events are
     */
    public EventRecorder(ApiServer api, String instance, Clock clock, Duration interval) {
        this.api = api;
        this.instance = instance.isEmpty() ? "cpu-baseline" : instance;
        this.clock = clock;
        this.interval = interval;
        this.refilled = clock.instant();
    }

    /**
     * Writes an event, unless it was written a moment ago or too many are. Returns at once.
     *
     * @param note a sentence or two
     */
    void record(Subject about, Severity severity, Reason reason, String note) {
        record(about, severity, reason, note, REPEAT);
    }

    /** As {@link #record}, also if the same was written a moment ago: each of these events says that something has happened again. */
    void recordEach(Subject about, Severity severity, Reason reason, String note) {
        record(about, severity, reason, note, Duration.ZERO);
    }

    private void record(Subject about, Severity severity, Reason reason, String note, Duration notBefore) {
        Instant now = clock.instant();
        if (admitted(new Said(about.uid(), reason, note), notBefore, now)) {
            String namespace = about.namespace().isEmpty() ? "default" : about.namespace();
            var unused = api.create(
                            "/apis/events.k8s.io/v1/namespaces/" + namespace + "/events",
                            body(about, severity, reason, note, now, namespace))
                    .whenComplete((answer, failure) -> {
                        if (failure != null) {
                            complain(ApiServer.reason(failure));
                        } else if (!answer.succeeded()) {
                            complain(answer.message());
                        }
                    });
        }
    }

    /**
     * Writes an event that is told once about each of many objects: none is cut off, and at any time one is on its way. Returns at once.
     *
     * @param note a sentence or two
     */
    void announce(Subject about, Reason reason, String note) {
        synchronized (this) {
            if (announcements.size() == MOST_ANNOUNCEMENTS) {
                return;
            }
            announcements.add(new Announcement(about, reason, note));
            if (announcing) {
                return;
            }
            announcing = true;
        }
        announceNext();
    }

    private void announceNext() {
        Announcement next;
        synchronized (this) {
            next = announcements.poll();
            if (next == null) {
                announcing = false;
                return;
            }
        }
        Subject about = next.about();
        var unused = api.create(
                        "/apis/events.k8s.io/v1/namespaces/" + about.namespace() + "/events",
                        body(about, Severity.Normal, next.reason(), next.note(), clock.instant(), about.namespace()))
                .whenCompleteAsync((answer, failure) -> {
                    if (failure != null) {
                        complain(ApiServer.reason(failure));
                    } else if (!answer.succeeded()) {
                        complain(answer.message());
                    }
                    announceNext();
                });
    }

    private synchronized boolean admitted(Said event, Duration notBefore, Instant now) {
        Instant before = said.remove(event);
        if (before != null && Duration.between(before, now).abs().compareTo(notBefore) < 0) {
            said.put(event, before);
            return false;
        }
        double earned = Duration.between(refilled, now).toMillis() / (double) interval.toMillis();
        tokens = Math.min(BURST, tokens + Math.max(0, earned));
        refilled = now;
        if (tokens < 1) {
            return false;
        }
        tokens--;
        said.put(event, now);
        if (said.size() > REMEMBERED) {
            said.remove(said.keySet().iterator().next());
        }
        return true;
    }

    private synchronized void complain(String message) {
        Instant now = clock.instant();
        if (complained.equals(Instant.MIN) || Duration.between(complained, now).compareTo(COMPLAIN) >= 0) {
            complained = now;
            LOG.atWarn().addKeyValue("message", message).log("Events can't be written");
        }
    }

    private String body(Subject about, Severity severity, Reason reason, String note, Instant now, String namespace) {
        ObjectNode event = Json.MAPPER.createObjectNode();
        event.put("apiVersion", "events.k8s.io/v1").put("kind", "Event");
        event.putObject("metadata").put("namespace", namespace).put("name", name(about, now));
        event.put("eventTime", MICROSECONDS.format(now))
                .put("type", severity.name())
                .put("reason", reason.name())
                .put("action", "Reconcile")
                .put("reportingController", "cpubaseline.io/operator")
                .put("reportingInstance", abbreviated(instance, 128))
                .put("note", abbreviated(note, LONGEST_NOTE));
        ObjectNode regarding = event.putObject("regarding");
        regarding
                .put("apiVersion", about.apiVersion())
                .put("kind", about.kind())
                .put("name", about.name())
                .put("uid", about.uid());
        if (!about.namespace().isEmpty()) {
            regarding.put("namespace", about.namespace());
        }
        return Json.text(event);
    }

    private static String name(Subject about, Instant now) {
        String unique = "%x%04x"
                .formatted(now.toEpochMilli(), ThreadLocalRandom.current().nextInt(0x10000));
        return about.name()
                        .substring(0, Math.min(about.name().length(), 253 - 1 - unique.length()))
                        .replaceAll("[^a-z0-9]+$", "")
                + "." + unique;
    }

    /** The API server counts bytes. */
    private static String abbreviated(String text, int bytes) {
        if (text.getBytes(StandardCharsets.UTF_8).length <= bytes) {
            return text;
        }
        int end = Math.min(text.length(), bytes - 3);
        while (text.substring(0, end).getBytes(StandardCharsets.UTF_8).length > bytes - 3) {
            end--;
        }
        return text.substring(0, end) + "...";
    }
}
