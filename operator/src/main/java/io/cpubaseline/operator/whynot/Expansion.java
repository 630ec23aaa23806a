package io.cpubaseline.operator.whynot;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * What an instancetype and a preference add to a virtual machine's template, as far as nodes are selected by it (pkg/instancetype/apply and
 * pkg/instancetype/preference/apply in KubeVirt 1.8.4). A cluster is asked for the whole of it; files are not.
 */
final class Expansion {

    private Expansion() {}

    /** A copy of the virtual machine with its instancetype's {@code spec} applied; whatever the template says itself would be a conflict. */
    static JsonNode withInstancetype(JsonNode machine, JsonNode instancetype) {
        ObjectNode expanded = machine.deepCopy();
        ObjectNode spec = expanded.withObject("/spec/template/spec");
        ObjectNode cpu = spec.withObject("/domain/cpu");
        JsonNode theirs = instancetype.path("cpu");
        for (String field : new String[] {"model", "dedicatedCPUPlacement", "realtime"}) {
            if (theirs.hasNonNull(field)) {
                cpu.set(field.equals("dedicatedCPUPlacement") ? "dedicatedCpuPlacement" : field, theirs.get(field));
            }
        }
        if (theirs.path("guest").canConvertToLong()) {
            // However a preference spreads them, their number is the same.
            cpu.put("sockets", theirs.path("guest").asLong()).put("cores", 1).put("threads", 1);
        }
        JsonNode memory = instancetype.path("memory");
        copy(memory, "guest", spec.withObject("/domain/memory"), "guest");
        copy(memory, "hugepages", spec.withObject("/domain/memory"), "hugepages");
        copy(instancetype, "launchSecurity", spec.withObject("/domain"), "launchSecurity");
        copy(instancetype, "nodeSelector", spec, "nodeSelector");
        copy(instancetype, "schedulerName", spec, "schedulerName");
        copy(instancetype, "gpus", spec.withObject("/domain/devices"), "gpus");
        copy(instancetype, "hostDevices", spec.withObject("/domain/devices"), "hostDevices");
        return expanded;
    }

    /** A copy of the virtual machine with its preference's {@code spec} applied, where the template says nothing itself. */
    static JsonNode withPreference(JsonNode machine, JsonNode preference) {
        ObjectNode expanded = machine.deepCopy();
        ObjectNode spec = expanded.withObject("/spec/template/spec");
        if (!spec.at("/domain/machine/type").isTextual()) {
            copy(preference.path("machine"), "preferredMachineType", spec.withObject("/domain/machine"), "type");
        }
        if (!spec.path("architecture").isTextual()) {
            copy(preference, "preferredArchitecture", spec, "architecture");
        }
        addFeatures(spec, preference.at("/cpu/preferredCPUFeatures"));
        JsonNode hyperv = preference.at("/features/preferredHyperv");
        if (hyperv.isObject()) {
            ObjectNode own = spec.withObject("/domain/features/hyperv");
            for (Map.Entry<String, JsonNode> feature : hyperv.properties()) {
                if (!own.has(feature.getKey())) {
                    own.set(feature.getKey(), feature.getValue());
                }
            }
        }
        return expanded;
    }

    private static void addFeatures(ObjectNode spec, JsonNode preferred) {
        if (!preferred.isArray() || preferred.isEmpty()) {
            return;
        }
        ObjectNode cpu = spec.withObject("/domain/cpu");
        ArrayNode features = cpu.path("features") instanceof ArrayNode own ? own : cpu.putArray("features");
        Set<String> known = new HashSet<>();
        features.forEach(feature -> known.add(feature.path("name").asText()));
        preferred.forEach(feature -> {
            if (!known.contains(feature.path("name").asText())) {
                features.add(feature);
            }
        });
    }

    private static void copy(JsonNode from, String field, ObjectNode into, String as) {
        if (from.hasNonNull(field)) {
            into.set(as, from.get(field));
        }
    }
}
