package io.cpubaseline.cli.html;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/**
 * How a page looks: the program's own text, which is written as it is.
 *
 * @param css the rules, in ASCII
 */
public record Stylesheet(String css) {

    /** Refuses what could end the element that it is in. */
    public Stylesheet {
        if (css.contains("<") || !css.chars().allMatch(character -> character < 0x7f)) {
            throw new IllegalArgumentException("a stylesheet is ASCII without \"<\"");
        }
    }

    /**
     * One that ships with the program.
     *
     * @param beside the class beside which it lies
     * @param name its file's name
     */
    public static Stylesheet shipped(Class<?> beside, String name) {
        try (InputStream stream = beside.getResourceAsStream(name)) {
            if (stream == null) {
                throw new IllegalStateException("there is no stylesheet " + name);
            }
            return new Stylesheet(new String(stream.readAllBytes(), StandardCharsets.US_ASCII));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** By what a Content-Security-Policy lets it in, and no other ({@code style-src}). */
    String source() {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(css.getBytes(StandardCharsets.US_ASCII));
            return "'sha256-%s'".formatted(Base64.getEncoder().encodeToString(hash));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
