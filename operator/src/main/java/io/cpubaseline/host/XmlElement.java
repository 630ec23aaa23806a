package io.cpubaseline.host;

import io.cpubaseline.manifest.Place;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An element of an XML document.
 *
 * @param name its name
 * @param attributes its attributes
 * @param children the elements in it
 * @param text the text in it, without that of its children, stripped
 * @param place where it begins
 */
record XmlElement(String name, Map<String, String> attributes, List<XmlElement> children, String text, Place place) {

    /** Makes the collections immutable, and small: most are empty. */
    XmlElement {
        attributes = Map.copyOf(attributes);
        children = List.copyOf(children);
    }

    /** The first child of that name. */
    Optional<XmlElement> child(String wanted) {
        return children.stream().filter(child -> child.name.equals(wanted)).findFirst();
    }

    /** The element that a path of names leads to. */
    Optional<XmlElement> at(String... path) {
        Optional<XmlElement> element = Optional.of(this);
        for (String step : path) {
            element = element.flatMap(parent -> parent.child(step));
        }
        return element;
    }

    /** The children of that name. */
    List<XmlElement> all(String wanted) {
        return children.stream().filter(child -> child.name.equals(wanted)).toList();
    }

    /** The text of the first child of that name; empty if there is none. */
    String textOf(String wanted) {
        return child(wanted).map(XmlElement::text).orElse("");
    }

    /** The attribute's value; empty if there is none. */
    String attribute(String wanted) {
        return attributes.getOrDefault(wanted, "");
    }
}
