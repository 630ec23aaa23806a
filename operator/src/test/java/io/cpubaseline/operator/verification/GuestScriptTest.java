package io.cpubaseline.operator.verification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.cpubaseline.operator.kube.Json;
import io.cpubaseline.verification.Complaint;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code guest.py}, run here with a stress-ng that the test makes: it needs Python 3, as cloud-init does, and is left out where there is none. */
class GuestScriptTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final HttpClient http = HttpClient.newHttpClient();
    private @Nullable Process script;
    private int port;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    @BeforeEach
    void aGuest() throws IOException {
        assumeTrue(Files.exists(Path.of("/usr/bin/env")) && hasPython(), "python3");
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        Files.createDirectory(directory.resolve("bin"));
        Files.writeString(directory.resolve("promise.json"), "{\"flags\":[\"avx2\",\"movbe\"]}");
        Files.writeString(directory.resolve("boot"), "first");
        cpuinfo("fpu avx2 movbe");
        stressNg("exec sleep 600");
    }

    private static boolean hasPython() throws IOException {
        try {
            return new ProcessBuilder("python3", "--version").start().waitFor() == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    @AfterEach
    void stop() {
        if (script != null) {
            script.descendants().forEach(ProcessHandle::destroyForcibly);
            script.destroyForcibly();
        }
    }

    private void cpuinfo(String flags) throws IOException {
        Files.writeString(
                directory.resolve("cpuinfo"), "flags\t\t: %s\nflags\t\t: %s\n".formatted("fpu avx2 movbe", flags));
    }

    private void stressNg(String does) throws IOException {
        Path program = directory.resolve("bin/stress-ng");
        Files.writeString(program, "#!/bin/sh\n" + does + "\n");
        assertThat(program.toFile().setExecutable(true)).isTrue();
    }

    private void start() throws IOException {
        Path guest = directory.resolve("guest.py");
        try (var text = Objects.requireNonNull(GuestManifest.class.getResourceAsStream("guest.py"))) {
            Files.copy(text, guest, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        }
        ProcessBuilder builder = new ProcessBuilder("python3", guest.toString(), Integer.toString(port)).inheritIO();
        builder.environment().put("PATH", directory.resolve("bin") + ":" + System.getenv("PATH"));
        builder.environment()
                .put("CPU_BASELINE_PROMISE", directory.resolve("promise.json").toString());
        builder.environment()
                .put("CPU_BASELINE_STATE", directory.resolve("state").toString());
        builder.environment()
                .put("CPU_BASELINE_CPUINFO", directory.resolve("cpuinfo").toString());
        builder.environment().put("CPU_BASELINE_BOOT", directory.resolve("boot").toString());
        script = builder.start();
    }

    private HttpResponse<String> ask() throws IOException, InterruptedException {
        return http.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/"))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private JsonNode answers(int status) {
        return Awaitility.await()
                .atMost(PATIENCE)
                .ignoreExceptions()
                .until(
                        () -> {
                            HttpResponse<String> answer = ask();
                            return answer.statusCode() == status ? Json.MAPPER.readTree(answer.body()) : null;
                        },
                        Objects::nonNull);
    }

    @Test
    void a_guest_that_works_says_so_and_counts() throws IOException {
        // When
        start();
        int first = answers(200).path("counter").asInt();

        // Then
        Awaitility.await()
                .atMost(PATIENCE)
                .until(() -> answers(200).path("counter").asInt() > first);
    }

    @Test
    void a_flag_that_one_cpu_lacks_is_named() throws IOException {
        // Given
        cpuinfo("fpu avx2");

        // When
        start();

        // Then
        assertThat(answers(Complaint.FLAGS_MISSING.status()).path("words").asText())
                .isEqualTo("missing: movbe");
    }

    @Test
    void a_load_that_finds_a_wrong_result_ends_and_is_told() throws IOException {
        // Given
        stressNg("exit 2");

        // When
        start();

        // Then
        assertThat(answers(Complaint.LOAD_FAILED.status()).path("words").asText())
                .isEqualTo("stress-ng has ended with exit code 2");
    }

    @Test
    void a_second_boot_is_told() throws Exception {
        // Given
        start();
        answers(200);
        Process first = Objects.requireNonNull(script);
        stop();
        first.waitFor();
        Files.writeString(directory.resolve("boot"), "second");

        // When
        start();

        // Then
        answers(Complaint.RESTARTED.status());
    }
}
