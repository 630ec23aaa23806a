package io.cpubaseline.operator.whynot;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.cpubaseline.Golden;
import io.cpubaseline.operator.kube.Json;
import io.cpubaseline.operator.testing.MockApiServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code cpu-baseline why-not}, from the documentation's files, and against an API server that is scripted. */
class WhyNotCommandTest extends WhyNotFixture {

    private static final Path SAMPLES = Path.of(System.getProperty("basedir", "."), "../docs/samples/why-not");

    @ParameterizedTest
    @CsvSource({
        "erp, 1, StickyHostModel",
        "cms, 1, HostModel",
        "mail, 0, Taint",
        "crm, 1, MachineType",
        "win, 1, TscFrequency",
        "db, 1, RequiredFeatures",
        "web, 1, SourceVendor",
        "licence, 1, OwnSelector",
        "render, 1, OwnSelector",
        "reports, 1, Memory",
        "scan, 1, SourceVendor"
    })
    void the_reasons_of_the_documentation_are_found(String machine, int code, String first) throws IOException {
        // When
        int exit = files("", "-f", SAMPLES.toString(), machine, "-o", "json");

        // Then
        assertThat(exit).as(err.toString()).isEqualTo(code);
        JsonNode answer = Json.MAPPER.readTree(out.toString());
        assertThat(answer.at("/obstacles/0/origin").asText()).isEqualTo(first);
        assertThat(answer.path("possibleNodes").isEmpty()).isEqualTo(code == 1);
        new Golden("why-not").assertThatItIs(machine + ".json", out.toString());
    }

    @Test
    void no_golden_answer_is_left_over() {
        new Golden("why-not")
                .assertThatItHasOnly(Stream.of(
                                "erp", "cms", "mail", "crm", "win", "db", "web", "licence", "render", "reports", "scan")
                        .map(name -> name + ".json")
                        .toArray(String[]::new));
    }

    @Test
    void a_table_has_80_columns_but_for_words_that_are_longer() {
        // When
        files("", "-f", SAMPLES.toString(), "erp");

        // Then
        assertThat(out.toString().lines()).isNotEmpty().allMatch(line -> line.length() <= 80);
    }

    @Test
    void a_stopped_one_is_asked_for_a_start_and_only_possible_nodes_for_their_pods() throws IOException {
        // When
        int code = whyNot("db", "-o", "json");

        // Then
        assertThat(code).as(err.toString()).isZero();
        assertThat(possible()).containsExactly("n1", "n2");
        assertThat(server.requests("GET"))
                .extracting(MockApiServer.Request::query)
                .filteredOn(query -> String.valueOf(query).contains("spec.nodeName"))
                .hasSize(2);
    }

    @Test
    void a_full_node_is_told_as_what_it_lacks() throws IOException {
        // Given
        list("/api/v1/pods", pod("other", "n1", "", "6Gi"));

        // When
        int code = whyNot("db", "n1");

        // Then
        assertThat(code).isEqualTo(1);
        assertThat(out.toString())
                .startsWith("shop/db does not run. It is not able to start on n1.")
                .contains("4096Mi of memory free", "there   at most 2048Mi, on n1");
    }

    @Test
    void a_running_one_is_asked_for_a_migration_to_any_other_node() throws IOException {
        // Given
        server.on("GET", INSTANCE, call -> call.answer(200, instance("\"model\":\"Haswell\"", "\"nodeName\":\"n1\"")));
        list("/api/v1/namespaces/shop/pods", pod("virt-launcher-db-1", "n1", "", "4Gi"));

        // When
        int code = whyNot("db", "-o", "json");

        // Then
        assertThat(code).as(err.toString()).isZero();
        assertThat(possible()).containsExactly("n2");
        assertThat(Json.MAPPER.readTree(out.toString()).path("source").asText()).isEqualTo("n1");
    }

    @Test
    void a_pod_that_waits_is_asked_about_as_it_is() throws IOException {
        // Given a migration to a node that its owner has named
        server.on("GET", INSTANCE, call -> call.answer(200, instance("\"model\":\"Haswell\"", "\"nodeName\":\"n1\"")));
        list("/api/v1/namespaces/shop/pods", pod("virt-launcher-db-1", "n1", "", "4Gi"), """
                {"metadata":{"namespace":"shop","name":"virt-launcher-db-2","labels":{"kubevirt.io/created-by":"i"},
                  "annotations":{"kubevirt.io/migrationJobName":"drain-1"}},
                 "spec":{"nodeSelector":{"kubevirt.io/schedulable":"true","kubernetes.io/hostname":"n9"},
                  "affinity":{"podAntiAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":[
                   {"labelSelector":{"matchLabels":{"app":"db"}}}]}}},
                 "status":{"phase":"Pending"}}""");

        // When
        int code = whyNot("db");

        // Then
        assertThat(code).isEqualTo(1);
        assertThat(out.toString())
                .startsWith("shop/db runs on n1. Its migration drain-1 waits for a node.")
                .contains("the node selector kubernetes.io/hostname=n9", "from    the migration: its addedNodeSelector")
                .contains("! It also asks for something of other pods");
    }

    @Test
    void what_an_instancetype_adds_is_asked_from_kubevirt() throws IOException {
        // Given
        server.on("GET", MACHINE, call -> call.answer(200, """
                        {"metadata":{"namespace":"shop","name":"db"},
                         "spec":{"instancetype":{"name":"big"},"template":{"spec":{"domain":{}}}}}"""));
        server.on(
                "GET",
                "/apis/subresources.kubevirt.io/v1/namespaces/shop/virtualmachines/db/expand-spec",
                call -> call.answer(200, machine("\"model\":\"EPYC\"")));

        // When
        whyNot("db", "-o", "json");

        // Then
        assertThat(possible()).containsExactly("n3");
    }

    @Test
    void what_kubevirt_does_not_expand_is_said_to_be_left_out() {
        // Given
        server.on("GET", MACHINE, call -> call.answer(200, """
                        {"metadata":{"namespace":"shop","name":"db"},
                         "spec":{"preference":{"name":"windows"},"template":{"spec":{"domain":{"cpu":{"model":"EPYC"}}}}}}"""));

        // When
        int code = whyNot("db");

        // Then
        assertThat(code).isZero();
        assertThat(out.toString()).contains("! What its instancetype and its preference add is left out");
    }

    @Test
    void without_the_permission_to_list_pods_it_says_what_it_can_not_know() {
        // Given
        server.on("GET", "/api/v1/pods", call -> call.refuse(403, "Forbidden", "pods is forbidden"));

        // When
        int code = whyNot("db");

        // Then
        assertThat(code).isZero();
        assertThat(out.toString()).contains("how full nodes are isn't known");
    }

    @Test
    void one_that_kubevirt_does_not_migrate_finds_no_node_whatever_they_label() throws IOException {
        // Given
        server.on("GET", INSTANCE, call -> call.answer(200, instance("\"model\":\"Haswell\"", """
                        "nodeName":"n1","conditions":[{"type":"LiveMigratable","status":"False",
                         "reason":"HostDeviceNotLiveMigratable","message":"VMI uses a PCI host device"}]""")));

        // When
        int code = whyNot("db", "-o", "json");

        // Then
        assertThat(code).isEqualTo(1);
        assertThat(possible()).isEmpty();
        assertThat(out.toString()).contains("HostDeviceNotLiveMigratable: VMI uses a PCI host device");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "mail | there is no VirtualMachine mail in the namespace shop",
                "db n7 | there is no node n7; there are: n1, n2, n3",
                "db n1 n2 | Unmatched argument at index 5: 'n2'",
                "-A db | -n and -A exclude each other"
            })
    void a_mistake_is_told_with_what_there_is(String arguments, String message) {
        assertThat(whyNot(arguments.split(" "))).isEqualTo(2);
        assertThat(err.toString()).contains(message);
    }

    @Test
    void nodes_are_not_waited_for_where_nothing_is_asked_about_them() {
        // Given
        server.on("GET", "/api/v1/nodes", MockApiServer.Call::neverAnswer);

        // Then
        assertThat(whyNot("nosuch")).isEqualTo(2);
        assertThat(err.toString()).contains("there is no VirtualMachine nosuch in the namespace shop");
    }

    @Test
    void a_node_on_which_it_runs_is_no_target() {
        // Given
        server.on("GET", INSTANCE, call -> call.answer(200, instance("\"model\":\"Haswell\"", "\"nodeName\":\"n1\"")));

        // Then
        assertThat(whyNot("db", "n1")).isEqualTo(2);
        assertThat(err.toString()).contains("shop/db runs on n1 already");
    }

    @Test
    void in_all_namespaces_one_of_that_name_is_enough_and_several_are_named() {
        // Given
        list(KUBEVIRT + "virtualmachines", "{\"metadata\":{\"namespace\":\"shop\",\"name\":\"db\"}}");

        // Then
        assertThat(run("", Stream.of("--kubeconfig=" + kubeconfig, "-A", "db"))).isZero();

        // Given
        list(
                KUBEVIRT + "virtualmachines",
                "{\"metadata\":{\"namespace\":\"shop\",\"name\":\"db\"}}",
                "{\"metadata\":{\"namespace\":\"bank\",\"name\":\"db\"}}");

        // Then
        assertThat(run("", Stream.of("--kubeconfig=" + kubeconfig, "-A", "db"))).isEqualTo(2);
        assertThat(err.toString()).contains("several namespaces have a VirtualMachine db: bank, shop; name one by -n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{", "[]", "{\"kind\":\"Node\",\"apiVersion\":\"v1\",\"metadata\":{}}", ""})
    void broken_files_are_bad_input(String text) {
        assertThat(files(text, "-f", "-", "db")).isEqualTo(2);
        assertThat(err.toString()).startsWith("cpu-baseline: ");
    }

    @Test
    void files_without_a_node_say_which_command_prints_them() {
        assertThat(files(
                        "{\"apiVersion\":\"kubevirt.io/v1\",\"kind\":\"VirtualMachine\",\"metadata\":{\"name\":\"db\"}}",
                        "-f",
                        "-",
                        "db"))
                .isEqualTo(2);
        assertThat(err.toString()).contains("expected at least one Node", "kubectl get nodes -o yaml");
    }

    @Test
    void in_files_an_instancetype_and_a_preference_are_applied_as_kubevirt_does() throws IOException {
        // Given
        String objects = """
                ---
                apiVersion: kubevirt.io/v1
                kind: VirtualMachine
                metadata: {name: db, namespace: shop}
                spec:
                  instancetype: {name: big}
                  preference: {name: nested, kind: VirtualMachinePreference}
                  template: {spec: {domain: {devices: {}}}}
                ---
                apiVersion: instancetype.kubevirt.io/v1beta1
                kind: VirtualMachineClusterInstancetype
                metadata: {name: big}
                spec: {cpu: {guest: 4, model: Haswell}, memory: {guest: 64Gi}, nodeSelector: {zone: a}}
                ---
                apiVersion: instancetype.kubevirt.io/v1beta1
                kind: VirtualMachinePreference
                metadata: {name: nested, namespace: shop}
                spec: {cpu: {preferredCPUFeatures: [{name: vmx, policy: require}]}, machine: {preferredMachineType: pc-q35-9.6}}
                ---
                """ + node("n1", "EPYC").replaceFirst("\\{", "{\"apiVersion\":\"v1\",\"kind\":\"Node\",");
        Path file = Files.writeString(directory.resolve("objects.yaml"), objects);

        // When
        int code = files("", "-f", file.toString(), "db");

        // Then
        assertThat(code).as(err.toString()).isEqualTo(1);
        assertThat(out.toString())
                .contains(
                        "CPU model Haswell",
                        "the CPU feature vmx",
                        "machine type pc-q35-9.6",
                        "the node selector zone=a",
                        "64Gi of memory free");
    }

    @Test
    void an_instancetype_that_the_files_lack_is_named() {
        // When
        int code = files("""
                apiVersion: kubevirt.io/v1
                kind: VirtualMachine
                metadata: {name: db}
                spec: {instancetype: {name: big}, template: {spec: {domain: {}}}}
                ---
                apiVersion: v1
                kind: Node
                metadata: {name: n1, labels: {kubevirt.io/schedulable: "true"}}
                """, "-f", "-", "db");

        // Then
        assertThat(code).isEqualTo(1);
        assertThat(out.toString()).contains("! Its instancetype big is not in the files: what it adds is left out.");
    }
}
