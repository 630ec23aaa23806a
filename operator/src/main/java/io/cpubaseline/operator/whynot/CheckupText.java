package io.cpubaseline.operator.whynot;

import io.cpubaseline.console.Lines;
import io.cpubaseline.operator.whynot.Checkup.Finding;
import io.cpubaseline.operator.whynot.Checkup.Report;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/** A check-up for people: by reason how many find no node, some of them, and the way out; or each of one reason. */
final class CheckupText {

    private static final int EXAMPLES = 3;
    private static final int REMARKS = 5;
    private static final String GAP = "  ";

    private final Report report;
    private final Lines lines = new Lines();

    private CheckupText(Report report) {
        this.report = report;
    }

    /** @param only each virtual machine with this reason; nothing for all reasons and their sums */
    static List<String> of(Report report, Optional<String> only) {
        CheckupText text = new CheckupText(report);
        text.head();
        only.ifPresentOrElse(text::each, text::groups);
        return text.lines.all();
    }

    /** Findings by reason, the most frequent first. */
    static List<List<Finding>> byReason(Report report) {
        return report.findings().stream()
                .collect(Collectors.groupingBy(Finding::reason, TreeMap::new, Collectors.toList()))
                .values()
                .stream()
                .sorted(Comparator.comparing(group -> -group.size()))
                .toList();
    }

    /** The way out of most of them. */
    static String remedy(List<Finding> group) {
        return group.stream()
                .collect(Collectors.groupingBy(Finding::remedy, TreeMap::new, Collectors.counting()))
                .entrySet()
                .stream()
                .max(Map.Entry.comparingByValue())
                .map(Map.Entry::getKey)
                .orElse("");
    }

    private void head() {
        long moves = report.findings().stream()
                .filter(finding -> !finding.node().isEmpty())
                .count();
        long starts = report.findings().size() - moves;
        lines.wrapped(
                "",
                "%d virtual %s, %d of KubeVirt's nodes. Of %d that run %d can't migrate to any other node, of %d that don't %d can't start."
                        .formatted(
                                report.all(),
                                report.all() == 1 ? "machine" : "machines",
                                report.nodes(),
                                report.running(),
                                moves,
                                report.starting() + report.stopped(),
                                starts));
        report.remarks().stream().limit(REMARKS).forEach(remark -> lines.wrapped("! ", remark + "."));
        if (report.remarks().size() > REMARKS) {
            lines.wrapped(
                    "! ", "%d more remarks: -o json.".formatted(report.remarks().size() - REMARKS));
        }
    }

    private void groups() {
        List<List<Finding>> groups = byReason(report);
        if (groups.isEmpty()) {
            return;
        }
        int reasons = width(groups, group -> group.get(0).reason(), "REASON");
        lines.blank();
        row(reasons, "REASON", "VMS", "WHICH");
        for (List<Finding> group : groups) {
            String few =
                    group.stream().limit(EXAMPLES).map(Finding::qualifiedName).collect(Collectors.joining(", "));
            row(
                    reasons,
                    group.get(0).reason(),
                    Integer.toString(group.size()),
                    group.size() > EXAMPLES ? few + ", …" : few);
        }
        lines.blank();
        for (List<Finding> group : groups) {
            lines.wrapped("", GAP, "%s: %s.".formatted(group.get(0).reason(), remedy(group)));
        }
    }

    private void row(int reasons, String reason, String count, String which) {
        lines.wrapped(
                reason
                        + " ".repeat(reasons - reason.length())
                        + " ".repeat(Math.max(1, 6 - count.length()))
                        + count
                        + GAP,
                which);
    }

    private void each(String reason) {
        List<Finding> group = report.findings().stream()
                .filter(finding -> finding.reason().equals(reason))
                .toList();
        lines.blank();
        if (group.isEmpty()) {
            lines.wrapped("", "None of them for the reason %s.".formatted(reason));
            return;
        }
        int names = width(group, Finding::qualifiedName, "VM");
        int nodes = width(group, Finding::node, "NODE");
        for (Finding finding : group) {
            lines.wrapped(
                    finding.qualifiedName()
                            + " ".repeat(names - finding.qualifiedName().length())
                            + GAP
                            + finding.node()
                            + " ".repeat(nodes - finding.node().length())
                            + GAP,
                    " ".repeat(GAP.length() * 2),
                    finding.what());
        }
        lines.blank();
        lines.wrapped("", GAP, "%s: %s.".formatted(reason, remedy(group)));
    }

    private static <T> int width(List<T> rows, Function<T, String> cell, String heading) {
        return Math.max(
                heading.length(),
                rows.stream().map(cell).mapToInt(String::length).max().orElse(0));
    }
}
