package io.cpubaseline;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What every command prints for people fits a terminal of 80 columns, is plain where it is no terminal, and shows examples. */
class HelpTest {

    private static final int WIDTH = 80;
    private static final Path REPOSITORY =
            Path.of("").toAbsolutePath().resolve("..").normalize();

    static List<String> commands() {
        return Main.commandLine().getSubcommands().keySet().stream()
                .filter(command -> !command.equals("help"))
                .toList();
    }

    private static String printed(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int code = Main.commandLine(arguments)
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
        assertThat(code).as(err.toString()).isZero();
        return out.toString();
    }

    /** As columns of a terminal: no word here is of a wide script. */
    private static Stream<String> tooWide(String text) {
        return text.lines().filter(line -> line.codePointCount(0, line.length()) > WIDTH);
    }

    @ParameterizedTest
    @MethodSource("commands")
    void help_fits_has_an_example_and_no_colours(String command) {
        // When
        String help = printed(command, "--help");

        // Then
        assertThat(tooWide(help)).isEmpty();
        assertThat(help).contains("\n  cpu-baseline " + command).doesNotContain("\u001B");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--help",
                "plan -f e2e/src/main/resources/homelab",
                "plan -f e2e/src/main/resources/homelab --all",
                "plan -f operator/src/test/resources/hosts/hardware",
                "plan -f operator/src/test/resources/hosts/hardware --all",
                "plan -f operator/src/test/resources/hosts/real-emulator/tcg-max.json -f operator/src/test/resources/hosts/hardware",
                "pools -f e2e/src/main/resources/homelab",
                "compare -f e2e/src/main/resources/homelab --virsh operator/src/test/resources/libvirt-9.0.0/virsh",
                "compare -f e2e/src/main/resources/homelab --all --virsh operator/src/test/resources/libvirt-9.0.0/virsh"
            })
    void what_is_printed_for_people_fits(String commandLine) {
        // When
        String text = printed(Stream.of(commandLine.split(" "))
                .map(argument ->
                        argument.contains("/") ? REPOSITORY.resolve(argument).toString() : argument)
                .toArray(String[]::new));

        // Then
        assertThat(tooWide(text)).isEmpty();
        assertThat(text).doesNotContain("\u001B");
    }
}
