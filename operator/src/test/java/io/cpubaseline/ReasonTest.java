package io.cpubaseline;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every reason is used; that it is explained is held by DocumentationTest. */
class ReasonTest {

    private static final Path MODULE = Path.of(System.getProperty("basedir", "."));

    @Test
    void every_reason_is_used() throws IOException {
        // Given
        StringBuilder code = new StringBuilder();
        try (Stream<Path> files = Files.walk(MODULE.resolve("src/main/java"))) {
            for (Path file :
                    files.filter(path -> path.toString().endsWith(".java")).toList()) {
                code.append(Files.readString(file));
            }
        }

        // When
        List<String> unused = Stream.of(Reason.values())
                .map(Reason::name)
                .filter(reason -> !Pattern.compile("Reason\\." + reason + "\\b")
                        .matcher(code)
                        .find())
                .toList();

        // Then
        assertThat(unused).isEmpty();
    }
}
