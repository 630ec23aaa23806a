package io.cpubaseline.lab;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Runs kubectl against the lab, as the bearer of one kubeconfig. */
public final class Kubectl {
    private final Path program;
    private final Path kubeconfig;

    Kubectl(Path program, Path kubeconfig) {
        this.program = program;
        this.kubeconfig = kubeconfig;
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

    /** The same program for the bearer of another kubeconfig. */
    public Kubectl as(Path otherKubeconfig) {
        return new Kubectl(program, otherKubeconfig);
    }

    /**
     * Runs it and returns its standard output.
     *
     * @throws LabException when it fails; the message has what it wrote to standard error
     */
    public String run(String... arguments) {
        Result result = tryRun(arguments);
        if (result.exitCode() != 0) {
            throw new LabException("kubectl " + String.join(" ", arguments) + ": " + result.errors());
        }
        return result.output();
    }

    /** Runs it and returns whatever comes out, failures too. */
    public Result tryRun(String... arguments) {
        try {
            Path errors = Files.createTempFile(kubeconfig.getParent(), "kubectl", ".err");
            try {
                ProcessBuilder builder = process(Arrays.asList(arguments))
                        .redirectInput(Path.of("/dev/null").toFile())
                        .redirectError(errors.toFile());
                Process process = builder.start();
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

    /** Runs it on this process' own terminal, with the caller's working directory; returns its exit code. */
    int show(List<String> arguments) {
        try {
            return process(arguments).inheritIO().start().waitFor();
        } catch (IOException e) {
            throw new LabException("can't run " + program, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LabException("interrupted", e);
        }
    }

    private ProcessBuilder process(List<String> arguments) {
        List<String> command = new ArrayList<>(List.of(program.toString()));
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("KUBECONFIG", kubeconfig.toString());
        builder.environment()
                .put("KUBECACHEDIR", kubeconfig.resolveSibling("kubectl-cache").toString());
        return builder;
    }
}
