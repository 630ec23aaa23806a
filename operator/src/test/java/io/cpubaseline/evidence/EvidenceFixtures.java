package io.cpubaseline.evidence;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.cpubaseline.catalog.CatalogLoader;
import io.cpubaseline.catalog.FlagNames;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;

/** Objects for tests: texts in JSON, hosts by the name of their manifests. */
final class EvidenceFixtures {

    private static final JsonFactory JSON = new JsonFactory();
    private static final YAMLFactory YAML = new YAMLFactory();

    private EvidenceFixtures() {}

    static EvidenceReader reader() {
        return new EvidenceReader(CatalogLoader.catalog(), FlagNames.shipped());
    }

    /** Reads a Node from JSON with single quotes. */
    static NodeFacts node(EvidenceReader reader, String json) {
        return read(reader::node, json);
    }

    /** Reads a NodeFeature from JSON with single quotes. */
    static NodeFeatureFacts nodeFeature(EvidenceReader reader, String json) {
        return read(reader::nodeFeature, json);
    }

    static NodeFacts hostsNode(EvidenceReader reader, String host) {
        return resource(reader::node, "/nodes/" + host + ".yaml");
    }

    static NodeFeatureFacts hostsNodeFeature(EvidenceReader reader, String host) {
        return resource(reader::nodeFeature, "/nodefeatures/" + host + ".yaml");
    }

    @FunctionalInterface
    private interface Reading<T> {
        T read(JsonParser parser) throws IOException;
    }

    private static <T> T read(Reading<T> reading, String json) {
        try (JsonParser parser = JSON.createParser(json.replace('\'', '"'))) {
            parser.nextToken();
            return reading.read(parser);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static <T> T resource(Reading<T> reading, String name) {
        InputStream stream = Objects.requireNonNull(EvidenceFixtures.class.getResourceAsStream(name), name);
        try (JsonParser parser = YAML.createParser(stream)) {
            parser.nextToken();
            return reading.read(parser);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
