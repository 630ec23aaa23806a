package io.cpubaseline.console;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Where a command prints, and how it refuses options: what the mixins that add {@code -o} to a command have in common. */
public abstract class Terminal {

    @Spec(Spec.Target.MIXEE)
    private @Nullable CommandSpec command;

    /** For a mixin. */
    protected Terminal() {}

    /**
     * Prints a document as JSON, indented.
     *
     * @throws JsonProcessingException if it can't be written as JSON, which is a fault of the program
     */
    protected final void printJson(Object document) throws JsonProcessingException {
        out().println(new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(document));
        out().flush();
    }

    /**
     * Prints a document as YAML.
     *
     * @throws JsonProcessingException if it can't be written as YAML, which is a fault of the program
     */
    protected final void printYaml(Object document) throws JsonProcessingException {
        out().print(Yaml.text(document));
        out().flush();
    }

    /** Where results go. */
    public final PrintWriter out() {
        return commandLine().getOut();
    }

    /** Where everything else goes. */
    public final PrintWriter err() {
        return commandLine().getErr();
    }

    /** A refusal of what the user has asked for: exit code 2. */
    public final ParameterException wrong(String message) {
        return new ParameterException(commandLine(), message);
    }

    private CommandLine commandLine() {
        return Objects.requireNonNull(command, "a command runs inside of a command line")
                .commandLine();
    }
}
