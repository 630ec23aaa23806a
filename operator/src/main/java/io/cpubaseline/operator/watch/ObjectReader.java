package io.cpubaseline.operator.watch;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;
import io.cpubaseline.operator.kube.Json;
import java.io.IOException;

/**
 * Reads Kubernetes objects of one kind into small values, straight from the stream.
 *
 * @param <V> the value: immutable, and equal to another if nothing differs that the operator acts on; a resource version doesn't belong
 *     into it
 */
public interface ObjectReader<V> {

    /**
     * Reads one object. Odd content counts as missing; only a broken stream may fail.
     *
     * @param object stands at the object's first token, afterwards at its last
     */
    public V read(JsonParser object) throws IOException;

    /** The same from a tree that is in memory already. */
    default V read(JsonNode object) {
        try (JsonParser parser = object.traverse(Json.MAPPER)) {
            parser.nextToken();
            return read(parser);
        } catch (IOException e) {
            throw new IllegalStateException("a tree in memory can't be read", e);
        }
    }

    /** What the object is called. */
    ObjectName nameOf(V view);
}
