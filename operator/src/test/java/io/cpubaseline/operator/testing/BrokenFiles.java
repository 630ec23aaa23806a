package io.cpubaseline.operator.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.cpubaseline.operator.testing.EveryField.Broken;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import picocli.CommandLine;

/**
 * Files that a command has to refuse rather than to answer by half of them.
 *
 * @param command makes the command anew, with that standard input
 */
public record BrokenFiles(Function<InputStream, Object> command) {

    private static final Path MISTAKES =
            Path.of(System.getProperty("basedir", "."), "src", "test", "resources", "broken-manifests");

    /** What a command has said, and its exit code. */
    public record Said(int code, String out, String err) {}

    /** Runs the command. */
    public Said run(String input, String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int code = new CommandLine(command.apply(new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8))))
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
        return new Said(code, out.toString(), err.toString());
    }

    /** The directories of mistakes that every command refuses; NodeFeatures are read by a plan only. */
    public static Stream<Path> mistakes() throws IOException {
        try (Stream<Path> directories = Files.list(MISTAKES)) {
            return directories
                    .filter(path -> !path.getFileName().toString().startsWith("node-feature"))
                    .sorted()
                    .toList()
                    .stream();
        }
    }

    /** A mistake is refused in words. */
    public void isRefused(Path mistake, String... more) {
        Said said = run(
                "",
                Stream.concat(Stream.of("-f", mistake.toString()), Stream.of(more))
                        .toArray(String[]::new));

        assertThat(said.code()).as(said.out()).isEqualTo(2);
        assertThat(said.err()).startsWith("cpu-baseline: ").doesNotContain("Exception");
    }

    /** Whatever value of whatever field has another type: it is refused, or nobody reads it. */
    public void noAnswerRestsOnAValueOfAnotherType(String... about) {
        // Given
        String[] arguments = Stream.concat(Stream.of("-f", "-", "-o", "json"), Stream.of(about))
                .toArray(String[]::new);
        Said right = run(EveryField.objects(), arguments);
        assertThat(right.code()).as(right.err()).isLessThan(2);

        // When
        List<String> misread = new ArrayList<>();
        int refused = 0;
        for (Broken broken : EveryField.broken()) {
            Said said = run(broken.text(), arguments);
            refused += said.code() == 2 ? 1 : 0;
            if (said.code() != 2 && !said.out().equals(right.out())) {
                misread.add(broken.where());
            }
        }

        // Then
        assertThat(misread).isEmpty();
        assertThat(refused).isGreaterThan(200);
    }
}
