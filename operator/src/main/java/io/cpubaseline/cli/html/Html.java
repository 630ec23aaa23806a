package io.cpubaseline.cli.html;

import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * A piece of a page. Text is what it says, whatever is in it: it becomes markup nowhere, and {@link HtmlDocument} escapes it. What an input says goes
 * into text and attributes only; names of elements and attributes are the program's own.
 */
public sealed interface Html {

    /** Text as it is. */
    static Html text(String text) {
        return new Text(text);
    }

    /** Several pieces after one another. */
    static Html all(List<? extends Html> pieces) {
        return new Pieces(List.copyOf(pieces));
    }

    /** Several pieces after one another. */
    static Html all(Html... pieces) {
        return all(Arrays.asList(pieces));
    }

    /** Nothing. */
    static Html nothing() {
        return all();
    }

    /** An element with text in it. */
    static Element element(String name, String text) {
        return element(name, text(text));
    }

    /** An element with other pieces in it. */
    static Element element(String name, Html... children) {
        return element(name, Arrays.asList(children));
    }

    /** An element with other pieces in it. */
    static Element element(String name, List<? extends Html> children) {
        return new Element(name, Map.of(), List.copyOf(children));
    }

    /**
     * Text.
     *
     * @param text what is to be read
     */
    record Text(String text) implements Html {}

    /**
     * Several pieces.
     *
     * @param pieces one after another
     */
    record Pieces(List<Html> pieces) implements Html {

        /** Makes the list immutable. */
        public Pieces {
            pieces = List.copyOf(pieces);
        }
    }

    /**
     * An element.
     *
     * @param name its name
     * @param attributes its attributes, in their order
     * @param children what is in it
     */
    record Element(String name, Map<String, String> attributes, List<Html> children) implements Html {

        private static final Pattern NAME = Pattern.compile("[a-z][a-zA-Z0-9-]*");

        /** Makes the collections immutable, and refuses names that could be anything else. */
        public Element {
            attributes = Collections.unmodifiableMap(new LinkedHashMap<>(attributes));
            children = List.copyOf(children);
            if (!NAME.matcher(name).matches()
                    || !attributes.keySet().stream()
                            .allMatch(attribute -> NAME.matcher(attribute).matches())) {
                throw new IllegalArgumentException("no name of an element or attribute: " + name + attributes.keySet());
            }
        }

        /** The same with one more attribute. */
        public Element with(String attribute, String value) {
            Map<String, String> more = new LinkedHashMap<>(attributes);
            more.put(attribute, value);
            return new Element(name, more, children);
        }

        /** The same with one more attribute. */
        public Element with(String attribute, long value) {
            return with(attribute, String.valueOf(value));
        }

        /** The same of this class, by which the stylesheet knows it. */
        public Element of(String cssClass) {
            return with("class", cssClass);
        }
    }
}
