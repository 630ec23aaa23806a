package io.cpubaseline.demo;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.cpubaseline.lab.use.Migrations.Outcome;
import io.cpubaseline.lab.use.Migrations.Result;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Migrations that were made, each judged: whether it succeeded, and whether it ended on a node that the baseline covers. */
final class MigrationLog {
    private static final String ROW = "%5s  %-8s %-10s %-10s %-10s %7s  %s";

    private final Coverage coverage;
    private final List<Entry> entries = new ArrayList<>();

    /**
     * One migration.
     *
     * @param round counted from 1
     * @param complaint what is wrong with it; empty if nothing is
     */
    private record Entry(int round, Outcome outcome, String complaint) {
        boolean isRight() {
            return complaint.isEmpty();
        }
    }

    /** An empty log of migrations that must end where the baseline reaches. */
    MigrationLog(Coverage coverage) {
        this.coverage = coverage;
    }

    static String header() {
        return row("ROUND", "VM", "FROM", "TO", "RESULT", "SECONDS", "");
    }

    /**
     * Judges a migration and keeps it.
     *
     * @param restarted whether the VM's instance is not the one that it was before
     * @return its row of the table
     */
    String add(int round, Outcome outcome, boolean restarted) {
        Entry entry = new Entry(round, outcome, complaint(outcome, restarted));
        entries.add(entry);
        return row(
                String.valueOf(round),
                outcome.machine(),
                outcome.source(),
                outcome.target().orElse("-"),
                words(outcome.result()),
                seconds(outcome),
                entry.complaint());
    }

    private String complaint(Outcome outcome, boolean restarted) {
        if (outcome.result() != Result.SUCCEEDED) {
            return outcome.explanation();
        }
        if (restarted) {
            return "the VM was started anew";
        }
        List<String> missing =
                coverage.missing(outcome.source(), outcome.target().orElseThrow());
        return missing.isEmpty() ? "" : "the target lacks " + String.join(" ", missing);
    }

    int count() {
        return entries.size();
    }

    /** How many succeeded on a node that the baseline covers. */
    long right() {
        return entries.stream().filter(Entry::isRight).count();
    }

    boolean isAllRight() {
        return right() == entries.size();
    }

    /** All of it for programs. */
    ObjectNode toJson(ObjectMapper json) {
        ObjectNode all = json.createObjectNode();
        all.put("migrations", count());
        all.put("right", right());
        ArrayNode rows = all.putArray("rows");
        for (Entry entry : entries) {
            Outcome outcome = entry.outcome();
            ObjectNode row = rows.addObject();
            row.put("round", entry.round());
            row.put("virtualMachine", outcome.machine());
            row.put("source", outcome.source());
            outcome.target().ifPresent(target -> row.put("target", target));
            row.put("result", words(outcome.result()));
            row.put("seconds", outcome.took().toMillis() / 1e3);
            if (!entry.isRight()) {
                row.put("complaint", entry.complaint());
            }
        }
        return all;
    }

    private static String words(Result result) {
        return switch (result) {
            case SUCCEEDED -> "Succeeded";
            case FAILED -> "Failed";
            case NO_TARGET -> "NoTarget";
        };
    }

    private static String seconds(Outcome outcome) {
        return String.format(Locale.ROOT, "%.1f", outcome.took().toMillis() / 1e3);
    }

    private static String row(Object... cells) {
        return ROW.formatted(cells).stripTrailing();
    }
}
