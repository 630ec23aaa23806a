package io.cpubaseline.operator.cluster;

import static io.cpubaseline.operator.watch.JsonFields.each;
import static io.cpubaseline.operator.watch.JsonFields.shared;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.cpubaseline.operator.watch.ObjectName;
import io.cpubaseline.operator.watch.ObjectReader;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/** Reads namespaces: their names and labels. */
public final class NamespaceReader implements ObjectReader<NamespaceReader.NamespaceView> {

    /**
     * A namespace as far as selectors care.
     *
     * @param name its name
     * @param labels its labels
     */
    public record NamespaceView(String name, Map<String, String> labels) {

        public NamespaceView {
            labels = Map.copyOf(labels);
        }
    }

    @Override
    public NamespaceView read(JsonParser object) throws IOException {
        String[] name = {""};
        Map<String, String> labels = new HashMap<>();
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
                        default -> {}
                    }
                });
            }
        });
        return new NamespaceView(name[0], labels);
    }

    @Override
    public ObjectName nameOf(NamespaceView view) {
        return new ObjectName("", view.name());
    }
}
