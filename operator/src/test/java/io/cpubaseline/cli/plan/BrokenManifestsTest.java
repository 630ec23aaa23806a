package io.cpubaseline.cli.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.cpubaseline.catalog.CatalogLoader;
import io.cpubaseline.catalog.FlagNames;
import io.cpubaseline.cli.input.FleetReader;
import io.cpubaseline.evidence.EvidenceReader;
import io.cpubaseline.manifest.InputException;
import io.cpubaseline.manifest.ManifestFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * One directory per mistake: manifests, and in {@code message.txt} what the user is told. {@code -Dgolden.rewrite=true} writes the
 * messages anew.
 */
class BrokenManifestsTest {

    private static final Path DIRECTORY =
            Path.of(System.getProperty("basedir", "."), "src", "test", "resources", "broken-manifests");

    private final FleetReader reader = new FleetReader(
            new EvidenceReader(CatalogLoader.catalog(), FlagNames.shipped()),
            CatalogLoader.catalog(),
            InputStream.nullInputStream());

    static Stream<String> mistakes() throws IOException {
        try (Stream<Path> directories = Files.list(DIRECTORY)) {
            return directories.map(path -> path.getFileName().toString()).sorted().toList().stream();
        }
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void is_told_where_it_is_and_what_to_do(String name) throws IOException {
        // Given
        Path directory = DIRECTORY.resolve(name);
        Path expected = directory.resolve("message.txt");

        // When
        Throwable mistake = catchThrowable(() -> reader.read(List.of(directory.toString())));

        // Then
        assertThat(mistake).isInstanceOf(InputException.class);
        String message =
                String.valueOf(mistake.getMessage())
                                .replace(directory + "/", "")
                                .replace(directory.toString(), ".") + "\n";
        if (Boolean.getBoolean("golden.rewrite")) {
            Files.writeString(expected, message);
        }
        assertThat(message).isEqualTo(Files.readString(expected));
    }

    @Test
    void every_file_is_a_manifest_or_a_message() throws IOException {
        try (Stream<Path> files = Files.walk(DIRECTORY)) {
            assertThat(files.filter(Files::isRegularFile))
                    .allMatch(file -> ManifestFile.isManifest(file)
                            || DIRECTORY.relativize(file).toString().matches("[^/]+/message\\.txt"));
        }
    }
}
