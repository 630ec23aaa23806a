package io.cpubaseline.manifest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * A Kubernetes object of a manifest as a tree. Objects are read one by one, those of lists too: a dump of a cluster is never in memory as a whole.
 *
 * @param place where it begins
 * @param apiVersion its API version; empty if it has none
 * @param kind its kind; empty if it has none
 * @param root all that was read of it; nulls are left out, as the API server does
 * @param places where its values are, by JSON pointer
 */
public record ManifestTree(
        Place place, String apiVersion, String kind, ObjectNode root, Function<String, Place> places) {

    private static final String LIST = "List";
    private static final String EVERY_OBJECT = "every object needs apiVersion, kind and metadata";

    /**
     * Reads all objects that these paths describe.
     *
     * @param paths files, directories, or {@code -}; see {@link ManifestFiles#of}
     * @param standardInput what {@code -} stands for
     * @param consumer takes each, in the order of files and objects
     * @throws InputException if anything in them is no object, or there is none
     */
    public static void each(List<String> paths, InputStream standardInput, Consumer<ManifestTree> consumer) {
        int[] count = {0};
        List<ManifestFile> files = ManifestFiles.of(paths, standardInput);
        for (ManifestFile file : files) {
            try (ManifestParser parser = file.open()) {
                each(parser, object -> {
                    count[0]++;
                    consumer.accept(object);
                });
            } catch (IOException e) {
                throw ManifestFile.unreadable(file.name(), e);
            }
        }
        if (count[0] == 0) {
            throw new InputException(
                    new Place(
                            String.join(
                                    ", ", files.stream().map(ManifestFile::name).toList()),
                            0,
                            0),
                    "expected Kubernetes objects, found none");
        }
    }

    private static void each(ManifestParser parser, Consumer<ManifestTree> consumer) throws IOException {
        try {
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                // "---" twice in a row is a document of nothing.
                if (token != JsonToken.VALUE_NULL) {
                    read(parser, consumer);
                }
            }
        } catch (JsonProcessingException e) {
            throw parser.broken(e);
        }
    }

    /** Reads one object, or all objects of a list. */
    private static void read(ManifestParser parser, Consumer<ManifestTree> consumer) throws IOException {
        Place place = parser.place();
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            throw noObject(place);
        }
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        Map<String, LocatedTree> fields = new HashMap<>();
        List<ManifestTree> waiting = null;
        for (String field = parser.nextFieldName(); field != null; field = parser.nextFieldName()) {
            parser.nextToken();
            String kind = root.path("kind").asText();
            if (field.equals("items") && (kind.isEmpty() || kind.endsWith(LIST))) {
                waiting = elements(parser, consumer);
            } else if (parser.currentToken() != JsonToken.VALUE_NULL) {
                LocatedTree tree = LocatedTree.read(parser);
                fields.put(field, tree);
                root.set(field, tree.root());
            }
        }
        ManifestTree object = of(place, root, pointer -> place(pointer, fields, place));
        if (waiting == null) {
            // A list without items is an empty one.
            if (!object.kind.equals(LIST)) {
                consumer.accept(object.identified());
            }
            return;
        }
        if (!object.kind.endsWith(LIST)) {
            throw object.mistake("kind: expected one that ends in List, since there are items, found "
                    + (object.kind.isEmpty() ? "none" : object.kind));
        }
        String kind = object.kind.substring(0, object.kind.length() - LIST.length());
        waiting.forEach(
                element -> consumer.accept(element.or(object.apiVersion, kind).identified()));
    }

    private static Place place(String pointer, Map<String, LocatedTree> fields, Place start) {
        int end = pointer.indexOf('/', 1);
        String field = pointer.isEmpty() ? "" : pointer.substring(1, end < 0 ? pointer.length() : end);
        LocatedTree tree = fields.get(field);
        return tree == null ? start : tree.place(end < 0 ? "" : pointer.substring(end));
    }

    /** Reads what a list has; hands back those objects that don't say what they are, which the list may still say. */
    private static List<ManifestTree> elements(ManifestParser parser, Consumer<ManifestTree> consumer)
            throws IOException {
        List<ManifestTree> waiting = new ArrayList<>();
        if (parser.currentToken() == JsonToken.VALUE_NULL) {
            return waiting;
        }
        if (parser.currentToken() != JsonToken.START_ARRAY) {
            throw new InputException(parser.place(), "items: expected a list of objects, found something else");
        }
        for (JsonToken token = parser.nextToken();
                token != null && token != JsonToken.END_ARRAY;
                token = parser.nextToken()) {
            Place place = parser.place();
            LocatedTree tree = LocatedTree.read(parser);
            if (!(tree.root() instanceof ObjectNode root)) {
                throw noObject(place);
            }
            ManifestTree element = of(place, root, tree::place);
            if (element.kind.isEmpty() || element.apiVersion.isEmpty()) {
                waiting.add(element);
            } else {
                consumer.accept(element);
            }
        }
        return waiting;
    }

    private static ManifestTree of(Place place, ObjectNode root, Function<String, Place> places) {
        return new ManifestTree(place, text(root, "apiVersion", places), text(root, "kind", places), root, places);
    }

    private static String text(ObjectNode root, String field, Function<String, Place> places) {
        JsonNode value = root.path(field);
        if (!value.isTextual() && !value.isMissingNode()) {
            throw new InputException(places.apply("/" + field), field + ": expected a string, found something else");
        }
        return value.asText();
    }

    private ManifestTree or(String version, String implied) {
        return new ManifestTree(
                place, apiVersion.isEmpty() ? version : apiVersion, kind.isEmpty() ? implied : kind, root, places);
    }

    /** @throws InputException if it doesn't say what it is */
    private ManifestTree identified() {
        if (kind.isEmpty()) {
            throw mistake("kind: expected the kind of a Kubernetes object, found none; " + EVERY_OBJECT);
        }
        if (apiVersion.isEmpty()) {
            throw mistake("apiVersion: expected the API version of a Kubernetes object, found none; " + EVERY_OBJECT);
        }
        return this;
    }

    private static InputException noObject(Place place) {
        return new InputException(place, "expected a Kubernetes object, found something else");
    }

    /** Its name; empty if it has none. */
    public String name() {
        return root.at("/metadata/name").asText();
    }

    /** Whether it is of that kind, in any version of an API group; an empty group is Kubernetes' own. */
    public boolean is(String group, String wanted) {
        int slash = apiVersion.indexOf('/');
        return kind.equals(wanted) && group.equals(slash < 0 ? "" : apiVersion.substring(0, slash));
    }

    /** The exception for a mistake of the whole object. */
    public InputException mistake(String problem) {
        return mistake("", problem);
    }

    /**
     * The exception for a mistake in it.
     *
     * @param pointer the JSON pointer of the value; empty for the whole object
     */
    public InputException mistake(String pointer, String problem) {
        String object = (kind + " " + name()).strip();
        return new InputException(
                pointer.isEmpty() ? place : places.apply(pointer),
                object.isEmpty() ? problem : object + ": " + problem);
    }
}
