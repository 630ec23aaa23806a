package io.cpubaseline.manifest;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import com.fasterxml.jackson.core.util.JsonParserDelegate;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;

/**
 * The tokens of a manifest. On top of the formats' own parsers it puts YAML's aliases in place, numbers the documents, and tells syntax
 * errors in words for people: whatever the text, nothing but an {@link InputException} comes out.
 */
public final class ManifestParser extends JsonParserDelegate {

    private static final String DUPLICATE = "Duplicate field '";

    private final String file;
    private final JsonParser text;
    private final @Nullable YamlTokens yaml;

    private @Nullable Anchors anchors;
    private int depth;
    private int document;

    ManifestParser(String file, JsonParser text) {
        super(text);
        this.file = file;
        this.text = text;
        this.yaml = text instanceof YamlTokens parser ? parser : null;
    }

    /** The number of the document that the parser is in, from 1. */
    public int document() {
        return document;
    }

    /** The file's name, for messages. */
    String file() {
        return file;
    }

    /** Where the current token is. */
    public Place place() {
        return place(currentTokenLocation());
    }

    /** Where that location is. */
    public Place place(JsonLocation location) {
        return Place.of(file, location);
    }

    @Override
    public @Nullable JsonToken nextToken() {
        try {
            JsonToken token = yaml == null ? text.nextToken() : nextYaml(yaml);
            if (token == null) {
                return null;
            }
            if (depth == 0) {
                document++;
            }
            if (token.isStructStart()) {
                depth++;
            } else if (token.isStructEnd()) {
                depth--;
            }
            if (anchors != null) {
                anchors.token(delegate, depth);
            }
            return token;
        } catch (IOException | RuntimeException e) {
            throw broken(e);
        }
    }

    @Override
    public JsonParser skipChildren() {
        if (currentToken() == null || !currentToken().isStructStart()) {
            return this;
        }
        try {
            if (yaml == null) {
                text.skipChildren();
                depth--;
                return this;
            }
        } catch (IOException | RuntimeException e) {
            throw broken(e);
        }
        int outside = depth - 1;
        JsonToken token;
        do {
            token = nextToken();
        } while (token != null && depth > outside);
        return this;
    }

    @Override
    public String getText() {
        try {
            return delegate.getText();
        } catch (IOException | RuntimeException e) {
            throw broken(e);
        }
    }

    @Override
    public int getTextLength() {
        try {
            // The first to look at a text finds its end.
            return delegate.getTextLength();
        } catch (IOException | RuntimeException e) {
            throw broken(e);
        }
    }

    @Override
    public char[] getTextCharacters() {
        try {
            return delegate.getTextCharacters();
        } catch (IOException | RuntimeException e) {
            throw broken(e);
        }
    }

    /** While a value is repeated, where it is repeated. */
    @Override
    public JsonLocation currentTokenLocation() {
        return text.currentTokenLocation();
    }

    @Override
    public JsonLocation currentLocation() {
        return text.currentLocation();
    }

    /** The mistake that made the parser stop. */
    public InputException broken(Exception cause) {
        if (cause instanceof InputException input) {
            return input;
        }
        if (cause instanceof IOException io && !(cause instanceof JsonProcessingException)) {
            return ManifestFile.unreadable(file, io);
        }
        MarkedYAMLException marked = marked(cause);
        if (marked != null) {
            Mark mark = marked.getProblemMark();
            Place place = mark == null ? place() : new Place(file, mark.getLine() + 1, mark.getColumn() + 1);
            String context = marked.getContext() == null ? "" : marked.getContext() + ", ";
            return new InputException(place, "not valid YAML: " + oneLine(context + marked.getProblem()));
        }
        JsonLocation location = cause instanceof JsonProcessingException json ? json.getLocation() : null;
        return new InputException(place(location == null ? currentLocation() : location), problem(cause));
    }

    private @Nullable JsonToken nextYaml(YamlTokens parser) throws IOException {
        if (delegate != text) {
            JsonToken repeated = delegate.nextToken();
            if (repeated != null) {
                if (anchors != null && !anchors.repeat()) {
                    throw new InputException(place(), "aliases repeat too many values; write the values out");
                }
                return repeated;
            }
            delegate = text;
        }
        JsonToken token = parser.nextToken();
        if (token == null || token.isStructEnd()) {
            return token;
        }
        if (token == JsonToken.FIELD_NAME) {
            if (parser.currentName().equals("<<")) {
                throw new InputException(place(), "merge keys (<<) are not supported; write the fields out");
            }
            return token;
        }
        if (depth == 0 && anchors != null) {
            anchors.startDocument();
        }
        if (parser.isCurrentAlias()) {
            anchors = anchors == null ? new Anchors() : anchors;
            delegate = anchors.value(parser.getText(), place());
            return delegate.nextToken();
        }
        String name = parser.anchor();
        if (name != null) {
            anchors = anchors == null ? new Anchors() : anchors;
            anchors.name(name, depth);
        }
        return token;
    }

    private String problem(Exception cause) {
        String format = yaml == null ? "not valid JSON: " : "not valid YAML: ";
        String message = cause instanceof JsonProcessingException json ? json.getOriginalMessage() : cause.getMessage();
        if (message == null) {
            return format + "it can't be understood";
        }
        if (cause instanceof JsonEOFException) {
            return format + "the text ends in the middle of a value; it may have been cut off";
        }
        if (cause instanceof StreamConstraintsException) {
            return message.startsWith("Document nesting depth")
                    ? "nested deeper than any Kubernetes object"
                    : "a name or value is longer than any in a Kubernetes object";
        }
        if (message.startsWith(DUPLICATE)) {
            String key = message.substring(DUPLICATE.length(), message.length() - 1);
            return "the key " + key + " occurs twice in one object; remove one of the two";
        }
        if (message.startsWith("Expected a field name")) {
            return format + "expected a key, found something else";
        }
        return format + oneLine(message);
    }

    private static @Nullable MarkedYAMLException marked(Throwable problem) {
        for (Throwable cause = problem; cause != null; cause = cause.getCause()) {
            if (cause instanceof MarkedYAMLException marked) {
                return marked;
            }
        }
        return null;
    }

    private static String oneLine(String message) {
        return message.strip().replaceAll("\\s+", " ");
    }
}
