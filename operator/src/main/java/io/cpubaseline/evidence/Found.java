package io.cpubaseline.evidence;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;

/** Words for what is in a text, for messages about what should be there. */
public final class Found {

    private static final int LONGEST = 60;

    private Found() {}

    /**
     * What the parser stands at, for example {@code the boolean true} or {@code a list}.
     *
     * @throws IOException if the text is not well-formed
     */
    public static String describe(JsonParser value) throws IOException {
        JsonToken token = value.currentToken();
        if (token == null) {
            return "nothing";
        }
        return switch (token) {
            case START_OBJECT -> "an object";
            case START_ARRAY -> "a list";
            case VALUE_TRUE, VALUE_FALSE -> "the boolean " + value.getText();
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> "the number " + abbreviated(value.getText());
            case VALUE_STRING -> "the string \"" + abbreviated(value.getText()) + "\"";
            case VALUE_NULL -> "null";
            case VALUE_EMBEDDED_OBJECT -> "binary data";
            default -> "something else";
        };
    }

    /** The text, cut if it is long, and on one line. */
    public static String abbreviated(String text) {
        int end = text.length() <= LONGEST ? text.length() : LONGEST;
        StringBuilder line = new StringBuilder(end + 1);
        for (int i = 0; i < end; i++) {
            char c = text.charAt(i);
            line.append(Character.isISOControl(c) ? ' ' : c);
        }
        return end < text.length() ? line.append('…').toString() : line.toString();
    }
}
