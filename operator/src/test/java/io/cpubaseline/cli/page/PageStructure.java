package io.cpubaseline.cli.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jsoup.nodes.Attribute;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.jsoup.parser.Parser;

/** What is true of every page, whatever it is about: for those who read it, for those who hear it, and for those who mail it. */
final class PageStructure {

    private static final Set<String> ELEMENTS_THAT_LOAD_OR_RUN = Set.of(
            "script",
            "iframe",
            "object",
            "embed",
            "form",
            "input",
            "button",
            "base",
            "img",
            "video",
            "audio",
            "use",
            "image",
            "foreignObject",
            "animate",
            "set",
            "template");

    private final Document page;

    private PageStructure(Document page) {
        this.page = page;
    }

    static Document check(String html) {
        assertThat(html.chars()).allMatch(character -> character < 0x7f);
        Parser parser = Parser.htmlParser().setTrackErrors(10);
        Document page = parser.parseInput(html, "");
        assertThat(parser.getErrors()).isEmpty();
        PageStructure structure = new PageStructure(page);
        structure.isByItself();
        structure.hasLandmarksAndHeadingsInOrder();
        structure.namesLeadSomewhere();
        structure.tablesAreTables();
        structure.drawingsAreDescribed();
        return page;
    }

    private void isByItself() {
        for (Element element : page.getAllElements()) {
            assertThat(ELEMENTS_THAT_LOAD_OR_RUN).doesNotContain(element.tagName());
            for (Attribute attribute : element.attributes()) {
                assertThat(attribute.getKey())
                        .as(element.tagName())
                        .doesNotStartWith("on")
                        .isNotIn("style", "src", "srcset", "action");
                if (attribute.getKey().equals("href")) {
                    assertThat(attribute.getValue()).matches("(?s)#.*|data:.*");
                }
            }
        }
        assertThat(page.select("style").eachText())
                .allSatisfy(css -> assertThat(css).doesNotContain("url(", "@import"));
        assertThat(page.select("meta[http-equiv=Content-Security-Policy]")).hasSize(1);
    }

    private void hasLandmarksAndHeadingsInOrder() {
        assertThat(page.select("html").attr("lang")).isEqualTo("en");
        assertThat(page.title()).isNotBlank();
        assertThat(page.select("main")).hasSize(1);
        assertThat(page.select("nav[aria-label]")).hasSize(1);
        assertThat(page.select("footer")).hasSize(1);
        assertThat(page.body().child(0).attr("href"))
                .as("the skip link comes first")
                .isEqualTo("#summary");
        assertThat(page.select("h1")).hasSize(1);
        int before = 0;
        for (Element heading : page.select("h1, h2, h3, h4, h5, h6")) {
            int level = Integer.parseInt(heading.tagName().substring(1));
            assertThat(heading.text()).isNotBlank();
            assertThat(level).as(heading.text()).isLessThanOrEqualTo(before + 1);
            before = level;
        }
    }

    private void namesLeadSomewhere() {
        List<String> ids = page.select("[id]").eachAttr("id");
        assertThat(ids).doesNotHaveDuplicates();
        Set<String> known = new HashSet<>(ids);
        for (String attribute : List.of("aria-labelledby", "aria-describedby")) {
            assertThat(known).containsAll(page.select("[" + attribute + "]").eachAttr(attribute));
        }
        assertThat(known)
                .containsAll(page.select("a").eachAttr("href").stream()
                        .map(link -> link.substring(1))
                        .toList());
        assertThat(page.select("main > section"))
                .allSatisfy(
                        section -> assertThat(section.attr("aria-labelledby")).isNotEmpty());
    }

    private void tablesAreTables() {
        for (Element table : page.select("table")) {
            assertThat(table.select("> caption").text()).isNotBlank();
            assertThat(table.select("th:not([scope])")).isEmpty();
            Element frame = Objects.requireNonNull(table.parent());
            assertThat(frame.className()).isEqualTo("scroll");
            assertThat(frame.attr("tabindex")).isEqualTo("0");
            assertThat(frame.attr("role")).isEqualTo("region");
            List<Integer> widths = new ArrayList<>();
            for (Element row : table.select("tr")) {
                widths.add(row.children().stream()
                        .mapToInt(cell -> cell.hasAttr("colspan") ? Integer.parseInt(cell.attr("colspan")) : 1)
                        .sum());
                assertThat(row.children().get(0).tagName()).isEqualTo("th");
            }
            assertThat(widths).as(table.select("caption").text()).hasSizeGreaterThan(1);
            assertThat(new HashSet<>(widths)).as(table.select("caption").text()).hasSize(1);
        }
        assertThat(page.select("td.mark:has(> span[aria-hidden])"))
                .allSatisfy(cell -> assertThat(cell.select("> .heard").text()).isNotBlank());
    }

    private void drawingsAreDescribed() {
        for (Element drawing : page.select("svg")) {
            if (drawing.attr("role").equals("img")) {
                assertThat(drawing.select("> title").text()).isNotBlank();
                assertThat(drawing.select("> desc").text()).isNotBlank();
            } else {
                assertThat(drawing.attr("aria-hidden")).isEqualTo("true");
            }
        }
    }
}
