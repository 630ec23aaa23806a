package io.cpubaseline.cli.page;

import static io.cpubaseline.cli.html.Html.element;
import static io.cpubaseline.cli.html.Html.text;

import io.cpubaseline.cli.html.Html;
import io.cpubaseline.cli.html.Html.Element;
import io.cpubaseline.cpu.AbiLevel;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Which nodes reach which level: a chart of all, and a row for each kind. */
final class LevelSection {

    private static final int ROW = 30;
    private static final int NOTE = 14;
    private static final int LEAST = 4;
    private static final int LEFT = 84;
    private static final int BAR = 190;
    private static final int WIDTH = 360;
    private static final int NAMES = 2;

    /** How many names of a kind's nodes the page holds: with thousands it would be long, and nobody would read them. */
    private static final int ALL_NAMES = 200;

    private static final List<AbiLevel> LEVELS = List.of(AbiLevel.V1, AbiLevel.V2, AbiLevel.V3, AbiLevel.V4);

    private LevelSection() {}

    static Optional<Section> of(Findings findings) {
        Kinds kinds = findings.kinds();
        if (kinds.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(Section.of(
                "levels",
                "Nodes and levels",
                Parts.paragraph(
                        "Nodes with the same CPU features are one kind, under a letter that stands for them all over this page. A level is what programs and"
                                + " operating systems are built for; each contains the one before."),
                element("figure", chart(findings), element("figcaption", figcaption(findings)))
                        .of("figure"),
                table(findings)));
    }

    private static String figcaption(Findings findings) {
        return "How many nodes reach each level by themselves%s."
                .formatted(findings.answered().isEmpty() ? "" : ", and which level guests get");
    }

    private static Html chart(Findings findings) {
        Map<AbiLevel, Integer> nodes = findings.kinds().nodesByLevel();
        int all = findings.kinds().nodes();
        List<Html> shapes = new ArrayList<>();
        List<String> words = new ArrayList<>();
        int y = 0;
        for (AbiLevel level : LEVELS) {
            int reach = nodes.getOrDefault(level, 0);
            List<String> given = findings.answered().stream()
                    .filter(scope -> scope.given().orElseThrow().level() == level)
                    .map(Scope::name)
                    .toList();
            String gets = given.isEmpty() ? "" : gets(given, findings.severalVendors());
            shapes.add(Parts.label(0, y + 20, given.isEmpty() ? "label" : "label strong", level.label()));
            shapes.add(bar(y, BAR, "track"));
            if (reach > 0) {
                shapes.add(bar(
                        y,
                        Math.max(LEAST, Math.round((float) BAR * reach / all)),
                        given.isEmpty() ? "bar" : "bar chosen"));
            }
            shapes.add(Parts.label(LEFT + BAR + 10, y + 20, "label", Words.number(reach)));
            if (!given.isEmpty()) {
                shapes.add(Parts.label(LEFT, y + 37, "label small", gets));
            }
            words.add("%s: %s of %s%s"
                    .formatted(level, Words.number(reach), Words.nodes(all), gets.isEmpty() ? "" : ", " + gets));
            y += given.isEmpty() ? ROW : ROW + NOTE;
        }
        return Parts.drawing(
                "levels-chart", "Nodes that reach each level", String.join("; ", words) + ".", WIDTH, y + 4, shapes);
    }

    private static String gets(List<String> scopes, boolean several) {
        return several ? "guests get it: " + String.join(", ", scopes) : "guests get it";
    }

    private static Element bar(int y, int width, String cssClass) {
        return element("rect")
                .with("x", LEFT)
                .with("y", y + 8L)
                .with("width", width)
                .with("height", 14)
                .with("rx", 3)
                .of(cssClass);
    }

    private static Html table(Findings findings) {
        boolean cores =
                findings.kinds().all().stream().anyMatch(kind -> kind.capacity().milliCores() > 0);
        Grid grid = new Grid("kinds", "Kinds of nodes and the levels that each reaches by itself")
                .column("Kind")
                .numbers("Nodes")
                .column("Vendor");
        LEVELS.forEach(level -> grid.column(Html.text(level.label()), "mark"));
        if (cores) {
            grid.numbers("Cores");
        }
        grid.column(Html.text("Known by"), "whole");
        for (Kind kind : findings.kinds().shown()) {
            List<Element> cells = new ArrayList<>();
            cells.add(Grid.number(kind.size()));
            cells.add(Grid.cell(kind.vendor()));
            LEVELS.forEach(level -> cells.add(Mark.of(kind, level).cell()));
            if (cores) {
                cells.add(Grid.number(kind.capacity().cores()));
            }
            cells.add(known(kind).of("whole"));
            grid.row(heading(kind), cells);
        }
        if (!findings.kinds().further().isEmpty()) {
            further(findings.kinds(), cores, grid);
        }
        return Html.all(grid.html(), legend(findings));
    }

    private static void further(Kinds kinds, boolean cores, Grid grid) {
        List<Element> cells = new ArrayList<>();
        cells.add(Grid.number(kinds.furtherNodes()));
        cells.add(Grid.cell(Words.and(
                kinds.further().stream().map(Kind::vendor).distinct().sorted().toList())));
        for (AbiLevel level : LEVELS) {
            long reach = kinds.further().stream()
                    .filter(kind -> kind.level().atLeast(level))
                    .count();
            cells.add(Grid.cell("%s of %s"
                            .formatted(
                                    Words.number(reach),
                                    Words.number(kinds.further().size())))
                    .of("mark"));
        }
        if (cores) {
            cells.add(Grid.number(kinds.further().stream()
                    .mapToLong(kind -> kind.capacity().cores())
                    .sum()));
        }
        cells.add(Grid.cell("cpu-baseline plan --all shows them"));
        grid.row(text("%s more kinds".formatted(Words.number(kinds.further().size()))), cells);
    }

    /** The letter, and which nodes it stands for. */
    private static Html heading(Kind kind) {
        List<Html> pieces = new ArrayList<>();
        pieces.add(Parts.letter(kind));
        pieces.add(text(" "));
        List<String> names = kind.names();
        if (names.size() <= NAMES) {
            pieces.add(names(names));
            return Html.all(pieces);
        }
        pieces.add(Parts.name(names.get(0)));
        int listed = Math.min(ALL_NAMES, names.size());
        pieces.add(text(" "));
        pieces.add(element(
                "details",
                element("summary", "and %s more".formatted(Words.number(names.size() - 1))),
                names(names.subList(1, listed)),
                text(names.size() > listed ? " and %s more".formatted(Words.number(names.size() - listed)) : "")));
        return Html.all(pieces);
    }

    private static Html names(List<String> names) {
        List<Html> pieces = new ArrayList<>();
        for (String name : names) {
            if (!pieces.isEmpty()) {
                pieces.add(text(", "));
            }
            pieces.add(Parts.name(name));
        }
        return Html.all(pieces);
    }

    private static Element known(Kind kind) {
        return switch (kind.evidence().silicon().source()) {
            case HARDWARE -> Grid.cell(text("hardware "), Parts.tag("NOT PROVEN", "act"));
            case HYPERVISOR -> Grid.cell("hypervisor");
            case NODE_FEATURE, LABELS -> Grid.cell("KubeVirt, NFD");
            case NONE -> Grid.cell("KubeVirt");
        };
    }

    private static Html legend(Findings findings) {
        boolean hidden = findings.kinds().shown().stream()
                .anyMatch(kind -> LEVELS.stream().anyMatch(level -> Mark.of(kind, level) == Mark.HIDDEN));
        return Mark.legend(hidden, false);
    }
}
