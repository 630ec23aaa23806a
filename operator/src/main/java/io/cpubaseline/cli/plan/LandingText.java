package io.cpubaseline.cli.plan;

import io.cpubaseline.cli.text.Page;
import io.cpubaseline.fleet.NodeCpu;
import io.cpubaseline.scheduling.Explanation;
import java.util.List;
import java.util.Map;

/** Prints whether a revision can land on another cluster's nodes. */
final class LandingText {

    private static final int NODES_NAMED = 5;

    private LandingText() {}

    static void print(Page page, Landing landing) {
        Revisions.Known known = landing.known();
        page.field("Revision", "%s, %s".formatted(landing.revision(), known.where()));
        page.field("Model", known.cpuModel());
        if (!known.requiredFeatures().isEmpty()) {
            page.field(
                    "Features",
                    String.join(" ", known.requiredFeatures().stream().sorted().toList()));
        }
        page.field(
                "Vendor",
                known.vendor().isEmpty() ? "not told: that of each guest's node counts, too" : known.vendor());
        List<String> open = landing.open();
        int nodes = landing.verdict().nodes();
        page.field(
                "Can land",
                open.isEmpty()
                        ? "on none of %d nodes".formatted(nodes)
                        : "on %d of %d nodes: %s".formatted(open.size(), nodes, few(open)));
        Map<String, List<String>> byVendor = landing.openByVendor();
        if (byVendor.size() > 1) {
            byVendor.forEach((vendor, names) ->
                    page.field("", "of these from %s on %d: %s".formatted(vendor, names.size(), few(names))));
        }
        page.field("Shared", shared(landing));
        if (!landing.explanations().isEmpty()) {
            page.heading("What keeps it off which nodes");
            landing.explanations().forEach(explanation -> page.item(words(explanation)));
        }
    }

    private static String shared(Landing landing) {
        if (landing.ours() == 0 || landing.theirs() == 0) {
            return landing.ours() == 0
                    ? "not known: give this cluster's baseline by -b"
                    : "not known: no baseline with a revision is among the objects";
        }
        return landing.shared().isEmpty()
                ? "no revision: after its next start there a guest has the other cluster's"
                : String.join(", ", landing.shared());
    }

    private static String words(Explanation explanation) {
        String there = explanation.found().isEmpty() ? "" : "; there: " + explanation.found();
        return "%s: keeps it off %s%s"
                .formatted(
                        explanation.what(),
                        few(explanation.obstacle().nodes().stream()
                                .map(NodeCpu::name)
                                .toList()),
                        there);
    }

    private static String few(List<String> names) {
        return names.size() <= NODES_NAMED
                ? String.join(", ", names)
                : "%s and %d more"
                        .formatted(String.join(", ", names.subList(0, NODES_NAMED)), names.size() - NODES_NAMED);
    }
}
