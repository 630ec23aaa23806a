package io.cpubaseline.cli.plan;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.cpubaseline.Main;
import io.cpubaseline.catalog.CatalogLoader;
import io.cpubaseline.catalog.HostFlags;
import io.cpubaseline.cpu.FeatureSet;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** {@code docs/by-hand.md} counts what becomes of the flags that two hosts have in common. */
class MethodByHandTest {

    private static final Path DOCS = Path.of(System.getProperty("basedir", "."), "../docs");
    private static final Path SOURCE = DOCS.resolve("samples/by-hand/source.txt");
    private static final Path TARGET = DOCS.resolve("samples/by-hand/target.txt");

    private static Set<String> flags(Path lscpu) throws IOException {
        String line = Files.readAllLines(lscpu).stream()
                .filter(field -> field.startsWith("Flags:"))
                .findFirst()
                .orElseThrow();
        return new TreeSet<>(List.of(line.substring("Flags:".length()).strip().split(" ")));
    }

    private static JsonNode planned() throws IOException {
        StringWriter out = new StringWriter();
        Main.commandLine("plan")
                .setOut(new PrintWriter(out, true))
                .execute("plan", "-f", SOURCE.toString(), "-f", TARGET.toString(), "-o", "json");
        return new ObjectMapper().readTree(out.toString());
    }

    @Test
    void the_numbers_of_the_page_are_those_of_its_samples() throws IOException {
        // Given
        Set<String> common = flags(SOURCE);
        common.retainAll(flags(TARGET));
        JsonNode status = planned().path("status");
        List<String> given = new ArrayList<>();
        status.path("commonFeatures").forEach(feature -> given.add(feature.asText()));
        FeatureSet usable = FeatureSet.copyOf(given);
        FeatureSet model = CatalogLoader.catalog()
                .model(status.at("/pinned/cpuModel").asText())
                .orElseThrow()
                .features();

        // When
        int nothing = 0;
        int neverGiven = 0;
        int ofTheModel = 0;
        int beside = 0;
        for (String flag : common) {
            FeatureSet features = HostFlags.shipped().read(Set.of(flag), "AMD").features();
            if (features.isEmpty()) {
                nothing++;
            } else if (!features.intersect(model).isEmpty()) {
                ofTheModel++;
            } else if (features.intersect(usable).isEmpty()) {
                neverGiven++;
            } else {
                beside++;
            }
        }

        // Then
        assertThat(Files.readString(DOCS.resolve("by-hand.md")))
                .contains("Both have %d flags in common.".formatted(common.size()))
                .containsSubsequence(
                        "the host's alone | %d |".formatted(nothing),
                        "keep it from migrating | %d |".formatted(neverGiven),
                        "are in the model `EPYC-IBPB` | %d |".formatted(ofTheModel),
                        "could be given beside it | %d |".formatted(beside));
    }
}
