package io.cpubaseline;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What CONTRIBUTING.md names is there: a newcomer who follows it must not look for what has moved. */
class ContributingTest {

    private static final Path REPOSITORY =
            Path.of("").toAbsolutePath().resolve("..").normalize();

    private static final Path SOURCES = REPOSITORY.resolve("operator/src/main/java/io/cpubaseline");

    /** In backquotes, a name that begins with a capital and may have packages before it and a member behind it. */
    private static final Pattern TYPE = Pattern.compile("`((?:[a-z][a-z0-9]*\\.)*[A-Z][a-z]\\w+(?:[.#]\\w+)*)`");

    @Test
    void everyPackageAndEveryRoomIsDescribed() throws IOException {
        // Given
        String page = page();

        // When
        List<String> packages = Stream.concat(directories(SOURCES), directories(SOURCES.resolve("operator")))
                .toList();

        // Then
        assertThat(packages)
                .hasSizeGreaterThan(15)
                .allSatisfy(name -> assertThat(page).containsPattern("\\| .*`" + name + "(\\.\\w+)?`.* \\|"));
    }

    @Test
    void theTypesOfTheTenWordsExist() throws IOException {
        // Given
        String words = page().split("\n## Ten words\n")[1].split("\n## ")[0];

        // When
        List<String> types = words.lines()
                .filter(line -> line.startsWith("| ") && line.contains("`"))
                .map(line -> line.substring(line.lastIndexOf("| `") + 3, line.lastIndexOf('`')))
                .toList();

        // Then
        assertThat(types)
                .hasSize(10)
                .allSatisfy(type -> assertThat(exists(type)).as(type).isTrue());
    }

    @Test
    void theClassesOfTheRecipesExist() throws IOException {
        assertThatClassesExist(page().split("\n## Recipes\n")[1].split("\n## ")[0]);
    }

    @Test
    void theClassesOfThePageOnThreadsExist() throws IOException {
        assertThatClassesExist(Files.readString(REPOSITORY.resolve("docs/threads.md")));
    }

    private static void assertThatClassesExist(String text) throws IOException {
        // Given
        List<String> sources = new ArrayList<>();
        for (String module : List.of("operator", "e2e")) {
            try (Stream<Path> files = Files.walk(REPOSITORY.resolve(module).resolve("src"))) {
                files.map(file -> file.getFileName().toString()).forEach(sources::add);
            }
        }

        // When
        List<String> named = TYPE.matcher(text)
                .results()
                .map(match -> match.group(1).split("[.#]")[0])
                .filter(name -> !name.equals("True"))
                .distinct()
                .toList();

        // Then
        assertThat(named)
                .hasSizeGreaterThan(15)
                .allSatisfy(name -> assertThat(sources).contains(name + ".java"));
    }

    private static String page() throws IOException {
        return Files.readString(REPOSITORY.resolve("CONTRIBUTING.md"));
    }

    private static Stream<String> directories(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files
                    .filter(Files::isDirectory)
                    .map(file -> file.getFileName().toString())
                    .toList()
                    .stream();
        }
    }

    /** Whether a class, or a member of one, of that name is in the root package or below it. */
    private static boolean exists(String name) {
        String[] parts = name.split("[.#]");
        String type = "io.cpubaseline";
        Class<?> found = null;
        for (int i = 0; i < parts.length; i++) {
            String part = parts[i];
            type += (found == null ? "." : "$") + part;
            try {
                found = Class.forName(type);
            } catch (ClassNotFoundException e) {
                if (found != null) {
                    return i == parts.length - 1 && hasMember(found, part);
                }
            }
        }
        return found != null;
    }

    private static boolean hasMember(Class<?> type, String name) {
        return Stream.concat(Arrays.stream(type.getDeclaredMethods()), Arrays.stream(type.getDeclaredFields()))
                .anyMatch(member -> member.getName().equals(name));
    }
}
