package io.cpubaseline.operator.cluster;

import static io.cpubaseline.operator.watch.JsonFields.each;
import static io.cpubaseline.operator.watch.JsonFields.eachItem;
import static io.cpubaseline.operator.watch.JsonFields.seconds;
import static io.cpubaseline.operator.watch.JsonFields.text;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.cpubaseline.operator.kube.Json;
import io.cpubaseline.operator.watch.ObjectName;
import io.cpubaseline.operator.watch.ObjectReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Reads MutatingAdmissionPolicyBindings, of which a cluster has a few. */
public final class AdmissionBindingReader implements ObjectReader<AdmissionBinding> {

    @Override
    public AdmissionBinding read(JsonParser object) throws IOException {
        String[] name = {""};
        JsonNode[] spec = {MissingNode.getInstance()};
        long[] created = {0};
        List<String> owners = new ArrayList<>();
        each(object, (field, value) -> {
            switch (field) {
                case "metadata" ->
                    each(value, (part, content) -> {
                        switch (part) {
                            case "name" -> name[0] = text(content);
                            case "creationTimestamp" -> created[0] = seconds(text(content));
                            case "ownerReferences" ->
                                eachItem(
                                        content,
                                        reference -> each(reference, (key, uid) -> {
                                            if (key.equals("uid")) {
                                                owners.add(text(uid));
                                            }
                                        }));
                            default -> {}
                        }
                    });
                case "spec" -> spec[0] = Json.MAPPER.readTree(value);
                default -> {}
            }
        });
        return new AdmissionBinding(
                name[0],
                spec[0].path("policyName").asText(),
                owners.size() == 1 ? owners.get(0) : "",
                created[0],
                canonical(spec[0]));
    }

    /** A text that is the same for specs that mean the same: keys sorted, and without empty parts, which the API server fills in or drops. */
    public static String canonical(JsonNode spec) {
        return withoutEmpty(spec).toString();
    }

    private static Object withoutEmpty(JsonNode node) {
        if (node.isObject()) {
            Map<String, Object> sorted = new TreeMap<>();
            node.properties().forEach(field -> {
                Object value = withoutEmpty(field.getValue());
                if (!value.equals(Map.of()) && !value.equals(List.of())) {
                    sorted.put(field.getKey(), value);
                }
            });
            return sorted;
        }
        if (node.isArray()) {
            List<Object> items = new ArrayList<>();
            node.forEach(item -> items.add(withoutEmpty(item)));
            return items;
        }
        return node;
    }

    @Override
    public ObjectName nameOf(AdmissionBinding view) {
        return new ObjectName("", view.name());
    }
}
