package io.cpubaseline.cli.input;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.cpubaseline.evidence.EvidenceReader;
import io.cpubaseline.evidence.NodeFacts;
import io.cpubaseline.evidence.NodeFeatureFacts;
import io.cpubaseline.evidence.ObjectDraft;
import io.cpubaseline.evidence.OddValues;
import io.cpubaseline.manifest.InputException;
import io.cpubaseline.manifest.LocatedTree;
import io.cpubaseline.manifest.ManifestParser;
import io.cpubaseline.manifest.Place;
import io.cpubaseline.scheduling.RunningGuest;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One object of a manifest while it is read. Its name may come after a mistake, and its kind after everything else; so the first
 * mistake is kept, and counts once it is clear that the object matters.
 */
final class ManifestObject implements OddValues {

    private final ManifestParser parser;
    private final Place place;
    private final int document;
    private final ObjectDraft draft;

    private Identity identity = Identity.UNKNOWN;
    private JsonNode metadata = MissingNode.getInstance();
    private JsonNode spec = MissingNode.getInstance();
    private JsonNode status = MissingNode.getInstance();
    private @Nullable Place oddPlace;
    private String oddProblem = "";

    /**
     * An object whose first token the parser stands at.
     *
     * @param parser where it is read from
     * @param evidence keeps what matters of it
     */
    ManifestObject(ManifestParser parser, EvidenceReader evidence) {
        this.parser = parser;
        this.place = parser.place();
        this.document = parser.document();
        this.draft = evidence.draft(this);
    }

    @Override
    public void found(JsonLocation where, String field, String problem) {
        if (oddPlace == null) {
            oddPlace = parser.place(where);
            oddProblem = field + ": " + problem;
        }
    }

    /** What the object says it is, as far as it has said it. */
    Identity identity() {
        return identity;
    }

    void identify(Identity said) {
        identity = said;
    }

    /** Reads a field's value, at whose first token the parser stands. */
    void field(String name) throws IOException {
        draft.field(name, parser);
    }

    /** Reads a field's value of an object that may set the cluster's default CPU model, or is a baseline. */
    void settings(String name) throws IOException {
        switch (name) {
            case "metadata" -> metadata = LocatedTree.read(parser).root();
            case "spec" -> spec = LocatedTree.read(parser).root();
            case "status" -> status = LocatedTree.read(parser).root();
            default -> parser.skipChildren();
        }
    }

    /** What it sets, once it has been read by {@link #settings}. */
    DefaultOwner defaultOwner() {
        return DefaultOwner.of(identity, metadata, spec);
    }

    /** The baseline that it is, once it has been read by {@link #settings}. */
    BaselineFound baseline() {
        return new BaselineFound(metadata.path("name").asText(), status);
    }

    /** The guest that it is, once it has been read by {@link #settings}; nothing if it runs nowhere. */
    Optional<RunningGuest> instance() {
        return InstanceFound.of(metadata, spec, status);
    }

    /** Where the object begins. */
    Place place() {
        return place;
    }

    /** Whether it says neither what it is nor anything that only a Node would say. */
    boolean isNoneOfKubernetes() {
        return identity.kind().isEmpty()
                && identity.apiVersion().isEmpty()
                && !draft.node().evidence().hasAnyKubeVirtLabel();
    }

    NodeFacts node() {
        return draft.node();
    }

    NodeFeatureFacts nodeFeature() {
        return draft.nodeFeature();
    }

    /**
     * Makes sure that the object is well-formed.
     *
     * @throws InputException for the first mistake in it
     */
    void check() {
        if (oddPlace != null) {
            throw mistake(oddPlace, oddProblem);
        }
        if (draft.name().isEmpty()) {
            throw mistake("metadata.name: expected the object's name, found none");
        }
    }

    /** The exception for a mistake of the whole object. */
    InputException mistake(String problem) {
        return mistake(place, problem);
    }

    private InputException mistake(Place where, String problem) {
        StringBuilder object = new StringBuilder(identity.kind());
        if (!draft.name().isEmpty()) {
            object.append(object.isEmpty() ? "object " : " ").append(draft.name());
        }
        if (document > 1) {
            object.append(object.isEmpty() ? "" : " ")
                    .append("(document ")
                    .append(document)
                    .append(')');
        }
        return new InputException(where, object.isEmpty() ? problem : object + ": " + problem);
    }
}
