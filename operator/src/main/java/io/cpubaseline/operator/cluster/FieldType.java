package io.cpubaseline.operator.cluster;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;
import io.cpubaseline.evidence.Found;
import io.cpubaseline.evidence.Quantity;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** What a field of a stored object can hold. Fields that nobody reads are of any type. */
abstract class FieldType {

    /** Takes what is of another type. */
    interface Mismatches {

        /**
         * Looks at a value.
         *
         * @param path where it is in the object
         * @param problem what was expected, what is there, and what to do
         */
        void found(FieldPath path, String problem);
    }

    abstract void check(JsonNode value, FieldPath path, Mismatches mismatches);

    /** A string. */
    static FieldType text() {
        return new Scalar("a string") {
            @Override
            boolean fits(JsonNode value) {
                return value.isTextual();
            }

            @Override
            String found(JsonNode value) {
                // 1.10 and yes are no longer as they were written.
                return value.isNumber() || value.isBoolean()
                        ? "a %s; put it in quotes".formatted(value.isNumber() ? "number" : "boolean")
                        : described(value);
            }
        };
    }

    /** A whole number that isn't negative. */
    static FieldType number() {
        return new Scalar("a whole number") {
            @Override
            boolean fits(JsonNode value) {
                return value.isIntegralNumber() && value.canConvertToLong() && value.asLong() >= 0;
            }
        };
    }

    /** True or false. */
    static FieldType truth() {
        return new Scalar("true or false") {
            @Override
            boolean fits(JsonNode value) {
                return value.isBoolean();
            }
        };
    }

    /** A quantity, as a string or a number, that isn't negative. */
    static FieldType quantity() {
        return new Scalar("a quantity such as 500m, 4 or 4Gi") {
            @Override
            boolean fits(JsonNode value) {
                return (value.isTextual() || value.isNumber())
                        && Quantity.thousandths(value.asText()).isPresent();
            }
        };
    }

    /** One of these strings. */
    static FieldType oneOf(String... words) {
        Set<String> known = new TreeSet<>(List.of(words));
        return new Scalar("one of " + String.join(", ", words)) {
            @Override
            boolean fits(JsonNode value) {
                return value.isTextual() && (value.asText().isEmpty() || known.contains(value.asText()));
            }
        };
    }

    /** A list of such values. */
    static FieldType listOf(FieldType items) {
        return new FieldType() {
            @Override
            void check(JsonNode value, FieldPath path, Mismatches mismatches) {
                if (is(value.isArray(), "a list", value, path, mismatches)) {
                    for (int i = 0; i < value.size(); i++) {
                        if (!value.path(i).isNull()) {
                            items.check(value.path(i), path.element(i), mismatches);
                        }
                    }
                }
            }
        };
    }

    /** An object with any keys, each with such a value. */
    static FieldType mapOf(FieldType values) {
        return new FieldType() {
            @Override
            void check(JsonNode value, FieldPath path, Mismatches mismatches) {
                if (is(value.isObject(), "an object", value, path, mismatches)) {
                    value.properties().forEach(entry -> {
                        if (!entry.getValue().isNull()) {
                            values.check(entry.getValue(), path.key(entry.getKey()), mismatches);
                        }
                    });
                }
            }
        };
    }

    /** An object of which these fields are read. */
    static Fields object() {
        return new Fields(Map.of());
    }

    /** An object of which certain fields are read. */
    static final class Fields extends FieldType {

        private final Map<String, FieldType> types;

        private Fields(Map<String, FieldType> types) {
            this.types = types;
        }

        /** The same with one field more. */
        Fields with(String field, FieldType type) {
            Map<String, FieldType> more = new LinkedHashMap<>(types);
            more.put(field, type);
            return new Fields(more);
        }

        /** The same with several fields of one type more. */
        Fields with(FieldType type, String... fields) {
            Fields all = this;
            for (String field : fields) {
                all = all.with(field, type);
            }
            return all;
        }

        /** The same with all fields of another one. */
        Fields with(Fields other) {
            Map<String, FieldType> more = new LinkedHashMap<>(types);
            more.putAll(other.types);
            return new Fields(more);
        }

        @Override
        void check(JsonNode value, FieldPath path, Mismatches mismatches) {
            if (is(value.isObject(), "an object", value, path, mismatches)) {
                types.forEach((name, type) -> {
                    JsonNode part = value.path(name);
                    if (!part.isMissingNode() && !part.isNull()) {
                        type.check(part, path.field(name), mismatches);
                    }
                });
            }
        }
    }

    private abstract static class Scalar extends FieldType {

        private final String expected;

        Scalar(String expected) {
            this.expected = expected;
        }

        abstract boolean fits(JsonNode value);

        String found(JsonNode value) {
            return described(value);
        }

        @Override
        void check(JsonNode value, FieldPath path, Mismatches mismatches) {
            if (!fits(value)) {
                mismatches.found(path, "expected %s, found %s".formatted(expected, found(value)));
            }
        }
    }

    private static boolean is(boolean fits, String expected, JsonNode value, FieldPath path, Mismatches mismatches) {
        if (!fits) {
            mismatches.found(path, "expected %s, found %s".formatted(expected, described(value)));
        }
        return fits;
    }

    private static String described(JsonNode value) {
        try (JsonParser parser = value.traverse()) {
            parser.nextToken();
            return Found.describe(parser);
        } catch (IOException e) {
            throw new IllegalStateException("a tree in memory can't be read", e);
        }
    }
}
