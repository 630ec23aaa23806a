package io.cpubaseline.operator.listing;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.cpubaseline.Reason;
import io.cpubaseline.console.Console;
import io.cpubaseline.console.Console.Format;
import io.cpubaseline.console.Lines;
import io.cpubaseline.fleet.NodeCapacity;
import io.cpubaseline.operator.kube.Json;
import io.cpubaseline.operator.listing.Listing.Line;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Prints a listing: for people as a table, with what to do for each reason beneath it. */
final class ListingReport {

    private static final String FURTHER = "    ";

    private ListingReport() {}

    static void print(Console console, List<Line> lines) throws IOException {
        if (console.format() != Format.table) {
            console.print(document(lines));
            return;
        }
        if (lines.isEmpty()) {
            console.out().println("No such virtual machine.");
        } else {
            table(lines).forEach(console.out()::println);
        }
        console.out().flush();
    }

    private static ObjectNode document(List<Line> lines) {
        ObjectNode document = Json.MAPPER.createObjectNode();
        ArrayNode machines = document.putArray("virtualMachines");
        for (Line line : lines) {
            ObjectNode machine = machines.addObject()
                    .put("namespace", line.namespace())
                    .put("name", line.name())
                    .put("baseline", line.baseline())
                    .put("state", state(line));
            ArrayNode reasons = machine.putArray("reasons");
            line.reasons()
                    .forEach(reason ->
                            reasons.addObject().put("reason", reason.name()).put("remedy", Remedy.of(reason)));
            if (!line.message().isEmpty()) {
                machine.put("message", line.message());
            }
            if (isKnown(line)) {
                machine.put("cores", line.size().cores())
                        .put("memory", line.size().memoryQuantity());
            }
        }
        return document;
    }

    private static List<String> table(List<Line> lines) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("NAMESPACE", "NAME", "BASELINE", "STATE", "REASON"));
        Map<Reason, Integer> counts = new TreeMap<>();
        for (Line line : lines) {
            line.reasons().forEach(reason -> counts.merge(reason, 1, Integer::sum));
            String reasons = line.reasons().stream().map(Reason::name).collect(Collectors.joining(", "));
            String said = reasons.isEmpty() || line.message().isEmpty() ? "" : ": ";
            rows.add(List.of(
                    line.namespace(), line.name(), line.baseline(), state(line), reasons + said + line.message()));
        }
        Lines text = new Lines();
        int[] widths = new int[4];
        rows.forEach(row -> {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        });
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < widths.length; i++) {
                line.append(row.get(i)).append(" ".repeat(widths[i] - row.get(i).length() + 3));
            }
            text.wrapped(line.toString(), FURTHER, row.get(widths.length));
        }
        if (!counts.isEmpty()) {
            text.blank();
            counts.forEach((reason, count) ->
                    text.wrapped("", FURTHER, "%s (%d): %s.".formatted(reason, count, Remedy.of(reason))));
        }
        List<String> demand = demand(lines);
        if (!demand.isEmpty()) {
            text.blank();
            demand.forEach(sentence -> text.wrapped("", FURTHER, sentence));
        }
        return text.all().stream().map(String::stripTrailing).toList();
    }

    /** What each baseline's own ask for together; nothing where none tells. */
    private static List<String> demand(List<Line> lines) {
        List<String> text = new ArrayList<>();
        lines.stream()
                .filter(line -> !line.reasons().contains(Reason.ClaimedByOther))
                .collect(Collectors.groupingBy(Line::baseline, TreeMap::new, Collectors.toList()))
                .forEach((baseline, own) -> {
                    NodeCapacity asked = own.stream().map(Line::size).reduce(NodeCapacity.none(), NodeCapacity::plus);
                    long unknown = own.stream().filter(line -> !isKnown(line)).count();
                    if (unknown < own.size()) {
                        text.add("%s: these %d ask for %d virtual CPUs and %s of memory%s."
                                .formatted(
                                        baseline,
                                        own.size(),
                                        asked.cores(),
                                        asked.memoryQuantity(),
                                        unknown == 0 ? "" : "; of %d it isn't known".formatted(unknown)));
                    }
                });
        return text;
    }

    private static boolean isKnown(Line line) {
        return !line.size().equals(NodeCapacity.none());
    }

    private static String state(Line line) {
        return line.state().name().toLowerCase(Locale.ROOT);
    }
}
