package io.cpubaseline.cli.compare;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.cpubaseline.manifest.InputException;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * libvirt's command line, run once per question.
 *
 * @param program its path, or a name on the PATH
 */
record Virsh(String program) {

    /** Stands for the file with the input in the arguments of a command. */
    static final String FILE = "FILE";

    /** It answers within some ten milliseconds; a hypervisor elsewhere takes longer. */
    private static final int SECONDS = 60;

    private static final String ERROR = "error:";

    /** How a command ended, and what it printed. */
    record Ran(int exitCode, String out, String err) {

        boolean succeeded() {
            return exitCode == 0;
        }

        /** What it complains of, in one line. */
        String complaint() {
            return err.lines()
                    .filter(line -> !line.isBlank())
                    .map(line -> line.startsWith(ERROR) ? line.substring(ERROR.length()) : line)
                    .map(String::strip)
                    .reduce((first, second) -> first + ": " + second)
                    .orElse("exit code " + exitCode);
        }
    }

    /**
     * Runs a command.
     *
     * @param input what is in the file {@link #FILE}
     * @throws InputException if the program can't be started, or does not end
     */
    Ran run(String connection, List<String> command, String input) throws IOException {
        Path directory = Files.createTempDirectory("cpu-baseline-compare");
        try {
            return run(directory, connection, command, input);
        } finally {
            for (String file : List.of("cpus.xml", "out", "err")) {
                Files.deleteIfExists(directory.resolve(file));
            }
            Files.deleteIfExists(directory);
        }
    }

    private Ran run(Path directory, String connection, List<String> command, String input) throws IOException {
        Path cpus = Files.writeString(directory.resolve("cpus.xml"), input);
        List<String> arguments = new ArrayList<>(List.of(program, "-q", "-c", connection));
        command.forEach(argument -> arguments.add(argument.equals(FILE) ? cpus.toString() : argument));
        // Into files, so that neither of the two can fill a pipe that nobody reads.
        File out = directory.resolve("out").toFile();
        File err = directory.resolve("err").toFile();
        ProcessBuilder builder =
                new ProcessBuilder(arguments).redirectOutput(out).redirectError(err);
        builder.environment().put("LC_ALL", "C");
        Process process = start(builder);
        try {
            process.getOutputStream().close();
            if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
                throw new InputException(
                        "%s: no answer from %s within %d seconds".formatted(program, connection, SECONDS));
            }
            return new Ran(
                    process.exitValue(), Files.readString(out.toPath(), UTF_8), Files.readString(err.toPath(), UTF_8));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InputException("interrupted while waiting for " + program);
        } finally {
            process.destroy();
        }
    }

    private Process start(ProcessBuilder builder) {
        try {
            return builder.start();
        } catch (IOException e) {
            throw new InputException(
                    "%s can't be run: libvirt's client is not here. Debian: apt install libvirt-clients; Fedora, RHEL: dnf install libvirt-client; or --virsh PATH"
                            .formatted(program));
        }
    }
}
