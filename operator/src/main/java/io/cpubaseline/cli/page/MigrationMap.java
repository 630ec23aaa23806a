package io.cpubaseline.cli.page;

import static io.cpubaseline.cli.html.Html.element;

import io.cpubaseline.cli.html.Html;
import io.cpubaseline.fleet.CpuClass;
import io.cpubaseline.fleet.CpuEvidence;
import io.cpubaseline.fleet.NodeCpu;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A drawing of the nodes among which guests move: a box for each domain, a circle for each node. */
final class MigrationMap {

    private static final int WIDTH = 360;
    private static final int IN_A_ROW = 10;
    private static final int MOST = 40;
    private static final int STEP = 32;
    private static final int HEAD = 34;
    private static final int GAP = 40;

    private final List<Html> shapes = new ArrayList<>();
    private final List<String> words = new ArrayList<>();
    private int y;

    private MigrationMap() {}

    /**
     * Draws.
     *
     * @param domains how many nodes each vendor has where guests can move
     * @param contributing the nodes that count
     * @param kinds their kinds
     */
    static Html of(Map<String, Integer> domains, List<CpuClass> contributing, Kinds kinds) {
        MigrationMap map = new MigrationMap();
        Map<CpuEvidence, String> letters = kinds.letters();
        domains.forEach((vendor, nodes) -> map.domain(vendor, nodes, letters(vendor, contributing, letters)));
        String between = domains.size() > 1 ? " Not from one of them to another." : "";
        return Parts.drawing(
                "migration-map",
                "Where a running virtual machine can move",
                String.join(" ", map.words) + between,
                WIDTH,
                map.y + 2,
                map.shapes);
    }

    /** The letters of the nodes of a domain, as many as are drawn. */
    private static List<String> letters(String vendor, List<CpuClass> contributing, Map<CpuEvidence, String> letters) {
        List<String> drawn = new ArrayList<>();
        for (CpuClass cpuClass : contributing) {
            if (cpuClass.evidence().domain().equals(vendor)) {
                for (NodeCpu node : cpuClass.nodes()) {
                    if (drawn.size() < MOST && !node.host().cordoned()) {
                        drawn.add(letters.getOrDefault(cpuClass.evidence(), ""));
                    }
                }
            }
        }
        return drawn;
    }

    private void domain(String vendor, int nodes, List<String> letters) {
        if (y > 0) {
            between();
        }
        int rows = (letters.size() + IN_A_ROW - 1) / IN_A_ROW;
        int more = nodes - letters.size();
        int height = HEAD + rows * STEP + (more > 0 ? 26 : 8);
        shapes.add(element("rect")
                .with("x", 1)
                .with("y", y + 1L)
                .with("width", WIDTH - 2L)
                .with("height", height)
                .with("rx", 10)
                .of(nodes == 1 ? "domain lonely" : "domain"));
        shapes.add(Parts.label(16, y + 23, "label strong", Words.vendor(vendor)));
        shapes.add(Parts.label(WIDTH - 16, y + 23, "label", nodes == 1 ? "1 node: no way out" : Words.nodes(nodes))
                .with("text-anchor", "end"));
        for (int i = 0; i < letters.size(); i++) {
            int x = 32 + i % IN_A_ROW * STEP;
            int middle = y + HEAD + 16 + i / IN_A_ROW * STEP;
            shapes.add(element("circle")
                    .with("cx", x)
                    .with("cy", middle)
                    .with("r", 12)
                    .of("node"));
            shapes.add(Parts.label(x, middle + 4, "letter", letters.get(i)).with("text-anchor", "middle"));
        }
        if (more > 0) {
            shapes.add(
                    Parts.label(20, y + HEAD + rows * STEP + 14, "label", "and %s more".formatted(Words.number(more))));
        }
        words.add(
                nodes == 1
                        ? "%s: one node, which a virtual machine can't leave.".formatted(Words.vendor(vendor))
                        : "%s: among %s.".formatted(Words.vendor(vendor), Words.nodes(nodes)));
        y += height;
    }

    private void between() {
        int middle = y + GAP / 2;
        shapes.add(element("line")
                .with("x1", 1)
                .with("x2", WIDTH - 1L)
                .with("y1", middle)
                .with("y2", middle)
                .of("wall"));
        shapes.add(element("rect")
                .with("x", 110)
                .with("y", middle - 9L)
                .with("width", 140)
                .with("height", 18)
                .of("gap"));
        shapes.add(Parts.label(WIDTH / 2, middle + 4, "label small", "no live migration")
                .with("text-anchor", "middle"));
        y += GAP;
    }
}
