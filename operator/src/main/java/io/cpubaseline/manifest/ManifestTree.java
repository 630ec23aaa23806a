package io.cpubaseline.manifest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * A Kubernetes object of a manifest as a tree. Objects are read one by one, those of lists too: a dump of a cluster is never in memory as a whole.
 *
 * @param place where it begins
 * @param apiVersion its API version; empty if it has none
 * @param kind its kind; empty if it has none
 * @param root all that was read of it; nulls are left out, as the API server does
 */
public record ManifestTree(Place place, String apiVersion, String kind, ObjectNode root) {

    private static final String LIST = "List";

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
        List<ManifestTree> waiting = null;
        for (String field = parser.nextFieldName(); field != null; field = parser.nextFieldName()) {
            parser.nextToken();
            String kind = root.path("kind").asText();
            if (field.equals("items")
                    && parser.currentToken() == JsonToken.START_ARRAY
                    && (kind.isEmpty() || kind.endsWith(LIST))) {
                waiting = elements(parser, consumer);
            } else if (parser.currentToken() != JsonToken.VALUE_NULL) {
                root.set(field, LocatedTree.read(parser).root());
            }
        }
        ManifestTree object = of(place, root);
        if (waiting == null && !object.kind.equals(LIST)) {
            consumer.accept(object);
        } else if (waiting != null) {
            String kind =
                    object.kind.endsWith(LIST) ? object.kind.substring(0, object.kind.length() - LIST.length()) : "";
            waiting.forEach(
                    element -> consumer.accept(new ManifestTree(element.place, object.apiVersion, kind, element.root)));
        }
    }

    /** Reads what a list has; hands back those objects that don't say what they are, which the list may still say. */
    private static List<ManifestTree> elements(ManifestParser parser, Consumer<ManifestTree> consumer)
            throws IOException {
        List<ManifestTree> waiting = new ArrayList<>();
        for (JsonToken token = parser.nextToken();
                token != null && token != JsonToken.END_ARRAY;
                token = parser.nextToken()) {
            Place place = parser.place();
            if (!(LocatedTree.read(parser).root() instanceof ObjectNode root)) {
                throw noObject(place);
            }
            ManifestTree element = of(place, root);
            if (element.kind.isEmpty()) {
                waiting.add(element);
            } else {
                consumer.accept(element);
            }
        }
        return waiting;
    }

    private static ManifestTree of(Place place, ObjectNode root) {
        return new ManifestTree(
                place, root.path("apiVersion").asText(), root.path("kind").asText(), root);
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

    /** The exception for a mistake in it. */
    public InputException mistake(String problem) {
        String object = (kind + " " + name()).strip();
        return new InputException(place, object.isEmpty() ? problem : object + ": " + problem);
    }
}
