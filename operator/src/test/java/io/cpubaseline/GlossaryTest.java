package io.cpubaseline;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The pages that explain words by fields name fields that one of the resources has. */
class GlossaryTest {
    private static final Path REPOSITORY =
            Path.of("").toAbsolutePath().resolve("..").normalize();

    /** A field of ours; those of a VirtualMachine are in its template. */
    private static final Pattern FIELD = Pattern.compile("`((?:spec|status)\\.(?!template)[A-Za-z.\\[\\]]+)`");

    @ParameterizedTest
    @ValueSource(strings = {"docs/glossary.md", "docs/if-you-know-evc.md"})
    void everyFieldThatIsNamedExists(String page) throws IOException {
        // Given
        List<JsonNode> schemas = List.of(schema("clustercpubaselines"), schema("clusterrestartcampaigns"));

        // When
        List<String> fields = FIELD.matcher(Files.readString(REPOSITORY.resolve(page)))
                .results()
                .map(field -> field.group(1))
                .distinct()
                .toList();

        // Then
        assertThat(fields)
                .hasSizeGreaterThan(8)
                .allSatisfy(field -> assertThat(schemas).as(field).anySatisfy(schema -> {
                    JsonNode at = schema;
                    for (String name : field.split("\\.")) {
                        at = at.has("items") ? at.path("items") : at;
                        at = at.path("properties").path(name.replace("[]", ""));
                    }
                    assertThat(at.isMissingNode()).isFalse();
                }));
    }

    private static JsonNode schema(String plural) throws IOException {
        return new YAMLMapper()
                .readTree(REPOSITORY
                        .resolve("crds/cpubaseline.io_" + plural + ".yaml")
                        .toFile())
                .at("/spec/versions/0/schema/openAPIV3Schema");
    }

    @Test
    void theGlossaryIsInTheOrderOfTheAlphabet() throws IOException {
        // Given
        Stream<String> rows = Files.readAllLines(REPOSITORY.resolve("docs/glossary.md")).stream()
                .filter(line -> line.startsWith("| "))
                .skip(1);

        // When
        List<String> words = rows.map(row -> row.split("\\|")[1].strip()).toList();

        // Then
        assertThat(words).hasSizeGreaterThan(30).isSortedAccordingTo(String.CASE_INSENSITIVE_ORDER);
    }
}
