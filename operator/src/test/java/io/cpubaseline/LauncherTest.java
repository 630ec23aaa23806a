package io.cpubaseline;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code bin/cpu-baseline} as it is shipped, with a program that says one word. */
class LauncherTest {

    private static final Path LAUNCHER =
            Path.of(System.getProperty("basedir", "."), "src", "main", "dist", "bin", "cpu-baseline");

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path home;

    /** The program in the jar. */
    public static final class Word {

        private Word() {}

        public static void main(String[] arguments) {
            System.out.println("word…");
        }
    }

    @Test
    void a_class_archive_that_was_recorded_for_another_jar_leaves_no_word_in_the_output_which_is_utf_8()
            throws Exception {
        // Given an archive, and a jar that has been copied since
        Path jar = jar();
        run(java(), "-XX:ArchiveClassesAtExit=" + home.resolve("cpu-baseline.jsa"), "-jar", jar.toString());
        assertThat(home.resolve("cpu-baseline.jsa")).exists();
        Files.setLastModifiedTime(jar, FileTime.from(Instant.EPOCH));
        assertThat(run(java(), "-XX:SharedArchiveFile=" + home.resolve("cpu-baseline.jsa"), "-jar", jar.toString()))
                .as("what the JVM says of it unasked")
                .contains("warning");
        Path launcher = Files.createDirectories(home.resolve("bin")).resolve("cpu-baseline");
        Files.copy(LAUNCHER, launcher);

        // When, Then
        assertThat(run("sh", launcher.toString())).isEqualTo("word…\n");
    }

    private static String java() {
        return Path.of(System.getProperty("java.home", ""), "bin", "java").toString();
    }

    private Path jar() throws IOException {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, Word.class.getName());
        Path jar = home.resolve("cpu-baseline.jar");
        String entry = Word.class.getName().replace('.', '/') + ".class";
        try (OutputStream file = Files.newOutputStream(jar);
                JarOutputStream out = new JarOutputStream(file, manifest);
                InputStream classFile = Objects.requireNonNull(LauncherTest.class.getResourceAsStream("/" + entry))) {
            out.putNextEntry(new JarEntry(entry));
            classFile.transferTo(out);
        }
        return jar;
    }

    /** What a command prints, both streams together. */
    private static String run(String... command) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(List.of(command)).redirectErrorStream(true);
        builder.environment().put("JAVA_HOME", System.getProperty("java.home", ""));
        builder.environment().put("LC_ALL", "C");
        builder.environment().remove("CPU_BASELINE_JVM_OPTIONS");
        builder.environment().remove("JAVA_TOOL_OPTIONS");
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return output;
    }
}
