package io.cpubaseline.report;

import io.cpubaseline.baseline.Explanation;
import io.cpubaseline.baseline.Explanation.Cause;
import io.cpubaseline.baseline.Explanation.Withheld;
import io.cpubaseline.cpu.FeatureSet;
import io.cpubaseline.fleet.NodeCpu;
import java.util.List;
import java.util.stream.Collectors;

/** Mitigations that guests go without because of a few nodes that could have them, in sentences. */
public final class WithheldMitigations {

    private WithheldMitigations() {}

    /**
     * One text for the nodes that lack the same: how many and which they are, what they lack, and what helps.
     *
     * @param explanation why the answer is not better
     * @param guest all features that a guest sees with the answer: what it has is not withheld
     */
    public static List<String> of(Explanation explanation, FeatureSet guest) {
        return explanation.withheld().stream()
                .filter(withheld -> !withheld.mitigations().minus(guest).isEmpty())
                .map(WithheldMitigations::words)
                .toList();
    }

    private static String words(Withheld withheld) {
        List<NodeCpu> nodes =
                withheld.lacking().stream().flatMap(c -> c.nodes().stream()).toList();
        return "Guests go without mitigations that other %s nodes have, since %d %s them (%s): %s"
                .formatted(
                        withheld.vendor(),
                        nodes.size(),
                        nodes.size() == 1 ? "lacks" : "lack",
                        NodeNames.examples(nodes),
                        withheld.causes().stream().map(Cause::sentence).collect(Collectors.joining(" ")));
    }
}
