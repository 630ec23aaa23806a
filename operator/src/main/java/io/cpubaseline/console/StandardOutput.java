package io.cpubaseline.console;

import java.io.BufferedOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The process's standard output, which remembers that something could not be written: printing itself never fails in Java, and an answer that is
 * cut off must not look like a whole one. Used by one thread at a time.
 */
public final class StandardOutput extends FilterOutputStream {

    private @Nullable IOException failure;

    /** @param out where everything goes */
    public StandardOutput(OutputStream out) {
        super(out);
    }

    /** As a stream to print to, which is written when it is flushed. */
    public PrintStream printing() {
        return new PrintStream(new BufferedOutputStream(this), false, Charset.defaultCharset());
    }

    /** Why something could not be written; nothing if all was, or if the reader has seen enough and closed its end ({@code | head}). */
    public Optional<String> failure() {
        return Optional.ofNullable(failure)
                .map(IOException::getMessage)
                .filter(message -> !message.equals("Broken pipe"));
    }

    @Override
    public void write(int b) throws IOException {
        attempt(() -> out.write(b));
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        attempt(() -> out.write(bytes, offset, length));
    }

    @Override
    public void flush() throws IOException {
        attempt(out::flush);
    }

    private interface Attempt {
        void run() throws IOException;
    }

    private void attempt(Attempt attempt) throws IOException {
        try {
            attempt.run();
        } catch (IOException e) {
            failure = failure == null ? e : failure;
            throw e;
        }
    }
}
