package io.cpubaseline.cli.page;

import static io.cpubaseline.cli.html.Html.element;

import io.cpubaseline.api.v1alpha1.LimitReport;
import io.cpubaseline.baseline.SelectionRules.Group;
import io.cpubaseline.cli.html.Html;
import io.cpubaseline.cpu.AbiLevel;
import io.cpubaseline.cpu.AbiLevels;
import io.cpubaseline.cpu.FeatureSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Which kind of nodes has which instructions, and what stands in the way of more. */
final class FeatureSection {

    private static final int LIMITS = 8;

    /** What no row is worth: each of these features means nothing to a program. */
    private static final int OTHERS = 200;

    private final Findings findings;
    private final Matrix matrix;

    private FeatureSection(Findings findings) {
        this.findings = findings;
        this.matrix = new Matrix(findings, (feature, vendor) -> true);
    }

    static Optional<Section> of(Findings findings) {
        return findings.kinds().isEmpty() ? Optional.empty() : Optional.of(new FeatureSection(findings).section());
    }

    private Section section() {
        List<Html> content = new ArrayList<>();
        for (Scope scope : findings.answers()) {
            limits(scope, content);
        }
        Grid grid = new Grid("features", "Features by kind of nodes, and what guests get").of("matrix");
        matrix.columns(grid);
        AbiLevels levels = findings.catalog().levels();
        List<String> told = new ArrayList<>();
        AbiLevel below = AbiLevel.V1;
        for (AbiLevel level : List.of(AbiLevel.V2, AbiLevel.V3, AbiLevel.V4)) {
            List<String> features =
                    levels.features(level).minus(levels.features(below)).names();
            matrix.group(grid, level.label(), features);
            told.addAll(features);
            below = level;
        }
        List<String> instructions = findings.rules().group(Group.INSTRUCTIONS).names();
        matrix.group(grid, "Other instructions worth having", instructions);
        told.addAll(instructions);
        List<String> others = others(FeatureSet.copyOf(told));
        matrix.group(grid, "Other features that not all kinds have", others);
        told.addAll(others);
        content.add(grid.html());
        content.add(Mark.legend(matrix.has(told, Mark.HIDDEN), false));
        content.add(common());
        return new Section("features", "Features, and what limits", content);
    }

    private void limits(Scope scope, List<Html> content) {
        List<LimitReport> limits = scope.status().limits();
        if (limits.isEmpty()) {
            return;
        }
        content.add(element(
                "h3",
                findings.severalVendors()
                        ? "What stands in the way of more: " + scope.name()
                        : "What stands in the way of more"));
        List<Html> items = new ArrayList<>();
        limits.stream().limit(LIMITS).forEach(limit -> items.add(element("li", sentence(limit))));
        content.add(element("ul", items));
    }

    private static String sentence(LimitReport limit) {
        String message = limit.message();
        return message != null
                ? message
                : "%s is not possible on %s."
                        .formatted(
                                limit.cpuModel() == null ? limit.abiLevel() : limit.cpuModel(),
                                Words.nodes(limit.nodes()));
    }

    /** What some kinds have and others lack, but for what other parts of the page tell. */
    private List<String> others(FeatureSet told) {
        FeatureSet elsewhere = told;
        for (Group group : Group.values()) {
            elsewhere = elsewhere.union(findings.rules().group(group));
        }
        FeatureSet any = findings.kinds().all().stream()
                .map(kind -> kind.cpuClass().usable())
                .reduce(FeatureSet.empty(), FeatureSet::union);
        return any
                .minus(elsewhere)
                .filter(feature -> !findings.rules().nested().test(feature) && !matrix.everywhere(feature))
                .stream()
                .limit(OTHERS)
                .toList();
    }

    private Html common() {
        FeatureSet common = findings.whole().explanation().common();
        return element(
                "details",
                element("summary", "%s that all kinds can give".formatted(Words.count(common.size(), "feature"))),
                element("p", Parts.all(common.names())).of("features"));
    }
}
