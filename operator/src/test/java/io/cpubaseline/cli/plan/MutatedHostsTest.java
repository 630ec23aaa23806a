package io.cpubaseline.cli.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.cpubaseline.Main;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** Whatever a host is said to have told, {@code plan} answers it or tells in one line what is wrong: never a stack trace, never another exit code. */
@Tag("thorough")
class MutatedHostsTest {

    /** {@code -Dfuzz.mutations=50000} looks harder. */
    private static final int MUTATIONS = Integer.getInteger("fuzz.mutations", 300);

    private static final Path RESOURCES = Path.of(System.getProperty("basedir", "."), "src/test/resources");

    private static final int MEGABYTE = 1 << 20;

    /** Pieces that mean something to one of the readers. */
    private static final List<String> PIECES = List.of(
            "Architecture:",
            "Flags:",
            "flags\t\t: ",
            "processor\t: ",
            "Vendor ID:",
            "CPU(s): 99999999999",
            ":",
            "\n",
            "\n\n",
            "\r\n",
            "\t",
            " ",
            "<",
            ">",
            "/>",
            "</",
            "<cpu>",
            "<!--",
            "-->",
            "<![CDATA[",
            "]]>",
            "<?xml version='1.0'?>",
            "<!DOCTYPE x>",
            "&amp;",
            "&#0;",
            "&#x41;",
            "&x;",
            "='",
            "{",
            "}",
            "[",
            "]",
            ",",
            "\"",
            "\\u0000",
            "null",
            "true",
            "1e999",
            "{\"lscpu\":",
            "{\"return\":",
            "\"children\":[",
            "\"props\":{",
            "\u0000",
            "\uFEFF",
            "é",
            "\uD83D\uDE00",
            "\u2028",
            "-1",
            "99999999999999999999");

    private static final Mutants MUTANTS = new Mutants(PIECES, 80);

    @ParameterizedTest
    @CsvSource({
        "hosts/hardware/n1.txt, 1",
        "hosts/hardware/n3.txt, 2",
        "hosts/two-vendors/amd.json, 3",
        "hosts/two-vendors/intel.json, 4",
        "hosts/hybrid/laptop.txt, 5",
        "hosts/proven/k1.xml, 6",
        "hosts/proven/k3.json, 7",
        "hosts/real-machine/guest-capabilities.xml, 8",
        "hosts/real-emulator/tcg-baseline.xml, 9"
    })
    void a_changed_text_is_answered_or_refused(String file, long seed) throws IOException {
        byte[] original = Files.readAllBytes(RESOURCES.resolve(file));
        Random random = new Random(seed);
        int refused = 0;
        for (int i = 0; i < MUTATIONS; i++) {
            byte[] mutant = MUTANTS.next(random, original);
            StringWriter err = new StringWriter();
            int code = plan(new ByteArrayInputStream(mutant), err);
            String said = "mutation %d of seed %d:%n%s%n%s"
                    .formatted(i, seed, err, new String(mutant, StandardCharsets.UTF_8));
            assertThat(code).as(said).isIn(0, 1, 2);
            if (code == 2) {
                refused++;
                assertThat(err.toString()).as(said).matches("cpu-baseline: standard input(:\\d+)*: [^\\n\\r]+\\n");
            }
        }
        assertThat(refused).isPositive();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "|Architecture: x86_64\nVendor ID: GenuineIntel\nFlags: avx\n",
                "|{\"return\": {\"model\": {\"name\": \"host\", \"props\": {\"avx\": true}}}}\n",
                "|<!-- -->",
                "Architecture: x86_64\nVendor ID: GenuineIntel\nFlags: |avx ",
                "Architecture: x86_64\n|CPU family: 6\n",
                "processor\t: 0\n|flags\t\t: fpu\n",
                "<domainCapabilities>|<a>",
                "<domainCapabilities>|<a/>",
                "<capabilities a='|x",
                "<capabilities>|&lt;",
                "{\"lscpu\": [|{\"field\":\"a\",\"children\":[",
                "{\"lscpu\": [|{\"field\":\"a\",\"data\":\"b\"},",
                "{\"return\": {\"model\": {\"name\": \"|host",
                "{\"return\": {\"model\": {\"props\": {|\"a\":true,\"a\":true,",
                "|\u0001\u0002\u0003",
                "|\u0080\u0081"
            })
    void a_hundred_megabytes_are_refused(String text) {
        // Given: what comes once, then what comes over and over
        byte[] once = text.substring(0, text.indexOf('|')).getBytes(StandardCharsets.ISO_8859_1);
        byte[] again = text.substring(text.indexOf('|') + 1).getBytes(StandardCharsets.ISO_8859_1);
        StringWriter err = new StringWriter();

        // When
        int code = plan(new Endless(once, again, 100 * MEGABYTE), err);

        // Then
        assertThat(code).isEqualTo(2);
        assertThat(err.toString()).matches("cpu-baseline: standard input(:\\d+)*: [^\\n\\r]+\\n");
    }

    @Test
    void a_document_of_very_many_elements_is_refused() {
        // Given: as long as a text of XML may be
        StringWriter err = new StringWriter();

        // When
        int code = plan(
                new Endless(
                        "<capabilities>".getBytes(StandardCharsets.US_ASCII),
                        "<a b='c'/>".getBytes(StandardCharsets.US_ASCII),
                        15 * MEGABYTE),
                err);

        // Then
        assertThat(code).isEqualTo(2);
        assertThat(err.toString()).contains("found more than 300000 elements");
    }

    @Test
    void a_file_of_any_bytes_in_a_directory_is_passed_over_or_refused(@TempDir Path directory) throws IOException {
        Random random = new Random(10);
        Files.copy(RESOURCES.resolve("hosts/hardware/n1.txt"), directory.resolve("n1.txt"));
        for (int i = 0; i < MUTATIONS / 10; i++) {
            byte[] bytes = new byte[random.nextInt(5_000)];
            random.nextBytes(bytes);
            Files.write(directory.resolve("other"), bytes);
            StringWriter err = new StringWriter();
            int code = Main.commandLine("plan")
                    .setOut(new PrintWriter(new StringWriter()))
                    .setErr(new PrintWriter(err))
                    .execute("plan", "-f", directory.toString());
            assertThat(code).as(err.toString()).isZero();
            assertThat(err.toString()).startsWith("warning: 1 ");
        }
    }

    private static int plan(InputStream standardInput, StringWriter err) {
        return new CommandLine(new PlanCommand(NoCluster.ASKED, standardInput))
                .setOut(new PrintWriter(new StringWriter()))
                .setErr(new PrintWriter(err))
                .setExecutionExceptionHandler((exception, command, parsed) -> {
                    throw exception;
                })
                .execute("-f", "-");
    }

    /** Bytes that come once, then others over and over until there are so many. */
    private static final class Endless extends InputStream {

        private final byte[] once;
        private final byte[] again;
        private final long length;
        private long at;

        Endless(byte[] once, byte[] again, long length) {
            this.once = once;
            this.again = again;
            this.length = length;
        }

        @Override
        public int read() {
            return at == length ? -1 : next() & 0xFF;
        }

        @Override
        public int read(byte[] target, int offset, int most) {
            int count = (int) Math.min(most, length - at);
            for (int i = 0; i < count; i++) {
                target[offset + i] = next();
            }
            return count == 0 && most > 0 ? -1 : count;
        }

        private byte next() {
            byte next = at < once.length ? once[(int) at] : again[(int) ((at - once.length) % again.length)];
            at++;
            return next;
        }
    }
}
