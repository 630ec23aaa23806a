package io.cpubaseline.operator.verification;

import com.fasterxml.jackson.databind.JsonNode;
import io.cpubaseline.operator.verification.RunObjects.Kind;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Deletes what runs have made. */
final class Removal {

    /** A guest that doesn't answer is killed by KubeVirt after its grace period, which is none. */
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private static final List<Kind> MADE = List.of(Kind.MIGRATION, Kind.MACHINE, Kind.SECRET);

    private final RunObjects objects;

    Removal(RunObjects objects) {
        this.objects = objects;
    }

    /**
     * Deletes all that a run has made, and waits until it is gone.
     *
     * @return what is left all the same, as {@code kind/name}; nothing in a namespace that is gone
     * @throws IOException if the API server can't be asked
     */
    List<String> of(String run) throws IOException, InterruptedException {
        String selector = RunMarks.LABEL + "=" + run;
        long end = System.nanoTime() + PATIENCE.toNanos();
        List<String> left = delete(selector);
        while (!left.isEmpty() && System.nanoTime() - end < 0) {
            // KubeVirt stops guests and takes their pods down; that is a matter of seconds.
            Thread.sleep(500);
            left = delete(selector);
        }
        if (left.isEmpty()) {
            objects.delete(Kind.LEASE, new RunMarks(run, objects.namespace(), "").name());
        }
        return left;
    }

    /** Asks for all that is there to be deleted; returns what was there. */
    private List<String> delete(String selector) throws IOException, InterruptedException {
        List<String> found = new ArrayList<>();
        for (Kind kind : MADE) {
            for (JsonNode object : objects.list(kind, selector)) {
                if (!isMade(object)) {
                    continue;
                }
                if (object.at("/metadata/deletionTimestamp").isMissingNode()) {
                    objects.delete(kind, name(object));
                }
                found.add(kind.toString().toLowerCase(Locale.ROOT) + "/" + name(object));
            }
        }
        for (JsonNode instance : objects.list(Kind.INSTANCE, selector)) {
            if (isMade(instance)) {
                found.add("instance/" + name(instance));
            }
        }
        return found;
    }

    /**
     * The runs that have left something and don't live any more. Objects are listed before Leases: a run that begins meanwhile has its Lease
     * before its first object.
     *
     * @param time by the API server's clock
     */
    Set<String> abandoned(InstantSource time) throws IOException, InterruptedException {
        Set<String> runs = new TreeSet<>();
        for (Kind kind : MADE) {
            objects.list(kind, RunMarks.LABEL).stream()
                    .filter(Removal::isMade)
                    .forEach(object -> runs.add(run(object)));
        }
        List<JsonNode> leases = objects.list(Kind.LEASE, RunMarks.LABEL);
        leases.forEach(lease -> runs.add(run(lease)));
        runs.removeAll(leases.stream()
                .filter(lease -> RunLease.isAlive(lease, time.instant()))
                .map(Removal::run)
                .collect(Collectors.toSet()));
        return runs;
    }

    /** Whether a run has made it: a copy that somebody keeps under another name has the label, too. */
    private static boolean isMade(JsonNode object) {
        return name(object).startsWith(new RunMarks(run(object), "", "").name());
    }

    private static String name(JsonNode object) {
        return object.at("/metadata/name").asText();
    }

    private static String run(JsonNode object) {
        return object.at("/metadata/labels").path(RunMarks.LABEL).asText();
    }
}
