package io.cpubaseline.cli.compare;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.cpubaseline.Main;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code compare}, with answers that libvirt 9.0.0 gave, and with a virsh that fails. */
class CompareCommandTest {

    private static final Path RESOURCES = Path.of(System.getProperty("basedir", "."), "src/test/resources");
    private static final String HOME_LAB = RESOURCES.resolve("homelab").toString();
    private static final String VIRSH =
            RESOURCES.resolve("libvirt-9.0.0/virsh").toAbsolutePath().toString();

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    private record Ended(int code, String out, String err) {

        JsonNode document() throws IOException {
            return new ObjectMapper().readTree(out);
        }

        /** The text, its words one space apart. */
        String words() {
            return out.replaceAll("\\s+", " ");
        }
    }

    private static Ended compare(String... arguments) {
        List<String> command = new ArrayList<>(List.of("compare"));
        command.addAll(List.of(arguments));
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int code = Main.commandLine(command.toArray(String[]::new))
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(command.toArray(String[]::new));
        return new Ended(code, out.toString(), err.toString());
    }

    /** A virsh that does what this shell script says. */
    private String virsh(String script) throws IOException {
        Path file = folder.resolve("virsh");
        Files.writeString(file, "#!/bin/sh\n" + script);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
        return file.toString();
    }

    /** One that has a version and models, and does that for all else. */
    private String answering(String script) throws IOException {
        return virsh("""
                case "$4" in
                version) echo 'Using library: libvirt 12.9.0'; echo 'Running hypervisor: QEMU 11.1.3';;
                cpu-models) printf 'qemu64\\nWestmere\\n';;
                *) %s;;
                esac
                """.formatted(script));
    }

    @Test
    void each_vendor_is_compared_and_then_all_nodes() throws IOException {
        // When
        Ended ended = compare("-f", HOME_LAB, "--virsh", VIRSH, "-o", "json");

        // Then
        assertThat(ended.code()).isZero();
        JsonNode document = ended.document();
        assertThat(document.path("libvirtVersion").asText()).isEqualTo("9.0.0");
        assertThat(document.path("comparisons"))
                .extracting(compared -> compared.path("of").asText())
                .containsExactly("AMD", "Intel", "all");
        JsonNode intel = document.path("comparisons").get(1);
        assertThat(intel.at("/libvirt/cpuModel").asText()).isEqualTo("Skylake-Client-IBRS");
        assertThat(intel.path("libvirtNodes").asInt()).isZero();
        assertThat(intel.at("/differences/0/kind").asText()).isEqualTo("UnschedulableModel");
        assertThat(document.path("comparisons").get(2).path("refusal").asText()).contains("CPU vendors do not match");
    }

    @Test
    void words_say_the_same_in_80_columns() {
        // When
        Ended ended = compare("-f", HOME_LAB, "--virsh", VIRSH);

        // Then
        assertThat(ended.code()).isZero();
        assertThat(ended.out().lines()).allMatch(line -> line.length() <= 80);
        assertThat(ended.words())
                .contains("=== Intel ===")
                .contains("libvirt Skylake-Client-IBRS, x86-64-v3 + 38: ")
                .contains("can start on 0 of 5 nodes")
                .contains("UnschedulableModel: None of the nodes carry the label")
                .contains("and 26 more");
    }

    @Test
    void all_names_every_feature() {
        assertThat(compare("-f", HOME_LAB, "--virsh", VIRSH, "--all").words()).doesNotContain("more:", " more.");
    }

    @Test
    void features_that_libvirt_does_not_know_are_left_out_and_told() throws IOException {
        // Given
        String virsh = answering("""
                if grep -q "name='umip'" "$5"; then
                  echo 'error: internal error: Unknown CPU feature umip' >&2; exit 1
                fi
                echo '<cpu><model>Westmere</model></cpu>'
                """);

        // When
        Ended ended = compare(
                "-f", RESOURCES.resolve("nodes/xeon-gold-6130.yaml").toString(), "--virsh", virsh, "-o", "json");

        // Then
        assertThat(ended.code()).isZero();
        assertThat(ended.document().path("unknownFeatures"))
                .extracting(JsonNode::asText)
                .containsExactly("umip");
    }

    @Test
    void a_hypervisor_is_asked_for_its_own_baseline() throws IOException {
        // Given a libvirt that can leave its own host out
        String virsh = answering("""
                echo "$@" >> %s
                case "$4" in
                help) echo '--ignore-host';;
                *) echo '<cpu><model>Westmere</model></cpu>';;
                esac
                """.formatted(folder.resolve("asked")));

        // When
        Ended ended = compare("-f", HOME_LAB, "--virsh", virsh, "--connect", "qemu:///system");

        // Then
        assertThat(ended.code()).isZero();
        assertThat(Files.readString(folder.resolve("asked")))
                .contains("-q -c qemu:///system hypervisor-cpu-baseline ", " --migratable --ignore-host");
        assertThat(ended.words())
                .contains("virsh hypervisor-cpu-baseline, libvirt 12.9.0, QEMU 11.1.3 at qemu:///system")
                .doesNotContain("own machine takes part");
    }

    @Test
    void an_older_libvirt_is_said_to_count_its_own_host() throws IOException {
        assertThat(compare(
                                "-f",
                                HOME_LAB,
                                "--virsh",
                                answering("echo '<cpu><model>Westmere</model></cpu>'"),
                                "--connect",
                                "qemu:///system")
                        .words())
                .contains("That hypervisor's own machine takes part in its answer.");
    }

    @Test
    void where_there_is_no_virsh_it_says_how_to_get_one() {
        // When
        Ended ended = compare("-f", HOME_LAB, "--virsh", "no-such-virsh");

        // Then
        assertThat(ended.code()).isEqualTo(2);
        assertThat(ended.out()).isEmpty();
        assertThat(ended.err())
                .startsWith("cpu-baseline: no-such-virsh can't be run: ")
                .contains("apt install libvirt-clients", "--virsh PATH");
    }

    @Test
    void a_driver_without_such_a_function_is_named() throws IOException {
        // Given what libvirt's test driver says
        String virsh = answering(
                "echo 'error: this function is not supported by the connection driver: virConnectBaselineHypervisorCPU' >&2; exit 1");

        // When
        Ended ended = compare("-f", HOME_LAB, "--virsh", virsh, "--connect", "test:///default");

        // Then
        assertThat(ended.code()).isEqualTo(2);
        assertThat(ended.err()).contains("test:///default can't compute baselines", "qemu:///system");
    }

    @Test
    void a_daemon_that_is_not_there_is_told_in_libvirts_words() throws IOException {
        // When
        Ended ended = compare(
                "-f",
                HOME_LAB,
                "--virsh",
                virsh(
                        "echo 'error: failed to connect to the hypervisor' >&2\necho 'error: No such file' >&2\nexit 1\n"),
                "--connect",
                "qemu:///system");

        // Then
        assertThat(ended.code()).isEqualTo(2);
        assertThat(ended.err())
                .contains("failed to connect to the hypervisor: No such file", "is libvirtd (or virtqemud) running");
    }

    @Test
    void an_answer_that_is_none_is_bad_input() throws IOException {
        // When
        Ended ended = compare("-f", HOME_LAB, "--virsh", answering("echo nonsense"));

        // Then
        assertThat(ended.code()).isEqualTo(2);
        assertThat(ended.err()).doesNotContain("internal error", "Exception");
    }

    @Test
    void without_an_answer_of_ours_the_exit_code_is_1_and_the_reason_is_told() throws IOException {
        // Given a node that KubeVirt does not use yet
        Path node = Files.writeString(folder.resolve("node.yaml"), """
                apiVersion: v1
                kind: Node
                metadata:
                  name: bare
                  labels: {kubernetes.io/arch: amd64, kubevirt.io/schedulable: "true"}
                """);

        // When
        Ended ended = compare("-f", node.toString(), "--virsh", VIRSH, "-o", "json");

        // Then
        assertThat(ended.code()).isEqualTo(1);
        assertThat(ended.document().at("/comparisons/0/ourReason").asText()).isNotEmpty();
    }
}
