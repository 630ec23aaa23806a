package io.cpubaseline.lab.process;

import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Where the built programs and files of the lab are. {@code build-lab} decides that; it is asked, never second-guessed. */
public final class Programs {
    /** etcd, kube-apiserver, kubectl, kube-scheduler, kube-controller-manager. */
    public static final String KUBERNETES = "kubernetes";

    /** virt-api, virt-controller, KubeVirt's custom resource definitions in {@code crds.yaml} and virt-api's webhooks in {@code webhooks.yaml}. */
    public static final String KUBEVIRT = "kubevirt";

    /** The custom resource definitions of node-feature-discovery in {@code crds.yaml}. */
    public static final String NFD_CRDS = "nfd-crds";

    /** kwok, and its own stages for nodes and pods in {@code stages.yaml}. */
    public static final String KWOK = "kwok";

    /** nfd-master. */
    public static final String NFD = "nfd";

    /** Helm 3 as {@code helm}. */
    public static final String HELM_3 = "helm3";

    /** Helm 4 as {@code helm}. */
    public static final String HELM_4 = "helm4";

    /** {@code agent}, Argo CD's sync engine, and {@code judge}, which tells what Argo CD and Flux make of a status. */
    public static final String GITOPS = "gitops";

    private final Map<String, Path> directories;

    private Programs(Map<String, Path> directories) {
        this.directories = directories;
    }

    /**
     * Finds the named families.
     *
     * @throws LabException when one of them has not been built; the message names the command that builds it
     */
    public static Programs find(List<String> families) {
        Path buildLab = e2eDirectory().resolve("build-lab");
        List<String> command = new ArrayList<>(List.of(buildLab.toString(), "--print-dir"));
        command.addAll(families);
        Map<String, Path> directories = new LinkedHashMap<>();
        for (String line : Command.run(Map.of(), command).lines().toList()) {
            int space = line.indexOf(' ');
            directories.put(line.substring(0, space), Path.of(line.substring(space + 1)));
        }
        List<String> missing = families.stream()
                .filter(family -> !Files.isDirectory(directories.getOrDefault(family, Path.of("/nonexistent"))))
                .toList();
        if (!missing.isEmpty()) {
            throw new LabException("The lab's programs are not built (or e2e/programs changed since). Run: " + buildLab
                    + " " + String.join(" ", missing));
        }
        return new Programs(directories);
    }

    /**
     * A program or file of one of the families.
     *
     * @throws LabException when none of them has it
     */
    public Path path(String name) {
        return directories.values().stream()
                .map(directory -> directory.resolve(name))
                .filter(Files::isRegularFile)
                .findFirst()
                .orElseThrow(() -> new LabException("There is no " + name + " in " + directories.values()));
    }

    /** A family's directory. Its name carries a hash of all that it was built from. */
    public Path directory(String family) {
        Path directory = directories.get(family);
        if (directory == null) {
            throw new LabException("The family " + family + " was not asked for, only " + directories.keySet());
        }
        return directory;
    }

    /** The directory beside the programs where the lab keeps other things that take long to make. */
    public Path cache(String name) {
        return directory(KUBERNETES).resolveSibling("..").resolve(name).normalize();
    }

    /** The checkout's {@code e2e} folder, found from where this class was loaded: its {@code target} is there. */
    public static Path e2eDirectory() {
        try {
            Path classes = Path.of(Programs.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
            for (Path folder = classes; folder != null; folder = folder.getParent()) {
                if (Files.isExecutable(folder.resolve("build-lab"))) {
                    return folder;
                }
            }
            throw new LabException("There is no build-lab in any folder above " + classes);
        } catch (URISyntaxException e) {
            throw new LabException("The lab's classes must be in files", e);
        }
    }
}
