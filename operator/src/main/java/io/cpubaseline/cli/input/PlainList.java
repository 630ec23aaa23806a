package io.cpubaseline.cli.input;

import com.fasterxml.jackson.core.JsonToken;
import io.cpubaseline.manifest.ManifestParser;
import java.io.IOException;
import java.util.Set;

/** A list that is no object of Kubernetes, as support bundles have many. */
final class PlainList {

    private static final Set<String> THAT_COUNT = Set.of("Node", "NodeFeature");

    private PlainList() {}

    /** Whether a list, which the parser is led through, has something that would count if it were in a list of Kubernetes. */
    static boolean hasNodes(ManifestParser parser) throws IOException {
        boolean found = false;
        for (JsonToken token = parser.nextToken();
                token != JsonToken.END_ARRAY && token != null;
                token = parser.nextToken()) {
            if (token != JsonToken.START_OBJECT) {
                parser.skipChildren();
                continue;
            }
            for (String field = parser.nextFieldName(); field != null; field = parser.nextFieldName()) {
                JsonToken value = parser.nextToken();
                found |= field.equals("kind")
                        && value == JsonToken.VALUE_STRING
                        && THAT_COUNT.contains(parser.getText());
                parser.skipChildren();
            }
        }
        return found;
    }
}
