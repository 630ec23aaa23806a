package io.cpubaseline.guest;

import io.cpubaseline.catalog.CatalogLoader;
import io.cpubaseline.cpu.CpuCatalog;
import io.cpubaseline.cpu.CpuModel;
import io.cpubaseline.cpu.FeatureSet;
import io.cpubaseline.lab.process.LabException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What the installed QEMU can emulate, by its own word, and how it is told to emulate a planned CPU. */
final class Emulator implements AutoCloseable {
    private final QemuMachine qemu;
    private final CpuCatalog catalog = CatalogLoader.catalog();
    private final Map<String, String> qemuNames = new HashMap<>();
    private final Set<String> models = new HashSet<>();
    private final FeatureSet emulable;

    Emulator(Path directory) {
        qemu = QemuMachine.startEmpty("questions", directory);
        Table.read("qemu-names.csv", qemuNames::put);
        qemu.qmp()
                .execute("query-cpu-definitions")
                .forEach(model -> models.add(model.path("name").asText()));
        emulable = expand("max", Map.of());
    }

    /** QEMU's version, for example {@code 7.2.22}. */
    String version() {
        return qemu.version();
    }

    /**
     * The model and the required features, as libvirt passes them, but for what can't be emulated. What this emulator's version of the model
     * has more or less than KVM's, it is told to leave out or to add; and to refuse to start ({@code enforce}) if anything is missing then.
     */
    EmulatedCpu emulate(PlannedCpu planned) {
        CpuModel model = catalog.model(planned.model())
                .orElseThrow(() -> new LabException("the catalog has no model " + planned.model()));
        FeatureSet promised = model.features().union(planned.required());
        FeatureSet leftOut = promised.minus(emulable);
        FeatureSet given = promised.minus(leftOut);
        FeatureSet ofLevel = catalog.levels().features(planned.level());
        if (!models.contains(planned.model())) {
            return new EmulatedCpu(
                    planned, "", promised, given, leftOut, ofLevel, "this QEMU has no model " + planned.model());
        }

        Map<String, Boolean> required = new LinkedHashMap<>();
        planned.required().minus(leftOut).names().forEach(feature -> required.put(qemuName(feature), true));
        FeatureSet byDefault = expand(planned.model(), required);
        List<String> arguments = new ArrayList<>(List.of(planned.model()));
        required.keySet().forEach(feature -> arguments.add(feature + "=on"));
        given.minus(byDefault).names().forEach(feature -> arguments.add(qemuName(feature) + "=on"));
        byDefault.minus(given).names().forEach(feature -> arguments.add(qemuName(feature) + "=off"));
        arguments.add("enforce");

        FeatureSet missing = leftOut.intersect(ofLevel);
        return new EmulatedCpu(
                planned,
                String.join(",", arguments),
                promised,
                given,
                leftOut,
                ofLevel,
                missing.isEmpty() ? "" : "TCG can't emulate " + missing);
    }

    /** The features that a guest gets from a model of QEMU's, by libvirt's names. What is no CPU feature in the answer is left out. */
    private FeatureSet expand(String model, Map<String, Boolean> features) {
        List<String> names = new ArrayList<>();
        qemu.qmp()
                .execute(
                        "query-cpu-model-expansion",
                        Map.of("type", "full", "model", Map.of("name", model, "props", features)))
                .at("/model/props")
                .properties()
                .forEach(property -> {
                    if (property.getValue().isBoolean() && property.getValue().asBoolean()) {
                        catalog.featureName(property.getKey()).ifPresent(names::add);
                    }
                });
        return FeatureSet.copyOf(names);
    }

    private String qemuName(String feature) {
        return qemuNames.getOrDefault(feature, feature);
    }

    @Override
    public void close() {
        qemu.close();
    }
}
