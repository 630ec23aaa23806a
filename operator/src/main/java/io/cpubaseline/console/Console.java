package io.cpubaseline.console;

import com.fasterxml.jackson.core.JsonProcessingException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where and in which format a command prints, and how it refuses options: a mixin of the commands that have {@code -o}. */
public final class Console extends Terminal {

    /** How something is printed; in lower case, as users type it. */
    public enum Format {
        /** For people. */
        table,
        /** One document, indented. */
        json,
        /** The same document. */
        yaml
    }

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            description = "${COMPLETION-CANDIDATES}. Default: table")
    private @Nullable Format format;

    /** The format in which to print. */
    public Format format() {
        return format == null ? Format.table : format;
    }

    /**
     * Prints a document in the user's format, which is not {@link Format#table}.
     *
     * @throws JsonProcessingException if it can't be written as JSON, which is a fault of the program
     */
    public void print(Object document) throws JsonProcessingException {
        if (format() == Format.json) {
            printJson(document);
        } else {
            printYaml(document);
        }
    }
}
