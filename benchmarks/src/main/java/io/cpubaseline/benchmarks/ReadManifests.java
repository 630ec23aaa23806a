package io.cpubaseline.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Measures {@code plan} on one long List of nodes, in YAML and in JSON, with a small heap: how fast it is read, and that its length takes
 * no memory. Run by {@code benchmarks/read-manifests}.
 */
public final class ReadManifests {

    private static final String HEAP = "-Xmx24m";

    private ReadManifests() {}

    /**
     * Writes the lists, plans each in a process of its own, prints a line per format.
     *
     * @param arguments a directory of Node manifests, and how many megabytes to read
     * @throws IOException if a file can't be read or written
     * @throws InterruptedException if the measurement is stopped
     */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        List<Path> nodes;
        try (Stream<Path> files = Files.list(Path.of(arguments[0]))) {
            nodes = files.filter(file -> file.toString().endsWith(".yaml"))
                    .sorted()
                    .toList();
        }
        long bytes = Long.parseLong(arguments[1]) * 1_000_000;
        Path directory = Files.createTempDirectory("manifests");
        try {
            measure(yaml(nodes, bytes, directory.resolve("nodes.yaml")));
            measure(json(nodes, bytes, directory.resolve("nodes.json")));
        } finally {
            Files.deleteIfExists(directory.resolve("nodes.yaml"));
            Files.deleteIfExists(directory.resolve("nodes.json"));
            Files.delete(directory);
        }
    }

    private static void measure(Path file) throws IOException, InterruptedException {
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                HEAP,
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                "io.cpubaseline.Main",
                "plan",
                "-f",
                file.toString());
        long start = System.nanoTime();
        Process process = new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        Path status = Path.of("/proc", Long.toString(process.pid()), "status");
        String peak = "";
        Duration cpu = Duration.ZERO;
        while (process.isAlive()) {
            peak = highWater(status, peak);
            cpu = process.info().totalCpuDuration().orElse(cpu);
            // The figures are gone with the process, so they are sampled while it runs.
            Thread.sleep(20);
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        System.out.printf(
                "%s: %.0f MB in %.1f s (%.1f s of CPU), %.1f MB/s, heap %s, resident at most %s, exit code %d%n",
                file.getFileName(),
                Files.size(file) / 1e6,
                seconds,
                cpu.toMillis() / 1e3,
                Files.size(file) / 1e6 / seconds,
                HEAP.substring(4),
                peak,
                process.waitFor());
    }

    private static String highWater(Path status, String before) {
        try (Stream<String> lines = Files.lines(status)) {
            return lines.filter(line -> line.startsWith("VmHWM:"))
                    .map(line -> line.substring(6).trim())
                    .findFirst()
                    .orElse(before);
        } catch (IOException | UncheckedIOException e) {
            // The process has just ended.
            return before;
        }
    }

    private static Path yaml(List<Path> nodes, long bytes, Path target) throws IOException {
        List<List<String>> texts = new ArrayList<>();
        for (Path node : nodes) {
            texts.add(Files.readAllLines(node));
        }
        try (BufferedWriter writer = Files.newBufferedWriter(target)) {
            writer.write("apiVersion: v1\nitems:\n");
            long size = 0;
            for (int i = 0; size < bytes; i++) {
                String indent = "- ";
                for (String line : texts.get(i % texts.size())) {
                    String text = indent + (line.startsWith("  name: ") ? "  name: node-" + i : line) + "\n";
                    writer.write(text);
                    size += text.length();
                    indent = "  ";
                }
            }
            writer.write("kind: List\n");
        }
        return target;
    }

    private static Path json(List<Path> nodes, long bytes, Path target) throws IOException {
        ObjectMapper json = new ObjectMapper();
        List<JsonNode> trees = new ArrayList<>();
        for (Path node : nodes) {
            trees.add(new YAMLMapper().readTree(node.toFile()));
        }
        try (BufferedWriter writer = Files.newBufferedWriter(target)) {
            writer.write("{\"apiVersion\":\"v1\",\"items\":[");
            long size = 0;
            for (int i = 0; size < bytes; i++) {
                JsonNode tree = trees.get(i % trees.size());
                ((ObjectNode) tree.path("metadata")).put("name", "node-" + i);
                String text = (i == 0 ? "" : ",") + json.writeValueAsString(tree);
                writer.write(text);
                size += text.length();
            }
            writer.write("],\"kind\":\"List\"}\n");
        }
        return target;
    }
}
