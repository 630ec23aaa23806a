package io.cpubaseline;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code cpu-baseline plan} says of odd fleets: true of every node that it names, and a remedy that does no harm. */
class PlanWordsTest {

    private static final Path RESOURCES = Path.of(System.getProperty("basedir", "."), "src/test/resources");
    private static final String XEON = "xeon-gold-6130";
    private static final String EPYC = "epyc-9334-32-core";

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path fleet;

    private void node(String name, String host, String... patternsAndReplacements) throws IOException {
        String text = Files.readString(RESOURCES.resolve("nodes/" + host + ".yaml"))
                .replace("name: \"" + host + "\"", "name: \"" + name + "\"");
        for (int i = 0; i < patternsAndReplacements.length; i += 2) {
            String changed = text.replaceAll(patternsAndReplacements[i], patternsAndReplacements[i + 1]);
            assertThat(changed).isNotEqualTo(text);
            text = changed;
        }
        Files.writeString(fleet.resolve(name + ".yaml"), text);
    }

    /** What is printed, its words one space apart. */
    private String plan() {
        StringWriter out = new StringWriter();
        Main.commandLine("plan").setOut(new PrintWriter(out, true)).execute("plan", "-f", fleet.toString());
        assertThat(out.toString().lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80));
        return out.toString().replaceAll("\\s+", " ");
    }

    private static String label(String family, String name) {
        return "(?m)^ +%s.node.kubevirt.io/%s: .*\\n".formatted(family, name);
    }

    @Test
    void mitigations_that_two_nodes_withhold_from_all_are_a_note_with_their_names_and_a_remedy() throws IOException {
        // Given
        node("a", XEON);
        node("b", XEON, label("cpu-feature", "md-clear"), "");
        node("c", XEON, label("cpu-feature", "md-clear"), "");

        // When, Then
        assertThat(plan())
                .contains(
                        "Notes Guests go without mitigations that other Intel nodes have, since 2 lack them (b, c): md-clear: ");
    }

    @Test
    void a_mitigation_whose_label_has_another_value_is_no_matter_of_kernels() throws IOException {
        // Given
        node("a", XEON);
        node("b", XEON, "(cpu-feature.node.kubevirt.io/md-clear): \"true\"", "$1: \"\"");

        // When, Then
        assertThat(plan())
                .contains(
                        "since 1 lacks them (b): md-clear: the label cpu-feature.node.kubevirt.io/… has another value")
                .contains("find out what writes it and delete the label")
                .doesNotContain("update the node's kernel");
    }

    @Test
    void where_nobody_knows_the_vendor_no_command_takes_the_right_label() throws IOException {
        // Given labels of two vendors, and nothing of node-feature-discovery
        String silicon = "(?m)^ +feature.node.kubernetes.io/.*\\n";
        String both =
                "    cpu-vendor.node.kubevirt.io/AMD: \"true\"\n    cpu-vendor.node.kubevirt.io/Intel: \"true\"\n";
        node("a", EPYC, silicon, "", label("cpu-vendor", "AMD"), both);
        node("b", EPYC, silicon, "");

        // When, Then
        assertThat(plan())
                .contains("Delete that of the vendor which is not the CPU's: kubectl label node a"
                        + " cpu-vendor.node.kubevirt.io/VENDOR-.")
                .contains("restart virt-handler there, which writes it, and delete a stale one.");
    }

    @Test
    void a_node_without_labels_of_models_is_told_for_that() throws IOException {
        // Given
        node("a", XEON, label("cpu-model", ".*"), "");
        node("b", XEON);

        // When, Then
        assertThat(plan())
                .contains("Without a: x86-64-v4 on Skylake-Server-noTSX-IBRS. KubeVirt labels no CPU model there"
                        + " (cpu-model.node.kubevirt.io/…): restart virt-handler.");
    }

    @Test
    void a_fleet_of_cordoned_nodes_hears_that_they_are() throws IOException {
        // Given
        node("a", XEON, "(?m)^metadata:", "spec:\n  unschedulable: true\nmetadata:");
        node("b", XEON, "(?m)^metadata:", "spec:\n  unschedulable: true\nmetadata:");

        // When, Then
        assertThat(plan()).contains("can't leave its node. 2 could, but are cordoned.");
    }

    @Test
    void one_for_all_says_what_guests_on_the_other_vendors_nodes_go_without() throws IOException {
        // Given two vendors, of which one keeps its model
        node("a", EPYC);
        node("b", EPYC);
        node("c", XEON);
        node("d", XEON);

        // When
        String plan = plan();

        // Then
        assertThat(plan.substring(plan.indexOf("What one for all costs"), plan.indexOf("=== AMD, in detail ===")))
                .contains("Intel: Skylake-Server-noTSX-IBRS (x86-64-v4), too; mitigations lost: md-clear;")
                .contains("ForeignVendorModel: Skylake-Server-noTSX-IBRS is Intel's, and 2 of 4 nodes are of AMD:")
                .contains("their kernels leave out the mitigations of SRSO");
    }

    @Test
    void a_single_node_is_not_counted_as_many() throws IOException {
        // Given
        node("a", "core-i7-2600", "(?m)^ +feature.node.kubernetes.io/.*\\n", "");

        // When, Then
        assertThat(plan())
                .contains("Not on a: ", "the only contributing node has nothing from node-feature-discovery")
                .doesNotContain("1 nodes", "1 of 1");
    }
}
