package io.cpubaseline.cli.page;

import static io.cpubaseline.cli.html.Html.element;
import static io.cpubaseline.cli.html.Html.text;

import io.cpubaseline.api.v1alpha1.CandidateBaseline;
import io.cpubaseline.api.v1alpha1.Condition;
import io.cpubaseline.api.v1alpha1.RequiredFeature;
import io.cpubaseline.api.v1alpha1.VendorBaseline;
import io.cpubaseline.cli.html.Html;
import io.cpubaseline.cli.html.Html.Element;
import io.cpubaseline.cpu.AbiLevel;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What guests are given: a card for each answer. */
final class AnswerSection {

    private AnswerSection() {}

    static Section of(Findings findings) {
        List<Html> cards = new ArrayList<>();
        findings.all().forEach(scope -> cards.add(card(scope)));
        for (Scope scope : findings.answers()) {
            if (scope.given().isEmpty()) {
                scope.status().vendorBaselines().forEach(vendor -> cards.add(card(vendor)));
            }
        }
        return Section.of(
                "answer", "The CPU for virtual machines", element("div", cards).of("cards"));
    }

    private static Element card(Scope scope) {
        List<Html> content = new ArrayList<>();
        content.add(heading(scope.name()));
        scope.given()
                .ifPresentOrElse(
                        given -> content.addAll(given(scope, given)), () -> content.addAll(none(scope.ready())));
        candidate(scope, content);
        return element("article", content).of(scope.name().equals(Findings.ONE_FOR_ALL) ? "card aside" : "card");
    }

    private static Html heading(String name) {
        return element("h3", name);
    }

    private static List<Html> given(Scope scope, Given given) {
        List<Html> facts = new ArrayList<>();
        fact(facts, "Level", Parts.level(given.level()));
        fact(facts, "CPU model", Parts.code(given.model()));
        given.required().forEach((purpose, names) -> fact(facts, "With " + words(purpose), Parts.features(names)));
        if (given.required().isEmpty()) {
            fact(facts, "With", text("nothing beside the model"));
        }
        fact(facts, "Revision", Parts.code(given.revision()));
        fact(
                facts,
                "Nodes",
                text("%s of %s count"
                        .formatted(
                                Words.number(scope.contributing()),
                                Words.number(scope.fleet().selected()))));
        List<Html> content = new ArrayList<>();
        if (!scope.unproven().isEmpty()) {
            content.add(element("p", Parts.tag("NOT PROVEN", "act"), text(" The hardware allows it.")));
        }
        content.add(element("dl", facts));
        return content;
    }

    private static List<Html> none(Condition ready) {
        return List.of(
                element("p", Parts.tag("NO BASELINE", "act"), text(" "), Parts.code(ready.reason())),
                Parts.paragraph(Words.onPage(ready.message())));
    }

    private static void candidate(Scope scope, List<Html> content) {
        CandidateBaseline candidate = scope.status().candidate();
        if (candidate == null) {
            return;
        }
        content.add(element(
                "p",
                text("The nodes now say "),
                Parts.code(candidate.revision()),
                text(" (%s), which nobody has approved.%s"
                        .formatted(candidate.abiLevel(), candidate.impact() == null ? "" : " " + candidate.impact()))));
    }

    /** What a vendor's nodes could have, where one baseline for all is asked for and there is none. */
    private static Element card(VendorBaseline vendor) {
        List<Html> facts = new ArrayList<>();
        fact(facts, "Nodes", text(Words.number(vendor.nodes())));
        String model = vendor.cpuModel();
        if (model == null) {
            fact(facts, "CPU model", text("none"));
        } else {
            fact(
                    facts,
                    "Level",
                    Parts.level(
                            AbiLevel.parse(String.valueOf(vendor.abiLevel())).orElse(AbiLevel.NONE)));
            fact(facts, "CPU model", Parts.code(model));
            List<String> names = vendor.requiredFeatures().stream()
                    .map(RequiredFeature::name)
                    .toList();
            if (!names.isEmpty()) {
                fact(facts, "With", Parts.features(names));
            }
        }
        return element(
                        "article",
                        heading("%s by itself".formatted(Words.vendor(vendor.vendor()))),
                        element("dl", facts))
                .of("card aside");
    }

    private static void fact(List<Html> facts, String name, Html value) {
        facts.add(element("div", element("dt", name), element("dd", value)));
    }

    private static String words(String purpose) {
        return purpose.toLowerCase(Locale.ROOT) + " features";
    }
}
