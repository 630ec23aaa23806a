package io.cpubaseline.cli.plan;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.cpubaseline.Golden;
import io.cpubaseline.Main;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** Hosts that tell of themselves, outside of any cluster; {@code ORIGIN.md} beside them says where their words come from. */
class HostsTest {

    private static final Path RESOURCES = Path.of(System.getProperty("basedir", "."), "src/test/resources");
    private static final Path HOSTS = RESOURCES.resolve("hosts");
    private static final Golden GOLDEN = new Golden("hosts");

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    private record Run(int exitCode, String out, String err) {

        JsonNode json() throws IOException {
            return new ObjectMapper().readTree(out);
        }

        String words() {
            return out.replaceAll("\\s+", " ");
        }
    }

    private static Run plan(Path path, String... more) {
        List<String> arguments = new ArrayList<>(List.of("plan", "-f", path.toString()));
        arguments.addAll(List.of(more));
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int code = Main.commandLine("plan")
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(arguments.toArray(String[]::new));
        return new Run(code, out.toString(), err.toString());
    }

    private void copy(String from, String to) throws IOException {
        Files.copy(RESOURCES.resolve(from), directory.resolve(to));
    }

    @ParameterizedTest
    @ValueSource(strings = {"hardware", "two-vendors", "hybrid", "proven", "pool", "real-machine", "real-emulator"})
    void are_answered_in_words(String name) {
        // When
        Run run = plan(HOSTS.resolve(name));

        // Then
        assertThat(run.out().lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80));
        GOLDEN.assertThatItIs(name + ".txt", run.out());
    }

    @Test
    void the_folder_has_no_answer_that_nobody_asks_for() {
        GOLDEN.assertThatItHasOnly(
                "hardware.txt",
                "two-vendors.txt",
                "hybrid.txt",
                "proven.txt",
                "pool.txt",
                "real-machine.txt",
                "real-emulator.txt",
                "mixed.txt",
                "mixed-evidence.json");
    }

    @Test
    void of_both_kinds_beside_nodes_of_a_cluster_the_answer_names_those_that_nothing_proves() throws IOException {
        // Given
        copy("nodes/xeon-gold-6130.yaml", "node.yaml");
        copy("hosts/proven/k2.xml", "k2.xml");
        copy("hosts/hardware/n1.txt", "n1.txt");
        copy("hosts/hardware/n4", "n4.cpuinfo");

        // When
        Run text = plan(directory);
        JsonNode json = plan(directory, "-o", "json").json();

        // Then
        GOLDEN.assertThatItIs("mixed.txt", text.out());
        GOLDEN.assertThatItIs(
                "mixed-evidence.json",
                new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(json.path("evidence")) + "\n");
        assertThat(json.at("/status/conditions").toString())
                .contains("\"reason\":\"HardwareOnly\"")
                .contains("2 of 4 contributing nodes are known by the hardware alone (n1, n4)");
        assertThat(json.at("/status/nodes/contributing").asInt()).isEqualTo(4);
    }

    @Test
    void that_are_proven_are_answered_like_nodes_and_nothing_is_said_of_labels() throws IOException {
        // When
        Run text = plan(HOSTS.resolve("proven"));
        JsonNode json = plan(HOSTS.resolve("proven"), "-o", "json").json();

        // Then
        assertThat(text.out()).startsWith("Baseline ").doesNotContain("NOT PROVEN", "KubeVirt's labels");
        assertThat(json.at("/evidence/proof").asText()).isEqualTo("Hypervisor");
        assertThat(json.path("evidence").has("hardwareOnly")).isFalse();
        assertThat(json.at("/status/conditions").toString()).contains("\"reason\":\"Complete\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"xeon-gold-6130", "xeon-platinum-8268"})
    void proven_by_libvirt_get_the_answer_of_the_node_that_kubevirt_labels(String host) throws IOException {
        // Given: what libvirt said where KubeVirt's node-labeller wrote these labels
        String file = host.equals("xeon-gold-6130") ? "k1.xml" : "k2.xml";

        // When
        JsonNode node =
                plan(RESOURCES.resolve("nodes/" + host + ".yaml"), "-o", "json").json();
        JsonNode told =
                plan(HOSTS.resolve("proven").resolve(file), "-o", "json").json();

        // Then
        assertThat(told.at("/status/pinned/revision").asText())
                .isNotEmpty()
                .isEqualTo(node.at("/status/pinned/revision").asText());
    }

    @Test
    void of_all_kinds_of_text_about_one_machine_tell_the_same() {
        // When
        Run run = plan(HOSTS.resolve("real-machine"));

        // Then: lscpu, lscpu -J and /proc/cpuinfo of one machine are one kind of hosts
        assertThat(run.words()).contains("guest, guest-cpuinfo, guest-json (AMD, x86-64-v4): the hardware allows EPYC");
        assertThat(run.words()).contains("this is a virtual machine: what it sees is what its host gave it");
    }

    @ParameterizedTest
    @ValueSource(strings = {"n1.txt", "n2.txt", "n3.txt", "n4"})
    void are_called_after_their_file_or_standard_input(String file) throws IOException {
        // Given
        byte[] text = Files.readAllBytes(HOSTS.resolve("hardware").resolve(file));
        StringWriter out = new StringWriter();
        CommandLine piped = new CommandLine(new PlanCommand(NoCluster.ASKED, new ByteArrayInputStream(text)))
                .setOut(new PrintWriter(out));

        // When
        piped.execute("-f", "-");

        // Then
        assertThat(out.toString().replaceAll("\\s+", " ")).contains("the hardware of standard input allows it");
        assertThat(plan(HOSTS.resolve("hardware").resolve(file)).words())
                .contains("the hardware of " + file.replace(".txt", "") + " allows it");
    }

    @Test
    void are_recognised_by_content_whatever_their_files_are_called() throws IOException {
        // Given
        copy("hosts/hardware/n1.txt", "a.yaml");
        copy("hosts/two-vendors/intel.json", "b.example.com");
        copy("hosts/proven/k1.xml", "c.json");
        copy("hosts/proven/k3.json", "d.yml");

        // When
        Run run = plan(directory, "-o", "json");

        // Then
        assertThat(run.json().at("/status/nodes/contributing").asInt()).isEqualTo(4);
        assertThat(run.json().at("/evidence/hardwareOnly").toString()).contains("\"names\":[\"a\",\"b.example.com\"]");
    }

    @Test
    void keep_flags_that_the_catalog_has_never_heard_of_and_show_them_with_all() throws IOException {
        // Given
        String lscpu = Files.readString(HOSTS.resolve("hardware/n1.txt")).replace(" avx2 ", " avx2 avx2048 ");
        Files.writeString(directory.resolve("n1.txt"), lscpu);

        // When
        Run some = plan(directory);
        Run all = plan(directory, "--all");

        // Then
        assertThat(some.out()).doesNotContain("avx2048");
        assertThat(all.out())
                .endsWith("Flags that the catalog does not know, which count for nothing\n  avx2048: n1\n");
        assertThat(plan(directory, "-o", "json")
                        .json()
                        .at("/evidence/unknownFlags")
                        .toString())
                .isEqualTo("{\"avx2048\":[\"n1\"]}");
    }

    @Test
    void of_which_a_directory_has_some_let_other_and_empty_files_be_passed_over_and_counted() throws IOException {
        // Given
        copy("hosts/hardware/n1.txt", "n1.txt");
        Files.writeString(directory.resolve("n2.txt"), "");
        Files.writeString(directory.resolve("n3.txt"), "\n \n");
        Files.writeString(directory.resolve("README"), "How to gather these files.\n");
        Files.write(directory.resolve("picture.png"), new byte[] {(byte) 0x89, 'P', 'N', 'G', 0, 1});
        Files.writeString(directory.resolve(".hidden"), "Architecture: x86_64\n");

        // When
        Run run = plan(directory);

        // Then
        assertThat(run.exitCode()).isZero();
        assertThat(run.err().replace(directory + "/", "")).isEqualTo("""
                        warning: 2 empty files passed over: n2.txt, n3.txt
                        warning: 2 other files passed over, which tell of no CPU: README, picture.png
                        """);
    }

    @Test
    void of_which_a_directory_has_none_change_nothing_of_what_is_said_of_it() throws IOException {
        // Given
        copy("nodes/xeon-gold-6130.yaml", "node.yaml");
        Files.writeString(directory.resolve("README"), "Notes.\n");
        Files.writeString(directory.resolve("log.txt"), "");

        // When
        Run run = plan(directory);

        // Then
        assertThat(run.exitCode()).isZero();
        assertThat(run.err()).isEmpty();
    }

    @Test
    void without_virtualization_in_their_flags_are_told_to_switch_it_on() throws IOException {
        // Given
        String lscpu = Files.readString(HOSTS.resolve("hardware/n1.txt")).replace(" vmx ", " ");
        Files.writeString(directory.resolve("n1.txt"), lscpu);

        // When, Then
        assertThat(plan(directory).words())
                .contains("n1: its flags have neither vmx nor svm, so KVM does not run there as it is");
    }

    @ParameterizedTest
    @CsvSource({"full, true", "para, true", "none, false"})
    void with_a_hypervisor_beneath_them_are_virtual_machines_unless_nothing_is_virtual(String type, boolean guest)
            throws IOException {
        // Given: the first domain of Xen has one, and no virtualization
        String lscpu = Files.readString(HOSTS.resolve("hardware/n1.txt"));
        Files.writeString(
                directory.resolve("n1.txt"),
                "%sHypervisor vendor:   Xen\nVirtualization type: %s\n".formatted(lscpu, type));

        // When, Then
        assertThat(plan(directory).words().contains("n1: this is a virtual machine"))
                .isEqualTo(guest);
    }

    @Test
    void whose_flags_end_with_the_file_are_answered_with_a_word_that_some_may_be_missing() throws IOException {
        // Given: what a tool leaves that strips the last line break
        String lscpu = Files.readString(HOSTS.resolve("hardware/n1.txt")).stripTrailing();
        Files.writeString(directory.resolve("n1.txt"), lscpu);

        // When, Then
        assertThat(plan(directory).words())
                .contains("n1: its description ends in the middle of a line, and may have been cut off.");
    }

    @Test
    void of_hybrid_cpus_are_answered_by_what_all_processors_have() throws IOException {
        // Given: some processors lack AVX2
        String text = Files.readString(HOSTS.resolve("hybrid/laptop.txt"));
        int second = text.indexOf("processor\t: 1");
        Files.writeString(
                directory.resolve("laptop.txt"),
                text.substring(0, second) + text.substring(second).replace(" avx2 ", " "));

        // When
        Run run = plan(directory);

        // Then
        assertThat(run.out()).contains("Level       x86-64-v2");
        assertThat(run.words())
                .contains("laptop: its processors are of 3 kinds")
                .contains("what all of them have counts, and some lack avx2.");
    }

    @Test
    void are_selected_by_the_labels_that_kubevirt_would_write() throws IOException {
        // Given
        Files.writeString(directory.resolve("intel.yaml"), """
                apiVersion: cpubaseline.io/v1alpha1
                kind: ClusterCpuBaseline
                metadata: {name: intel}
                spec:
                  nodeSelector: {matchLabels: {cpu-vendor.node.kubevirt.io/Intel: "true"}}
                """);

        // When
        Run run = plan(
                HOSTS.resolve("two-vendors"),
                "-b",
                directory.resolve("intel.yaml").toString(),
                "-o",
                "json");

        // Then
        assertThat(run.json().at("/status/nodes/selected").asInt()).isEqualTo(1);
        assertThat(run.json().at("/status/pinned/vendor").asText()).isEqualTo("Intel");
    }

    @Test
    void tell_where_a_revision_could_land_and_that_it_is_not_proven() throws IOException {
        // When
        Run run = plan(HOSTS.resolve("hardware"), "--revision", "Haswell-noTSX-b6b6ace42a");
        Run json = plan(HOSTS.resolve("hardware"), "--revision", "Haswell-noTSX-b6b6ace42a", "-o", "json");

        // Then
        assertThat(run.out()).contains("Can land    on 4 of 4 nodes").contains("Known by their hardware alone");
        assertThat(json.json().at("/evidence/proof").asText()).isEqualTo("HardwareOnly");
    }

    @Test
    void make_no_configuration_of_another_program_without_the_words_that_nothing_proves_it() {
        // When
        Run hardware = plan(HOSTS.resolve("hardware"), "-o", "libvirt");
        Run proven = plan(HOSTS.resolve("proven"), "-o", "libvirt");

        // Then
        assertThat(hardware.out()).contains("; NOT PROVEN, 4 known by hardware alone -->");
        assertThat(hardware.err()).contains("warning: not proven: known by the hardware alone: n1, n2, n3, n4.");
        assertThat(proven.out()).contains("<cpu ").doesNotContain("NOT PROVEN");
        assertThat(proven.err()).isEmpty();
    }

    @Test
    void in_a_batch_say_in_each_line_what_it_rests_on() throws IOException {
        // When
        Run run = plan(HOSTS, "--batch");

        // Then
        List<JsonNode> lines = new ArrayList<>();
        for (String line : run.out().split("\n")) {
            lines.add(new ObjectMapper().readTree(line));
        }
        assertThat(run.exitCode()).isZero();
        try (Stream<Path> sets = Files.list(HOSTS)) {
            assertThat(lines)
                    .extracting(line -> line.path("set").asText())
                    .containsExactlyElementsOf(sets.filter(Files::isDirectory)
                            .map(set -> set.getFileName().toString())
                            .sorted()
                            .toList());
        }
        assertThat(lines)
                .filteredOn(line -> line.at("/evidence/proof").asText().equals("Hypervisor"))
                .extracting(line -> line.path("set").asText())
                .containsExactly("pool", "proven", "real-emulator");
    }

    @Test
    void with_windows_line_ends_or_in_powershells_encoding_are_read() throws IOException {
        // Given
        String lscpu = Files.readString(HOSTS.resolve("hardware/n1.txt"));
        Files.writeString(directory.resolve("crlf.txt"), lscpu.replace("\n", "\r\n"));
        Files.write(directory.resolve("utf16.txt"), ("\uFEFF" + lscpu).getBytes(StandardCharsets.UTF_16LE));

        // When
        Run run = plan(directory, "-o", "json");

        // Then
        assertThat(run.json().at("/evidence/hardwareOnly/0/names").toString()).isEqualTo("[\"crlf\",\"utf16\"]");
    }
}
