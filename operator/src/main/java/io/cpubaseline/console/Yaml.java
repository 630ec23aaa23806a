package io.cpubaseline.console;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;

/** Documents as YAML, as kubectl prints it: no quotes where none are needed, no line is broken. */
public final class Yaml {

    private Yaml() {}

    /**
     * The document's lines; the last one ends, too.
     *
     * @throws JsonProcessingException if it can't be written as YAML, which is a fault of the program
     */
    public static String text(Object document) throws JsonProcessingException {
        return YAMLMapper.builder()
                .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
                .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
                .disable(YAMLGenerator.Feature.SPLIT_LINES)
                .build()
                .writeValueAsString(document);
    }
}
