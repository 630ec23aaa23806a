package io.cpubaseline.lab.command;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class LabCommandTest {
    private static final String READY = "ready";

    /** A command whose programs end as soon as it is told to end itself, or at once. */
    static final class Failing {
        private Failing() {}

        public static void main(String[] arguments) {
            LabCommand.main("failing", () -> {
                System.out.println(READY);
                if (arguments[0].equals("later")) {
                    CountDownLatch ending = new CountDownLatch(1);
                    Runtime.getRuntime().addShutdownHook(new Thread(ending::countDown));
                    ending.await();
                }
                throw new UncheckedIOException("the API server does not answer", new IOException("refused"));
            });
        }
    }

    @Test
    void aFailureIsSaidInWords() throws Exception {
        // When
        Process process = start("at once");

        // Then
        assertThat(output(process)).isEqualTo(READY + "\nfailing: the API server does not answer\n");
        assertThat(process.waitFor()).isEqualTo(1);
    }

    @Test
    void whoIsToldToEndSaysNothingOfWhatEndsAroundIt() throws Exception {
        // Given
        Process process = start("later");
        try {
            assertThat(process.inputReader().readLine()).isEqualTo(READY);

            // When
            process.toHandle()
                    .destroy(); // SIGTERM: what is started in the background ignores SIGINT. The output stays open

            // Then
            assertThat(process.waitFor(20, TimeUnit.SECONDS)).as("it has ended").isTrue();
            assertThat(process.inputReader().lines()).isEmpty();
        } finally {
            process.destroyForcibly();
        }
    }

    private static String output(Process process) throws IOException {
        return new String(process.getInputStream().readAllBytes(), UTF_8);
    }

    private static Process start(String when) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        Failing.class.getName(),
                        when)
                .redirectErrorStream(true)
                .start();
    }
}
