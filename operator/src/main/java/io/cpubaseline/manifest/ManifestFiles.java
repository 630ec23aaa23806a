package io.cpubaseline.manifest;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** Which files the paths of a command line stand for. */
public final class ManifestFiles {

    private static final String STANDARD_INPUT = "-";

    /** More than anyone nests by hand; a directory that contains itself by a link ends here. */
    private static final int DEEPEST = 32;

    private ManifestFiles() {}

    /** One host set of a batch: a directory and its name. */
    public record HostSet(String name, String path) {}

    /**
     * The files that the paths stand for, each once: a file itself, a directory all files {@code *.yaml}, {@code *.yml} and
     * {@code *.json} in it and below, sorted, without hidden ones, and {@code -} standard input.
     *
     * @throws InputException if a path does not exist or a directory has no manifest
     */
    public static List<ManifestFile> of(List<String> paths, InputStream standardInput) {
        return of(paths, standardInput, /* others= */ false);
    }

    /**
     * The same, and with them what else is in the directories: those files come last and are not {@link ManifestFile#isMeant}. A directory without any
     * file is an error.
     */
    public static List<ManifestFile> withOthers(List<String> paths, InputStream standardInput) {
        return of(paths, standardInput, /* others= */ true);
    }

    private static List<ManifestFile> of(List<String> paths, InputStream standardInput, boolean others) {
        Map<Path, ManifestFile> unnamed = new LinkedHashMap<>();
        List<ManifestFile> files = new ArrayList<>();
        Set<Path> seen = new LinkedHashSet<>();
        boolean piped = false;
        for (String name : paths) {
            if (name.equals(STANDARD_INPUT)) {
                if (!piped) {
                    files.add(ManifestFile.standardInput(standardInput));
                }
                piped = true;
                continue;
            }
            boolean isDirectory = Files.isDirectory(existing(name));
            for (Path file : expand(name, others)) {
                Path real = real(file);
                boolean isMeant = ManifestFile.isManifest(file) || !isDirectory;
                if (!isMeant && !seen.contains(real)) {
                    unnamed.putIfAbsent(real, ManifestFile.unnamed(file));
                }
                if (isMeant && seen.add(real)) {
                    unnamed.remove(real);
                    files.add(isDirectory ? ManifestFile.found(file) : ManifestFile.of(file));
                }
            }
        }
        files.addAll(unnamed.values());
        return files;
    }

    /**
     * The host sets of a batch: the directories in a directory, sorted.
     *
     * @throws InputException if there is none, or manifests lie beside them, which belong to no set
     */
    public static List<HostSet> hostSets(String directory) {
        Path path = existing(directory);
        if (!Files.isDirectory(path)) {
            throw new InputException(
                    new Place(directory, 0, 0), "expected a directory with one directory per host set, found a file");
        }
        List<HostSet> sets = new ArrayList<>();
        for (Path entry : entries(path)) {
            if (Files.isDirectory(entry)) {
                sets.add(new HostSet(fileName(entry), entry.toString()));
            } else if (ManifestFile.isManifest(entry)) {
                throw new InputException(
                        new Place(entry.toString(), 0, 0),
                        "expected one directory per host set, found a manifest beside them; put it into a directory");
            }
        }
        if (sets.isEmpty()) {
            throw new InputException(
                    new Place(directory, 0, 0), "expected one directory per host set, found no directory");
        }
        return sets;
    }

    private static List<Path> expand(String name, boolean others) {
        Path path = existing(name);
        if (!Files.isDirectory(path)) {
            return List.of(path);
        }
        List<Path> files = new ArrayList<>();
        collect(path, 0, others, files);
        if (files.isEmpty()) {
            throw new InputException(
                    new Place(name, 0, 0),
                    "expected manifests (*.yaml, *.yml or *.json), found none in this directory");
        }
        return files;
    }

    private static void collect(Path directory, int depth, boolean others, List<Path> files) {
        if (depth > DEEPEST) {
            throw new InputException(
                    new Place(directory.toString(), 0, 0),
                    "more than " + DEEPEST + " directories deep; is there a loop?");
        }
        for (Path entry : entries(directory)) {
            if (Files.isDirectory(entry)) {
                collect(entry, depth + 1, others, files);
            } else if (ManifestFile.isManifest(entry) || others && Files.isRegularFile(entry)) {
                files.add(entry);
            }
        }
    }

    /** What a directory has, sorted by name, without hidden entries. */
    private static List<Path> entries(Path directory) {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.filter(entry -> !fileName(entry).startsWith("."))
                    .sorted(Comparator.comparing(ManifestFiles::fileName))
                    .toList();
        } catch (IOException e) {
            throw ManifestFile.unreadable(directory.toString(), e);
        } catch (UncheckedIOException e) {
            throw ManifestFile.unreadable(directory.toString(), new IOException(e.getMessage(), e));
        }
    }

    private static String fileName(Path path) {
        return String.valueOf(path.getFileName());
    }

    private static Path existing(String name) {
        try {
            Path path = Path.of(name);
            if (Files.exists(path)) {
                return path;
            }
        } catch (InvalidPathException e) {
            throw new InputException(new Place(name, 0, 0), "not a file's name: " + e.getReason());
        }
        throw new InputException(new Place(name, 0, 0), "no such file or directory");
    }

    private static Path real(Path file) {
        try {
            return file.toRealPath();
        } catch (IOException e) {
            return file;
        }
    }
}
