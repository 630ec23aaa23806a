package io.cpubaseline.operator.verification;

import com.fasterxml.jackson.databind.JsonNode;
import io.cpubaseline.operator.verification.RunObjects.Kind;
import io.cpubaseline.verification.Complaint;
import io.cpubaseline.verification.Pulse;
import io.cpubaseline.verification.Sighting;
import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The guests of a run, as they are seen from outside. Every look also shows that the run lives. Used by one thread. */
final class Guests {

    private static final Sighting NOWHERE = new Sighting(Duration.ZERO, "", "", "", false, "");

    private final RunObjects objects;
    private final RunLease lease;
    private final Duration silence;
    private final Collection<String> names;
    private final long begun = System.nanoTime();
    private final Map<String, Pulse> pulses = new TreeMap<>();
    private Map<String, Sighting> seen = Map.of();

    /**
     * None has been seen yet.
     *
     * @param silence how long one may be silent
     * @param names of their VirtualMachines
     */
    Guests(RunObjects objects, RunLease lease, Duration silence, Collection<String> names) {
        this.objects = objects;
        this.lease = lease;
        this.silence = silence;
        this.names = List.copyOf(names);
    }

    /** Since this was made. */
    Duration time() {
        return Duration.ofNanos(System.nanoTime() - begun);
    }

    Map<String, Pulse> pulses() {
        return pulses;
    }

    /** What was seen last. */
    Sighting last(String guest) {
        return seen.getOrDefault(guest, NOWHERE);
    }

    /** Whether all have been well at least once. */
    boolean haveAllBegun() {
        return pulses.keySet().containsAll(names);
    }

    /**
     * Looks at all of them.
     *
     * @throws Ended if one of them has broken, the namespace is gone, or the run's Lease
     */
    void look() throws IOException, InterruptedException, Ended {
        lease.renew();
        List<JsonNode> instances =
                objects.list(Kind.INSTANCE, RunMarks.LABEL + "=" + lease.marks().run());
        Duration now = time();
        Map<String, Sighting> found = new HashMap<>();
        instances.forEach(instance -> found.put(instance.at("/metadata/name").asText(), sighting(instance, now)));
        seen = found;
        for (String name : names) {
            Sighting sighting = found.getOrDefault(name, new Sighting(now, "", "", "", false, ""));
            Pulse before = pulses.get(name);
            if (before != null) {
                pulses.put(name, before.seen(sighting));
            } else if (sighting.isWell()) {
                pulses.put(name, Pulse.begin(silence, sighting));
            }
        }
        if (pulses.values().stream().anyMatch(pulse -> !pulse.isUnbroken())) {
            ended();
        }
    }

    /** Guests of a namespace or a Lease that is gone have not broken: they were taken away. */
    private void ended() throws IOException, InterruptedException, Ended {
        if (lease.isGone()) {
            pulses.clear();
            throw lease.calledOff();
        }
        if (objects.isNamespaceGone()) {
            pulses.clear();
            throw new Ended("the namespace %s is gone, or going".formatted(objects.namespace()));
        }
        for (Map.Entry<String, Pulse> pulse : pulses.entrySet()) {
            if (!pulse.getValue().isUnbroken()) {
                complaint(pulse.getKey())
                        .ifPresent(said -> pulse.setValue(pulse.getValue().because(said)));
            }
        }
        throw new Ended("it was ended at the first guest that broke");
    }

    /** What a guest has said about itself last. */
    Optional<Complaint> complaint(String guest) throws IOException, InterruptedException {
        String pod = "virt-launcher-" + guest + "-";
        return objects.failedProbes().stream()
                .filter(event -> event.at("/involvedObject/name").asText().startsWith(pod))
                .max(Comparator.comparing(Guests::time))
                .flatMap(event -> Complaint.of(event.path("message").asText()));
    }

    private static String time(JsonNode event) {
        String last = event.path("lastTimestamp").asText();
        return last.isEmpty() || last.equals("null") ? event.path("eventTime").asText() : last;
    }

    private static Sighting sighting(JsonNode instance, Duration now) {
        String ready = "";
        String paused = "";
        for (JsonNode condition : instance.at("/status/conditions")) {
            String status = condition.path("status").asText();
            switch (condition.path("type").asText()) {
                case "Ready" -> ready = status;
                case "Paused" ->
                    paused = status.equals("True") ? condition.path("reason").asText("for no reason that is told") : "";
                default -> {
                    // says nothing about its life
                }
            }
        }
        return new Sighting(
                now,
                instance.at("/metadata/uid").asText(),
                instance.at("/status/nodeName").asText(),
                instance.at("/status/phase").asText(),
                ready.equals("True"),
                paused);
    }
}
