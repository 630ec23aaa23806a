package io.cpubaseline.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.marcnuri.helm.Helm;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ChartTest {
    private static final String CALLED = "Helm was called";

    /** A program that has called Helm, whatever came of it, and stays until it is told to go. */
    static final class Installer {
        private Installer() {}

        public static void main(String[] arguments) throws InterruptedException {
            try {
                Chart.call(new Helm(Chart.directory())
                        .install()
                        .withName(Chart.RELEASE)
                        .withKubeConfig(Path.of(arguments[0]))::call);
            } catch (RuntimeException e) {
                System.out.println(CALLED);
            }
            Thread.sleep(Long.MAX_VALUE);
        }
    }

    @Test
    void aProgramThatHasCalledHelmEndsWhenItIsTold() throws Exception {
        // Given
        Process process = installer();
        try {
            awaitCall(process);

            // When
            process.destroy(); // SIGTERM: a program that is started in the background ignores SIGINT

            // Then
            assertThat(process.waitFor(20, TimeUnit.SECONDS)).as("it has ended").isTrue();
        } finally {
            process.destroyForcibly();
        }
    }

    private static Process installer() throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        Installer.class.getName(),
                        "/there/is/no/such/kubeconfig")
                .redirectErrorStream(true)
                .start();
    }

    private static void awaitCall(Process process) throws IOException {
        BufferedReader output = process.inputReader();
        String line = output.readLine();
        while (line != null && !line.equals(CALLED)) {
            line = output.readLine();
        }
        assertThat(line).as("its output").isEqualTo(CALLED);
    }
}
