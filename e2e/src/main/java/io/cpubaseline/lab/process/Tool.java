package io.cpubaseline.lab.process;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A command-line program that works on a lab's API server, as the bearer of one kubeconfig. */
public abstract class Tool {
    private final Path program;
    private final Path kubeconfig;
    private final Map<String, String> environment;

    /** The environment is what it gets beside this process' own and the kubeconfig. */
    protected Tool(Path program, Path kubeconfig, Map<String, String> environment) {
        this.program = program;
        this.kubeconfig = kubeconfig;
        this.environment = Map.copyOf(environment);
    }

    /**
     * What one run printed.
     *
     * @param exitCode 0 for success
     * @param output standard output
     * @param errors standard error: warnings too
     */
    public record Result(int exitCode, String output, String errors) {}

    /** The program's path, for people who go on by hand. */
    public Path program() {
        return program;
    }

    /**
     * Runs it and returns its standard output.
     *
     * @throws LabException when it fails; the message has what it wrote to standard error
     */
    public String run(String... arguments) {
        Result result = tryRun(arguments);
        if (result.exitCode() != 0) {
            throw new LabException(commandLine(arguments) + ": " + result.errors());
        }
        return result.output();
    }

    /** Runs it and returns whatever comes out, failures too. */
    public Result tryRun(String... arguments) {
        try {
            Path errors = Files.createTempFile(kubeconfig.getParent(), "tool", ".err");
            try {
                Process process = process(Arrays.asList(arguments))
                        .redirectInput(Path.of("/dev/null").toFile())
                        .redirectError(errors.toFile())
                        .start();
                String output = new String(process.getInputStream().readAllBytes(), UTF_8);
                return new Result(process.waitFor(), output, Files.readString(errors));
            } finally {
                Files.delete(errors);
            }
        } catch (IOException e) {
            throw new LabException("can't run " + program, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LabException("interrupted", e);
        }
    }

    /** The command as one would type it into a shell, with the quotes that it takes. */
    public String commandLine(String... arguments) {
        return Stream.concat(Stream.of(String.valueOf(program.getFileName())), Stream.of(arguments))
                .map(Tool::quoted)
                .collect(Collectors.joining(" "));
    }

    private static String quoted(String word) {
        return word.matches("[A-Za-z0-9_./:=@%+,-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
    }

    private ProcessBuilder process(List<String> arguments) {
        List<String> command = new ArrayList<>(List.of(program.toString()));
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("KUBECONFIG", kubeconfig.toString());
        builder.environment().putAll(environment);
        return builder;
    }
}
