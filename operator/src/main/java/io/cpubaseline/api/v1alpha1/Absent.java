package io.cpubaseline.api.v1alpha1;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What the records of this package hold where JSON has nothing, or null. */
final class Absent {

    private Absent() {}

    static String toEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }

    static @Nullable String fromEmpty(@Nullable String text) {
        return text == null || text.isEmpty() ? null : text;
    }

    /** A null element becomes an empty string, so that it is reported as a strange name and not silently dropped. */
    static List<String> toEmptyTexts(@Nullable List<String> texts) {
        return texts == null ? List.of() : texts.stream().map(Absent::toEmpty).toList();
    }

    /** A null element is dropped: there is nothing in it. */
    static <T> List<T> toEmpty(@Nullable List<T> values) {
        return values == null
                ? List.of()
                : values.stream().filter(Objects::nonNull).toList();
    }
}
