package io.cpubaseline.cli.page;

import static io.cpubaseline.cli.html.Html.element;
import static io.cpubaseline.cli.html.Html.text;

import io.cpubaseline.cli.html.Html;
import io.cpubaseline.cli.html.Html.Element;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A part of the page with a heading, to which the contents lead.
 *
 * @param id by which it is found
 * @param heading its heading
 * @param content what is in it
 */
record Section(String id, String heading, List<Html> content) {

    static Section of(String id, String heading, Html... content) {
        return new Section(id, heading, Arrays.asList(content));
    }

    static Optional<Section> ofAll(String id, String heading, List<Html> content) {
        return content.isEmpty() ? Optional.empty() : Optional.of(new Section(id, heading, content));
    }

    Element html() {
        List<Html> children = new ArrayList<>();
        children.add(element("h2", heading).with("id", id + "-heading"));
        children.addAll(content);
        return element("section", children).with("id", id).with("aria-labelledby", id + "-heading");
    }

    Element link() {
        return element("a", text(heading)).with("href", "#" + id);
    }
}
