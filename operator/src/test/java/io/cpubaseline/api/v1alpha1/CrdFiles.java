package io.cpubaseline.api.v1alpha1;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The files in {@code crds/}, as they are kept. */
final class CrdFiles {

    private static final Path DIRECTORY = Path.of(System.getProperty("basedir", "."), "..", "crds");
    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

    private CrdFiles() {}

    static JsonNode crd() {
        return read(DIRECTORY.resolve("cpubaseline.io_clustercpubaselines.yaml"));
    }

    /** The OpenAPI schema of the only version. */
    static JsonNode schema() {
        return crd().at("/spec/versions/0/schema/openAPIV3Schema");
    }

    static JsonNode everyField() {
        return read(DIRECTORY.resolve("samples/valid/every-field.yaml"));
    }

    static List<Path> samples(String kind) {
        try (var files = Files.list(DIRECTORY.resolve("samples").resolve(kind))) {
            return files.sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static JsonNode read(Path file) {
        try {
            return YAML.readTree(file.toFile());
        } catch (IOException e) {
            throw new UncheckedIOException("can't read " + file, e);
        }
    }

    /** What the first line of an invalid sample expects the API server to say. */
    static String expectedMessage(Path sample) {
        try (var lines = Files.lines(sample)) {
            return lines.findFirst().orElseThrow().replaceFirst("^# ", "");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
