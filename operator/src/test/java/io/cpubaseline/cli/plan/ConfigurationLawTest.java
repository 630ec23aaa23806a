package io.cpubaseline.cli.plan;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.cpubaseline.Fleets;
import io.cpubaseline.baseline.Planner;
import io.cpubaseline.catalog.CatalogLoader;
import io.cpubaseline.catalog.ProxmoxTables;
import io.cpubaseline.cli.configuration.CommonCpu;
import io.cpubaseline.cli.configuration.Configuration;
import io.cpubaseline.cli.planning.FilePlanner;
import io.cpubaseline.cpu.CpuCatalog;
import io.cpubaseline.cpu.CpuModel;
import io.cpubaseline.cpu.FeatureSet;
import io.cpubaseline.fleet.NodeCpu;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds of every configuration, on the 150 host sets with known right answers: it asks for nothing that a host lacks. */
class ConfigurationLawTest {

    private static final Path SETS =
            Path.of(System.getProperty("basedir", "."), "src/test/resources/reference/sets.jsonl");

    private static final Planner PLANNER = new Planner(CatalogLoader.selection());
    private static final CpuCatalog CATALOG = PLANNER.catalog();

    private static final Pattern XML_FEATURE =
            Pattern.compile("<feature policy='(?<policy>\\w+)' name='(?<name>.+)'/>");
    private static final Pattern XML_MODEL = Pattern.compile("<model fallback='forbid'>(?<model>.+)</model>");
    private static final Pattern XML_VENDOR = Pattern.compile("<vendor>(?<vendor>.+)</vendor>");
    private static final Pattern OWN_TYPE = Pattern.compile("can take: (?<type>[\\w-]+)\\.");

    /** What a configuration says, read back from its text. */
    private record Said(String model, List<String> on, List<String> off) {}

    record HostSet(String id, List<String> hosts) {

        List<NodeCpu> nodes() {
            return Fleets.nodes(hosts);
        }

        @Override
        public String toString() {
            return id;
        }
    }

    static Stream<HostSet> sets() throws IOException {
        ObjectMapper json = new ObjectMapper();
        List<HostSet> sets = new ArrayList<>();
        for (String line : Files.readAllLines(SETS)) {
            JsonNode set = json.readTree(line);
            List<String> hosts = new ArrayList<>();
            set.path("nodes").forEach(host -> hosts.add(host.asText()));
            sets.add(new HostSet(set.path("id").asText(), hosts));
        }
        return sets.stream();
    }

    private static Optional<Configuration.Found> found(List<NodeCpu> nodes) {
        FilePlanner planner = new FilePlanner(PLANNER);
        return planner.overview(nodes).map(CommonCpus::of).orElseGet(() -> CommonCpus.of(planner.plan(nodes, null)));
    }

    /** Those on which guests of this CPU can run. */
    private static List<NodeCpu> hosts(List<NodeCpu> nodes, CommonCpu cpu) {
        return nodes.stream()
                .filter(node ->
                        cpu.vendor().isEmpty() || node.evidence().vendor().equals(cpu.vendor()))
                .toList();
    }

    private static List<String> lines(PlanFormat format, CommonCpu cpu) {
        return format.configuration(PLANNER, null).lines(new Configuration.Found(List.of(cpu), cpu));
    }

    private static Said said(PlanFormat format, CommonCpu cpu) throws IOException {
        List<String> lines = lines(format, cpu);
        String text = String.join("\n", lines);
        return switch (format) {
            case kubevirt, harvester -> ofPatch(new YAMLMapper().readTree(text));
            case libvirt -> ofXml(text);
            case qemu -> ofQemu(value(lines, "-cpu "));
            case nova -> ofNova(lines);
            case proxmox -> ofProxmox(lines);
            default -> throw new IllegalArgumentException(format + " has no features");
        };
    }

    private static Said ofPatch(JsonNode patch) {
        List<String> on = new ArrayList<>();
        for (JsonNode feature : patch.at("/spec/template/spec/domain/cpu/features")) {
            assertThat(feature.path("policy").asText()).isEqualTo("require");
            on.add(feature.path("name").asText());
        }
        return new Said(patch.at("/spec/template/spec/domain/cpu/model").asText(), on, List.of());
    }

    private static Said ofXml(String text) {
        List<String> on = new ArrayList<>();
        List<String> off = new ArrayList<>();
        for (MatchResult feature : XML_FEATURE.matcher(text).results().toList()) {
            (feature.group(1).equals("require") ? on : off).add(feature.group(2));
        }
        return new Said(group(XML_MODEL, text), on, off);
    }

    private static Said ofQemu(String argument) {
        List<String> on = new ArrayList<>();
        List<String> off = new ArrayList<>();
        List<String> parts = List.of(argument.split(","));
        for (String part : parts.subList(1, parts.size() - 1)) {
            (part.endsWith("=on") ? on : off).add(libvirts(part.substring(0, part.indexOf('='))));
        }
        assertThat(parts.get(parts.size() - 1)).isEqualTo("enforce");
        return new Said(parts.get(0), on, off);
    }

    private static Said ofNova(List<String> lines) {
        assertThat(lines).contains("[libvirt]", "cpu_mode = custom");
        List<String> flags = List.of(value(lines, "cpu_model_extra_flags = ").split(", "));
        return new Said(
                value(lines, "cpu_models = "),
                flags.stream()
                        .filter(flag -> !flag.isEmpty() && !flag.startsWith("-"))
                        .toList(),
                flags.stream()
                        .filter(flag -> flag.startsWith("-"))
                        .map(flag -> flag.substring(1))
                        .toList());
    }

    private static Said ofProxmox(List<String> lines) {
        List<String> flags = List.of(value(lines, "    flags ").split(";"));
        return new Said(
                value(lines, "    reported-model "),
                flags.stream()
                        .filter(flag -> flag.startsWith("+"))
                        .map(flag -> libvirts(flag.substring(1)))
                        .toList(),
                flags.stream()
                        .filter(flag -> flag.startsWith("-"))
                        .map(flag -> libvirts(flag.substring(1)))
                        .toList());
    }

    private static String libvirts(String name) {
        return CATALOG.featureName(name).orElseThrow();
    }

    private static String value(List<String> lines, String key) {
        return lines.stream()
                .filter(line -> line.startsWith(key))
                .map(line -> line.substring(key.length()))
                .findFirst()
                .orElse("");
    }

    private static String group(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        return matcher.find() ? matcher.group(1) : "";
    }

    @ParameterizedTest
    @MethodSource("sets")
    void no_configuration_asks_for_what_a_host_lacks_or_for_anything_twice(HostSet set) throws IOException {
        // Given
        List<NodeCpu> nodes = set.nodes();
        List<CommonCpu> cpus = found(nodes).map(Configuration.Found::each).orElse(List.of());

        for (CommonCpu cpu : cpus) {
            for (PlanFormat format : EnumSet.complementOf(
                    EnumSet.of(PlanFormat.table, PlanFormat.json, PlanFormat.yaml, PlanFormat.hco))) {
                // When
                Said said = said(format, cpu);

                // Then
                CpuModel model = CATALOG.model(said.model()).orElseThrow();
                assertThat(Stream.concat(said.on().stream(), said.off().stream()))
                        .as("%s of %s", format, cpu)
                        .doesNotHaveDuplicates();
                assertThat(said.on())
                        .as("%s of %s", format, cpu)
                        .doesNotContainAnyElementsOf(model.features().names());
                assertThat(hosts(nodes, cpu))
                        .isNotEmpty()
                        .allSatisfy(node -> assertThat(
                                        node.evidence().usable(CATALOG).names())
                                .as("%s of %s on %s", format, cpu, node.name())
                                .containsAll(said.on())
                                .containsAll(without(model.features(), said.off())));
            }
        }
    }

    /** What a guest gets of the model, but for what blocks it nowhere. */
    private static List<String> without(FeatureSet features, List<String> off) {
        return features.minus(FeatureSet.copyOf(off))
                .minus(CATALOG.neverBlocks())
                .names();
    }

    @ParameterizedTest
    @MethodSource("sets")
    void the_guest_gets_all_of_the_baseline_and_nothing_else(HostSet set) throws IOException {
        for (CommonCpu cpu : found(set.nodes()).map(Configuration.Found::each).orElse(List.of())) {
            for (PlanFormat format :
                    List.of(PlanFormat.kubevirt, PlanFormat.libvirt, PlanFormat.qemu, PlanFormat.nova)) {
                // When
                Said said = said(format, cpu);

                // Then
                assertThat(said.model()).isEqualTo(cpu.model());
                assertThat(said.on()).containsExactlyElementsOf(cpu.required().names());
                assertThat(said.off()).isSubsetOf("mpx");
            }
        }
    }

    @ParameterizedTest
    @MethodSource("sets")
    void a_guest_of_proxmox_has_the_level_of_the_baseline_and_nothing_that_it_lacks(HostSet set) throws IOException {
        for (CommonCpu cpu : found(set.nodes()).map(Configuration.Found::each).orElse(List.of())) {
            // When
            Said said = said(PlanFormat.proxmox, cpu);

            // Then
            CpuModel reported = CATALOG.model(said.model()).orElseThrow();
            FeatureSet guest =
                    FeatureSet.copyOf(without(reported.features(), said.off())).union(FeatureSet.copyOf(said.on()));
            FeatureSet baseline =
                    CATALOG.model(cpu.model()).orElseThrow().features().union(cpu.required());
            assertThat(baseline.names()).as("%s", cpu).containsAll(guest.names());
            assertThat(guest.names()).as("%s", cpu).containsAll(cpu.required().names());
            assertThat(CATALOG.guestLevel(
                            reported,
                            FeatureSet.copyOf(said.on()),
                            PLANNER.rules().leaf0xDSet()))
                    .as("%s", cpu)
                    .isEqualTo(cpu.level());
        }
    }

    @ParameterizedTest
    @MethodSource("sets")
    void every_host_can_take_the_type_of_proxmox_and_some_host_none_that_is_higher(HostSet set) {
        List<NodeCpu> nodes = set.nodes();
        for (CommonCpu cpu : found(nodes).map(Configuration.Found::each).orElse(List.of())) {
            // When
            String named = group(
                    OWN_TYPE, String.join(" ", lines(PlanFormat.proxmox, cpu)).replace(" # ", " "));

            // Then
            Set<String> possible = ProxmoxTables.types().stream()
                    .filter(type -> hosts(nodes, cpu).stream()
                            .allMatch(node -> node.evidence()
                                    .usable(CATALOG)
                                    .containsAll(CATALOG.model(type.model())
                                            .orElseThrow()
                                            .features()
                                            .minus(CATALOG.neverBlocks())
                                            .union(type.flags()))))
                    .map(ProxmoxTables.Type::name)
                    .collect(toSet());
            List<String> higher = ProxmoxTables.types().stream()
                    .map(ProxmoxTables.Type::name)
                    .dropWhile(type -> !type.equals(named))
                    .skip(1)
                    .toList();
            assertThat(possible).as("%s", cpu).contains(named);
            assertThat(higher.stream().filter(possible::contains)).as("%s", cpu).isEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("sets")
    void guests_stay_with_their_vendor_where_the_baseline_confines_them(HostSet set) throws IOException {
        for (CommonCpu cpu : found(set.nodes()).map(Configuration.Found::each).orElse(List.of())) {
            // When
            String xml = String.join("\n", lines(PlanFormat.libvirt, cpu));
            JsonNode selector = new YAMLMapper()
                    .readTree(String.join("\n", lines(PlanFormat.kubevirt, cpu)))
                    .at("/spec/template/spec/nodeSelector");

            // Then
            assertThat(group(XML_VENDOR, xml)).isEqualTo(cpu.vendor());
            assertThat(selector.properties().stream()
                            .map(key -> key.getKey() + "=" + key.getValue().asText()))
                    .isEqualTo(
                            cpu.vendor().isEmpty()
                                    ? List.of()
                                    : List.of("cpu-vendor.node.kubevirt.io/" + cpu.vendor() + "=true"));
        }
    }
}
