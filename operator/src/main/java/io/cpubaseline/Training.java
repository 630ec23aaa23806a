package io.cpubaseline;

import io.cpubaseline.operator.process.Rehearsal;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What the class archive is recorded with: the commands that people wait for, run once on the small fleet that ships for this. Used by
 * {@code bin/record-archive} only.
 */
public final class Training {

    private static final List<String> FORMATS =
            List.of("table", "json", "yaml", "kubevirt", "hco", "harvester", "libvirt", "qemu", "nova", "proxmox");

    private Training() {}

    /**
     * Runs the commands.
     *
     * @param arguments the directory of the training fleet
     */
    public static void main(String[] arguments) throws Exception {
        String fleet = Path.of(arguments[0]).resolve("fleet.yaml").toString();
        for (String format : FORMATS) {
            answer("plan", "-f", fleet, "-o", format);
        }
        for (String format : List.of("table", "json")) {
            for (String word : List.of("avx2", "Haswell-noTSX", "v3")) {
                answer("explain", word, "-f", fleet, "-o", format);
            }
            answer("pools", "--spare", "0", "-f", fleet, "-o", format);
            answer("what-if", "--add", "EPYC-Genoa=2", "-f", fleet, "-o", format);
        }
        Path page = Files.createTempFile("training", ".html");
        answer("report", "-f", fleet, "--output-file", page.toString());
        Files.delete(page);
        Path work = Files.createTempDirectory("training");
        try {
            Rehearsal.play(Path.of(fleet), work, kubeconfig -> {
                // 1 says that no node can take it, which is an answer, too.
                if (Main.run("why-not", "--kubeconfig=" + kubeconfig, "-n", "default", "guest") > 1) {
                    throw new IllegalStateException("why-not has failed");
                }
            });
        } finally {
            // It holds a key, if only for a moment's certificate.
            try (DirectoryStream<Path> files = Files.newDirectoryStream(work)) {
                for (Path file : files) {
                    Files.delete(file);
                }
            }
            Files.delete(work);
        }
        // The client's threads would keep the process for a while.
        System.exit(0);
    }

    private static void answer(String... words) {
        int exitCode = Main.run(words);
        if (exitCode != 0) {
            throw new IllegalStateException("%s has failed".formatted(String.join(" ", words)));
        }
    }
}
