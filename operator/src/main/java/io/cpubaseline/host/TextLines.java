package io.cpubaseline.host;

import io.cpubaseline.manifest.InputException;
import io.cpubaseline.manifest.Place;
import java.io.IOException;
import java.io.Reader;
import org.jspecify.annotations.Nullable;

/** A text line by line, each of bounded length. */
final class TextLines {

    /** A CPU's flags are some two thousand characters. */
    private static final int LONGEST = 1 << 16;

    private static final int BUFFER = 1 << 13;

    private final String file;
    private final Reader reader;
    private final char[] buffer = new char[BUFFER];
    private int next;
    private int filled;
    private int number;
    private boolean cutOff;

    TextLines(String file, Reader reader) {
        this.file = file;
        this.reader = reader;
    }

    /**
     * The next line without its end; null after the last.
     *
     * @throws InputException if it is too long for any line of these texts
     */
    @Nullable
    String next() throws IOException {
        StringBuilder line = new StringBuilder();
        boolean something = false;
        number++;
        while (fill()) {
            something = true;
            char c = buffer[next++];
            if (c == '\n') {
                return text(line);
            }
            if (line.length() == LONGEST) {
                throw new InputException(
                        place(), "expected a line, found one of more than %d characters".formatted(LONGEST));
            }
            line.append(c);
        }
        cutOff |= something;
        return something ? text(line) : null;
    }

    private static String text(StringBuilder line) {
        int end = line.length();
        return end > 0 && line.charAt(end - 1) == '\r' ? line.substring(0, end - 1) : line.toString();
    }

    /** Where the line is that was read last. */
    Place place() {
        return new Place(file, number, 0);
    }

    /** Whether the text ended without a line break: then its last line may be only a part of one. */
    boolean cutOff() {
        return cutOff;
    }

    private boolean fill() throws IOException {
        while (next == filled) {
            filled = reader.read(buffer, 0, BUFFER);
            next = 0;
            if (filled < 0) {
                filled = 0;
                return false;
            }
        }
        return true;
    }
}
