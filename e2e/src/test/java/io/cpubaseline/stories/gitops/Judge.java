package io.cpubaseline.stories.gitops;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.cpubaseline.lab.process.Programs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What kstatus, Flux and Argo CD make of objects: by kstatus' own library, by Flux's evaluator, and by Argo CD's Lua engine. */
final class Judge {

    private static final Path GITOPS = Programs.e2eDirectory().resolveSibling("gitops");
    private static final ObjectMapper JSON = new ObjectMapper();

    private Judge() {}

    /**
     * What they say of one object.
     *
     * @param kstatus {@code Current}, {@code InProgress} or {@code Failed}
     * @param flux the same, by the expressions in {@code gitops/flux}
     * @param argo {@code Healthy}, {@code Progressing}, {@code Suspended} or {@code Degraded}, by the script in {@code gitops/argocd}
     * @param message what Argo CD shows
     */
    record Verdict(String name, String kstatus, String flux, String argo, String message) {

        /** The three words: one means the same as the others. */
        String words() {
            return kstatus + " " + flux + " " + argo;
        }
    }

    /** The folder of a kind's customization of Argo CD. */
    static Path customization(String kind) {
        return GITOPS.resolve("argocd").resolve(kind);
    }

    /** The file of a kind's expressions for Flux. */
    static Path expressions(String kind) {
        return GITOPS.resolve("flux").resolve(kind + ".yaml");
    }

    /** Judges objects of one kind, given as YAML or JSON documents. */
    static List<Verdict> of(String kind, List<String> objects) throws IOException, InterruptedException {
        String answers = run(
                String.join("\n---\n", objects),
                "statuses",
                customization(kind).resolve("health.lua").toString(),
                expressions(kind).toString());
        List<Verdict> verdicts = new ArrayList<>();
        for (String line : answers.lines().toList()) {
            JsonNode said = JSON.readTree(line);
            verdicts.add(new Verdict(
                    said.path("name").asText(),
                    said.path("kstatus").asText(),
                    said.path("flux").asText(),
                    said.path("argo").path("status").asText(),
                    said.path("argo").path("message").asText()));
        }
        return verdicts;
    }

    /** Runs the tests of the customization as Argo CD runs its own; returns how many there are, in words. */
    static String testCustomization(String kind) throws IOException, InterruptedException {
        return run("", "customization", customization(kind).toString());
    }

    private static String run(String input, String... arguments) throws IOException, InterruptedException {
        Path program = Programs.find(List.of(Programs.GITOPS)).path("judge");
        Path objects = Files.createTempFile("judge", ".yaml");
        try {
            Files.writeString(objects, input);
            Process process = new ProcessBuilder(Stream.concat(Stream.of(program.toString()), Stream.of(arguments))
                            .toList())
                    .redirectInput(objects.toFile())
                    .redirectErrorStream(true)
                    .start();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new AssertionError(said);
            }
            return said;
        } finally {
            Files.delete(objects);
        }
    }
}
