package io.cpubaseline.operator.whynot;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.cpubaseline.DocumentSchema;
import io.cpubaseline.operator.kube.Json;
import io.cpubaseline.operator.testing.MockApiServer;
import io.cpubaseline.scheduling.Origin;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code cpu-baseline why-not --all}: which of all virtual machines find no node. */
class WhyNotAllTest extends WhyNotFixture {

    private static final String MACHINES = KUBEVIRT + "virtualmachines";
    private static final String INSTANCES = KUBEVIRT + "virtualmachineinstances";
    private static final Path SAMPLES = Path.of(System.getProperty("basedir", "."), "../docs/samples/why-not");

    @BeforeEach
    void noMachines() {
        list(MACHINES);
        list(INSTANCES);
    }

    private static String named(String object, String name) {
        return object.replace("\"name\":\"db\"", "\"name\":\"" + name + "\"")
                .replace("\"uid\":\"i\"", "\"uid\":\"i-" + name + "\"");
    }

    private static String ofBaseline(String machine, String baseline) {
        return machine.replace("\"uid\":\"u\"", """
                "uid":"u","managedFields":[{"manager":"cpu-baseline.%s","operation":"Apply","fieldsV1":
                 {"f:spec":{"f:template":{"f:spec":{"f:domain":{"f:cpu":{"f:model":{}}}}}}}}]""".formatted(baseline));
    }

    private int all(String... more) {
        return run("", Stream.concat(Stream.of("--kubeconfig=" + kubeconfig, "--all"), Stream.of(more)));
    }

    /** Virtual machines by reason. */
    private Map<String, Set<String>> found() throws IOException {
        Map<String, Set<String>> found = new TreeMap<>();
        for (JsonNode reason : Json.MAPPER.readTree(out.toString()).path("reasons")) {
            Set<String> names = new TreeSet<>();
            reason.path("virtualMachines")
                    .forEach(machine -> names.add(machine.path("name").asText()));
            found.put(reason.path("reason").asText(), names);
        }
        return found;
    }

    @Test
    void each_is_judged_as_if_it_were_asked_about_alone() throws IOException {
        // When
        int code = files("", "-f", SAMPLES.toString(), "--all", "-o", "json");

        // Then
        assertThat(code).as(err.toString()).isEqualTo(1);
        Map<String, Set<String>> found = found();
        JsonNode report = Json.MAPPER.readTree(out.toString());
        assertThat(report.path("running").asInt() + report.path("stopped").asInt())
                .isGreaterThan(10);
        for (String origin : found.keySet()) {
            for (String machine : found.get(origin)) {
                if (origin.equals(Checkup.NOT_MIGRATABLE) || origin.equals(Checkup.OTHER_CPU)) {
                    continue;
                }
                out.getBuffer().setLength(0);
                assertThat(files("", "-f", SAMPLES.toString(), machine, "-o", "json"))
                        .as(machine)
                        .isEqualTo(1);
                assertThat(Json.MAPPER
                                .readTree(out.toString())
                                .at("/obstacles/0/origin")
                                .asText())
                        .as(machine)
                        .isEqualTo(origin);
            }
        }
        assertThat(found.values().stream().mapToInt(Set::size).sum()).isEqualTo(11);
        assertThat(found).containsKeys(Checkup.NOT_MIGRATABLE, Checkup.OTHER_CPU, "StickyHostModel", "Memory");
    }

    @Test
    void a_cluster_is_asked_for_each_kind_once_and_for_no_virtual_machine() throws IOException {
        // Given forty that run on n1, and twenty that don't run, with a model that no node has
        list(
                INSTANCES,
                IntStream.range(0, 40)
                        .mapToObj(i -> named(instance("\"model\":\"EPYC\"", "\"nodeName\":\"n3\""), "run-" + i))
                        .toArray(String[]::new));
        list(
                MACHINES,
                IntStream.range(0, 20)
                        .mapToObj(i -> named(machine("\"model\":\"Pentium\""), "stop-" + i))
                        .toArray(String[]::new));

        // When
        int code = all("-o", "json");

        // Then
        assertThat(code).as(err.toString()).isEqualTo(1);
        assertThat(found().get("CpuModel")).hasSize(60);
        assertThat(server.requests("GET").stream()
                        .map(MockApiServer.Request::path)
                        .filter(path -> !path.equals("/version")))
                .containsExactlyInAnyOrder(
                        "/api/v1/nodes", "/api/v1/pods", KUBEVIRT + "kubevirts", INSTANCES, MACHINES);
    }

    @Test
    void what_an_instancetype_adds_to_stopped_ones_is_listed_once() throws IOException {
        // Given
        list(MACHINES, IntStream.range(0, 5).mapToObj(i -> """
                        {"metadata":{"namespace":"shop","name":"db-%d"},"spec":{"instancetype":{"name":"big"},
                         "template":{"spec":{"domain":{"devices":{}}}}}}""".formatted(i)).toArray(String[]::new));
        list(
                "/apis/instancetype.kubevirt.io/v1beta1/virtualmachineclusterinstancetypes",
                "{\"metadata\":{\"name\":\"big\"},\"spec\":{\"cpu\":{\"guest\":2,\"model\":\"Pentium\"},\"memory\":{\"guest\":\"1Gi\"}}}");

        // When
        int code = all("-o", "json");

        // Then
        assertThat(code).as(err.toString()).isEqualTo(1);
        assertThat(found().get("CpuModel")).hasSize(5);
        assertThat(server.requests("GET"))
                .filteredOn(request -> request.path().contains("instancetype.kubevirt.io"))
                .hasSize(4);
    }

    @Test
    void where_all_find_a_node_the_exit_code_says_so() {
        // Given
        list(MACHINES, machine("\"model\":\"Haswell\""));

        // Then
        assertThat(all()).as(err.toString()).isZero();
        assertThat(out.toString()).startsWith("1 virtual machine, 3 of KubeVirt's nodes.");
    }

    @Test
    void only_those_of_a_baseline_or_a_namespace_are_looked_at() throws IOException {
        // Given
        list(
                MACHINES,
                ofBaseline(named(machine("\"model\":\"Pentium\""), "carried"), "intel"),
                named(machine("\"model\":\"Pentium\""), "own"));
        list(KUBEVIRT + "namespaces/bank/virtualmachines");
        list(KUBEVIRT + "namespaces/bank/virtualmachineinstances");

        // Then
        assertThat(all("-b", "intel", "-o", "json")).as(err.toString()).isEqualTo(1);
        assertThat(found().get("CpuModel")).containsExactly("carried");
        assertThat(all("-n", "bank")).isZero();
        assertThat(all("-b", "amd")).isEqualTo(2);
        assertThat(err.toString()).contains("no VirtualMachine has been written by a baseline amd");
    }

    @Test
    void a_reason_lists_each_of_its_own() {
        // Given
        list(
                MACHINES,
                IntStream.range(0, 12)
                        .mapToObj(i -> named(machine("\"model\":\"Pentium\""), "db-" + i))
                        .toArray(String[]::new));

        // Then
        assertThat(all("--reason", "cpumodel")).isEqualTo(1);
        assertThat(out.toString()).contains("shop/db-0 ", "shop/db-11 ", "CPU model Pentium");
        assertThat(out.toString().lines()).allMatch(line -> line.length() <= 80);
    }

    @Test
    void without_the_permission_to_list_pods_it_says_what_it_can_not_know() {
        // Given
        list(MACHINES, machine("\"model\":\"Haswell\""));
        server.on("GET", "/api/v1/pods", call -> call.refuse(403, "Forbidden", "pods is forbidden"));

        // Then
        assertThat(all()).isZero();
        assertThat(out.toString().replaceAll("\\s+", " ")).contains("! Pods can't be listed", "how full nodes are");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--all db | --all is about every VirtualMachine",
                "-n shop | name a VirtualMachine, or --all",
                "-b intel db | -b and --reason go with --all",
                "--all --reason Nothing | there is no reason Nothing"
            })
    void a_mistake_is_told(String arguments, String message) {
        assertThat(run("", Stream.of(("--kubeconfig=" + kubeconfig + " " + arguments).split(" "))))
                .isEqualTo(2);
        assertThat(err.toString()).contains(message);
    }

    @Test
    void its_schema_has_every_reason_and_no_other() throws IOException {
        // Given
        Set<String> reasons = new TreeSet<>();
        DocumentSchema.named("why-not-all")
                .root()
                .at("/properties/reasons/items/properties/reason/enum")
                .forEach(reason -> reasons.add(reason.asText()));

        // Then
        assertThat(reasons)
                .containsExactlyInAnyOrderElementsOf(
                        Stream.concat(Stream.of(Origin.values()).map(Origin::name), Checkup.REASONS.stream())
                                .toList());
    }
}
