package io.cpubaseline.operator.watch;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.exc.InputCoercionException;
import java.io.IOException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.function.BooleanSupplier;

/**
 * Reading an object from a stream of tokens, field by field. What isn't asked for is passed over, and what has another type than expected
 * counts as missing: stored objects may be older or newer than this program, or simply odd.
 */
public final class JsonFields {

    /** Takes one field; it need not read the value. */
    @FunctionalInterface
    public interface FieldReader {

        /**
         * Looks at a field.
         *
         * @param name the field's name
         * @param value stands at the first token of the value; afterwards there or at its last token
         */
        void read(String name, JsonParser value) throws IOException;
    }

    /** Takes one item of a list. */
    @FunctionalInterface
    public interface ItemReader {

        /**
         * Looks at an item.
         *
         * @param value stands at the first token of the item; afterwards there or at its last token
         */
        void read(JsonParser value) throws IOException;
    }

    private JsonFields() {}

    /** Reads the object that the parser stands at, if it is one, up to its last token. */
    public static void each(JsonParser value, FieldReader reader) throws IOException {
        eachUntil(() -> false, value, reader);
    }

    /** The same, but stops behind the first field after which it is enough, wherever in that the parser stands. */
    static void eachUntil(BooleanSupplier enough, JsonParser value, FieldReader reader) throws IOException {
        if (value.currentToken() != JsonToken.START_OBJECT) {
            value.skipChildren();
            return;
        }
        while (value.nextToken() == JsonToken.FIELD_NAME) {
            String name = value.currentName();
            value.nextToken();
            reader.read(name, value);
            if (enough.getAsBoolean()) {
                return;
            }
            value.skipChildren();
        }
    }

    /** Reads the list that the parser stands at, if it is one, up to its last token. */
    public static void eachItem(JsonParser value, ItemReader reader) throws IOException {
        if (value.currentToken() != JsonToken.START_ARRAY) {
            value.skipChildren();
            return;
        }
        for (JsonToken token = value.nextToken();
                token != null && token != JsonToken.END_ARRAY;
                token = value.nextToken()) {
            reader.read(value);
            value.skipChildren();
        }
    }

    /** The string that the parser stands at; empty if it is none. */
    public static String text(JsonParser value) throws IOException {
        return value.currentToken() == JsonToken.VALUE_STRING ? value.getText() : "";
    }

    /** The string that the parser stands at, as the one object that all equal strings share; empty if it is none. */
    public static String shared(JsonParser value) throws IOException {
        return text(value).intern();
    }

    /** The string, number or truth value that the parser stands at, as it is written; empty if it is none. */
    public static String scalar(JsonParser value) throws IOException {
        return value.currentToken().isScalarValue() && present(value) ? value.getText() : "";
    }

    /** The whole number that the parser stands at; 0 if it is none. */
    public static long number(JsonParser value) throws IOException {
        try {
            return value.currentToken() == JsonToken.VALUE_NUMBER_INT ? value.getValueAsLong() : 0;
        } catch (InputCoercionException e) {
            // More than any number in Kubernetes.
            return 0;
        }
    }

    /** A time as the API server writes it, in seconds since 1970; 0 if it is none. */
    public static long seconds(String time) {
        try {
            return time.isEmpty() ? 0 : Instant.parse(time).getEpochSecond();
        } catch (DateTimeParseException e) {
            return 0;
        }
    }

    /** Whether anything but null is there. */
    public static boolean present(JsonParser value) {
        return value.currentToken() != JsonToken.VALUE_NULL;
    }
}
