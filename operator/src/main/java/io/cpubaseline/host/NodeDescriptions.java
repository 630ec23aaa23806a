package io.cpubaseline.host;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.cpubaseline.manifest.InputException;
import io.cpubaseline.manifest.OpenText;
import io.cpubaseline.manifest.Place;
import java.io.IOException;
import java.io.Reader;
import java.io.StringWriter;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What {@code kubectl describe node} prints (kubectl pkg/describe/describe.go, {@code NodeDescriber}), turned into the Nodes that it was made of, so that
 * they are read as all others are: a JSON object for each, in the line in which its description begins, so that messages name that line.
 *
 * <p>Read are names, labels, annotations, taints, the Ready condition, what is allocatable and the system's architecture; everything else is passed over.
 */
public final class NodeDescriptions extends Reader {

    private static final Pattern BEGINNING = Pattern.compile("Name:[ \\t]+\\S+[ \\t]*\\r?\\n(Roles?|Labels):[ \\t]");
    private static final Pattern FIELD = Pattern.compile("[A-Z][A-Za-z -]{0,40}:(\\s.*)?");
    private static final String NAME = "Name";

    private static final JsonFactory JSON = new JsonFactory();

    private final TextLines lines;
    private String piece = "";
    private int read;
    private int line = 1;

    /** The first line of the next node; null before the first and after the last. */
    private @Nullable String held;

    private int heldAt;
    private boolean started;

    private NodeDescriptions(TextLines lines) {
        this.lines = lines;
    }

    /** Whether a text that begins so is one. */
    public static boolean reads(String beginning) {
        return BEGINNING.matcher(beginning.stripLeading()).lookingAt();
    }

    /** The Nodes of a text, one JSON object after another. */
    public static Reader nodes(OpenText text) {
        return new NodeDescriptions(new TextLines(text.name(), text.characters()));
    }

    @Override
    public int read(char[] target, int offset, int length) throws IOException {
        while (read == piece.length()) {
            if (!next()) {
                return -1;
            }
        }
        int count = Math.min(length, piece.length() - read);
        piece.getChars(read, read + count, target, offset);
        read += count;
        return count;
    }

    @Override
    public void close() {
        // The text is closed by who has opened it.
    }

    /** Reads a node; false if there is none any more. */
    private boolean next() throws IOException {
        String first = started ? held : firstVisible();
        started = true;
        if (first == null) {
            return false;
        }
        Place place = started && held != null ? new Place(lines.place().file(), heldAt, 0) : lines.place();
        held = null;
        NodeDescription node = new NodeDescription(place);
        node.field(NAME, first.substring(first.indexOf(':') + 1).strip());
        String field = NAME;
        for (String text = lines.next(); text != null; text = lines.next()) {
            if (text.startsWith(NAME + ":")) {
                held = text;
                heldAt = lines.place().line();
                break;
            }
            if (FIELD.matcher(text).matches()) {
                int colon = text.indexOf(':');
                field = text.substring(0, colon);
                node.field(field, text.substring(colon + 1).strip());
            } else if (!text.isBlank()) {
                node.further(field, text.strip());
            }
        }
        if (held == null && lines.cutOff()) {
            node.cutOff();
        }
        StringWriter json = new StringWriter();
        json.append("\n".repeat(Math.max(0, place.line() - line)));
        try (JsonGenerator generator = JSON.createGenerator(json)) {
            node.write(generator);
        }
        line = Math.max(line, place.line());
        piece = json.append(' ').toString();
        read = 0;
        return true;
    }

    private @Nullable String firstVisible() throws IOException {
        String text = lines.next();
        while (text != null && text.isBlank()) {
            text = lines.next();
        }
        if (text != null && !text.startsWith(NAME + ":")) {
            throw new InputException(
                    lines.place(), "expected the Name: of kubectl describe node, found something else");
        }
        return text;
    }
}
