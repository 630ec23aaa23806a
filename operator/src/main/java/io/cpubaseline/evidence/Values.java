package io.cpubaseline.evidence;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The typed values of one object's stream. Null counts as missing everywhere, as it does for Kubernetes; anything else of the wrong
 * type is reported and then counts as missing too. Every method leaves the parser at the end of the value.
 */
final class Values {

    private final OddValues odd;

    Values(OddValues odd) {
        this.odd = odd;
    }

    /** Whether the value is an object, which the caller then has to read. */
    boolean isObject(JsonParser value, String field) throws IOException {
        return is(JsonToken.START_OBJECT, "an object", value, field);
    }

    /** Whether the value is a list, which the caller then has to read. */
    boolean isList(JsonParser value, String field) throws IOException {
        return is(JsonToken.START_ARRAY, "a list", value, field);
    }

    /** The string, or null if there is none. */
    @Nullable
    String text(JsonParser value, String field) throws IOException {
        return is(JsonToken.VALUE_STRING, "a string", value, field) ? value.getText() : null;
    }

    /** The string of a map's entry, or null if there is none. */
    @Nullable
    String text(JsonParser value, String map, String key) throws IOException {
        return value.currentToken() == JsonToken.VALUE_STRING ? value.getText() : text(value, map + "[" + key + "]");
    }

    /** A quantity, which may be a string or a number, or null if there is none. */
    @Nullable
    String quantity(JsonParser value, String field) throws IOException {
        JsonToken token = value.currentToken();
        String text = token == JsonToken.VALUE_NUMBER_INT || token == JsonToken.VALUE_NUMBER_FLOAT
                ? value.getText()
                : text(value, field);
        if (text != null && Quantity.thousandths(text).isEmpty()) {
            odd.found(
                    value.currentTokenLocation(),
                    field,
                    "expected a quantity such as 500m, 4 or 4Gi, found " + Found.describe(value));
            return null;
        }
        return text;
    }

    /** Whether it is {@code true}; null is missing, which is false. */
    boolean isTrue(JsonParser value, String field) throws IOException {
        if (value.currentToken() == JsonToken.VALUE_TRUE || value.currentToken() == JsonToken.VALUE_FALSE) {
            return value.currentToken() == JsonToken.VALUE_TRUE;
        }
        is(JsonToken.VALUE_TRUE, "true or false", value, field);
        return false;
    }

    /** Passes over a map's entry whose text nobody needs, as long as it is one. */
    void skipText(JsonParser value, String map, String key) throws IOException {
        if (value.currentToken() != JsonToken.VALUE_STRING) {
            is(JsonToken.VALUE_STRING, "a string", value, map + "[" + key + "]");
        }
    }

    private boolean is(JsonToken wanted, String expected, JsonParser value, String field) throws IOException {
        JsonToken token = value.currentToken();
        if (token == wanted) {
            return true;
        }
        if (token != JsonToken.VALUE_NULL) {
            String remedy = wanted == JsonToken.VALUE_STRING && token.isScalarValue()
                    ? "; put it in quotes: \"" + Found.abbreviated(value.getText()) + "\""
                    : "";
            odd.found(
                    value.currentTokenLocation(),
                    field,
                    "expected " + expected + ", found " + Found.describe(value) + remedy);
            value.skipChildren();
        }
        return false;
    }
}
