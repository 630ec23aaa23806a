package io.cpubaseline.operator.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.exc.StreamReadException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Values that are passed over by their bytes are those that Jackson passes over by their tokens. */
class SkippingJsonTest {

    private static final JsonFactory JACKSON = new JsonFactory();
    private static final JsonFactory SKIPPING = new SkippingJson(new JsonFactoryBuilder());
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    /** What ends values, and what only looks as if it did. */
    private static final String[] TEXTS = {
        "",
        "true",
        "}",
        "]}",
        "{\"a\":[",
        "\\",
        "\\\"",
        "\"",
        "a\"b\\\\\"c",
        "\n\t\u0001",
        "äöü€",
        "😀}",
        "x".repeat(9000)
    };

    @Test
    void the_same_is_read_whatever_is_passed_over() throws IOException {
        for (int seed = 0; seed < 3000; seed++) {
            // Given
            byte[] text = tree(new Random(seed), 0).toString().getBytes(StandardCharsets.UTF_8);

            // When
            List<String> expected = read(JACKSON.createParser(text), seed);

            // Then
            assertThat(read(SKIPPING.createParser(text), seed))
                    .as("seed %d", seed)
                    .isEqualTo(expected);
            assertThat(read(SKIPPING.createParser(new Pieces(text, new Random(seed))), seed))
                    .as("in pieces, seed %d", seed)
                    .isEqualTo(expected);
        }
    }

    @Test
    void a_text_that_is_cut_off_is_an_error() throws IOException {
        byte[] text = "{\"a\":{\"b\":[1,{\"c\":\"\\\"}\"}]},\"d\":1}".getBytes(StandardCharsets.UTF_8);
        for (int length = 1; length < text.length; length++) {
            for (int seed = 0; seed < 10; seed++) {
                JsonParser parser = SKIPPING.createParser(text, 0, length);
                int choice = seed;
                assertThatThrownBy(() -> read(parser, choice))
                        .as("%d bytes, seed %d", length, seed)
                        .isInstanceOf(StreamReadException.class);
            }
        }
        assertThat(read(SKIPPING.createParser(text), 1)).isNotEmpty();
    }

    /** The tokens, of which some objects and lists are passed over: which ones is the seed's choice. */
    private static List<String> read(JsonParser parser, int seed) throws IOException {
        Random choice = new Random(seed);
        List<String> seen = new ArrayList<>();
        try (parser) {
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                boolean skips = choice.nextInt(3) == 0;
                if (skips) {
                    parser.skipChildren();
                }
                seen.add(parser.currentToken() + " " + parser.currentName() + " " + parser.getText() + " "
                        + parser.getParsingContext().pathAsPointer());
            }
        }
        return seen;
    }

    private static JsonNode tree(Random random, int depth) {
        int kind = random.nextInt(depth > 4 ? 4 : 8);
        if (depth == 0 || kind >= 6) {
            ObjectNode object = NODES.objectNode();
            for (int i = random.nextInt(5); i > 0; i--) {
                object.set(TEXTS[random.nextInt(TEXTS.length)] + i, tree(random, depth + 1));
            }
            return object;
        }
        if (kind >= 4) {
            ArrayNode list = NODES.arrayNode();
            for (int i = random.nextInt(5); i > 0; i--) {
                list.add(tree(random, depth + 1));
            }
            return list;
        }
        return switch (kind) {
            case 0 -> NODES.numberNode(random.nextInt());
            case 1 -> NODES.nullNode();
            default -> NODES.textNode(TEXTS[random.nextInt(TEXTS.length)]);
        };
    }

    /** A stream that hands out pieces of any size, as connections do. */
    private static final class Pieces extends InputStream {

        private final ByteArrayInputStream bytes;
        private final Random random;

        Pieces(byte[] text, Random random) {
            this.bytes = new ByteArrayInputStream(text);
            this.random = random;
        }

        @Override
        public int read() {
            return bytes.read();
        }

        @Override
        public int read(byte[] target, int offset, int length) {
            return bytes.read(target, offset, Math.min(length, 1 + random.nextInt(7)));
        }
    }
}
