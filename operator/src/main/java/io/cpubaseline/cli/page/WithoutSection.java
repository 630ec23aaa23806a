package io.cpubaseline.cli.page;

import static io.cpubaseline.cli.html.Html.text;

import io.cpubaseline.baseline.Answer;
import io.cpubaseline.baseline.Baseline;
import io.cpubaseline.baseline.Explanation.ClassCost;
import io.cpubaseline.cli.html.Html;
import io.cpubaseline.cli.html.Html.Element;
import io.cpubaseline.cpu.AbiLevel;
import io.cpubaseline.cpu.FeatureSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What the others would have without one kind of nodes. */
final class WithoutSection {

    private WithoutSection() {}

    static Optional<Section> of(Findings findings) {
        List<Html> content = new ArrayList<>();
        for (Scope scope : findings.all()) {
            if (scope.explains() && scope.explanation().classes().size() > 1) {
                content.add(table(findings, scope, content.size()));
            }
        }
        if (content.isEmpty()) {
            return Optional.empty();
        }
        content.add(
                0,
                Parts.paragraph(
                        "If one kind of nodes were taken out, or renewed, this is what the others could give to virtual machines."));
        return Optional.of(new Section("without", "Without one kind of nodes", content));
    }

    private static Html table(Findings findings, Scope scope, int number) {
        Grid grid = new Grid(
                        "without-" + number,
                        findings.severalVendors()
                                ? "%s: what the others would have".formatted(scope.name())
                                : "What the others would have")
                .column("Without")
                .numbers("Nodes")
                .column("Level")
                .column("CPU model")
                .column("Guests gain");
        int rows = 0;
        for (Kind kind : findings.kinds().shown()) {
            Optional<ClassCost> cost = scope.cost(kind);
            if (cost.isPresent()) {
                rows++;
                grid.row(heading(kind), cells(scope, cost.get()));
            }
        }
        int hidden = scope.explanation().classes().size() - rows;
        if (hidden > 0) {
            grid.row(
                    text("%s more kinds".formatted(Words.number(hidden))),
                    Grid.number(findings.kinds().further().stream()
                            .filter(scope::covers)
                            .mapToInt(Kind::size)
                            .sum()),
                    Grid.cell(highest(findings, scope)),
                    Grid.cell("cpu-baseline plan --all shows them"),
                    Grid.cell(""));
        }
        return grid.html();
    }

    /** The best of the kinds that have no row of their own, so that nothing is hidden by their number. */
    private static Html highest(Findings findings, Scope scope) {
        AbiLevel highest = findings.kinds().further().stream()
                .flatMap(kind -> scope.cost(kind).stream())
                .flatMap(cost -> cost.without().baseline().stream())
                .map(Baseline::level)
                .max(AbiLevel::compareTo)
                .orElse(AbiLevel.NONE);
        return text("at most " + Words.level(highest));
    }

    private static Html heading(Kind kind) {
        return Html.all(
                Parts.letter(kind),
                text(" "),
                Parts.name(kind.names().get(0)),
                text(kind.size() == 1 ? "" : " and %s more".formatted(Words.number(kind.size() - 1L))));
    }

    private static List<Element> cells(Scope scope, ClassCost cost) {
        Element nodes = Grid.number(cost.cpuClass().nodes().size());
        Answer without = cost.without();
        if (without.baseline().isEmpty()) {
            return List.of(nodes, Grid.cell("no answer"), Grid.cell("none"), Grid.cell(""));
        }
        Baseline baseline = without.baseline().get();
        FeatureSet gains = scope.given()
                .map(given -> baseline.guestFeatures().minus(given.features()))
                .orElse(baseline.guestFeatures());
        boolean same = gains.isEmpty()
                && scope.given()
                        .filter(given -> given.model().equals(baseline.model().name()))
                        .isPresent();
        if (same) {
            return List.of(
                    nodes, Grid.cell(Parts.level(baseline.level())), Grid.cell("the same"), Grid.cell("nothing"));
        }
        boolean higher = scope.given()
                .filter(given -> baseline.level().compareTo(given.level()) > 0)
                .isPresent();
        return List.of(
                nodes,
                higher
                        ? Grid.cell(Parts.level(baseline.level()), text(" "), Parts.tag("HIGHER", "good"))
                        : Grid.cell(Parts.level(baseline.level())),
                Grid.cell(Parts.code(baseline.model().name())),
                gains.isEmpty() ? Grid.cell("nothing") : Grid.cell(Parts.features(gains.names())));
    }
}
