package io.cpubaseline.console;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.PrintWriter;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Where and in which format a command prints, and how it refuses options: a mixin of the commands that have {@code -o}. */
public final class Console {

    /** How something is printed; in lower case, as users type it. */
    public enum Format {
        /** For people. */
        table,
        /** One document, indented. */
        json,
        /** The same document. */
        yaml
    }

    @Spec(Spec.Target.MIXEE)
    private @Nullable CommandSpec command;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            description = "${COMPLETION-CANDIDATES}. Default: table")
    private @Nullable Format format;

    /** The format that the user has named; nothing if none. */
    public Optional<Format> named() {
        return Optional.ofNullable(format);
    }

    /** The format in which to print. */
    public Format format() {
        return named().orElse(Format.table);
    }

    /**
     * Prints a document in the user's format, which is not {@link Format#table}.
     *
     * @throws JsonProcessingException if it can't be written as JSON, which is a fault of the program
     */
    public void print(Object document) throws JsonProcessingException {
        if (format() == Format.json) {
            out().println(new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(document));
        } else {
            out().print(YAMLMapper.builder()
                    .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
                    .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
                    .disable(YAMLGenerator.Feature.SPLIT_LINES)
                    .build()
                    .writeValueAsString(document));
        }
        out().flush();
    }

    /** Where results go. */
    public PrintWriter out() {
        return commandLine().getOut();
    }

    /** Where everything else goes. */
    public PrintWriter err() {
        return commandLine().getErr();
    }

    /** A refusal of what the user has asked for: exit code 2. */
    public ParameterException wrong(String message) {
        return new ParameterException(commandLine(), message);
    }

    private CommandLine commandLine() {
        return Objects.requireNonNull(command, "a command runs inside of a command line")
                .commandLine();
    }
}
