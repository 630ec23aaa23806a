package io.cpubaseline.operator.cluster;

import org.jspecify.annotations.Nullable;

/**
 * Where a value is in its object. Almost all values are as they should be: so it is put into words only for those that aren't.
 *
 * @param around of the value that has it; null for the object itself
 * @param name of the field, the map's key, or the number of the list's element
 * @param inBrackets whether people write it in brackets, as keys and numbers
 */
record FieldPath(@Nullable FieldPath around, String name, boolean inBrackets) {

    /** Of the object itself. */
    static final FieldPath WHOLE = new FieldPath(null, "", false);

    FieldPath field(String field) {
        return new FieldPath(this, field, false);
    }

    FieldPath key(String key) {
        return new FieldPath(this, key, true);
    }

    FieldPath element(int number) {
        return new FieldPath(this, Integer.toString(number), true);
    }

    /** The JSON pointer (RFC 6901); empty for the object itself. */
    String pointer() {
        return around == null
                ? ""
                : around.pointer() + "/" + name.replace("~", "~0").replace("/", "~1");
    }

    /** The same for people: {@code metadata.labels[zone]}. */
    String words() {
        if (around == null) {
            return "";
        }
        String before = around.words();
        if (inBrackets) {
            return before + "[" + name + "]";
        }
        return before.isEmpty() ? name : before + "." + name;
    }
}
