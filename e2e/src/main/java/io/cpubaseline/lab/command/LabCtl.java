package io.cpubaseline.lab.command;

import io.cpubaseline.lab.Lab;
import io.cpubaseline.lab.LabOptions;
import io.cpubaseline.lab.objects.NodeManifests;
import io.cpubaseline.lab.process.Directories;
import io.cpubaseline.lab.process.LabException;
import io.cpubaseline.lab.use.Chart;
import io.cpubaseline.lab.use.Operator;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/** What {@code labctl up} does: starts a lab that outlives this JVM. The other verbs need no Java. */
public final class LabCtl {
    private LabCtl() {}

    /**
     * Starts it.
     *
     * @param arguments the lab's directory, then options of {@code labctl up}, which labctl has looked at already. Exit code 0: it runs; 1:
     *     it does not; 2: the manifests of the nodes are wrong
     */
    public static void main(String[] arguments) {
        LabCommand.main("labctl", () -> up(List.of(arguments)));
    }

    private static int up(List<String> arguments) {
        Iterator<String> words = arguments.iterator();
        Path directory = Path.of(words.next());
        LabOptions options = LabOptions.apiServer();
        boolean operator = false;
        List<Path> nodes = new ArrayList<>();
        while (words.hasNext()) {
            switch (words.next()) {
                case "--full" -> options = LabOptions.migrating();
                case "--operator" -> operator = true;
                default -> nodes.add(Path.of(words.next()));
            }
        }
        NodeManifests manifests;
        try {
            manifests = NodeManifests.read(nodes.toArray(Path[]::new));
        } catch (LabException e) {
            System.err.println("labctl: --nodes: " + e.getMessage());
            return 2;
        }
        Directories.delete(directory);
        try (Lab lab = Lab.start(options.in(directory).detach())) {
            lab.apply(manifests);
            if (operator) {
                Path account = Chart.install(lab, Map.of("virtualMachines.write", "true"));
                Operator.start(lab, account).awaitReady();
            }
            System.out.println(lab.kubeconfig());
        }
        return 0;
    }
}
