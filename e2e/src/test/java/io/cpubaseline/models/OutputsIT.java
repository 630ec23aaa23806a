package io.cpubaseline.models;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.cpubaseline.guest.QemuMachine;
import io.cpubaseline.lab.process.Programs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What {@code plan -o qemu} and {@code -o libvirt} print is understood by the QEMU and the libvirt that are installed. Both may be older than a
 * model or a feature: such a name is left out, but not a name that they spell otherwise.
 *
 * <p>No guest is started: under TCG a host lacks much of what real ones have. libvirt is asked by its test driver, which has libvirt's own schema, map
 * of models and names of features, and needs no daemon.
 */
class OutputsIT {

    private static final Path OPERATOR = Programs.e2eDirectory().resolveSibling("operator");
    private static final Path NODES = OPERATOR.resolve("src/test/resources/nodes");
    private static final Path HOME_LAB = Programs.e2eDirectory().resolve("src/main/resources/homelab");

    private static final Pattern CPU = Pattern.compile("<cpu .*?</cpu>", Pattern.DOTALL);
    private static final Pattern MODEL = Pattern.compile("<model fallback='forbid'>(.+)</model>");
    private static final Pattern FEATURE = Pattern.compile("<feature policy='require' name='(.+)'/>");

    @TempDir
    private Path directory;

    /** A program's output, that of errors too. */
    private record Ran(int exitCode, String output) {}

    private static Ran run(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        return new Ran(process.waitFor(), output);
    }

    private static String plan(Path nodes, String format) throws IOException, InterruptedException {
        Ran plan = run(List.of(
                OPERATOR.resolve("target/bin/cpu-baseline").toString(), "plan", "-f", nodes.toString(), "-o", format));
        assertThat(plan.exitCode()).as(plan.output()).isZero();
        return plan.output();
    }

    private Ran virsh(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("virsh", "-q", "-c", "test:///default"));
        command.addAll(List.of(arguments));
        return run(command);
    }

    /** Fleets of which the oldest are known to every QEMU and libvirt. */
    private static List<Path> fleets() {
        return List.of(
                HOME_LAB,
                NODES.resolve("core2-q9500.yaml"),
                NODES.resolve("core-i7-5600u-ibrs.yaml"),
                NODES.resolve("xeon-gold-6130.yaml"),
                NODES.resolve("epyc-7601-32-core-ibpb.yaml"));
    }

    @Test
    void qemu_has_the_models_and_the_features_by_these_names() throws Exception {
        // Given
        List<String> arguments = new ArrayList<>();
        for (Path fleet : fleets()) {
            plan(fleet, "qemu").lines().filter(line -> line.startsWith("-cpu ")).forEach(arguments::add);
        }
        assertThat(arguments).hasSize(6);

        try (QemuMachine qemu = QemuMachine.startEmpty("outputs", directory, "qemu-system-x86_64", "tcg")) {
            Set<String> properties = new HashSet<>();
            expanded(qemu, "max", Map.of()).fieldNames().forEachRemaining(properties::add);
            Set<String> models = new HashSet<>();
            qemu.qmp()
                    .execute("query-cpu-definitions")
                    .forEach(model -> models.add(model.path("name").asText()));
            int asked = 0;
            for (String argument : arguments) {
                List<String> parts =
                        List.of(argument.substring("-cpu ".length()).split(","));
                Map<String, Boolean> features = new LinkedHashMap<>();
                for (String feature : parts.subList(1, parts.size() - 1)) {
                    String name = feature.substring(0, feature.indexOf('='));
                    if (properties.contains(name)) {
                        features.put(name, feature.endsWith("=on"));
                    } else {
                        assertThat(ofLaterQemu(name)).as(argument).isTrue();
                    }
                }
                if (!models.contains(parts.get(0))) {
                    continue;
                }
                asked++;

                // When
                JsonNode guest = expanded(qemu, parts.get(0), features);

                // Then
                features.forEach((name, on) ->
                        assertThat(guest.path(name).asBoolean()).as(name).isEqualTo(on));
                assertThat(parts.get(parts.size() - 1)).isEqualTo("enforce");
            }
            assertThat(asked).isGreaterThanOrEqualTo(5);
        }
    }

    /** Bits of immunity that QEMU has learnt since 7.2. */
    private static boolean ofLaterQemu(String feature) {
        return feature.endsWith("-no");
    }

    private static JsonNode expanded(QemuMachine qemu, String model, Map<String, Boolean> features) {
        return qemu.qmp()
                .execute(
                        "query-cpu-model-expansion",
                        Map.of("type", "full", "model", Map.of("name", model, "props", features)))
                .at("/model/props");
    }

    @Test
    void libvirts_schema_takes_every_element() throws Exception {
        // Given
        Path domain = directory.resolve("domain.xml");
        int elements = 0;
        for (Path fleet : fleets()) {
            Matcher cpu = CPU.matcher(plan(fleet, "libvirt"));
            while (cpu.find()) {
                elements++;
                Files.writeString(domain, """
                        <domain type='test'>
                          <name>guest</name>
                          <memory unit='MiB'>64</memory>
                          <os><type arch='x86_64'>hvm</type></os>
                          %s
                        </domain>
                        """.formatted(cpu.group()));

                // When
                Ran defined = virsh("define", "--validate", domain.toString());

                // Then
                assertThat(defined.output()).as(cpu.group()).doesNotContain("error");
                assertThat(defined.exitCode()).isZero();
            }
        }
        assertThat(elements).isEqualTo(6);
    }

    @Test
    void libvirt_has_the_models_and_the_features_by_these_names() throws Exception {
        // Given
        List<String> known = virsh("cpu-models", "x86_64").output().lines().toList();
        Path cpu = directory.resolve("cpu.xml");
        int asked = 0;
        for (Path fleet : fleets()) {
            String element = plan(fleet, "libvirt");
            Matcher model = MODEL.matcher(element);
            if (model.find() && known.contains(model.group(1))) {
                for (String feature : FEATURE.matcher(element)
                        .results()
                        .map(found -> found.group(1))
                        .filter(name -> !ofLaterQemu(name))
                        .toList()) {
                    asked++;

                    // When
                    Ran answer = baseline(cpu, model.group(1), feature);

                    // Then
                    assertThat(answer.output()).startsWith("<cpu ");
                    assertThat(answer.exitCode()).isZero();
                }
            }
        }
        assertThat(asked).isGreaterThan(5);
    }

    @ParameterizedTest
    @ValueSource(strings = {"pclmulqdq", "sse4-1"})
    void libvirt_would_refuse_names_of_others(String feature) throws Exception {
        assertThat(baseline(directory.resolve("cpu.xml"), "Westmere", feature).output())
                .contains("Unknown CPU feature " + feature);
    }

    /** What libvirt makes of a CPU, perhaps by another model; it reads the names by its own map. */
    private Ran baseline(Path file, String model, String feature) throws IOException, InterruptedException {
        Files.writeString(file, """
                <cpu>
                  <arch>x86_64</arch>
                  <model fallback='forbid'>%s</model>
                  <feature policy='require' name='%s'/>
                </cpu>
                """.formatted(model, feature));
        return virsh("cpu-baseline", file.toString());
    }
}
