package io.cpubaseline.cli.whatif;

import io.cpubaseline.cli.text.Page;
import io.cpubaseline.cli.text.Table;
import io.cpubaseline.fleet.Targets;
import io.cpubaseline.whatif.NodeChange;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** Prints a rolling refresh for people, a line for each step. */
final class SequenceText {

    private final Page page;
    private final List<Step> all;

    SequenceText(Page page, List<Step> all) {
        this.page = page;
        this.all = all;
    }

    /** Those that touch a vendor's nodes; empty for all. */
    void print(String vendor) {
        List<Step> steps = all.stream()
                .filter(step -> step.changes().isEmpty() || touches(step, vendor))
                .toList();
        if (steps.size() == 1) {
            return;
        }
        page.heading("Step by step");
        Table table = new Table("STEP", "WHAT", "LEVEL", "NODES", "CORES", "MEANWHILE", "CPU MODEL");
        View before = View.NOTHING;
        List<String> rises = new ArrayList<>();
        int number = 0;
        for (Step step : steps) {
            View after = Comparison.view(step.after(), vendor);
            Targets.Count taking = after.taking();
            table.row(
                    number == 0 ? "now" : String.valueOf(number),
                    number == 0 ? "" : what(step),
                    WhatIfText.level(after.answer()).replace("x86-64-", ""),
                    String.valueOf(taking.nodes()),
                    String.valueOf(taking.capacity().cores()),
                    number == 0 || !takesAway(step) ? "-" : meanwhile(before, Comparison.view(step.during(), vendor)),
                    WhatIfText.model(after.answer()));
            if (number > 0 && !WhatIfText.level(before.answer()).equals(WhatIfText.level(after.answer()))) {
                rises.add("The level becomes %s with step %d.".formatted(WhatIfText.level(after.answer()), number));
            }
            before = after;
            number++;
        }
        page.table(table);
        page.item("MEANWHILE: cores that can take the guests while what goes is gone and nothing has come for it.");
        if (rises.isEmpty()) {
            page.item("The level stays as it is.");
        }
        rises.forEach(page::item);
    }

    private static String what(Step step) {
        NodeChange first = step.changes().get(0);
        int count = step.changes().size();
        return "%s%s %s"
                .formatted(
                        first.kind() == NodeChange.Kind.Added ? count + " x " + first.what() : first.name(),
                        first.kind() == NodeChange.Kind.Added || count == 1 ? "" : " and %d more".formatted(count - 1),
                        first.kind().name().toLowerCase(Locale.ROOT));
    }

    private static boolean takesAway(Step step) {
        return step.changes().get(0).kind() != NodeChange.Kind.Added;
    }

    private static String meanwhile(View before, View during) {
        return before.pin()
                .map(pin -> String.valueOf(during.taking(pin).capacity().cores()))
                .orElse("-");
    }

    private static boolean touches(Step step, String vendor) {
        return vendor.isEmpty()
                || step.changes().stream()
                        .flatMap(change -> Stream.concat(change.before().stream(), change.after().stream()))
                        .anyMatch(node -> node.evidence().vendor().equals(vendor));
    }
}
