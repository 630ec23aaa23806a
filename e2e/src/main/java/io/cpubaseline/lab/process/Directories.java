package io.cpubaseline.lab.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** Copies and deletes whole directories, and makes the labs' own. */
public final class Directories {
    private static final String PREFIX = "cpu-baseline-lab-";
    private static final Set<Path> OF_THIS_JVM = ConcurrentHashMap.newKeySet();

    private Directories() {}

    /** A new directory for a lab of this JVM. Those of JVMs that were killed are deleted on the way. */
    public static Path forLab() {
        try {
            Path temporary = Path.of(System.getProperty("java.io.tmpdir"));
            deleteLeftovers(temporary);
            Path directory = Files.createTempDirectory(
                    temporary, PREFIX + ProcessHandle.current().pid() + "-");
            OF_THIS_JVM.add(directory);
            return directory;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Deletes what {@link #forLab} has made. For the end of the JVM, when nothing runs in them any more. */
    public static void deleteAllOfThisJvm() {
        OF_THIS_JVM.forEach(Directories::delete);
    }

    private static void deleteLeftovers(Path temporary) throws IOException {
        try (Stream<Path> entries = Files.list(temporary)) {
            for (Path entry : entries.toList()) {
                String name = String.valueOf(entry.getFileName());
                if (name.matches(PREFIX + "\\d+-.*")) {
                    long pid = Long.parseLong(name.split("-", -1)[3]);
                    if (ProcessHandle.of(pid).isEmpty()) {
                        delete(entry);
                    }
                }
            }
        }
    }

    /** Copies a directory with all that is in it; the target must not exist. */
    public static void copy(Path from, Path to) {
        try (Stream<Path> entries = Files.walk(from)) {
            for (Path entry : entries.toList()) {
                Files.copy(entry, to.resolve(from.relativize(entry)));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Deletes a directory with all that is in it, if it exists. */
    public static void delete(Path directory) {
        if (!Files.exists(directory)) {
            return;
        }
        try (Stream<Path> entries = Files.walk(directory)) {
            for (Path entry : entries.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(entry);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The files with one of these endings directly in a directory, in the order of their names. */
    public static List<Path> filesIn(Path directory, List<String> endings) {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.filter(entry -> endings.stream().anyMatch(entry.toString()::endsWith))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A file's text. */
    public static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException("can't read " + file, e);
        }
    }

    /** Writes a text into a file. */
    public static void write(Path file, String text) {
        try {
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException("can't write " + file, e);
        }
    }
}
