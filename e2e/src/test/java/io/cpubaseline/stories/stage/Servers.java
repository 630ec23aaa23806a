package io.cpubaseline.stories.stage;

import io.cpubaseline.lab.objects.NodeManifests;
import java.nio.file.Path;

/** Servers with the CPUs of {@code operator/src/test/resources/nodes}, as many of each as a story wants. */
public final class Servers {
    private static final Path CPUS =
            Path.of("").toAbsolutePath().resolveSibling("operator").resolve("src/test/resources");

    private Servers() {}

    /** Machines with this CPU under these names, each with its NodeFeature. */
    public static NodeManifests of(String cpu, String... names) {
        String file = cpu + ".yaml";
        return NodeManifests.read(
                        CPUS.resolve("nodes").resolve(file),
                        CPUS.resolve("nodefeatures").resolve(file))
                .copies(names);
    }

    /** A machine with an ARM CPU, from {@code ampere-altra.yaml}. */
    public static NodeManifests arm(String name) {
        return NodeManifests.read(Path.of("src/test/resources/ampere-altra.yaml"))
                .copies(name);
    }
}
