package io.cpubaseline;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Answers kept as files in one folder; {@code -Dgolden.rewrite=true} writes them anew. */
public final class Golden {

    private final Path folder;

    /** The folder of that name under {@code src/test/resources/golden}. */
    public Golden(String folder) {
        this.folder = Path.of(System.getProperty("basedir", "."), "src/test/resources/golden", folder);
    }

    /** Holds an answer to the file of that name. */
    public void assertThatItIs(String name, String answer) {
        Path file = folder.resolve(name);
        if (Boolean.getBoolean("golden.rewrite")) {
            try {
                Files.createDirectories(folder);
                Files.writeString(file, answer);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        assertThat(file).exists().hasContent(answer);
    }

    /** Holds the folder to these files: one that no test asks for any more is a mistake. */
    public void assertThatItHasOnly(String... names) {
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files.map(file -> file.getFileName().toString())).containsExactlyInAnyOrder(names);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
