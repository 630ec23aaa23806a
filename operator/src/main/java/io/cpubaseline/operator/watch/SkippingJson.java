package io.cpubaseline.operator.watch;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.io.IOContext;
import com.fasterxml.jackson.core.json.UTF8StreamJsonParser;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * Jackson's parsers for what an API server sends, but objects and lists that nobody reads are passed over by looking for their end alone. Jackson decodes
 * each name in them, and most of a node's text are names: {@code managedFields} repeats all labels. That their text is cut off is noticed; that it is no JSON
 * otherwise isn't, nor are its lines counted.
 */
public final class SkippingJson extends JsonFactory {

    private static final long serialVersionUID = 1;

    /** How much of a stream is read at a time, which is what Jackson itself does. */
    private static final int BUFFER = 8000;

    public SkippingJson(JsonFactoryBuilder builder) {
        super(builder);
    }

    @Override
    protected JsonParser _createParser(InputStream stream, IOContext context) {
        return new Parser(this, context, stream, context.allocReadIOBuffer(BUFFER), 0, 0, true);
    }

    @Override
    protected JsonParser _createParser(byte[] text, int offset, int length, IOContext context) {
        return new Parser(this, context, null, text, offset, offset + length, false);
    }

    private static final class Parser extends UTF8StreamJsonParser {

        Parser(
                SkippingJson factory,
                IOContext context,
                @Nullable InputStream stream,
                byte[] buffer,
                int begin,
                int end,
                boolean recyclable) {
            super(
                    context,
                    factory.getParserFeatures(),
                    stream,
                    factory.getCodec(),
                    factory._byteSymbolCanonicalizer.makeChild(factory.getFactoryFeatures()),
                    buffer,
                    begin,
                    end,
                    0,
                    recyclable);
        }

        @Override
        public JsonParser skipChildren() throws IOException {
            JsonToken begin = _currToken;
            if (begin == JsonToken.START_OBJECT || begin == JsonToken.START_ARRAY) {
                passOver();
                _parsingContext = _parsingContext.clearAndGetParent();
                _currToken = begin == JsonToken.START_OBJECT ? JsonToken.END_OBJECT : JsonToken.END_ARRAY;
            }
            return this;
        }

        /** Goes on behind the end of the object or list that has begun. */
        private void passOver() throws IOException {
            int depth = 1;
            while (depth > 0) {
                byte[] bytes = _inputBuffer;
                int end = _inputEnd;
                int at = _inputPtr;
                while (at < end && !isBracketOrQuote(bytes[at])) {
                    at++;
                }
                _inputPtr = at;
                int next = nextByte();
                if (next == '"') {
                    passOverText();
                } else if (next == '{' || next == '[') {
                    depth++;
                } else if (next == '}' || next == ']') {
                    depth--;
                }
            }
        }

        private void passOverText() throws IOException {
            while (true) {
                byte[] bytes = _inputBuffer;
                int end = _inputEnd;
                int at = _inputPtr;
                while (at < end && bytes[at] != '"' && bytes[at] != '\\') {
                    at++;
                }
                _inputPtr = at;
                int next = nextByte();
                if (next == '"') {
                    return;
                }
                if (next == '\\') {
                    nextByte();
                }
            }
        }

        private static boolean isBracketOrQuote(byte b) {
            return b == '"' || b == '{' || b == '}' || b == '[' || b == ']';
        }

        private int nextByte() throws IOException {
            if (_inputPtr >= _inputEnd && !_loadMore()) {
                _reportInvalidEOF(" in a value that is passed over", JsonToken.NOT_AVAILABLE);
            }
            return _inputBuffer[_inputPtr++];
        }
    }
}
