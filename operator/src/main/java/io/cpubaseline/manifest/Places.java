package io.cpubaseline.manifest;

import com.fasterxml.jackson.core.JsonLocation;
import java.util.Arrays;

/**
 * Where the values of a tree are. Of each some numbers are kept, in the order of the text; pointers are only followed where somebody asks, which is
 * after a mistake.
 */
final class Places {

    private static final int FIRST = 64;

    private final String file;

    private String[] names = new String[FIRST];

    private int[] lines = new int[FIRST];
    private int[] columns = new int[FIRST];

    /** For each value the number of the first one that is not in it. */
    private int[] ends = new int[FIRST];

    private int count;

    Places(String file) {
        this.file = file;
    }

    /** How many values have begun. */
    int count() {
        return count;
    }

    /**
     * A value begins: the first one is the whole, every other one is part of those that have begun and not ended.
     *
     * @param name of the field whose value it is, or the number of the list's element; of the whole it doesn't matter
     * @return its number, for {@link #end}
     */
    int begin(String name, JsonLocation where) {
        if (count == names.length) {
            names = Arrays.copyOf(names, 2 * count);
            lines = Arrays.copyOf(lines, 2 * count);
            columns = Arrays.copyOf(columns, 2 * count);
            ends = Arrays.copyOf(ends, 2 * count);
        }
        names[count] = name;
        lines[count] = where.getLineNr();
        columns[count] = where.getColumnNr();
        return count++;
    }

    /** The value of that number ends. */
    void end(int number) {
        ends[number] = count;
    }

    /** The place of the value that a JSON pointer points to; that of the whole if there is none. */
    Place at(String pointer) {
        int value = 0;
        if (!pointer.isEmpty()) {
            for (String part : pointer.substring(1).split("/", -1)) {
                value = part(value, part.replace("~1", "/").replace("~0", "~"));
                if (value < 0) {
                    return place(0);
                }
            }
        }
        return place(value);
    }

    /** The number of a value's field or element; negative if there is none. */
    private int part(int value, String name) {
        for (int i = value + 1; i < ends[value]; i = ends[i]) {
            if (names[i].equals(name)) {
                return i;
            }
        }
        return -1;
    }

    private Place place(int value) {
        return Place.of(file, lines[value], columns[value]);
    }
}
