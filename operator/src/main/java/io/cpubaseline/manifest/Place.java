package io.cpubaseline.manifest;

import com.fasterxml.jackson.core.JsonLocation;
import org.jspecify.annotations.Nullable;

/**
 * A place in a file.
 *
 * @param file the file's name as the user gave it
 * @param line the line, from 1; 0 if not known
 * @param column the column, from 1; 0 if not known
 */
public record Place(String file, int line, int column) {

    static Place of(String file, @Nullable JsonLocation location) {
        return location == null ? new Place(file, 0, 0) : of(file, location.getLineNr(), location.getColumnNr());
    }

    /** The same by what a parser tells: less than 1 where it doesn't know. */
    static Place of(String file, int line, int column) {
        return line < 1 ? new Place(file, 0, 0) : new Place(file, line, Math.max(0, column));
    }

    /** In the notation of compilers, which editors understand: {@code nodes.yaml:12:5}. */
    @Override
    public String toString() {
        if (line == 0) {
            return file;
        }
        return column == 0 ? file + ":" + line : file + ":" + line + ":" + column;
    }
}
