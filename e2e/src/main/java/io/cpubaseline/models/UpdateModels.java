package io.cpubaseline.models;

import io.cpubaseline.catalog.CatalogLoader;
import io.cpubaseline.cpu.CpuCatalog;
import io.cpubaseline.cpu.FeatureSet;
import io.cpubaseline.lab.process.Directories;
import io.cpubaseline.lab.process.LabException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * The command {@code update-models}: rewrites the catalog's {@code models.json} by what a QEMU and libvirt's map say, and prints what has
 * changed.
 */
public final class UpdateModels {

    private static final String USAGE = "usage: update-models QEMU CPU_MAP";

    private UpdateModels() {}

    /** Runs the command; the first argument is the table, the others are the user's. */
    public static void main(String[] arguments) throws IOException {
        if (arguments.length != 3) {
            System.err.println(USAGE);
            System.exit(2);
        }
        Path directory = Files.createTempDirectory("update-models-");
        int exitCode = 0;
        try {
            update(Path.of(arguments[0]), arguments[1], Path.of(arguments[2]), directory);
        } catch (LabException e) {
            System.err.println("update-models: " + e.getMessage());
            exitCode = 1;
        } finally {
            Directories.delete(directory);
        }
        System.exit(exitCode);
    }

    private static void update(Path file, String program, Path cpuMap, Path directory) throws IOException {
        CpuCatalog catalog = CatalogLoader.catalog();
        CpuMap map = CpuMap.read(cpuMap);
        String before = Files.readString(file);
        ModelTable table = new ModelTable(before, catalog.levels(), catalog.neverBlocks());
        try (QemuModels qemu = new QemuModels(program, "kvm", directory, catalog)) {
            Map<String, QemuModel> models = qemu.all();
            table.source("QEMU %s (accel=kvm) and libvirt's cpu_map".formatted(qemu.version()));
            table.addNew(map);
            table.take(models);
            table.take(map);
        }
        Files.writeString(file, table.text());
        report(new ModelTable(before, catalog.levels(), catalog.neverBlocks()), table);
    }

    private static void report(ModelTable before, ModelTable now) {
        for (String name : now.names()) {
            if (!before.names().contains(name)) {
                System.out.println(name + ": new");
            } else if (!before.features(name).equals(now.features(name))) {
                FeatureSet added = now.features(name).minus(before.features(name));
                FeatureSet gone = before.features(name).minus(now.features(name));
                System.out.println(name + ":" + words(" more: ", added) + words(" no more: ", gone));
            }
        }
        System.out.println(now.names().size() + " models. Now give the catalog a new version: "
                + "operator/src/main/resources/io/cpubaseline/catalog/VERSION");
    }

    private static String words(String before, FeatureSet features) {
        return features.isEmpty() ? "" : before + String.join(" ", features.names());
    }
}
