package io.cpubaseline.cli.html;

import io.cpubaseline.cli.html.Html.Element;
import io.cpubaseline.cli.html.Html.Pieces;
import io.cpubaseline.cli.html.Html.Text;
import java.util.Map;
import java.util.Set;

/**
 * A page by itself: it loads nothing, runs nothing, and its policy forbids both. It is written in ASCII, so that no encoding on its way to a browser
 * can spoil it.
 *
 * @param title what a browser shows in its tab
 * @param icon a small picture for the tab, as a {@code data:} address
 * @param style how it looks
 * @param body what is in it
 */
public record HtmlDocument(String title, String icon, Stylesheet style, Html body) {

    private static final Set<String> VOID = Set.of("br", "col", "hr", "img", "link", "meta", "wbr");

    /** After these a line ends, so that lines stay short enough to be read and mailed. */
    private static final Set<String> OWN_LINE = Set.of(
            "article",
            "caption",
            "dd",
            "details",
            "div",
            "dl",
            "dt",
            "figcaption",
            "figure",
            "footer",
            "g",
            "h1",
            "h2",
            "h3",
            "h4",
            "header",
            "li",
            "main",
            "nav",
            "ol",
            "p",
            "pre",
            "section",
            "summary",
            "svg",
            "table",
            "tbody",
            "td",
            "th",
            "thead",
            "tr",
            "ul");

    private static final char REPLACEMENT = '\ufffd';

    /** The page as a text. */
    public String text() {
        StringBuilder out = new StringBuilder("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n");
        line(out, Html.element("meta").with("charset", "utf-8"));
        line(
                out,
                Html.element("meta")
                        .with("http-equiv", "Content-Security-Policy")
                        .with(
                                "content",
                                "default-src 'none'; style-src %s; img-src data:; base-uri 'none'; form-action 'none'"
                                        .formatted(style.source())));
        line(out, Html.element("meta").with("name", "viewport").with("content", "width=device-width, initial-scale=1"));
        line(out, Html.element("meta").with("name", "color-scheme").with("content", "light dark"));
        line(out, Html.element("meta").with("name", "referrer").with("content", "no-referrer"));
        line(out, Html.element("title", title));
        line(out, Html.element("link").with("rel", "icon").with("href", icon));
        out.append("<style>").append(style.css()).append("</style>\n</head>\n<body>\n");
        write(out, body);
        return out.append("</body>\n</html>\n").toString();
    }

    private static void line(StringBuilder out, Html html) {
        write(out, html);
        out.append('\n');
    }

    private static void write(StringBuilder out, Html html) {
        if (html instanceof Text text) {
            escaped(out, text.text());
        } else if (html instanceof Pieces pieces) {
            pieces.pieces().forEach(piece -> write(out, piece));
        } else if (html instanceof Element element) {
            write(out, element);
        }
    }

    private static void write(StringBuilder out, Element element) {
        out.append('<').append(element.name());
        for (Map.Entry<String, String> attribute : element.attributes().entrySet()) {
            out.append(' ').append(attribute.getKey()).append("=\"");
            escaped(out, attribute.getValue());
            out.append('"');
        }
        out.append('>');
        if (!VOID.contains(element.name())) {
            element.children().forEach(child -> write(out, child));
            out.append("</").append(element.name()).append('>');
        }
        if (OWN_LINE.contains(element.name())) {
            out.append('\n');
        }
    }

    /** Everything but plain ASCII becomes a reference; what no page may have, or what would turn text around, a replacement character. */
    private static void escaped(StringBuilder out, String text) {
        for (int i = 0; i < text.length(); ) {
            int character = text.codePointAt(i);
            i += Character.charCount(character);
            switch (character) {
                case '&' -> out.append("&amp;");
                case '<' -> out.append("&lt;");
                case '>' -> out.append("&gt;");
                case '"' -> out.append("&quot;");
                case '\'' -> out.append("&#39;");
                case '\n', '\t' -> out.append((char) character);
                default -> {
                    if (character >= ' ' && character < 0x7f) {
                        out.append((char) character);
                    } else {
                        out.append("&#x")
                                .append(Integer.toHexString(isForbidden(character) ? REPLACEMENT : character))
                                .append(';');
                    }
                }
            }
        }
    }

    /**
     * Control characters, halves of a pair, and characters that are none (HTML, "Preprocessing the input stream"); and marks that change the direction of
     * what follows them (Unicode UAX #9), by which a name could make other text read otherwise.
     */
    private static boolean isForbidden(int character) {
        return character < 0xa0
                || character >= 0xd800 && character <= 0xdfff
                || character >= 0xfdd0 && character <= 0xfdef
                || (character & 0xfffe) == 0xfffe
                || character >= 0x202a && character <= 0x202e
                || character >= 0x2066 && character <= 0x2069;
    }
}
