package io.cpubaseline.cli.plan;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.cpubaseline.baseline.Purpose;
import io.cpubaseline.catalog.CatalogLoader;
import io.cpubaseline.change.Pin;
import io.cpubaseline.cpu.AbiLevel;
import io.cpubaseline.virtualmachine.Target;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import picocli.CommandLine;

/** {@code plan -o} with the formats of other programs: what is printed where. */
class PlanConfigurationTest {

    private static final Path RESOURCES = Path.of(System.getProperty("basedir", "."), "src/test/resources");
    private static final String HOME_LAB = RESOURCES.resolve("homelab").toString();

    private record Ended(int code, String out, String err) {

        JsonNode document() throws IOException {
            return new YAMLMapper().readTree(out);
        }

        /** The text, its words one space apart, without the signs of comments. */
        String words() {
            return out.replace("\n# ", " ").replaceAll("\\s+", " ");
        }
    }

    private static Ended plan(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int code = new CommandLine(new PlanCommand(NoCluster.ASKED, InputStream.nullInputStream()))
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
        return new Ended(code, out.toString(), err.toString());
    }

    private static String host(String name) {
        return RESOURCES.resolve("nodes/%s.yaml".formatted(name)).toString();
    }

    /** A host's manifest as a node of that name, where its labels of models other than these are gone. */
    private static Path withModels(Path folder, String host, String... models) throws IOException {
        StringBuilder text = new StringBuilder();
        for (String line : Files.readAllLines(Path.of(host(host)))) {
            boolean other = line.contains("cpu-model.node.kubevirt.io/")
                    && List.of(models).stream().noneMatch(model -> line.contains("/" + model + ":"));
            if (!other) {
                text.append(line).append('\n');
            }
        }
        return Files.writeString(folder.resolve(host + ".yaml"), text.toString());
    }

    @ParameterizedTest
    @EnumSource(
            value = PlanFormat.class,
            names = {"table", "json", "yaml"},
            mode = EnumSource.Mode.EXCLUDE)
    void without_a_baseline_nothing_is_printed_and_the_words_are_those_of_the_table(
            PlanFormat format, @TempDir Path folder) throws IOException {
        // Given a node of which no model is known
        String node = withModels(folder, "xeon-gold-6130").toString();

        // When
        Ended configuration = plan("-f", node, "-o", format.name());
        Ended table = plan("-f", node);

        // Then
        assertThat(configuration.code()).isEqualTo(1);
        assertThat(configuration.out()).isEmpty();
        assertThat(configuration.err()).contains("Baseline    none: ").isEqualTo(table.err() + table.out());
    }

    @ParameterizedTest
    @EnumSource(
            value = PlanFormat.class,
            names = {"table", "json", "yaml", "hco"},
            mode = EnumSource.Mode.EXCLUDE)
    void two_vendors_get_a_block_each_with_its_nodes_and_baseline_ahead(PlanFormat format) {
        // When
        Ended plan = plan("-f", HOME_LAB, "-o", format.name());

        // Then
        assertThat(plan.code()).isZero();
        assertThat(plan.err()).isEmpty();
        assertThat(plan.out().lines().filter(line -> line.contains(", baseline ")))
                .containsExactly(
                        title(format, "AMD, 2 nodes: x86-64-v3, baseline EPYC-Rome-v3-0e625007f1"),
                        title(format, "Intel, 5 nodes: x86-64-v3, baseline Skylake-Client-noTSX-IBRS-1ff7670524"));
    }

    private static String title(PlanFormat format, String text) {
        return format == PlanFormat.libvirt ? "<!-- " + text + " -->" : "# " + text;
    }

    @Test
    void a_vendor_without_a_baseline_is_told_beside_the_others(@TempDir Path folder) throws IOException {
        // Given
        String amd = withModels(folder, "epyc-9334-32-core").toString();

        // When
        Ended plan = plan("-f", amd, "-f", host("xeon-gold-6130"), "-o", "qemu");

        // Then
        assertThat(plan.code()).isZero();
        assertThat(plan.out().lines().filter(line -> line.startsWith("-cpu "))).hasSize(1);
        assertThat(plan.err()).isEqualTo("warning: the nodes of AMD have no baseline: plan without -o says why\n");
    }

    @Test
    void a_virtual_machine_gets_what_the_operator_writes() throws IOException {
        // Given what would be pinned
        JsonNode pinned = new ObjectMapper()
                .readTree(plan("-f", host("xeon-gold-6130"), "-o", "json").out())
                .at("/status/pinned");
        SortedMap<String, Purpose> required = new TreeMap<>();
        pinned.path("requiredFeatures")
                .forEach(feature -> required.put(feature.path("name").asText(), Purpose.Policy));
        Pin pin = new Pin(
                pinned.path("cpuModel").asText(),
                required,
                AbiLevel.V4,
                pinned.path("vendor").asText(),
                null,
                "");

        // When
        JsonNode patch = plan("-f", host("xeon-gold-6130"), "-o", "kubevirt").document();

        // Then
        assertThat(required).isNotEmpty();
        Map<String, Object> written =
                Target.of("any", pin, CatalogLoader.catalog()).fields().spec();
        assertThat(patch).isEqualTo(new ObjectMapper().valueToTree(Map.of("spec", written)));
    }

    @Test
    void the_default_of_a_cluster_with_two_vendors_is_what_all_nodes_can_take() {
        // When
        Ended kubeVirt = plan("-f", HOME_LAB, "-o", "kubevirt");
        Ended harvester = plan("-f", HOME_LAB, "-o", "harvester");

        // Then
        String words =
                "virtual machines that name no model get IvyBridge-IBRS (x86-64-v2), without the 18 features that are required beside it.";
        assertThat(kubeVirt.words())
                .contains(words)
                .contains("kubectl -n kubevirt patch kubevirt kubevirt --type merge -p \\");
        assertThat(harvester.words())
                .contains(words)
                .contains("kubectl -n harvester-system patch kubevirt kubevirt --type merge -p \\");
    }

    @Test
    void the_hyper_converged_operator_gets_one_default_for_all() throws IOException {
        // When
        Ended plan = plan("-f", HOME_LAB, "-o", "hco");

        // Then
        assertThat(plan.document().toString()).isEqualTo("{\"spec\":{\"defaultCPUModel\":\"IvyBridge-IBRS\"}}");
        assertThat(plan.words())
                .startsWith("# 7 nodes: x86-64-v3, baseline IvyBridge-IBRS-39f75c5fce ")
                .contains("patch hyperconvergeds.v1beta1.hco.kubevirt.io kubevirt-hyperconverged")
                .contains("-o kubevirt");
    }

    @Test
    void where_vendors_have_nothing_in_common_there_is_no_default(@TempDir Path folder) throws IOException {
        // Given
        String amd = withModels(folder, "epyc-7601-32-core", "EPYC").toString();

        // When
        Ended hyperConverged = plan("-f", amd, "-f", host("xeon-gold-6130"), "-o", "hco");
        Ended kubeVirt = plan("-f", amd, "-f", host("xeon-gold-6130"), "-o", "kubevirt");

        // Then
        assertThat(hyperConverged.code()).isEqualTo(1);
        assertThat(hyperConverged.out()).isEmpty();
        assertThat(hyperConverged.err()).contains("=== One for all (vendors: Mixed) ===\nBaseline    none: ");
        assertThat(kubeVirt.code()).isZero();
        assertThat(kubeVirt.words()).contains("baseline EPYC-").doesNotContain("cluster's default");
    }

    @Test
    void the_patch_is_of_the_version_and_the_name_that_the_input_has(@TempDir Path folder) throws IOException {
        // Given
        Path owner = Files.writeString(folder.resolve("hco.yaml"), """
                apiVersion: hco.kubevirt.io/v1
                kind: HyperConverged
                metadata: {name: mine, namespace: openshift-cnv}
                spec: {}
                """);

        // When
        Ended plan = plan("-f", host("xeon-gold-6130"), "-f", owner.toString(), "-o", "hco");

        // Then
        assertThat(plan.document()
                        .at("/spec/virtualization/virtualMachineOptions/defaultCPUModel")
                        .asText())
                .isEqualTo("Skylake-Server-noTSX-IBRS");
        assertThat(plan.out()).contains("kubectl -n openshift-cnv patch hyperconvergeds.v1.hco.kubevirt.io mine \\");
    }

    @Test
    void what_is_pinned_counts_and_not_what_the_nodes_could_have(@TempDir Path folder) throws IOException {
        // Given a pin that is lower than the answer, of a model that the program doesn't know
        Path baseline = Files.writeString(folder.resolve("pinned.yaml"), """
                apiVersion: cpubaseline.io/v1alpha1
                kind: ClusterCpuBaseline
                metadata: {name: intel}
                spec: {}
                status:
                  pinned: {revision: %s, cpuModel: Future, abiLevel: x86-64-v2, vendor: Intel, requiredFeatures: [{name: pclmuldq, purpose: Performance}]}
                """.formatted(new Pin(
                        "Future",
                        new TreeMap<>(Map.of("pclmuldq", Purpose.Performance)),
                        AbiLevel.V2,
                        "Intel",
                        null,
                        "")
                .revision()));
        String[] question = {"-f", host("xeon-gold-6130"), "-b", baseline.toString(), "-o"};

        // When
        List<String> answers = new ArrayList<>();
        for (String format : List.of("qemu", "nova", "proxmox")) {
            String[] arguments = List.of(question).toArray(new String[question.length + 1]);
            arguments[question.length] = format;
            answers.add(plan(arguments).out());
        }

        // Then
        assertThat(answers.get(0)).contains("-cpu Future,pclmulqdq=on,enforce\n");
        assertThat(answers.get(1)).contains("cpu_models = Future\ncpu_model_extra_flags = pclmuldq\n");
        assertThat(answers.get(2))
                .contains("Proxmox VE has no Future: kvm64 and flags come nearest.")
                .contains("    flags +pclmulqdq\n    reported-model kvm64\n");
    }

    @Test
    void a_configuration_is_no_answer_to_other_questions() {
        // When
        Ended revision = plan("-f", HOME_LAB, "--revision", "Haswell-0123456789", "-o", "nova");
        Ended batch = plan("-f", HOME_LAB, "--batch", "-o", "nova");

        // Then
        assertThat(revision.code()).isEqualTo(2);
        assertThat(revision.err()).contains("--revision makes no configuration: leave -o nova out");
        assertThat(batch.code()).isEqualTo(2);
        assertThat(batch.err()).contains("--batch prints JSON lines: leave -o nova out");
    }
}
