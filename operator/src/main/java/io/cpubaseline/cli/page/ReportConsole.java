package io.cpubaseline.cli.page;

import io.cpubaseline.console.Screen;
import io.cpubaseline.console.Terminal;
import io.cpubaseline.manifest.InputException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where {@code report} writes its page: a mixin. */
final class ReportConsole extends Terminal {

    @Option(
            names = "--output-file",
            paramLabel = "FILE",
            description = "Where to write the page, in place of standard output. A file that is there is replaced.")
    private @Nullable Path file;

    /**
     * Refuses to fill a terminal with a page for a browser, before any work is done.
     *
     * @throws picocli.CommandLine.ParameterException if there is nowhere else to go
     */
    void check() {
        if (file == null && Screen.showsOutput()) {
            throw wrong("this is a page for a browser, and not for a terminal: add --output-file FILE, or > FILE");
        }
    }

    /**
     * Writes the page.
     *
     * @throws InputException if that file can't be written
     */
    void write(String page) {
        if (file == null) {
            out().print(page);
            out().flush();
            return;
        }
        try {
            Files.writeString(file, page, StandardCharsets.US_ASCII);
        } catch (IOException e) {
            throw new InputException("%s can't be written: %s".formatted(file, why(e)));
        }
    }

    private static String why(IOException e) {
        return e instanceof NoSuchFileException
                ? "there is no such directory"
                : e instanceof AccessDeniedException ? "permission denied" : String.valueOf(e.getMessage());
    }
}
