package io.cpubaseline.operator.cluster;

import static io.cpubaseline.operator.watch.JsonFields.each;
import static io.cpubaseline.operator.watch.JsonFields.shared;
import static io.cpubaseline.operator.watch.JsonFields.text;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.cpubaseline.operator.watch.ObjectName;
import io.cpubaseline.operator.watch.ObjectReader;
import io.cpubaseline.virtualmachine.Annotations;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/** Reads namespaces: their names, their labels, and whether models in them may be taken over. */
public final class NamespaceReader implements ObjectReader<NamespaceReader.NamespaceView> {

    /**
     * A namespace as far as selectors care.
     *
     * @param name its name
     * @param labels its labels
     * @param adopt whether its annotation {@link Annotations#ADOPT} is {@code true}
     * @param restart the value of its annotation {@link Annotations#RESTART}; empty if unset
     */
    public record NamespaceView(String name, Map<String, String> labels, boolean adopt, String restart) {

        public NamespaceView {
            labels = Map.copyOf(labels);
        }
    }

    @Override
    public NamespaceView read(JsonParser object) throws IOException {
        String[] name = {""};
        Map<String, String> labels = new HashMap<>();
        boolean[] adopt = {false};
        String[] restart = {""};
        each(object, (field, value) -> {
            if (field.equals("metadata")) {
                each(value, (part, content) -> {
                    switch (part) {
                        case "name" -> name[0] = shared(content);
                        case "labels" ->
                            each(content, (key, label) -> {
                                if (label.currentToken() == JsonToken.VALUE_STRING) {
                                    labels.put(key.intern(), shared(label));
                                }
                            });
                        case "annotations" ->
                            each(content, (key, annotation) -> {
                                switch (key) {
                                    case Annotations.ADOPT ->
                                        adopt[0] = text(annotation).equals("true");
                                    case Annotations.RESTART -> restart[0] = shared(annotation);
                                    default -> {}
                                }
                            });
                        default -> {}
                    }
                });
            }
        });
        return new NamespaceView(name[0], labels, adopt[0], restart[0]);
    }

    @Override
    public ObjectName nameOf(NamespaceView view) {
        return new ObjectName("", view.name());
    }
}
