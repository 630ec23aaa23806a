package io.cpubaseline.chart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Least privilege: all that the operator's service account may do, as one table per way of installing it. */
class PermissionsTest {

    private static final String READS_AND_STATUS = """
            cluster | namespaces | list watch
            cluster | nodes | list watch
            cluster | clustercpubaselines.cpubaseline.io | get list watch
            cluster | clustercpubaselines/status.cpubaseline.io | patch
            cluster | clusterrestartcampaigns.cpubaseline.io | get list watch
            cluster | clusterrestartcampaigns/status.cpubaseline.io | patch
            cluster | events.events.k8s.io | create
            cluster | kubevirts.kubevirt.io | list watch
            cluster | virtualmachineinstances.kubevirt.io | list watch
            cluster | virtualmachines.kubevirt.io | list watch
            cluster | nodefeatures.nfd.k8s-sigs.io | list watch
            """;

    private static final String FINALIZER = "cluster | clustercpubaselines.cpubaseline.io | patch";

    private static final String LEASE = """
            baselines | leases.coordination.k8s.io | create
            baselines | leases.coordination.k8s.io cpu-baseline | get update
            """;

    @Test
    void by_default_the_operator_reads_and_writes_only_its_own_status_events_and_lease() {
        assertThat(permissions("{}")).containsExactlyInAnyOrderElementsOf(lines(READS_AND_STATUS, LEASE));
    }

    @Test
    void writing_virtual_machines_adds_one_verb_on_them_and_one_for_the_finalizer_of_baselines() {
        assertThat(permissions("virtualMachines: {write: true}"))
                .containsExactlyInAnyOrderElementsOf(
                        lines(READS_AND_STATUS, LEASE, FINALIZER, "cluster | virtualmachines.kubevirt.io | patch"));
    }

    @Test
    void writing_virtual_machines_can_be_confined_to_namespaces() {
        assertThat(permissions("virtualMachines: {write: true, namespaces: [team-a, team-b]}"))
                .containsExactlyInAnyOrderElementsOf(lines(READS_AND_STATUS, LEASE, FINALIZER, """
                                team-a | virtualmachines.kubevirt.io | patch
                                team-b | virtualmachines.kubevirt.io | patch
                                """));
    }

    @Test
    void restarting_virtual_machines_is_a_permission_of_its_own_which_writes_nothing_of_them() {
        assertThat(permissions("restartCampaigns: {enabled: true}"))
                .containsExactlyInAnyOrderElementsOf(lines(READS_AND_STATUS, LEASE, """
                                cluster | virtualmachines/restart.subresources.kubevirt.io | update
                                cluster | virtualmachineinstances/softreboot.subresources.kubevirt.io | update
                                """));
    }

    @Test
    void restarting_virtual_machines_can_be_confined_to_namespaces() {
        assertThat(permissions("restartCampaigns: {enabled: true, namespaces: [team-a, team-b]}"))
                .containsExactlyInAnyOrderElementsOf(lines(READS_AND_STATUS, LEASE, """
                                team-a | virtualmachines/restart.subresources.kubevirt.io | update
                                team-a | virtualmachineinstances/softreboot.subresources.kubevirt.io | update
                                team-b | virtualmachines/restart.subresources.kubevirt.io | update
                                team-b | virtualmachineinstances/softreboot.subresources.kubevirt.io | update
                                """));
    }

    @Test
    void writing_kubevirts_default_is_a_permission_of_its_own() {
        assertThat(permissions("clusterDefault: {write: true}"))
                .containsExactlyInAnyOrderElementsOf(lines(READS_AND_STATUS, LEASE, FINALIZER, """
                                cluster | kubevirts.kubevirt.io | patch
                                cluster | hyperconvergeds.hco.kubevirt.io | patch
                                """));
    }

    @Test
    void admission_adds_the_right_to_bind_its_policy() {
        assertThat(permissions("admission: {enabled: true}"))
                .containsExactlyInAnyOrderElementsOf(lines(READS_AND_STATUS, LEASE, """
                                cluster | mutatingadmissionpolicies.admissionregistration.k8s.io | list watch
                                cluster | mutatingadmissionpolicybindings.admissionregistration.k8s.io | list watch create patch delete
                                """));
    }

    /** What an upgrade that failed half-way has left in the cluster is taken back by these, since Helm only forgets it. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "rbac: {aggregate: false}",
                "virtualMachines: {write: true, namespaces: [team-a]}",
                "restartCampaigns: {enabled: true}",
                "restartCampaigns: {enabled: true, namespaces: [team-a]}",
                "admission: {enabled: true}"
            })
    void a_permission_that_is_not_given_is_rendered_empty(String values) {
        // Given all that any release renders for the whole cluster
        List<String> all = clusterWide(Chart.render("virtualMachines: {write: true}"));

        // When
        Manifests release = Chart.render(values);

        // Then
        assertThat(clusterWide(release)).isEqualTo(all);
        assertThat(release.objects())
                .filteredOn(object -> object.path("kind").asText().startsWith("ClusterRole"))
                .allSatisfy(object -> assertThat(object.path("rules").isArray()
                                || object.path("subjects").isArray())
                        .as(Manifests.name(object))
                        .isTrue());
    }

    @Test
    void the_lease_may_live_in_another_namespace() {
        assertThat(permissions("leaderElection: {namespace: kube-system}"))
                .containsExactlyInAnyOrderElementsOf(
                        lines(READS_AND_STATUS, LEASE.replaceAll("(?m)^baselines", "kube-system")));
    }

    @Test
    void without_leader_election_there_is_no_lease_to_touch() {
        assertThat(permissions("leaderElection: {enabled: false}"))
                .containsExactlyInAnyOrderElementsOf(lines(READS_AND_STATUS));
    }

    @Test
    void permissions_can_be_left_to_others() {
        // When
        Manifests release =
                Chart.render("rbac: {create: false, aggregate: false}\nserviceAccount: {create: false, name: mine}");

        // Then
        assertThat(release.kinds())
                .containsExactly("CustomResourceDefinition", "CustomResourceDefinition", "Deployment", "Service");
        assertThat(release.pod().at("/spec/serviceAccountName").asText()).isEqualTo("mine");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"{}", ChartTest.EVERYTHING, "virtualMachines: {write: true}", "restartCampaigns: {enabled: true}"
            })
    void nothing_is_a_wildcard_and_no_role_escalates(String values) {
        // When
        List<JsonNode> rules = Chart.render(values).objects().stream()
                .filter(object -> object.path("kind").asText().matches("(Cluster)?Role"))
                .flatMap(role -> stream(role.path("rules")))
                .toList();

        // Then
        assertThat(rules).isNotEmpty().allSatisfy(rule -> {
            assertThat(rule.toString()).doesNotContain("*");
            assertThat(rule.has("nonResourceURLs")).isFalse();
            assertThat(strings(rule.path("resources")))
                    .doesNotContain("secrets", "pods", "pods/exec", "serviceaccounts/token");
            assertThat(strings(rule.path("verbs")))
                    .doesNotContain("bind", "escalate", "impersonate", "deletecollection");
        });
    }

    @Test
    void the_clusters_own_roles_learn_about_baselines_and_campaigns() {
        // Given
        Manifests release = Chart.render();

        // When
        List<String> aggregated = release.all("ClusterRole")
                .flatMap(role -> Stream.of("view", "edit", "admin")
                        .filter(name -> role.at("/metadata/labels/rbac.authorization.k8s.io~1aggregate-to-" + name)
                                .asText()
                                .equals("true"))
                        .flatMap(name -> rules(name, role)))
                .toList();

        // Then: the status stays the operator's, and who edits baselines restarts nothing
        assertThat(aggregated)
                .containsExactlyInAnyOrder(
                        "view | clustercpubaselines.cpubaseline.io | get list watch",
                        "view | clusterrestartcampaigns.cpubaseline.io | get list watch",
                        "edit | clustercpubaselines.cpubaseline.io | get list watch",
                        "edit | clusterrestartcampaigns.cpubaseline.io | get list watch",
                        "edit | clustercpubaselines.cpubaseline.io | create update patch delete",
                        "admin | clustercpubaselines.cpubaseline.io | get list watch",
                        "admin | clustercpubaselines.cpubaseline.io | create update patch delete",
                        "admin | clusterrestartcampaigns.cpubaseline.io | get list watch",
                        "admin | clusterrestartcampaigns.cpubaseline.io | get list watch create update patch delete",
                        "admin | clustercpubaselines.cpubaseline.io | get list watch update patch approve");
        assertThat(Chart.render("rbac: {aggregate: false}").all("ClusterRole"))
                .filteredOn(role -> role.path("metadata").toString().contains("aggregate-to"))
                .hasSize(4)
                .allSatisfy(role -> assertThat(role.path("rules")).isEmpty());
    }

    @Test
    void the_operator_is_held_to_its_fields_where_it_may_write_and_only_there() {
        assertThat(Chart.render().kinds()).doesNotContain("ValidatingAdmissionPolicy");
        assertThat(Chart.render("virtualMachines: {write: true, guard: false}").kinds())
                .doesNotContain("ValidatingAdmissionPolicy");

        // When
        Manifests release = Chart.render("virtualMachines: {write: true}");

        // Then
        assertThat(release.all("ValidatingAdmissionPolicy")).hasSize(2).allSatisfy(policy -> {
            assertThat(policy.at("/spec/failurePolicy").asText()).isEqualTo("Fail");
            assertThat(policy.at("/spec/matchConditions/0/expression").asText())
                    .isEqualTo("request.userInfo.username == 'system:serviceaccount:" + Chart.NAMESPACE
                            + ":cpu-baseline'");
        });
        assertThat(release.all("ValidatingAdmissionPolicyBinding").map(Manifests::name))
                .containsExactlyInAnyOrderElementsOf(release.all("ValidatingAdmissionPolicy")
                        .map(Manifests::name)
                        .toList());
    }

    @Test
    void instances_get_nothing_before_they_are_written_where_the_operator_may_not_write() {
        // Given
        String first = "first-start-where-the-operator-may-write";
        String installed = "virtualMachines: {write: true}\nadmission: {enabled: true}";

        // When
        JsonNode everywhere = policy(installed);
        JsonNode inTwo = policy("virtualMachines: {write: true, namespaces: [shop, bank]}\nadmission: {enabled: true}");

        // Then the operator reads that it keeps to the status
        assertThat(everywhere
                        .at("/metadata/annotations")
                        .path("cpubaseline.io/first-starts")
                        .asText())
                .isEqualTo("true");
        assertThat(everywhere.at("/spec/matchConditions").findValuesAsText("name"))
                .contains("first-start", "first-start-as-written")
                .doesNotContain(first);
        assertThat(inTwo.at("/spec/matchConditions"))
                .filteredOn(condition -> condition.path("name").asText().equals(first))
                .singleElement()
                .satisfies(condition -> assertThat(condition.path("expression").asText())
                        .endsWith("|| request.namespace in ['shop', 'bank']"));
    }

    private static JsonNode policy(String values) {
        return Chart.render(values)
                .all("MutatingAdmissionPolicy")
                .filter(policy -> Manifests.name(policy).equals("cpu-baseline"))
                .findFirst()
                .orElseThrow();
    }

    private static List<String> clusterWide(Manifests release) {
        return Stream.of("ClusterRole", "ClusterRoleBinding")
                .flatMap(kind -> release.all(kind).map(object -> kind + " " + Manifests.name(object)))
                .sorted()
                .toList();
    }

    /** What the bindings of a release give to its service account: {@code where | resource.group [name] | verbs}. */
    private static List<String> permissions(String values) {
        Manifests release = Chart.render(values);
        JsonNode subject =
                Chart.parse("[{kind: ServiceAccount, name: cpu-baseline, namespace: " + Chart.NAMESPACE + "}]");
        List<String> permissions = new ArrayList<>();
        for (JsonNode binding : release.objects()) {
            if (!binding.path("kind").asText().endsWith("RoleBinding")) {
                continue;
            }
            if (binding.path("subjects").equals(Chart.parse("[]"))) {
                continue;
            }
            assertThat(binding.path("subjects")).isEqualTo(subject);
            String where = binding.at("/metadata/namespace").asText("cluster");
            JsonNode role = release.objects().stream()
                    .filter(object -> object.path("kind").equals(binding.at("/roleRef/kind")))
                    .filter(object -> object.at("/metadata/name").equals(binding.at("/roleRef/name")))
                    .filter(object -> object.path("kind").asText().equals("ClusterRole")
                            || object.at("/metadata/namespace").asText().equals(where))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("no role for " + binding));
            rules(where, role).forEach(permissions::add);
        }
        return permissions;
    }

    private static Stream<String> rules(String where, JsonNode role) {
        assertThat(Set.of("ClusterRole", "Role")).contains(role.path("kind").asText());
        return stream(role.path("rules"))
                .flatMap(rule -> stream(rule.path("apiGroups"))
                        .flatMap(group -> stream(rule.path("resources"))
                                .map(resource -> where + " | " + resource.asText()
                                        + (group.asText().isEmpty() ? "" : "." + group.asText())
                                        + (rule.has("resourceNames")
                                                ? " " + String.join(",", strings(rule.path("resourceNames")))
                                                : "")
                                        + " | " + String.join(" ", strings(rule.path("verbs"))))));
    }

    private static List<String> lines(String... tables) {
        return Stream.of(tables).flatMap(String::lines).toList();
    }

    private static List<String> strings(JsonNode list) {
        return stream(list).map(JsonNode::asText).toList();
    }

    private static Stream<JsonNode> stream(JsonNode list) {
        return StreamSupport.stream(list.spliterator(), false);
    }
}
