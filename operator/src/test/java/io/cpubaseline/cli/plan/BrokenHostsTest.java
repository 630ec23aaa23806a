package io.cpubaseline.cli.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.cpubaseline.Main;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * One directory per mistake in what hosts tell of themselves, and in {@code message.txt} beside these what the user is told.
 * {@code -Dgolden.rewrite=true} writes the messages anew.
 */
class BrokenHostsTest {

    private static final Path DIRECTORY =
            Path.of(System.getProperty("basedir", "."), "src", "test", "resources", "broken-hosts");

    static Stream<String> mistakes() throws IOException {
        try (Stream<Path> entries = Files.list(DIRECTORY)) {
            return entries
                    .filter(Files::isDirectory)
                    .map(path -> path.getFileName().toString())
                    .sorted()
                    .toList()
                    .stream();
        }
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void is_told_where_it_is_and_what_to_do(String name) throws IOException {
        // Given
        Path directory = DIRECTORY.resolve(name);
        Path expected = DIRECTORY.resolve(name + ".message.txt");
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();

        // When
        int code = Main.commandLine("plan")
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute("plan", "-f", directory.toString());

        // Then
        String message = err.toString().replace(directory + "/", "").replace(directory.toString(), ".");
        if (Boolean.getBoolean("golden.rewrite")) {
            Files.writeString(expected, message);
        }
        assertThat(code).isEqualTo(2);
        assertThat(out.toString()).isEmpty();
        assertThat(message).isEqualTo(Files.readString(expected));
    }

    @ParameterizedTest
    @ValueSource(strings = {"html", "definition-of-a-guest"})
    void a_file_of_other_xml_is_refused_where_the_user_has_named_it(String name) {
        // Given
        Path file = DIRECTORY.resolve(name).resolve("h.xml");
        StringWriter err = new StringWriter();

        // When
        int code = Main.commandLine("plan").setErr(new PrintWriter(err)).execute("plan", "-f", file.toString());

        // Then
        assertThat(code).isEqualTo(2);
        assertThat(err.toString()).contains("h.xml:1: expected ");
    }

    @Test
    void every_message_is_one_of_a_directory() throws IOException {
        try (Stream<Path> entries = Files.list(DIRECTORY)) {
            assertThat(entries.map(path -> path.getFileName().toString())
                            .filter(name -> name.endsWith(".message.txt"))
                            .map(name -> name.replace(".message.txt", "")))
                    .containsExactlyInAnyOrderElementsOf(mistakes().toList());
        }
    }
}
