package io.cpubaseline.operator.whynot;

import static org.assertj.core.api.Assertions.assertThat;

import io.cpubaseline.operator.kube.Json;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code why-not} makes of pods: what they request, whether they take room, and that there may be none yet. */
class WhyNotPodsTest extends WhyNotFixture {

    private static String withoutKvm(String node) {
        return node.replace(",\"devices.kubevirt.io/kvm\":\"1000\"", "");
    }

    /** What is read of the KubeVirt resource: with {@code useEmulation} no pod requests KVM. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{} | n2",
                "{\"useEmulation\":false} | n2",
                "{\"useEmulation\":\"odd\"} | n2",
                "{\"useEmulation\":true} | n1,n2"
            })
    void where_guests_may_be_emulated_a_node_needs_no_kvm(String developer, String nodes) throws IOException {
        // Given
        list("/api/v1/nodes", withoutKvm(node("n1", "Haswell")), node("n2", "Haswell"));
        list(
                KUBEVIRT + "kubevirts",
                "{\"spec\":{\"configuration\":{\"developerConfiguration\":" + developer
                        + "}},\"status\":{\"observedKubeVirtVersion\":\"v1.8.4\"}}");

        // When
        whyNot("db", "-o", "json");

        // Then
        assertThat(possible()).containsExactly(nodes.split(","));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{} | n1,n2",
                "{\"requests\":{\"devices.kubevirt.io/kvm\":\"1\"}} | n2",
                "{\"limits\":{\"devices.kubevirt.io/kvm\":\"1\"}} | n2",
                "{\"requests\":{\"devices.kubevirt.io/kvm\":\"0\"}} | n1,n2"
            })
    void a_pod_that_waits_needs_kvm_where_it_requests_it(String resources, String nodes) throws IOException {
        // Given
        list("/api/v1/nodes", withoutKvm(node("n1", "Haswell")), node("n2", "Haswell"));
        server.on(
                "GET",
                INSTANCE,
                call -> call.answer(200, instance("\"model\":\"Haswell\"", "\"phase\":\"Scheduling\"")));
        list("/api/v1/namespaces/shop/pods", """
                {"metadata":{"namespace":"shop","name":"virt-launcher-db-1","labels":{"kubevirt.io/created-by":"i"}},
                 "spec":{"containers":[{"resources":%s}]},"status":{"phase":"Pending"}}""".formatted(resources));

        // When
        whyNot("db", "-o", "json");

        // Then
        assertThat(possible()).containsExactly(nodes.split(","));
    }

    @Test
    void a_pod_that_is_being_deleted_still_takes_room() {
        // Given
        list("/api/v1/pods", pod("other", "n1", ",\"deletionTimestamp\":\"2026-01-01T00:00:00Z\"", "6Gi"));

        // When
        int code = whyNot("db", "n1");

        // Then
        assertThat(code).isEqualTo(1);
        assertThat(out.toString()).contains("4096Mi of memory free", "there   at most 2048Mi, on n1");
    }

    @Test
    void one_that_is_started_and_has_no_pod_says_why_as_its_conditions_do() throws IOException {
        // Given a quota that refuses the pod
        server.on("GET", INSTANCE, call -> call.answer(200, instance("\"model\":\"Haswell\"", """
                        "phase":"Pending","conditions":[
                         {"type":"Ready","status":"False","reason":"PodNotExists","message":"virt-launcher pod has not yet been scheduled"},
                         {"type":"LiveMigratable","status":"False","reason":"DisksNotLiveMigratable"},
                         {"type":"Synchronized","status":"False","reason":"FailedCreate",
                          "message":"failed to create virtual machine pod: exceeded quota: small"},
                         {"type":"Provisioning","status":"True"}]""")));

        // When
        int code = whyNot("db");

        // Then
        assertThat(code).as(err.toString()).isZero();
        assertThat(out.toString().replaceAll("\\s+", " "))
                .startsWith("shop/db is started and has no pod yet. It can start on 2 of the 3 nodes")
                .contains(
                        "! Synchronized is False, FailedCreate: failed to create virtual machine pod: exceeded quota: small.")
                .doesNotContain("Ready is", "LiveMigratable");
    }

    @Test
    void one_that_is_started_with_pods_that_can_not_be_read_is_not_said_to_have_none() {
        // Given
        server.on(
                "GET",
                INSTANCE,
                call -> call.answer(200, instance("\"model\":\"Haswell\"", "\"phase\":\"Scheduling\"")));
        server.on("GET", "/api/v1/namespaces/shop/pods", call -> call.refuse(403, "Forbidden", "pods is forbidden"));

        // When
        int code = whyNot("db");

        // Then
        assertThat(code).as(err.toString()).isZero();
        assertThat(out.toString())
                .startsWith("shop/db is started and has no node yet.")
                .contains("! Its pods can't be listed");
    }

    @Test
    void a_pod_that_waits_at_a_start_is_told() throws IOException {
        // Given
        server.on(
                "GET",
                INSTANCE,
                call -> call.answer(200, instance("\"model\":\"Haswell\"", "\"phase\":\"Scheduling\"")));
        list("/api/v1/namespaces/shop/pods", pod("virt-launcher-db-1", "", "", "4Gi"));

        // When
        int code = whyNot("db");

        // Then
        assertThat(code).as(err.toString()).isZero();
        assertThat(out.toString()).startsWith("shop/db is started and waits for a node.");
    }

    @Test
    void what_of_the_clusters_objects_can_not_be_read_is_said() {
        // Given
        server.on(
                "GET",
                MACHINE,
                call -> call.answer(200, machine("\"model\":\"Haswell\"").replace("\"cores\":2", "\"cores\":\"two\"")));
        list(KUBEVIRT + "kubevirts", "{\"metadata\":{\"name\":\"kv\"},\"spec\":{\"configuration\":{\"cpuModel\":7}}}");

        // When
        int code = whyNot("db");

        // Then
        assertThat(code).as(err.toString()).isZero();
        assertThat(out.toString().replaceAll("\\s+", " "))
                .contains(
                        "! spec.template.spec.domain.cpu.cores of VirtualMachine shop/db can't be read and is left out:")
                .contains("! spec.configuration.cpuModel of KubeVirt kv can't be read and is left out:");
    }

    private static String withDevices(String node, String devices) {
        return node.replace("\"devices.kubevirt.io/kvm\":\"1000\"", "\"devices.kubevirt.io/kvm\":\"1000\"," + devices);
    }

    private static String requesting(String pod, String devices) {
        return pod.replace("\"cpu\":\"100m\"", "\"cpu\":\"100m\"," + devices);
    }

    @Test
    void huge_pages_and_gpus_of_a_stopped_one_are_held_against_what_nodes_offer_and_others_have() throws IOException {
        // Given a node with GPUs left, one whose GPU is taken, one without
        String machine = machine("\"model\":\"Haswell\"")
                .replace("\"memory\":{", "\"devices\":{\"gpus\":[{\"deviceName\":\"nvidia.com/A10\"}]},\"memory\":{");
        server.on("GET", MACHINE, call -> call.answer(200, machine));
        list(
                "/api/v1/nodes",
                withDevices(node("n1", "Haswell"), "\"nvidia.com/A10\":\"9\""),
                withDevices(node("n2", "Haswell"), "\"nvidia.com/A10\":\"1\""),
                node("n3", "Haswell"));
        list(
                "/api/v1/pods",
                requesting(pod("a", "n1", "", "1Gi"), "\"nvidia.com/A10\":\"1\""),
                requesting(pod("b", "n2", "", "1Gi"), "\"nvidia.com/A10\":\"1\""));

        // When
        int code = whyNot("db", "-o", "json");

        // Then
        assertThat(code).as(err.toString()).isZero();
        assertThat(Json.MAPPER.readTree(out.toString()).at("/obstacles/0").toString())
                .contains("\"origin\":\"Device\"", "1 nvidia.com/A10 free", "\"n2\"", "\"n3\"", "\"found\":\"none\"");
    }

    @Test
    void huge_pages_are_another_memory() throws IOException {
        // Given
        String machine = machine("\"model\":\"Haswell\"")
                .replace("\"guest\":\"4Gi\"", "\"guest\":\"4Gi\",\"hugepages\":{\"pageSize\":\"2Mi\"}");
        server.on("GET", MACHINE, call -> call.answer(200, machine));
        list(
                "/api/v1/nodes",
                withDevices(node("n1", "Haswell"), "\"hugepages-2Mi\":\"6Gi\""),
                withDevices(node("n2", "Haswell"), "\"hugepages-2Mi\":\"2Gi\""));
        list("/api/v1/pods");

        // When
        int code = whyNot("db");

        // Then
        assertThat(code).as(err.toString()).isZero();
        assertThat(out.toString())
                .contains("4096Mi of hugepages-2Mi free", "there   at most 2048Mi of hugepages-2Mi, on n2");
    }

    @Test
    void a_migration_needs_the_devices_of_the_pod_that_it_leaves() throws IOException {
        // Given
        server.on("GET", INSTANCE, call -> call.answer(200, instance("\"model\":\"Haswell\"", "\"nodeName\":\"n1\"")));
        String launcher = requesting(pod("virt-launcher-db-1", "n1", "", "1Gi"), "\"example.com/nic\":\"2\"");
        list("/api/v1/namespaces/shop/pods", launcher);
        list(
                "/api/v1/nodes",
                withDevices(node("n1", "Haswell"), "\"example.com/nic\":\"2\""),
                withDevices(node("n2", "Haswell"), "\"example.com/nic\":\"1\""));
        list("/api/v1/pods", launcher);

        // When
        int code = whyNot("db");

        // Then
        assertThat(code).as(err.toString()).isEqualTo(1);
        assertThat(out.toString()).contains("2 example.com/nic free", "at most 1 example.com/nic, on n2");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\"schedulerName\":\"volcano\" | The scheduler volcano places it, not Kubernetes' own",
                "\"topologySpreadConstraints\":[{\"whenUnsatisfiable\":\"DoNotSchedule\"}] | It also asks for something of other pods",
                "\"affinity\":{\"podAntiAffinity\":{\"requiredDuringSchedulingIgnoredDuringExecution\":[{}]}} | It also asks for something of other pods",
            })
    void what_is_not_looked_at_is_said_of_a_stopped_one_too(String placement, String sentence) {
        // Given
        server.on(
                "GET",
                MACHINE,
                call -> call.answer(
                        200, machine("\"model\":\"Haswell\"").replace("\"domain\"", placement + ",\"domain\"")));

        // When
        int code = whyNot("db");

        // Then
        assertThat(code).as(err.toString()).isZero();
        assertThat(out.toString().replaceAll("\\s+", " ")).contains("! " + sentence);
    }

    @Test
    void a_node_on_which_it_would_be_emulated_is_said_to_be_one() {
        // Given
        list(
                KUBEVIRT + "kubevirts",
                "{\"spec\":{\"configuration\":{\"developerConfiguration\":{\"useEmulation\":true}}}}");
        list("/api/v1/nodes", node("n1", "Haswell").replace("\"1000\"", "\"0\""));

        // When
        int code = whyNot("db");

        // Then
        assertThat(code).as(err.toString()).isZero();
        assertThat(out.toString().replaceAll("\\s+", " "))
                .contains("! Where there is no KVM, as on n1, QEMU would emulate it");
    }
}
