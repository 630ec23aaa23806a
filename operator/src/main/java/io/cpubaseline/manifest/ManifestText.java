package io.cpubaseline.manifest;

import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/**
 * The text of a manifest: UTF-8, or UTF-16 with a byte order mark, which is what PowerShell writes for {@code kubectl … > file}. Bytes
 * that are no text, and characters that no manifest may have, are errors with their line.
 */
final class ManifestText extends Reader {

    private static final int BUFFER = 1 << 16;

    private final String file;
    private final InputStream stream;
    private final ByteBuffer bytes = ByteBuffer.allocate(BUFFER);
    private final CharBuffer chars = CharBuffer.allocate(BUFFER);
    private final CharsetDecoder decoder;
    private boolean ended;
    private int line = 1;
    private int column = 1;

    /**
     * Starts to read.
     *
     * @param file the file's name, for messages
     * @param stream the file's content, closed with this reader
     * @throws IOException if it can't be read
     */
    ManifestText(String file, InputStream stream) throws IOException {
        this.file = file;
        this.stream = stream;
        chars.flip();
        // Enough to tell encoding and format, even from a pipe that hands out little pieces.
        bytes.limit(stream.readNBytes(bytes.array(), 0, BUFFER));
        this.decoder = charset()
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
    }

    /** The first character that is not white space, which stays to be read; 0 if there is none in the first 64 KiB. */
    char firstVisible() throws IOException {
        if (!chars.hasRemaining()) {
            decode();
        }
        for (int i = chars.position(); i < chars.limit(); i++) {
            if (!Character.isWhitespace(chars.get(i))) {
                return chars.get(i);
            }
        }
        return 0;
    }

    /** What is decoded and not yet read. */
    String buffered() {
        return chars.toString();
    }

    @Override
    public int read(char[] target, int offset, int length) throws IOException {
        if (!chars.hasRemaining() && !decode()) {
            return -1;
        }
        int count = Math.min(length, chars.remaining());
        chars.get(target, offset, count);
        return count;
    }

    @Override
    public void close() throws IOException {
        stream.close();
    }

    private Charset charset() {
        int first = bytes.remaining() > 0 ? bytes.get(0) & 0xFF : -1;
        int second = bytes.remaining() > 1 ? bytes.get(1) & 0xFF : -1;
        int third = bytes.remaining() > 2 ? bytes.get(2) & 0xFF : -1;
        if (first == 0x1F && second == 0x8B) {
            throw new InputException(new Place(file, 0, 0), "is compressed by gzip; unpack it first");
        }
        if (first == 0xFE && second == 0xFF) {
            bytes.position(2);
            return StandardCharsets.UTF_16BE;
        }
        if (first == 0xFF && second == 0xFE) {
            bytes.position(2);
            return StandardCharsets.UTF_16LE;
        }
        if (first == 0xEF && second == 0xBB && third == 0xBF) {
            bytes.position(3);
        }
        return StandardCharsets.UTF_8;
    }

    /** Fills the empty buffer of characters; false at the end of the text. */
    private boolean decode() throws IOException {
        chars.clear();
        while (chars.position() == 0) {
            CoderResult result = decoder.decode(bytes, chars, ended);
            if (result.isError()) {
                count(chars.flip());
                throw new InputException(
                        new Place(file, line, column),
                        "expected text in UTF-8, found the byte 0x%02x; save the file as UTF-8"
                                .formatted(bytes.get(bytes.position()) & 0xFF));
            }
            if (chars.position() == 0) {
                if (ended) {
                    chars.flip();
                    return false;
                }
                readBytes();
            }
        }
        count(chars.flip());
        return true;
    }

    private void readBytes() throws IOException {
        bytes.compact();
        int count = stream.read(bytes.array(), bytes.position(), bytes.remaining());
        ended = count < 0;
        bytes.position(bytes.position() + Math.max(0, count));
        bytes.flip();
    }

    private void count(CharBuffer text) {
        for (int i = text.position(); i < text.limit(); i++) {
            char c = text.get(i);
            if (c == '\n') {
                line++;
                column = 1;
            } else {
                if (c < ' ' && c != '\t' && c != '\r' || c == 0x7F) {
                    throw new InputException(
                            new Place(file, line, column),
                            c == 0
                                    ? "expected text in UTF-8, found the character U+0000; save the file as UTF-8"
                                    : "expected text, found the control character U+%04X; remove it"
                                            .formatted((int) c));
                }
                column++;
            }
        }
    }
}
