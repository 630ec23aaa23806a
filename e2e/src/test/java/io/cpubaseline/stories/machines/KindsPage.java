package io.cpubaseline.stories.machines;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.cpubaseline.stories.machines.MachineKinds.Kind;
import io.cpubaseline.stories.stage.Machines;
import io.cpubaseline.stories.stage.Seen;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The page {@code docs/kinds-of-virtual-machines.md}: what {@code cpu-baseline vms} and the API server say of each machine, as a table.
 * {@code -Dgolden.rewrite=true} writes it anew.
 */
final class KindsPage {
    private static final Path REPOSITORY =
            Path.of("").toAbsolutePath().resolve("..").normalize();
    private static final Path PAGE = REPOSITORY.resolve("docs/kinds-of-virtual-machines.md");
    private static final String BEGIN = "<!-- table: begin -->\n";
    private static final String END = "<!-- table: end -->\n";
    private static final String MANAGER = "cpu-baseline." + MachineKinds.BASELINE;
    private static final String VENDOR_KEY = "cpu-vendor.node.kubevirt.io/";

    /** What is said of one machine. */
    private record Row(String state, List<String> reasons, List<String> remedies) {}

    private final Map<String, Row> rows = new TreeMap<>();
    private final Map<String, JsonNode> machines = new TreeMap<>();
    private final String pin;

    /**
     * Asks {@code cpu-baseline vms} as an administrator.
     *
     * @param seen the baseline as the operator has last reported it
     * @param list all virtual machines, as the API server lists them
     */
    KindsPage(Path kubeconfig, Seen seen, JsonNode list) throws IOException, InterruptedException {
        pin = seen.pinned().cpuModel()
                + seen.pinned().requiredFeatures().stream()
                        .map(feature -> " " + feature.name())
                        .collect(joining());
        list.path("items").forEach(machine -> machines.put(nameOf(machine.path("metadata")), machine));
        for (JsonNode line : vms(kubeconfig).path("virtualMachines")) {
            rows.put(
                    nameOf(line),
                    new Row(
                            line.path("state").asText(),
                            texts(line.path("reasons"), "reason"),
                            texts(line.path("reasons"), "remedy")));
        }
    }

    private static JsonNode vms(Path kubeconfig) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        REPOSITORY.resolve("operator/target/bin/cpu-baseline").toString(),
                        "vms",
                        "--kubeconfig=" + kubeconfig,
                        "-A",
                        "--baseline=" + MachineKinds.BASELINE,
                        "--output=json")
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        return new ObjectMapper().readTree(said);
    }

    private static String nameOf(JsonNode object) {
        return object.path("namespace").asText() + "/" + object.path("name").asText();
    }

    private static List<String> texts(JsonNode list, String field) {
        List<String> texts = new ArrayList<>();
        list.forEach(entry -> texts.add(entry.path(field).asText()));
        return texts;
    }

    /** How many are in each state. */
    Map<String, Long> states() {
        return rows.values().stream().collect(groupingBy(Row::state, counting()));
    }

    /** The names of all that are listed. */
    Set<String> listed() {
        return rows.keySet();
    }

    /** Holds the page to what has happened. */
    void assertThatItShows(List<Kind> kinds) throws IOException {
        String page = Files.readString(PAGE);
        String shown = page.substring(0, page.indexOf(BEGIN) + BEGIN.length())
                + "\n"
                + table(kinds)
                + "\n"
                + page.substring(page.indexOf(END));
        if (Boolean.getBoolean("golden.rewrite")) {
            Files.writeString(PAGE, shown);
        }
        assertThat(PAGE).hasContent(shown);
    }

    private String table(List<Kind> kinds) {
        Map<String, List<String>> sections = new LinkedHashMap<>();
        kinds.forEach(kind -> sections.computeIfAbsent(kind.heading(), heading -> new ArrayList<>())
                .add(line(kind)));
        return sections.entrySet().stream()
                .map(section ->
                        "### %s\n\n| virtual machine | state | reason | model and features afterwards | owned | what to do |\n|---|---|---|---|---|---|\n%s\n"
                                .formatted(section.getKey(), String.join("\n", section.getValue())))
                .collect(joining("\n"));
    }

    private String line(Kind kind) {
        assertThat(rows).containsKey(kind.name());
        assertThat(machines).containsKey(kind.name());
        Row row = requireNonNull(rows.get(kind.name()));
        JsonNode machine = requireNonNull(machines.get(kind.name()));
        String reasons = row.reasons().stream()
                .map(reason -> "[%s](troubleshooting.md#%s)".formatted(reason, reason.toLowerCase(Locale.ROOT)))
                .collect(joining(", "));
        return "| %s | %s | %s | %s | %s | %s |"
                .formatted(
                        kind.what(),
                        row.state(),
                        reasons,
                        cpu(machine),
                        owned(machine),
                        String.join("; ", row.remedies()));
    }

    private String cpu(JsonNode machine) {
        String fields = Machines.cpuFields(machine.at("/spec/template/spec/domain/cpu"));
        if (fields.isEmpty()) {
            return "none";
        }
        String beside = fields.startsWith(pin + " ") ? fields.substring(pin.length() + 1) : "";
        return fields.equals(pin)
                ? "the baseline's"
                : beside.isEmpty() ? "`%s`".formatted(fields.trim()) : "the baseline's and `%s`".formatted(beside);
    }

    /** Which fields the baseline owns. */
    private static String owned(JsonNode machine) {
        for (JsonNode entry : machine.at("/metadata/managedFields")) {
            if (entry.path("manager").asText().equals(MANAGER)) {
                JsonNode fields = entry.path("fieldsV1");
                JsonNode guest = fields.at("/f:spec/f:template/f:spec");
                String owned = Stream.of(
                                guest.at("/f:domain/f:cpu").has("f:model") ? "model" : "",
                                guest.at("/f:domain/f:cpu").has("f:features") ? "features" : "",
                                guest.path("f:nodeSelector").toString().contains(VENDOR_KEY) ? "vendor" : "",
                                fields.at("/f:metadata").has("f:labels") ? "labels" : "")
                        .filter(field -> !field.isEmpty())
                        .collect(joining(", "));
                return owned.isEmpty() ? "none" : owned;
            }
        }
        return "none";
    }
}
