package io.cpubaseline.api.v1alpha1;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.fabric8.kubernetes.client.CustomResource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The files in {@code crds/}, as they are kept: a definition and its samples for each kind, and the Java types of it. */
enum CrdFiles {
    BASELINES(
            "clustercpubaselines",
            ClusterCpuBaseline.class,
            ClusterCpuBaselineSpec.class,
            ClusterCpuBaselineStatus.class),
    CAMPAIGNS(
            "clusterrestartcampaigns",
            ClusterRestartCampaign.class,
            ClusterRestartCampaignSpec.class,
            ClusterRestartCampaignStatus.class);

    private static final Path DIRECTORY = Path.of(System.getProperty("basedir", "."), "..", "crds");
    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

    private final String plural;
    private final Class<? extends CustomResource<?, ?>> resource;
    private final Class<?> spec;
    private final Class<?> status;

    CrdFiles(String plural, Class<? extends CustomResource<?, ?>> resource, Class<?> spec, Class<?> status) {
        this.plural = plural;
        this.resource = resource;
        this.spec = spec;
        this.status = status;
    }

    /** As in paths, and in the names of files. */
    String plural() {
        return plural;
    }

    /** What the whole object is decoded to. */
    Class<? extends CustomResource<?, ?>> resource() {
        return resource;
    }

    /** The record of {@code spec}. */
    Class<?> spec() {
        return spec;
    }

    /** The record of {@code status}. */
    Class<?> status() {
        return status;
    }

    JsonNode crd() {
        return read(DIRECTORY.resolve("cpubaseline.io_" + plural + ".yaml"));
    }

    /** The OpenAPI schema of the only version. */
    JsonNode schema() {
        return crd().at("/spec/versions/0/schema/openAPIV3Schema");
    }

    JsonNode everyField() {
        return read(samples().resolve("valid/every-field.yaml"));
    }

    /** The samples that are {@code valid} or {@code invalid}. */
    List<Path> samples(String kind) {
        return files(samples().resolve(kind));
    }

    /** Names of the files in {@code crds/} that are definitions. */
    static List<String> definitions() {
        return files(DIRECTORY).stream()
                .map(file -> file.getFileName().toString())
                .filter(name -> name.endsWith(".yaml"))
                .toList();
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

    private Path samples() {
        return DIRECTORY.resolve("samples").resolve(plural);
    }

    private static List<Path> files(Path directory) {
        try (var files = Files.list(directory)) {
            return files.sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
