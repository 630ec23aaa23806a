package io.cpubaseline.cli.page;

import static io.cpubaseline.cli.html.Html.element;
import static io.cpubaseline.cli.html.Html.text;

import io.cpubaseline.Reason;
import io.cpubaseline.cli.html.Html;
import io.cpubaseline.cli.html.Html.Element;
import io.cpubaseline.cli.planning.FilePlanner;
import io.cpubaseline.cli.planning.HostsTold;
import io.cpubaseline.cli.planning.Notes;
import io.cpubaseline.fleet.Eligibility.State;
import io.cpubaseline.fleet.Fleet;
import io.cpubaseline.fleet.NodeCpu;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Nodes that do not count, and what else there is to look at. */
final class LeftOutSection {

    static final String HEADING = "What to look at";

    private static final int NAMES = 20;

    private LeftOutSection() {}

    static Optional<Section> of(Findings findings) {
        List<Html> content = new ArrayList<>();
        Fleet fleet = findings.whole().fleet();
        Grid grid = new Grid("left-out", "Nodes that have no say in the answer")
                .column("Why")
                .column("State")
                .numbers("Nodes")
                .column("Which");
        for (State state : List.of(State.UNKNOWN, State.UNFIT)) {
            fleet.byReason(state).forEach((reason, nodes) -> row(grid, reason, state, nodes));
        }
        if (!fleet.withoutKubeVirt().isEmpty()) {
            grid.row(
                    text("KubeVirt does not use them"),
                    Grid.cell("not asked"),
                    Grid.number(fleet.withoutKubeVirt().size()),
                    names(fleet.withoutKubeVirt()));
        }
        if (!grid.isEmpty()) {
            content.add(grid.html());
        }
        Set<String> notes = notes(findings);
        if (!notes.isEmpty()) {
            List<Html> items = new ArrayList<>();
            notes.forEach(note -> items.add(element("li", note)));
            content.add(element("h3", "Notes"));
            content.add(element("ul", items));
        }
        return Section.ofAll("attention", HEADING, content);
    }

    private static void row(Grid grid, Reason reason, State state, List<NodeCpu> nodes) {
        grid.row(
                Parts.code(reason.name()),
                Grid.cell(state == State.UNKNOWN ? "unknown" : "unfit"),
                Grid.number(nodes.size()),
                names(nodes));
    }

    private static Element names(List<NodeCpu> nodes) {
        List<Html> pieces = new ArrayList<>();
        nodes.stream().limit(NAMES).map(NodeCpu::name).forEach(name -> {
            if (!pieces.isEmpty()) {
                pieces.add(text(", "));
            }
            pieces.add(Parts.name(name));
        });
        if (nodes.size() > NAMES) {
            pieces.add(text(" and %s more".formatted(Words.number(nodes.size() - NAMES))));
        }
        return element("td", pieces);
    }

    /** Those of every answer, each once. */
    private static Set<String> notes(Findings findings) {
        Set<String> hosts = findings.told().names();
        Set<String> notes = new LinkedHashSet<>();
        for (Scope scope : findings.answers()) {
            List<String> security = SecuritySection.told(scope);
            of(scope.result(), hosts).stream()
                    .filter(note -> security.stream().noneMatch(note::endsWith))
                    .forEach(note ->
                            notes.add(findings.severalVendors() ? "%s: %s".formatted(scope.name(), note) : note));
        }
        findings.untold().ifPresent(untold -> notes.addAll(of(untold, hosts)));
        findings.whole()
                .condition(Notes.CLUSTER_DEFAULT)
                .ifPresent(condition -> notes.add("%s: %s".formatted(condition.reason(), condition.message())));
        HostsTold.Document told = findings.told().document();
        if (told != null) {
            notes.addAll(told.remarks());
        }
        return notes;
    }

    private static List<String> of(FilePlanner.Result result, Set<String> hosts) {
        return Notes.of(result, result.status(), hosts);
    }
}
