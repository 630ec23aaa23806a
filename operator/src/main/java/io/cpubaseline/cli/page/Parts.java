package io.cpubaseline.cli.page;

import static io.cpubaseline.cli.html.Html.element;
import static io.cpubaseline.cli.html.Html.text;

import io.cpubaseline.cli.html.Html;
import io.cpubaseline.cli.html.Html.Element;
import io.cpubaseline.cpu.AbiLevel;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Small parts that all sections are made of. */
final class Parts {

    private static final Pattern LEVEL = Pattern.compile("x86-64-v\\d");
    private static final int FEATURES = 10;
    private static final List<AbiLevel> LEVELS = List.of(AbiLevel.V1, AbiLevel.V2, AbiLevel.V3, AbiLevel.V4);

    private Parts() {}

    /** A paragraph. */
    static Element paragraph(String text) {
        return element("p", text);
    }

    /** A name from the input, which can't change how the text around it reads. */
    static Element name(String name) {
        return element("bdi", name).of("name");
    }

    /** A feature, a model or a command. */
    static Element code(String text) {
        return element("code", text);
    }

    /** Something for those who hear the page. */
    static Element heard(String text) {
        return element("span", text).of("heard");
    }

    /** Something for those who see the page. */
    static Element seen(String text) {
        return element("span", text).with("aria-hidden", "true");
    }

    /** A word that stands out. */
    static Element tag(String text, String tone) {
        return element("span", text).of("tag " + tone);
    }

    /** A kind's letter. */
    static Element letter(Kind kind) {
        return element("span", kind.letter()).of("letter");
    }

    /** Features, the first few in sight and the others one click away. */
    static Html features(List<String> names) {
        if (names.size() <= FEATURES + 2) {
            return all(names);
        }
        return Html.all(
                all(names.subList(0, FEATURES)),
                text(" "),
                element(
                        "details",
                        element("summary", "and %d more".formatted(names.size() - FEATURES)),
                        all(names.subList(FEATURES, names.size()))));
    }

    /** Features, all of them. */
    static Html all(List<String> names) {
        List<Html> pieces = new ArrayList<>();
        for (String name : names) {
            if (!pieces.isEmpty()) {
                pieces.add(text(" "));
            }
            pieces.add(code(name));
        }
        return Html.all(pieces);
    }

    /** A text in which no line ends inside of a level's name. */
    static Html levelsWhole(String text) {
        List<Html> pieces = new ArrayList<>();
        int from = 0;
        Matcher level = LEVEL.matcher(text);
        while (level.find()) {
            pieces.add(text(text.substring(from, level.start())));
            pieces.add(element("span", level.group()).of("whole"));
            from = level.end();
        }
        pieces.add(text(text.substring(from)));
        return Html.all(pieces);
    }

    /** The level as boxes of which as many are full, and in words. */
    static Html level(AbiLevel level) {
        return Html.all(meter(level), text(" " + Words.level(level)));
    }

    /** The level as boxes of which as many are full. */
    static Element meter(AbiLevel level) {
        List<Html> boxes = new ArrayList<>();
        for (AbiLevel step : LEVELS) {
            boxes.add(element("rect")
                    .with("x", boxes.size() * 11L)
                    .with("y", 0)
                    .with("width", 9)
                    .with("height", 9)
                    .with("rx", 2)
                    .of(level.atLeast(step) ? "full" : "free"));
        }
        return element("svg", boxes)
                .of("meter")
                .with("viewBox", "0 0 42 9")
                .with("aria-hidden", "true")
                .with("focusable", "false");
    }

    /** A drawing that is described in words. */
    static Element drawing(String id, String title, String description, int width, int height, List<Html> shapes) {
        List<Html> children = new ArrayList<>();
        children.add(element("title", title).with("id", id + "-title"));
        children.add(element("desc", description).with("id", id + "-desc"));
        children.addAll(shapes);
        return element("svg", children)
                .of("drawing")
                .with("role", "img")
                .with("aria-labelledby", id + "-title")
                .with("aria-describedby", id + "-desc")
                .with("viewBox", "0 0 %d %d".formatted(width, height));
    }

    /** Text in a drawing. */
    static Element label(int x, int y, String cssClass, String text) {
        return element("text", text).with("x", x).with("y", y).of(cssClass);
    }
}
