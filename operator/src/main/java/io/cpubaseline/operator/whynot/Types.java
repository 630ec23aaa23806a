package io.cpubaseline.operator.whynot;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BinaryOperator;
import org.jspecify.annotations.Nullable;

/** The instancetypes and preferences that there are, and what they make of virtual machines. */
final class Types {

    /** API group of all of them. */
    static final String GROUP = "instancetype.kubevirt.io";

    private static final String CLUSTER_WIDE = "VirtualMachineCluster";

    /** {@code spec} by kind and name, those that are of a namespace with it before the name. */
    private final Map<String, JsonNode> specs = new HashMap<>();

    private final String where;
    private final String remedy;

    /**
     * None yet.
     *
     * @param where where they are looked for, such as {@code in the files}
     * @param remedy what to do where one is missing; empty if there is nothing to do
     */
    Types(String where, String remedy) {
        this.where = where;
        this.remedy = remedy;
    }

    /** Whether objects of this kind belong to no namespace. */
    static boolean isClusterWide(String kind) {
        return kind.startsWith(CLUSTER_WIDE);
    }

    /** Whether a virtual machine names any. */
    static boolean areNamedBy(JsonNode machine) {
        return machine.at("/spec/instancetype").isObject()
                || machine.at("/spec/preference").isObject();
    }

    void add(String kind, JsonNode object) {
        specs.put(
                key(
                        kind,
                        isClusterWide(kind)
                                ? ""
                                : object.at("/metadata/namespace").asText(),
                        object.at("/metadata/name").asText()),
                object.path("spec"));
    }

    private static String key(String kind, String namespace, String name) {
        return "%s %s/%s".formatted(kind, namespace, name);
    }

    /**
     * A virtual machine with what its instancetype and its preference add.
     *
     * @param unread takes a sentence about each that is missing
     */
    JsonNode expanded(JsonNode machine, String namespace, List<String> unread) {
        return expanded(
                expanded(machine, namespace, "instancetype", Expansion::withInstancetype, unread),
                namespace,
                "preference",
                Expansion::withPreference,
                unread);
    }

    /** The kind is the cluster-wide one where none is named (KubeVirt 1.8.4, pkg/instancetype/webhooks/vm). */
    private JsonNode expanded(
            JsonNode machine, String namespace, String field, BinaryOperator<JsonNode> expansion, List<String> unread) {
        String type = machine.at("/spec/" + field + "/name").asText();
        if (type.isEmpty()) {
            return machine;
        }
        String whole = field.equals("instancetype") ? "Instancetype" : "Preference";
        boolean ofNamespace =
                machine.at("/spec/" + field + "/kind").asText().equalsIgnoreCase("VirtualMachine" + whole);
        String kind = (ofNamespace ? "VirtualMachine" : CLUSTER_WIDE) + whole;
        @Nullable JsonNode spec = specs.get(key(kind, ofNamespace ? namespace : "", type));
        if (spec == null) {
            unread.add("Its %s %s is not %s: what it adds is left out%s"
                    .formatted(
                            field,
                            type,
                            where,
                            remedy.isEmpty()
                                    ? ""
                                    : remedy.formatted(
                                            ofNamespace ? "-n %s ".formatted(namespace) : "",
                                            kind.toLowerCase(Locale.ROOT),
                                            type)));
            return machine;
        }
        return expansion.apply(machine, spec);
    }
}
