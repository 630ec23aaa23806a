package io.cpubaseline.cli.page;

import static io.cpubaseline.cli.html.Html.text;

import io.cpubaseline.cli.html.Html;
import io.cpubaseline.cli.html.Html.Element;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiPredicate;

/** Which kind of nodes has which features, and what guests get of them. Features of which the same is true share a row. */
final class Matrix {

    private final Findings findings;
    private final BiPredicate<String, String> means;

    /**
     * One for these kinds.
     *
     * @param means whether a feature means something on CPUs of a vendor
     */
    Matrix(Findings findings, BiPredicate<String, String> means) {
        this.findings = findings;
        this.means = means;
    }

    /**
     * Features of which the same is true.
     *
     * @param kinds for each kind that is shown
     * @param further how many of the kinds that are only counted have them
     * @param guests for each answer
     */
    private record Pattern(List<Mark> kinds, int further, List<Mark> guests) {

        boolean has(Mark mark) {
            return kinds.contains(mark) || guests.contains(mark);
        }
    }

    /** The columns. */
    void columns(Grid grid) {
        grid.column("Features");
        for (Kind kind : findings.kinds().shown()) {
            grid.column(Html.all(Parts.heard("Kind "), text(kind.letter())), "mark");
        }
        if (!findings.kinds().further().isEmpty()) {
            grid.column(
                    text("%s more"
                            .formatted(Words.number(findings.kinds().further().size()))),
                    "mark");
        }
        for (Scope scope : findings.answered()) {
            grid.column(text(findings.severalVendors() ? "Guests: " + scope.name() : "Guests get"), "mark guests");
        }
    }

    /** A group of rows; nothing if there are no such features. */
    void group(Grid grid, String heading, List<String> features) {
        Map<Pattern, List<String>> rows = new LinkedHashMap<>();
        features.forEach(feature -> rows.computeIfAbsent(pattern(feature), same -> new ArrayList<>())
                .add(feature));
        if (rows.isEmpty()) {
            return;
        }
        grid.group(heading);
        rows.forEach((pattern, same) -> grid.row(Parts.features(same), cells(pattern)));
    }

    /** Whether some cell of these features has that mark. */
    boolean has(List<String> features, Mark mark) {
        return features.stream().anyMatch(feature -> pattern(feature).has(mark));
    }

    /** Whether all kinds have it. */
    boolean everywhere(String feature) {
        return findings.kinds().all().stream()
                .allMatch(kind -> kind.cpuClass().usable().contains(feature));
    }

    private Pattern pattern(String feature) {
        return new Pattern(
                findings.kinds().shown().stream()
                        .map(kind -> mark(kind, feature))
                        .toList(),
                (int) findings.kinds().further().stream()
                        .filter(kind -> kind.cpuClass().usable().contains(feature))
                        .count(),
                findings.answered().stream().map(scope -> mark(scope, feature)).toList());
    }

    private Mark mark(Kind kind, String feature) {
        Mark mark = Mark.of(kind, feature);
        return mark == Mark.NO && !means.test(feature, kind.cpuClass().vendor()) ? Mark.MEANINGLESS : mark;
    }

    private Mark mark(Scope scope, String feature) {
        boolean given = scope.given().orElseThrow().features().contains(feature);
        boolean meaningful = given
                || scope.explanation().classes().stream()
                        .anyMatch(cost -> means.test(feature, cost.cpuClass().vendor()));
        return meaningful ? Mark.of(given) : Mark.MEANINGLESS;
    }

    private List<Element> cells(Pattern pattern) {
        List<Element> cells = new ArrayList<>();
        pattern.kinds().forEach(mark -> cells.add(mark.cell()));
        int further = findings.kinds().further().size();
        if (further > 0) {
            cells.add(Grid.cell("%s of %s".formatted(Words.number(pattern.further()), Words.number(further)))
                    .of("mark"));
        }
        pattern.guests().forEach(mark -> {
            Element cell = mark.cell();
            cells.add(cell.of(cell.attributes().get("class") + " guests"));
        });
        return cells;
    }
}
