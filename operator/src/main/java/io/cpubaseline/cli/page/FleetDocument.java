package io.cpubaseline.cli.page;

import static io.cpubaseline.cli.html.Html.element;
import static io.cpubaseline.cli.html.Html.text;

import io.cpubaseline.cli.html.Html;
import io.cpubaseline.cli.html.Html.Element;
import io.cpubaseline.cli.html.HtmlDocument;
import io.cpubaseline.cli.html.Stylesheet;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The page: the answer in words on top, then all that explains it. */
final class FleetDocument {

    private static final String NAME = "CPU baseline report";

    /** The boxes that stand for a level, three of four full. */
    private static final String ICON =
            "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E"
                    + "%3Cg fill='%23127a80'%3E%3Crect x='1' y='9' width='6' height='6' rx='1'/%3E%3Crect x='9' y='9' width='6' height='6' rx='1'/%3E"
                    + "%3Crect x='1' y='1' width='6' height='6' rx='1'/%3E%3C/g%3E%3Crect x='9.5' y='1.5' width='5' height='5' rx='1' fill='none' stroke='%23127a80'/%3E%3C/svg%3E";

    private FleetDocument() {}

    /**
     * The page about these findings.
     *
     * @param title what the reader calls these nodes; empty for nothing
     */
    static HtmlDocument of(Findings findings, Origin origin, String title) {
        Headline headline = Headline.of(findings);
        List<Section> sections = Stream.of(
                        Optional.of(AnswerSection.of(findings)),
                        LevelSection.of(findings),
                        FeatureSection.of(findings),
                        MigrationSection.of(findings),
                        WithoutSection.of(findings),
                        GuestSection.of(findings),
                        SecuritySection.of(findings),
                        CapacitySection.of(findings),
                        LeftOutSection.of(findings),
                        Optional.of(ProvenanceSection.of(findings, origin)),
                        Optional.of(Vocabulary.section()))
                .flatMap(Optional::stream)
                .toList();
        List<Html> main = new ArrayList<>();
        main.add(summary(findings, headline, title));
        sections.forEach(section -> main.add(section.html()));
        return new HtmlDocument(
                "%s \u00b7 %s".formatted(title.isEmpty() ? headline.words() : title, NAME),
                ICON,
                Stylesheet.shipped(FleetDocument.class, "page.css"),
                Html.all(
                        element("a", "Skip to the answer").of("skip").with("href", "#summary"),
                        contents(sections),
                        element("main", main).with("id", "main"),
                        element(
                                "footer",
                                element(
                                        "p",
                                        "Made by cpu-baseline report. This page loads nothing and runs nothing."))));
    }

    private static Element contents(List<Section> sections) {
        List<Html> links = new ArrayList<>();
        links.add(element("li", element("a", "In short").with("href", "#summary")));
        sections.forEach(section -> links.add(element("li", section.link())));
        return element("nav", element("p", NAME).of("brand"), element("ul", links))
                .with("aria-label", "Contents");
    }

    private static Element summary(Findings findings, Headline headline, String title) {
        List<Html> points = new ArrayList<>();
        for (KeyPoint point : KeyPoint.of(findings)) {
            String tone = switch (point.tone()) {
                case GOOD -> "good";
                case NOTE -> "note";
                case ACT -> "act";
            };
            points.add(element("div", element("dt", point.about()), element("dd", point.sentence()))
                    .of(tone));
        }
        List<Html> content = new ArrayList<>();
        content.add(element("p", title.isEmpty() ? NAME : title).of("eyebrow"));
        content.add(element("h1", Parts.levelsWhole(headline.words())).with("id", "summary-heading"));
        if (findings.unproven()) {
            content.add(element("p", Parts.tag("NOT PROVEN", "act")));
        }
        content.add(element("p", text(headline.lead())).of("lead"));
        if (!points.isEmpty()) {
            content.add(element("h2", "In short"));
            content.add(element("dl", points).of("points"));
        }
        return element("section", content)
                .with("id", "summary")
                .with("aria-labelledby", "summary-heading")
                .with("tabindex", "-1");
    }
}
