package io.cpubaseline.lab.use;

import io.cpubaseline.lab.process.Directories;
import io.cpubaseline.lab.process.Programs;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;

/** The packaged operator with another catalog than its own, as a version before or after it has one. */
public final class OtherBuild {
    private static final String CATALOG = "io/cpubaseline/catalog/";

    private OtherBuild() {}

    /**
     * Makes one, for {@link Operator#startBuild}.
     *
     * @param directory where it is to be; must not exist
     * @param table a file of the catalog
     * @param change what becomes of it; the catalog's version changes, too
     * @return the directory
     */
    public static Path withCatalog(Path directory, String table, UnaryOperator<String> change) {
        Path original = Programs.e2eDirectory().resolveSibling("operator").resolve("target");
        Path target = directory.resolve("target");
        try {
            Files.createDirectories(target);
            for (String part : List.of("bin", "lib", "cpu-baseline.jar")) {
                Directories.copy(original.resolve(part), target.resolve(part));
            }
            try (FileSystem jar = FileSystems.newFileSystem(target.resolve("cpu-baseline.jar"))) {
                edit(jar.getPath(CATALOG + table), change);
                edit(jar.getPath(CATALOG + "VERSION"), version -> "other than " + version);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return directory;
    }

    private static void edit(Path file, UnaryOperator<String> change) {
        Directories.write(file, change.apply(Directories.text(file)));
    }
}
