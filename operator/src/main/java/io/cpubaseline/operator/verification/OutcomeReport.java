package io.cpubaseline.operator.verification;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.cpubaseline.operator.kube.Json;
import io.cpubaseline.verification.Domain;
import io.cpubaseline.verification.Outcome;
import io.cpubaseline.verification.Outcome.Visit;
import io.cpubaseline.verification.Pulse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** What a run has found out, for people and for programs. */
final class OutcomeReport {

    private OutcomeReport() {}

    /** What would fail, before anything is made: a line for each node that is left out. */
    static List<String> foreseen(Preparation preparation) {
        List<String> lines = new ArrayList<>();
        for (Domain domain : preparation.domains()) {
            domain.leftOut().forEach((node, why) -> lines.add("%s can't be visited: %s".formatted(node, why)));
        }
        preparation.remarks().forEach(remark -> lines.add("! " + remark));
        return lines;
    }

    /** A table of the nodes, and the verdict in the last line. */
    static List<String> table(Preparation preparation, Outcome outcome, Duration took) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("NODE", "VENDOR", "VISITS", "SLOWEST", "REASON"));
        for (Visit visit : outcome.visits()) {
            rows.add(List.of(
                    visit.node(),
                    visit.vendor().isEmpty() ? "-" : visit.vendor(),
                    Integer.toString(visit.visits()),
                    visit.visits() == 0 ? "-" : Teller.seconds(visit.slowest()),
                    visit.reason()));
        }
        List<String> lines = new ArrayList<>(aligned(rows));
        lines.add("");
        lines.add("%s, %s: %d of %d migrations succeeded in %d %s, %d s; the longest silence of a guest was %s."
                .formatted(
                        preparation.baseline(),
                        preparation.pin().revision(),
                        outcome.succeeded(),
                        outcome.legs().size(),
                        outcome.rounds(),
                        outcome.rounds() == 1 ? "round" : "rounds",
                        took.toSeconds(),
                        Teller.seconds(longestSilence(outcome))));
        List<String> failures = outcome.failures();
        failures.forEach(failure -> lines.add("Wrong: " + failure + "."));
        lines.add(failures.isEmpty() ? "Verified." : "Not verified.");
        return lines;
    }

    private static Duration longestSilence(Outcome outcome) {
        return outcome.pulses().values().stream()
                .map(Pulse::longest)
                .max(Duration::compareTo)
                .orElse(Duration.ZERO);
    }

    private static List<String> aligned(List<List<String>> rows) {
        int last = rows.get(0).size() - 1;
        int[] widths = new int[last];
        rows.forEach(row -> {
            for (int i = 0; i < last; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        });
        return rows.stream()
                .map(row -> {
                    StringBuilder line = new StringBuilder();
                    for (int i = 0; i < last; i++) {
                        line.append(row.get(i))
                                .append(" ".repeat(widths[i] - row.get(i).length() + 3));
                    }
                    return (line + row.get(last)).stripTrailing();
                })
                .toList();
    }

    /** The same as a document. */
    static ObjectNode document(Preparation preparation, Outcome outcome, Duration took) {
        ObjectNode document = Json.MAPPER
                .createObjectNode()
                .put("baseline", preparation.baseline())
                .put("revision", preparation.pin().revision())
                .put("verified", outcome.passed())
                .put("seconds", took.toSeconds())
                .put("rounds", outcome.rounds())
                .put("succeeded", outcome.succeeded())
                .put("targetsChosen", outcome.steered());
        preparation.guests().flags().forEach(document.putArray("flags")::add);
        outcome.failures().forEach(document.putArray("failures")::add);
        preparation.remarks().forEach(document.putArray("remarks")::add);
        ArrayNode nodes = document.putArray("nodes");
        for (Visit visit : outcome.visits()) {
            ObjectNode node = nodes.addObject()
                    .put("name", visit.node())
                    .put("vendor", visit.vendor())
                    .put("visits", visit.visits());
            if (visit.visits() > 0) {
                node.put("slowestSeconds", seconds(visit.slowest()));
            }
            if (!visit.reason().isEmpty()) {
                node.put("reason", visit.reason());
            }
        }
        ArrayNode guests = document.putArray("guests");
        new TreeMap<>(outcome.pulses()).forEach((name, pulse) -> {
            ObjectNode guest =
                    guests.addObject().put("name", name).put("longestSilenceSeconds", seconds(pulse.longest()));
            if (!pulse.isUnbroken()) {
                guest.put("broken", pulse.broken());
            }
        });
        ArrayNode migrations = document.putArray("migrations");
        outcome.legs().forEach(leg -> {
            ObjectNode migration = migrations
                    .addObject()
                    .put("round", leg.round())
                    .put("guest", leg.guest())
                    .put("vendor", leg.vendor())
                    .put("source", leg.source())
                    .put("target", leg.target())
                    .put("result", leg.result().name())
                    .put("seconds", seconds(leg.took()));
            if (!leg.explanation().isEmpty()) {
                migration.put("explanation", leg.explanation());
            }
        });
        return document;
    }

    private static double seconds(Duration duration) {
        return Math.round(duration.toMillis() / 100.0) / 10.0;
    }
}
