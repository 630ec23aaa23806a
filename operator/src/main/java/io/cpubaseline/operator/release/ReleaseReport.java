package io.cpubaseline.operator.release;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.cpubaseline.console.Console;
import io.cpubaseline.console.Console.Format;
import io.cpubaseline.operator.kube.Json;
import io.cpubaseline.operator.release.Releasing.Found;
import io.cpubaseline.operator.release.Releasing.Held;
import io.cpubaseline.operator.release.Releasing.Outcome;
import io.cpubaseline.operator.release.Releasing.Result;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.EnumMap;
import java.util.Map;

/** Prints what becomes of virtual machines that are released: each as it is done, and a summary. */
final class ReleaseReport {

    private final Console console;
    private final PrintWriter out;
    private final String namespace;
    private final boolean dryRun;
    private final Found found;
    private final int[] widths;
    private final Map<Result, Integer> counts = new EnumMap<>(Result.class);
    private final ArrayNode machines = Json.MAPPER.createArrayNode();

    private ReleaseReport(Console console, String namespace, boolean dryRun, Found found) {
        this.console = console;
        this.out = console.out();
        this.namespace = namespace;
        this.dryRun = dryRun;
        this.found = found;
        this.widths = new int[] {
            width("NAMESPACE", held -> held.vm().namespace()),
            width("NAME", held -> held.vm().name()),
            width("BASELINE", Held::baseline)
        };
    }

    /**
     * A report that begins.
     *
     * @param namespace where was looked; empty for everywhere
     */
    static ReleaseReport to(Console console, String namespace, boolean dryRun, Found found) {
        ReleaseReport report = new ReleaseReport(console, namespace, dryRun, found);
        if (console.format() == Format.table && !found.held().isEmpty()) {
            report.line("NAMESPACE", "NAME", "BASELINE", "RESULT");
        }
        return report;
    }

    private int width(String heading, java.util.function.Function<Held, String> cell) {
        return found.held().stream().mapToInt(held -> cell.apply(held).length()).reduce(heading.length(), Math::max);
    }

    private void line(String... cells) {
        StringBuilder line = new StringBuilder();
        for (int column = 0; column < widths.length; column++) {
            line.append(cells[column])
                    .append(" ".repeat(widths[column] - cells[column].length()))
                    .append("   ");
        }
        out.println(line.append(cells[widths.length]));
        out.flush();
    }

    /** One is done. */
    void done(Outcome outcome) {
        Held held = outcome.held();
        counts.merge(outcome.result(), 1, Integer::sum);
        if (console.format() == Format.table) {
            String text = words(outcome.result()) + (outcome.message().isEmpty() ? "" : ": " + outcome.message());
            line(held.vm().namespace(), held.vm().name(), held.baseline(), text);
        } else {
            ObjectNode machine = machines.addObject()
                    .put("namespace", held.vm().namespace())
                    .put("name", held.vm().name())
                    .put("baseline", held.baseline())
                    .put("result", outcome.result().name());
            if (!outcome.message().isEmpty()) {
                machine.put("message", outcome.message());
            }
        }
    }

    private String words(Result result) {
        return switch (result) {
            case released -> dryRun ? "would be released" : "released";
            case modelKept -> dryRun ? "would keep its model" : "keeps its model";
            case failed -> "failed";
        };
    }

    /**
     * All are done.
     *
     * @return whether nothing is left to be released
     */
    boolean finish() throws IOException {
        int left = count(Result.modelKept) + count(Result.failed);
        if (console.format() != Format.table) {
            ObjectNode report = Json.MAPPER.createObjectNode();
            report.put("dryRun", dryRun);
            report.put("released", count(Result.released));
            report.put("modelKept", count(Result.modelKept));
            report.put("failed", count(Result.failed));
            report.put("ofExistingBaselines", found.ofExisting());
            report.set("virtualMachines", machines);
            console.print(report);
        } else {
            summary();
        }
        out.flush();
        return left == 0;
    }

    private int count(Result result) {
        return counts.getOrDefault(result, 0);
    }

    private void summary() {
        String where = namespace.isEmpty() ? "any namespace" : "namespace " + namespace;
        if (found.held().isEmpty()) {
            out.println("No virtual machine in " + where + " is held by a baseline that no longer exists.");
        } else {
            out.println();
            out.println((dryRun
                            ? "Nothing was written. %d would be released, %d would keep their model, %d failed."
                            : "%d released, %d keep their model, %d failed.")
                    .formatted(count(Result.released), count(Result.modelKept), count(Result.failed)));
            if (!dryRun && count(Result.released) > 0) {
                out.println(
                        "Running ones keep their CPU until their next start; until then they show RestartRequired.");
            }
        }
        if (found.ofExisting() > 0) {
            out.println("%d are held by baselines that exist, and were left alone.".formatted(found.ofExisting()));
        }
    }
}
