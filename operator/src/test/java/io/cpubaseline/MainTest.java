package io.cpubaseline;

import static org.assertj.core.api.Assertions.assertThat;

import io.cpubaseline.console.StandardOutput;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the program answers before any command has a say, and after. */
class MainTest {

    /** What a command line is refused with. */
    private static String refused(String... arguments) {
        PrintStream before = System.err;
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
        try {
            assertThat(Main.run(arguments)).isEqualTo(2);
        } finally {
            System.setErr(before);
        }
        return err.toString(StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @ValueSource(strings = {"--help", "--helpp", "-V"})
    void a_command_that_there_is_none_of_is_told_whatever_follows_it(String option) {
        assertThat(refused("forecast", option))
                .startsWith("cpu-baseline: there is no command \"forecast\", only: ")
                .contains(" plan, ");
    }

    @Test
    void an_option_that_there_is_none_of_is_named_before_one_that_is_missing() {
        assertThat(refused("plan", "--helpp")).contains("Unknown option: '--helpp'");
    }

    /** Fails like a full disk, or a reader that has gone. */
    private static StandardOutput failing(String why) {
        return new StandardOutput(new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException(why);
            }
        });
    }

    @Test
    void output_that_can_not_be_written_is_remembered() {
        // Given
        StandardOutput output = failing("No space left on device");

        // When
        PrintStream printing = output.printing();
        printing.println("a baseline");
        printing.flush();

        // Then
        assertThat(output.failure()).contains("No space left on device");
    }

    @Test
    void a_reader_that_has_seen_enough_is_no_failure() {
        // Given
        StandardOutput output = failing("Broken pipe");

        // When
        PrintStream printing = output.printing();
        printing.println("a baseline");
        printing.flush();

        // Then
        assertThat(output.failure()).isEmpty();
    }
}
