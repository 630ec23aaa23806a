package io.cpubaseline.lab.controlplane;

import io.cpubaseline.lab.process.Directories;
import io.cpubaseline.lab.process.Kubectl;
import io.cpubaseline.lab.process.Programs;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * etcd's data with all foreign resource definitions in it. Applying KubeVirt's takes ten seconds, so it is done once per set of
 * programs, and every lab starts on a copy.
 */
public final class PreparedEtcd {
    /** To be counted up when the preparation itself changes. */
    private static final int EDITION = 1;

    private static final List<String> INGREDIENTS = List.of(Programs.KUBERNETES, Programs.KUBEVIRT, Programs.NFD_CRDS);
    private static final Object IN_THIS_JVM = new Object();

    private PreparedEtcd() {}

    /** Puts a copy into the lab's directory; makes the original first where there is none. */
    public static void copyInto(Programs programs, Path lab) {
        Path prepared = programs.cache("prepared")
                .resolve(INGREDIENTS.stream()
                        .map(family -> String.valueOf(programs.directory(family).getFileName()))
                        .collect(Collectors.joining("_", EDITION + "-", "")));
        if (!Files.isDirectory(prepared)) {
            prepare(programs, prepared);
        }
        Directories.copy(prepared, Etcd.data(lab));
    }

    private static void prepare(Programs programs, Path prepared) {
        Path parent = prepared.resolveSibling(".");
        try {
            Files.createDirectories(parent);
            synchronized (IN_THIS_JVM) {
                try (FileChannel lock = FileChannel.open(
                        parent.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
                    lock.lock();
                    if (!Files.isDirectory(prepared)) {
                        deleteOldEditions(parent);
                        Path building = parent.resolve(".building");
                        Directories.delete(building);
                        fill(programs, building);
                        Files.move(building, prepared);
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void fill(Programs programs, Path target) throws IOException {
        Path directory = Directories.forLab();
        Etcd etcd = Etcd.start(programs, directory, false);
        KubeApiServer apiServer = new KubeApiServer(programs, directory, etcd, false, false, List.of());
        try {
            apiServer.start();
            Path kubeconfig = directory.resolve("kubeconfig");
            Files.writeString(kubeconfig, apiServer.adminKubeconfig());
            Kubectl kubectl = new Kubectl(programs.path("kubectl"), kubeconfig);
            for (String family : List.of(Programs.KUBEVIRT, Programs.NFD_CRDS)) {
                Path crds = programs.directory(family).resolve("crds.yaml");
                kubectl.run("apply", "--server-side", "-f", crds.toString());
            }
            kubectl.run("wait", "--for=condition=Established", "crd", "--all", "--timeout=60s");
            apiServer.stop();
            etcd.stop();
            Directories.copy(Etcd.data(directory), target);
        } finally {
            apiServer.kill();
            etcd.kill();
            Directories.delete(directory);
        }
    }

    private static void deleteOldEditions(Path parent) throws IOException {
        try (Stream<Path> entries = Files.list(parent)) {
            entries.filter(Files::isDirectory).forEach(Directories::delete);
        }
    }
}
