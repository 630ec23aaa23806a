package io.cpubaseline.manifest;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;

/** A small document as a tree, of which every value remembers its place. Nulls are left out, as the API server does. */
public final class LocatedTree {

    /** Far more values than a hand-written object has; a dump of a cluster, given by mistake, would fill the memory. */
    private static final int MOST_VALUES = 100_000;

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private final ManifestParser parser;
    private final Places places;
    private final JsonNode root;

    private LocatedTree(ManifestParser parser) throws IOException {
        this.parser = parser;
        this.places = new Places(parser.file());
        this.root = value("", parser.currentTokenLocation());
    }

    /** Reads the value whose first token the parser stands at. */
    public static LocatedTree read(ManifestParser parser) throws IOException {
        return new LocatedTree(parser);
    }

    /** The whole document. */
    public JsonNode root() {
        return root;
    }

    /** The place of a value, by a JSON pointer such as {@code /spec/features/require/0}; for a field, that of its name. */
    public Place place(String pointer) {
        return places.at(pointer);
    }

    /** The pointer of an object's field or a list's element. */
    public static String child(String pointer, String name) {
        return pointer + "/" + name.replace("~", "~0").replace("/", "~1");
    }

    /** Reads the value whose first token the parser stands at: the field of that name, or the list's element of that number. */
    private JsonNode value(String name, JsonLocation where) throws IOException {
        int number = places.begin(name, where);
        if (places.count() > MOST_VALUES) {
            throw new InputException(
                    places.at(""), "expected one object, found one of more than " + MOST_VALUES + " values");
        }
        JsonNode value = content();
        places.end(number);
        return value;
    }

    private JsonNode content() throws IOException {
        return switch (parser.currentToken()) {
            case START_OBJECT -> object();
            case START_ARRAY -> list();
            case VALUE_TRUE -> NODES.booleanNode(true);
            case VALUE_FALSE -> NODES.booleanNode(false);
            case VALUE_NUMBER_INT -> NODES.numberNode(parser.getBigIntegerValue());
            case VALUE_NUMBER_FLOAT -> NODES.numberNode(parser.getDoubleValue());
            case VALUE_NULL -> NODES.nullNode();
            default -> NODES.textNode(parser.getText());
        };
    }

    private JsonNode object() throws IOException {
        ObjectNode object = NODES.objectNode();
        for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
            JsonLocation where = parser.currentTokenLocation();
            parser.nextToken();
            JsonNode value = value(name, where);
            if (!value.isNull()) {
                object.set(name, value);
            }
        }
        return object;
    }

    private JsonNode list() throws IOException {
        ArrayNode list = NODES.arrayNode();
        JsonToken token = parser.nextToken();
        while (token != null && token != JsonToken.END_ARRAY) {
            list.add(value(Integer.toString(list.size()), parser.currentTokenLocation()));
            token = parser.nextToken();
        }
        return list;
    }
}
