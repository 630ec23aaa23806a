package io.cpubaseline.cli.input;

import com.fasterxml.jackson.databind.JsonNode;
import io.cpubaseline.fleet.GuestShape;
import io.cpubaseline.fleet.NodeSelection;
import io.cpubaseline.fleet.NodeSelection.Requirement;
import io.cpubaseline.fleet.NodeSelection.Subject;
import io.cpubaseline.fleet.NodeSelection.Term;
import io.cpubaseline.fleet.Placement;
import io.cpubaseline.fleet.Toleration;
import io.cpubaseline.scheduling.Guest;
import io.cpubaseline.scheduling.RunningGuest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Reads a VirtualMachineInstance as far as its CPU and what its owner asks of nodes: model, features, node selector, node affinity, tolerations.
 * Machine type, Hyper-V, a fixed TSC frequency and devices are left out.
 */
final class InstanceFound {

    private static final String REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution";

    private InstanceFound() {}

    /** The guest that it is; nothing if it runs on no node. */
    static Optional<RunningGuest> of(JsonNode metadata, JsonNode spec, JsonNode status) {
        String node = status.path("nodeName").asText();
        String phase = status.path("phase").asText();
        if (node.isEmpty() || phase.equals("Succeeded") || phase.equals("Failed")) {
            return Optional.empty();
        }
        JsonNode cpu = spec.at("/domain/cpu");
        String model = cpu.path("model").asText();
        return Optional.of(new RunningGuest(
                metadata.path("namespace").asText(),
                metadata.path("name").asText(),
                node,
                new Guest(
                        "amd64",
                        model.isEmpty() ? Guest.HOST_MODEL : model,
                        new GuestShape(
                                "",
                                Set.of(),
                                false,
                                false,
                                0,
                                Set.of(),
                                features(cpu, "require", true),
                                features(cpu, "forbid", false),
                                placement(spec)),
                        Guest.OfBaseline.nothing())));
    }

    /** @param always whether a feature without a policy is meant, too: KubeVirt requires it */
    private static List<String> features(JsonNode cpu, String policy, boolean always) {
        List<String> names = new ArrayList<>();
        for (JsonNode feature : cpu.path("features")) {
            String own = feature.path("policy").asText();
            if (own.equals(policy) || always && own.isEmpty()) {
                names.add(feature.path("name").asText());
            }
        }
        return names.stream().sorted().toList();
    }

    private static Placement placement(JsonNode spec) {
        Map<String, String> labels = new HashMap<>();
        spec.path("nodeSelector")
                .properties()
                .forEach(entry -> labels.put(entry.getKey(), entry.getValue().asText()));
        List<Term> terms = new ArrayList<>();
        for (JsonNode term : spec.at("/affinity/nodeAffinity/" + REQUIRED + "/nodeSelectorTerms")) {
            List<Requirement> requirements = new ArrayList<>();
            term.path("matchExpressions").forEach(item -> requirements.add(requirement(item, false)));
            term.path("matchFields").forEach(item -> requirements.add(requirement(item, true)));
            terms.add(new Term(requirements));
        }
        List<Toleration> tolerations = new ArrayList<>();
        for (JsonNode toleration : spec.path("tolerations")) {
            tolerations.add(new Toleration(
                    toleration.path("key").asText(),
                    toleration.path("operator").asText(),
                    toleration.path("value").asText(),
                    toleration.path("effect").asText()));
        }
        return new Placement(new NodeSelection(labels, terms), tolerations);
    }

    private static Requirement requirement(JsonNode item, boolean field) {
        List<String> values = new ArrayList<>();
        item.path("values").forEach(value -> values.add(value.asText()));
        return new Requirement(
                new Subject(field, item.path("key").asText()),
                item.path("operator").asText(),
                values);
    }
}
