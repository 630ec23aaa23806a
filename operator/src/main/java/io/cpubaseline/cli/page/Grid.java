package io.cpubaseline.cli.page;

import static io.cpubaseline.cli.html.Html.element;

import io.cpubaseline.cli.html.Html;
import io.cpubaseline.cli.html.Html.Element;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A table with a caption, headings of columns and rows, and groups of rows. Where it is wider than the page it scrolls by itself. */
final class Grid {

    private final String id;
    private final Html caption;
    private final List<Html> headings = new ArrayList<>();
    private final List<Html> bodies = new ArrayList<>();
    private final List<Html> rows = new ArrayList<>();
    private String cssClass = "";

    /**
     * An empty one.
     *
     * @param id by which it is found on the page
     * @param caption what it shows
     */
    Grid(String id, String caption) {
        this.id = id;
        this.caption = element("caption", element("span", caption).with("id", id + "-caption"));
    }

    Grid of(String name) {
        cssClass = name;
        return this;
    }

    /** Another column. */
    Grid column(String heading) {
        return column(Html.text(heading), "");
    }

    /** Another column of numbers. */
    Grid numbers(String heading) {
        return column(Html.text(heading), "number");
    }

    /** Another column, in this class. */
    Grid column(Html heading, String name) {
        Element cell = element("th", heading).with("scope", "col");
        headings.add(name.isEmpty() ? cell : cell.of(name));
        return this;
    }

    /** The rows that follow are of this group. */
    Grid group(String heading) {
        endGroup();
        rows.add(element(
                "tr",
                element("th", heading)
                        .with("scope", "rowgroup")
                        .with("colspan", headings.size())
                        .of("group")));
        return this;
    }

    /** Another row, of as many cells as there are columns. */
    Grid row(Html heading, Element... cells) {
        return row(heading, Arrays.asList(cells));
    }

    /** Another row, of as many cells as there are columns. */
    Grid row(Html heading, List<Element> cells) {
        List<Html> row = new ArrayList<>();
        row.add(element("th", heading).with("scope", "row"));
        row.addAll(cells);
        rows.add(element("tr", row));
        return this;
    }

    boolean isEmpty() {
        return rows.isEmpty() && bodies.isEmpty();
    }

    private void endGroup() {
        if (!rows.isEmpty()) {
            bodies.add(element("tbody", rows));
            rows.clear();
        }
    }

    /** The table. */
    Element html() {
        endGroup();
        List<Html> parts = new ArrayList<>();
        parts.add(caption);
        parts.add(element("thead", element("tr", headings)));
        parts.addAll(bodies);
        Element table = element("table", parts);
        return element("div", cssClass.isEmpty() ? table : table.of(cssClass))
                .of("scroll")
                .with("role", "region")
                .with("aria-labelledby", id + "-caption")
                .with("tabindex", "0");
    }

    /** A cell with text. */
    static Element cell(String text) {
        return element("td", text);
    }

    /** A cell. */
    static Element cell(Html... content) {
        return element("td", content);
    }

    /** A cell with a number. */
    static Element number(long number) {
        return element("td", Words.number(number)).of("number");
    }
}
