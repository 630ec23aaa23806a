package io.cpubaseline.cli.page;

import static io.cpubaseline.cli.html.Html.element;

import io.cpubaseline.cli.html.Html;
import io.cpubaseline.cli.html.Html.Element;
import io.cpubaseline.fleet.NodeCapacity;
import io.cpubaseline.fleet.NodeDemand;
import io.cpubaseline.fleet.Targets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Among which nodes a running virtual machine can move: a map, and where there is room. */
final class MigrationSection {

    private final Findings findings;

    private MigrationSection(Findings findings) {
        this.findings = findings;
    }

    static Optional<Section> of(Findings findings) {
        return findings.answered().isEmpty()
                        || findings.whole().explanation().domains().isEmpty()
                ? Optional.empty()
                : Optional.of(new MigrationSection(findings).section());
    }

    private Section section() {
        return Section.of(
                "migration",
                "Where a running virtual machine can move",
                Parts.paragraph(
                        "KubeVirt (1.6.4, 1.7.1, 1.8.0 and later) moves a running virtual machine only to nodes of the CPU vendor on which it runs. Within a box it can"
                                + " move, between boxes it can't."),
                element(
                                "figure",
                                MigrationMap.of(
                                        findings.whole().explanation().domains(),
                                        findings.whole().fleet().contributing(),
                                        findings.kinds()),
                                element("figcaption", "Each circle is a node, and its letter the kind of its CPU."))
                        .of("figure"),
                table());
    }

    /** By what KubeVirt selects nodes by now, and so perhaps fewer than in the map. */
    private Element table() {
        boolean told = !findings.whole().fleet().targets().selected().equals(NodeCapacity.none());
        Grid grid = new Grid("domains", "Nodes where a virtual machine with the baseline can start or move to now")
                .column("Baseline")
                .column("CPU vendor")
                .numbers("Nodes");
        if (told) {
            grid.numbers("Cores").numbers("Memory");
        }
        for (Scope scope : findings.answered()) {
            SortedMap<String, Targets.Count> counts = new TreeMap<>(
                    scope.fleet().targets().byVendor(scope.given().orElseThrow().target(), NodeDemand.none()));
            if (counts.isEmpty()) {
                counts.put("none", Targets.Count.none());
            }
            counts.forEach((vendor, count) -> grid.row(Html.text(scope.name()), cells(vendor, count, told)));
        }
        return grid.html();
    }

    private static List<Element> cells(String vendor, Targets.Count count, boolean told) {
        List<Element> cells = new ArrayList<>();
        cells.add(Grid.cell(Words.vendor(vendor)));
        cells.add(
                count.nodes() == 1
                        ? Grid.cell(Parts.tag("NO WAY OUT", "act"), Html.text(" 1"))
                                .of("number")
                        : Grid.number(count.nodes()));
        if (told) {
            cells.add(Grid.number(count.capacity().cores()));
            cells.add(Grid.cell(
                            count.capacity().memory() == 0
                                    ? "not told"
                                    : count.capacity().memoryQuantity())
                    .of("number"));
        }
        return cells;
    }
}
