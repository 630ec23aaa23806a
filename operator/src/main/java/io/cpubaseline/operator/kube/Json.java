package io.cpubaseline.operator.kube;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

/** JSON as requests and log lines carry it. Safe for all threads. */
public final class Json {

    /** Reads and makes trees; nobody configures it further. */
    public static final ObjectMapper MAPPER = new ObjectMapper();

    private Json() {}

    /** An object as text. */
    public static String text(JsonNode body) {
        try {
            return MAPPER.writeValueAsString(body);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
