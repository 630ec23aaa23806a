package io.cpubaseline.guest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.cpubaseline.cpu.AbiLevel;
import io.cpubaseline.cpu.FeatureSet;
import io.cpubaseline.lab.process.LabException;
import io.cpubaseline.lab.process.Programs;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The CPU that the program chooses for a fleet: {@code status.pinned} of what {@code cpu-baseline plan} answers.
 *
 * @param name short, for file names and titles
 * @param revision the baseline's revision
 * @param model libvirt's name of the CPU model
 * @param level the x86-64 level that is promised
 * @param required the features required beside the model, as libvirt spells them
 */
record PlannedCpu(String name, String revision, String model, AbiLevel level, FeatureSet required) {

    private static final Path OPERATOR = Programs.e2eDirectory().resolveSibling("operator");

    /** The home lab of the demonstration: five Intel and two AMD nodes. */
    static PlannedCpu ofHomeLab() {
        return plan("homelab", List.of(Programs.e2eDirectory().resolve("src/main/resources/homelab")));
    }

    /** A fleet of one of the real CPUs that the program is tested with. */
    static PlannedCpu ofNode(String node) {
        Path nodes = OPERATOR.resolve("src/test/resources");
        return plan(
                node,
                List.of(
                        nodes.resolve("nodes").resolve(node + ".yaml"),
                        nodes.resolve("nodefeatures").resolve(node + ".yaml")));
    }

    /** The same without one of the required features. */
    PlannedCpu without(String feature) {
        return new PlannedCpu(
                name + "-without-" + feature, revision, model, level, required.minus(FeatureSet.of(feature)));
    }

    /** The same under another name. */
    PlannedCpu named(String other) {
        return new PlannedCpu(other, revision, model, level, required);
    }

    private static PlannedCpu plan(String name, List<Path> manifests) {
        List<String> command = new ArrayList<>();
        command.add(OPERATOR.resolve("target/bin/cpu-baseline").toString());
        command.addAll(List.of("plan", "-o", "json"));
        manifests.forEach(path -> command.addAll(List.of("-f", path.toString())));
        return of(name, json(Subprocess.output(command)).at("/status/pinned"));
    }

    private static JsonNode json(String text) {
        try {
            return new ObjectMapper().readTree(text);
        } catch (JsonProcessingException e) {
            throw new LabException("cpu-baseline plan should print JSON, not " + text, e);
        }
    }

    private static PlannedCpu of(String name, JsonNode pinned) {
        List<String> required = new ArrayList<>();
        pinned.path("requiredFeatures")
                .forEach(feature -> required.add(feature.path("name").asText()));
        return new PlannedCpu(
                name,
                pinned.path("revision").asText(),
                pinned.path("cpuModel").asText(),
                AbiLevel.parse(pinned.path("abiLevel").asText())
                        .orElseThrow(() -> new LabException("cpu-baseline plan answers nothing for " + name)),
                FeatureSet.copyOf(required));
    }
}
