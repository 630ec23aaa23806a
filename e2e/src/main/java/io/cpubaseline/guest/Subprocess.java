package io.cpubaseline.guest;

import io.cpubaseline.lab.process.LabException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** A program that is run for what it prints. */
final class Subprocess {
    private Subprocess() {}

    /**
     * Runs it and returns its standard output. What it writes to standard error, progress for example, is shown as it comes.
     *
     * @throws LabException when it fails or can't be run
     */
    static String output(List<String> command) {
        String line = String.join(" ", command);
        try {
            Process process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            int exitCode = process.waitFor();
            if (exitCode != 0) {
                throw new LabException(line + " ended with exit code " + exitCode + "; it says why above");
            }
            return output;
        } catch (IOException e) {
            throw new LabException("can't run " + line, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LabException("interrupted", e);
        }
    }
}
