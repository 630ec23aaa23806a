package io.cpubaseline.host;

import io.cpubaseline.manifest.InputException;
import io.cpubaseline.manifest.Place;
import java.io.IOException;
import java.io.Reader;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.stream.Location;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;

/**
 * The XML documents of a text, one after another, as {@code virsh} takes them for {@code hypervisor-cpu-baseline}. There are no DTDs and no entities but
 * XML's own five, so that no document reaches for another file or grows. The only class that uses the JDK's XML: starting without it takes less time.
 */
final class XmlDocuments {

    /** libvirt tells a big host in a quarter of a million characters; a file may have many hosts. */
    private static final int LONGEST = 1 << 24;

    private static final int MOST_ELEMENTS = 300_000;
    private static final int DEEPEST = 32;
    private static final int LONGEST_TEXT = 1 << 12;
    private static final int BUFFER = 1 << 13;

    private static final String ROOT = "d";
    private static final String BEFORE = "<" + ROOT + ">";
    private static final String AFTER = "</" + ROOT + ">";

    /** An XML declaration, which may stand only at a document's start, and here is where each document begins. */
    private static final Pattern DECLARATION = Pattern.compile("<\\?xml\\s[^>]{0,200}\\?>");

    private final String file;
    private int elements;

    private XmlDocuments(String file) {
        this.file = file;
    }

    /**
     * The root elements of the documents.
     *
     * @throws InputException if something is not well-formed, or there is a DTD
     */
    static List<XmlElement> read(String file, Reader reader) throws IOException {
        return new XmlDocuments(file).roots(text(file, reader));
    }

    private static String text(String file, Reader reader) throws IOException {
        StringBuilder text = new StringBuilder(BEFORE);
        char[] buffer = new char[BUFFER];
        for (int count = reader.read(buffer, 0, BUFFER); count >= 0; count = reader.read(buffer, 0, BUFFER)) {
            text.append(buffer, 0, count);
            if (text.length() > LONGEST) {
                throw new InputException(
                        new Place(file, 0, 0),
                        "expected what virsh prints, found more than %d characters; put the hosts into several files"
                                .formatted(LONGEST));
            }
        }
        Matcher declaration = DECLARATION.matcher(text);
        while (declaration.find()) {
            for (int i = declaration.start(); i < declaration.end(); i++) {
                if (text.charAt(i) != '\n') {
                    text.setCharAt(i, ' ');
                }
            }
        }
        return text.append(AFTER).toString();
    }

    private List<XmlElement> roots(String text) {
        XMLStreamReader reader = null;
        try {
            reader = factory().createXMLStreamReader(new StringReader(text));
            reader.nextTag();
            return element(reader, 0).children();
        } catch (XMLStreamException e) {
            throw broken(e.getLocation(), String.valueOf(e.getMessage()), text);
        } catch (InputException e) {
            throw e;
        } catch (RuntimeException e) {
            // Whatever the JDK's parser stumbles over is no XML.
            throw broken(reader == null ? null : reader.getLocation(), String.valueOf(e.getMessage()), text);
        }
    }

    private static XMLInputFactory factory() {
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        factory.setProperty(XMLInputFactory.IS_REPLACING_ENTITY_REFERENCES, false);
        factory.setProperty(XMLInputFactory.IS_NAMESPACE_AWARE, false);
        return factory;
    }

    /** The element whose start the reader is at; afterwards it is at its end. */
    private XmlElement element(XMLStreamReader reader, int depth) throws XMLStreamException {
        Place place = place(reader.getLocation());
        if (++elements > MOST_ELEMENTS) {
            throw new InputException(
                    place, "expected what virsh prints, found more than %d elements".formatted(MOST_ELEMENTS));
        }
        if (depth > DEEPEST) {
            throw new InputException(place, "nested deeper than anything that virsh prints");
        }
        String name = reader.getLocalName();
        Map<String, String> attributes = new HashMap<>();
        for (int i = 0; i < reader.getAttributeCount(); i++) {
            attributes.put(reader.getAttributeLocalName(i), reader.getAttributeValue(i));
        }
        List<XmlElement> children = new ArrayList<>();
        StringBuilder text = new StringBuilder();
        for (int event = reader.next(); event != XMLStreamConstants.END_ELEMENT; event = reader.next()) {
            switch (event) {
                case XMLStreamConstants.START_ELEMENT -> children.add(element(reader, depth + 1));
                case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA -> {
                    // What is so long is none of the texts that are asked for.
                    if (text.length() < LONGEST_TEXT) {
                        text.append(reader.getText());
                    }
                }
                case XMLStreamConstants.ENTITY_REFERENCE ->
                    throw new InputException(
                            place(reader.getLocation()),
                            "expected what virsh prints, found the entity &%s; remove it"
                                    .formatted(reader.getLocalName()));
                default -> {
                    // Comments and processing instructions say nothing.
                }
            }
        }
        return new XmlElement(name, attributes, children, text.toString().strip(), place);
    }

    private Place place(Location location) {
        int line = Math.max(1, location.getLineNumber());
        // The first line has a tag of ours in front.
        return new Place(file, line, 0);
    }

    private InputException broken(@Nullable Location location, String message, String text) {
        Place place = location == null ? new Place(file, 0, 0) : place(location);
        if (text.contains("<!DOCTYPE")) {
            return new InputException(
                    place, "expected what virsh prints, which has no DTD, found <!DOCTYPE; remove it");
        }
        // "ParseError at [row,col]:[3,7]\nMessage: …": the place is told already.
        String problem =
                message.substring(message.lastIndexOf("Message: ") < 0 ? 0 : message.lastIndexOf("Message: ") + 9);
        boolean unclosed = location != null && location.getCharacterOffset() >= text.length() - AFTER.length();
        return new InputException(
                place,
                unclosed
                        ? "not valid XML: the text ends in the middle of an element; it may have been cut off"
                        : "not valid XML: " + problem.strip().replaceAll("\\s+", " "));
    }
}
