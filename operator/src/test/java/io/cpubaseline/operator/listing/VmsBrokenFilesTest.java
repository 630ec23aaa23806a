package io.cpubaseline.operator.listing;

import static org.assertj.core.api.Assertions.assertThat;

import io.cpubaseline.operator.testing.EveryField;
import io.cpubaseline.operator.testing.EveryField.Broken;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/** {@code vms -f} refuses what it can't read, and never answers by half of it. */
class VmsBrokenFilesTest {

    private static final Path MISTAKES =
            Path.of(System.getProperty("basedir", "."), "src", "test", "resources", "broken-manifests");

    private record Said(int code, String out, String err) {}

    private static Said vms(String input, String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int code = new CommandLine(new VmsCommand(new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8))))
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
        return new Said(code, out.toString(), err.toString());
    }

    static Stream<String> mistakes() throws IOException {
        try (Stream<Path> directories = Files.list(MISTAKES)) {
            return directories
                    .map(path -> path.getFileName().toString())
                    // It reads no NodeFeatures.
                    .filter(name -> !name.startsWith("node-feature"))
                    .sorted()
                    .toList()
                    .stream();
        }
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void what_a_plan_refuses_it_refuses_too(String mistake) {
        Said said = vms("", "-f", MISTAKES.resolve(mistake).toString());

        assertThat(said.code()).as(said.out()).isEqualTo(2);
        assertThat(said.err()).startsWith("cpu-baseline: ").doesNotContain("Exception");
    }

    /** Whatever value of whatever field has another type: it is refused, or nobody reads it. */
    @Tag("thorough")
    @Test
    void no_answer_rests_on_a_value_of_another_type() {
        // Given
        Said right = vms(EveryField.objects(), "-f", "-", "-o", "json");
        assertThat(right.code()).as(right.err()).isZero();

        // When
        List<String> misread = new ArrayList<>();
        int refused = 0;
        for (Broken broken : EveryField.broken()) {
            Said said = vms(broken.text(), "-f", "-", "-o", "json");
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
