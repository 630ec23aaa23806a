package io.cpubaseline.cli.page;

import static io.cpubaseline.cli.html.Html.element;
import static io.cpubaseline.cli.html.Html.text;

import io.cpubaseline.baseline.SelectionRules;
import io.cpubaseline.baseline.SelectionRules.Group;
import io.cpubaseline.cli.html.Html;
import io.cpubaseline.cpu.FeatureSet;
import io.cpubaseline.report.WithheldMitigations;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What protects guests, on which kind of nodes, and what of it guests go without. */
final class SecuritySection {

    private static final Set<String> KERNEL = Set.of("OldFamilyModel", "ForeignVendorModel");

    private static final FeatureSet NESTED = FeatureSet.of("svm", "vmx");

    private final Findings findings;
    private final SelectionRules rules;
    private final Matrix matrix;

    private SecuritySection(Findings findings) {
        this.findings = findings;
        this.rules = findings.rules();
        this.matrix = new Matrix(findings, this::means);
    }

    static Optional<Section> of(Findings findings) {
        return findings.kinds().isEmpty() ? Optional.empty() : Optional.of(new SecuritySection(findings).section());
    }

    private Section section() {
        List<Html> content = new ArrayList<>();
        content.add(Parts.paragraph(
                "A guest's kernel defends itself against attacks that exploit the CPU by controls that the CPU must show it. A control that one kind of"
                        + " nodes lacks is lost to guests that run on all."));
        List<Html> sentences = sentences();
        if (!sentences.isEmpty()) {
            content.add(element("ul", sentences));
        }
        Grid grid = new Grid("controls", "Protection by kind of nodes, and what guests get").of("matrix");
        matrix.columns(grid);
        List<String> told = new ArrayList<>();
        List<String> nowhere = new ArrayList<>();
        group(grid, "Mitigation controls", rules.group(Group.MITIGATION), told, nowhere);
        group(grid, "Hardening of the guest's kernel", rules.group(Group.HARDENING), told, nowhere);
        group(
                grid,
                "Immunity: tells the guest which defence it can do without",
                rules.group(Group.IMMUNITY),
                told,
                nowhere);
        group(grid, "Nested virtualization: no named model gives it", NESTED, told, nowhere);
        if (grid.isEmpty()) {
            content.add(Parts.paragraph("No kind of nodes has any of the controls that the catalog knows."));
        } else {
            content.add(grid.html());
            content.add(Mark.legend(matrix.has(told, Mark.HIDDEN), matrix.has(told, Mark.MEANINGLESS)));
        }
        nowhere.removeIf(feature -> findings.kinds().all().stream()
                .noneMatch(kind -> means(feature, kind.cpuClass().vendor())));
        if (!nowhere.isEmpty()) {
            content.add(element("p", text("On no node: "), Parts.all(nowhere), text(".")));
        }
        return new Section("security", "Security", content);
    }

    private void group(Grid grid, String heading, FeatureSet features, List<String> told, List<String> nowhere) {
        List<String> somewhere = new ArrayList<>();
        for (String feature : features.names()) {
            (findings.kinds().all().stream().allMatch(kind -> Mark.of(kind, feature) == Mark.NO) ? nowhere : somewhere)
                    .add(feature);
        }
        matrix.group(grid, heading, somewhere);
        told.addAll(somewhere);
    }

    /** Whether a control is one of a vendor's CPUs. */
    private boolean means(String feature, String vendor) {
        return NESTED.contains(feature)
                || Arrays.stream(Group.values())
                        .anyMatch(group -> rules.group(group, vendor).contains(feature));
    }

    private List<Html> sentences() {
        List<Html> sentences = new ArrayList<>();
        for (Scope scope : findings.all()) {
            told(scope)
                    .forEach(sentence -> sentences.add(element(
                            "li", findings.severalVendors() ? "%s: %s".formatted(scope.name(), sentence) : sentence)));
        }
        return sentences;
    }

    /** What guests go without though some could have it, and what their kernels leave out because the model shows them another CPU. */
    static List<String> told(Scope scope) {
        List<String> sentences = new ArrayList<>();
        scope.given()
                .map(given -> WithheldMitigations.of(scope.explanation(), given.features()))
                .ifPresent(sentences::addAll);
        scope.condition("MigrationPossible")
                .filter(condition -> KERNEL.contains(condition.reason()))
                .ifPresent(condition -> sentences.add(condition.message()));
        return sentences;
    }
}
