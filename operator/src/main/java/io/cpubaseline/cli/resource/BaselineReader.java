package io.cpubaseline.cli.resource;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.cpubaseline.api.v1alpha1.ClusterCpuBaselineSpec;
import io.cpubaseline.api.v1alpha1.ClusterCpuBaselineStatus;
import io.cpubaseline.manifest.InputException;
import io.cpubaseline.manifest.LocatedTree;
import io.cpubaseline.manifest.ManifestFile;
import io.cpubaseline.manifest.ManifestFiles;
import io.cpubaseline.manifest.ManifestParser;
import io.cpubaseline.manifest.Place;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads a ClusterCpuBaseline from a file, as strictly as an API server would take it. */
public final class BaselineReader {

    private static final String API_VERSION = "cpubaseline.io/v1alpha1";
    private static final String KIND = "ClusterCpuBaseline";

    /** A DNS subdomain, as every cluster-scoped object's name (Kubernetes, validation of metadata.name). */
    private static final Pattern NAME =
            Pattern.compile("[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*");

    private final InputStream standardInput;

    /**
     * Creates a reader.
     *
     * @param standardInput what the path {@code -} stands for
     */
    public BaselineReader(InputStream standardInput) {
        this.standardInput = standardInput;
    }

    /**
     * Reads the one ClusterCpuBaseline of a file.
     *
     * @param path a file, or {@code -}
     * @throws InputException if it is not exactly one, or not as the custom resource definition wants it
     */
    public BaselineManifest read(String path) {
        List<ManifestFile> files = ManifestFiles.of(List.of(path), standardInput);
        if (files.size() > 1) {
            throw new InputException(
                    new Place(path, 0, 0),
                    "expected a file with one " + KIND + ", found a directory with several files");
        }
        ManifestFile file = files.get(0);
        try (ManifestParser parser = file.open()) {
            LocatedTree document = document(file.name(), parser);
            if (nextDocument(parser)) {
                throw new InputException(parser.place(), "expected one " + KIND + " in the file, found another object");
            }
            return baseline(document);
        } catch (IOException e) {
            throw ManifestFile.unreadable(file.name(), e);
        }
    }

    private static LocatedTree document(String file, ManifestParser parser) throws IOException {
        if (!nextDocument(parser)) {
            throw new InputException(new Place(file, 0, 0), "expected a " + KIND + ", found an empty file");
        }
        try {
            return LocatedTree.read(parser);
        } catch (JsonProcessingException e) {
            throw parser.broken(e);
        }
    }

    /** Moves on to a document that has something in it. */
    private static boolean nextDocument(ManifestParser parser) {
        JsonToken token = parser.nextToken();
        while (token == JsonToken.VALUE_NULL) {
            token = parser.nextToken();
        }
        return token != null;
    }

    private static BaselineManifest baseline(LocatedTree document) throws JsonProcessingException {
        JsonNode root = document.root();
        identity(document, "apiVersion", API_VERSION);
        identity(document, "kind", KIND);
        JsonNode name = root.at("/metadata/name");
        if (!name.isTextual() || !NAME.matcher(name.asText()).matches()) {
            throw new InputException(
                    document.place("/metadata/name"),
                    "metadata.name: expected a name of lower-case letters, digits, '-' and '.', found "
                            + BaselineSchema.found(name));
        }
        // What kubectl printed has one. It is the operator's, of whatever version: it is no mistake of the user's.
        JsonNode status = root instanceof ObjectNode object ? object.remove("status") : null;
        BaselineSchema.shipped().check(document);
        JsonNode spec = root.path("spec");
        ClusterCpuBaselineStatus written = status(document, status);
        JsonNode generation = root.at("/metadata/generation");
        Long observed = written == null ? null : written.observedGeneration();
        return new BaselineManifest(
                name.asText(),
                spec.isMissingNode()
                        ? ClusterCpuBaselineSpec.defaults()
                        : new ObjectMapper().treeToValue(spec, ClusterCpuBaselineSpec.class),
                written,
                generation.isIntegralNumber() && observed != null && generation.asLong() != observed);
    }

    private static @Nullable ClusterCpuBaselineStatus status(LocatedTree document, @Nullable JsonNode status) {
        if (status == null) {
            return null;
        }
        try {
            return new ObjectMapper().treeToValue(status, ClusterCpuBaselineStatus.class);
        } catch (JsonProcessingException e) {
            throw new InputException(
                    document.place("/status"),
                    "status: expected one as the operator writes it, found something else; leave it out: "
                            + e.getOriginalMessage());
        }
    }

    private static void identity(LocatedTree document, String field, String expected) {
        JsonNode found = document.root().path(field);
        if (!found.isTextual() || !found.asText().equals(expected)) {
            throw new InputException(
                    document.place("/" + field),
                    field + ": expected " + expected + ", found " + BaselineSchema.found(found));
        }
    }
}
