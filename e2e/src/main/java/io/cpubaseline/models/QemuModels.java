package io.cpubaseline.models;

import com.fasterxml.jackson.databind.JsonNode;
import io.cpubaseline.cpu.CpuCatalog;
import io.cpubaseline.cpu.FeatureSet;
import io.cpubaseline.guest.QemuMachine;
import io.cpubaseline.guest.Qmp;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The named CPU models of one QEMU, by its own word: {@code query-cpu-definitions} and, for each, {@code query-cpu-model-expansion} of type
 * full. Nothing runs: QEMU is started without a machine.
 *
 * <p>Under KVM a model differs in a few features from the one under TCG, so the catalog is made with {@code kvm}. Its device must exist, but
 * the host's CPU has no say in the answer (seen with QEMU 7.2, 10.0 and 11.1).
 */
final class QemuModels implements AutoCloseable {

    /** Not models: what the host has, and building blocks. */
    private static final Set<String> NO_MODELS = Set.of("base", "host", "max");

    private final QemuMachine qemu;
    private final CpuCatalog names;

    /**
     * Starts a QEMU.
     *
     * @param program the program, by path or by name
     * @param accelerator {@code kvm} or {@code tcg}
     * @param directory where its log and socket go
     * @param names what QEMU's properties are called in libvirt
     */
    QemuModels(String program, String accelerator, Path directory, CpuCatalog names) {
        this.qemu = QemuMachine.startEmpty("models", directory, program, accelerator);
        this.names = names;
    }

    /** QEMU's version, for example {@code 11.1.3}. */
    String version() {
        return qemu.version();
    }

    /** All of its models by name, in its own order. */
    Map<String, QemuModel> all() {
        Map<String, QemuModel> models = new LinkedHashMap<>();
        Qmp qmp = qemu.qmp();
        for (JsonNode definition : qmp.execute("query-cpu-definitions")) {
            String name = definition.path("name").asText();
            if (!NO_MODELS.contains(name)) {
                JsonNode properties = qmp.execute(
                                "query-cpu-model-expansion", Map.of("type", "full", "model", Map.of("name", name)))
                        .at("/model/props");
                models.put(
                        name,
                        new QemuModel(
                                name,
                                definition.path("alias-of").asText(""),
                                features(properties),
                                properties.path("level").asInt(),
                                properties.path("family").asInt()));
            }
        }
        return models;
    }

    /** What is no CPU feature of libvirt's among the properties is left out. */
    private FeatureSet features(JsonNode properties) {
        List<String> features = new ArrayList<>();
        properties.properties().forEach(property -> {
            if (property.getValue().isBoolean() && property.getValue().asBoolean()) {
                names.featureName(property.getKey()).ifPresent(features::add);
            }
        });
        return FeatureSet.copyOf(features);
    }

    @Override
    public void close() {
        qemu.close();
    }
}
