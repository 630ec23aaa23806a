package io.cpubaseline.operator.watch;

import static io.cpubaseline.operator.watch.JsonFields.eachUntil;
import static io.cpubaseline.operator.watch.JsonFields.number;
import static io.cpubaseline.operator.watch.JsonFields.text;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/**
 * The events of a watch, one per line. A line is looked at for its type and version, which stand at its begin, then by a reader, if the object
 * is wanted; so an object that no reader understands doesn't end the stream.
 */
final class WatchFrames {

    private final InputStream stream;
    private final JsonFactory json;
    private byte[] buffer = new byte[32 * 1024];
    private int lineStart;
    private int lineEnd;
    private int filled;

    private String type = "";
    private String resourceVersion = "";
    private int code;
    private String message = "";

    WatchFrames(InputStream stream, JsonFactory json) {
        this.stream = stream;
        this.json = json;
    }

    /** Waits for the next event; false at the end of the stream. */
    boolean next() throws IOException {
        if (!nextLine()) {
            return false;
        }
        type = "";
        resourceVersion = "";
        code = 0;
        message = "";
        try (JsonParser parser = json.createParser(buffer, lineStart, lineEnd - lineStart)) {
            parser.nextToken();
            eachUntil(this::isKnown, parser, (field, value) -> {
                switch (field) {
                    case "type" -> type = text(value);
                    case "object" -> eachUntil(this::isKnown, value, this::object);
                    default -> {}
                }
            });
        }
        return true;
    }

    /** Both stand at the line's begin, before almost all of its text; an error has no version, and is read as a whole. */
    private boolean isKnown() {
        return !type.isEmpty() && !resourceVersion.isEmpty();
    }

    private void object(String field, JsonParser value) throws IOException {
        switch (field) {
            case "metadata" ->
                eachUntil(this::isKnown, value, (name, text) -> {
                    if (name.equals("resourceVersion")) {
                        resourceVersion = text(text);
                    }
                });
            case "code" -> code = (int) number(value);
            case "message" -> message = text(value);
            default -> {}
        }
    }

    /** {@code ADDED}, {@code MODIFIED}, {@code DELETED}, {@code BOOKMARK} or {@code ERROR}. */
    String type() {
        return type;
    }

    /** The version of the event's object, where a later watch can go on; empty for errors. */
    String resourceVersion() {
        return resourceVersion;
    }

    /** The code of an error's Status. */
    int code() {
        return code;
    }

    /** The message of an error's Status. */
    String message() {
        return message;
    }

    /** Reads the event's object. */
    <V> V object(ObjectReader<V> reader) throws IOException {
        try (JsonParser parser = json.createParser(buffer, lineStart, lineEnd - lineStart)) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                boolean found = parser.currentName().equals("object");
                parser.nextToken();
                if (found) {
                    return reader.read(parser);
                }
                parser.skipChildren();
            }
        }
        throw new IOException("an event without an object");
    }

    private boolean nextLine() throws IOException {
        lineStart = lineEnd;
        int scanned = lineStart;
        while (true) {
            for (; scanned < filled; scanned++) {
                if (buffer[scanned] == '\n') {
                    lineEnd = scanned + 1;
                    if (isBlank()) {
                        lineStart = lineEnd;
                    } else {
                        return true;
                    }
                }
            }
            if (lineStart > 0) {
                System.arraycopy(buffer, lineStart, buffer, 0, filled - lineStart);
                filled -= lineStart;
                scanned -= lineStart;
                lineStart = 0;
                lineEnd = 0;
            }
            if (filled == buffer.length) {
                buffer = Arrays.copyOf(buffer, 2 * buffer.length);
            }
            int read = stream.read(buffer, filled, buffer.length - filled);
            if (read < 0) {
                return false;
            }
            filled += read;
        }
    }

    private boolean isBlank() {
        for (int i = lineStart; i < lineEnd; i++) {
            if (buffer[i] > ' ') {
                return false;
            }
        }
        return true;
    }
}
