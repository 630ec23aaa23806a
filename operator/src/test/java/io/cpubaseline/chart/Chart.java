package io.cpubaseline.chart;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.marcnuri.helm.Helm;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Function;

/**
 * The chart in this repository, packaged once and rendered as {@code helm template} does. (Helm writes a line to standard error for a
 * chart directory with a symbolic link, each time that it is loaded.)
 */
final class Chart {

    /** The repository's root; Surefire runs in the module's directory. */
    static final Path REPOSITORY = Path.of("").toAbsolutePath().resolve("..").normalize();

    static final Path DIRECTORY = REPOSITORY.resolve("helm/cpu-baseline");

    /** The oldest Kubernetes that the chart accepts. */
    static final String KUBERNETES = "1.31.0";

    /** An image that is rendered and never pulled. */
    static final String IMAGE = "registry.example.org/cpu-baseline";

    static final String RELEASE = "cpu-baseline";
    static final String NAMESPACE = "baselines";

    static final YAMLMapper YAML = new YAMLMapper();

    private static final Path ARCHIVE = pack();

    private Chart() {}

    /** The objects of a release with the chart's defaults. */
    static Manifests render() {
        return render("{}");
    }

    /**
     * The objects of a release with these values over the defaults, and with an image where they name none.
     *
     * @throws IllegalStateException with Helm's message, where the values or a template refuse
     */
    static Manifests render(String values) {
        return render(ARCHIVE, RELEASE, values);
    }

    /** The same from a chart's directory or archive, for a release of any name. */
    static Manifests render(Path chart, String release, String values) {
        return Manifests.parse(withValues(
                values,
                file -> new Helm(chart)
                        .template()
                        .withName(release)
                        .withNamespace(NAMESPACE)
                        .withKubeVersion(KUBERNETES)
                        .withValuesFile(file)
                        .call()));
    }

    /** What {@code helm install} prints at its end, the rendered NOTES.txt. */
    static String notes(String values) {
        String output = withValues(
                values,
                file -> new Helm(ARCHIVE)
                        .install()
                        .withName(RELEASE)
                        .withNamespace(NAMESPACE)
                        .withKubeVersion(KUBERNETES)
                        .withValuesFile(file)
                        .clientOnly()
                        .dryRun()
                        .call()
                        .getOutput());
        return output.substring(output.indexOf("NOTES:"));
    }

    /** A YAML or JSON file of the chart as a tree. */
    static JsonNode read(String file) {
        return parse(text(DIRECTORY.resolve(file)));
    }

    static JsonNode parse(String yaml) {
        try {
            return YAML.readTree(yaml);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path pack() {
        try {
            Path directory = Files.createTempDirectory("chart");
            directory.toFile().deleteOnExit();
            new Helm(DIRECTORY).packageIt().withDestination(directory).call();
            try (var files = Files.list(directory)) {
                Path archive = files.findFirst().orElseThrow();
                archive.toFile().deleteOnExit();
                return archive;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static <T> T withValues(String values, Function<Path, T> use) {
        try {
            Path file = Files.createTempFile("values", ".yaml");
            try {
                ObjectNode all = parse(values).deepCopy();
                ObjectNode image = all.withObjectProperty("image");
                if (!image.has("repository")) {
                    image.put("repository", IMAGE);
                }
                YAML.writeValue(file.toFile(), all);
                return use.apply(file);
            } finally {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
